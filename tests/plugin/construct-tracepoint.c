// SPDX-License-Identifier: GPL-2.0-only
// A tracepoint is an exit gate to an instance in trusted text, where its static
// key and its static call are.
// REQUIRES: kernel
// RUN: %kbuild-clang -DCONFIG_JUMP_LABEL=1 -c %s -o %t.o
// RUN: %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
// RUN: llvm-readelf -r %t.o | FileCheck --check-prefix=TABLE %s
#include <trace/events/initcall.h>
#include <undertow/annotate.h>
// CHECK-DAG: FUNC LOCAL {{.*}} trace_initcall_level{{$}}
// CHECK-DAG: trace_initcall_level.exit.dom
// CHECK-NOT: __tracepoint_initcall_level.dom
// TABLE: '.rela__jump_table'
// TABLE-NEXT: Offset
// TABLE-NEXT: R_X86_64_PC32 {{.*}} .text
void __untrusted traces(const char *level) { trace_initcall_level(level); }
