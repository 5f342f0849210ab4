// SPDX-License-Identifier: GPL-2.0-only
// Code of an exit gate, in full, and the allow-list.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr --disassemble-symbols=kernel_call.exit.dom %t.o | FileCheck %s
// RUN: llvm-readelf -Wr %t.o | FileCheck --check-prefix=LIST %s
#include <undertow/annotate.h>

long kernel_call(_Bool b, signed char c, unsigned short s, int d);
int __untrusted f(int a);
int f(int a) { return kernel_call(a, a, a, a) + 1; }

// CHECK-LABEL: <kernel_call.exit.dom>:
// CHECK-NEXT: cmpl $0x0, 0x0
// CHECK-NEXT: R_X86_64_32S ut_state
// CHECK-NEXT: je
// CHECK-NEXT: movq %rcx, %r10
// CHECK-NEXT: movq %rsp, %r11
// CHECK-NEXT: cli
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: xorl %ecx, %ecx
// CHECK-NEXT: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: jmpq *0x0
// CHECK-NEXT: R_X86_64_32S ut_state+0x8
// CHECK-NEXT: cli
// CHECK-NEXT: lsll
// CHECK-NEXT: R_X86_64_32S ut_state+0x4
// CHECK-NEXT: andl $0xfff, %ecx
// CHECK-NEXT: movq (,%rcx,8), %rcx
// CHECK-NEXT: R_X86_64_32S ut_cpu_bases
// CHECK-NEXT: wrgsbaseq %rcx
// CHECK-NEXT: movq %gs:0x0, %rsp
// CHECK-NEXT: R_X86_64_32S ut_cpu
// CHECK-NEXT: movq $0x0, %gs:0x0
// CHECK-NEXT: R_X86_64_32S ut_cpu
// CHECK-NEXT: movl 0x8(%rsp), %ecx
// CHECK-NEXT: movq $0x0, %gs:(,%rcx,8)
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x40
// CHECK-NEXT: pushq %r11
// CHECK-NEXT: pushq %rbp
// CHECK-NEXT: movq 0x58(%rsp), %rbp
// CHECK-NEXT: movq %r10, %rcx
// CHECK-NEXT: andl $0x1, %edi
// CHECK-NEXT: movsbl %sil, %esi
// CHECK-NEXT: movzwl %dx, %edx
// CHECK-NEXT: pushq 0x28(%rsp)
// CHECK-NEXT: popfq
// CHECK-NEXT: callq *0x0
// CHECK-NEXT: R_X86_64_32S .undertow.records.dom+0x28
// CHECK-NEXT: cli
// CHECK-NEXT: movq %rax, %r9
// CHECK-NEXT: movl 0x18(%rsp), %ecx
// CHECK-NEXT: movq %cr3, %rax
// CHECK-NEXT: cmpq %rax, %gs:0x0
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x8
// CHECK-NEXT: jne
// CHECK-NEXT: cmpq $0x0, %gs:(,%rcx,8)
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x40
// CHECK-NEXT: jne
// CHECK-NEXT: popq %rbp
// CHECK-NEXT: popq %r10
// CHECK-NEXT: movq (%rsp), %rax
// CHECK-NEXT: movq %rax, %gs:(,%rcx,8)
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x40
// CHECK-NEXT: movq %rsp, %gs:0x0
// CHECK-NEXT: R_X86_64_32S ut_cpu
// CHECK-NEXT: xorl %esi, %esi
// CHECK-NEXT: xorl %edi, %edi
// CHECK-NEXT: xorl %r8d, %r8d
// CHECK-NEXT: xorl %r11d, %r11d
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: xorl %edx, %edx
// CHECK-NEXT: testb $0x2, 0x19(%rsp)
// CHECK-NEXT: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: movq %r10, %rsp
// CHECK-NEXT: je
// CHECK-NEXT: sti
// CHECK-NEXT: movq %r9, %rax
// CHECK-NEXT: retq
// CHECK-NEXT: callq *0x0
// CHECK-NEXT: R_X86_64_32S ut_state+0x18
// CHECK-NEXT: movl 0x18(%rsp), %ecx
// CHECK-NEXT: jmp
// CHECK-NEXT: jmpq *0x0
// CHECK-NEXT: R_X86_64_32S ut_state+0x8
// CHECK-NEXT: jmpq *0x0
// CHECK-NEXT: R_X86_64_32S .undertow.records.dom+0x28

// The second record: gate and target, no body behind it.
// LIST: '.rela.undertow.records.dom' {{.*}} contains 6 entries
// LIST: {{^}}0000000000000020 {{.*}} R_X86_64_64 {{.*}} .undertow.gate.dom
// LIST: {{^}}0000000000000028 {{.*}} R_X86_64_64 {{.*}} kernel_call + 0
