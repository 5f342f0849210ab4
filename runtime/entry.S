/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow runtime - entry code of the full view
 *
 * Where the host's abort path and, on enabled CPUs, maskable interrupts and #DB
 * enter.  All may have interrupted untrusted code that landed on a VMFUNC: until
 * ut_cpu says that no domain call is active, RSP and GS base of the interrupted
 * code are its own.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/percpu.h>
#include <asm/trapnr.h>
#include <asm/unwind_hints.h>
#include "runtime.h"

	.text

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
	PERCPU_BASE %ecx, %rcx
	wrgsbase %rcx
	cld
	movl	$UT_CAUSE_HOST, %edi
	movq	PER_CPU_VAR(ut_cpu + UT_CPU_RSP), %rdx
	testq	%rdx, %rdx
	jz	.Lstray
	movq	%rdx, %rsp
	jmp	ut_unwind_call

	/* Trusted code entered untrusted text without its gate. */
.Lstray:
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

/* Offsets behind the push of RAX and RCX. */
#define SLOT		16	/* vector, then RSP to continue with */
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
	movq	FRAME_RSP(%rsp), %rax
	andq	$-16, %rax
	movq	FRAME_SS(%rsp), %rcx
	movq	%rcx, -8(%rax)
	movq	FRAME_RSP(%rsp), %rcx
	movq	%rcx, -16(%rax)
	movq	FRAME_FLAGS(%rsp), %rcx
	movq	%rcx, -24(%rax)
	movq	FRAME_CS(%rsp), %rcx
	movq	%rcx, -32(%rax)
	movq	FRAME_RIP(%rsp), %rcx
	movq	%rcx, -40(%rax)
	movq	SLOT(%rsp), %rcx
	movq	ut_interrupt_handlers(, %rcx, 8), %rcx
	movq	%rcx, -48(%rax)
	subq	$48, %rax
	movq	%rax, SLOT(%rsp)
	popq	%rax
	popq	%rcx
	popq	%rsp
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
 * kernel's handler would find a single step that nobody asked for.
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
	movl	$X86_TRAP_DB, %edi
	jmp	.Lunwind
1:	popq	%rcx
	pushq	ut_interrupt_handlers + 8 * X86_TRAP_DB(%rip)
	RET
SYM_CODE_END(ut_debug)
