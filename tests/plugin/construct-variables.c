// SPDX-License-Identifier: GPL-2.0-only
// A read of a trusted variable at a constant place goes through an exit gate to
// a function that does just that; nothing else of the variable is in reach.
// RUN: split-file %s %t
// RUN: for o in -O0 -O2; do %ut-clang $o -c %t/reads.c -o %t.o && \
// RUN:   llvm-readelf -Ws %t.o | FileCheck --check-prefix=READS$o --allow-unused-prefixes --check-prefix=READS %t/reads.c || exit 1; done
// RUN: %python %relocs %t.o dom
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=ticks.read %t.o | FileCheck --check-prefix=CODE %t/reads.c
// RUN: not %ut-clang -O2 -c %t/denied.c -o %t.o 2>&1 | FileCheck %t/denied.c

//--- reads.c
#include <undertow/annotate.h>
struct pair { int a, b; };
extern volatile unsigned long ticks;
extern struct pair pair;
extern void *queue, *only_dead;
struct { char pad[5]; unsigned char small; } mine;
// READS-DAG: FUNC LOCAL {{.*}} ticks.read{{$}}
// READS-DAG: ticks.read.exit.dom
// READS-DAG: FUNC LOCAL {{.*}} pair.4.read{{$}}
// READS-DAG: FUNC LOCAL {{.*}} mine.5.read{{$}}
// READS-DAG: FUNC LOCAL {{.*}} queue.read{{$}}
// READS-DAG: FUNC LOCAL {{.*}} pair.read{{$}}
// READS-O2-NOT: only_dead
// CODE: <ticks.read>:
// CODE: movq {{.*}}, %rax
// CODE: retq
unsigned long __untrusted wait(unsigned long until)
{
	while ((long)(ticks - until) < 0)
		;
	return ticks;
}
int __untrusted field(void) { return pair.b + mine.small; }
void *__untrusted pointer(void) { return queue; }
struct pair __untrusted own;
void __untrusted whole(void) { own = pair; }
static inline int at(const int *place) { return *place; }
int __untrusted through_inline(void) { return at(&pair.a); }
void *__untrusted dead(int a)
{
	if (sizeof(a) == 8)
		return only_dead;
	return &own;
}
int trusted(void);
int trusted(void) { mine.small++; return 0; }

//--- denied.c
#include <undertow/annotate.h>
extern int table[16], counter;
// CHECK-DAG: denied.c:[[#@LINE+1]]:{{[0-9]+}}: error: writes: write to the trusted variable 'counter', not supported in an untrusted function
void __untrusted writes(void) { counter = 1; }
// CHECK-DAG: denied.c:[[#@LINE+1]]:{{[0-9]+}}: note: write a trusted function that does this, and call it
void __untrusted adds(void) { __atomic_fetch_add(&counter, 1, 5); }
// CHECK-DAG: error: adds: write to the trusted variable 'counter'
// CHECK-DAG: error: swaps: write to the trusted variable 'counter'
int __untrusted swaps(int a) { return __atomic_compare_exchange_n(&counter, &a, 2, 0, 5, 5); }
// CHECK-DAG: error: indexes: read of more than a register, or at a variable index, of the trusted variable 'table', not supported in an untrusted function
int __untrusted indexes(int i) { return table[i]; }
// CHECK-DAG: error: assembles: inline assembler accesses the trusted variable 'counter', not supported in an untrusted function
void __untrusted assembles(void) { __asm__ volatile("incl %0" : "+m"(counter)); }
