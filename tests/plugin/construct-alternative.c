// SPDX-License-Identifier: GPL-2.0-only
// Alternatives stay: the kernel applies them when it loads the module, before the
// domain exists.  Those with a call are refused, but for population counts.
// REQUIRES: kernel
// RUN: split-file %s %t
// RUN: %kbuild-clang -c %t/stays.c -o %t.o && %python %relocs %t.o dom boot_cpu_data
// RUN: llvm-readelf -WSr %t.o | FileCheck %t/stays.c
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=NONE %t/stays.c
// RUN: not %kbuild-clang -c %t/calls.c -o %t.o 2>&1 | FileCheck %t/calls.c

//--- stays.c
#include <linux/bitops.h>
#include <asm/alternative.h>
#include <undertow/annotate.h>
// CHECK-DAG: .altinstructions
// NONE-NOT: __sw_hweight
int __untrusted counts(unsigned long a) { return hweight64(a) + hweight32(a); }
void __untrusted fences(void) { alternative("nop", "lfence", 5); }

//--- calls.c
#include <asm/page.h>
#include <undertow/annotate.h>
// CHECK: error: {{.*}}: inline assembler calls a function by name, not supported in an untrusted function
void __untrusted clears(void *page) { clear_page(page); }
