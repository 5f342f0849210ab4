// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - events that the domain causes (INV-5)
 *
 *   domain: long loop, interrupts off                : allow
 *   domain: STI, then the timer interrupt arrives    : deny, and the timer still ticks
 *   domain: INT n, also with a device's vector       : deny, the kernel's handler does not run
 *   domain: ud2, division by zero, int3, single step : deny
 *   domain: stack overflow                           : deny
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <asm/processor-flags.h>

#include "attacks.h"

#define LOOP_SHORT	1000
/* Many ticks; a jump to the function with any count must end, for lack of a watchdog. */
#define LOOP_LIMIT	20000000L

long __untrusted event_spin(bool interrupts, long rounds);
long __untrusted event_int80(void);
long __untrusted event_int_device(void);
long __untrusted event_int_ve(void);
long __untrusted event_int_nmi(void);
long __untrusted event_ud2(void);
long __untrusted event_int3(void);
long __untrusted event_divide(long by);
long __untrusted event_step(void);
long __untrusted event_push(long depth);
long __untrusted event_bad_stack(long *stack);

long event_spin(bool interrupts, long rounds)
{
	if (interrupts)
		/* In bytes: the compiler refuses the instruction by its name. */
		asm volatile(".byte 0xfb");
	for (long round = 0; round < rounds && round < LOOP_LIMIT; round++)
		asm volatile("");
	return 0;
}

long event_int80(void)
{
	asm volatile("int $0x80" ::: "memory");
	return 0;
}

/* CALL_FUNCTION_SINGLE_VECTOR: its handler would count in /proc/interrupts. */
long event_int_device(void)
{
	asm volatile("int $0xfb" ::: "memory");
	return 0;
}

long event_int_ve(void)
{
	asm volatile("int $20" ::: "memory");
	return 0;
}

long event_int_nmi(void)
{
	asm volatile("int $2" ::: "memory");
	return 0;
}

long event_ud2(void)
{
	asm volatile("ud2" ::: "memory");
	return 0;
}

long event_int3(void)
{
	asm volatile("int3" ::: "memory");
	return 0;
}

long event_divide(long by)
{
	long result = 84;

	asm volatile("cqo; idivq %1" : "+a"(result) : "r"(by) : "rdx", "cc");
	return result;
}

/* TF set: #DB after the next instruction. */
long event_step(void)
{
	asm volatile("pushfq\n orq $0x100, (%%rsp)\n popfq\n nop\n nop" ::: "memory", "cc");
	return 0;
}

long event_push(long depth)
{
	long rsp;

	asm volatile("mov %%rsp, %0\n"
		     "1: push %%rax\n"
		     "dec %1\n"
		     "jnz 1b\n"
		     "mov %0, %%rsp\n" : "=&r"(rsp), "+r"(depth) :: "memory", "cc");
	return 0;
}

/* RSP at a place of the attacker's choice, then an exception: who pushes there? */
long event_bad_stack(long *stack)
{
	asm volatile("mov %0, %%rsp\n ud2" :: "r"(stack) : "memory");
	return 0;
}

static int legal_spin(void)
{
	return event_spin(false, LOOP_SHORT);
}

static int legal_divide(void)
{
	return event_divide(2) == 42 ? 0 : -EIO;
}

static int legal_push(void)
{
	return event_push(100);
}

/* The timer must be alive after its interrupt was taken from a domain. */
static long sti(struct attack_trace *trace)
{
	long result = event_spin(true, LOOP_LIMIT);
	unsigned long before = jiffies;

	msleep(20);
	return jiffies == before ? -ETIME : result;
}

static long int80(struct attack_trace *trace)
{
	trace->symbol = "event_int80";
	return event_int80();
}

static long int_device(struct attack_trace *trace)
{
	trace->symbol = "event_int_device";
	return event_int_device();
}

static long int_ve(struct attack_trace *trace)
{
	trace->symbol = "event_int_ve";
	return event_int_ve();
}

static long int_nmi(struct attack_trace *trace)
{
	trace->symbol = "event_int_nmi";
	return event_int_nmi();
}

static long ud2(struct attack_trace *trace)
{
	trace->symbol = "event_ud2";
	return event_ud2();
}

static long breakpoint(struct attack_trace *trace)
{
	trace->symbol = "event_int3";
	return event_int3();
}

static long divide_by_zero(struct attack_trace *trace)
{
	trace->symbol = "event_divide";
	return event_divide(0);
}

static long single_step(struct attack_trace *trace)
{
	trace->symbol = "event_step";
	return event_step();
}

static long stack_overflow(struct attack_trace *trace)
{
	trace->symbol = "event_push";
	return event_push(1L << 20);
}

static long exception_on_trusted_stack(struct attack_trace *trace)
{
	trace->symbol = "event_bad_stack";
	return event_bad_stack(&trusted_page[256]);
}

static long exception_on_no_stack(struct attack_trace *trace)
{
	trace->symbol = "event_bad_stack";
	return event_bad_stack((long *)0x8000000000000000UL);
}

static bool page_clean(void)
{
	return trusted_intact() && !trusted_page[255] && !trusted_page[251];
}

const struct attack event_attacks[] = {
	{ "deny_sti_timer", legal_spin, sti, NULL, -EFAULT },
	{ "deny_int_80", legal_spin, int80, NULL, -EFAULT },
	{ "deny_int_device_vector", legal_spin, int_device, NULL, -EFAULT },
	{ "deny_int_ve_vector", legal_spin, int_ve, NULL, -EFAULT },
	{ "deny_int_nmi_vector", legal_spin, int_nmi, NULL, -EFAULT },
	{ "deny_ud2", legal_divide, ud2, NULL, -EFAULT },
	{ "deny_int3", legal_divide, breakpoint, NULL, -EFAULT },
	{ "deny_divide_by_zero", legal_divide, divide_by_zero, NULL, -EFAULT },
	{ "deny_single_step", legal_divide, single_step, NULL, -EFAULT },
	{ "deny_stack_overflow", legal_push, stack_overflow, NULL, -EFAULT },
	{ "deny_exception_on_trusted_stack", legal_divide, exception_on_trusted_stack,
	  page_clean, -EFAULT },
	{ "deny_exception_on_no_stack", legal_divide, exception_on_no_stack, NULL, -EFAULT },
	{ }
};
