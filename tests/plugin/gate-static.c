// SPDX-License-Identifier: GPL-2.0-only
// A static function gets a gate only if somebody else can call it.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck --implicit-check-not=own_only.untrusted %s
#include <undertow/annotate.h>
#define NOINLINE __attribute__((noinline))
// CHECK-DAG: FUNC {{.*}} own_only{{$}}
struct big { long a[4]; };
static long NOINLINE __untrusted own_only(struct big b, double *d, ...) { return b.a[1]; }
static int NOINLINE __untrusted by_trusted(int a) { return a; }
static int NOINLINE __untrusted by_pointer(int a) { return a; }
long __untrusted root(struct big *b) { return own_only(*b, 0, 1, 2); }
int trusted(int a);
int trusted(int a) { return by_trusted(a); }
int (*pointer)(int) = by_pointer;
// CHECK-DAG: FUNC LOCAL {{.*}} by_trusted{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} by_trusted.untrusted
// CHECK-DAG: FUNC LOCAL {{.*}} by_pointer{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} by_pointer.untrusted
