// SPDX-License-Identifier: GPL-2.0-only
// Trusted code of the same file keeps calling the kernel's memcpy().
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr %t.o | FileCheck %s
#include <undertow/annotate.h>
typedef unsigned long size_t;
void *memcpy(void *, const void *, size_t);
// CHECK-LABEL: <trusted>:
// CHECK: R_X86_64_PLT32 memcpy-0x4
int trusted(char *a, char *b, size_t n);
int trusted(char *a, char *b, size_t n) { memcpy(a, b, n); return 0; }
// CHECK-LABEL: <untrusted.untrusted>:
// CHECK: {{jmp|callq}} {{.*}}<memcpy.dom>
int __untrusted untrusted(char *a, char *b, size_t n) { memcpy(a, b, n); return a[0]; }
