// SPDX-License-Identifier: GPL-2.0-only
// Instructions of the gates: a null round trip, with the call and the body's
// return, is 58.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: %python %count %t.o null 5 | FileCheck --check-prefix=NULL %s
// RUN: %python %count %t.o one 5 | FileCheck --check-prefix=ONE %s
// RUN: %python %count %t.o six 5 | FileCheck --check-prefix=SIX %s
// RUN: %python %count %t.o callee.exit.dom 2 | FileCheck --check-prefix=EXIT %s
#include <undertow/annotate.h>
// The gate alone: add the call of the gate, and the RET of the body.
// NULL: {{^}}56{{$}}
void __untrusted null(void);
void null(void) { }
// ONE: {{^}}57{{$}}
int __untrusted one(int a);
int one(int a) { return a; }
// SIX: {{^}}55{{$}}
long __untrusted six(long a, long b, long c, long d, long e, long f);
long six(long a, long b, long c, long d, long e, long f) { return a + f; }
// EXIT: {{^}}46{{$}}
void callee(void);
void __untrusted calls(void);
void calls(void) { callee(); }
