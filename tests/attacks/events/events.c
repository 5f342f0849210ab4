// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - events that the domain causes (INV-5)
 *
 *   domain: long loop                                : allow
 *   domain: STI although the caller has interrupts off, then the timer : deny, it still ticks
 *   domain: CLI, then a loop without end             : deny, by the host
 *   domain: INT n, for every n                       : deny, the kernel's handler does not run
 *   domain: jump to a stub of the runtime            : deny
 *   domain: ud2, division by zero, int3, single step : deny
 *   domain: stack overflow                           : deny
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <asm/cpu_entry_area.h>
#include <asm/desc.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>

#include "attacks.h"

#define LOOP_SHORT	1000
/* Many ticks. */
#define LOOP_LONG	20000000L
/* Hours. */
#define LOOP_FOREVER	(1L << 50)

enum flag { FLAG_KEEP, FLAG_STI, FLAG_CLI };
long __untrusted event_spin(enum flag flag, long rounds);
long __untrusted event_int(unsigned int vector);
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

long event_spin(enum flag flag, long rounds)
{
	/* In bytes: the compiler refuses the instructions by their names. */
	if (flag == FLAG_STI)
		asm volatile(".byte 0xfb");
	for (long round = 0; round < rounds; round++)
		/*
		 * Again and again: behind a VM entry with IF=0, Bochs lets no
		 * interrupt of the host in before the guest writes IF.
		 */
		if (flag == FLAG_CLI)
			asm volatile(".byte 0xfa");
		else
			asm volatile("");
	return 0;
}

/* INT n; RET; NOP, 256 times. */
long event_int(unsigned int vector)
{
	long result;

	asm volatile("call 2f\n"
		     "jmp 3f\n"
		     "1: .set event_vector, 0\n"
		     ".rept 256\n"
		     ".byte 0xcd, event_vector\n ret\n nop\n"
		     ".set event_vector, event_vector + 1\n"
		     ".endr\n"
		     "2: leaq 1b(%%rip), %%rax\n"
		     "leaq (%%rax,%1,4), %%rax\n"
		     "jmp *%%rax\n"
		     "3: xorl %%eax, %%eax\n"
		     : "=&a"(result) : "r"((unsigned long)vector & 0xff) : "memory", "cc");
	return result;
}
OBJTOOL_SKIPS(event_int);

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
OBJTOOL_SKIPS(event_ud2);

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
OBJTOOL_SKIPS(event_push);

/* RSP at a place of the attacker's choice, then an exception: who pushes there? */
long event_bad_stack(long *stack)
{
	asm volatile("mov %0, %%rsp\n ud2" :: "r"(stack) : "memory");
	return 0;
}
OBJTOOL_SKIPS(event_bad_stack);

/* The restricted IDT is an overlay, so read it as the domain: a stub for each vector. */
unsigned long stub_address(unsigned int vector)
{
	struct desc_ptr idt;
	long low, high;

	store_idt(&idt);
	low = attack_read((long *)(idt.address + vector * 16));
	high = attack_read((long *)(idt.address + vector * 16 + 8));
	if (low == -EFAULT || high == -EFAULT)
		return 0;
	return (low & 0xffff) | (low >> 32 & 0xffff0000) | high << 32;
}

/* And its TSS says where its event page on this CPU ends. */
static unsigned long this_cpu_read_events(void)
{
	const struct x86_hw_tss *tss;
	long top;

	tss = &get_cpu_entry_area(raw_smp_processor_id())->tss.x86_tss;
	top = attack_read((long *)&tss->ist[0]);
	return top == -EFAULT ? 0 : (unsigned long)top - PAGE_SIZE;
}

static int legal_spin(void)
{
	return event_spin(FLAG_KEEP, LOOP_SHORT);
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
	unsigned long flags, before;
	long result;

	local_irq_save(flags);
	result = event_spin(FLAG_STI, LOOP_LONG);
	local_irq_restore(flags);
	before = jiffies;
	msleep(20);
	return jiffies == before ? -ETIME : result;
}

static long cli_forever(struct attack_trace *trace)
{
	trace->symbol = "event_spin";
	return event_spin(FLAG_CLI, LOOP_FOREVER);
}

/* The spurious interrupt of the APIC is nobody's: ignored. */
#define VECTOR_SPURIOUS	0xff

static long int_every_vector(struct attack_trace *trace)
{
	trace->faults = 0;
	for (unsigned int vector = 0; vector < 256; vector++) {
		long want = vector == VECTOR_SPURIOUS ? 0 : -EFAULT;
		long result = event_int(vector);

		if (result != want || legal_spin())
			return -(1000 + (long)vector);
		trace->faults += !!want;
	}
	return -EFAULT;
}

/* Jump to the stub of a vector: RSP is the domain's, or its event page's. */
static long jump_stub(unsigned int vector, unsigned long rsp)
{
	jump_prepare((unsigned long)stub_address(vector));
	attack_target.rsp = rsp;
	return attack_jump();
}

static long jump_every_stub(struct attack_trace *trace)
{
	unsigned long page = this_cpu_read_events();

	trace->faults = 0;
	if (!stub_address(0) || !page)
		return -ENOENT;
	for (unsigned int vector = 0; vector < 256; vector++) {
		if (jump_stub(vector, (unsigned long)domain_pages + 2048) != -EFAULT ||
		    legal_jump())
			return -(1000 + (long)vector);
		trace->faults++;
		/* A spurious interrupt would go on where the last frame there says. */
		if (vector == VECTOR_SPURIOUS)
			continue;
		if (jump_stub(vector, page + PAGE_SIZE - 40) != -EFAULT || legal_jump())
			return -(2000 + (long)vector);
		trace->faults++;
	}
	return -EFAULT;
}

/* What only the runtime itself says about the end of a call: UT_CAUSE_*, and more. */
static long forge_cause(struct attack_trace *trace)
{
	unsigned long rip = gate_vmfunc(stub_address(255), 0);

	trace->faults = 0;
	if (!rip)
		return -ENOENT;
	/* More than the domain has stacks: one that is returned twice shows. */
	for (unsigned int i = 0; i < 64; i++) {
		jump_prepare(rip);
		attack_target.rcx = 0;
		attack_target.rdi = 256 + i % 5;
		if (attack_jump() != -EFAULT || legal_jump())
			return -(1000 + (long)i);
		trace->faults++;
	}
	return -EFAULT;
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
	{ "deny_cli_forever", legal_spin, cli_forever, NULL, -EFAULT },
	{ "deny_int_every_vector", legal_spin, int_every_vector, NULL, -EFAULT },
	{ "deny_jump_every_stub", legal_jump, jump_every_stub, NULL, -EFAULT },
	{ "deny_forged_cause", legal_jump, forge_cause, NULL, -EFAULT },
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
