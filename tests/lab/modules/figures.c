// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - figures of a call
 *
 * The time-stamp counter of the emulated CPU counts instructions; on hardware
 * the same figures are cycles.  The shortest of many short rounds, with
 * interrupts off, is free of events.
 */
#include <linux/irqflags.h>
#include <asm/msr.h>

#include "testmod_expect.h"
#include "functional.h"

#define ROUNDS	200
#define CALLS	100

static noinline void call_null(void)
{
	null_call();
}

static noinline void call_six(void)
{
	null_six(1, 2, 3, 4, 5, 6);
}

static noinline void call_leave(void)
{
	leave(1);
}

static noinline void call_nothing(void)
{
	asm volatile("");
}

static u64 shortest(void (*call)(void))
{
	u64 best = U64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		unsigned long flags;
		u64 start, spent;

		local_irq_save(flags);
		start = rdtsc_ordered();
		for (int i = 0; i < CALLS; i++)
			call();
		spent = rdtsc_ordered() - start;
		local_irq_restore(flags);
		best = min(best, spent);
	}
	return best;
}

/* One call more than the empty one, in hundredths, rounded. */
static int figure(void (*call)(void), u64 limit)
{
	u64 each = (shortest(call) - shortest(call_nothing)) * 100 / CALLS;

	testmod_say("figure %llu.%02llu\n", each / 100, each % 100);
	return EXPECT_EQ(each <= limit * 100, true);
}

int figure_null_call(const void *data)
{
	return figure(call_null, 80);
}

int figure_six_arguments(const void *data)
{
	return figure(call_six, 86);
}

/* Into the domain, out of it, in and out again. */
int figure_exit_gate(const void *data)
{
	return figure(call_leave, 140);
}

/*
 * Between two readings of the host's exit counters by the program.  Interrupts
 * come between the thousands only: one that comes in the domain reads the local
 * APIC, an exit where that is not virtualized.
 */
int run_100000_calls(const void *data)
{
	long sum = 0, i = 0;

	while (i < 100000) {
		unsigned long flags;

		local_irq_save(flags);
		do {
			sum += null_six(i, 0, 0, 0, 0, 0);
		} while (++i % 1000);
		local_irq_restore(flags);
	}
	return EXPECT_EQ(sum, 99999L * 100000 / 2);
}
