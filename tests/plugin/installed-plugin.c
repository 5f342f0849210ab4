// SPDX-License-Identifier: GPL-2.0-only
// After `cmake --install` the short name needs nothing else.
// REQUIRES: installed
// RUN: clang-%llvm -fplugin=undertow -I%top/include -DKBUILD_MODNAME='"dom"' -O2 -c %s -o %t.o
// RUN: llvm-readelf -S %t.o | FileCheck %s
// CHECK: .undertow.gate.dom
#include <undertow/annotate.h>
int __untrusted f(int a) { return a; }
