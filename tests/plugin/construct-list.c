// SPDX-License-Identifier: GPL-2.0-only
// Lists of the domain's memory work in view; the checks of hardened lists are
// functions of the kernel.
// REQUIRES: kernel
// RUN: %kbuild-clang -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=PLAIN %s
// RUN: %kbuild-clang -DCONFIG_LIST_HARDENED=1 -DCONFIG_DEBUG_LIST=1 -c %s -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
#include <linux/list.h>
#include <undertow/annotate.h>
// PLAIN-NOT: __list
// CHECK-DAG: __list_add_valid_or_report.exit.dom
// CHECK-DAG: __list_del_entry_valid_or_report.exit.dom
void __untrusted links(struct list_head *a, struct list_head *b) { list_add(a, b); list_del(a); }
