// SPDX-License-Identifier: GPL-2.0-only
// Kinds of data: sections that say how a variable is used make no difference in a
// domain, alignment is kept, and only constants are read-only there.
// RUN: for o in -O0 -O2; do %ut-clang $o -fcommon -c %s -o %t.o && llvm-readelf -WsS %t.o | FileCheck %s || exit 1; done
// RUN: %ut-clang -O2 -fcommon -c %s -o %t.o && %python %relocs %t.o dom
#include <undertow/annotate.h>
#define SECTION(name) __attribute__((section(name)))
// CHECK-DAG: {{\[ *}}[[BSS:[0-9]+]]] .undertow.bss.dom {{.*}} WA 0 0 4096
// CHECK-DAG: {{\[ *}}[[DATA:[0-9]+]]] .undertow.data.dom
// CHECK-DAG: {{\[ *}}[[RODATA:[0-9]+]]] .undertow.rodata.dom
// CHECK-DAG: {{\[ *}}[[SECRET:[0-9]+]]] .undertow.critical
// CHECK-DAG: DEFAULT [[DATA]] sealed
int sealed __untrusted SECTION(".data..ro_after_init") = 1;
// CHECK-DAG: DEFAULT [[DATA]] hot
int hot __untrusted SECTION(".data..read_mostly") = 2;
// CHECK-DAG: DEFAULT [[DATA]] lonely
int lonely __untrusted __attribute__((aligned(64), section(".data..cacheline_aligned"))) = 3;
// CHECK-DAG: DEFAULT [[BSS]] page
char page[4096] __untrusted __attribute__((aligned(4096), section(".bss..page_aligned")));
// CHECK-DAG: DEFAULT [[RODATA]] fixed
const int fixed[2] __untrusted SECTION(".rodata") = { 4, 5 };
// CHECK-DAG: DEFAULT [[BSS]] tentative
int tentative __untrusted;
// CHECK-DAG: DEFAULT [[SECRET]] secret
int secret __critical SECTION(".data..read_mostly") = 6;
// CHECK-DAG: 8 OBJECT GLOBAL DEFAULT [[DATA]] flexible
struct { int n; int items[]; } flexible __untrusted = { 1, { 7 } };
// CHECK-DAG: DEFAULT [[BSS]] f.calls
// CHECK-DAG: DEFAULT [[RODATA]] names
static const char *const names[] __untrusted = { "a", "b" };
int __untrusted f(int i)
{
	static int calls;

	return sealed + hot + lonely + page[i] + fixed[i & 1] + tentative + flexible.items[0] + ++calls + names[i & 1][0];
}
int trusted(void);
int trusted(void) { return secret; }
