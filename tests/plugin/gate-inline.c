// SPDX-License-Identifier: GPL-2.0-only
// The definition of an inline function that another file defines too is for the
// inliner.  Trusted code calls the gate, and does not get the body of the domain.
// RUN: %ut-clang -O2 -c %s -o %t.o && llvm-objdump -dr --no-show-raw-insn %t.o | FileCheck %s
// RUN: %ut-clang -O2 -fgnu89-inline -DGNU -c %s -o %t.o && llvm-objdump -dr --no-show-raw-insn %t.o | FileCheck %s
// RUN: %ut-clang -O2 -fplugin-arg-undertow-domain=dom -c %s -o %t.o && llvm-objdump -dr --no-show-raw-insn %t.o | FileCheck --check-prefix=WHOLE %s
#include <undertow/annotate.h>
#ifdef GNU
#define INLINE extern inline
#else
#define INLINE inline
#endif
INLINE int __untrusted f(int a) { return a * 3 + 77; }
// CHECK-LABEL: <trusted>:
// CHECK-NOT: $0x4d
// CHECK: R_X86_64_PLT32 f-
// CHECK-LABEL: <inside.untrusted>:
// CHECK-NOT: $0x4d
// CHECK: R_X86_64_PLT32 f.untrusted-
// WHOLE-LABEL: <trusted.untrusted>:
// WHOLE: R_X86_64_PLT32 f.untrusted-
int trusted(int a) { return f(a) + 1; }
int __untrusted inside(int a) { return f(a) + 1; }
