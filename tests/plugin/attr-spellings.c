// SPDX-License-Identifier: GPL-2.0-only
// Ways to write the attribute: prototypes only, typedefs of function types,
// macros, pragmas, C23, inline functions of headers.
// RUN: split-file %s %t
// RUN: %ut-clang -I%t -O2 -c %t/main.c -o %t.o
// RUN: llvm-readelf -WsS %t.o | FileCheck --implicit-check-not=not_annotated.untrusted --implicit-check-not=not_used %t/main.c
// RUN: %ut-clang -I%t -std=gnu23 -O0 -c %t/main.c -o %t.o
// RUN: llvm-readelf -WsS %t.o | FileCheck --implicit-check-not=not_annotated.untrusted %t/main.c
// RUN: %ut-clang -I%t -O2 -c %t/unit.c -o %t.unit.o
// RUN: llvm-readelf -Ws %t.unit.o | FileCheck %t/unit.c

//--- header.h
#include <undertow/annotate.h>
#define WRAPPED(type, name) type __untrusted name
#define NOTHING
#define PASTED(x) __attribute__((undertow_##x))
typedef int callback(int);
WRAPPED(int, by_macro)(int a);
int PASTED(untrusted) by_paste(int a);
callback __untrusted by_typedef;
static inline int __untrusted in_header(int a) { return a * 3; }
static inline int __untrusted not_used(int a) { return a * 5; }
static __always_inline_if_any int __untrusted NOTHING forced(int a) { return a * 7; }

//--- main.c
#define __always_inline_if_any inline __attribute__((always_inline))
#include "header.h"
// CHECK-DAG: by_macro.untrusted
int by_macro(int a) { return in_header(a); }
// CHECK-DAG: by_paste.untrusted
int by_paste(int a) { return forced(a); }
// CHECK-DAG: by_typedef.untrusted
int by_typedef(int a) { return a + 1; }
// CHECK-DAG: by_pragma.untrusted
#pragma clang attribute push (__attribute__((undertow_untrusted)), apply_to = function)
int by_pragma(int a);
int by_pragma(int a) { return a + 2; }
#pragma clang attribute pop
// CHECK-DAG: by_operator.untrusted
_Pragma("clang attribute push (__attribute__((undertow_untrusted(\"dom\"))), apply_to = function)")
int by_operator(int a) { return a + 3; }
_Pragma("clang attribute pop")
int not_annotated(int a);
int not_annotated(int a) { return by_pragma(a) + by_operator(a); }
// CHECK-DAG: by_c23.untrusted
[[undertow::untrusted]] int by_c23(int a);
int by_c23(int a) { return a + 4; }
// CHECK-DAG: OBJECT {{.*}} c23_data
[[undertow::untrusted("dom")]] int c23_data = 5;
// The header's inline function is part of each file that uses it: the domain
// calls its body, trusted code its gate.
// CHECK-DAG: FUNC LOCAL {{.*}} in_header{{$}}
int uses(int a);
int uses(int a) { return in_header(a) + by_c23(a) + c23_data; }

//--- unit.c
#define __always_inline_if_any inline
#include "header.h"
// The prototype alone makes no gate here, and the call is to the one elsewhere.
// CHECK-NOT: by_macro.untrusted
// CHECK: UND by_macro{{$}}
// CHECK-NOT: by_macro.untrusted
int uses(int a);
int uses(int a) { return by_macro(a); }
