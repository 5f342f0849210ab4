// SPDX-License-Identifier: GPL-2.0-only
// EXPORT_SYMBOL, ops tables and assembler mean the gate.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
#include <undertow/annotate.h>
int __untrusted f(int a);
int f(int a) { return a; }
static void *__attribute__((used, section(".discard.addressable"))) address = (void *)&f;
__asm__(".section \".export_symbol\",\"a\"\n__export_symbol_f:\n.asciz \"GPL\"\n.balign 8\n.quad f\n.previous");
struct ops { int (*call)(int); } ops = { .call = f };
// RUN: llvm-objdump -r %t.o | FileCheck --check-prefix=RELOCS %s
// RELOCS-COUNT-3: {{R_X86_64_64 +f$}}
// CHECK: FUNC GLOBAL DEFAULT {{.*}} f{{$}}
