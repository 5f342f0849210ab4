// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the kernel's XZ decompressor, whole in a domain
 */
#include <linux/xz.h>

#define KT_DOMAIN kt_xz
#include "driver.h"

/* Of xz_private.h: the module has its own, and fills the table when it loads. */
void xz_crc32_init(void);

/* XZ_* of the decompressor; @good: the output is the text. */
static int decompress(enum xz_mode mode, const void *data, size_t size, bool *good)
{
	struct xz_dec *state = xz_dec_init(mode, SZ_1M);
	struct xz_buf *buffer = kt_alloc(sizeof(*buffer));
	int err = XZ_MEM_ERROR;

	*good = false;
	if (!state || !buffer)
		return err;
	buffer->in = kt_copy(data, size);
	buffer->in_size = size;
	buffer->out = kt_alloc(DATA_SIZE);
	buffer->out_size = DATA_SIZE;
	if (buffer->in && buffer->out) {
		u8 *output = buffer->out;

		err = xz_dec_run(state, buffer);
		*good = err == XZ_STREAM_END && kt_is_text(output, READ_ONCE(buffer->out_pos));
	}
	xz_dec_end(state);
	return err;
}

static int decompress_text(const void *data)
{
	bool good;
	int err = 0;

	err |= EXPECT_EQ(decompress(XZ_SINGLE, data_xz, sizeof(data_xz), &good), XZ_STREAM_END);
	err |= EXPECT_EQ(good, true);
	err |= EXPECT_EQ(decompress(XZ_DYNALLOC, data_xz, sizeof(data_xz), &good), XZ_STREAM_END);
	return err | EXPECT_EQ(good, true);
}

static int decompress_truncated(const void *data)
{
	bool good;
	int err = 0;

	for (size_t cut = 1; cut < sizeof(data_xz); cut = cut * 5 + 3) {
		int got = decompress(XZ_SINGLE, data_xz, sizeof(data_xz) - cut, &good);

		err |= EXPECT_EQ(got == XZ_BUF_ERROR || got == XZ_DATA_ERROR, true);
		kt_free_all();
	}
	return err;
}

static int decompress_damaged(const void *data)
{
	u8 *damaged = kmemdup(data_xz, sizeof(data_xz), GFP_KERNEL);
	bool good;
	int err = 0;

	for (size_t at = 0; damaged && at < sizeof(data_xz); at += 1999) {
		int got;

		damaged[at] ^= 0x11;
		got = decompress(XZ_SINGLE, damaged, sizeof(data_xz), &good);
		err |= EXPECT_EQ(got > XZ_STREAM_END, true);
		damaged[at] ^= 0x11;
		kt_free_all();
	}
	kfree(damaged);
	return err;
}

static int fill_table(const void *data)
{
	bool good;

	xz_crc32_init();
	return EXPECT_EQ(decompress(XZ_SINGLE, data_xz, sizeof(data_xz), &good), XZ_STREAM_END);
}

static const struct testmod_case xz_cases[] = {
	{ "allow_fill_table", fill_table },
	{ "allow_decompress", decompress_text },
	{ "allow_truncated_is_error", decompress_truncated },
	{ "allow_damaged_is_error", decompress_damaged },
	{ "allow_decompress_afterwards", decompress_text },
};
KT_MODULE(xz_cases, "XZ");
