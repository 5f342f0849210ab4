// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - jumps into gates (INV-4, INV-5, INV-6)
 *
 *   domain --jump--> own function                           : allow
 *   domain --jump--> VMFUNC of an entry gate, ECX=0         : deny, forged
 *   domain --jump--> VMFUNC on the way back, ECX=0          : allow: ends the call early,
 *       with a result of the domain's choice, and trusted code gets its own registers back
 *   domain --jump--> behind an exit gate's VMFUNC           : deny, still in the view
 *   domain --jump--> VMFUNC of an exit gate's way back, ECX=0 : deny, forged
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/objtool.h>
#include <linux/string.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>

#include "attacks.h"

#define GATE_MAX	512
#define NOWHERE		0x1000UL
#define HOSTILE		0x4057113400000000UL
#define FLAGS_HOSTILE	(X86_EFLAGS_FIXED | X86_EFLAGS_DF | X86_EFLAGS_AC | X86_EFLAGS_CF | \
			 X86_EFLAGS_ID | X86_EFLAGS_IOPL)

struct jump __untrusted attack_target;
/* Jumps left: a target may well lead back to the beginning of attack_jump(). */
static long __untrusted jump_budget;

/* The stack of attack_jump(), for targets that return to attack_landing. */
static u64 __untrusted __used attack_stack;
extern u8 attack_landing[];

/* Load every register from attack_target and jump; RSP is data as the rest. */
noinline long attack_jump(void)
{
	long result;

	if (jump_budget-- <= 0)
		return -ELOOP;
	asm volatile("push %%rbp\n"
		     "mov %%rsp, %c[stack](%%rip)\n"
		     "pushq attack_target+128(%%rip)\n"
		     "popfq\n"
		     "mov attack_target+0(%%rip), %%rax\n"
		     "mov attack_target+8(%%rip), %%rbx\n"
		     "mov attack_target+16(%%rip), %%rcx\n"
		     "mov attack_target+24(%%rip), %%rdx\n"
		     "mov attack_target+32(%%rip), %%rsi\n"
		     "mov attack_target+40(%%rip), %%rdi\n"
		     "mov attack_target+48(%%rip), %%rbp\n"
		     "mov attack_target+56(%%rip), %%rsp\n"
		     "mov attack_target+64(%%rip), %%r8\n"
		     "mov attack_target+72(%%rip), %%r9\n"
		     "mov attack_target+80(%%rip), %%r10\n"
		     "mov attack_target+88(%%rip), %%r11\n"
		     "mov attack_target+96(%%rip), %%r12\n"
		     "mov attack_target+104(%%rip), %%r13\n"
		     "mov attack_target+112(%%rip), %%r14\n"
		     "mov attack_target+120(%%rip), %%r15\n"
		     "jmp *attack_target+136(%%rip)\n"
		     ".globl attack_landing\n"
		     "attack_landing:\n" ANNOTATE_NOENDBR
		     "mov %c[stack](%%rip), %%rsp\n"
		     "pop %%rbp\n"
		     "cld\n"
		     : "=a"(result) : [stack] "i"(&attack_stack)
		     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
		       "r13", "r14", "r15", "memory", "cc");
	return result;
}
OBJTOOL_SKIPS(attack_jump);

/* Calls out through the exit gate that the attacks aim at. */
long attack_leave(long value)
{
	return trusted_sink(value);
}

/* The same with bits of RFLAGS set, which it returns as they were then. */
long attack_leave_with(unsigned long flags)
{
	unsigned long is;

	asm volatile("pushfq\n orq %1, (%%rsp)\n popfq\n pushfq\n popq %0"
		     : "=r"(is) : "r"(flags) : "memory", "cc");
	trusted_sink(0);
	asm volatile("pushq $2\n popfq" ::: "memory", "cc");
	return is & flags;
}
OBJTOOL_SKIPS(attack_leave_with);

/*
 * Hostile values everywhere, a stack in the domain's own memory, and RAX and
 * RCX as VMFUNC wants them for the full view.
 */
void jump_prepare(unsigned long rip)
{
	u64 *reg = &attack_target.rax;

	for (unsigned int i = 0; i < 16; i++)
		reg[i] = HOSTILE + i;
	attack_target.rax = 0;
	attack_target.rcx = 0;
	attack_target.rsp = (u64)domain_pages + 4096 + 2048;
	attack_target.rflags = X86_EFLAGS_FIXED;
	attack_target.rip = rip;
	jump_budget = 1;
}

/* The gate of attack_own(), entered from inside, runs its body, which returns. */
static int jump_own(void)
{
	jump_prepare((unsigned long)&attack_own);
	*(u64 *)attack_target.rsp = (u64)attack_landing;
	return attack_jump() == DOMAIN_VALUE ? 0 : -EIO;
}

/* VMFUNC number @skip of a gate; its text is readable for everybody. */
unsigned long gate_vmfunc(unsigned long gate, unsigned int skip)
{
	OPTIMIZER_HIDE_VAR(gate);
	for (const u8 *byte = (u8 *)gate; byte < (u8 *)gate + GATE_MAX; byte++)
		if (byte[0] == 0x0f && byte[1] == 0x01 && byte[2] == 0xd4 && !skip--)
			return (unsigned long)byte;
	return 0;
}

unsigned long exit_gate_of(void *target)
{
	for (const struct ut_record *gate = records_start(); gate < records_end(); gate++)
		if (gate->target == (unsigned long)target)
			return gate->gate;
	return 0;
}

/* The attacker needs no help to find gates: they are r-x in its view. */
int legal_jump(void)
{
	unsigned long gate = exit_gate_of(trusted_sink);

	if (!gate || attack_read((long *)gate) != *(long *)gate)
		return -EIO;
	if (attack_leave(1) != 2)
		return -EIO;
	return jump_own();
}

static long jump_to(unsigned long rip)
{
	if (!rip)
		return -ENOENT;
	jump_prepare(rip);
	return attack_jump();
}

static long entry_vmfunc(struct attack_trace *trace)
{
	return jump_to(gate_vmfunc((unsigned long)&attack_read, 0));
}

static long entry_vmfunc_trusted_stack(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc((unsigned long)&attack_read, 0);

	if (!rip)
		return -ENOENT;
	jump_prepare(rip);
	attack_target.rsp = (u64)&trusted_page[256];
	attack_target.rbx = (u64)&trusted_page[256];
	return attack_jump();
}

static long return_vmfunc(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc((unsigned long)&attack_read, 1);

	if (!rip)
		return -ENOENT;
	jump_prepare(rip);
	attack_target.rbx = 0x1337;
	attack_target.rsp = (u64)&trusted_page[256];
	trace->faults = 0;
	return attack_jump();
}

static long exit_behind_vmfunc(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc(exit_gate_of(trusted_sink), 0);

	return rip ? jump_to(rip + 3) : -ENOENT;
}

static long exit_return_vmfunc(struct attack_trace *trace)
{
	return jump_to(gate_vmfunc(exit_gate_of(trusted_sink), 1));
}

/* The first VMFUNC of an exit gate is its front door: a call with odd arguments. */
static long exit_vmfunc(struct attack_trace *trace)
{
	unsigned long before = trusted_sink_calls;
	unsigned long rip = gate_vmfunc(exit_gate_of(trusted_sink), 0);
	long result;

	if (!rip)
		return -ENOENT;
	jump_prepare(rip);
	/* R11 is where the gate believes the domain's RSP to be: a trusted page. */
	attack_target.r11 = (u64)&trusted_page[256];
	attack_target.rsp = (u64)&trusted_page[256];
	result = attack_jump();
	return trusted_sink_calls == before + 1 ? result : -ENOTRECOVERABLE;
}

/* INV-6: hostile registers and flags at the end of a call, caller as given. */
static long regs_compare(const struct regs *before, const struct regs *after)
{
	u64 keep = X86_EFLAGS_DF | X86_EFLAGS_AC | X86_EFLAGS_IF | X86_EFLAGS_TF |
		   X86_EFLAGS_NT | X86_EFLAGS_IOPL | X86_EFLAGS_ID;

	if (memcmp(before, after, offsetof(struct regs, rflags)))
		return -EILSEQ;
	if ((before->rflags ^ after->rflags) & keep)
		return -EBADE;
	if (before->gs_base != after->gs_base)
		return -EBADSLT;
	return before->rsp == after->rsp ? 0 : -ESTRPIPE;
}

static long regs_after(unsigned long rip, bool interrupts, long want)
{
	struct regs before = { 1, 2, 3, 4, 5, 6 }, after = {};
	unsigned long flags;
	long result;

	if (!rip)
		return -ENOENT;
	jump_prepare(rip);
	attack_target.rflags = FLAGS_HOSTILE;
	attack_target.rbx = DOMAIN_VALUE;
	local_irq_save(flags);
	if (interrupts)
		local_irq_enable();
	result = regs_call(attack_jump, &before, &after);
	if (interrupts)
		local_irq_disable();
	local_irq_restore(flags);
	if (result != want)
		return result;
	return regs_compare(&before, &after) ?: result;
}

static long regs_early_return(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc((unsigned long)&attack_read, 1);
	long result = regs_after(rip, true, DOMAIN_VALUE);

	trace->faults = 0;
	return result == DOMAIN_VALUE ? regs_after(rip, false, DOMAIN_VALUE) : result;
}

/* Unwinding must give back the same: run into an address that is not there. */
static long regs_unwind(struct attack_trace *trace)
{
	long result = regs_after(NOWHERE, true, -EFAULT);

	trace->faults = 2;
	return result == -EFAULT ? regs_after(NOWHERE, false, -EFAULT) : result;
}

/* WRGSBASE in the domain, then the way back of a gate: GS base is the gate's job. */
static long forged_gs_base(struct attack_trace *trace)
{
	static const u8 bytes[] = { 0xf3, 0x48, 0x0f, 0xae, 0xda };	/* wrgsbase %rdx */

	trace->faults = 0;
	return site_run(bytes, sizeof(bytes), (unsigned long)&trusted_page[256]);
}

static long forged_gs_base_fault(struct attack_trace *trace)
{
	static const u8 bytes[] = { 0xf3, 0x48, 0x0f, 0xae, 0xda,	/* wrgsbase %rdx */
				    0x0f, 0x0b };			/* ud2 */

	return site_run(bytes, sizeof(bytes), (unsigned long)&trusted_page[256]);
}

/*
 * Interrupts on, RSP at a trusted page, and the VMFUNC on the way back: an
 * interrupt that arrives before the gate has reloaded RSP must not be delivered
 * onto that page.  Both ends of a call are legal (early return, or denied
 * because the interrupt came in the view); writing the page is not.
 */
static long interrupt_stack(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc((unsigned long)&attack_read, 1);
	unsigned long end = jiffies + HZ;
	long *page = trusted_page;

	if (!rip)
		return -ENOENT;
	trace->faults = 0;
	while (time_before(jiffies, end)) {
		long result;

		jump_prepare(rip);
		attack_target.rflags |= X86_EFLAGS_IF;
		attack_target.rsp = (u64)&page[256];
		attack_target.rbx = 0x1337;
		result = attack_jump();
		if (result == -EFAULT)
			trace->faults++;
		else if (result != 0x1337)
			return result;
		if (memchr_inv(&page[1], 0, PAGE_SIZE - sizeof(long)))
			return -EUCLEAN;
	}
	return 0;
}

long __untrusted attack_iret(unsigned long rip, unsigned long rsp, unsigned long flags);

/*
 * IRET loads RFLAGS and RIP at once: with TF set the trap comes after the first
 * instruction there, which POPF and a jump cannot do.
 */
long attack_iret(unsigned long rip, unsigned long rsp, unsigned long flags)
{
	asm volatile("mov %%ss, %%ecx\n"
		     "push %%rcx\n"
		     "push %1\n"
		     "push %2\n"
		     "mov %%cs, %%ecx\n"
		     "push %%rcx\n"
		     "push %0\n"
		     "xor %%eax, %%eax\n"
		     "xor %%ecx, %%ecx\n"
		     "mov $0x1337, %%ebx\n"
		     "iretq\n"
		     :: "D"(rip), "S"(rsp), "d"(flags) : "memory", "cc", "rax", "rbx", "rcx");
	__builtin_unreachable();
}
OBJTOOL_SKIPS(attack_iret);

long __untrusted attack_iret_user(unsigned long rip, unsigned long rsp);

/* The same to CPL 3, where the host might take the domain for a process. */
long attack_iret_user(unsigned long rip, unsigned long rsp)
{
	asm volatile("pushq %2\n push %1\n pushq $2\n pushq %3\n push %0\n iretq\n"
		     :: "D"(rip), "S"(rsp), "i"(__USER_DS), "i"(__USER_CS) : "memory");
	__builtin_unreachable();
}
OBJTOOL_SKIPS(attack_iret_user);

static int legal_iret(void)
{
	unsigned long rip = gate_vmfunc((unsigned long)&attack_read, 1);

	return attack_iret(rip, (u64)domain_pages + 6144, X86_EFLAGS_FIXED) == 0x1337 ? 0 : -EIO;
}

static long single_step_at_vmfunc(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc((unsigned long)&attack_read, 1);

	return attack_iret(rip, (u64)&trusted_page[256], X86_EFLAGS_FIXED | X86_EFLAGS_TF);
}

/* To own text, and to where not even the page tables are granted. */
static long iret_to_user(struct attack_trace *trace)
{
	long result = attack_iret_user((unsigned long)&attack_own, (u64)domain_pages + 6144);

	trace->faults = 2;
	return result == -EFAULT ? attack_iret_user(PAGE_OFFSET, (u64)domain_pages + 6144) : result;
}

static bool page_clean(void)
{
	return trusted_intact() && !memchr_inv(&trusted_page[1], 0, PAGE_SIZE - sizeof(long));
}

const struct attack gate_attacks[] = {
	{ "deny_jump_entry_vmfunc", legal_jump, entry_vmfunc, NULL, -EFAULT },
	{ "deny_jump_entry_vmfunc_trusted_stack", legal_jump, entry_vmfunc_trusted_stack,
	  page_clean, -EFAULT },
	{ "allow_jump_return_vmfunc", legal_jump, return_vmfunc, page_clean, 0x1337 },
	{ "deny_jump_exit_behind_vmfunc", legal_jump, exit_behind_vmfunc, NULL, -EFAULT },
	{ "deny_jump_exit_return_vmfunc", legal_jump, exit_return_vmfunc, NULL, -EFAULT },
	{ "deny_jump_exit_vmfunc_trusted_stack", legal_jump, exit_vmfunc, page_clean, -EFAULT },
	{ "allow_hostile_registers_early_return", legal_jump, regs_early_return, NULL,
	  DOMAIN_VALUE },
	{ "deny_hostile_registers_unwind", legal_jump, regs_unwind, NULL, -EFAULT },
	{ "allow_forged_gs_base", legal_site, forged_gs_base, page_clean, 0 },
	{ "deny_forged_gs_base_fault", legal_site, forged_gs_base_fault, page_clean, -EFAULT },
	{ "deny_interrupt_on_chosen_stack", legal_jump, interrupt_stack, page_clean, 0 },
	{ "deny_iret_to_user", legal_iret, iret_to_user, page_clean, -EFAULT },
	{ "deny_single_step_at_vmfunc", legal_iret, single_step_at_vmfunc, page_clean, -EFAULT },
	{ }
};
