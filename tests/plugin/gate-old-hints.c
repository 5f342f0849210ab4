// SPDX-License-Identifier: GPL-2.0-only
// Unwind hints of the reentry gate (undefined) and of an entry gate (save, call,
// restore, func), for objtool as Linux 6.12 and as Linux before 6.4 has it: a
// place, an offset, then register, type and whether the stack ends.
// RUN: %ut-clang -O2 -c %s -o %t.new.o
// RUN: llvm-readelf -x .discard.unwind_hints %t.new.o | FileCheck --check-prefix=NEW %s
// RUN: %ut-clang -O2 -fplugin-arg-undertow-old-hints -c %s -o %t.old.o
// RUN: llvm-readelf -x .discard.unwind_hints %t.old.o | FileCheck --check-prefix=OLD %s
#include <undertow/annotate.h>

int __untrusted f(int a);
int f(int a) { return a + 1; }

// NEW: 0x00000000 00000000 00000000 00000000 00000000
// NEW: 0x00000010 00000000 00000000 00000000 00000006
// NEW: 0x00000020 00000000 00000000 40000502 00000000
// NEW: 0x00000030 00000000 00000005 00000000 00000000
// NEW: 0x00000040 00000007 00000000

// OLD: 0x00000000 00000000 00000000 01000000 00000000
// OLD: 0x00000010 00000000 01000000 00000000 00000005
// OLD: 0x00000020 00000000 00000000 40000500 00000000
// OLD: 0x00000030 00000000 00000003 00000000 00000000
// OLD: 0x00000040 00000006 00000000
