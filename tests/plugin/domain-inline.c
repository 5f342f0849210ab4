// SPDX-License-Identifier: GPL-2.0-only
// Inline functions are copied into the domain, transitively, other functions of
// the file are called through exit gates, and dead code leaves no gate.
// RUN: for o in -O0 -O2; do %ut-clang $o -c %s -o %t.o && \
// RUN:   llvm-readelf -Ws %t.o | FileCheck --allow-unused-prefixes --check-prefixes=CHECK,CHECK$o %s || exit 1; done
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=DEAD %s
#include <undertow/annotate.h>
extern int external(int);
extern void __attribute__((error("build bug"))) build_bug(void);
extern int only_in_dead_code(const char *, ...);
static inline int inner(int x) { return external(x); }
static inline int outer(int x)
{
	if (__builtin_constant_p(x) && x == 1234)
		build_bug();
	if (sizeof(long) == 4)
		only_in_dead_code("no");
	return inner(x) + 1;
}
static int __attribute__((noinline)) trusted_static(int x) { return x + 1; }
// CHECK-O0-DAG: FUNC LOCAL {{.*}} inner.dom
// CHECK-O0-DAG: FUNC LOCAL {{.*}} outer.dom
// CHECK-DAG: FUNC LOCAL {{.*}} external.exit.dom
// CHECK-DAG: FUNC LOCAL {{.*}} trusted_static.exit.dom
// CHECK-NOT: inner.exit
// DEAD-NOT: build_bug
// DEAD-NOT: only_in_dead_code
int __untrusted f(int a) { return outer(a) + trusted_static(a); }
