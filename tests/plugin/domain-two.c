// SPDX-License-Identifier: GPL-2.0-only
// Two domains in one file share nothing.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: %python %relocs %t.o a && %python %relocs %t.o b
// RUN: llvm-readelf -WsS %t.o | FileCheck %s
#include <undertow/annotate.h>
extern int kernel_call(const char *);
static inline int helper(int x) { return kernel_call("shared") + x; }
int __untrusted_in("a") fa(int x) { return helper(x); }
int __untrusted_in("b") fb(int x) { return helper(x); }
// A call from one to the other leaves by an exit gate to the other's gate.
int __untrusted_in("a") crosses(int x) { return fb(x) + 1; }
// CHECK-DAG: {{ }}fb.exit.a
// CHECK-DAG: .undertow.text.a
// CHECK-DAG: .undertow.text.b
// CHECK-DAG: .undertow.rodata.a
// CHECK-DAG: .undertow.rodata.b
// CHECK-DAG: {{ }}kernel_call.exit.a
// CHECK-DAG: {{ }}kernel_call.exit.b
// CHECK-DAG: OBJECT WEAK {{.*}} __ut_map_a
// CHECK-DAG: OBJECT WEAK {{.*}} __ut_map_b
