// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the kernel's 842, whole in a domain
 */
#include <linux/types.h>
#include <linux/sw842.h>

#define KT_DOMAIN kt_842
#include "driver.h"

/* A multiple of 8 bytes, and not. */
static const size_t sizes[] = { 8, 4096, 4097, 32768 };

struct packed { u8 *data; unsigned int size; };

static int compress(size_t size, struct packed *packed)
{
	u8 *input = kt_copy(data_text, size), *output = kt_alloc(2 * size);
	void *work = kt_alloc(SW842_MEM_COMPRESS);
	unsigned int *len = kt_alloc(sizeof(*len));
	int err;

	if (!input || !output || !work || !len)
		return -ENOMEM;
	*len = 2 * size;
	err = sw842_compress(input, size, output, len, work);
	packed->data = output;
	packed->size = min_t(unsigned int, READ_ONCE(*len), 2 * size);
	return err;
}

static int decompress(const struct packed *packed, size_t size, bool *good)
{
	u8 *output = kt_alloc(size);
	unsigned int *len = kt_alloc(sizeof(*len)), got;
	int err;

	*good = false;
	if (!output || !len)
		return -ENOMEM;
	*len = size;
	err = sw842_decompress(packed->data, packed->size, output, len);
	got = READ_ONCE(*len);
	*good = !err && got == size && !memcmp(output, data_text, size);
	return err;
}

static int round_trip(const void *data)
{
	struct packed packed;
	bool good;
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		err |= EXPECT_EQ(compress(sizes[i], &packed), 0);
		err |= EXPECT_EQ(decompress(&packed, sizes[i], &good), 0);
		err |= EXPECT_EQ(good, true);
		kt_free_all();
	}
	return err;
}

static int truncated(const void *data)
{
	struct packed packed;
	bool good;
	int err = EXPECT_EQ(compress(4096, &packed), 0);

	for (size_t cut = 8; cut < packed.size; cut = cut * 3) {
		struct packed less = { packed.data, packed.size - cut };

		err |= EXPECT_EQ(decompress(&less, 4096, &good) < 0, true);
	}
	return err;
}

static int damaged(const void *data)
{
	struct packed packed;
	bool good;
	int err = EXPECT_EQ(compress(4096, &packed), 0);

	for (size_t at = 0; at < packed.size - 8; at += 199) {
		packed.data[at] ^= 0x11;
		err |= EXPECT_EQ(decompress(&packed, 4096, &good) < 0, true);
		packed.data[at] ^= 0x11;
	}
	return err;
}

static const struct testmod_case cases[] = {
	{ "allow_round_trip", round_trip },
	{ "allow_truncated_is_error", truncated },
	{ "allow_damaged_is_error", damaged },
	{ "allow_round_trip_afterwards", round_trip },
};
KT_MODULE(cases, "842");
