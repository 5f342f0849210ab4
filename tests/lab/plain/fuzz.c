// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - random hypercalls
 *
 * Seeded and structured: mostly valid prefixes, so that calls get past the
 * first check, with hostile values in any place.  Runs while the runtime is
 * not loaded, and does not shoot its own kernel: text is only made of pages of
 * its own, and grants to all views only of those, so that it can take them
 * back.  What the host answers is counted, not judged; that the host and the
 * VM live on is judged by the program in the guest and by the lab.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <undertow/abi.h>

#include "testmod.h"

#define POOL_ORDER	6
#define POOL_PAGES	(1 << POOL_ORDER)

static unsigned int seed = 1;
module_param(seed, uint, 0400);
static unsigned int count = 10000;
module_param(count, uint, 0400);

static struct rnd_state rnd;
static u8 *pool;		/* POOL_PAGES pages, the target of grants */
static u8 *argument;		/* one page for structures in memory */
static struct ut_ve_page *info;
static unsigned long answers[64], answers_other, answers_good;

/* Nothing enters a view here, so nothing gets here. */
static noinline void fuzz_abort(void)
{
	BUG();
}

static long hypercall(u64 number, u64 a, u64 b, u64 c, u64 d)
{
	long result;

	asm volatile("vmcall" : "=a"(result)
		     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
	return result;
}

static u32 below(u32 limit)
{
	return prandom_u32_state(&rnd) % limit;
}

static u64 random64(void)
{
	return (u64)prandom_u32_state(&rnd) << 32 | prandom_u32_state(&rnd);
}

static u64 hostile_value(void)
{
	static const u64 values[] = {
		0, 1, 7, 8, 0xfff, 0x1000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
		0xfee00000, 0xfee00000 >> 12, 0xfec00, 0xa0, 0xfffff, 1UL << 39, 1UL << 40,
		1UL << 51, (1UL << 52) - 1, 1UL << 52, 1UL << 62, 1UL << 63, ~0UL, ~0xfffUL,
		~7UL, 0xffff888000000000, 0x8000000000000000 >> 12,
	};

	return below(4) ? values[below(ARRAY_SIZE(values))] : random64();
}

static u64 pool_gfn(void)
{
	return virt_to_phys(pool + below(POOL_PAGES) * PAGE_SIZE) >> PAGE_SHIFT;
}

static u64 argument_gpa(void)
{
	switch (below(12)) {
	case 0: return hostile_value();
	case 1: return virt_to_phys(argument) + below(PAGE_SIZE);
	case 2: return virt_to_phys(argument) + PAGE_SIZE - 8;
	default: return virt_to_phys(argument);
	}
}

static u64 view_number(bool all_allowed)
{
	switch (below(8)) {
	case 0: return hostile_value();
	case 1: return all_allowed ? UT_VIEW_ALL : 0;
	default: return below(6);
	}
}

static bool is_all(u64 view)
{
	return (u32)view == UT_VIEW_ALL;
}

/* Ranges in memory; only pages of the pool when the grant is to all views. */
static void fill_ranges(bool only_pool, bool revoke)
{
	struct ut_range *ranges = (void *)argument;

	for (int i = 0; i < UT_RANGES_MAX; i++) {
		bool hostile = !only_pool && !below(6);

		ranges[i].gfn = hostile ? hostile_value() : pool_gfn();
		ranges[i].npages = hostile ? hostile_value() : 1;
		/* Executable only where it can do no harm to this kernel: in the pool. */
		ranges[i].rights = revoke ? (below(8) ? 0 : below(16)) :
				   hostile ? hostile_value() & ~(u64)UT_RIGHT_X : below(18);
	}
}

static u32 range_count(void)
{
	return below(8) ? 1 + below(4) : (u32)hostile_value();
}

static long one_grant(void)
{
	u64 view = view_number(true);
	u64 gpa = argument_gpa();

	fill_ranges(is_all(view), false);
	return hypercall(UT_HC_GRANT, view, gpa, range_count(), hostile_value());
}

static long one_revoke(void)
{
	fill_ranges(false, true);
	return hypercall(UT_HC_REVOKE, view_number(true), argument_gpa(), range_count(), 0);
}

static long one_overlay(void)
{
	u64 view = view_number(true);
	u64 gfn = is_all(view) || below(3) ? pool_gfn() : hostile_value();

	return hypercall(UT_HC_OVERLAY, view, gfn, below(3) ? pool_gfn() : hostile_value(), 0);
}

static long one_enable(void)
{
	struct ut_enable *enable = (void *)argument;

	*enable = (struct ut_enable){
		.revision = below(6) ? UT_ABI_REVISION : (u32)hostile_value(),
		.flags = below(6) ? 0 : (u32)hostile_value(),
		.info_gpa = below(6) ? virt_to_phys(info) : hostile_value(),
		.abort_rip = below(6) ? (u64)&fuzz_abort : hostile_value(),
		.abort_rsp = below(6) ? (u64)info + PAGE_SIZE : hostile_value(),
	};
	return hypercall(UT_HC_ENABLE, argument_gpa(), 0, 0, 0);
}

/* Out of range numbers too; never SEAL of all views, which cannot be undone. */
static long one_call(void)
{
	u64 view;

	switch (below(20)) {
	case 0: return hypercall(UT_HC_INFO, argument_gpa(), 0, 0, 0);
	case 1: return hypercall(UT_HC_STAT, argument_gpa(), 0, 0, 0);
	case 2: case 3: case 4: return one_enable();
	case 5: return below(4) ? 0 : hypercall(UT_HC_DISABLE, hostile_value(), 0, 0, 0);
	case 6: case 7: case 8: return hypercall(UT_HC_VIEW_CREATE, hostile_value(), 0, 0, 0);
	case 9: return hypercall(UT_HC_VIEW_DESTROY, view_number(true), 0, 0, 0);
	case 10: view = view_number(false);
		 return is_all(view) ? 0 : hypercall(UT_HC_SEAL, view, 0, 0, 0);
	case 11: return hypercall(UT_HC_END + below(100), hostile_value(), hostile_value(),
				  hostile_value(), hostile_value());
	case 12: case 13: return one_overlay();
	case 14: case 15: return one_revoke();
	default: return one_grant();
	}
}

static void count_answer(long answer)
{
	if (answer >= 0)
		answers_good++;
	else if (-answer < ARRAY_SIZE(answers))
		answers[-answer]++;
	else
		answers_other++;
}

/* Give everything back, one by one: the state before is the state after. */
static void cleanup(void)
{
	struct ut_enable *enable = (void *)argument;
	struct ut_range *range = (void *)argument;

	*enable = (struct ut_enable){
		.revision = UT_ABI_REVISION, .info_gpa = virt_to_phys(info),
		.abort_rip = (u64)&fuzz_abort, .abort_rsp = (u64)info + PAGE_SIZE,
	};
	hypercall(UT_HC_ENABLE, virt_to_phys(argument), 0, 0, 0);
	for (u64 view = 1; view <= UT_VIEW_MAX; view++)
		hypercall(UT_HC_VIEW_DESTROY, view, 0, 0, 0);
	for (int i = 0; i < POOL_PAGES; i++) {
		*range = (struct ut_range){ .gfn = (virt_to_phys(pool) >> PAGE_SHIFT) + i, .npages = 1 };
		hypercall(UT_HC_REVOKE, UT_VIEW_ALL, virt_to_phys(argument), 1, 0);
	}
	hypercall(UT_HC_DISABLE, 0, 0, 0, 0);
}

static int fuzz(const void *data)
{
	struct ut_stat *stat = (void *)argument;

	prandom_seed_state(&rnd, seed);
	testmod_say("seed %u\ncalls %u\n", seed, count);
	for (unsigned int i = 0; i < count; i++) {
		preempt_disable();
		count_answer(one_call());
		preempt_enable();
		cond_resched();
	}
	preempt_disable();
	cleanup();
	preempt_enable();
	testmod_say("good %lu\nother %lu\n", answers_good, answers_other);
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		if (answers[i])
			testmod_say("errno_%zu %lu\n", i, answers[i]);
	if (hypercall(UT_HC_STAT, virt_to_phys(argument), 0, 0, 0))
		return -EIO;
	testmod_say("views %llu\ngrants %llu\noverlays %llu\naborts %llu\n", stat->views,
		    stat->grants, stat->overlays, stat->aborts);
	return 0;
}

static const struct testmod_case fuzz_cases[] = {
	{ "allow_random_hypercalls", fuzz },
};
TESTMOD_TABLE(fuzz_cases)

static int __init fuzz_init(void)
{
	pool = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, POOL_ORDER);
	argument = (void *)get_zeroed_page(GFP_KERNEL);
	info = (void *)get_zeroed_page(GFP_KERNEL);
	if (!pool || !argument || !info) {
		free_pages((unsigned long)pool, POOL_ORDER);
		free_page((unsigned long)argument);
		free_page((unsigned long)info);
		return -ENOMEM;
	}
	testmod_create();
	return 0;
}
module_init(fuzz_init);

static void __exit fuzz_exit(void)
{
	testmod_destroy();
	free_pages((unsigned long)pool, POOL_ORDER);
	free_page((unsigned long)argument);
	free_page((unsigned long)info);
}
module_exit(fuzz_exit);

MODULE_DESCRIPTION("Undertow tests: random hypercalls");
MODULE_LICENSE("GPL");
