// SPDX-License-Identifier: GPL-2.0-only
// With branch protection every gate, and the first function of the text, starts
// with a landing pad.
// RUN: %ut-clang -O2 -fcf-protection=branch -c %s -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --no-leading-addr -j .undertow.gate.dom -j .undertow.text.dom %t.o | FileCheck %s
#include <undertow/annotate.h>
int callee(int);
static int __untrusted __attribute__((noinline)) helper(int a) { return callee(a); }
// CHECK-DAG: <f>:{{[[:space:]]+}}endbr64
// CHECK-DAG: <callee.exit.dom>:{{[[:space:]]+}}endbr64
// CHECK-DAG: <helper>:{{[[:space:]]+}}endbr64
int __untrusted f(int a) { return helper(a) + 1; }
