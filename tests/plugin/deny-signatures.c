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
struct small { int a, b; };
struct big { long a[100]; };
union u { int a; long b; };
int printk(const char *, ...);
struct big seven(struct small s, union u u, __int128 w, int d, int e, int f, int g);
struct big __untrusted all(struct small s, union u u, __int128 w, int d, int e, int f, int g)
{
	printk("%d %llu\n", d, 1ull);
	return seven(s, u, w, d, e, f, g);
}
long callee(enum color c, _Bool b, unsigned char u, char *s, int (*f)(int), unsigned long long l);
long __untrusted six(enum color c, _Bool b, unsigned char u, char *s, int (*f)(int), unsigned long long l)
{
	return callee(c, b, u, s, f, l);
}

//--- entry.c
#include <undertow/annotate.h>
#define ENTRY(type, name, args) type __untrusted name args
struct big { long a[257]; };
struct half { long a[128]; };
// CHECK-DAG: error: big_arg: more than 2048 bytes of arguments and result in memory, not supported in an untrusted function
ENTRY(int, big_arg, (int a, struct big s)) { return s.a[1]; }
// CHECK-DAG: error: big_result: more than 2048 bytes of arguments and result in memory
ENTRY(struct half, big_result, (struct half h, long a, long b, long c, long d, long e, long f)) { return h; }
// CHECK-DAG: entry.c:[[#@LINE+1]]:19: error: varargs: variadic function, not supported in an untrusted function
ENTRY(extern int, varargs, (int a, ...)) { return a; }
// CHECK-DAG: error: float_arg: argument 1 is a floating-point number
ENTRY(int, float_arg, (float a)) { return 0; }
// CHECK-DAG: error: double_result: the result is a floating-point number
ENTRY(double, double_result, (void)) { return 0; }
// CHECK-DAG: error: x87_arg: argument 1 is a floating-point number
ENTRY(int, x87_arg, (long double a)) { return 0; }
// CHECK-DAG: error: complex_arg: argument 1 is a vector
ENTRY(int, complex_arg, (_Complex float a)) { return 0; }
typedef int vec __attribute__((vector_size(16)));
// CHECK-DAG: error: vector_arg: argument 1 is a vector
ENTRY(int, vector_arg, (vec v)) { return 0; }

//--- exit.c
#include <undertow/annotate.h>
struct big { long a[257]; };
int printk(const char *, ...);
int big_arg(struct big *, struct big);
double double_result(void);
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: b: call of 'big_arg' out of the domain: more than 2048 bytes of arguments
int __untrusted b(struct big *x) { return big_arg(x, *x); }
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: d: call of 'double_result' out of the domain: the result is a floating-point number
int __untrusted d(int x) { return double_result() > 1; }
// Each call of a variadic function is a gate of its own; its address is none.
// CHECK-DAG: exit.c:[[#@LINE+1]]:{{[0-9]+}}: error: a: call of 'printk' out of the domain: variadic function
void *__untrusted a(int x) { return (void *)printk; }
// CHECK-DAG: error: f: call of 'printk' out of the domain: argument 2 is a floating-point number
int __untrusted f(double *x) { return printk("%f", *x); }
