// SPDX-License-Identifier: GPL-2.0-only
// copy_from_user() is a function, and an exit gate; get_user() continues after a
// fault by tables that do not count in a domain.
// REQUIRES: kernel
// RUN: split-file %s %t
// RUN: %kbuild-clang -c %t/copies.c -o %t.o && llvm-readelf -Ws %t.o | FileCheck %t/copies.c
// RUN: not %kbuild-clang -c %t/gets.c -o %t.o 2>&1 | FileCheck %t/gets.c

//--- copies.c
#include <linux/uaccess.h>
#include <undertow/annotate.h>
// CHECK-DAG: _copy_from_user.exit.dom
// CHECK-DAG: _copy_to_user.exit.dom
static char buffer[64] __untrusted;
long __untrusted copies(void __user *p) { return copy_from_user(buffer, p, 64) + copy_to_user(p, buffer, 64); }

//--- gets.c
#include <linux/uaccess.h>
#include <undertow/annotate.h>
// CHECK-DAG: error: {{.*}}: inline assembler accesses user memory, not supported in an untrusted function
// CHECK-DAG: note: use copy_from_user() or copy_to_user()
int __untrusted gets(int __user *p) { int a; return get_user(a, p) ? -1 : a; }
