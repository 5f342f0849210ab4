// SPDX-License-Identifier: GPL-2.0-only
// The name of a trusted callback is an exit gate, also in tables, and when the
// domain calls it by name.  Trusted code calls the function itself.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Wsr %t.o | FileCheck %s
// RUN: llvm-objdump -dr --no-show-raw-insn --no-leading-addr %t.o | FileCheck --check-prefix=CODE %s
// RUN: not clang -fplugin=%plugin -I%top/include -DKBUILD_MODNAME='"dom"' -DWRONG -c %s -o /dev/null 2>&1 | FileCheck --check-prefix=WRONG %s
#include <undertow/annotate.h>

__attribute__((noinline)) int __callback compare(const void *a, const void *b) { return a < b; }
static int __callback hidden(int a) { return a + 1; }
struct ops { int (*compare)(const void *, const void *); int (*hidden)(int); };
const struct ops ops = { compare, hidden };
int __untrusted sort(void *base, int (*less)(const void *, const void *)) { return less(base, base); }
int __untrusted by_name(void *base) { return compare(base, base); }
int trusted(void *base) { return sort(base, compare) + compare(base, 0); }

// CHECK-DAG: R_X86_64_64 {{.*}} compare + 0
// CHECK-DAG: FUNC GLOBAL DEFAULT [[#GATE:]] compare{{$}}
// CHECK-DAG: FUNC LOCAL DEFAULT [[#GATE]] hidden{{$}}
// CHECK-DAG: FUNC GLOBAL DEFAULT [[#TEXT:]] compare.trusted{{$}}
// CHECK-DAG: FUNC LOCAL DEFAULT [[#TEXT]] hidden.trusted{{$}}
// CHECK-NOT: compare.exit
// CHECK-NOT: compare.trusted.exit

// CODE-LABEL: <trusted>:
// CODE: R_X86_64_32S compare
// CODE: PLT32 {{sort|.undertow.gate.dom}}
// CODE: R_X86_64_PLT32 compare.trusted-0x4
// CODE-LABEL: <by_name.untrusted>:
// CODE: R_X86_64_PLT32 compare-0x4

#ifdef WRONG
// WRONG-DAG: error: variable: 'undertow_callback' is only for functions
int variable __callback;
// WRONG-DAG: error: twice: callback of domain 'b' and of domain 'a'
void __callback_in("a") twice(void);
void __callback_in("b") twice(void);
// WRONG-DAG: error: both: cannot be both untrusted and a callback
void __untrusted __callback both(void);
#endif
