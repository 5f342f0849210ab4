// SPDX-License-Identifier: GPL-2.0-only
// A weak untrusted function: the gate's code has a name of its own, which stays
// when the linker takes the weak one because another file has a strong one.
// objtool does not survive a gate without.
// RUN: %ut-clang -O2 -c %s -o %t.weak.o
// RUN: %ut-clang -O2 -DSTRONG -c %s -o %t.strong.o
// RUN: llvm-readelf -Ws %t.weak.o | FileCheck %s
// RUN: ld.lld -r %t.weak.o %t.strong.o -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=LINKED %s
#include <undertow/annotate.h>

#ifndef STRONG
// CHECK-DAG: [[#%x,WIDE:]] [[#SIZE:]] FUNC LOCAL DEFAULT [[#SECTION:]] wide.gate{{$}}
// CHECK-DAG: [[#WIDE]] [[#SIZE]] FUNC WEAK DEFAULT [[#SECTION]] wide{{$}}
long __untrusted __attribute__((weak)) wide(long a) { return a + 1; }
// CHECK-DAG: FUNC LOCAL DEFAULT [[#SECTION]] narrow.gate{{$}}
// CHECK-DAG: FUNC WEAK DEFAULT [[#SECTION]] narrow{{$}}
short __untrusted __attribute__((weak)) narrow(short a) { return a + 1; }
// LINKED-DAG: [[#%x,DEAD:]] [[#SIZE:]] FUNC LOCAL DEFAULT [[#SECTION:]] wide.gate{{$}}
// LINKED-DAG: FUNC GLOBAL DEFAULT [[#SECTION]] wide{{$}}
#else
long __untrusted wide(long a) { return a + 2; }
short __untrusted narrow(short a) { return a + 2; }
#endif
