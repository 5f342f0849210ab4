// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - an event at every instruction of gates and stubs (INV-5, INV-6)
 *
 * One instruction after the other gets a breakpoint, and a scenario runs that passes
 * it: calls, a nested one, calls out, interrupts in both views and from a process.
 * The #DB is the first event; its handler here stands in for the kernel's, and raises
 * the second: a timer interrupt, which comes behind the IRET when interrupts are on
 * there, or an NMI.  To get that one behind the IRET and not into the handler, NMIs
 * are blocked first, by one whose handler returns without IRET.
 *
 * After each scenario the caller's registers, RFLAGS, stack, per-CPU data and view
 * are compared bit for bit; the domain compares its own.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/objtool.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <asm/apic.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/irq_regs.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>
#include <asm/nmi.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include <undertow/map.h>

#include "testmod_expect.h"
#include "functional.h"
#include "inject.h"

DECLARE_TRACE(undertow_event, TP_PROTO(u32 view, u32 vector, unsigned long rip),
	      TP_ARGS(view, vector, rip));

/* The runtime's, as bytes: up to the end of its last array. */
struct ut_cpu {
	u8 bytes[UT_CPU_EVENTS + 8 * (UT_VIEW_MAX + 1)];
};
DECLARE_PER_CPU(struct ut_cpu, ut_cpu);
extern const u8 ut_state[];

/* The bit of DR7 that is always set: Linux 6.1 has no name for it. */
#ifndef DR7_FIXED_1
#define DR7_FIXED_1	BIT(10)
#endif

#define BREAKPOINT	(DR_GLOBAL_SLOWDOWN | DR_GLOBAL_ENABLE)	/* DR0, to execute */
/* No call preserves these. */
#define ARITHMETIC	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
			 X86_EFLAGS_SF | X86_EFLAGS_OF)
#define CALLER_FLAGS	(X86_EFLAGS_FIXED | X86_EFLAGS_IF | X86_EFLAGS_ID | ARITHMETIC)
#define STACK_WORDS	15

/* What a caller has; RSP is written, not read. */
struct caller {
	u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rflags;
	u64 stack[STACK_WORDS];
};

/* What the code outside of asm must not change. */
struct machine {
	struct ut_cpu cpu;
	u64 gs_base, fs_base, cr3;
	u32 view;
};

/* As pushed by inject_debug. */
struct frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
	u64 rip, cs, rflags, rsp, ss;
};

struct caller inject_in __used, inject_out __used;
unsigned long inject_gs_base __used, inject_kernel_nmi __used, inject_hold_rsp __used;
u32 inject_hold __used;
void inject_call(long (*function)(long));
void inject_hold_nmi(void);
void inject_nmi(void);
void inject_debug(void);

/* The attempt that runs. */
static struct {
	unsigned long at;
	enum injection what;
	bool hit, pending, exact;
	unsigned long arrived;	/* RIP that the second event found */
	bool nest;		/* the next timer interrupt of a domain calls it */
	long errors;
} now;
static unsigned long exact, later;

/* Scratch is below RSP; what a gate preserves is compared, and what it does not too. */
asm(".pushsection .text\n"
    ".globl inject_call\n"
    ".type inject_call, @function\n"
    "inject_call:\n"
    "	push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
    "	mov %rdi, %rax\n"
    "	mov $15, %ecx\n"
    "1:	pushq inject_in+136-8(,%rcx,8)\n"
    "	dec %ecx\n jnz 1b\n"
    "	mov %rax, inject_in\n"
    "	mov %rsp, inject_in+32\n"
    "	mov inject_in+8, %rcx\n mov inject_in+16, %rdx\n mov inject_in+24, %rbx\n"
    "	mov inject_in+40, %rbp\n mov inject_in+48, %rsi\n mov inject_in+56, %rdi\n"
    "	mov inject_in+64, %r8\n mov inject_in+72, %r9\n mov inject_in+80, %r10\n"
    "	mov inject_in+88, %r11\n mov inject_in+96, %r12\n mov inject_in+104, %r13\n"
    "	mov inject_in+112, %r14\n mov inject_in+120, %r15\n"
    "	pushq inject_in+128\n popfq\n"
    "	call *%rax\n"
    "	mov %rsp, inject_out+32\n"
    "	pushfq\n popq inject_out+128\n"
    "	mov %rax, inject_out\n mov %rcx, inject_out+8\n mov %rdx, inject_out+16\n"
    "	mov %rbx, inject_out+24\n mov %rbp, inject_out+40\n mov %rsi, inject_out+48\n"
    "	mov %rdi, inject_out+56\n mov %r8, inject_out+64\n mov %r9, inject_out+72\n"
    "	mov %r10, inject_out+80\n mov %r11, inject_out+88\n mov %r12, inject_out+96\n"
    "	mov %r13, inject_out+104\n mov %r14, inject_out+112\n mov %r15, inject_out+120\n"
    "	cld\n"
    "	xor %ecx, %ecx\n"
    "1:	popq inject_out+136(,%rcx,8)\n"
    "	inc %ecx\n cmp $15, %ecx\n jne 1b\n"
    "	pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n"
    "	ret\n"
    ".size inject_call, . - inject_call\n"

    /* Block NMIs on this CPU; the next IRET unblocks them. */
    ".globl inject_hold_nmi\n"
    ".type inject_hold_nmi, @function\n"
    "inject_hold_nmi:\n"
    "	push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
    "	lea 1f(%rip), %rax\n"
    "	push %rax\n"
    "	mov %rsp, inject_hold_rsp\n"
    "	movl $1, inject_hold\n"
    "	call inject_send_nmi\n"
    "2:	pause\n jmp 2b\n"
    "1:	pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n"
    "	ret\n"
    ".size inject_hold_nmi, . - inject_hold_nmi\n"

    /* In the place of the kernel's entry for NMIs. */
    ".globl inject_nmi\n"
    ".type inject_nmi, @function\n"
    "inject_nmi:\n"
    "	endbr64\n"
    "	cmpl $0, inject_hold\n"
    "	jne 1f\n"
    "	jmp *inject_kernel_nmi\n"
    "1:	movl $0, inject_hold\n"
    "	mov inject_hold_rsp, %rsp\n"
    "	ret\n"
    ".size inject_nmi, . - inject_nmi\n"

    /*
     * In the place of the kernel's entry for #DB, behind ut_debug; GS base may be that
     * of a process.  Without IRET when inject_hit() says so: the runtime, which raised
     * the #DB of a domain again by INT, comes to the domain's IRET with NMIs blocked.
     */
    ".globl inject_debug\n"
    ".type inject_debug, @function\n"
    "inject_debug:\n"
    "	endbr64\n"
    "	push %rax\n push %rcx\n push %rdx\n push %rbx\n push %rbp\n push %rsi\n push %rdi\n"
    "	push %r8\n push %r9\n push %r10\n push %r11\n push %r12\n push %r13\n push %r14\n"
    "	push %r15\n"
    "	rdgsbase %rbx\n"
    "	mov inject_gs_base, %rax\n"
    "	wrgsbase %rax\n"
    "	cld\n"
    "	mov %rsp, %rdi\n"
    "	mov %rsp, %rbp\n"
    "	and $-16, %rsp\n"
    "	call inject_hit\n"
    "	mov %rbp, %rsp\n"
    "	wrgsbase %rbx\n"
    "	test %al, %al\n"
    "	pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %r11\n pop %r10\n pop %r9\n pop %r8\n"
    "	pop %rdi\n pop %rsi\n pop %rbp\n pop %rbx\n pop %rdx\n"
    "	jnz 1f\n"
    "	pop %rcx\n pop %rax\n"
    "	iretq\n"
    "1:	mov 40(%rsp), %rax\n"			/* RSP there; below it: */
    "	mov 16(%rsp), %rcx\n mov %rcx, -8(%rax)\n"	/* RIP */
    "	mov 32(%rsp), %rcx\n mov %rcx, -16(%rax)\n"	/* RFLAGS */
    "	mov 8(%rsp), %rcx\n mov %rcx, -24(%rax)\n"	/* RAX */
    "	pop %rcx\n"
    "	lea -24(%rax), %rsp\n"
    "	pop %rax\n popfq\n ret\n"
    ".size inject_debug, . - inject_debug\n"
    ".popsection\n");
STACK_FRAME_NON_STANDARD(inject_call);
STACK_FRAME_NON_STANDARD(inject_hold_nmi);
STACK_FRAME_NON_STANDARD(inject_nmi);
STACK_FRAME_NON_STANDARD(inject_debug);

void inject_send_nmi(void);
void __used inject_send_nmi(void)
{
	apic->send_IPI(raw_smp_processor_id(), NMI_VECTOR);
}

/* C half of inject_debug.  Return whether to return without IRET. */
bool inject_hit(struct frame *frame);
bool __used inject_hit(struct frame *frame)
{
	bool is_there = frame->rip == now.at;
	unsigned long dr6;

	get_debugreg(dr6, 6);
	set_debugreg(DR6_RESERVED, 6);
	if (!(dr6 & DR_TRAP0) && dr6 & DR_TRAP1) {
		set_debugreg(DR7_FIXED_1 | BREAKPOINT, 7);
		return false;
	}
	set_debugreg(DR7_FIXED_1, 7);
	now.errors += now.hit || !(dr6 & DR_TRAP0);
	now.hit = true;
	now.pending = now.what != INJECT_DB;
	/* In a domain the frame is that of the runtime, which has interrupts off. */
	now.exact = is_there && (now.what == INJECT_NMI || frame->rflags & X86_EFLAGS_IF);
	if (is_there)
		frame->rflags |= X86_EFLAGS_RF;
	if (now.what == INJECT_TIMER)
		apic->send_IPI_self(INJECT_VECTOR);
	if (now.what != INJECT_NMI)
		return false;
	now.exact = true;
	inject_hold_nmi();
	inject_send_nmi();
	return !is_there;
}

static void arrive(unsigned long rip)
{
	now.pending = false;
	now.arrived = rip;
	now.errors += now.exact && rip != now.at;
	if (rip == now.at)
		exact++;
	else
		later++;
}

static void domain_event(void *data, u32 view, u32 vector, unsigned long rip)
{
	if (now.pending && vector == (now.what == INJECT_NMI ? X86_TRAP_NMI : INJECT_VECTOR)) {
		arrive(rip);
		/* Taken once more, from the kernel: see nmi(). */
		now.pending = now.what == INJECT_NMI;
		now.exact = false;
	}
}

static int nmi(unsigned int type, struct pt_regs *regs)
{
	if (now.what != INJECT_NMI || !now.pending)
		return NMI_DONE;
	if (!now.arrived)
		arrive(regs->ip);
	now.pending = false;
	return NMI_HANDLED;
}

static void timer_entry(void *data, int vector)
{
	if (now.what == INJECT_TIMER && now.pending)
		arrive(get_irq_regs()->ip);
	if (now.nest) {
		now.nest = false;
		now.errors += back_s64(7) != 7;
	}
}

/*
 * Calls the domain again when it is deep enough, and returns with an interrupt to
 * come where the domain has them on.  One in two of these interrupts calls it too.
 */
long trusted_window(long depth)
{
	if (depth < 0)
		return depth + 1;
	if (depth)
		now.errors += window(depth - 1) != 0;
	local_irq_disable();
	now.nest = depth;
	apic->send_IPI_self(INJECT_VECTOR);
	return depth + 1;
}

static void machine_read(struct machine *machine)
{
	unsigned long flags;

	local_irq_save(flags);
	machine->cpu = *raw_cpu_ptr(&ut_cpu);
	rdmsrl(MSR_GS_BASE, machine->gs_base);
	rdmsrl(MSR_FS_BASE, machine->fs_base);
	machine->cr3 = __native_read_cr3();
	machine->view = *(const u32 *)(ut_state + UT_STATE_VIEW);
	local_irq_restore(flags);
}

static long (*exit_gate)(long);

static void scenario(void)
{
	apic->send_IPI_self(INJECT_VECTOR);
	now.errors += exit_gate(-1) != 0;
	inject_call(window);
}

/* The kernel's handlers of NMI and #DB, on enabled CPUs, become those above. */
static struct {
	unsigned long nmi_gate, debug_handler, kernel_debug;
	gate_desc kernel_nmi;
} replaced;

static int handlers_replace(void)
{
	struct desc_ptr idt;
	gate_desc gate;
	unsigned long handler = (unsigned long)inject_debug;
	int err;

	store_idt(&idt);
	replaced.debug_handler = code_handlers() + X86_TRAP_DB * sizeof(long);
	replaced.kernel_debug = *(unsigned long *)replaced.debug_handler;
	replaced.nmi_gate = idt.address + X86_TRAP_NMI * sizeof(gate);
	replaced.kernel_nmi = *(gate_desc *)replaced.nmi_gate;
	inject_kernel_nmi = gate_offset(&replaced.kernel_nmi);
	pack_gate(&gate, GATE_INTERRUPT, (unsigned long)inject_nmi, 0,
		  replaced.kernel_nmi.bits.ist, __KERNEL_CS);
	err = code_poke(replaced.nmi_gate, &gate, sizeof(gate));
	return err ?: code_poke(replaced.debug_handler, &handler, sizeof(handler));
}

static int handlers_restore(void)
{
	int err = code_poke(replaced.debug_handler, &replaced.kernel_debug, sizeof(unsigned long));

	return err ?: code_poke(replaced.nmi_gate, &replaced.kernel_nmi, sizeof(gate_desc));
}

static struct tracepoint *timer_tracepoint;

static void find_tracepoint(struct tracepoint *tracepoint, void *unused)
{
	if (!strcmp(tracepoint->name, "local_timer_entry"))
		timer_tracepoint = tracepoint;
}

static int probes_add(void)
{
	int err;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (!timer_tracepoint)
		return -ENOENT;
	err = tracepoint_probe_register(timer_tracepoint, timer_entry, NULL);
	err = err ?: register_trace_undertow_event(domain_event, NULL);
	return err ?: register_nmi_handler(NMI_LOCAL, nmi, 0, "ut_inject");
}

static void probes_remove(void)
{
	unregister_nmi_handler(NMI_LOCAL, "ut_inject");
	unregister_trace_undertow_event(domain_event, NULL);
	tracepoint_probe_unregister(timer_tracepoint, timer_entry, NULL);
	tracepoint_synchronize_unregister();
}

/* With a second one in the domain where code is for what comes back from a #DB there. */
static void breakpoint_set(const struct instruction *insn)
{
	set_debugreg(insn->at, 0);
	set_debugreg(code_domain_instruction(), 1);
	set_debugreg(DR7_FIXED_1 | BREAKPOINT |
		     (insn->code == CODE_RESUME ? DR_GLOBAL_ENABLE << DR_ENABLE_SIZE : 0), 7);
}

/* What nothing but a process in user mode brings about: a child of the program spins. */
static void wait_for_process(const struct instruction *insn)
{
	for (int i = 0; i < 50 && !now.hit && insn->code == CODE_INTERRUPT; i++)
		msleep(5);
}

/* One instruction, one kind of event.  0, or what is wrong. */
static int attempt(struct instruction *insn, enum injection what, const struct caller *reference)
{
	static struct machine before, after;

	memset(&now, 0, sizeof(now));
	now.at = insn->at;
	now.what = what;
	machine_read(&before);
	breakpoint_set(insn);
	scenario();
	if (!code_excuse(insn))
		wait_for_process(insn);
	set_debugreg(DR7_FIXED_1, 7);
	machine_read(&after);
	insn->hit |= now.hit << what;
	if (now.errors || now.pending)
		return -EPROTO;
	if (memcmp(&inject_out, reference, sizeof(inject_out)))
		return -EILSEQ;
	return memcmp(&before, &after, sizeof(before)) ? -EUCLEAN : 0;
}

static int attempts(enum injection what, const struct caller *reference)
{
	exact = 0;
	later = 0;
	for (unsigned int i = 0; i < instruction_count; i++) {
		struct instruction *insn = &instructions[i];
		int err;

		if (insn->at < codes[insn->code].barred)
			continue;
		err = attempt(insn, what, reference);
		if (err) {
			testmod_say("failed %s+%#lx, event %d: %d, errors %ld, pending %d, arrived %pS\n",
				    codes[insn->code].name, insn->at - codes[insn->code].start,
				    what, err, now.errors, now.pending, (void *)now.arrived);
			return err;
		}
	}
	testmod_say("event %d: %lu at the instruction, %lu later\n", what, exact, later);
	return 0;
}

/* Each instruction has been hit by each event, or has an excuse. */
static int account(void)
{
	int gaps = 0;

	for (unsigned int code = 0; code < CODES; code++) {
		unsigned int all = 0, hit = 0, excused = 0;

		for (unsigned int i = 0; i < instruction_count; i++) {
			const struct instruction *insn = &instructions[i];

			if (insn->code != code)
				continue;
			all++;
			if (insn->hit == BIT(INJECTIONS) - 1) {
				hit++;
				continue;
			}
			if (!insn->hit && code_excuse(insn)) {
				excused++;
				continue;
			}
			gaps++;
			testmod_say("failed: %s+%#lx was not hit (%x)\n", codes[code].name,
				    insn->at - codes[code].start, insn->hit);
		}
		testmod_say("%s: %u instructions, %u hit, %u not on a legal way\n",
			    codes[code].name, all, hit, excused);
	}
	return EXPECT_EQ(gaps, 0);
}

/* Any values, RFLAGS among them; RDI is the argument. */
static void caller_prepare(void)
{
	u64 *word = &inject_in.rax;

	for (unsigned int i = 0; i < sizeof(inject_in) / 8; i++)
		word[i] = 0x4057113400000000UL + i * 0x1010101;
	inject_in.rdi = 1;
	inject_in.rflags = CALLER_FLAGS;
}

/* Without an event; what a caller finds behind it. */
static int reference_run(struct caller *reference)
{
	int err;

	scenario();
	scenario();
	*reference = inject_out;
	err = EXPECT_EQ(now.errors, 0) | EXPECT_EQ(reference->rax, 0) |
	      EXPECT_EQ(reference->rflags & ~ARITHMETIC, inject_in.rflags & ~ARITHMETIC) |
	      EXPECT_EQ(reference->rsp, inject_in.rsp) | EXPECT_EQ(reference->rbx, inject_in.rbx) |
	      EXPECT_EQ(reference->rbp, inject_in.rbp);
	err |= EXPECT_EQ(memcmp(&reference->r12, &inject_in.r12, 4 * 8), 0);
	return err | EXPECT_EQ(memcmp(reference->stack, inject_in.stack, sizeof(reference->stack)), 0);
}

static int run_all(void)
{
	static struct caller reference;
	int err = reference_run(&reference);

	for (int what = 0; what < INJECTIONS && !err; what++)
		err = attempts(what, &reference);
	return err ?: account();
}

int allow_event_at_every_instruction(const void *data)
{
	struct cpumask before;
	int err;

	cpumask_copy(&before, current->cpus_ptr);
	err = set_cpus_allowed_ptr(current, cpumask_of(0));
	err = err ?: code_find((unsigned long)window, (unsigned long)trusted_window);
	if (err)
		return err;
	rdmsrl(MSR_GS_BASE, inject_gs_base);
	exit_gate = (void *)codes[CODE_EXIT].start;
	memset(&now, 0, sizeof(now));
	caller_prepare();
	err = probes_add();
	if (!err) {
		err = handlers_replace();
		err = err ?: run_all();
		err = handlers_restore() ?: err;
	}
	probes_remove();
	return set_cpus_allowed_ptr(current, &before) ?: err;
}
