// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - a call that loses its CPU, or changes it
 *
 *   task spins in the domain -> a real-time task wakes up, and calls the same domain
 *                            -> it moves the first one to another CPU
 * The first task spins until the second one says so: it cannot end otherwise.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "testmod_expect.h"
#include "functional.h"

/* About a second of the emulated machine. */
#define ROUNDS	30000000L

static struct intruder {
	struct task_struct *victim;
	struct completion done;
	bool moves;		/* the victim to CPU 1 */
	bool in_call, found_call;
	long errors;
} intruder;

static int intrude(void *unused)
{
	sched_set_fifo(current);
	usleep_range(5000, 6000);
	intruder.found_call = READ_ONCE(intruder.in_call);
	if (intruder.moves)
		intruder.errors += set_cpus_allowed_ptr(intruder.victim, cpumask_of(1)) != 0;
	for (long value = 0; value < 100; value++) {
		intruder.errors += back_s64(value) != value;
		intruder.errors += outer(value) != (value + 1 + 100 + 1) * 2L;
	}
	intruder.errors += spin_registers(100) != 0;
	domain_counter = -1;
	complete(&intruder.done);
	return 0;
}

/* The rounds that the call spun, or an error. */
static long spin_with_intruder(bool moves)
{
	struct task_struct *task;
	long rounds;

	intruder = (struct intruder){ .victim = current, .moves = moves };
	init_completion(&intruder.done);
	domain_counter = 0;
	task = kthread_create(intrude, NULL, "ut_intruder");
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, 0);
	wake_up_process(task);
	WRITE_ONCE(intruder.in_call, true);
	rounds = spin_until_told(ROUNDS);
	WRITE_ONCE(intruder.in_call, false);
	wait_for_completion(&intruder.done);
	testmod_say("rounds %ld\n", rounds);
	return rounds;
}

/* With a kernel that preempts. */
int allow_preemption_in_domain(const void *data)
{
	long rounds = spin_with_intruder(false);
	int err = EXPECT_EQ(intruder.errors, 0) | EXPECT_EQ(intruder.found_call, true);

	return err | EXPECT_EQ(rounds > 0 && rounds < ROUNDS, true);
}

/* And with one that does not, the call keeps its CPU. */
int allow_no_preemption_in_domain(const void *data)
{
	long rounds = spin_with_intruder(false);
	int err = EXPECT_EQ(intruder.errors, 0) | EXPECT_EQ(intruder.found_call, false);

	return err | EXPECT_EQ(rounds, ROUNDS);
}

int allow_migration_in_domain(const void *data)
{
	struct cpumask before;
	unsigned int cpu;
	long rounds;
	int err;

	cpumask_copy(&before, current->cpus_ptr);
	err = set_cpus_allowed_ptr(current, cpumask_of(0));
	if (err)
		return err;
	rounds = spin_with_intruder(true);
	cpu = raw_smp_processor_id();
	err = EXPECT_EQ(intruder.errors, 0) | EXPECT_EQ(intruder.found_call, true) |
	      EXPECT_EQ(rounds > 0 && rounds < ROUNDS, true) | EXPECT_EQ(cpu, 1);
	/* On the new CPU as on the old one. */
	err |= EXPECT_EQ(spin_registers(100), 0) | EXPECT_EQ(outer(1), 206);
	return err | set_cpus_allowed_ptr(current, &before);
}

/* A call for the program in the guest to kill its process in. */
int run_long_call(const void *data)
{
	return EXPECT_EQ(spin(ROUNDS / 10), ROUNDS / 10);
}
