// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - a caller that looks at what it gets back (INV-6)
 *
 * regs_call() is assembler: a C compiler would not notice a lost register.
 */
#include <linux/objtool.h>

#include "attacks.h"

/*
 * long regs_call(long (*function)(void), struct regs *before, struct regs *after)
 * %rdi: function, %rsi: registers to hold during the call, %rdx: as found after
 * it.  Keeps the C ABI.  Both structures record RFLAGS, GS base and RSP.
 * IMPORTANT: after the call nothing is assumed but RSP, and that is compared.
 */
asm(".pushsection .text\n"
    ".globl regs_call\n"
    ".type regs_call, @function\n"
    "regs_call:\n"
    "	push %rbp\n"
    "	push %rbx\n"
    "	push %r12\n"
    "	push %r13\n"
    "	push %r14\n"
    "	push %r15\n"
    "	push %rdx\n"			/* aligned for the call from here */
    "	mov %rdi, %rax\n"
    "	mov %rsi, %rcx\n"
    "	pushfq\n"
    "	pop 48(%rcx)\n"
    "	rdgsbase %rbx\n"
    "	mov %rbx, 56(%rcx)\n"
    "	mov %rsp, 64(%rcx)\n"
    "	mov 0(%rcx), %rbx\n"
    "	mov 8(%rcx), %rbp\n"
    "	mov 16(%rcx), %r12\n"
    "	mov 24(%rcx), %r13\n"
    "	mov 32(%rcx), %r14\n"
    "	mov 40(%rcx), %r15\n"
    "	call *%rax\n"
    "	mov (%rsp), %rdx\n"
    "	pushfq\n"
    "	pop 48(%rdx)\n"
    "	cld\n"
    "	mov %rbx, 0(%rdx)\n"
    "	mov %rbp, 8(%rdx)\n"
    "	mov %r12, 16(%rdx)\n"
    "	mov %r13, 24(%rdx)\n"
    "	mov %r14, 32(%rdx)\n"
    "	mov %r15, 40(%rdx)\n"
    "	rdgsbase %rbx\n"
    "	mov %rbx, 56(%rdx)\n"
    "	mov %rsp, 64(%rdx)\n"
    "	pop %rdx\n"
    "	pop %r15\n"
    "	pop %r14\n"
    "	pop %r13\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	pop %rbp\n"
    "	ret\n"
    ".size regs_call, . - regs_call\n"
    ".popsection\n");
STACK_FRAME_NON_STANDARD(regs_call);
