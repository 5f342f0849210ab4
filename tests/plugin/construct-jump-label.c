// SPDX-License-Identifier: GPL-2.0-only
// A static key is read through an exit gate; the kernel never learns of a branch
// in untrusted text that it would have to patch.
// REQUIRES: kernel
// RUN: %kbuild-clang -DCONFIG_JUMP_LABEL=1 -c %s -o %t.o
// RUN: %python %relocs %t.o dom off
// RUN: llvm-readelf -WsS %t.o | FileCheck %s
// RUN: llvm-readelf -WS %t.o | FileCheck --check-prefix=NONE %s
// RUN: llvm-objdump -d --no-show-raw-insn %t.o | FileCheck --check-prefix=CODE %s
#include <linux/jump_label.h>
#include <undertow/annotate.h>
extern struct static_key_false off;
extern struct static_key_true on;
extern struct static_key old;
// CHECK-DAG: FUNC LOCAL {{.*}} off.read{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} on.read{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} old.read{{$}}
// NONE-NOT: __jump_table
// CODE: <usually.untrusted>:
// CODE: callq
// CODE-NEXT: testl %eax, %eax
int __untrusted usually(int a) { return static_branch_likely(&on) ? a : 7; }
int __untrusted seldom(int a) { return static_branch_unlikely(&off) ? a : 7; }
int __untrusted ancient(int a) { return static_key_false(&old) ? a : 7; }
int __untrusted enabled(void) { return static_key_enabled(&off); }
