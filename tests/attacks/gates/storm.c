// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - each VMFUNC under an interrupt storm (INV-5)
 *
 * Interrupts on, RSP at a trusted page, RAX and RCX as VMFUNC wants them for the full
 * view: what arrives behind the VMFUNC must not be delivered onto that page.  Every try
 * has one of the ends that its place allows, and is counted.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/string.h>
#include <asm/processor-flags.h>

#include "attacks.h"
#include "testmod_expect.h"

#define TRIES	100000
#define PERIOD	ns_to_ktime(100000)
#define SOME_TICKS	1024
#define EARLY	0x1337

enum place { ENTRY, ENTRY_RETURN, EXIT, EXIT_RETURN, EVENT, REENTRY, PLACES };

static unsigned long storm_ticks, storm_tries, tries_before;
static ktime_t storm_period;

/* Fewer ticks on a host so slow that there is time for nothing else. */
static enum hrtimer_restart storm_tick(struct hrtimer *timer)
{
	if (!(++storm_ticks % SOME_TICKS)) {
		if (READ_ONCE(storm_tries) - tries_before < SOME_TICKS / 16)
			storm_period *= 2;
		tries_before = storm_tries;
	}
	hrtimer_forward_now(timer, storm_period);
	return HRTIMER_RESTART;
}

/* The record without a target is that of the gate behind interrupts. */
static unsigned long reentry_gate(void)
{
	for (const struct ut_record *gate = records_start(); gate < records_end(); gate++)
		if (!gate->target)
			return gate->gate;
	return 0;
}

static unsigned long find(enum place place)
{
	switch (place) {
	case ENTRY:
		return gate_vmfunc((unsigned long)&attack_read, 0);
	case ENTRY_RETURN:
		return gate_vmfunc((unsigned long)&attack_read, 1);
	case EXIT:
		return gate_vmfunc(exit_gate_of(trusted_sink), 0);
	case EXIT_RETURN:
		return gate_vmfunc(exit_gate_of(trusted_sink), 1);
	case EVENT:
		/* Behind the last stub. */
		return gate_vmfunc(stub_address(255), 0);
	default:
		return gate_vmfunc(reentry_gate(), 0);
	}
}

static long try(unsigned long rip)
{
	jump_prepare(rip);
	attack_target.rflags |= X86_EFLAGS_IF;
	attack_target.rsp = (u64)&trusted_page[256];
	attack_target.r11 = (u64)&trusted_page[256];
	attack_target.rbx = EARLY;
	return attack_jump();
}

static bool is_canary_intact(void)
{
	return !memchr_inv(&trusted_page[1], 0, PAGE_SIZE - sizeof(long));
}

static long storm(struct attack_trace *trace)
{
	unsigned long rip[PLACES], early = 0, behind = 0, sunk = trusted_sink_calls;
	struct hrtimer timer;
	long result = 0;
	int number;

	trace->faults = 0;
	for (int place = 0; place < PLACES; place++) {
		rip[place] = find(place);
		if (!rip[place])
			return -ENOENT;
	}
	storm_ticks = storm_tries = tries_before = 0;
	storm_period = PERIOD;
	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer.function = storm_tick;
	hrtimer_start(&timer, PERIOD, HRTIMER_MODE_REL_PINNED_HARD);
	/* Without an interrupt behind a VMFUNC this would show nothing. */
	for (number = 0; !result && (number < TRIES || (!behind && number < 5 * TRIES)); number++) {
		enum place place = number % PLACES;
		long end = try(rip[place]);

		WRITE_ONCE(storm_tries, storm_tries + 1);
		early += end == EARLY && place == ENTRY_RETURN;
		trace->faults += end == -EFAULT;
		behind += end == -EFAULT && place == ENTRY_RETURN;
		if (early + trace->faults != number + 1)
			result = end ?: -EPROTO;
		else if (!is_canary_intact())
			result = -EUCLEAN;
	}
	hrtimer_cancel(&timer);
	destroy_hrtimer_on_stack(&timer);
	sunk = trusted_sink_calls - sunk;
	testmod_say("tries %d\nticks %lu\nperiod %lld\nearly %lu\nbehind %lu\nsunk %lu\n", number,
		    storm_ticks, ktime_to_ns(storm_period), early, behind, sunk);
	if (!result && (!behind || sunk > number / PLACES + 1))
		return -ENODATA;
	return result;
}

static bool page_clean(void)
{
	return trusted_intact() && is_canary_intact();
}

const struct attack storm_attacks[] = {
	{ "deny_interrupt_storm", legal_jump, storm, page_clean, 0 },
	{ }
};
