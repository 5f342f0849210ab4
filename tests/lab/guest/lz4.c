// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the isolated LZ4 decompressor on good and hostile input
 *
 * Good files come back with the sha256 of the original.  Bad input is an
 * error, never a crash, and the device works afterwards.
 */
#include "guest.h"
#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"

#define DEVICE		"/dev/ut_lz4"
#define FILE_MAX	(2 << 20)
#define MAGIC		0x184c2102
#define GARBAGE_ROUNDS	200

static uint8_t input[FILE_MAX + 65536], output[FILE_MAX];
static size_t input_len;

/* Write @len bytes in pieces, read everything; its length or -errno. */
static long decompress(const uint8_t *data, size_t len, size_t piece)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	size_t done = 0, used = 0;
	ssize_t got = 0;
	int err = 0;

	if (fd < 0)
		return -errno;
	while (done < len && !err) {
		size_t now = len - done < piece ? len - done : piece;

		got = write(fd, data + done, now);
		if (got <= 0)
			err = got ? -errno : -EIO;
		else
			done += got;
	}
	while (!err && used < sizeof(output) &&
	       (got = read(fd, output + used, sizeof(output) - used)))
		if (got < 0)
			err = -errno;
		else
			used += got;
	close(fd);
	return err ? err : (long)used;
}

static bool file_load(const char *name)
{
	char path[256];
	long got;

	snprintf(path, sizeof(path), MODULES "/%s.lz4", name);
	got = file_read(path, (char *)input, sizeof(input));
	input_len = got > 0 ? got : 0;
	if (got <= 0)
		ksft_print_msg("%s: %s\n", path, strerror(-got));
	return got > 0;
}

static bool hash_matches(const char *name, long len)
{
	char path[256], want[128], is[65];

	snprintf(path, sizeof(path), MODULES "/%s.sha256", name);
	if (len <= 0 || file_read(path, want, sizeof(want)) < 64)
		return false;
	sha256_hex(output, len, is);
	ksft_print_msg("%s: %ld bytes, sha256 %.16s...\n", name, len, is);
	return !strncmp(want, is, 64);
}

static void good_file(const char *test, const char *name, size_t piece)
{
	long len = file_load(name) ? decompress(input, input_len, piece) : -ENOENT;

	if (len < 0)
		ksft_print_msg("%s: %s\n", test, strerror(-len));
	ksft_test_result(hash_matches(name, len), "%s\n", test);
}

static bool truncated(size_t len, long want)
{
	long got = decompress(input, len, sizeof(input));

	if (got != want)
		ksft_print_msg("first %zu of %zu bytes: %ld, not %ld\n", len, input_len, got, want);
	return got == want;
}

static void bad_truncated(void)
{
	const size_t inside[] = { 3, 4, 5, 7, 8, 9, 100, 65536 };
	bool good = file_load("text") && truncated(0, -EINVAL);

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		good &= truncated(inside[i], -EINVAL);
	good &= truncated(input_len / 2, -EINVAL) && truncated(input_len - 1, -EINVAL);
	ksft_test_result(good, "deny_truncated\n");
}

/* The same with a block length that fits: the decompressor must find out. */
static void bad_truncated_block(void)
{
	uint32_t len;
	bool good = file_load("text");

	for (size_t cut = 1; cut < 1000 && good; cut = cut * 3 + 1) {
		memcpy(&len, input + 4, 4);
		len -= cut;
		memcpy(input + 4, &len, 4);
		good = decompress(input, 8 + len, sizeof(input)) == -EBADMSG;
		if (!good)
			ksft_print_msg("block shorter by %zu is accepted\n", cut);
		good &= file_load("text");
	}
	ksft_test_result(good, "deny_truncated_block\n");
}

static void bad_magic(void)
{
	bool good = file_load("text");

	input[0] ^= 1;
	good &= decompress(input, input_len, sizeof(input)) == -EINVAL;
	ksft_test_result(good, "deny_bad_magic\n");
}

/* A match before the beginning, and lengths that reach behind the end. */
static void bad_corrupt(void)
{
	static const uint8_t far_match[] = { 0x00, 0xff, 0xff };
	bool good = file_load("text");

	memcpy(input + 8, far_match, sizeof(far_match));
	good &= decompress(input, input_len, sizeof(input)) == -EBADMSG;
	good &= file_load("text");
	memset(input + input_len - 6000, 0xff, 6000);
	good &= decompress(input, input_len, sizeof(input)) == -EBADMSG;
	ksft_test_result(good, "deny_corrupt\n");
}

/* The format has no checksum: damage in the middle may decode, to something else. */
static void damaged(void)
{
	char want[128], is[65] = "";
	int other = 0;

	file_read(MODULES "/text.sha256", want, sizeof(want));
	for (int part = 0; part < 8; part++) {
		long got;

		file_load("text");
		memset(input + 8 + input_len / 8 * part, 0xff, 3000);
		got = decompress(input, input_len, sizeof(input));
		if (got > 0)
			sha256_hex(output, got, is);
		other += got > 0 ? !strncmp(is, want, 64) : got != -EBADMSG;
	}
	ksft_test_result(!other, "deny_damaged_in_the_middle\n");
}

static size_t block_put(size_t len)
{
	uint32_t words[2] = { MAGIC, len };

	memcpy(input, words, 8);
	return 8 + len;
}

/* A byte, then a match of itself that is longer than any buffer. */
static void bad_bomb(void)
{
	size_t len = 20000;
	long got;

	memset(input + 8, 0xff, len);
	memcpy(input + 8, "\x1f" "a" "\x01\x00", 4);
	got = decompress(input, block_put(len), sizeof(input));
	ksft_test_result(got == -EBADMSG, "deny_output_bomb\n");
}

static void bad_too_large(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	long total = 0;
	ssize_t got;

	while ((got = write(fd, input, 1 << 20)) > 0 && total < 64 << 20)
		total += got;
	ksft_print_msg("accepted %ld bytes, then %s\n", total, strerror(errno));
	ksft_test_result(got < 0 && errno == EFBIG, "deny_too_large\n");
	close(fd);
}

/* Random blocks: whatever they decode to, the domain stays in its view. */
static void random_blocks(void)
{
	long before[DENIED_KINDS], after[DENIED_KINDS];
	int accepted = 0, refused = 0, other = 0;

	srandom(1);
	counters_read("ut_lz4", before);
	for (int round = 0; round < GARBAGE_ROUNDS; round++) {
		size_t len = 1 + random() % 4000;
		long got;

		for (size_t i = 0; i < len; i++)
			input[8 + i] = random() % (round % 2 ? 256 : 32);
		got = decompress(input, block_put(len), sizeof(input));
		if (got > 0)
			accepted++;
		else if (got == -EBADMSG || got == -EINVAL)
			refused++;
		else
			other++;
	}
	counters_read("ut_lz4", after);
	ksft_print_msg("%d refused, %d accepted, %ld violations\n", refused, accepted,
		       counters_sum(after) - counters_sum(before));
	ksft_test_result(!other && refused, "allow_%d_random_blocks\n", GARBAGE_ROUNDS);
}

static void write_after_read(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	bool good = file_load("text") && write(fd, input, input_len) == (ssize_t)input_len;

	good &= read(fd, output, 100) == 100;
	good &= write(fd, input, 8) < 0 && errno == EBUSY;
	close(fd);
	ksft_test_result(good, "deny_write_after_read\n");
}

void suite_lz4(void)
{
	static char log[LOG_MAX];
	char line[1024];
	int fd = log_open();

	ksft_print_header();
	need_runtime();
	need_module("ut_lz4", NULL);
	ksft_set_plan(14);
	good_file("allow_text", "text", sizeof(input));
	good_file("allow_incompressible", "random", sizeof(input));
	good_file("allow_small_writes", "text", 777);
	bad_truncated();
	bad_truncated_block();
	bad_magic();
	bad_corrupt();
	damaged();
	bad_bomb();
	bad_too_large();
	random_blocks();
	write_after_read();
	good_file("allow_text_afterwards", "text", sizeof(input));
	log_read(fd, log, sizeof(log));
	ksft_test_result(!log_alarming(log, line, sizeof(line)) && !module_unload("ut_lz4"),
			 "nothing_alarming_and_unload\n");
	ksft_finished();
}
