// SPDX-License-Identifier: GPL-2.0-only
// The maps are registered before the module's init and unregistered last.
// RUN: %ut-clang -O2 -DFUNCTION -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr %t.o | FileCheck %s
// RUN: %ut-clang -O2 -DALIAS -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr %t.o | FileCheck %s
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=WEAK %s
// RUN: %ut-clang -O2 -DNOTHING -DALIAS -fplugin-arg-undertow-domains=dom -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=TRUSTED %s
// RUN: %ut-clang -O2 -DNOTHING -DALIAS -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=NOTHING %s
// RUN: %ut-clang -O2 -DPERMANENT -DALIAS -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=PERMANENT %s
#include <undertow/annotate.h>
#ifndef NOTHING
int __untrusted f(int a) { return a; }
#endif
extern int setup(void);
extern void teardown(void);
#ifdef ALIAS
static int __attribute__((section(".init.text"))) my_init(void) { return setup(); }
int init_module(void) __attribute__((alias("my_init")));
static void *__attribute__((used, section(".init.data"))) address = (void *)&init_module;
#ifndef PERMANENT
static void __attribute__((section(".exit.text"))) my_exit(void) { teardown(); }
void cleanup_module(void) __attribute__((alias("my_exit")));
#endif
#elif defined(FUNCTION)
int init_module(void) { return setup(); }
void cleanup_module(void) { teardown(); }
#endif
// CHECK: section .exit.text:
// CHECK: <cleanup_module>:
// CHECK: R_X86_64_PLT32 teardown
// CHECK: __this_module
// CHECK: R_X86_64_PLT32 ut_module_unregister
// CHECK: section .init.text:
// CHECK: <init_module>:
// CHECK-DAG: __this_module
// CHECK-DAG: __ut_maps_start
// CHECK-DAG: __ut_maps_end
// CHECK: R_X86_64_PLT32 ut_module_register
// CHECK: R_X86_64_PLT32 setup
// CHECK: R_X86_64_PLT32 ut_module_unregister
// WEAK-DAG: FUNC WEAK {{.*}} init_module
// WEAK-DAG: FUNC WEAK {{.*}} cleanup_module
// TRUSTED: ut_module_register
// NOTHING-NOT: ut_
// PERMANENT-NOT: cleanup_module
