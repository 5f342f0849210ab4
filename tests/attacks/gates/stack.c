// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - exit gates that read and write the domain's stack (INV-1, INV-4)
 *
 * Arguments that no register carries, and a structure that a trusted function
 * returns, travel by the domain's stack; in the full view an exit gate follows
 * pointers of the domain for that.
 *
 *   domain --RSP, place of the result--> own stack          : allow
 *   domain --RSP--> trusted page, own data                  : deny, forged
 *   domain --place of the result--> trusted page, own data,
 *       below the stack, above it                           : deny, forged
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/page.h>
#include <asm/processor-flags.h>

#include "attacks.h"

struct large { long word[4]; };

static unsigned long sink_calls;

/* Trusted: called by the domain with four words in memory, returns them there. */
static noinline struct large large_sink(struct large in, long value)
{
	sink_calls++;
	in.word[3] += value;
	return in;
}

long __untrusted large_leave(long value);
long __untrusted large_result_to(unsigned long where, unsigned long gate);
unsigned long __untrusted stack_pointer(void);

long large_leave(long value)
{
	struct large in = { { 1, 2, 3, 4 } };

	in = large_sink(in, value);
	return in.word[0] + in.word[3];
}

unsigned long stack_pointer(void)
{
	return (unsigned long)__builtin_frame_address(0);
}

/* Call the exit gate with a place of the attacker's choice; 0: one on the stack. */
long large_result_to(unsigned long where, unsigned long gate)
{
	struct large own = {};

	if (!where)
		where = (unsigned long)&own;
	asm volatile("sub $64, %%rsp\n"
		     "movq $7, 24(%%rsp)\n"
		     "mov $1, %%esi\n"
		     "call *%1\n"
		     "add $64, %%rsp\n"
		     : "+D"(where) : "b"(gate)
		     : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	return own.word[3];
}

static int legal_large(void)
{
	unsigned long gate = exit_gate_of(large_sink);

	if (large_leave(5) != 10 || !gate)
		return -EIO;
	return large_result_to(0, gate) == 8 ? 0 : -EREMOTEIO;
}

/* The trusted function must not even run. */
static long with_place(unsigned long where)
{
	unsigned long before = sink_calls;
	long result = large_result_to(where, exit_gate_of(large_sink));

	return sink_calls == before ? result : -ENOTRECOVERABLE;
}

static long result_to_trusted(struct attack_trace *trace)
{
	return with_place((unsigned long)&trusted_page[256]);
}

static long result_to_own_data(struct attack_trace *trace)
{
	return with_place((unsigned long)domain_pages + 4096);
}

static long result_below_stack(struct attack_trace *trace)
{
	return with_place(stack_pointer() - UT_STACK_SIZE);
}

/* Stacks are whole pages, and calls begin in the last one. */
static long result_across_top(struct attack_trace *trace)
{
	return with_place((stack_pointer() | 4095) + 1 - 24);
}

static long with_stack(unsigned long rsp)
{
	unsigned long before = sink_calls;
	long result;

	jump_prepare(exit_gate_of(large_sink));
	attack_target.rsp = rsp;
	attack_target.rdi = stack_pointer() - 256;
	result = attack_jump();
	return sink_calls == before ? result : -ENOTRECOVERABLE;
}

static long arguments_from_trusted(struct attack_trace *trace)
{
	return with_stack((unsigned long)&trusted_page[256]);
}

static long arguments_from_own_data(struct attack_trace *trace)
{
	return with_stack((unsigned long)domain_pages + 4096 + 2048);
}

static long arguments_across_top(struct attack_trace *trace)
{
	return with_stack((stack_pointer() | 4095) + 1 - 32);
}

static bool page_clean(void)
{
	return trusted_intact() && !memchr_inv(&trusted_page[1], 0, PAGE_SIZE - sizeof(long));
}

const struct attack stack_attacks[] = {
	{ "deny_exit_result_to_trusted", legal_large, result_to_trusted, page_clean, -EFAULT },
	{ "deny_exit_result_to_own_data", legal_large, result_to_own_data, NULL, -EFAULT },
	{ "deny_exit_result_below_stack", legal_large, result_below_stack, NULL, -EFAULT },
	{ "deny_exit_result_across_top", legal_large, result_across_top, NULL, -EFAULT },
	{ "deny_exit_arguments_from_trusted", legal_large, arguments_from_trusted, page_clean,
	  -EFAULT },
	{ "deny_exit_arguments_from_own_data", legal_large, arguments_from_own_data, NULL,
	  -EFAULT },
	{ "deny_exit_arguments_across_top", legal_large, arguments_across_top, NULL, -EFAULT },
	{ }
};
