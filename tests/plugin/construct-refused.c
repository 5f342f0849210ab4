// SPDX-License-Identifier: GPL-2.0-only
// What neither works in view nor goes through a gate is refused, and a note says
// what to write instead.
// RUN: split-file %s %t
// RUN: not %ut-clang -O2 -c %t/asm.c -o %t.o 2>&1 | FileCheck %t/asm.c
// RUN: not %ut-clang -O2 -c %t/segments.c -o %t.o 2>&1 | FileCheck %t/segments.c
// RUN: not %ut-clang -O2 -c %t/data.c -o %t.o 2>&1 | FileCheck %t/data.c
// RUN: not %ut-clang -O2 -fsanitize=signed-integer-overflow -c %t/wide.c -o %t.o 2>&1 | FileCheck %t/wide.c
// RUN: not %ut-clang -O2 -c %t/copy.c -o %t.o 2>&1 | FileCheck %t/copy.c

//--- asm.c
#include <undertow/annotate.h>
extern int per_cpu, function(void);
// CHECK-DAG: error: calls: inline assembler calls a function by name, not supported in an untrusted function
void __untrusted calls(void) { __asm__ volatile("call %P0" : : "i"(function)); }
// CHECK-DAG: error: jumps: inline assembler jumps to a function by name, not supported in an untrusted function
void __untrusted jumps(void) { __asm__ volatile("jmp function"); }
// CHECK-DAG: error: gets: inline assembler accesses user memory, not supported in an untrusted function
int __untrusted gets(int a) { __asm__ volatile("call __get_user_4" : "+a"(a)); return a; }
// CHECK-DAG: note: use copy_from_user() or copy_to_user()
// CHECK-DAG: error: fixes: inline assembler continues after a fault, but a fault in a domain ends the call, not supported in an untrusted function
void __untrusted fixes(void) { __asm__ volatile("1: nop\n.pushsection __ex_table, \"a\"\n.long 1b - .\n.popsection"); }
// CHECK-DAG: note: write a trusted function that does the access, and call it
// CHECK-DAG: error: counts: inline assembler changes a per-CPU variable, not supported in an untrusted function
void __untrusted counts(void) { __asm__ volatile("incl %%gs:%0" : "+m"(per_cpu)); }
// CHECK-DAG: error: enables: interrupts cannot be enabled, a domain runs with them as its caller, not supported in an untrusted function
void __untrusted enables(void) { __asm__ volatile("sti" : : : "memory"); }
extern unsigned long _raw_spin_lock_irqsave(int *lock);
// CHECK-DAG: error: locks: call of '_raw_spin_lock_irqsave', a domain cannot mask interrupts for a lock, not supported in an untrusted function
unsigned long __untrusted locks(int *lock) { return _raw_spin_lock_irqsave(lock); }
// CHECK-DAG: note: write a trusted function that takes the lock and does the work
// CHECK-NOT: error: fine
int __untrusted fine(int a) { __asm__ volatile("cli; cmp $1, %0; je 1f; inc %0\n1:" : "+r"(a)); return a; }

//--- segments.c
#include <undertow/annotate.h>
#define __gs __attribute__((address_space(256)))
extern int __gs slots[8];
// CHECK-DAG: error: changes: change of a per-CPU variable, not supported in an untrusted function
void __untrusted changes(void) { slots[0] = 1; }
// CHECK-DAG: error: reads: read of a per-CPU variable at a variable address, not supported in an untrusted function
int __untrusted reads(int i) { return slots[i]; }

//--- data.c
#include <undertow/annotate.h>
// CHECK-DAG: error: slot: untrusted variable cannot be per-CPU
int slot __untrusted __attribute__((section(".data..percpu"))) = 1;
// CHECK-DAG: error: secret: critical variable cannot be per-CPU
int secret __critical __attribute__((section(".data..percpu..first"))) = 1;
// CHECK-DAG: error: key: untrusted variable cannot be a static key, the kernel patches code where it says
struct static_key { int enabled; } key __untrusted;
// CHECK-DAG: error: huge: untrusted variable is aligned to 8192 bytes, the most is a page
int huge __untrusted __attribute__((aligned(8192)));
// CHECK-DAG: error: hidden: critical variable is aligned to 8192 bytes, the most is a page
int hidden __critical __attribute__((aligned(8192)));
// CHECK-DAG: error: sealed: critical variable has a section of its own, '.data..ro_after_init'
int sealed __critical __attribute__((section(".data..ro_after_init"))) = 1;
int used(void);
int used(void) { return key.enabled; }

//--- wide.c
#include <undertow/annotate.h>
// CHECK: error: adds: check for undefined behaviour of a wide integer, not supported in an untrusted function
// CHECK: note: compile the function without it, or with -fsanitize-trap
void __untrusted adds(__int128 *a) { *a += 1; }

//--- copy.c
#include <undertow/annotate.h>
struct big { long a[40]; };
extern struct big big;
struct big __untrusted own;
// CHECK-DAG: error: copies: copy of the trusted variable 'big', not supported in an untrusted function
void __untrusted copies(void) { own = big; }
// CHECK-DAG: error: clears: write to the trusted variable 'big', not supported in an untrusted function
void __untrusted clears(void) { __builtin_memset(&big, 0, sizeof(big)); }
// CHECK-DAG: note: write a trusted function that does this, and call it
