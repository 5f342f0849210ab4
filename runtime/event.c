// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - events in a restricted view
 *
 * What happens in a domain comes to entry.S, after gate.S has gone back to the full
 * view and a trusted stack.  Interrupts, NMIs, machine checks and breakpoints are
 * the kernel's, and the domain goes on behind them: entry.S hands interrupts on by
 * itself, the others come here.  So does what ends the domain call: violations (#VE),
 * exceptions, gates entered at the wrong place, the host's abort path.
 *
 * The event page can be written by the domain on other CPUs, and a vector can be
 * forged by a jump to a stub or INT n.  Both are hints; what happens depends on
 * trusted state only: what the local APIC, DR6 and the machine-check banks say.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/kdebug.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/irq_vectors.h>
#include <asm/mach_traps.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/nmi.h>
#include <asm/processor.h>
#include <asm/sync_core.h>
#include <asm/trap_pf.h>
#include <asm/trapnr.h>
#include "runtime.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
EXPORT_TRACEPOINT_SYMBOL_GPL(undertow_event);

/* Exit qualification of an EPT violation (SDM, "Exit Qualification for EPT Violations"). */
#define QUAL_WRITE	BIT_ULL(1)
#define QUAL_FETCH	BIT_ULL(2)
#define QUAL_TRANSLATED	BIT_ULL(8)	/* access to the address, not a page walk */

#define EXIT_REASON_EPT_VIOLATION	48

/* IDT-vectoring information. */
#define VECTORING_VALID		BIT(31)
#define VECTORING_TYPE(info)	((info) >> 8 & 7)
#define VECTORING_INTERRUPT	0
#define VECTORING_NMI		2

/* RFLAGS that a process may choose. */
#define USER_FLAGS	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
			 X86_EFLAGS_SF | X86_EFLAGS_DF | X86_EFLAGS_OF)

/* What the CPU leaves at the top of its part of the event page; hostile content. */
struct event_frame {
	unsigned long rip, cs, flags, rsp, ss;
};

/* An NMI, #MC or #DB arrived in a domain, since the last call that ended here. */
static DEFINE_PER_CPU(bool, exception_taken);

/* Where the CPU delivers a vector in restricted views. */
struct ut_event_stack ut_event_stack(unsigned int vector)
{
	switch (vector) {
	case X86_TRAP_NMI:
		return (struct ut_event_stack) { .ist = 2, .top = UT_EVENT_NMI };
	case X86_TRAP_DB:
		return (struct ut_event_stack) { .ist = 3, .top = UT_EVENT_DB };
	case X86_TRAP_MC:
		return (struct ut_event_stack) { .ist = 4, .top = UT_EVENT_MC };
	default:
		return (struct ut_event_stack) { .ist = 1, .top = UT_EVENT_OTHER };
	}
}

static const struct event_frame *event_frame(u32 view, u32 vector)
{
	return (void *)__this_cpu_read(ut_cpu.events[view]) + ut_event_stack(vector).top -
	       sizeof(struct event_frame);
}

/*
 * Where entry.S finds the in-service registers of the local APIC: their address, or
 * UT_APIC_MSR.  Without an APIC no vector is in service.
 */
unsigned long ut_apic_isr __ro_after_init;
static_assert(APIC_BASE_MSR + (APIC_ISR >> 4) == UT_APIC_MSR);

static unsigned long __init apic_isr(void)
{
	if (x2apic_mode)
		return UT_APIC_MSR;
	return boot_cpu_has(X86_FEATURE_APIC) ? APIC_BASE + APIC_ISR : (unsigned long)empty_zero_page;
}

/* Is the vector in service in this CPU's local APIC? */
static bool is_in_service(u32 vector)
{
	return apic->read(APIC_ISR + vector / 32 * 0x10) & BIT(vector % 32);
}

/*
 * An interrupt was accepted in a call whose caller has interrupts off, and may
 * hold locks, so its handler cannot run here: end it in the APIC and raise it
 * again, to be taken when interrupts are on.  A forged vector is not in service.
 */
static void interrupt_requeue(u32 vector)
{
	bool is_level;

	if (vector < FIRST_EXTERNAL_VECTOR || vector >= NR_VECTORS || !is_in_service(vector))
		return;
	is_level = apic->read(APIC_TMR + vector / 32 * 0x10) & BIT(vector % 32);
	ut_apic_eoi();
	/* A level is still there, and the I/O APIC sends it again by itself. */
	if (!is_level)
		apic->send_IPI_self(vector);
}

/*
 * The same for all vectors in service, the highest first, as an EOI ends that one.
 * For contexts in which no handler is running: what is in service then was on its
 * way to a stub in a restricted view that another event ended.
 */
static void interrupts_requeue(void)
{
	unsigned int word;

	for (word = NR_VECTORS / 32; word-- > FIRST_EXTERNAL_VECTOR / 32;) {
		u32 bits = apic->read(APIC_ISR + word * 0x10);

		while (bits) {
			interrupt_requeue(word * 32 + __fls(bits));
			bits &= ~BIT(__fls(bits));
		}
	}
}

static bool machine_check_pending(void)
{
	u64 status;

	return boot_cpu_has(X86_FEATURE_MCE) && !rdmsrl_safe(MSR_IA32_MCG_STATUS, &status) &&
	       status & MCG_STATUS_MCIP;
}

/* Has a breakpoint of the kernel's been hit, and nothing else happened? */
static bool breakpoint_pending(void)
{
	unsigned long dr6, dr7;

	get_debugreg(dr6, 6);
	get_debugreg(dr7, 7);
	return dr6 & DR_TRAP_BITS && dr7 & (DR_LOCAL_ENABLE_MASK | DR_GLOBAL_ENABLE_MASK) &&
	       !(dr6 & DR_STEP);
}

/*
 * Run the kernel's handler by the full view's IDT.  It changes no task, and finds
 * no domain call active: what it interrupts is the runtime.
 */
#define run_handler(vector) do {					\
	unsigned long frame = __this_cpu_read(ut_cpu.rsp);		\
									\
	__this_cpu_write(ut_cpu.rsp, 0);				\
	asm volatile("int %0" :: "i"(vector) : "memory");		\
	__this_cpu_write(ut_cpu.rsp, frame);				\
} while (0)

/*
 * Raise an NMI again that was taken from the kernel.  Not by INT: that does not
 * block NMIs, and a second one would overwrite the frame of the first.  IRET
 * unblocks those that the first one blocked.
 */
static void nmi_raise(void)
{
	unsigned long frame = __this_cpu_read(ut_cpu.rsp);

	__this_cpu_write(ut_cpu.rsp, 0);
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	iret_to_self();
	__this_cpu_write(ut_cpu.rsp, frame);
}

/*
 * An NMI, or a jump to its stub.  Only its handlers can tell, so it is a forged
 * one when none of them claims it.
 */
static unsigned long take_nmi(void)
{
	__this_cpu_write(ut_cpu.nmi_taken, true);
	barrier();
	nmi_raise();
	barrier();
	__this_cpu_write(ut_cpu.nmi_taken, false);
	return __this_cpu_xchg(ut_cpu.nmi_unknown, false) ? UT_EXCEPTION_REFUSED : UT_EXCEPTION_HANDLED;
}

static int nmi_unknown(unsigned int type, struct pt_regs *regs)
{
	if (!__this_cpu_read(ut_cpu.nmi_taken))
		return NMI_DONE;
	__this_cpu_write(ut_cpu.nmi_unknown, true);
	return NMI_HANDLED;
}

/*
 * Where a VM has no port for the reason of NMIs, it reads as all ones: Linux
 * takes every NMI that nobody claims for a system error.
 */
static bool nmi_has_no_reason(void)
{
	return inb(NMI_REASON_PORT) == 0xff;
}

/*
 * #UD at the VMFUNC of a gate in the full view: the host does not have the view.
 * So it is when user space of the host moved the machine without its views.  RSP
 * is the entry frame: end the call.
 */
static int undefined(struct notifier_block *block, unsigned long event, void *data)
{
	static const u8 vmfunc[] = { 0x0f, 0x01, 0xd4 };
	const struct die_args *args = data;
	struct pt_regs *regs = args->regs;
	unsigned long frame;

	if (event != DIE_TRAP || args->trapnr != X86_TRAP_UD || user_mode(regs))
		return NOTIFY_DONE;
	/* With interrupts off since before the trap. */
	frame = __this_cpu_read(ut_cpu.rsp);
	if (!frame || memcmp((void *)regs->ip, vmfunc, sizeof(vmfunc)))
		return NOTIFY_DONE;
	regs->ip = (unsigned long)ut_unwind_call;
	regs->sp = frame;
	regs->di = UT_CAUSE_LOST;
	return NOTIFY_STOP;
}

static struct notifier_block undefined_block = { .notifier_call = undefined };

int __init ut_events_init(void)
{
	int ret = register_die_notifier(&undefined_block);

	ut_apic_isr = apic_isr();
	if (!ret)
		ret = register_nmi_handler(NMI_UNKNOWN, nmi_unknown, 0, "undertow");
	if (!ret && nmi_has_no_reason())
		ret = register_nmi_handler(NMI_SERR, nmi_unknown, 0, "undertow");
	if (ret)
		ut_events_deinit();
	return ret;
}

/* Unregistering what is not registered does nothing. */
void ut_events_deinit(void)
{
	unregister_nmi_handler(NMI_UNKNOWN, "undertow");
	unregister_nmi_handler(NMI_SERR, "undertow");
	unregister_die_notifier(&undefined_block);
}

/* Forget the domain's single step, and not a breakpoint that was hit with it. */
static void forget_step(void)
{
	unsigned long dr6;

	get_debugreg(dr6, 6);
	set_debugreg(dr6 & ~DR_STEP, 6);
	if (breakpoint_pending())
		run_handler(X86_TRAP_DB);
	set_debugreg(DR6_RESERVED, 6);
}

/* An event that the host could not deliver because of the violation. */
static u32 vector_of_abort(void)
{
	u32 info = __this_cpu_read(ut_cpu.ve)->abort.vectoring;

	if (!(info & VECTORING_VALID) || (VECTORING_TYPE(info) != VECTORING_INTERRUPT &&
					  VECTORING_TYPE(info) != VECTORING_NMI))
		return NR_VECTORS;
	return info & 0xff;
}

/* Give the kernel what ended a call, or hit a process in a restricted view. */
static void event_forward(u32 cause)
{
	u32 vector = cause == UT_CAUSE_HOST ? vector_of_abort() : cause;

	switch (vector) {
	case X86_TRAP_NMI:
		nmi_raise();
		break;
	case X86_TRAP_MC:
		if (machine_check_pending())
			asm volatile("int $18" ::: "memory");
		break;
	case X86_TRAP_DB:
		forget_step();
		break;
	default:
		interrupt_requeue(vector);
	}
}

/* Bytes of the domain's text at an address, for the guess below. */
static bool guess_writes(const struct ut_domain *domain, unsigned long rip)
{
	const struct ut_region *region = ut_map_region(&domain->copy, rip);

	return region && region->kind == UT_REGION_TEXT &&
	       ut_opcode_writes((const u8 *)rip, region->end - rip);
}

static bool is_text(const struct ut_domain *domain, unsigned long rip)
{
	const struct ut_region *region = ut_map_region(&domain->copy, rip);

	return region && (region->kind == UT_REGION_TEXT || region->kind == UT_REGION_GATE);
}

/*
 * A violation during a page walk does not say what the instruction wanted:
 * tell it from the instruction pointer and the instruction.
 */
static enum ut_denied access_of(const struct ut_domain *domain, u64 qualification,
				unsigned long addr, unsigned long rip)
{
	if (qualification & QUAL_TRANSLATED) {
		if (qualification & QUAL_FETCH)
			return UT_EXEC;
		return qualification & QUAL_WRITE ? UT_WRITE : UT_READ;
	}
	if (addr == rip || !is_text(domain, rip))
		return UT_EXEC;
	return guess_writes(domain, rip) ? UT_WRITE : UT_READ;
}

static void describe_access(struct ut_violation *violation, enum ut_denied access,
			    unsigned long addr, unsigned long rip)
{
	static const char *const names[] = {
		[UT_READ] = "read", [UT_WRITE] = "write", [UT_EXEC] = "exec",
	};

	violation->counter = access;
	violation->kind = names[access];
	violation->has_addr = true;
	violation->addr = addr;
	violation->has_rip = true;
	violation->rip = rip;
}

static void describe_violation(const struct ut_domain *domain, struct ut_violation *violation,
			       u64 qualification, unsigned long addr, unsigned long rip)
{
	describe_access(violation, access_of(domain, qualification, addr, rip), addr, rip);
}

/* The guest's own page tables deny it already: an access like any other. */
static void describe_page_fault(struct ut_violation *violation, const struct event_frame *event)
{
	const unsigned long *code = (const unsigned long *)event - 1;
	unsigned long bits = READ_ONCE(*code);
	enum ut_denied access = bits & X86_PF_INSTR ? UT_EXEC :
				bits & X86_PF_WRITE ? UT_WRITE : UT_READ;

	describe_access(violation, access, native_read_cr2(), READ_ONCE(event->rip));
}

static void describe_abort(const struct ut_domain *domain, struct ut_violation *violation,
			   const struct ut_abort *abort)
{
	if (abort->cause == UT_ABORT_VIOLATION || abort->cause == UT_ABORT_EXEC) {
		describe_violation(domain, violation, abort->qualification, abort->gla, abort->rip);
		return;
	}
	violation->kind = abort->cause == UT_ABORT_TIMEOUT ? "timeout" :
			  abort->cause == UT_ABORT_SAVE ? "saved" : "exit";
	violation->detail = "reason";
	violation->number = abort->exit_reason;
	violation->has_rip = true;
	violation->rip = abort->rip;
}

/*
 * BUG() in a domain: the place is in the table of the domain's own module.  The
 * address comes from hostile memory, so a domain can name another of its places.
 */
static bool describe_bug(const struct ut_domain *domain, struct ut_violation *violation,
			 unsigned long rip)
{
#ifdef CONFIG_GENERIC_BUG_RELATIVE_POINTERS
	const struct module *mod = domain->owner;
	const struct bug_entry *bug;

	if (!is_text(domain, rip))
		return false;
	for (bug = mod->bug_table; bug < mod->bug_table + mod->num_bugs; bug++) {
		if ((unsigned long)&bug->bug_addr_disp + bug->bug_addr_disp != rip)
			continue;
		violation->kind = "bug";
#ifdef CONFIG_DEBUG_BUGVERBOSE
		violation->file = (const char *)&bug->file_disp + bug->file_disp;
		violation->number = bug->line;
#endif
		violation->has_rip = true;
		violation->rip = rip;
		return true;
	}
#endif
	return false;
}

static void describe_vector(struct ut_violation *violation, u32 vector,
			    const struct event_frame *event)
{
	violation->kind = vector < FIRST_EXTERNAL_VECTOR ? "exception" : "interrupt";
	violation->detail = "vector";
	violation->number = vector;
	violation->has_rip = true;
	violation->rip = READ_ONCE(event->rip);
}

static void describe(const struct ut_domain *domain, struct ut_violation *violation, u32 cause)
{
	const struct event_frame *event = event_frame(domain->view.id, cause);
	const struct ut_ve_page *ve = __this_cpu_read(ut_cpu.ve);

	*violation = (struct ut_violation) { .counter = UT_OTHER };
	if (cause == UT_CAUSE_LOST) {
		violation->kind = "lost";
	} else if (cause == UT_CAUSE_HOST) {
		describe_abort(domain, violation, &ve->abort);
	} else if (ve->busy && ve->exit_reason == EXIT_REASON_EPT_VIOLATION) {
		/* Genuine, whatever the vector: only the CPU writes this page. */
		describe_violation(domain, violation, ve->qualification, ve->gla,
				   READ_ONCE(event->rip));
	} else if (cause == UT_CAUSE_REENTER) {
		violation->kind = "reenter";
	} else if (cause == UT_CAUSE_DEAD) {
		violation->kind = "killed";
	} else if (cause >= NR_VECTORS) {
		violation->kind = "forged";
	} else if (cause == X86_TRAP_PF) {
		describe_page_fault(violation, event);
	} else if (cause != X86_TRAP_UD ||
		   !describe_bug(domain, violation, READ_ONCE(event->rip))) {
		describe_vector(violation, cause, event);
	}
}

/* Of a domain's caller, as far as the kernel counts what forbids it. */
static bool may_sleep(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_COUNT) && !preempt_count() && !rcu_preempt_depth();
}

/*
 * Policy audit: can this violation be allowed?  A grant may sleep, and code is
 * not allowed at all, as it would bring its VMFUNCs with it.
 */
static bool can_audit(const struct ut_frame *frame, const struct ut_event *event)
{
	const struct ut_domain *domain = ut_domain_by_view(frame->view);
	const struct ut_ve_page *ve = __this_cpu_read(ut_cpu.ve);

	return domain && READ_ONCE(domain->policy) == UT_POLICY_AUDIT && ve->busy &&
	       ve->exit_reason == EXIT_REASON_EPT_VIOLATION &&
	       access_of(domain, ve->qualification, ve->gla, event->rip) != UT_EXEC &&
	       frame->flags & X86_EFLAGS_IF && may_sleep();
}

/*
 * C half of ut_audit.  Interrupts are off until the information of this CPU is
 * read; then this runs as code of the domain's caller, which may sleep.
 */
int ut_audit_allow(struct ut_event *event)
{
	const struct ut_frame *frame = (void *)(event + 1);
	struct ut_domain *domain = ut_domain_by_view(frame->view);
	struct ut_ve_page *ve = __this_cpu_read(ut_cpu.ve);
	const struct ut_record *gate = ut_map_entry(&domain->copy, frame->resume);
	unsigned long name = gate ? gate->gate : frame->resume;
	struct ut_violation violation = {};
	int ret;

	describe_violation(domain, &violation, ve->qualification, ve->gla, event->rip);
	WRITE_ONCE(ve->busy, 0);
	local_irq_enable();
	ret = ut_view_allow(&domain->view, violation.addr, violation.counter == UT_WRITE ?
			    UT_RIGHT_R | UT_RIGHT_W : UT_RIGHT_R);
	if (!ret)
		atomic_long_inc(&domain->audited);
	ut_log_audit(domain, &violation, name, ret);
	local_irq_disable();
	return ret;
}

/* While the tracepoint has a probe; for entry.S. */
bool ut_event_traced;

int ut_event_trace_start(void)
{
	WRITE_ONCE(ut_event_traced, true);
	return 0;
}

void ut_event_trace_stop(void)
{
	WRITE_ONCE(ut_event_traced, false);
}

/**
 * ut_event_trace() - Pass an event of a domain to the tracepoint
 * @vector: a hint
 * @event: state of the domain
 */
void ut_event_trace(u32 vector, const struct ut_event *event)
{
	const struct ut_frame *frame = (void *)(event + 1);

	trace_undertow_event(frame->view, vector, event->rip);
}

/**
 * ut_exception_take() - Find out who handles an NMI or exception
 * @vector: a hint
 * @event: state of the domain
 *
 * With interrupts off, whatever they are in the domain's caller.
 *
 * Return: address of a handler to run as for an interrupt, or UT_EXCEPTION_HANDLED
 * to go on in the domain, or UT_EXCEPTION_REFUSED to end the call.
 */
unsigned long ut_exception_take(u32 vector, struct ut_event *event)
{
	const struct ut_frame *frame = (void *)(event + 1);

	ut_event_trace(vector, event);
	if (vector != X86_TRAP_VE)
		__this_cpu_write(exception_taken, true);
	switch (vector) {
	case X86_TRAP_NMI:
		return take_nmi();
	case X86_TRAP_MC:
		if (!machine_check_pending())
			return UT_EXCEPTION_REFUSED;
		run_handler(X86_TRAP_MC);
		return UT_EXCEPTION_HANDLED;
	case X86_TRAP_DB:
		if (!breakpoint_pending())
			return UT_EXCEPTION_REFUSED;
		run_handler(X86_TRAP_DB);
		/* As that handler would: not the same breakpoint again. */
		event->flags |= X86_EFLAGS_RF;
		return UT_EXCEPTION_HANDLED;
	case X86_TRAP_VE:
		return can_audit(frame, event) ? (unsigned long)ut_audit : UT_EXCEPTION_REFUSED;
	default:
		return UT_EXCEPTION_REFUSED;
	}
}

/*
 * Only these arrive in the stub of an interrupt.  One that was taken before counts: the
 * domain can rewrite the frame by which it goes back there.
 */
static bool may_have_ended_stub(u32 cause)
{
	return __this_cpu_xchg(exception_taken, false) || cause == X86_TRAP_NMI ||
	       cause == X86_TRAP_MC || cause == X86_TRAP_DB || cause == UT_CAUSE_HOST ||
	       cause == UT_CAUSE_DEAD;
}

/* The host ended the call, for no fault of the domain's. */
static bool is_innocent(u32 cause)
{
	return cause == UT_CAUSE_LOST ||
	       (cause == UT_CAUSE_HOST &&
		__this_cpu_read(ut_cpu.ve)->abort.cause == UT_ABORT_SAVE);
}

/**
 * ut_unwind() - End the innermost domain call of this CPU
 * @cause: vector (a hint) or UT_CAUSE_*
 * @frame: its entry frame, on the trusted stack this runs on
 *
 * Return: what the call returns; gate.S drops the frame.
 */
long ut_unwind(u32 cause, const struct ut_frame *frame)
{
	struct ut_domain *domain = ut_domain_by_view(frame->view);
	const struct ut_record *gate = domain ? ut_map_entry(&domain->copy, frame->resume) : NULL;
	struct ut_violation violation;

	/* The module left while its call was active; domain_destroy() said so. */
	if (!domain) {
		__this_cpu_write(ut_cpu.stacks[frame->view], 0);
	} else {
		describe(domain, &violation, cause);
		/* The stack stays in the slot of this CPU, except after an exit gate. */
		if (cause == UT_CAUSE_REENTER)
			ut_domain_return_stack(domain, frame->stack);
		atomic_long_inc(&domain->denied[violation.counter]);
		ut_log_violation(domain, &violation, gate ? gate->gate : frame->resume);
		if (READ_ONCE(domain->policy) == UT_POLICY_KILL && !is_innocent(cause))
			ut_domain_kill(domain);
	}
	/* Until then every violation takes the host's abort path. */
	WRITE_ONCE(__this_cpu_read(ut_cpu.ve)->busy, 0);
	/* Its handlers know this one already, unless it came in another domain's view. */
	if (cause == X86_TRAP_NMI)
		take_nmi();
	else
		event_forward(cause);
	/* A task, or a softirq, has no interrupt in service. */
	if (may_have_ended_stub(cause) && !in_hardirq())
		interrupts_requeue();
	return gate ? gate->error : -EFAULT;
}

static unsigned long user_address(unsigned long addr)
{
	return addr < TASK_SIZE_MAX ? addr : 0;
}

/* The host took the abort path for a process in a restricted view. */
bool ut_abort_is_user(void)
{
	const struct ut_abort *abort = &__this_cpu_read(ut_cpu.ve)->abort;

	return abort->cause != UT_ABORT_EXEC;
}

/* Where a process was; of no use to it, so zeros if its domain goes just now. */
static struct event_frame user_frame(u32 cause, unsigned long area)
{
	const struct ut_abort *abort = &__this_cpu_read(ut_cpu.ve)->abort;
	unsigned int view;

	if (cause == UT_CAUSE_HOST)
		return (struct event_frame) { .rip = abort->rip, .cs = __USER_CS,
					      .flags = abort->rflags, .rsp = abort->rsp };
	for (view = 1; view <= UT_VIEW_MAX; view++) {
		unsigned long page = READ_ONCE(this_cpu_ptr(&ut_cpu)->events[view]);

		if (page && area - page < PAGE_SIZE)
			return *event_frame(view, cause);
	}
	return (struct event_frame) {};
}

/**
 * ut_user_event() - A process executed VMFUNC
 * @cause: vector of the event that followed, or UT_CAUSE_HOST
 * @area: where the stub pushed, on the event page of some domain
 *
 * Build what a #GP of the process leaves on the CPU's entry stack, with the
 * address of the kernel's handler below.  No logging: as far as the kernel
 * knows this CPU is still in user mode.
 *
 * Return: RSP that points to the handler's address.
 */
unsigned long ut_user_event(u32 cause, unsigned long area)
{
	const struct event_frame event = user_frame(cause, area);
	unsigned long *slot = (void *)__this_cpu_read(cpu_tss_rw.x86_tss.sp0);

	__this_cpu_inc(ut_cpu.user_events);
	WRITE_ONCE(__this_cpu_read(ut_cpu.ve)->busy, 0);
	event_forward(cause);
	if (may_have_ended_stub(cause))
		interrupts_requeue();
	*--slot = __USER_DS;
	*--slot = user_address(event.rsp);
	*--slot = (event.flags & USER_FLAGS) | X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	*--slot = event.cs == __USER32_CS ? __USER32_CS : __USER_CS;
	*--slot = user_address(event.rip);
	*--slot = 0;	/* error code */
	*--slot = gate_offset((const gate_desc *)ut_idt() + X86_TRAP_GP);
	return (unsigned long)slot;
}

/**
 * ut_abort_stray() - The host took the abort path and no domain call is active
 * @regs: as pushed by ut_abort_entry()
 *
 * Trusted code entered untrusted text in the full view, without its gate: let
 * that call return -EFAULT.
 *
 * Return: RSP to continue with, where RFLAGS and then RIP are popped.
 */
unsigned long ut_abort_stray(unsigned long *regs)
{
	const struct ut_abort *abort = &__this_cpu_read(ut_cpu.ve)->abort;
	struct ut_domain *domain = ut_domain_by_address(abort->gla, UT_REGION_TEXT);
	unsigned long *stack = (void *)abort->rsp;

	if (domain)
		atomic_long_inc(&domain->denied[UT_EXEC]);
	ut_log_stray(domain, abort->gla, abort->rip);
	regs[UT_REGS_RAX] = -EFAULT;
	*--stack = abort->rflags;
	return (unsigned long)stack;
}
