// SPDX-License-Identifier: GPL-2.0-only
// Code of an entry gate, in full, for one argument and an int.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr -j .undertow.gate.dom %t.o | FileCheck %s
// RUN: llvm-readelf -Wrs %t.o | FileCheck --check-prefix=RECORD %s
#include <undertow/annotate.h>

int __untrusted f(int a);
int f(int a) { return a + 1; }

// CHECK-LABEL: <f>:
// CHECK-NEXT: cmpl $0x0,
// CHECK-NEXT: R_X86_64_PC32 ut_view_state-0x5
// CHECK-NEXT: je
// CHECK-NEXT: jmp
// CHECK-NEXT: R_X86_64_PLT32 f.untrusted-0x4
// CHECK: R_X86_64_PLT32 ut_abort-0x4
// CHECK-NEXT: pushq %rbp
// CHECK-NEXT: pushq %rbx
// CHECK-NEXT: pushq %r12
// CHECK-NEXT: pushq %r13
// CHECK-NEXT: pushq %r14
// CHECK-NEXT: pushq %r15
// CHECK-NEXT: pushfq
// CHECK-NEXT: cli
// CHECK-NEXT: pushq
// CHECK-NEXT: R_X86_64_32S .undertow.gates.dom
// CHECK-NEXT: movl {{.*}}, %ecx
// CHECK-NEXT: R_X86_64_PC32 __ut_map_dom+0x8
// CHECK-NEXT: movq %gs:(,%rcx,8), %rbx
// CHECK-NEXT: R_X86_64_32S ut_cpu+0x40
// CHECK-NEXT: movq %cr3, %rax
// CHECK-NEXT: testq %rbx, %rbx
// CHECK-NEXT: je
// CHECK-NEXT: cmpq %rax, %gs:(%rip)
// CHECK-NEXT: R_X86_64_PC32 ut_cpu+0x4
// CHECK-NEXT: jne
// CHECK-NEXT: pushq %rbx
// CHECK-NEXT: movq %rsp, %gs:(%rip)
// CHECK-NEXT: R_X86_64_PC32 ut_cpu-0x4
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: movq %rbx, %rsp
// CHECK-NEXT: xorl %esi, %esi
// CHECK-NEXT: xorl %edx, %edx
// CHECK-NEXT: xorl %r8d, %r8d
// CHECK-NEXT: xorl %r9d, %r9d
// CHECK-NEXT: xorl %r10d, %r10d
// CHECK-NEXT: xorl %r11d, %r11d
// CHECK-NEXT: xorl %ebp, %ebp
// CHECK-NEXT: xorl %r12d, %r12d
// CHECK-NEXT: xorl %r13d, %r13d
// CHECK-NEXT: xorl %r14d, %r14d
// CHECK-NEXT: xorl %r15d, %r15d
// CHECK-NEXT: callq
// CHECK-NEXT: R_X86_64_PLT32 f.untrusted-0x4
// CHECK-NEXT: movq %rax, %rbx
// CHECK-NEXT: xorl %eax, %eax
// CHECK-NEXT: xorl %ecx, %ecx
// CHECK-NEXT: vmfunc
// CHECK-NEXT: testl %ecx, %ecx
// CHECK-NEXT: jne
// CHECK-NEXT: cli
// CHECK-NEXT: lsll
// CHECK-NEXT: andl $0xfff, %ecx
// CHECK-NEXT: movq (,%rcx,8), %rcx
// CHECK-NEXT: R_X86_64_32S __per_cpu_offset
// CHECK-NEXT: wrgsbaseq %rcx
// CHECK-NEXT: movq %gs:(%rip), %rsp
// CHECK-NEXT: R_X86_64_PC32 ut_cpu-0x4
// CHECK-NEXT: movq $0x0, %gs:(%rip)
// CHECK-NEXT: R_X86_64_PC32 ut_cpu-0x8
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
// CHECK-NEXT: callq
// CHECK-NEXT: R_X86_64_PLT32 ut_gate_slow-0x4

// RECORD: '.rela.undertow.gates.dom'
// RECORD: R_X86_64_64 {{.*}} .undertow.gate.dom + 0
// RECORD: R_X86_64_64 {{.*}} f.untrusted + 0
// RECORD: 0000000000000018 {{.*}} R_X86_64_64 {{.*}} __ut_map_dom + 0
