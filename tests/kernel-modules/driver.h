/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - what the trusted drivers of the kernel's libraries share
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <crypto/sha2.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <undertow/undertow.h>

/* What a driver does before it has cases: 0 or -errno. */
#ifndef KT_START
#define KT_START 0
#endif
#define TESTMOD_START()	KT_START
/* After each case its memory is freed. */
static void kt_free_all(void);
#define TESTMOD_CLEAN()	kt_free_all()
#include "testmod.h"
#include "data.h"

/* One domain for each module, with the module's name. */
#define KT_MAP		__PASTE(__ut_map_, KT_DOMAIN)
extern struct ut_map KT_MAP;
#define DOMAIN		(&KT_MAP)

/* Memory that the domain asked for: freed when it says so, or after the case. */
struct kt_block { struct kt_block *next; void *memory; size_t size; };
static struct kt_block *kt_blocks;
static unsigned int kt_allocations;

void *kt_alloc(size_t size);
void kt_free(void *memory);

void *kt_alloc(size_t size)
{
	struct kt_block *block = size <= SZ_8M ? kmalloc(sizeof(*block), GFP_KERNEL) : NULL;

	if (!block)
		return NULL;
	block->memory = ut_alloc(DOMAIN, size, GFP_KERNEL);
	if (!block->memory) {
		kfree(block);
		return NULL;
	}
	block->size = size;
	block->next = kt_blocks;
	kt_blocks = block;
	kt_allocations++;
	return block->memory;
}

/* The domain may name anything: only what is in the list is freed. */
void kt_free(void *memory)
{
	for (struct kt_block **at = &kt_blocks; memory && *at; at = &(*at)->next) {
		struct kt_block *block = *at;

		if (block->memory != memory)
			continue;
		*at = block->next;
		ut_free(DOMAIN, memory, block->size);
		kfree(block);
		return;
	}
}

static void kt_free_all(void)
{
	while (kt_blocks)
		kt_free(kt_blocks->memory);
}

static void *kt_copy(const void *data, size_t size)
{
	void *memory = kt_alloc(size ?: 1);

	if (memory && size)
		memcpy(memory, data, size);
	return memory;
}

/* Whether @memory is the text. */
static __maybe_unused bool kt_is_text(const void *memory, long size)
{
	u8 digest[SHA256_DIGEST_SIZE];

	if (size != DATA_SIZE)
		return false;
	sha256(memory, size, digest);
	return !memcmp(digest, data_sha256, sizeof(digest));
}

#define KT_MODULE(table, what) TESTMOD_MODULE(table, "the kernel's " what " in a domain")

#endif
