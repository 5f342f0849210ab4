// SPDX-License-Identifier: GPL-2.0-only
// What options of the kernel add to each function does not reach a domain: tracing
// prologues, canaries, thunks.  Its trusted functions have all of it.
// RUN: %ut-clang -O2 -pg -mfentry -fstack-protector-strong -mretpoline-external-thunk -mretpoline -mfunction-return=thunk-extern -c %s -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-objdump -dr --no-show-raw-insn -j .text -j .undertow.text.dom %t.o | FileCheck %s
// RUN: %ut-clang -O2 -fpatchable-function-entry=16,16 -fcf-protection=branch -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -x __patchable_function_entries %t.o | FileCheck --check-prefix=PATCH %s
// Outlined pieces would be trusted text that a domain cannot reach.
// RUN: %ut-clang -O2 -mllvm -enable-machine-outliner=always -mllvm -hot-cold-split -finstrument-functions -fsplit-stack -c %s -o %t.o && %python %relocs %t.o dom
// RUN: %ut-clang -O1 -mllvm -ir-outliner -fxray-instrument -fxray-instruction-threshold=1 -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-objdump -r -j xray_instr_map %t.o | FileCheck --check-prefix=XRAY --allow-empty %s
// XRAY-NOT: .undertow
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
#define MIXED(name) name(int *p) { int s = 0; for (int i = 0; i < 100; i++) s += p[i] * 3 ^ p[i + 1]; return s * 7 + p[3] / 5; }
int __untrusted MIXED(mixed)
int __untrusted MIXED(mixed_again)
int MIXED(mixed_trusted)
