// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the kernel's zlib decompressor, whole in a domain
 */
#include <linux/zlib.h>

#define KT_DOMAIN kt_zlib
#include "driver.h"

/* Z_* of the decompressor; @good: the output is the text. */
static int decompress(const void *data, size_t size, bool *good)
{
	struct z_stream_s *stream = kt_alloc(sizeof(*stream));
	u8 *output = kt_alloc(DATA_SIZE);
	int err;

	*good = false;
	if (!stream || !output)
		return Z_MEM_ERROR;
	stream->workspace = kt_alloc(zlib_inflate_workspacesize());
	stream->next_in = kt_copy(data, size);
	stream->avail_in = size;
	stream->next_out = output;
	stream->avail_out = DATA_SIZE;
	if (!stream->workspace || !stream->next_in)
		return Z_MEM_ERROR;
	err = zlib_inflateInit2(stream, MAX_WBITS);
	if (err != Z_OK)
		return err;
	err = zlib_inflate(stream, Z_FINISH);
	*good = err == Z_STREAM_END && kt_is_text(output, READ_ONCE(stream->total_out));
	zlib_inflateEnd(stream);
	return err;
}

static int decompress_text(const void *data)
{
	bool good;

	return EXPECT_EQ(decompress(data_zlib, sizeof(data_zlib), &good), Z_STREAM_END) |
	       EXPECT_EQ(good, true);
}

static int decompress_truncated(const void *data)
{
	bool good;
	int err = 0;

	for (size_t cut = 1; cut < sizeof(data_zlib); cut = cut * 5 + 3) {
		int got = decompress(data_zlib, sizeof(data_zlib) - cut, &good);

		err |= EXPECT_EQ(got, Z_BUF_ERROR);
		kt_free_all();
	}
	return err;
}

static int decompress_damaged(const void *data)
{
	u8 *damaged = kmemdup(data_zlib, sizeof(data_zlib), GFP_KERNEL);
	bool good;
	int err = 0;

	for (size_t at = 0; damaged && at < sizeof(data_zlib); at += 1499) {
		damaged[at] ^= 0x11;
		err |= EXPECT_EQ(decompress(damaged, sizeof(data_zlib), &good) == Z_STREAM_END, false);
		damaged[at] ^= 0x11;
		kt_free_all();
	}
	kfree(damaged);
	return err;
}

/* It allocates by itself: raw data, without the two bytes of the header. */
static int decompress_blob(const void *data)
{
	void *input = kt_copy(data_zlib + 2, sizeof(data_zlib) - 2), *output = kt_alloc(DATA_SIZE);
	unsigned int before = kt_allocations;
	int got;

	if (!input || !output)
		return -ENOMEM;
	got = zlib_inflate_blob(output, DATA_SIZE, input, sizeof(data_zlib) - 2);
	return EXPECT_EQ(got, DATA_SIZE) | EXPECT_EQ(kt_is_text(output, got), true) |
	       EXPECT_EQ(kt_allocations - before, 2);
}

static const struct testmod_case zlib_cases[] = {
	{ "allow_decompress", decompress_text },
	{ "allow_decompress_blob", decompress_blob },
	{ "allow_truncated_is_error", decompress_truncated },
	{ "allow_damaged_is_error", decompress_damaged },
	{ "allow_decompress_afterwards", decompress_text },
};
KT_MODULE(zlib_cases, "zlib");
