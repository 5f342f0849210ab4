/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow runtime - entry code of the full view
 *
 * Where events of restricted views come to, the host's abort path and, on
 * enabled CPUs, maskable interrupts and #DB of the full view.  The latter may
 * have interrupted untrusted code that landed on a VMFUNC: until ut_cpu says that
 * no domain call is active, RSP and GS base of the interrupted code are its own.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/irq_vectors.h>
#include <asm/nospec-branch.h>
#include <asm/page_types.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/trapnr.h>
#include <asm/unwind_hints.h>
#include <uapi/asm/debugreg.h>
#include "runtime.h"

	.text

/* RFLAGS that a domain gets back; TF and what is for the kernel alone is not. */
#define DOMAIN_FLAGS	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
			 X86_EFLAGS_SF | X86_EFLAGS_IF | X86_EFLAGS_DF | X86_EFLAGS_OF | \
			 X86_EFLAGS_RF | X86_EFLAGS_ID)

/*
 * Call C code, with @argument as its first one unless that is in EDI already.  RDI
 * survives, and of the domain's registers those that are not in struct ut_event; RAX
 * is the result.
 */
.macro CALL_C function:req, argument
	pushq	%rdx
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	.ifnb	\argument
	movl	\argument, %edi
	.endif
	call	\function
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rdx
.endm

/* Copy what a stub left at RSI to a struct ut_event on the stack. */
.macro COPY_EVENT
	pushq	UT_REENTRY_RSP(%rsi)
	movl	UT_REENTRY_FLAGS(%rsi), %eax
	andl	$DOMAIN_FLAGS, %eax
	orl	$X86_EFLAGS_FIXED, %eax
	pushq	%rax
	pushq	UT_REENTRY_RIP(%rsi)
	pushq	UT_REENTRY_RDI(%rsi)
	pushq	UT_REENTRY_RSI(%rsi)
	pushq	UT_REENTRY_RCX(%rsi)
	pushq	UT_REENTRY_RAX(%rsi)
	pushq	%rbp
	/* INV-6: AC, DF, NT and IOPL are still those of the domain. */
	pushq	$X86_EFLAGS_FIXED
	popfq
	/* A stack trace goes on in the gate's caller. */
	movq	UT_EVENT_SIZE + UT_FRAME_RBP(%rsp), %rbp
.endm

/**
 * ut_event_call - Let the kernel handle what interrupted a domain, or end the call
 * In: full view, RSP = entry frame, GS valid, interrupts off; EDI = cause and RSI =
 * where the stub pushed, both hints; all other registers are the domain's.
 *
 * Everything that is read through RSI is data of the domain, wherever RSI is
 * in the domain's own event page on this CPU.  Copied once, to trusted memory.
 */
SYM_CODE_START(ut_event_call)
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	cmpl	$NR_VECTORS, %edi
	jae	.Lno_vector
	movq	UT_FRAME_VIEW(%rsp), %rax
	movq	%rsi, %rcx
	subq	UT_CPU_AT(UT_CPU_EVENTS, %rax), %rcx
	cmpq	$PAGE_SIZE - UT_REENTRY_SIZE, %rcx
	ja	ut_unwind_call			/* a jump to a stub */
	cmpl	$FIRST_EXTERNAL_VECTOR, %edi
	jb	.Lexception
	/* The caller may hold locks: the domain itself set IF. */
	testb	$X86_EFLAGS_IF >> 8, UT_FRAME_FLAGS + 1(%rsp)
	jz	ut_unwind_call
	COPY_EVENT
	cmpb	$0, ut_event_traced(%rip)
	jne	.Ltrace

	/* Is it in service in this CPU's local APIC?  EAX := the 32 bits with its own. */
.Ltraced:
	movl	%edi, %eax
	cmpq	$UT_APIC_MSR, ut_apic_isr(%rip)
	jne	.Lapic_page
	shrl	$5, %eax
	leal	UT_APIC_MSR(%rax), %ecx
	movq	%rdx, %rsi
	rdmsr
	movq	%rsi, %rdx
.Lapic_read:
	btl	%edi, %eax
	jnc	.Lnot_in_service
	/*
	 * RDI's upper half may be the domain's.  A byte cannot lead out of the
	 * table, also where the CPU only speculates that EDI is a vector.
	 */
	movzbl	%dil, %eax
	movq	ut_interrupt_handlers(, %rax, 8), %rax
	testq	%rax, %rax
	jz	.Lrefused
	movq	UT_EVENT_SIZE + UT_FRAME_VIEW(%rsp), %rcx

	/*
	 * Run as the caller of the domain would.  The handler may switch to
	 * another task, or enter the domain again.
	 */
.Lhandler:
	movq	$0, UT_CPU_AT(UT_CPU_STACKS, %rcx)
	movq	$0, PER_CPU_VAR(ut_cpu + UT_CPU_RSP)
	movq	%rsp, %rcx
	andq	$-16, %rsp
	pushq	$__KERNEL_DS
	pushq	%rcx
	pushq	$X86_EFLAGS_IF | X86_EFLAGS_FIXED
	pushq	$__KERNEL_CS
	pushq	$ut_resume
	pushq	%rax
	RET

	/* Registers of the same kind are 16 bytes apart. */
.Lapic_page:
	shrl	$1, %eax
	andl	$0x70, %eax
	addq	ut_apic_isr(%rip), %rax
	movl	(%rax), %eax
	jmp	.Lapic_read

.Ltrace:
	movq	%rsp, %rsi
	CALL_C	ut_event_trace
	jmp	.Ltraced

.Lexception:
	cmpl	$X86_TRAP_NMI, %edi
	je	.Lask
	cmpl	$X86_TRAP_DB, %edi
	je	.Lask
	cmpl	$X86_TRAP_MC, %edi
	je	.Lask
	cmpl	$X86_TRAP_VE, %edi		/* policy audit */
	jne	ut_unwind_call
.Lask:
	COPY_EVENT
	movq	%rsp, %rsi
	CALL_C	ut_exception_take
	movq	UT_EVENT_SIZE + UT_FRAME_VIEW(%rsp), %rcx
	cmpq	$UT_EXCEPTION_HANDLED, %rax
	je	.Lback
	ja	.Lhandler
.Lrefused:
	addq	$UT_EVENT_SIZE, %rsp
	jmp	ut_unwind_call

	/* The spurious interrupt never is in service, and there is nothing to do. */
.Lnot_in_service:
	movq	UT_EVENT_SIZE + UT_FRAME_VIEW(%rsp), %rcx
	cmpl	$SPURIOUS_APIC_VECTOR, %edi
	je	.Lback
	addq	$UT_EVENT_SIZE, %rsp
	jmp	ut_unwind_call

	/* A jump behind the stubs, which must not pass for another UT_CAUSE_*. */
.Lno_vector:
	movl	$UT_CAUSE_FORGED, %edi
	jmp	ut_unwind_call
SYM_CODE_END(ut_event_call)

/**
 * ut_resume - Go on in the domain behind an interrupt
 * In: RSP = struct ut_event, above it the entry frame; interrupts on, maybe on
 * another CPU.  Registers are what the handler found.
 */
SYM_CODE_START(ut_resume)
	ANNOTATE_NOENDBR
	/* As if the gate had called the handler. */
	UNWIND_HINT type=UNWIND_HINT_TYPE_CALL sp_reg=ORC_REG_SP \
		    sp_offset=UT_EVENT_SIZE+UT_FRAME_FLAGS
	cli
	movq	UT_EVENT_SIZE + UT_FRAME_VIEW(%rsp), %rcx
	movq	%cr3, %rax
	cmpq	%rax, PER_CPU_VAR(ut_cpu + UT_CPU_CR3)
	jne	.Lslow
	cmpq	$0, UT_CPU_AT(UT_CPU_STACKS, %rcx)
	jne	.Lslow
.Lready:
	UNWIND_HINT_UNDEFINED
	movq	UT_EVENT_SIZE + UT_FRAME_STACK(%rsp), %rax
	movq	%rax, UT_CPU_AT(UT_CPU_STACKS, %rcx)
	/* Interrupts were on, so neither a stub nor a reentry was interrupted. */
	movq	UT_CPU_AT(UT_CPU_EVENTS, %rcx), %rsi
	addq	$UT_EVENT_REENTRY - UT_REENTRY_SIZE, %rsi
.Lfill:
	popq	%rbp
	popq	UT_REENTRY_RAX(%rsi)
	popq	UT_REENTRY_RCX(%rsi)
	popq	UT_REENTRY_RSI(%rsi)
	popq	UT_REENTRY_RDI(%rsi)
	popq	UT_REENTRY_RIP(%rsi)
	popq	UT_REENTRY_FLAGS(%rsi)
	popq	UT_REENTRY_RSP(%rsi)
	movq	$__KERNEL_CS, UT_REENTRY_CS(%rsi)
	movq	$__KERNEL_DS, UT_REENTRY_SS(%rsi)
	movq	%rsp, PER_CPU_VAR(ut_cpu + UT_CPU_RSP)
	xorl	%eax, %eax
	ANNOTATE_RETPOLINE_SAFE
	jmpq	*ut_reentry_gates(, %rcx, 8)

	/*
	 * The reentry frame goes below what the domain has on this page already:
	 * an NMI may have interrupted a stub, or the reentry before, which has its
	 * frame in RSI until it is in RSP.
	 */
.Lback:
	movq	UT_CPU_AT(UT_CPU_EVENTS, %rcx), %rsi
	movq	UT_EVENT_RSP(%rsp), %rax
	subq	%rsi, %rax
	cmpq	$PAGE_SIZE, %rax
	jb	.Lnested
	movq	UT_EVENT_RSI(%rsp), %rax
	subq	%rsi, %rax
	cmpq	$PAGE_SIZE, %rax
	jb	.Lnested
	movl	$UT_EVENT_REENTRY, %eax
.Lnested:
	subq	$UT_REENTRY_SIZE, %rax
	jb	.Lforged			/* no room: no event leaves so little */
	addq	%rax, %rsi
	jmp	.Lfill

.Lforged:
	addq	$UT_EVENT_SIZE, %rsp
	movl	$UT_CAUSE_FORGED, %edi
	jmp	ut_unwind_call

.Lslow:
	UNWIND_HINT type=UNWIND_HINT_TYPE_CALL sp_reg=ORC_REG_SP \
		    sp_offset=UT_EVENT_SIZE+UT_FRAME_FLAGS
	CALL_C	ut_exit_reenter, %ecx
	movq	UT_EVENT_SIZE + UT_FRAME_VIEW(%rsp), %rcx
	testl	%eax, %eax
	jz	.Lready
	addq	$UT_EVENT_SIZE, %rsp
	movl	$UT_CAUSE_REENTER, %edi
	jmp	ut_unwind_call
SYM_CODE_END(ut_resume)

/**
 * ut_resume_dead - Entry of ut_reentry_gates of a domain that is no more
 * In: RSP = entry frame, whose stack is in its slot.
 */
SYM_CODE_START(ut_resume_dead)
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	movl	$UT_CAUSE_DEAD, %edi
	jmp	ut_unwind_call
SYM_CODE_END(ut_resume_dead)

/**
 * ut_audit - Handler of a violation under policy audit
 * In: as any handler that ut_event_call runs, RSP = frame for IRET to ut_resume,
 * interrupts off.
 */
SYM_CODE_START(ut_audit)
	ANNOTATE_NOENDBR
	UNWIND_HINT_IRET_REGS
	pushq	%rdx
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	UNWIND_HINT_IRET_REGS offset=40
	movq	64(%rsp), %rdi			/* struct ut_event */
	call	ut_audit_allow
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdx
	UNWIND_HINT_IRET_REGS
	testl	%eax, %eax
	jnz	1f
	iretq
1:	movq	24(%rsp), %rsp
	UNWIND_HINT_UNDEFINED
	addq	$UT_EVENT_SIZE, %rsp
	movl	$UT_CAUSE_REENTER, %edi
	jmp	ut_unwind_call
SYM_CODE_END(ut_audit)

/**
 * ut_abort_entry - Where the host enters the abort path
 * In: full view, IF=0, RSP = abort stack; all other registers, GS base
 * included, are what the interrupted code had.
 */
SYM_CODE_START(ut_abort_entry)
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	subq	$8, %rsp			/* RSP to continue with */
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rbx
	pushq	%rbp
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	rdgsbase %rbx
	PERCPU_BASE %ecx, %rcx
	wrgsbase %rcx
	cld
	movl	$UT_CAUSE_HOST, %edi
	movq	PER_CPU_VAR(ut_cpu + UT_CPU_RSP), %rdx
	testq	%rdx, %rdx
	jz	.Lstray
	movq	%rdx, %rsp
	jmp	ut_unwind_call

	/*
	 * A process in a restricted view, or trusted code that entered untrusted
	 * text without its gate.
	 */
.Lstray:
	call	ut_abort_is_user
	movl	$UT_CAUSE_HOST, %edi
	testb	%al, %al
	jnz	ut_user_call
	movq	%rsp, %rdi
	call	ut_abort_stray
	movq	%rax, 8 * UT_REGS_COUNT(%rsp)
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rbp
	popq	%rbx
	popq	%rdx
	popq	%rcx
	popq	%rax
	popq	%rsp
	popfq
	RET
SYM_CODE_END(ut_abort_entry)

/**
 * ut_user_call - End the stay of a process in a restricted view
 * In: full view, on the abort stack, interrupts off, GS valid; RBX = GS base of the
 * process, EDI and RSI = arguments of ut_user_event().
 *
 * That builds what a #GP of this process would have left; registers go away as
 * they hold addresses.
 */
SYM_CODE_START(ut_user_call)
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	pushq	$X86_EFLAGS_FIXED
	popfq
	call	ut_user_event
	movq	%rax, %rsp
	wrgsbase %rbx
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	RET
SYM_CODE_END(ut_user_call)

/*
 * Handlers of the full view's IDT for maskable vectors, on the interrupt stack
 * of the CPU.  Nothing is clobbered: GPRs and GS base are the interrupted ones.
 */
SYM_CODE_START(ut_interrupt_stubs)
	.set	vector, 0
	.rept	256
	.balign	UT_STUB_SIZE
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	pushq	$vector
	jmp	ut_interrupt
	.set	vector, vector + 1
	.endr
	.balign	UT_STUB_SIZE
SYM_CODE_END(ut_interrupt_stubs)

/* Offsets behind the push of RCX and RAX. */
#define SAVED_RAX	0
#define SAVED_RCX	8
#define SLOT		16	/* vector, then the handler */
#define FRAME_RIP	24
#define FRAME_CS	32
#define FRAME_FLAGS	40
#define FRAME_RSP	48
#define FRAME_SS	56

/**
 * ut_interrupt - Let the kernel's handler see the interrupt as without IST
 * In: vector on the interrupt stack, above it the CPU's frame.
 */
SYM_CODE_START_LOCAL(ut_interrupt)
	UNWIND_HINT_UNDEFINED
	pushq	%rcx
	pushq	%rax
	testb	$3, FRAME_CS(%rsp)
	jnz	.Lfrom_user
	PERCPU_BASE %ecx, %rcx
	cmpq	$0, ut_cpu + UT_CPU_RSP(%rcx)
	jne	.Lin_gate

	/* Build the frame where the CPU would have, the handler's address below. */
	movq	%rsp, %rax
	movq	FRAME_RSP(%rsp), %rsp
	andq	$-16, %rsp
	pushq	FRAME_SS(%rax)
	pushq	FRAME_RSP(%rax)
	pushq	FRAME_FLAGS(%rax)
	pushq	FRAME_CS(%rax)
	pushq	FRAME_RIP(%rax)
	movq	SLOT(%rax), %rcx
	pushq	ut_interrupt_handlers(, %rcx, 8)
	movq	SAVED_RCX(%rax), %rcx
	movq	SAVED_RAX(%rax), %rax
	RET

	/* The handler moves the frame of a process to the task's stack itself. */
.Lfrom_user:
	movq	SLOT(%rsp), %rcx
	movq	ut_interrupt_handlers(, %rcx, 8), %rcx
	movq	%rcx, SLOT(%rsp)
	popq	%rax
	popq	%rcx
	RET

	/*
	 * INV-5: a call is active in its domain, yet this is the full view with
	 * IF=1: untrusted code landed on a VMFUNC.  RSP and GS are its own.
	 */
.Lin_gate:
	movl	SLOT(%rsp), %edi
.Lunwind:
	movq	ut_cpu + UT_CPU_RSP(%rcx), %rdx
	wrgsbase %rcx
	movq	%rdx, %rsp
	jmp	ut_unwind_call
SYM_CODE_END(ut_interrupt)

/**
 * ut_debug - The same for #DB, which has an IST stack already
 * IRET sets TF for the instruction behind it, and that can be a VMFUNC: the
 * kernel's handler would find a single step that nobody asked for.  A breakpoint
 * in a gate is for that handler.
 */
SYM_CODE_START(ut_debug)
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	pushq	%rcx
	testb	$3, 16(%rsp)
	jnz	1f
	PERCPU_BASE %ecx, %rcx
	cmpq	$0, ut_cpu + UT_CPU_RSP(%rcx)
	je	1f
	pushq	%rax
	movq	%dr6, %rax
	testl	$DR_STEP, %eax
	popq	%rax
	jz	1f
	movl	$X86_TRAP_DB, %edi
	jmp	.Lunwind
1:	popq	%rcx
	pushq	ut_interrupt_handlers + 8 * X86_TRAP_DB(%rip)
	RET
SYM_CODE_END(ut_debug)
