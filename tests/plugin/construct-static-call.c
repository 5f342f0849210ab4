// SPDX-License-Identifier: GPL-2.0-only
// A static call is an exit gate to its trampoline, which the kernel patches.
// REQUIRES: kernel
// RUN: %kbuild-clang -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
// RUN: %kbuild-clang -DCONFIG_PREEMPT_DYNAMIC=1 -DCONFIG_HAVE_PREEMPT_DYNAMIC_CALL=1 -DCONFIG_HAVE_PREEMPT_DYNAMIC=1 -c %s -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefixes=CHECK,DYNAMIC %s
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <undertow/annotate.h>
extern int target(int);
DECLARE_STATIC_CALL(name, target);
// CHECK-DAG: __SCT__name.exit.dom
// CHECK-DAG: UND __SCT__name
// DYNAMIC-DAG: __SCT__cond_resched.exit.dom
int __untrusted calls(int a) { return static_call(name)(a); }
void __untrusted sleeps(void) { might_sleep(); cond_resched(); }
