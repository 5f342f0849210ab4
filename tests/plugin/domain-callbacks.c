// SPDX-License-Identifier: GPL-2.0-only
// Addresses of functions in code of a domain: gates that work from both sides.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: %python %relocs %t.o dom g.untrusted
// RUN: llvm-readelf -Wr %t.o | FileCheck --check-prefix=TABLE %s
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr %t.o | FileCheck %s
#include <undertow/annotate.h>
extern int kernel_register(int (*)(int));
extern int kernel_function(int);
static int __untrusted own(int a) { return a + 1; }
int __untrusted g(int a);
// TABLE: Relocation section '.rela.undertow.rodata.dom'
// TABLE: R_X86_64_64 {{.*}} .undertow.gate.dom
// CHECK-LABEL: <f.untrusted>:
// CHECK: movq 0x0, %rdi
// CHECK-NEXT: R_X86_64_32S .undertow.rodata.dom
int __untrusted f(void) { return kernel_register(own) + kernel_register(kernel_function) + own(3); }
// Another file of the domain: the call goes to its body, not to its gate.
// CHECK-LABEL: <h.untrusted>:
// CHECK: R_X86_64_PLT32 g.untrusted-0x4
int __untrusted h(int a) { return g(a) + 1; }
