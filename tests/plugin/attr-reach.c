// SPDX-License-Identifier: GPL-2.0-only
// The attribute reaches the object from any of its declarations, for every kind
// of linkage, and for names that differ from the symbol.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: llvm-readelf -Ws %t.o | FileCheck %s
// RUN: llvm-readelf -WS %t.o | FileCheck --check-prefix=SECTIONS %s
#include <undertow/annotate.h>

// CHECK-DAG: GLOBAL {{.*}} first_only.untrusted
int __untrusted first_only(int a);
int first_only(int a) { return a; }

// CHECK-DAG: GLOBAL {{.*}} last_only.untrusted
int last_only(int a);
int user_before(int a);
int user_before(int a) { return last_only(a); }
int __untrusted last_only(int a);
int last_only(int a) { return a; }

// CHECK-DAG: GLOBAL {{.*}} renamed_symbol.untrusted
// CHECK-DAG: GLOBAL {{.*}} renamed_symbol{{$}}
int __untrusted renamed(int a) __asm__("renamed_symbol");
int renamed(int a) { return a; }

// CHECK-DAG: LOCAL {{.*}} local_one.untrusted
// CHECK-DAG: LOCAL {{.*}} local_one{{$}}
static int __untrusted __attribute__((noinline)) local_one(int a) { return a; }

// CHECK-DAG: WEAK {{.*}} weak_one.untrusted
// CHECK-DAG: WEAK {{.*}} weak_one{{$}}
int __untrusted __attribute__((weak)) weak_one(int a) { return a; }

// CHECK-DAG: GLOBAL HIDDEN {{.*}} hidden_one{{$}}
int __untrusted __attribute__((visibility("hidden"))) hidden_one(int a) { return a; }

// CHECK-DAG: OBJECT LOCAL {{.*}} user.nested
// CHECK-DAG: OBJECT LOCAL {{.*}} user.nested_secret
// CHECK-DAG: OBJECT GLOBAL {{.*}} shared
int shared __untrusted = 3;
int user(int a);
int user(int a)
{
	static int nested __untrusted = 7;
	static int nested_secret __critical = 7;

	nested += a;
	nested_secret += a;
	return local_one(a) + nested + nested_secret + renamed(a);
}
// SECTIONS-DAG: .undertow.data.dom PROGBITS {{.*}} WA
// SECTIONS-DAG: .undertow.critical PROGBITS {{.*}} WA
