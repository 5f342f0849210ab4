// SPDX-License-Identifier: GPL-2.0-only
// Sections of variables and constants; constants of both sides are duplicated.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -WsS %t.o | FileCheck %s
// RUN: %python %relocs %t.o dom
// RUN: llvm-readelf -Wr %t.o | FileCheck --check-prefix=TABLE %s
#include <undertow/annotate.h>
extern int kernel_call(const void *);
extern int other_call(int);

// CHECK-DAG: .undertow.bss.dom {{.*}} WA
// CHECK-DAG: .undertow.data.dom PROGBITS {{.*}} WA
// CHECK-DAG: .undertow.rodata.dom PROGBITS {{[0-9a-f ]+}} A
int zeroed __untrusted;
int initialised __untrusted = 4;
const int constant __untrusted = 5;

// CHECK-DAG: OBJECT LOCAL {{.*}} both_sides.dom
// CHECK-DAG: OBJECT LOCAL {{.*}} both_sides{{$}}
static const int both_sides[64] = { 1, 2, 3 };
// CHECK-DAG: OBJECT LOCAL {{.*}} names.dom
static const char *const names[] = { "alpha", "beta" };
int __untrusted f(int a) { return both_sides[a] + kernel_call(names[a & 1]) + zeroed++; }
int trusted(int a);
int trusted(int a) { return both_sides[a]; }

// A table of the domain refers to gates: of its own functions and of kernel ones.
struct ops { int (*own)(int); int (*kernel)(int); const char *name; };
const struct ops table __untrusted = { f, other_call, "table" };
// TABLE: '.rela.undertow.rodata.dom'
// TABLE-DAG: R_X86_64_64 {{.*}} f + 0
// TABLE-DAG: R_X86_64_64 {{.*}} .undertow.gate.dom
int __untrusted g(int i) { return i ? table.own(1) : table.kernel(2); }
