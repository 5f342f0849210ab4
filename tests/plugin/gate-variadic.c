// SPDX-License-Identifier: GPL-2.0-only
// A call of a variadic function gets a gate for its arguments: calls with the
// same ones share it.  RAX says that there are none in vector registers.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
// RUN: llvm-objdump -d --no-show-raw-insn --no-leading-addr --disassemble-symbols=_printk.exit.dom.pi32i64pi32i32i32 %t.o | FileCheck --check-prefix=CODE %s
#include <undertow/annotate.h>

int _printk(const char *fmt, ...);
int __untrusted plain(int a) { return _printk("plain\n"); }
int __untrusted one(int a) { return _printk("%d\n", a); }
int __untrusted again(int a, int b) { return _printk("%d again\n", b); }
int __untrusted many(int a, long b, char *c) { return _printk("%d %ld %s %d %d %d\n", a, b, c, 1, 2, 3); }

// CHECK-DAG: FUNC LOCAL DEFAULT {{[0-9]+}} _printk.exit.dom.p{{$}}
// CHECK-DAG: FUNC LOCAL DEFAULT {{[0-9]+}} _printk.exit.dom.pi32{{$}}
// CHECK-DAG: FUNC LOCAL DEFAULT {{[0-9]+}} _printk.exit.dom.pi32i64pi32i32i32{{$}}
// CHECK-NOT: _printk.exit

// CODE: movq 0x8(%r11), %rax
// CODE-NEXT: movq %rax, (%rsp)
// CODE: popfq
// CODE-NEXT: xorl %eax, %eax
// CODE-NEXT: callq
