// SPDX-License-Identifier: GPL-2.0-only
// What the source promises about an untrusted function is not believed: calls
// are not merged, results not assumed non-null, values not assumed constant.
// RUN: %ut-clang -O2 -Wno-tautological-pointer-compare -S -emit-llvm %s -o - | FileCheck %s
#include <undertow/annotate.h>
int __untrusted __attribute__((const)) pure_one(int a);
int pure_one(int a) { return a; }
void *__untrusted __attribute__((returns_nonnull)) pointer(void *p);
void *pointer(void *p) { return p; }
static int only_zero __untrusted;
int __untrusted reader(void) { return only_zero; }

// CHECK-LABEL: define {{.*}} @twice
// CHECK-COUNT-2: call {{.*}} @pure_one(
// CHECK-NOT: @pure_one(
int twice(int a);
int twice(int a) { return pure_one(a) + pure_one(a); }
// CHECK-LABEL: define {{.*}} @check
// CHECK: icmp eq ptr
int check(void *p);
int check(void *p) { return pointer(p) == 0; }
// CHECK-LABEL: define {{.*}} @trusted_reader
// CHECK: load i32, ptr @only_zero
int trusted_reader(void);
int trusted_reader(void) { return only_zero; }

// A bool of the domain can hold any byte.
_Bool flag __untrusted;
extern int two[2];
// CHECK-LABEL: define {{.*}} @flag_reader
// CHECK: load i8, ptr @flag
// CHECK-NOT: !range
// CHECK: and i8 {{.*}}, 1
int flag_reader(void);
int flag_reader(void) { return two[flag]; }

// A trusted helper that only the domain calls keeps its checks.
// CHECK-LABEL: define internal {{.*}} @helper
// CHECK: smin
static int __attribute__((noinline)) helper(int a) { return a > 10 ? 10 : a; }
int __untrusted caller(void) { return helper(5); }
