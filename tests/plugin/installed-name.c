// SPDX-License-Identifier: GPL-2.0-only
// The short name: clang finds a file named `undertow` in its library path.
// UNSUPPORTED: sanitizer
// RUN: env LD_LIBRARY_PATH=%undertow_dir/lib clang -fplugin=undertow -I%top/include -DKBUILD_MODNAME='"dom"' -O2 -c %s -o %t.o
// RUN: llvm-readelf -S %t.o | FileCheck %s
// RUN: llvm-readelf -d $(which clang) | FileCheck --check-prefix=RUNPATH %s
// CHECK: .undertow.gate.dom
// RUNPATH: $ORIGIN/../lib
#include <undertow/annotate.h>
int __untrusted f(int a) { return a; }
