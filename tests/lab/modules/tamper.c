// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - a domain rewrites its own event page while it is interrupted
 *
 *   CPU 1: domain spins, and the timer interrupts it
 *   CPU 0: the same domain writes hostile words over CPU 1's event page
 *
 * What interrupts leave there is data of the domain: its calls may end as
 * violations or return anything, and that is all.  First without the writer.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <asm/cpu_entry_area.h>

#include "testmod_expect.h"
#include "functional.h"

#define VICTIM	1
/* Some ticks of the guest. */
#define ROUNDS	1000000L
/* Until so many calls have ended as violations, and at least a few. */
#define ENDED	3
#define CALLS	10
#define CALLS_MAX	500

static struct victim {
	struct completion done;
	bool tampered;
	long good, ended;
	unsigned long spent;	/* jiffies */
} victim;
/* What forged frames point at: no word of it may change. */
static unsigned long canary[512] __aligned(PAGE_SIZE);

static int victim_run(void *data)
{
	unsigned long start = jiffies;

	for (int i = 0; i < (victim.tampered ? CALLS_MAX : CALLS); i++) {
		long result = spin(ROUNDS);

		victim.good += result == ROUNDS;
		victim.ended += result == -EFAULT;
		if (victim.ended >= ENDED)
			break;
		cond_resched();
	}
	victim.spent = jiffies - start;
	complete(&victim.done);
	return 0;
}

static int victim_start(bool tampered)
{
	struct task_struct *task;

	victim = (struct victim){ .tampered = tampered };
	init_completion(&victim.done);
	task = kthread_create(victim_run, NULL, "ut_victim");
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, VICTIM);
	wake_up_process(task);
	return 0;
}

/* The view's own TSS says where the page ends. */
static unsigned long event_page(void)
{
	const struct x86_hw_tss *tss = &get_cpu_entry_area(VICTIM)->tss.x86_tss;
	long top = touch((const long *)&tss->ist[0]);

	return top == -EFAULT ? 0 : (unsigned long)top - PAGE_SIZE;
}

static int tamper_while_it_runs(unsigned long page)
{
	int err = victim_start(true);
	u32 seed = 1;

	if (err)
		return err;
	while (!try_wait_for_completion(&victim.done)) {
		scribble((unsigned long *)page, canary, seed++);
		cond_resched();
	}
	testmod_say("good %ld\nended %ld\nspent %lu\n", victim.good, victim.ended, victim.spent);
	return 0;
}

int deny_tampering_with_events(const void *data)
{
	unsigned long page = event_page(), before;
	int err;

	if (EXPECT_EQ(num_online_cpus() >= 2, true) | EXPECT_EQ(page != 0, true))
		return -ENODEV;
	err = victim_start(false);
	if (err)
		return err;
	wait_for_completion(&victim.done);
	err |= EXPECT_EQ(victim.good, CALLS);

	err |= tamper_while_it_runs(page);
	err |= EXPECT_EQ(victim.ended, ENDED);
	err |= EXPECT_EQ(memchr_inv(canary, 0, sizeof(canary)) == NULL, true);

	/* Both CPUs still have their timer, and the domain works. */
	before = jiffies;
	msleep(50);
	err |= EXPECT_EQ(jiffies != before, true);
	err |= victim_start(false);
	wait_for_completion(&victim.done);
	return err | EXPECT_EQ(victim.good, CALLS) | EXPECT_EQ(victim.spent > 0, true);
}
