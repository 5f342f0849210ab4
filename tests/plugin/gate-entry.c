// SPDX-License-Identifier: GPL-2.0-only
// Code of an entry gate, in full, for one argument and an int.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr -j .undertow.gate.dom %t.o | FileCheck %s
// RUN: llvm-readelf -Wrs %t.o | FileCheck --check-prefix=RECORD %s
#include <undertow/annotate.h>

int __untrusted f(int a);
int f(int a) { return a + 1; }

// CHECK-LABEL: <f>:
// CHECK-NEXT: movl 0x0, %ecx
// CHECK-NEXT: R_X86_64_32S __ut_map_dom+0xc
// CHECK-NEXT: testl %ecx, %ecx
// CHECK-NEXT: je
// CHECK-NEXT: pushq %rbp
// CHECK-NEXT: pushq %rbx
// CHECK-NEXT: pushq %r12
// CHECK-NEXT: pushq %r13
// CHECK-NEXT: pushq %r14
// CHECK-NEXT: pushq %r15
// CHECK-NEXT: pushfq
// CHECK-NEXT: cli
// CHECK-NEXT: pushq 0x0
// CHECK-NEXT: R_X86_64_32S .undertow.records.dom+0x10
// CHECK-NEXT: pushq %rcx
// CHECK-NEXT: movq 0x0, %r11
// CHECK-NEXT: R_X86_64_32S .undertow.records.dom+0x8
// CHECK-NEXT: movq %gs:(,%rcx,8), %rbx
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x40
// CHECK-NEXT: testq %rbx, %rbx
// CHECK-NEXT: je
// CHECK-NEXT: movq %cr3, %rax
// CHECK-NEXT: subq %gs:0x0, %rax
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x8
// CHECK-NEXT: jne
// CHECK-NEXT: pushq %rbx
// CHECK-NEXT: movq %rsp, %gs:0x0
// CHECK-NEXT: R_X86_64_32S ut_cpu
// CHECK-NEXT: movl %edi, %edi
// CHECK-NEXT: xorl %esi, %esi
// CHECK-NEXT: xorl %edx, %edx
// CHECK-NEXT: xorl %r8d, %r8d
// CHECK-NEXT: xorl %r9d, %r9d
// CHECK-NEXT: xorl %r10d, %r10d
// CHECK-NEXT: xorl %ebp, %ebp
// CHECK-NEXT: xorl %r12d, %r12d
// CHECK-NEXT: xorl %r13d, %r13d
// CHECK-NEXT: xorl %r14d, %r14d
// CHECK-NEXT: xorl %r15d, %r15d
// CHECK-NEXT: testb $0x2, 0x19(%rsp)
// CHECK-NEXT: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: movq %rbx, %rsp
// CHECK-NEXT: je
// CHECK-NEXT: sti
// CHECK-NEXT: callq *%r11
// CHECK-NEXT: movq %rax, %rbx
// CHECK-NEXT: cli
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: xorl %ecx, %ecx
// CHECK-NEXT: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: jmpq *0x0
// CHECK-NEXT: R_X86_64_32S ut_state+0x8
// The domain's own call, or no view.
// CHECK-NEXT: cmpl $0x0, 0x0
// CHECK-NEXT: R_X86_64_32S ut_state
// CHECK-NEXT: je
// CHECK-NEXT: jmpq *0x0
// CHECK-NEXT: R_X86_64_32S .undertow.records.dom+0x8
// CHECK-NEXT: movq 0x0, %rax
// CHECK-NEXT: R_X86_64_32S .undertow.records.dom+0x18
// CHECK-NEXT: cqto
// CHECK-NEXT: xorl %ecx, %ecx
// CHECK-NEXT: retq
// The slow path.
// CHECK-NEXT: callq *0x0
// CHECK-NEXT: R_X86_64_32S ut_state+0x10
// CHECK-NEXT: testq %rbx, %rbx
// CHECK-NEXT: jne
// CHECK-NEXT: cqto
// CHECK-NEXT: pushq %rbx
// CHECK-NEXT: movq %rax, %rbx
// CHECK-NEXT: jmp
// The full view again.
// CHECK-NEXT: cli
// CHECK-NEXT: lsll 0x0, %ecx
// CHECK-NEXT: R_X86_64_32S ut_state+0x4
// CHECK-NEXT: andl $0xfff, %ecx
// CHECK-NEXT: movq (,%rcx,8), %rcx
// CHECK-NEXT: R_X86_64_32S ut_cpu_bases
// CHECK-NEXT: wrgsbaseq %rcx
// CHECK-NEXT: movq %gs:0x0, %rsp
// CHECK-NEXT: R_X86_64_32S ut_cpu
// CHECK-NEXT: movq $0x0, %gs:0x0
// CHECK-NEXT: R_X86_64_32S ut_cpu
// CHECK-NEXT: popq %rcx
// CHECK-NEXT: addq $0x10, %rsp
// CHECK-NEXT: movq %rbx, %rax
// CHECK-NEXT: popfq
// CHECK-NEXT: popq %r15
// CHECK-NEXT: popq %r14
// CHECK-NEXT: popq %r13
// CHECK-NEXT: popq %r12
// CHECK-NEXT: popq %rbx
// CHECK-NEXT: popq %rbp
// CHECK-NEXT: retq

// Gate, body, where the gate goes on, -EFAULT as an int.
// RECORD: '.rela.undertow.records.dom' {{.*}} contains 4 entries
// RECORD: {{^}}0000000000000000 {{.*}} R_X86_64_64 {{.*}} .undertow.gate.dom + 20
// RECORD: {{^}}0000000000000008 {{.*}} R_X86_64_64 {{.*}} f.untrusted + 0
// RECORD: {{^}}0000000000000010 {{.*}} R_X86_64_64 {{.*}} .undertow.gate.dom +
// RECORD: FUNC GLOBAL DEFAULT {{[0-9]+}} f
