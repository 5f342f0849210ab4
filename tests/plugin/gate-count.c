// SPDX-License-Identifier: GPL-2.0-only
// Instructions of the gates: a null round trip, with the call and the body's
// return, is 64.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: %python %count %t.o null 6 | FileCheck --check-prefix=NULL %s
// RUN: %python %count %t.o one 6 | FileCheck --check-prefix=ONE %s
// RUN: %python %count %t.o six 6 | FileCheck --check-prefix=SIX %s
// RUN: %python %count %t.o callee.exit.dom 2 | FileCheck --check-prefix=EXIT %s
#include <undertow/annotate.h>
// The gate alone: add the call of the gate, and the RET of the body.
// NULL: {{^}}62{{$}}
void __untrusted null(void);
void null(void) { }
// One more to hide what is above an int: none for six longs.
// ONE: {{^}}64{{$}}
int __untrusted one(int a);
int one(int a) { return a; }
// SIX: {{^}}60{{$}}
long __untrusted six(long a, long b, long c, long d, long e, long f);
long six(long a, long b, long c, long d, long e, long f) { return a + f; }
// EXIT: {{^}}50{{$}}
void callee(void);
void __untrusted calls(void);
void calls(void) { callee(); }
