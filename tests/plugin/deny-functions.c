// SPDX-License-Identifier: GPL-2.0-only
// Functions and variables that cannot be untrusted, each with its reason.
// RUN: split-file %s %t
// RUN: not %ut-clang -O2 -c %t/definitions.c -o %t.o 2>&1 | FileCheck %t/definitions.c
// RUN: not %ut-clang -O0 -c %t/definitions.c -o %t.o 2>&1 | FileCheck %t/definitions.c
// RUN: not %ut-clang -O2 -c %t/code.c -o %t.o 2>&1 | FileCheck %t/code.c
// RUN: not %ut-clang -O2 -c %t/references.c -o %t.o 2>&1 | FileCheck %t/references.c
// RUN: not %ut-clang -O2 -c %t/build-bug.c -o %t.o 2>&1 | FileCheck %t/build-bug.c
// RUN: not %ut-clang -O2 -c %t/domains.c -o %t.o 2>&1 | FileCheck %t/domains.c
// RUN: not clang -fplugin=%plugin -I%top/include -DKBUILD_MODNAME='"dom"' -O2 -c %t/float.c -o %t.o 2>&1 | FileCheck %t/float.c

//--- definitions.c
#include <undertow/annotate.h>
// CHECK-DAG: definitions.c:[[#@LINE+1]]:{{[0-9]+}}: error: bare: naked function cannot be untrusted
void __untrusted __attribute__((naked)) bare(void) { __asm__("ret"); }
// CHECK-DAG: error: placed: untrusted function has a section of its own, '.init.text'
void __untrusted __attribute__((section(".init.text"))) placed(void) { }
// CHECK-DAG: error: forever: untrusted function cannot be noreturn, a violation returns
void __untrusted __attribute__((noreturn)) forever(void) { for (;;) ; }
// CHECK-DAG: error: resolver: untrusted function resolves the ifunc 'resolved'
static void *__untrusted resolver(void) { return 0; }
int resolved(int a) __attribute__((ifunc("resolver")));
// CHECK-DAG: error: early: untrusted function cannot be a constructor or destructor
static void __untrusted __attribute__((constructor)) early(void) { }
// CHECK-DAG: error: computed: computed goto is not supported in an untrusted function
int __untrusted computed(int a)
{
	static void *const labels[] = { &&zero, &&one };
	goto *labels[a & 1];
zero:	return 0;
one:	return 1;
}
// CHECK-DAG: error: tls: untrusted variable cannot be thread-local
__thread int tls __untrusted;
// CHECK-DAG: error: critical_tls: critical variable cannot be thread-local
__thread int critical_tls __critical;
// CHECK-DAG: error: placed_data: untrusted variable has a section of its own, '.vendor'
int placed_data __untrusted __attribute__((section(".vendor"))) = 1;
// CHECK-DAG: error: placed_key: critical variable has a section of its own, '.mine'
int placed_key __critical __attribute__((section(".mine"))) = 1;
int init_module(void) { return tls + critical_tls + resolved(0); }

//--- code.c
#include <undertow/annotate.h>
// CHECK-DAG: error: direct: inline assembler calls a function by name, not supported in an untrusted function
int __untrusted direct(int a) { __asm__ volatile("call __put_user_4" : "+a"(a)); return a; }
// CHECK-DAG: error: divide: division of 128-bit integers is not supported in an untrusted function
long __untrusted divide(long a, long b) { return (((__int128)a << 64) | b) / (b + ((__int128)a << 3)); }
// CHECK-DAG: error: key: static key that is not a constant, not supported in an untrusted function
// CHECK-DAG: note: use the key itself, or write a trusted function that tests it
int __untrusted key(int a)
{
	__asm__ goto("1: .byte 0x0f,0x1f,0x44,0,0\n.pushsection __jump_table,\"aw\"\n.long 1b - ., %l[yes] - .\n.popsection" : : : : yes);
	return a;
yes:	return a + 1;
}
// CHECK-DAG: error: calls_weak: call of 'maybe' out of the domain: weak function, may be missing
extern void maybe(void) __attribute__((weak));
void __untrusted calls_weak(void) { maybe(); }
// Fine: asm goto without a key, and a local label.
int __untrusted jumps(int a)
{
	__asm__ goto("test %0, %0\n1: jz %l[zero]" : : "r"(a) : "cc" : zero);
	return a;
zero:	return 7;
}
// CHECK-NOT: error: jumps

//--- references.c
#include <undertow/annotate.h>
// CHECK-DAG: references.c:[[#@LINE+2]]:{{[0-9]+}}: error: reads_key: reference to the critical variable 'master'
int master __critical = 5;
int __untrusted reads_key(void) { return master; }
// CHECK-DAG: references.c:[[#@LINE+2]]:{{[0-9]+}}: error: reads_tls: reference to the thread-local variable 'local'
__thread int local;
int __untrusted reads_tls(void) { return local; }
static int trusted_variable;
// Fine: the address alone.
int *__untrusted takes_trusted(void) { return &trusted_variable; }
// CHECK-NOT: takes_trusted

//--- build-bug.c
#include <undertow/annotate.h>
extern void __attribute__((error("size is wrong"))) build_bug(void);
// CHECK: build-bug.c:[[#@LINE+1]]:{{[0-9]+}}: error: call to 'build_bug' declared with 'error' attribute: size is wrong
int __untrusted checks(int a) { if (sizeof(a) != 8) build_bug(); return a; }
// CHECK: 1 error generated

//--- domains.c
#include <undertow/annotate.h>
int data_a __untrusted_in("a") = 1;
// CHECK-DAG: domains.c:[[#@LINE+1]]:{{[0-9]+}}: error: reader: reference to 'data_a' in another domain, 'a'
int __untrusted_in("b") reader(void) { return data_a; }
// CHECK-DAG: error: taker: reference to 'data_a' in another domain, 'a'
void *__untrusted_in("b") taker(void) { return &data_a; }

//--- float.c
#include <undertow/annotate.h>
// CHECK: error: scale: floating point is not supported in an untrusted function
int __untrusted scale(int a) { return a * 1.5; }
