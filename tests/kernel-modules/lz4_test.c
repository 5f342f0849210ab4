// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the kernel's LZ4, whole in a domain
 */
#include <linux/lz4.h>

#define KT_DOMAIN kt_lz4
#include "driver.h"

/* Result of the decompressor; @good: the output is the text. */
static long decompress(const void *data, size_t size, bool *good)
{
	char *input = kt_copy(data, size), *output = kt_alloc(DATA_SIZE);
	long got = input && output ? LZ4_decompress_safe(input, output, size, DATA_SIZE) : -ENOMEM;

	*good = kt_is_text(output, got);
	return got;
}

static int decompress_text(const void *data)
{
	bool good;

	decompress(data_lz4, sizeof(data_lz4), &good);
	return EXPECT_EQ(good, true);
}

static int decompress_truncated(const void *data)
{
	bool good;
	int err = 0;

	for (size_t cut = 1; cut < sizeof(data_lz4); cut = cut * 5 + 3) {
		err |= EXPECT_EQ(decompress(data_lz4, sizeof(data_lz4) - cut, &good) < 0, true);
		kt_free_all();
	}
	return err;
}

/* LZ4 has no checksum: damage is an error, or other text. */
static int decompress_damaged(const void *data)
{
	u8 *damaged = kmemdup(data_lz4, sizeof(data_lz4), GFP_KERNEL);
	bool good = !damaged;
	int err = 0;

	for (size_t at = 100; damaged && at < sizeof(data_lz4) - 300; at += 2999) {
		memset(damaged + at, 0xff, 300);
		decompress(damaged, sizeof(data_lz4), &good);
		err |= EXPECT_EQ(good, false);
		memcpy(damaged, data_lz4, sizeof(data_lz4));
		kt_free_all();
	}
	kfree(damaged);
	return err;
}

static int compress(bool high)
{
	char *input = kt_copy(data_text, DATA_SIZE), *output = kt_alloc(LZ4_COMPRESSBOUND(DATA_SIZE));
	void *work = kt_alloc(high ? LZ4HC_MEM_COMPRESS : LZ4_MEM_COMPRESS);
	bool good;
	int size;

	if (!input || !output || !work)
		return -ENOMEM;
	if (high)
		size = LZ4_compress_HC(input, output, DATA_SIZE, LZ4_COMPRESSBOUND(DATA_SIZE), 9, work);
	else
		size = LZ4_compress_default(input, output, DATA_SIZE,
					    LZ4_COMPRESSBOUND(DATA_SIZE), work);
	if (EXPECT_EQ(size > 0 && size < DATA_SIZE / 2 + DATA_SIZE / 4, true))
		return -EILSEQ;
	decompress(output, size, &good);
	return EXPECT_EQ(good, true);
}

static int compress_fast(const void *data) { return compress(false); }
static int compress_high(const void *data) { return compress(true); }

static const struct testmod_case lz4_cases[] = {
	{ "allow_decompress", decompress_text },
	{ "allow_compress", compress_fast },
	{ "allow_compress_high", compress_high },
	{ "allow_truncated_is_error", decompress_truncated },
	{ "allow_damaged_is_not_text", decompress_damaged },
	{ "allow_decompress_afterwards", decompress_text },
};
KT_MODULE(lz4_cases, "LZ4");
