// SPDX-License-Identifier: GPL-2.0-only
// Per-file mode: an unmodified file, with what kernel files have in them.
// RUN: %ut-clang -O2 -fplugin-arg-undertow-domain=dom -c %s -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck --implicit-check-not=helper.untrusted %s
typedef unsigned long size_t;
extern int kernel_call(const void *, int);
// RUN: llvm-readelf -WS %t.o | FileCheck --check-prefix=SECTIONS %s
// SECTIONS-DAG: ] .modinfo
// SECTIONS-DAG: ] .init.text
// SECTIONS-DAG: ] __param
// SECTIONS-DAG: ] .undertow.bss.dom
static const char license[] __attribute__((used, section(".modinfo"))) = "license=GPL";
static int parameter;
static struct param { int *value; } __param_parameter __attribute__((used, section("__param"))) = { &parameter };
static const unsigned char order[] = { 3, 1, 2 };
static inline __attribute__((always_inline)) int many(int a, int b, int c, int d, int e, int f, int g, int h)
{
	return a + b + c + d + e + f + g + h + order[a & 1];
}
// CHECK-DAG: FUNC LOCAL {{.*}} helper{{$}}
static __attribute__((noinline)) int helper(int a, int b, int c, int d, int e, int f, int g) { return a * b * c * d * e * f * g; }
// CHECK-DAG: FUNC GLOBAL {{.*}} exported{{$}}
// CHECK-DAG: FUNC GLOBAL {{.*}} exported.untrusted
int exported(int a);
int exported(int a) { parameter++; return many(a, 1, 2, 3, 4, 5, 6, 7) + helper(a, 1, 2, 3, 4, 5, 6) + kernel_call(order, a); }
__asm__(".section \".export_symbol\",\"a\"\n__export_symbol_exported:\n.asciz \"GPL\"\n.balign 8\n.quad exported\n.previous");
static int __attribute__((section(".init.text"))) file_init(void) { return exported(1); }
int init_module(void) __attribute__((alias("file_init")));
// CHECK-DAG: FUNC GLOBAL {{.*}} init_module{{$}}
