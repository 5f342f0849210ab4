// SPDX-License-Identifier: GPL-2.0-only
// Signatures that no gate carries.  The positive controls compile.
// RUN: split-file %s %t
// RUN: %ut-clang -O2 -c %t/fine.c -o /dev/null
// RUN: not clang -fplugin=%plugin -I%top/include -DKBUILD_MODNAME='"dom"' -O2 -c %t/entry.c -o %t.o 2>&1 | FileCheck %t/entry.c
// RUN: not ls %t.o
// RUN: not clang -fplugin=%plugin -I%top/include -DKBUILD_MODNAME='"dom"' -O2 -c %t/exit.c -o %t.o 2>&1 | FileCheck %t/exit.c
// RUN: not clang -fplugin=%plugin -I%top/include -DKBUILD_MODNAME='"dom"' -O0 -g -c %t/exit.c -o %t.o 2>&1 | FileCheck %t/exit.c

//--- fine.c
#include <undertow/annotate.h>
enum color { red };
long callee(enum color c, _Bool b, unsigned char u, char *s, int (*f)(int), unsigned long long l);
long __untrusted six(enum color c, _Bool b, unsigned char u, char *s, int (*f)(int), unsigned long long l)
{
	return callee(c, b, u, s, f, l);
}

//--- entry.c
#include <undertow/annotate.h>
#define ENTRY(type, name, args) type __untrusted name args
struct small { int a, b; };
struct big { long a[5]; };
// CHECK-DAG: entry.c:[[#@LINE+1]]:19: error: varargs: variadic function, not supported in an untrusted function
ENTRY(extern int, varargs, (int a, ...)) { return a; }
// CHECK-DAG: error: seven: 7 arguments, registers carry 6, not supported in an untrusted function
ENTRY(int, seven, (int a, int b, int c, int d, int e, int f, int g)) { return a; }
// CHECK-DAG: error: small_arg: argument 1 is a structure or union by value, not supported in an untrusted function
ENTRY(int, small_arg, (struct small s)) { return s.a; }
// CHECK-DAG: error: big_arg: argument 2 is a structure or union by value
ENTRY(int, big_arg, (int a, struct big s)) { return s.a[1]; }
// CHECK-DAG: error: small_result: the result is a structure or union by value
ENTRY(struct small, small_result, (int a)) { return (struct small){ a, a }; }
// CHECK-DAG: error: big_result: the result is a structure or union by value
ENTRY(struct big, big_result, (int a)) { return (struct big){ { a } }; }
// CHECK-DAG: error: wide_arg: argument 1 is wider than 64 bits
ENTRY(int, wide_arg, (__int128 a)) { return a; }
// CHECK-DAG: error: wide_result: the result is wider than 64 bits
ENTRY(__int128, wide_result, (int a)) { return a; }
// CHECK-DAG: error: float_arg: argument 1 is a floating-point number
ENTRY(int, float_arg, (float a)) { return 0; }
// CHECK-DAG: error: double_result: the result is a floating-point number
ENTRY(double, double_result, (void)) { return 0; }
// CHECK-DAG: error: x87_arg: argument 1 is a floating-point number
ENTRY(int, x87_arg, (long double a)) { return 0; }
// CHECK-DAG: error: complex_arg: argument 1 is a floating-point number
ENTRY(int, complex_arg, (_Complex float a)) { return 0; }
typedef int vec __attribute__((vector_size(16)));
// CHECK-DAG: error: vector_arg: argument 1 is a vector
ENTRY(int, vector_arg, (vec v)) { return 0; }
union u { int a; long b; };
// CHECK-DAG: error: union_arg: argument 1 is a structure or union by value
ENTRY(int, union_arg, (union u u)) { return 0; }

//--- exit.c
#include <undertow/annotate.h>
struct small { int a, b; };
int printk(const char *, ...);
int seven(int a, int b, int c, int d, int e, int f, int g);
int small_arg(struct small);
double double_result(void);
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: a: call of 'printk' out of the domain: variadic function
int __untrusted a(int x) { return printk("%d", x); }
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: b: call of 'seven' out of the domain: 7 arguments, registers carry 6
int __untrusted b(int x) { return seven(x, 1, 2, 3, 4, 5, 6); }
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: c: call of 'small_arg' out of the domain: argument 1 is a structure or union by value
int __untrusted c(int x) { return small_arg((struct small){ x, x }); }
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: d: call of 'double_result' out of the domain: the result is a floating-point number
int __untrusted d(int x) { return double_result() > 1; }
// Inside an inline function that the domain calls.
// CHECK-DAG: error: {{say|e}}: call of 'printk' out of the domain: variadic function
static inline int say(int x) { return printk("%d", x); }
int __untrusted e(int x) { return say(x); }
