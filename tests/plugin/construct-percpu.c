// SPDX-License-Identifier: GPL-2.0-only
// Reads of per-CPU variables that the source names are exit gates; the kernel's
// forms, and those of a compiler that knows of segments.
// REQUIRES: kernel
// RUN: split-file %s %t
// RUN: %kbuild-clang -c %t/reads.c -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck %t/reads.c
// RUN: llvm-objdump -d --no-show-raw-insn -j .text -j .undertow.text.dom %t.o | FileCheck --check-prefix=CODE %t/reads.c
// RUN: %ut-clang -O2 -c %t/segments.c -o %t.o && %python %relocs %t.o dom
// RUN: llvm-objdump -d --no-show-raw-insn -j .text -j .undertow.text.dom %t.o | FileCheck %t/segments.c
// RUN: not %kbuild-clang -c %t/changes.c -o %t.o 2>&1 | FileCheck %t/changes.c

//--- reads.c
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <undertow/annotate.h>
DECLARE_PER_CPU(unsigned int, slot);
// CHECK-DAG: FUNC LOCAL {{.*}} current.read{{$}}
// CHECK-DAG: current.read.exit.dom
// CHECK-DAG: FUNC LOCAL {{.*}} this_cpu.pcpu_hot.{{[0-9]+}}.read{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} this_cpu.slot.read{{$}}
// CODE: <current.read>:
// CODE: movq %gs:
// CODE: <reader.untrusted>:
// CODE-NOT: %gs
long __untrusted reader(void) { return (long)current + raw_smp_processor_id() + this_cpu_read(slot); }

//--- segments.c
#include <undertow/annotate.h>
extern int __attribute__((address_space(256))) slot;
// CHECK: <slot.read>:
// CHECK: movl %gs:
// CHECK: <reader.untrusted>:
// CHECK-NOT: %gs
int __untrusted reader(void) { return slot; }

//--- changes.c
#include <linux/percpu.h>
#include <undertow/annotate.h>
DECLARE_PER_CPU(unsigned int, slot);
// CHECK-DAG: error: {{.*}}: inline assembler changes a per-CPU variable, not supported in an untrusted function
void __untrusted counts(void) { this_cpu_inc(slot); }
