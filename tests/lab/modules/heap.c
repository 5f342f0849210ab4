// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - heap of a domain
 */
#include <linux/gfp.h>
#include <linux/string.h>
#include <undertow/undertow.h>

#include "testmod_expect.h"
#include "functional.h"

UT_DECLARE_DOMAIN(ut_functional);
#define DOMAIN UT_DOMAIN(ut_functional)

int allow_memory_functions(const void *data)
{
	char *buffer = ut_alloc(DOMAIN, 256, GFP_KERNEL);
	int err;

	if (!buffer)
		return -ENOMEM;
	err = EXPECT_EQ(copy_and_compare(buffer, 256), 9);
	ut_free(DOMAIN, buffer, 256);
	return err;
}

/* Both sides see the same memory; new memory is zero; lists of objects work. */
int allow_heap(const void *data)
{
	struct link *head = NULL;
	long want = 0;
	int err = 0;

	for (long value = 1; value <= 100; value++) {
		struct link *link = ut_alloc(DOMAIN, sizeof(*link), GFP_KERNEL);

		if (!link)
			return -ENOMEM;
		err |= EXPECT_EQ(link->value, 0);
		*link = (struct link){ .next = head, .value = value };
		head = link;
		want += value;
	}
	err |= EXPECT_EQ(list_sum(head), want);
	while (head) {
		struct link *next = head->next;

		ut_free(DOMAIN, head, sizeof(*head));
		head = next;
	}
	return err;
}

int allow_heap_of_all_sizes(const void *data)
{
	static const size_t sizes[] = { 1, 7, 8, 64, 100, 2048, 4095, 4096, 4097, 65536, 1 << 20 };
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *memory = ut_alloc(DOMAIN, sizes[i], GFP_KERNEL);

		if (!memory)
			return -ENOMEM;
		err |= EXPECT_EQ(fill(memory, sizes[i], 1), 0);
		err |= EXPECT_EQ(fill(memory, sizes[i], 0), sizes[i]);
		ut_free(DOMAIN, memory, sizes[i]);
	}
	return err;
}

/* A domain that changes what trusted code frees: no other memory goes, nothing breaks. */
int deny_free_of_what_is_no_allocation(const void *data)
{
	struct link *link = ut_alloc(DOMAIN, sizeof(*link), GFP_KERNEL);
	u8 *other = ut_alloc(DOMAIN, 256, GFP_KERNEL), *again;
	int err = 0;

	if (!link || !other)
		return -ENOMEM;
	err |= EXPECT_EQ(relink(link, (struct link *)(other + 128)), 0);
	ut_free(DOMAIN, link->next, sizeof(*link));
	err |= EXPECT_EQ(relink(link, (struct link *)&link->value), 0);
	ut_free(DOMAIN, link->next, sizeof(*link));
	ut_free(DOMAIN, other, 512);
	ut_free(DOMAIN, other, -(size_t)other);
	ut_free(DOMAIN, (void *)data, 256);
	/* None of it is given away. */
	again = ut_alloc(DOMAIN, 256, GFP_KERNEL);
	err |= EXPECT_EQ(again && (again + 256 <= other || again >= other + 256), true);
	ut_free(DOMAIN, other, 256);
	ut_free(DOMAIN, other, 256);
	ut_free(DOMAIN, again, 256);
	ut_free(DOMAIN, link, sizeof(*link));
	return err;
}

/* Freed memory stays the domain's; who gets it next finds zeroes. */
int allow_heap_reuse_is_zeroed(const void *data)
{
	size_t size = 1 << 20;
	int err = 0;

	for (int round = 0; round < 3; round++) {
		u8 *memory = ut_alloc(DOMAIN, size, GFP_KERNEL);

		if (!memory)
			return -ENOMEM;
		err |= EXPECT_EQ(fill(memory, size, 5), 0);
		ut_free(DOMAIN, memory, size);
	}
	return err;
}
