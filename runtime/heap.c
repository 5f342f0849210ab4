// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - domain heaps
 *
 * Memory that trusted code and one domain share.  Its bookkeeping (gen_pool, and
 * an xarray of the allocations: trusted code frees pointers that it reads there)
 * is outside of the domain's reach; the heap grows by whole chunks, which are
 * granted at once and stay until the domain goes.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/bitmap.h>
#include <linux/genalloc.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>
#include "runtime.h"

#define CHUNK_SIZE	(16 * PAGE_SIZE)
#define HEAP_ORDER	4	/* units of 16 bytes */
/* Bounds one request, so that sizes cannot wrap. */
#define HEAP_SIZE_MAX	(64UL << 20)

struct chunk {
	struct list_head link;
	void *memory;
};

int ut_heap_init(struct ut_domain *domain)
{
	xa_init_flags(&domain->allocations, XA_FLAGS_LOCK_IRQ);
	domain->heap = gen_pool_create(HEAP_ORDER, NUMA_NO_NODE);
	return domain->heap ? 0 : -ENOMEM;
}

static void chunk_mark_free(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *unused)
{
	size_t size = chunk->end_addr - chunk->start_addr + 1;

	bitmap_zero(chunk->bits, size >> HEAP_ORDER);
}

/* The view is gone already. */
void ut_heap_deinit(struct ut_domain *domain)
{
	struct chunk *chunk, *next;
	size_t used;

	if (!domain->heap)
		return;
	used = ut_heap_used(domain);
	if (used) {
		pr_warn("%s: warning: domain %s: %zu bytes of its heap were not freed\n",
			domain->owner->name, domain->copy.name, used);
		/* gen_pool_destroy() insists on an empty pool. */
		gen_pool_for_each_chunk(domain->heap, chunk_mark_free, NULL);
	}
	gen_pool_destroy(domain->heap);
	xa_destroy(&domain->allocations);
	list_for_each_entry_safe(chunk, next, &domain->chunks, link) {
		vfree(chunk->memory);
		kfree(chunk);
	}
}

/* Bytes in use, rounded up per allocation. */
size_t ut_heap_used(struct ut_domain *domain)
{
	return gen_pool_size(domain->heap) - gen_pool_avail(domain->heap);
}

static struct chunk *chunk_create(struct ut_domain *domain, size_t size)
{
	struct chunk *chunk = kmalloc(sizeof(*chunk), GFP_KERNEL);
	struct ut_span span = { .rights = UT_RIGHT_R | UT_RIGHT_W };
	int ret = -ENOMEM;

	if (!chunk)
		return NULL;
	chunk->memory = vzalloc(size);
	span.start = (unsigned long)chunk->memory;
	span.end = span.start + size;
	if (chunk->memory)
		ret = ut_view_grant(&domain->view, &span, 1);
	if (!ret)
		return chunk;
	if (ret != -ENOTRECOVERABLE)
		vfree(chunk->memory);
	kfree(chunk);
	return NULL;
}

static int heap_grow(struct ut_domain *domain, size_t size)
{
	struct chunk *chunk;
	unsigned long flags;

	size = max_t(size_t, PAGE_ALIGN(size), CHUNK_SIZE);
	chunk = chunk_create(domain, size);
	if (!chunk)
		return -ENOMEM;
	raw_spin_lock_irqsave(&domain->lock, flags);
	list_add(&chunk->link, &domain->chunks);
	raw_spin_unlock_irqrestore(&domain->lock, flags);
	/* On failure the chunk stays granted and unused, until the end. */
	return gen_pool_add(domain->heap, (unsigned long)chunk->memory, size, NUMA_NO_NODE);
}

static int allocation_add(struct ut_domain *domain, unsigned long addr, size_t size, gfp_t gfp)
{
	unsigned long flags;
	void *old;

	xa_lock_irqsave(&domain->allocations, flags);
	old = __xa_store(&domain->allocations, addr >> HEAP_ORDER, xa_mk_value(size), gfp);
	xa_unlock_irqrestore(&domain->allocations, flags);
	return xa_err(old);
}

/* Return whether this was an allocation of that size. */
static bool allocation_remove(struct ut_domain *domain, unsigned long addr, size_t size)
{
	unsigned long index = addr >> HEAP_ORDER, flags;
	bool found;

	xa_lock_irqsave(&domain->allocations, flags);
	found = !(addr & ((1UL << HEAP_ORDER) - 1)) && size <= HEAP_SIZE_MAX &&
		xa_load(&domain->allocations, index) == xa_mk_value(size);
	if (found)
		__xa_erase(&domain->allocations, index);
	xa_unlock_irqrestore(&domain->allocations, flags);
	return found;
}

void *ut_alloc(struct ut_map *map, size_t size, gfp_t gfp)
{
	struct ut_domain *domain = ut_domain_by_map(map);
	unsigned long addr;

	if (WARN_ONCE(!domain, "undertow: allocation before registration\n"))
		return NULL;
	if (!size || size > HEAP_SIZE_MAX)
		return NULL;
	addr = gen_pool_alloc(domain->heap, size);
	while (!addr && gfpflags_allow_blocking(gfp)) {
		if (heap_grow(domain, size))
			return NULL;
		addr = gen_pool_alloc(domain->heap, size);
	}
	if (!addr)
		return NULL;
	if (allocation_add(domain, addr, size, gfp)) {
		gen_pool_free(domain->heap, addr, size);
		return NULL;
	}
	return memset((void *)addr, 0, size);
}
EXPORT_SYMBOL_GPL(ut_alloc);

void ut_free(struct ut_map *map, void *ptr, size_t size)
{
	struct ut_domain *domain = ut_domain_by_map(map);

	if (!ptr || WARN_ONCE(!domain, "undertow: free after unregistration\n"))
		return;
	if (allocation_remove(domain, (unsigned long)ptr, size))
		gen_pool_free(domain->heap, (unsigned long)ptr, size);
	else
		ut_log_free(domain, (unsigned long)ptr, size, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ut_free);
