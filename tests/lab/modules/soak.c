// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - all loads at once, until told
 *
 *   on each CPU   workers            process context: calls, and with interrupts off
 *                 timers             soft interrupts
 *                 ticks, IPIs, work  hard interrupts
 *                 NMIs               into all of them
 *
 * Every call ends in a tally and every event is counted where it is made and where
 * it arrives.  The cases soak_start and soak_stop are the ends of it; meanwhile the
 * program in the guest adds processes (soak_calls) and modules.  It compares.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <asm/apic.h>
#include <asm/nmi.h>
#include <undertow/undertow.h>

#include "testmod_expect.h"
#include "functional.h"

UT_DECLARE_DOMAIN(ut_functional);
#define DOMAIN UT_DOMAIN(ut_functional)

#define CPUS		8
#define WORKERS		2	/* of each CPU */
#define TIMERS		6
#define TICKS		2
#define SEEDS		16
/* Some ticks of the guest, in a domain that turned interrupts on. */
#define OVERDUE_ROUNDS	300000L
#define NMI_LOST	(5 * NSEC_PER_SEC)

/* Where a call came from, and how it ended. */
enum context { WORKER, MASKED, PROCESS, SOFT, HARD, IPI, WORK, CONTEXTS };
static const char *const context_names[] = {
	"worker", "masked", "process", "soft", "hard", "ipi", "work",
};

static struct tally {
	atomic_long_t good, denied, busy, wrong;
} tallies[CONTEXTS];

/* Made here, arrived there. */
struct events {
	atomic_long_t made, arrived;
};

static struct soft {
	struct timer_list timer;
	unsigned long due, period, late;	/* jiffies */
	struct events events;
	u32 round;
} softs[CPUS][TIMERS];

static struct tick {
	struct hrtimer timer;
	ktime_t period;
	s64 late;				/* microseconds */
	u32 round;
} ticks[CPUS][TICKS];

static struct sender {
	struct task_struct *task;
	struct irq_work work;
	struct events ipis, works, nmis;	/* nmis: into this CPU */
} senders[CPUS];

static struct task_struct *workers[CPUS][WORKERS];
static bool running;
static u32 digests[SEEDS];
static long secret = 5;

/* The only error that a legal call may have: no stack is left for it. */
static void count(enum context from, long result, long want, long busy)
{
	struct tally *tally = &tallies[from];

	if (result == want)
		atomic_long_inc(want == -EFAULT ? &tally->denied : &tally->good);
	else if (result == busy)
		atomic_long_inc(&tally->busy);
	else if (!atomic_long_fetch_inc(&tally->wrong))
		pr_info("ut_soak: %s: %ld, not %ld\n", context_names[from], result, want);
}

/* What every context does; a busy inner call of outer() shows in its result. */
static void calls(enum context from, u32 round)
{
	long nested = outer(round), want = (round + 1L + 100 + 1) * 2;

	count(from, nested, want, nested == -EBUSY ? -EBUSY : (-EBUSY + 1) * 2);
	count(from, (s32)digest(round % SEEDS, 50), (s32)digests[round % SEEDS], -EBUSY);
	count(from, spin_registers(50), 0, -EBUSY);
	if (round % 64 == 0)
		count(from, touch(&secret), -EFAULT, -EBUSY);
}

static void calls_with_heap(u32 round)
{
	u8 *memory = ut_alloc(DOMAIN, 200, GFP_KERNEL);
	long sum = memory ? fill(memory, 200, round) : -ENOMEM;

	count(WORKER, sum, 0, -EBUSY);
	if (memory)
		ut_free(DOMAIN, memory, 200);
}

/* The domain turns interrupts on: what arrives ends the call, and must not be lost. */
static void calls_masked(u32 round)
{
	unsigned long flags;
	long rounds;

	local_irq_save(flags);
	calls(MASKED, round);
	if (round % 256 == 0) {
		rounds = spin_unmasked(OVERDUE_ROUNDS);
		count(MASKED, rounds, rounds == OVERDUE_ROUNDS ? rounds : -EFAULT, -EBUSY);
	}
	local_irq_restore(flags);
}

static int worker(void *unused)
{
	for (u32 round = 0; !kthread_should_stop(); round++) {
		calls(WORKER, round);
		if (round % 8 == 0)
			calls_with_heap(round);
		if (round % 16 == 0)
			calls_masked(round);
		if (round % 64 == 0)
			count(WORKER, sleeper(1), 0x51ee9, -EBUSY);
		cond_resched();
	}
	return 0;
}

static void soft_fires(struct timer_list *timer)
{
	struct soft *soft = from_timer(soft, timer, timer);

	atomic_long_inc(&soft->events.arrived);
	soft->late = max(soft->late, jiffies - soft->due);
	calls(SOFT, soft->round++);
	soft->due = jiffies + soft->period;
	atomic_long_inc(&soft->events.made);
	mod_timer(timer, soft->due);
}

static enum hrtimer_restart tick_fires(struct hrtimer *timer)
{
	struct tick *tick = container_of(timer, struct tick, timer);

	tick->late = max(tick->late, ktime_us_delta(ktime_get(), hrtimer_get_expires(timer)));
	calls(HARD, tick->round++);
	hrtimer_forward_now(timer, tick->period);
	return HRTIMER_RESTART;
}

static void ipi_arrives(void *events)
{
	calls(IPI, atomic_long_inc_return(&((struct events *)events)->arrived));
}

static void work_arrives(struct irq_work *work)
{
	struct sender *sender = container_of(work, struct sender, work);

	calls(WORK, atomic_long_inc_return(&sender->works.arrived));
}

static int nmi_arrives(unsigned int type, struct pt_regs *regs)
{
	struct events *nmis = &senders[raw_smp_processor_id()].nmis;

	if (atomic_long_read(&nmis->arrived) == atomic_long_read(&nmis->made))
		return NMI_DONE;
	atomic_long_inc(&nmis->arrived);
	return NMI_HANDLED;
}

/* One after the other: the CPU keeps at most one pending. */
static void nmi_send(unsigned int cpu)
{
	struct events *nmis = &senders[cpu].nmis;
	ktime_t start = ktime_get();

	if (atomic_long_read(&nmis->arrived) != atomic_long_read(&nmis->made))
		return;
	atomic_long_inc(&nmis->made);
	apic->send_IPI(cpu, NMI_VECTOR);
	while (atomic_long_read(&nmis->arrived) != atomic_long_read(&nmis->made) &&
	       ktime_to_ns(ktime_sub(ktime_get(), start)) < NMI_LOST)
		cpu_relax();
}

static int sender_run(void *data)
{
	struct sender *sender = data;
	unsigned int cpu = (sender - senders + 1) % num_online_cpus();

	for (unsigned int round = 0; !kthread_should_stop(); round++) {
		atomic_long_inc(&sender->ipis.made);
		smp_call_function_single(cpu, ipi_arrives, &sender->ipis, round % 2);
		if (irq_work_queue(&sender->work))
			atomic_long_inc(&sender->works.made);
		if (round % 4 == 0)
			nmi_send(cpu);
		usleep_range(4000, 6000);
	}
	return 0;
}

static void cpu_starts(void *unused)
{
	unsigned int cpu = raw_smp_processor_id();

	for (int i = 0; i < TICKS; i++) {
		struct tick *tick = &ticks[cpu][i];

		tick->period = ms_to_ktime(5 + 4 * i);
		hrtimer_init(&tick->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
		tick->timer.function = tick_fires;
		hrtimer_start(&tick->timer, tick->period, HRTIMER_MODE_REL_PINNED_HARD);
	}
	for (int i = 0; i < TIMERS; i++) {
		struct soft *soft = &softs[cpu][i];

		soft->period = 1 + i % 4;
		soft->due = jiffies + soft->period;
		atomic_long_inc(&soft->events.made);
		timer_setup(&soft->timer, soft_fires, TIMER_PINNED);
		mod_timer(&soft->timer, soft->due);
	}
}

static struct task_struct *thread(int (*run)(void *), void *data, unsigned int cpu, bool bound)
{
	struct task_struct *task = kthread_create(run, data, "ut_soak/%u", cpu);

	if (IS_ERR(task))
		return NULL;
	if (bound)
		kthread_bind(task, cpu);
	wake_up_process(task);
	return task;
}

static void thread_stop(struct task_struct *task)
{
	if (task)
		kthread_stop(task);
}

int soak_start(const void *data)
{
	unsigned int cpu;
	int err;

	if (running || num_online_cpus() > CPUS)
		return -EBUSY;
	memset(tallies, 0, sizeof(tallies));
	memset(softs, 0, sizeof(softs));
	memset(ticks, 0, sizeof(ticks));
	memset(senders, 0, sizeof(senders));
	for (u32 seed = 0; seed < SEEDS; seed++)
		digests[seed] = digest(seed, 50);
	err = register_nmi_handler(NMI_LOCAL, nmi_arrives, 0, "ut_soak");
	if (err)
		return err;
	running = true;
	on_each_cpu(cpu_starts, NULL, 1);
	for_each_online_cpu(cpu) {
		init_irq_work(&senders[cpu].work, work_arrives);
		senders[cpu].task = thread(sender_run, &senders[cpu], cpu, true);
		err |= senders[cpu].task ? 0 : -ENOMEM;
		/* The first one stays on its CPU, the others may move. */
		for (int i = 0; i < WORKERS; i++) {
			workers[cpu][i] = thread(worker, NULL, cpu, !i);
			err |= workers[cpu][i] ? 0 : -ENOMEM;
		}
	}
	return err;
}

static void nothing(void *unused)
{
}

/* Safe when nothing runs, for the end of the module. */
void soak_end(void)
{
	unsigned int cpu;

	if (!running)
		return;
	for_each_online_cpu(cpu) {
		thread_stop(senders[cpu].task);
		for (int i = 0; i < WORKERS; i++)
			thread_stop(workers[cpu][i]);
		irq_work_sync(&senders[cpu].work);
		for (int i = 0; i < TICKS; i++)
			hrtimer_cancel(&ticks[cpu][i].timer);
		/* One that is stopped before it fires counts as arrived. */
		for (int i = 0; i < TIMERS; i++)
			if (timer_delete_sync(&softs[cpu][i].timer))
				atomic_long_inc(&softs[cpu][i].events.arrived);
	}
	on_each_cpu(nothing, NULL, 1);
	unregister_nmi_handler(NMI_LOCAL, "ut_soak");
	running = false;
}

static void say_events(const char *name, const struct events *events)
{
	testmod_say("%s_made %ld\n%s_arrived %ld\n", name, atomic_long_read(&events->made), name,
		    atomic_long_read(&events->arrived));
}

static void add(struct events *sum, const struct events *events)
{
	atomic_long_add(atomic_long_read(&events->made), &sum->made);
	atomic_long_add(atomic_long_read(&events->arrived), &sum->arrived);
}

static void report(void)
{
	struct events timers = {}, ipis = {}, works = {}, nmis = {};
	unsigned long late_jiffies = 0, cpu;
	s64 late_us = 0;

	for_each_online_cpu(cpu) {
		add(&ipis, &senders[cpu].ipis);
		add(&works, &senders[cpu].works);
		add(&nmis, &senders[cpu].nmis);
		for (int i = 0; i < TICKS; i++)
			late_us = max(late_us, ticks[cpu][i].late);
		for (int i = 0; i < TIMERS; i++) {
			add(&timers, &softs[cpu][i].events);
			late_jiffies = max(late_jiffies, softs[cpu][i].late);
		}
	}
	say_events("timers", &timers);
	say_events("ipis", &ipis);
	say_events("works", &works);
	say_events("nmis", &nmis);
	testmod_say("tick_late_ms %lld\ntimer_late_ms %u\n", late_us / 1000,
		    jiffies_to_msecs(late_jiffies));
	for (int i = 0; i < CONTEXTS; i++)
		testmod_say("%s_good %ld\n%s_denied %ld\n%s_busy %ld\n%s_wrong %ld\n",
			    context_names[i], atomic_long_read(&tallies[i].good),
			    context_names[i], atomic_long_read(&tallies[i].denied),
			    context_names[i], atomic_long_read(&tallies[i].busy),
			    context_names[i], atomic_long_read(&tallies[i].wrong));
}

int soak_stop(const void *data)
{
	if (!running)
		return -ESRCH;
	soak_end();
	report();
	return 0;
}

/* As a process of its own page table does. */
int soak_calls(const void *data)
{
	if (!running)
		return -ESRCH;
	for (u32 round = 0; round < 100; round++)
		calls(PROCESS, round);
	return 0;
}
