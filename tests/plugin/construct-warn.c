// SPDX-License-Identifier: GPL-2.0-only
// WARN() runs in the full view, where the kernel finds its entry by the address;
// BUG() stays, its entry names the place to the runtime.
// REQUIRES: kernel
// RUN: %kbuild-clang -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
// RUN: llvm-objdump -dr --no-show-raw-insn %t.o | FileCheck --check-prefix=CODE %s
// RUN: llvm-readelf -r %t.o | FileCheck --check-prefix=TABLE %s
#include <linux/bug.h>
#include <undertow/annotate.h>

// CHECK-DAG: FUNC LOCAL {{.*}} warn.construct-warn.c.100{{$}}
// CHECK-DAG: FUNC {{.*}} warn.construct-warn.c.100.exit.dom
// CODE-LABEL: <warn.construct-warn.c.100>:
// CODE: ud2
// CODE-LABEL: <warns.untrusted>:
// CODE-NOT: ud2
// CODE: callq
// CODE-LABEL: <stops.untrusted>:
// CODE: ud2
// TABLE: '.rela__bug_table'
// TABLE-DAG: R_X86_64_PC32 {{.*}} .undertow.text.dom
// TABLE-DAG: R_X86_64_PC32 {{.*}} .text
// TABLE: R_X86_64
#line 100
int __untrusted warns(int a) { return WARN_ON(a > 5) ? -1 : a; }
void __untrusted stops(int a) { BUG_ON(a); }
int __untrusted once(int a) { return WARN_ON_ONCE(a); }
