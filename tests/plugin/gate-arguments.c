// SPDX-License-Identifier: GPL-2.0-only
// Registers that carry no argument are cleared, the fourth argument survives
// VMFUNC, narrow results are extended outside of the gate proper.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --no-leading-addr -j .undertow.gate.dom %t.o | FileCheck %s
// RUN: llvm-readelf -x .undertow.records.dom %t.o | FileCheck --check-prefix=ERRORS %s
#include <undertow/annotate.h>

// CHECK-LABEL: <a_none>:
// CHECK: xorl %edi, %edi
// CHECK-NEXT: xorl %esi, %esi
// CHECK-NEXT: xorl %edx, %edx
// CHECK-NEXT: xorl %r8d, %r8d
// CHECK-NEXT: xorl %r9d, %r9d
// CHECK-NEXT: xorl %r10d, %r10d
// CHECK-NEXT: xorl %ebp, %ebp
// CHECK: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: movq %rbx, %rsp
// CHECK-NEXT: je
// CHECK-NEXT: sti
// CHECK-NEXT: callq *%r11
void __untrusted a_none(void) { }

// CHECK-LABEL: <b_four>:
// CHECK-NEXT: movq %rcx, %r10
// CHECK: xorl %r8d, %r8d
// CHECK-NEXT: xorl %r9d, %r9d
// CHECK-NEXT: xorl %ebp, %ebp
// CHECK: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: movq %rbx, %rsp
// CHECK-NEXT: movq %r10, %rcx
// CHECK-NEXT: je
// CHECK-NEXT: sti
// CHECK-NEXT: callq *%r11
long __untrusted b_four(long a, long b, long c, void *d) { return a; }

// CHECK-LABEL: <c_six>:
// CHECK: movq %rsp, %gs:0x0
// CHECK-NEXT: xorl %ebp, %ebp
// CHECK: vmfunc
// CHECK-NEXT: jecxz
// CHECK-NEXT: movq %rbx, %rsp
// CHECK-NEXT: movq %r10, %rcx
// CHECK-NEXT: je
// CHECK-NEXT: sti
// CHECK-NEXT: callq *%r11
long __untrusted c_six(long a, long b, long c, long d, long e, long f) { return a; }

// CHECK-LABEL: <d_bool>:
// CHECK-NEXT: cmpl
// CHECK-NEXT: jne
// CHECK-NEXT: callq {{.*}} <d_bool.gate>
// CHECK-NEXT: andl $0x1, %eax
// CHECK-NEXT: retq
// CHECK-NEXT: jmpq
// CHECK-LABEL: <d_bool.gate>:
_Bool __untrusted d_bool(int a) { return a; }

// CHECK-LABEL: <e_s8>:
// CHECK-NEXT: cmpl
// CHECK-NEXT: jne
// CHECK-NEXT: callq {{.*}} <e_s8.gate>
// CHECK-NEXT: movsbl %al, %eax
// CHECK-NEXT: retq
signed char __untrusted e_s8(int a) { return a; }

// CHECK-LABEL: <f_u16>:
// CHECK-NEXT: cmpl
// CHECK-NEXT: jne
// CHECK-NEXT: callq {{.*}} <f_u16.gate>
// CHECK-NEXT: movzwl %ax, %eax
// CHECK-NEXT: retq
unsigned short __untrusted f_u16(int a) { return a; }

// CHECK-LABEL: <g_pointer>:
// CHECK-NEXT: movl
void *__untrusted g_pointer(void *p) { return p; }

// The last word of each record: 0, -14, -14, 0, -14 in 32 bits, -14 in 16 bits, 0.
// ERRORS: 0x00000010 00000000 00000000 00000000 00000000
// ERRORS: 0x00000030 00000000 00000000 f2ffffff ffffffff
// ERRORS: 0x00000050 00000000 00000000 f2ffffff ffffffff
// ERRORS: 0x00000070 00000000 00000000 00000000 00000000
// ERRORS: 0x00000090 00000000 00000000 f2ffffff 00000000
// ERRORS: 0x000000b0 00000000 00000000 f2ff0000 00000000
// ERRORS: 0x000000d0 00000000 00000000 00000000 00000000
