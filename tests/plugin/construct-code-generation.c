// SPDX-License-Identifier: GPL-2.0-only
// What options of the kernel add to each function does not reach a domain: tracing
// prologues, canaries, thunks.  Its trusted functions have all of it.
// RUN: %ut-clang -O2 -pg -mfentry -fstack-protector-strong -mretpoline-external-thunk -mretpoline -mfunction-return=thunk-extern -c %s -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-objdump -dr --no-show-raw-insn -j .text -j .undertow.text.dom %t.o | FileCheck %s
// RUN: %ut-clang -O2 -fpatchable-function-entry=16,16 -fcf-protection=branch -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -x __patchable_function_entries %t.o | FileCheck --check-prefix=PATCH %s
// CHECK-LABEL: <trusted>:
// CHECK: __fentry__
// CHECK: __x86_return_thunk
// CHECK-LABEL: <warned.read>:
// CHECK: __x86_return_thunk
// CHECK-LABEL: <f.untrusted>:
// CHECK-NOT: __fentry__
// CHECK-NOT: %gs:
// CHECK-NOT: thunk
// PATCH: Hex dump of section '__patchable_function_entries'
// PATCH-NEXT: 0x00000000 00000000 00000000 {{.*}}
// PATCH-NOT: 0x00000010
#include <undertow/annotate.h>
extern int warned, external(char *, int (*)(int));
int trusted(int a);
int trusted(int a) { char b[64]; return external(b, 0) + a; }
int __untrusted f(int (*g)(int)) { char b[64]; return external(b, g) + g(warned); }
