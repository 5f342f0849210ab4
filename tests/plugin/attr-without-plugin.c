// SPDX-License-Identifier: GPL-2.0-only
// Without the plugin the macros vanish; with it and without annotations, so
// does the plugin.
// RUN: clang -Werror -I%top/include -fsyntax-only %s
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -S %t.o | FileCheck --check-prefix=ANNOTATED %s
// RUN: %ut-clang -O2 -DPLAIN -c %s -o %t.plain.o
// RUN: llvm-readelf -Ss %t.plain.o | FileCheck --check-prefix=PLAIN %s
// ANNOTATED: .undertow.gate.dom
// PLAIN-NOT: undertow
// PLAIN-NOT: ut_
// PLAIN: init_module
// PLAIN-NOT: ut_
#include <undertow/annotate.h>
#ifdef PLAIN
#undef __untrusted
#undef __critical
#define __untrusted
#define __critical
#endif
static int counter __untrusted;
int key __critical;
int __untrusted f(int a);
int f(int a) { return a + counter++; }
int init_module(void);
int init_module(void) { return f(0); }
