// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - all CPUs in one domain at once
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "testmod_expect.h"
#include "functional.h"

#define THREADS_PER_CPU	2
#define ROUNDS		2000

struct worker {
	struct completion done;
	u32 seed;
	long errors;
	long denied;
};

static struct worker workers[8];
static long secret = 5;

/* Plain calls, nested calls, callees that sleep and migrate, and violations. */
static int worker_run(void *data)
{
	struct worker *worker = data;
	u32 want = digest(worker->seed, 50);

	for (int round = 0; round < ROUNDS; round++) {
		worker->errors += digest(worker->seed, 50) != want;
		worker->errors += outer(round) != (round + 1 + 100 + 1) * 2L;
		if (round % 50 == 0) {
			worker->errors += touch(&secret) != -EFAULT;
			worker->denied++;
		}
		if (round % 200 == 0)
			worker->errors += sleeper(1) != 0x51ee9;
		cond_resched();
	}
	complete(&worker->done);
	return 0;
}

static int worker_start(struct worker *worker, unsigned int number, bool bound)
{
	struct task_struct *task;

	*worker = (struct worker){ .seed = number + 1 };
	init_completion(&worker->done);
	task = kthread_create(worker_run, worker, "ut_worker/%u", number);
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (bound)
		kthread_bind(task, number % num_online_cpus());
	wake_up_process(task);
	return 0;
}

int allow_all_cpus(const void *data)
{
	unsigned int count = min(num_online_cpus() * THREADS_PER_CPU, ARRAY_SIZE(workers));
	unsigned int started = 0;
	long denied = 0;
	int err = 0;

	while (started < count && !err) {
		/* The first thread of each CPU stays there, the others may move. */
		err = worker_start(&workers[started], started, started < num_online_cpus());
		started += !err;
	}
	for (unsigned int i = 0; i < started; i++) {
		wait_for_completion(&workers[i].done);
		err |= EXPECT_EQ(workers[i].errors, 0);
		denied += workers[i].denied;
	}
	testmod_say("cpus %u\ndenied %ld\n", num_online_cpus(), denied);
	return err;
}
