// SPDX-License-Identifier: GPL-2.0-only
// No field of a domain's text depends on where the module is loaded, except the
// addresses of slots in its table, which are harmless anywhere: below 0xf00 in
// their page, and not at xx0f.
// RUN: %ut-clang -O2 -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -Wr %t.o | FileCheck %s
// RUN: %ut-clang -O0 -c %s -o %t.O0.o && llvm-readelf -Wr %t.O0.o | FileCheck %s
// RUN: clang -E -P -x assembler-with-cpp -nostdinc -undef -D'UT_DOMAINS(X)=X(dom)' %undertow_dir/undertow-module.lds.S -o %t.lds
// RUN: ld.lld -m elf_x86_64 -r -T %t.lds %t.o -o %t.linked.o
// RUN: %undertow_dir/bin/undertow verify %t.linked.o | FileCheck --allow-empty --implicit-check-not=warning %s --check-prefix=LINKED
// RUN: ld.lld -m elf_x86_64 -r -T %t.lds %t.O0.o -o %t.linked.o
// RUN: %undertow_dir/bin/undertow verify %t.linked.o | FileCheck --allow-empty --implicit-check-not=warning %s --check-prefix=LINKED
// CHECK: Relocation section '.rela.undertow.text.dom'
// CHECK-NOT: {{[.](bss|data|rodata[.]str)|counter|handler}}
// CHECK: Relocation section
// LINKED-NOT: error
#include <undertow/annotate.h>

extern int kernel_register(int (*)(int), const char *);
int counter __untrusted = 1;
static char zero[64] __untrusted;
struct point { int x, y; };
static const struct point points[] = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } };

int __untrusted handler(int a);
int handler(int a)
{
	return a;
}

// Of each use: loads, stores, arguments, comparisons, pieces of constants, what a
// branch hands on, memory of assembler.
int __untrusted uses(int a, const char **text, int (**function)(int));
int uses(int a, const char **text, int (**function)(int))
{
	const int *p = a & 1 ? &counter : &points[2].y;
	struct { int (*f)(int); char *z; } pair = { handler, &zero[7] };

	*text = a & 2 ? "one" : "another";
	*function = a & 4 ? handler : pair.f;
	if (*function == handler)
		zero[a & 63] = points[a & 3].x;
	asm volatile("incl %0" : "+m"(counter));
	asm volatile("" : : "r"(&zero[3]), "g"(pair.z));
	for (int i = 0; i < a; i++)
		counter += zero[i & 63] + points[i & 3].y;
	return kernel_register(handler, "text") + *p;
}

// More than fits in front of UT_REACH.
#define ONE(n) int v##n __untrusted = n;
#define TEN(n) ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) ONE(n##9)
#define ALL(n) TEN(n##0) TEN(n##1) TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) TEN(n##9)
ALL(1) ALL(2) ALL(3) ALL(4) ALL(5) ALL(6)
#undef ONE
#define ONE(n) + v##n
long __untrusted many(void);
long many(void)
{
	return 0 ALL(1) ALL(2) ALL(3) ALL(4) ALL(5) ALL(6);
}
