// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - interrupts while a domain runs (INV-5, INV-6)
 *
 *   caller with interrupts on  -> domain spins -> timer interrupts it many times
 *   caller with interrupts off -> domain spins -> not once
 *   domain spins -> interrupt -> handler -> call of the same domain
 *   machine check -> handler of the kernel -> domain goes on
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/timer.h>
#include <asm/mce.h>
#include <asm/msr.h>

#include "testmod_expect.h"
#include "functional.h"

#define PERIOD		ms_to_ktime(1)
/* About 30 million instructions: 300 periods of the emulated machine. */
#define ROUNDS		10000000L
#define TICKS_WANTED	30

/* A timer that interrupts this CPU all the time, and what its handler does. */
static struct ticker {
	struct hrtimer timer;
	struct timer_list soft;
	bool calls;		/* call the domain too, in both contexts */
	long ticks, soft_ticks;
	long errors;
} ticker;

static void call_again(long seed)
{
	static const u32 rounds = 20;

	ticker.errors += spin_registers(100) != 0;
	ticker.errors += digest(seed, rounds) == (u32)-EFAULT;
	ticker.errors += outer(seed) != (seed + 1 + 100 + 1) * 2L;
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	ticker.ticks++;
	if (ticker.calls)
		call_again(ticker.ticks);
	hrtimer_forward_now(timer, PERIOD);
	return HRTIMER_RESTART;
}

static void soft_tick(struct timer_list *timer)
{
	ticker.soft_ticks++;
	if (ticker.calls)
		call_again(-ticker.soft_ticks);
	mod_timer(&ticker.soft, jiffies + 1);
}

static void ticker_start(bool calls)
{
	ticker = (struct ticker){ .calls = calls };
	hrtimer_init(&ticker.timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	ticker.timer.function = tick;
	timer_setup(&ticker.soft, soft_tick, TIMER_PINNED);
	hrtimer_start(&ticker.timer, PERIOD, HRTIMER_MODE_REL_PINNED_HARD);
	mod_timer(&ticker.soft, jiffies + 1);
}

static void ticker_stop(void)
{
	hrtimer_cancel(&ticker.timer);
	timer_shutdown_sync(&ticker.soft);
	testmod_say("ticks %ld\nsoft_ticks %ld\n", ticker.ticks, ticker.soft_ticks);
}

int allow_interrupts_in_domain(const void *data)
{
	unsigned long flags;
	long off, on, before;
	int err = 0;

	ticker_start(false);
	local_irq_save(flags);
	before = ticker.ticks;
	err |= EXPECT_EQ(spin(ROUNDS), ROUNDS);
	off = ticker.ticks - before;
	local_irq_restore(flags);

	before = ticker.ticks;
	err |= EXPECT_EQ(spin(ROUNDS), ROUNDS);
	on = ticker.ticks - before;
	ticker_stop();
	return err | EXPECT_EQ(off, 0) | EXPECT_EQ(on >= TICKS_WANTED, true);
}

int allow_registers_over_interrupts(const void *data)
{
	int err = 0;

	ticker_start(false);
	err |= EXPECT_EQ(spin_registers(ROUNDS), 0);
	ticker_stop();
	return err | EXPECT_EQ(ticker.ticks >= TICKS_WANTED, true);
}

/*
 * Handlers in hard and soft interrupt context call the domain that they interrupt.
 * Before Linux 6.4 soft interrupts wait for their thread once it is awake, and it
 * has no turn while the domain spins: let it sleep, and try again.
 */
int allow_calls_over_interrupted_call(const void *data)
{
	long soft_ticks = 0;
	int err = 0;

	ticker_start(true);
	for (int tries = 0; tries < 10 && soft_ticks < 3; tries++) {
		soft_ticks -= ticker.soft_ticks;
		err |= EXPECT_EQ(spin_registers(ROUNDS), 0);
		soft_ticks += ticker.soft_ticks;
		msleep(20);
	}
	ticker_stop();
	err |= EXPECT_EQ(ticker.errors, 0);
	err |= EXPECT_EQ(soft_ticks >= 3, true);
	return err | EXPECT_EQ(ticker.ticks >= TICKS_WANTED, true);
}

#ifdef CONFIG_X86_MCE
/*
 * With the status that the CPU would have left, INT 18 is a machine check for the
 * stub and for the kernel, which clears the status.  None that has an error: the
 * kernel then stops, or kills a process, and rightly so.
 */
int allow_machine_check_in_domain(const void *data)
{
	u64 status;
	int err;

	preempt_disable();
	/* Of this CPU alone: the others need not come. */
	wrmsrl(MSR_IA32_MCG_STATUS, MCG_STATUS_MCIP | MCG_STATUS_RIPV | MCG_STATUS_LMCES);
	err = EXPECT_EQ(machine_check(41), 42);
	rdmsrl(MSR_IA32_MCG_STATUS, status);
	preempt_enable();
	return err | EXPECT_EQ(status, 0);
}
#endif
