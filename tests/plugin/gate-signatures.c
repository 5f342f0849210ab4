// SPDX-License-Identifier: GPL-2.0-only
// Arguments on the stack, structures and 128-bit integers, as the psABI has
// them, into a domain and out of it.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --no-leading-addr -j .undertow.gate.dom %t.o | FileCheck --check-prefixes=CHECK,LLVM%llvm %s
#include <undertow/annotate.h>

struct triple { long a[3]; };
struct pair { long a; int b; };

// Seven: the last one behind the caller's return address, at offset 88 of the
// frame, goes to the domain's stack.
// CHECK-LABEL: <seven>:
// CHECK: movq %rsp, %gs:0x0
// CHECK-NEXT: subq $0x10, %rbx
// CHECK-NEXT: movq 0x58(%rsp), %rax
// CHECK-NEXT: movswl %ax, %eax
// CHECK-NEXT: movq %rax, (%rbx)
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: movl %edi, %edi
// CHECK-NEXT: movl %esi, %esi
// CHECK-NEXT: movl %edx, %edx
// CHECK-NEXT: movl %r10d, %r10d
// CHECK-NEXT: movl %r8d, %r8d
// CHECK-NEXT: movl %r9d, %r9d
// CHECK: testb $0x2, 0x19(%rsp)
// CHECK-NEXT: vmfunc
int __untrusted seven(int a, int b, int c, int d, int e, int f, short g) { return a + g; }

// A narrow result adds a return address in between.
// CHECK-LABEL: <seven_narrow.gate>:
// CHECK: movq 0x60(%rsp), %rax
short __untrusted seven_narrow(int a, int b, int c, int d, int e, int f, short g) { return a + g; }

// 128 bits need two registers, or two aligned eightbytes.  LLVM 22 gives E the
// register that D left, as the psABI says, and offset 24 is padding.  LLVM 19
// passes E and all behind it on the stack.
// CHECK-LABEL: <wide>:
// CHECK: subq $0x30, %rbx
// CHECK-NEXT: movq 0x58(%rsp), %rax
// CHECK-NEXT: movq %rax, (%rbx)
// CHECK-NEXT: movq 0x60(%rsp), %rax
// CHECK-NEXT: movq %rax, 0x8(%rbx)
// CHECK-NEXT: movq 0x68(%rsp), %rax
// CHECK-NEXT: movq %rax, 0x10(%rbx)
// LLVM19-NEXT: movq 0x70(%rsp), %rax
// LLVM22-NEXT: xorl %eax, %eax
// CHECK-NEXT: movq %rax, 0x18(%rbx)
// CHECK-NEXT: movq 0x78(%rsp), %rax
// CHECK-NEXT: movq %rax, 0x20(%rbx)
// CHECK-NEXT: movq 0x80(%rsp), %rax
// CHECK-NEXT: movq %rax, 0x28(%rbx)
// CHECK-NEXT: xorl %eax, %eax
// LLVM19: xorl %r9d, %r9d
// CHECK: testb $0x2, 0x19(%rsp)
// CHECK-NEXT: vmfunc
// CHECK: callq *%r11
long __untrusted wide(__int128 a, __int128 b, long c, __int128 d, long e, struct triple *f, __int128 g)
{
	return d + g;
}

// A structure of three eightbytes travels on the stack, both ways.  The result
// is the business of a caller of the gate proper, on the trusted stack.
// CHECK-LABEL: <structs>:
// CHECK-NEXT: cmpl $0x0, 0x0
// CHECK-NEXT: jne
// CHECK-NEXT: pushq %rdi
// CHECK-NEXT: callq {{.*}} <structs.gate>
// CHECK-NEXT: popq %rdx
// CHECK-NEXT: cmpq $0x1, %rcx
// CHECK-NEXT: je
// CHECK-NEXT: movq %rdx, %rdi
// CHECK-NEXT: movl $0x18, %ecx
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: rep stosb
// CHECK-NEXT: movq %rdx, %rax
// CHECK-NEXT: retq
// CHECK-LABEL: <structs.gate>:
// CHECK: subq $0x20, %rbx
// CHECK-NEXT: movq %rbx, %rdi
// CHECK-NEXT: subq $0x20, %rbx
// CHECK-NEXT: movq 0x68(%rsp), %rax
// CHECK-NEXT: movq %rax, (%rbx)
//
// Copied before interrupts are on, for a call that this gate began.
// CHECK: callq *%r11
// CHECK: movq %gs:0x0, %rsp
// CHECK-NEXT: movq $0x0, %gs:0x0
// CHECK: cmpq %rax, 0x10(%rsp)
// CHECK-NEXT: jne
// CHECK-NEXT: cld
// CHECK-NEXT: movq (%rsp), %rsi
// CHECK-NEXT: subq $0x20, %rsi
// CHECK-NEXT: movq 0x58(%rsp), %rdi
// CHECK-NEXT: movl $0x18, %ecx
// CHECK-NEXT: rep movsb
// CHECK-NEXT: movq $0x1, (%rsp)
// CHECK-NEXT: popq %rcx
// CHECK-NEXT: addq $0x10, %rsp
// CHECK-NEXT: popfq
struct triple __untrusted structs(struct triple t, int i) { t.a[0] += i; return t; }

// Two registers: RDX is the body's when the gate returns.
// CHECK-LABEL: <two>:
// CHECK: xorl %edx, %edx
// CHECK: callq *%r11
// CHECK-NOT: %edx
// CHECK-NOT: %rdx
// CHECK: retq
struct pair __untrusted two(long a) { return (struct pair){ a, 1 }; }

struct triple kernel_struct(struct triple t, _Bool a, int b, int c, int d, int e, signed char f);
long __untrusted calls(struct triple *t)
{
	return kernel_struct(*t, 1, 2, 3, 4, 5, 6).a[0];
}

// What the domain's stack pointer and the place of the result point to is in
// the domain's stack; the place of the callee's result is not.
// CHECK-LABEL: <kernel_struct.exit.dom>:
// CHECK: movq %gs:0x0, %rsp
// CHECK-NEXT: movq (%rsp), %rax
// CHECK-NEXT: subq %r11, %rax
// CHECK-NEXT: cmpq $0x28, %rax
// CHECK-NEXT: jb
// CHECK-NEXT: cmpq $0x4000, %rax
// CHECK-NEXT: ja
// CHECK-NEXT: movq (%rsp), %rax
// CHECK-NEXT: subq %rdi, %rax
// CHECK-NEXT: cmpq $0x18, %rax
// CHECK-NEXT: jb
// CHECK-NEXT: cmpq $0x4000, %rax
// CHECK-NEXT: ja
// CHECK: pushq %rdi
// CHECK-NEXT: subq $0x28, %rsp
// CHECK: movq %rsp, %rdi
// CHECK-NEXT: subq $0x20, %rsp
// CHECK-NEXT: movq 0x8(%r11), %rax
// CHECK: movq 0x20(%r11), %rax
// CHECK-NEXT: movsbl %al, %eax
// CHECK-NEXT: movq %rax, 0x18(%rsp)
// CHECK: andl $0x1, %esi
// CHECK: callq *0x0
// CHECK-NEXT: cli
// CHECK-NEXT: addq $0x20, %rsp
// CHECK-NEXT: movq %rsp, %rsi
// CHECK-NEXT: movq 0x28(%rsp), %rdi
// CHECK-NEXT: movq %rdi, %rax
// CHECK-NEXT: movl $0x18, %ecx
// CHECK-NEXT: rep movsb

// A result in two registers, of which the second one is narrow, comes back whole.
struct pair kernel_pair(long a);
long __untrusted calls_pair(long a) { return kernel_pair(a).a; }
// CHECK-LABEL: <kernel_pair.exit.dom>:
// CHECK: callq *
// CHECK: movq %rax, %r9
// CHECK: movq %r9, %rax
