// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - policies for violations
 *
 * The program in the guest chooses the policy; a case says what it finds.  A name
 * without allow_ or deny_ is a step of a test there.
 */
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <undertow/annotate.h>

#include "testmod.h"

#define SECRETS 4

/* Trusted pages, each touched for the first time by one step. */
static long secrets[SECRETS][PAGE_SIZE / sizeof(long)] __aligned(PAGE_SIZE);
static const long __untrusted constant = 5;

static long __untrusted add_one(long value)
{
	return value + 1;
}

static long __untrusted peek(const long *address)
{
	return *(const volatile long *)address;
}

static long __untrusted poke(long *address, long value)
{
	*(volatile long *)address = value;
	return value;
}

static long __untrusted jump(long (*function)(long), long value)
{
	return function(value);
}

static noinline long trusted_function(long value)
{
	return value;
}

static noinline long trusted_violate(long value)
{
	return peek(secrets[0]) == -EFAULT ? value : -1;
}

static long __untrusted call_out(long value)
{
	return trusted_violate(value) + 1;
}

static long __untrusted spin_until(const bool *stop)
{
	long rounds = 0;

	while (!*(const volatile bool *)stop)
		rounds++;
	return rounds;
}

static bool __untrusted stop_spinning;

static int step_legal(const void *data)
{
	return EXPECT_EQ(add_one(41), 42);
}

static int step_violate(const void *data)
{
	return EXPECT_EQ(peek(secrets[0]), -EFAULT);
}

static int step_refused(const void *data)
{
	return EXPECT_EQ(add_one(41), -EFAULT) | EXPECT_EQ(call_out(1), -EFAULT);
}

/* A call that is outside when its domain is killed does not go back. */
static int step_violate_outside(const void *data)
{
	return EXPECT_EQ(call_out(41), -EFAULT);
}

static long in_interrupt;

/* What does not kill ends the loop. */
static enum hrtimer_restart violate_in_interrupt(struct hrtimer *timer)
{
	in_interrupt = peek(secrets[0]);
	stop_spinning = in_interrupt != -EFAULT;
	return HRTIMER_NORESTART;
}

static void start_timer(void *timer)
{
	hrtimer_start(timer, ms_to_ktime(5), HRTIMER_MODE_REL_PINNED_HARD);
}

/* A call in the domain, which an interrupt of @cpu kills. */
static int violate_on(unsigned int cpu)
{
	struct hrtimer timer;
	int err;

	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer.function = violate_in_interrupt;
	smp_call_function_single(cpu, start_timer, &timer, 1);
	err = EXPECT_EQ(spin_until(&stop_spinning), -EFAULT);
	hrtimer_cancel(&timer);
	destroy_hrtimer_on_stack(&timer);
	return err | EXPECT_EQ(in_interrupt, -EFAULT);
}

/* It ends behind that interrupt. */
static int step_violate_in_interrupt(const void *data)
{
	int err;

	migrate_disable();
	err = violate_on(smp_processor_id());
	migrate_enable();
	return err;
}

/* It ends behind the next interrupt of its own CPU. */
static int step_violate_elsewhere(const void *data)
{
	int err;

	migrate_disable();
	err = violate_on((smp_processor_id() + 1) % num_online_cpus());
	migrate_enable();
	return err;
}

static enum hrtimer_restart give_up(struct hrtimer *timer)
{
	stop_spinning = true;
	return HRTIMER_NORESTART;
}

/* The host ends the call, to save the machine; that takes seconds. */
static int step_saved(const void *data)
{
	struct hrtimer timer;
	int err;

	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = give_up;
	hrtimer_start(&timer, ms_to_ktime(60000), HRTIMER_MODE_REL_HARD);
	err = EXPECT_EQ(spin_until(&stop_spinning), -EFAULT);
	hrtimer_cancel(&timer);
	destroy_hrtimer_on_stack(&timer);
	return err;
}

static int step_audited(const void *data)
{
	int err = 0;

	secrets[1][0] = 11;
	secrets[1][1] = 12;
	err |= EXPECT_EQ(peek(&secrets[1][0]), 11);
	err |= EXPECT_EQ(peek(&secrets[1][1]), 12);
	err |= EXPECT_EQ(poke(&secrets[1][0], 21), 21);
	err |= EXPECT_EQ(secrets[1][0], 21);
	err |= EXPECT_EQ(poke(&secrets[2][0], 22), 22);
	err |= EXPECT_EQ(secrets[2][0], 22);
	return err;
}

static int step_audited_atomic(const void *data)
{
	unsigned long flags;
	long result;

	local_irq_save(flags);
	result = peek(&secrets[3][0]);
	local_irq_restore(flags);
	if (EXPECT_EQ(result, -EFAULT))
		return -EINVAL;
	/* A kernel with preemptible RCU does not count this reader as atomic. */
	rcu_read_lock();
	result = peek(&secrets[3][0]);
	rcu_read_unlock();
	return EXPECT_EQ(result, -EFAULT) | EXPECT_EQ(peek(&secrets[3][0]), 0);
}

static int step_audited_denied(const void *data)
{
	/* Not the function's gate: its address as data, which the domain has no gate for. */
	long (*function)(long) = trusted_function;
	int err = 0;

	OPTIMIZER_HIDE_VAR(function);
	err |= EXPECT_EQ(jump(function, 7), -EFAULT);
	err |= EXPECT_EQ(poke((long *)&constant, 7), -EFAULT);
	return err | EXPECT_EQ(peek(&constant), 5);
}

static const struct testmod_case cases[] = {
	{ "legal", step_legal },
	{ "violate", step_violate },
	{ "refused", step_refused },
	{ "violate_outside", step_violate_outside },
	{ "violate_in_interrupt", step_violate_in_interrupt },
	{ "violate_elsewhere", step_violate_elsewhere },
	{ "saved", step_saved },
	{ "audited", step_audited },
	{ "audited_atomic", step_audited_atomic },
	{ "audited_denied", step_audited_denied },
};
TESTMOD_MODULE(cases, "policies");
