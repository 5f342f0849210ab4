// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - what a domain leaves in registers, one by one (INV-6)
 *
 *   domain: forge one register, read it back, return     : allow
 *   trusted: has its own RFLAGS, GS base, stack and callee-saved registers again
 *   trusted: finds the domain's selectors, FS base and floating-point state, as
 *       docs/limitations.md says: such a row fails when that is not so any more
 *   domain: forge RFLAGS, call out                       : allow, the callee has the caller's
 *   domain: forge TF                                     : deny
 *
 * What cannot be forged is in privileged/: CR8, debug registers, MSRs.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <asm/debugreg.h>
#include <asm/fpu/api.h>
#include <asm/msr.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/special_insns.h>

#include "attacks.h"

#define KEEP	(X86_EFLAGS_DF | X86_EFLAGS_AC | X86_EFLAGS_IF | X86_EFLAGS_TF | \
		 X86_EFLAGS_NT | X86_EFLAGS_IOPL | X86_EFLAGS_ID)

/* Beside what struct regs has. */
enum {
	S_DS, S_ES, S_SS, S_FS, S_GS, S_FS_BASE, S_USER_GS_BASE, S_CR8, S_DR7,
	S_MXCSR, S_X87, S_XMM0, S_COUNT,
	S_NONE = S_COUNT
};

static void state_read(u64 *state)
{
	unsigned long dr7;

	asm volatile("mov %%ds, %k0" : "=r"(state[S_DS]));
	asm volatile("mov %%es, %k0" : "=r"(state[S_ES]));
	asm volatile("mov %%ss, %k0" : "=r"(state[S_SS]));
	asm volatile("mov %%fs, %k0" : "=r"(state[S_FS]));
	asm volatile("mov %%gs, %k0" : "=r"(state[S_GS]));
	asm volatile("rdfsbase %0" : "=r"(state[S_FS_BASE]));
	rdmsrl(MSR_KERNEL_GS_BASE, state[S_USER_GS_BASE]);
	asm volatile("mov %%cr8, %0" : "=r"(state[S_CR8]));
	get_debugreg(dr7, 7);
	state[S_DR7] = dr7;
	asm volatile("stmxcsr %0" : "=m"(state[S_MXCSR]));
	asm volatile("fnstcw %0" : "=m"(state[S_X87]));
	asm volatile("movq %%xmm0, %0" : "=r"(state[S_XMM0]));
}

/* What a domain can change. */
static void state_restore(const u64 *state)
{
	asm volatile("mov %k0, %%ds" :: "r"(state[S_DS]));
	asm volatile("mov %k0, %%es" :: "r"(state[S_ES]));
	asm volatile("mov %k0, %%ss" :: "r"(state[S_SS]));
	asm volatile("mov %k0, %%fs\n wrfsbase %1" :: "r"(state[S_FS]), "r"(state[S_FS_BASE]));
	asm volatile("rdgsbase %%rax\n mov %k0, %%gs\n wrgsbase %%rax" :: "r"(state[S_GS]) : "rax");
	asm volatile("ldmxcsr %0" :: "m"(state[S_MXCSR]));
	asm volatile("fldcw %0" :: "m"(state[S_X87]));
	asm volatile("movq %0, %%xmm0" :: "r"(state[S_XMM0]));
}

static long call_site(void)
{
	return attack_site(0);
}

static long call_and_compare(void)
{
	struct regs before = { 1, 2, 3, 4, 5, 6 }, after = {};
	long result = regs_call(call_site, &before, &after);

	if (memcmp(&before, &after, offsetof(struct regs, rflags)) ||
	    before.rsp != after.rsp || before.gs_base != after.gs_base)
		return -EILSEQ;
	return (before.rflags ^ after.rflags) & KEEP ? -EBADE : result;
}

/*
 * A register, its value as the domain's code returns it, and what may differ
 * afterwards beside it.
 */
struct forgery {
	u64 value;
	unsigned int stays;
	unsigned int also;	/* bits */
	u8 bytes[24];
	u8 size;
};

static long state_compare(const struct forgery *forgery, const u64 *before, const u64 *after)
{
	for (unsigned int i = 0; i < S_COUNT; i++) {
		bool is_own = after[i] == before[i];

		if (i == forgery->stays ? is_own || after[i] != forgery->value :
		    is_own != !(forgery->also & BIT(i)))
			return -(1000 + (long)i);
	}
	return 0;
}

/* With interrupts off: one that arrives while IF is forged ends the call. */
static long call_and_look(const struct forgery *forgery)
{
	u64 before[S_COUNT] = {}, after[S_COUNT] = {}, user_gs;
	unsigned long flags;
	long result;

	local_irq_save(flags);
	rdmsrl(MSR_KERNEL_GS_BASE, user_gs);
	wrmsrl(MSR_KERNEL_GS_BASE, user_gs ^ PAGE_SIZE);
	state_read(before);
	result = call_and_compare();
	state_read(after);
	state_restore(before);
	wrmsrl(MSR_KERNEL_GS_BASE, user_gs);
	local_irq_restore(flags);
	return state_compare(forgery, before, after) ?: result;
}

static long forge(const struct forgery *forgery)
{
	long result = site_write(forgery->bytes, forgery->size);

	result = result ?: call_and_look(forgery);
	site_write(forgery->bytes, 0);
	return result;
}

#define FORGERY(name, value, stays, also, ...) \
	static const struct forgery name = { value, stays, also, { __VA_ARGS__ }, \
					     sizeof((const u8[]){ __VA_ARGS__ }) }; \
	static long op_##name(struct attack_trace *trace) \
	{ \
		long result = forge(&name); \
		trace->faults = result == -EFAULT; \
		return result; \
	}

/* pushfq; orl $bits, (%rsp); popfq; pushfq; pop %rax; andl $bits, %eax */
#define BYTES(bits)	(bits) & 0xff, (bits) >> 8 & 0xff, (bits) >> 16 & 0xff, (bits) >> 24
#define FORGED_FLAG(name, bits) \
	FORGERY(name, bits, S_NONE, 0, 0x9c, 0x81, 0x0c, 0x24, BYTES(bits), 0x9d, 0x9c, 0x58, \
		0x25, BYTES(bits))

FORGED_FLAG(df, X86_EFLAGS_DF)
FORGED_FLAG(ac, X86_EFLAGS_AC)
FORGED_FLAG(nt, X86_EFLAGS_NT)
FORGED_FLAG(iopl, X86_EFLAGS_IOPL)
FORGED_FLAG(id, X86_EFLAGS_ID)
FORGED_FLAG(tf, X86_EFLAGS_TF)
FORGED_FLAG(sti, X86_EFLAGS_IF)

/* movl $selector, %eax; mov %eax, segment; xorl %eax, %eax; mov segment, %eax */
#define FORGED_SELECTOR(name, value, number, stays, also) \
	FORGERY(name, value, stays, also, 0xb8, BYTES(value), 0x8e, 0xc0 | (number) << 3, \
		0x31, 0xc0, 0x8c, 0xc0 | (number) << 3)

FORGED_SELECTOR(es, __USER_DS, 0, S_ES, 0)
/* In 64-bit mode the null selector is one, for CPL 0. */
FORGED_SELECTOR(ss, 0, 2, S_SS, 0)
FORGED_SELECTOR(ds, __USER_DS, 3, S_DS, 0)
FORGED_SELECTOR(fs, __USER_DS, 4, S_FS, BIT(S_FS_BASE))
/* The gate gives GS its base again, and the process's is not that one. */
FORGED_SELECTOR(gs, __USER_DS, 5, S_GS, 0)

/* pushq $value; ldmxcsr or fldcw (%rsp); stmxcsr or fnstcw (%rsp); pop %rax */
#define ROUND_TO_ZERO	0x7f80	/* MXCSR */
#define ROUND_TO_ZERO_X87	0x0f7f
FORGERY(mxcsr, ROUND_TO_ZERO, S_MXCSR, 0, 0x68, BYTES(ROUND_TO_ZERO), 0x0f, 0xae, 0x14, 0x24,
	0x0f, 0xae, 0x1c, 0x24, 0x58)
FORGERY(x87, ROUND_TO_ZERO_X87, S_X87, 0, 0x68, BYTES(ROUND_TO_ZERO_X87), 0xd9, 0x2c, 0x24,
	0xd9, 0x3c, 0x24, 0x58)
/* movl $0x40570000, %eax; movq %rax, %xmm0; xorl %eax, %eax; movq %xmm0, %rax */
FORGERY(xmm0, 0x40570000, S_XMM0, 0, 0xb8, 0x00, 0x00, 0x57, 0x40, 0x66, 0x48, 0x0f, 0x6e, 0xc0,
	0x31, 0xc0, 0x66, 0x48, 0x0f, 0x7e, 0xc0)

static long op_if(struct attack_trace *trace)
{
	unsigned long faults = 0;
	long result;

	do {
		result = op_sti(trace);
		faults += trace->faults;
	} while (result == -EFAULT && faults < 10);
	trace->faults = faults;
	return result;
}

/* CLI in the domain of a caller with interrupts on. */
static long op_cli(struct attack_trace *trace)
{
	static const u8 bytes[] = { 0xfa };
	long result = site_write(bytes, sizeof(bytes));

	trace->faults = 0;
	result = result ?: call_and_compare();
	if (irqs_disabled()) {
		local_irq_enable();
		result = -EBADE;
	}
	site_write(bytes, 0);
	return result;
}

/* A caller that has saved the process's floating-point state before. */
static long op_fpu_saved(struct attack_trace *trace)
{
	const u32 *saved = &current->thread.fpu.fpstate->regs.fxsave.mxcsr;
	long result = site_write(mxcsr.bytes, mxcsr.size);
	u32 before;

	trace->faults = 0;
	kernel_fpu_begin();
	before = *saved;
	result = result ?: call_and_look(&mxcsr);
	kernel_fpu_end();
	site_write(mxcsr.bytes, 0);
	/* The kernel loads it before the process runs again. */
	if (*saved != before || before == ROUND_TO_ZERO || !test_thread_flag(TIF_NEED_FPU_LOAD))
		return -ESTALE;
	return result;
}

/* And the callee of an exit gate. */
static long op_exit_gate(struct attack_trace *trace)
{
	static const unsigned long bits[] = {
		X86_EFLAGS_DF, X86_EFLAGS_AC, X86_EFLAGS_NT, X86_EFLAGS_IOPL, X86_EFLAGS_ID,
	};
	unsigned long flags, wanted;

	trace->faults = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(bits); i++) {
		local_irq_save(flags);
		wanted = native_save_fl();
		trusted_sink_flags = 0;
		if (attack_leave_with(bits[i]) != (long)bits[i])
			wanted = 0;
		local_irq_restore(flags);
		if ((trusted_sink_flags ^ wanted) & KEEP)
			return -(1000 + (long)i);
	}
	return 0;
}

const struct attack resume_attacks[] = {
	{ "allow_forged_df", legal_site, op_df, NULL, X86_EFLAGS_DF },
	{ "allow_forged_ac", legal_site, op_ac, NULL, X86_EFLAGS_AC },
	{ "allow_forged_nt", legal_site, op_nt, NULL, X86_EFLAGS_NT },
	{ "allow_forged_iopl", legal_site, op_iopl, NULL, X86_EFLAGS_IOPL },
	{ "allow_forged_id", legal_site, op_id, NULL, X86_EFLAGS_ID },
	{ "allow_forged_if", legal_site, op_if, NULL, X86_EFLAGS_IF },
	{ "allow_cleared_if", legal_site, op_cli, NULL, 0 },
	{ "deny_forged_tf", legal_site, op_tf, NULL, -EFAULT },
	{ "allow_forged_flags_in_callee", legal_site, op_exit_gate, NULL, 0 },
	{ "allow_forged_ds", legal_site, op_ds, NULL, __USER_DS },
	{ "allow_forged_es", legal_site, op_es, NULL, __USER_DS },
	{ "allow_forged_ss", legal_site, op_ss, NULL, 0 },
	{ "allow_forged_fs", legal_site, op_fs, NULL, __USER_DS },
	{ "allow_forged_gs", legal_site, op_gs, NULL, __USER_DS },
	{ "allow_forged_mxcsr", legal_site, op_mxcsr, NULL, ROUND_TO_ZERO },
	{ "allow_forged_x87", legal_site, op_x87, NULL, ROUND_TO_ZERO_X87 },
	{ "allow_forged_xmm", legal_site, op_xmm0, NULL, 0x40570000 },
	{ "allow_forged_fpu_saved", legal_site, op_fpu_saved, NULL, ROUND_TO_ZERO },
	{ }
};
