// SPDX-License-Identifier: GPL-2.0-only
// Sanitizers: their runtime is the kernel's and knows the full view.  No call of
// it survives in a domain but the report of undefined behaviour, from a trusted
// function that says itself what is reported.
// RUN: split-file %s %t
// RUN: for s in kernel-address thread kernel-memory; do %ut-clang -O2 -fsanitize=$s -c %t/access.c -o %t.o && %python %relocs %t.o dom && \
// RUN:   llvm-readelf -WsS %t.o | FileCheck %t/access.c || exit 1; done
// RUN: %ut-clang -O2 -fsanitize-coverage=trace-pc,trace-cmp -c %t/access.c -o %t.o && %python %relocs %t.o dom
// RUN: %ut-clang -O2 -fsanitize=kernel-address -c %t/access.c -o %t.o && llvm-readelf -Ws %t.o | FileCheck --check-prefix=SIZE %t/access.c
// RUN: %ut-clang -O2 -fsanitize=undefined -fno-sanitize=alignment,null,object-size,pointer-overflow -fsanitize-trap=undefined -c %t/undefined.c -o %t.o
// RUN: %python %relocs %t.o dom && llvm-objdump -d --no-show-raw-insn %t.o | FileCheck --check-prefix=TRAP %t/undefined.c
// RUN: %ut-clang -O2 -fsanitize=signed-integer-overflow,array-bounds,shift -c %t/undefined.c -o %t.o
// RUN: %python %relocs %t.o dom && llvm-readelf -Ws %t.o | FileCheck %t/undefined.c
// RUN: %ut-clang -O2 -c %t/checks.c -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=CHECKS %t/checks.c

//--- access.c
#include <undertow/annotate.h>
// CHECK-NOT: exit.dom
// SIZE-DAG: {{0*}}8 OBJECT GLOBAL DEFAULT {{[0-9]+}} table{{$}}
int table[2] __untrusted = { 1, 2 };
int __untrusted f(int *p, int i) { table[i & 1] = *p; return __atomic_load_n(p, 5) == 17; }
int trusted(int *p);
int trusted(int *p) { return *p; }

//--- undefined.c
#include <undertow/annotate.h>
// CHECK-DAG: FUNC LOCAL {{.*}} ubsan.add_overflow.undefined.c.[[#@LINE+7]]{{$}}
// CHECK-DAG: ubsan.add_overflow.undefined.c.[[#@LINE+6]].exit.dom
// CHECK-DAG: FUNC LOCAL {{.*}} ubsan.out_of_bounds.undefined.c.
// CHECK-DAG: FUNC LOCAL {{.*}} ubsan.shift_out_of_bounds.undefined.c.
// CHECK-NOT: __ubsan_handle_add_overflow.exit
// TRAP: ud1
int table[4] __untrusted;
int __untrusted adds(int a, int b) { return a + b; }
int __untrusted indexes(int i) { return table[i]; }
int __untrusted shifts(int a, int b) { return a << b; }

//--- checks.c
#include <undertow/annotate.h>
extern _Bool __kasan_check_read(const volatile void *p, unsigned int size);
extern void __kcsan_check_access(const volatile void *p, unsigned long size, int type);
// CHECKS-NOT: __kasan_check
// CHECKS-NOT: __kcsan_check
int __untrusted f(int *p)
{
	__kcsan_check_access(p, 4, 0);
	return __kasan_check_read(p, 4) ? *p : -1;
}
