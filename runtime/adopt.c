// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - top-level page tables
 *
 * A restricted view can be entered on a CR3 only when the view shows its page
 * table.  Adopt each CR3 once: overlay the table in all views with a copy of
 * the kernel half.  The user half stays empty, so no user page is reachable
 * (INV-2).  Called with interrupts off from gates: everything is preallocated.
 *
 * An overlay outlives its process; the frame may hold other data later, which
 * restricted views do not see.  ut_adopt_forget() runs before such a frame is
 * granted.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/processor.h>
#include "runtime.h"

#define ADOPTED_BITS	9
/* Leave overlays for the state page, map and TSS of each view, and the IDT. */
#define OVERLAYS_OTHER	((2 + num_possible_cpus()) * UT_VIEW_MAX + 1)

/* An adopted table, in the hash by gfn and in the queue by age. */
struct adopted {
	struct hlist_node node;
	struct list_head age;
	u64 gfn;
};

static DEFINE_RAW_SPINLOCK(adopt_lock);
static DEFINE_HASHTABLE(table, ADOPTED_BITS);
static LIST_HEAD(queue);		/* oldest first */
static LIST_HEAD(unused);
static struct adopted *entries;
static unsigned long *copy;		/* page: source of the overlays */
static struct ut_range *argument;	/* of REVOKE */

int ut_adopt_init(u64 overlays_max)
{
	unsigned int count = 1 << ADOPTED_BITS, i;

	if (overlays_max < OVERLAYS_OTHER + num_possible_cpus() + 1) {
		pr_err("error: the host allows %llu overlays, too few for %u CPUs\n",
		       overlays_max, num_possible_cpus());
		return -ENOSPC;
	}
	count = min_t(u64, count, overlays_max - OVERLAYS_OTHER);
	entries = kcalloc(count, sizeof(*entries), GFP_KERNEL);
	copy = (void *)get_zeroed_page(GFP_KERNEL);
	argument = kzalloc(sizeof(*argument), GFP_KERNEL);
	if (!entries || !copy || !argument) {
		kfree(entries);
		free_page((unsigned long)copy);
		kfree(argument);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		list_add_tail(&entries[i].age, &unused);
	return 0;
}

static struct adopted *find(u64 gfn)
{
	struct adopted *entry;

	hash_for_each_possible(table, entry, node, gfn)
		if (entry->gfn == gfn)
			return entry;
	return NULL;
}

static int revoke(u64 gfn)
{
	*argument = (struct ut_range) { .gfn = gfn, .npages = 1 };
	return ut_host_revoke(UT_VIEW_ALL, argument, 1);
}

static void drop(struct adopted *entry)
{
	int ret = revoke(entry->gfn);

	WARN(ret, "undertow: page table %llx: revoke failed (%d)\n", entry->gfn, ret);
	hash_del(&entry->node);
	list_move(&entry->age, &unused);
}

/* Needs a CPU that is enabled, and that no restricted view exists. */
void ut_adopt_forget_all(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&adopt_lock, flags);
	while (!list_empty(&queue))
		drop(list_first_entry(&queue, struct adopted, age));
	raw_spin_unlock_irqrestore(&adopt_lock, flags);
}

void ut_adopt_deinit(void)
{
	INIT_LIST_HEAD(&unused);
	kfree(entries);
	free_page((unsigned long)copy);
	kfree(argument);
}

static bool is_current_anywhere(u64 gfn)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if ((READ_ONCE(per_cpu(ut_cpu, cpu).cr3) & CR3_ADDR_MASK) >> PAGE_SHIFT == gfn)
			return true;
	return false;
}

/*
 * Make room by dropping the oldest table that no gate can rely on: a gate
 * skips adoption only for the value in its CPU's ut_cpu.cr3.
 */
static struct adopted *entry_get(void)
{
	struct adopted *entry;

	if (list_empty(&unused)) {
		list_for_each_entry(entry, &queue, age) {
			if (is_current_anywhere(entry->gfn))
				continue;
			drop(entry);
			break;
		}
	}
	return list_first_entry_or_null(&unused, struct adopted, age);
}

static int adopt(u64 gfn)
{
	const unsigned long *pgd = __va(gfn << PAGE_SHIFT);
	u64 source = __pa(copy) >> PAGE_SHIFT;
	struct adopted *entry;
	int ret;

	/* The lower half of copy[] is always zero. */
	memcpy(copy + PTRS_PER_PGD / 2, pgd + PTRS_PER_PGD / 2, PAGE_SIZE / 2);
	entry = entry_get();
	if (!entry)
		return -ENOSPC;
	ret = ut_host_overlay(UT_VIEW_ALL, gfn, source);
	if (ret == -EEXIST && !revoke(gfn)) {
		pr_err("error: page table %llx was overlaid behind our back\n", gfn);
		ret = ut_host_overlay(UT_VIEW_ALL, gfn, source);
	}
	if (ret)
		return ret;
	entry->gfn = gfn;
	hash_add(table, &entry->node, gfn);
	list_move_tail(&entry->age, &queue);
	return 0;
}

/**
 * ut_adopt_cr3() - Make the current CR3 usable in all restricted views
 *
 * Call with interrupts off, on the CPU that is to enter the view.
 */
int ut_adopt_cr3(void)
{
	unsigned long cr3 = __read_cr3();
	u64 gfn = (cr3 & CR3_ADDR_MASK) >> PAGE_SHIFT;
	int ret = 0;

	raw_spin_lock(&adopt_lock);
	if (!find(gfn))
		ret = adopt(gfn);
	if (!ret)
		this_cpu_write(ut_cpu.cr3, cr3);
	raw_spin_unlock(&adopt_lock);
	return ret;
}

/* A frame is about to be granted: it is no top-level table any more. */
void ut_adopt_forget(u64 gfn)
{
	struct adopted *entry;
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&adopt_lock, flags);
	entry = find(gfn);
	if (entry) {
		/* A new table in this frame must be adopted anew. */
		for_each_possible_cpu(cpu)
			if ((per_cpu(ut_cpu, cpu).cr3 & CR3_ADDR_MASK) >> PAGE_SHIFT == gfn)
				WRITE_ONCE(per_cpu(ut_cpu, cpu).cr3, 0);
		drop(entry);
	}
	raw_spin_unlock_irqrestore(&adopt_lock, flags);
}
