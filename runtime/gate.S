/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow runtime - common gate code
 *
 * .undertow.gate is executable in every view, so untrusted code may jump to any
 * byte of it with any registers.  INV-4: behind each VMFUNC, prove the view
 * (ECX), then load the GS base and RSP from trusted storage.  NO MEMORY ACCESS
 * THROUGH RSP, AND NO CALL OR RET, BEFORE THAT.
 */
#include <linux/export.h>
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/percpu.h>
#include <asm/unwind_hints.h>
#include "runtime.h"

#define EAX_EPTP_SWITCHING	0	/* VMFUNC leaf */

	.section .undertow.gate, "ax", @progbits
	.balign	4096
SYM_ENTRY(ut_gate_start, SYM_L_GLOBAL, SYM_A_NONE)

/*
 * Handlers of the restricted IDT, one per vector, on the event page of the domain
 * and CPU.  EDI is only a hint: untrusted code can jump behind the MOV.
 */
SYM_CODE_START_NOALIGN(ut_stubs)
	.set	vector, 0
	.rept	256
	.balign	UT_STUB_SIZE
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	pushq	%rdi
	movl	$vector, %edi
	jmp	ut_event
	.set	vector, vector + 1
	.endr
	.balign	UT_STUB_SIZE
SYM_CODE_END(ut_stubs)

/**
 * ut_abort - An attacker landed on a VMFUNC of a gate
 * In: nothing is trusted.  Does not return to its caller: unwinds.
 */
SYM_CODE_START_NOALIGN(ut_abort)
	UNWIND_HINT_UNDEFINED
	ENDBR
	movl	$UT_CAUSE_FORGED, %edi
	jmp	.Lleave
SYM_CODE_END(ut_abort)

/**
 * ut_event - Leave the restricted view for an event
 * In: EDI = vector, a hint; the domain's RDI on the event page.  Interrupts are
 * off, unless untrusted code jumped here with STI.
 *
 * Keep what is clobbered next to it: it is the domain's own.
 */
SYM_CODE_START_NOALIGN(ut_event)
	ANNOTATE_NOENDBR
	UNWIND_HINT_UNDEFINED
	pushq	%rsi
	pushq	%rcx
	pushq	%rax
	movq	%rsp, %rsi
.Lleave:
	movl	$EAX_EPTP_SWITCHING, %eax
	xorl	%ecx, %ecx
	vmfunc
	jecxz	1f
	jmp	ut_abort
1:	cli
	PERCPU_BASE %ecx, %rcx
	/* Trusted storage, by an address that does not depend on GS. */
	movq	ut_cpu + UT_CPU_RSP(%rcx), %rax
	testq	%rax, %rax
	jz	.Lring3
	wrgsbase %rcx
	movq	%rax, %rsp
	jmp	ut_event_call

	/*
	 * No domain call is active here, so ring 3 executed VMFUNC: GS base is
	 * the process's own.  EDI and RSI are from the stub, where no process
	 * can jump to.
	 */
.Lring3:
	rdgsbase %rbx
	wrgsbase %rcx
	movq	PER_CPU_VAR(ut_cpu + UT_CPU_ABORT_STACK), %rsp
	jmp	ut_user_call
SYM_CODE_END(ut_event)

	.balign	4096, 0xcc
SYM_ENTRY(ut_gate_end, SYM_L_GLOBAL, SYM_A_NONE)

	.text

/**
 * ut_unwind_call - Return the function's error to the caller of its gate
 * In: RSP = entry frame of the call, EDI = cause; full view, GS valid, interrupts
 * off.  Jump here.
 */
SYM_FUNC_START(ut_unwind_call)
	movq	$0, PER_CPU_VAR(ut_cpu + UT_CPU_RSP)
	/* INV-6: AC, DF, NT and IOPL are still those of the domain. */
	pushq	$2
	popfq
	movq	%rsp, %rsi
	call	ut_unwind
	/* The upper half of a wide result, and no stack for one in memory. */
	cqto
	xorl	%ecx, %ecx
	addq	$UT_FRAME_FLAGS, %rsp
	popfq
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_FUNC_END(ut_unwind_call)
/* The frame that it drops is the gate's. */
STACK_FRAME_NON_STANDARD ut_unwind_call

/**
 * ut_gate_slow - Entry gate without a cached stack or with an unknown CR3
 * In: ECX = view, 16(%rsp) = UT_FRAME_RESUME; full view, interrupts off.
 * Out: RBX = stack, still in the slot, ECX = view, RAX = 0; or RBX = 0 and RAX =
 * what the call returns.
 * Preserves RDI, RSI, RDX, R8 to R11.  Clobbers flags.
 */
SYM_FUNC_START(ut_gate_slow)
	movq	16(%rsp), %rax
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rcx
	movl	%ecx, %edi
	movq	%rax, %rsi
	call	ut_gate_take
	movq	%rax, %rbx
	movq	%rdx, %rax
	popq	%rcx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdx
	popq	%rsi
	popq	%rdi
	RET
SYM_FUNC_END(ut_gate_slow)

/**
 * ut_exit_slow - Exit gate that finds another CR3 or a stack in its slot
 * In: ECX = view, interrupts off, full view, 8(%rsp) = RBP and RSP of the
 * domain, 24(%rsp) = entry frame.  Out: CR3 is adopted, the slot is empty.
 * Preserves R9 and RDX, the callee's result.  Unwinds if it cannot go on.
 */
SYM_FUNC_START(ut_exit_slow)
	pushq	%r9
	pushq	%rdx
	movl	%ecx, %edi
	call	ut_exit_reenter
	popq	%rdx
	popq	%r9
	testl	%eax, %eax
	jnz	1f
	RET
1:	addq	$24, %rsp
	movl	$UT_CAUSE_REENTER, %edi
	jmp	ut_unwind_call
SYM_FUNC_END(ut_exit_slow)
STACK_FRAME_NON_STANDARD ut_exit_slow
