// SPDX-License-Identifier: GPL-2.0-only
// Another name of an untrusted function is another name of its gate, and, in
// the domain, of its body.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr %t.o | FileCheck --check-prefix=CODE %s
#include <undertow/annotate.h>

__attribute__((noinline)) int __untrusted first(int a) { return a + 1; }
int second(int a) __attribute__((alias("first")));
int third(int a) __attribute__((weak, alias("first")));
int __untrusted inside(int a) { return second(a) + 1; }
int outside(int a) { return second(a) + third(a); }

// CHECK-DAG: [[#%x,GATE:]] [[#SIZE:]] FUNC GLOBAL DEFAULT [[#SECTION:]] first{{$}}
// CHECK-DAG: [[#GATE]] [[#SIZE]] FUNC GLOBAL DEFAULT [[#SECTION]] second{{$}}
// CHECK-DAG: [[#GATE]] [[#SIZE]] FUNC WEAK DEFAULT [[#SECTION]] third{{$}}
// CHECK-DAG: FUNC GLOBAL DEFAULT {{[0-9]+}} second.untrusted{{$}}
// CHECK-DAG: FUNC WEAK DEFAULT {{[0-9]+}} third.untrusted{{$}}

// CODE-LABEL: <outside>:
// CODE: R_X86_64_PLT32 second-0x4
// CODE: R_X86_64_PLT32 third-0x4
// CODE-LABEL: <inside.untrusted>:
// CODE: {{callq.*first.untrusted|PLT32 (second|first).untrusted}}
