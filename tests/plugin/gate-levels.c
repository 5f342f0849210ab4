// SPDX-License-Identifier: GPL-2.0-only
// The same partition at every level of optimization, with and without -g.
// RUN: for o in -O0 -O1 -O2 -Os '-O2 -g' '-O0 -g' '-O2 -fcf-protection=branch' '-O2 -pg -mfentry' '-O2 -fstack-protector-all' '-O2 -fpatchable-function-entry=4' '-O2 -ftrivial-auto-var-init=zero' '-O2 -mretpoline-external-thunk -mretpoline' '-O2 -mfunction-return=thunk-extern' '-O2 -fsanitize=kernel-address' '-O2 -fsanitize-coverage=trace-pc' '-O2 -ffunction-sections -fdata-sections'; do \
// RUN:   %ut-clang $o -c %s -o %t.o && %python %relocs %t.o dom && \
// RUN:   llvm-readelf -Ws %t.o | FileCheck %s || { echo "level $o"; exit 1; }; done
#include <undertow/annotate.h>
typedef unsigned long size_t;
void *memcpy(void *to, const void *from, size_t len);
size_t strlen(const char *s);
extern int kernel_call(const char *text, int (*callback)(int));
extern int trusted_variable;

static const short table[] = { 1, 2, 3, 5, 8, 13, 21, 34 };
static int total __untrusted;
static inline int clamp(int x) { return x > 100 ? 100 : x; }
static inline int twice(int x) { return clamp(2 * x); }
static int __untrusted own_static(int x) { return x * 3; }

// CHECK-DAG: FUNC {{.*}} parse{{$}}
// CHECK-DAG: FUNC {{.*}} parse.untrusted
// CHECK-DAG: FUNC LOCAL {{.*}} kernel_call.exit.dom
// CHECK-DAG: FUNC LOCAL {{.*}} memcpy.dom
// CHECK-NOT: __ut_inview
int __untrusted parse(const unsigned char *data, size_t len);
int parse(const unsigned char *data, size_t len)
{
	unsigned char buffer[300];

	memcpy(buffer, data, len);
	switch (buffer[0]) {
	case 0: total += table[buffer[1] & 7]; break;
	case 1: total += 1001; break;
	case 2: total += 77; break;
	case 3: total += 3; break;
	case 4: total += 9; break;
	case 5: total += 12; break;
	}
	kernel_call("text", own_static);
	return twice(total) + own_static(len) + strlen((const char *)buffer);
}
int trusted_user(void);
static const char text[] __untrusted = "abc";
int trusted_user(void) { return parse((const void *)text, 3) + twice(table[trusted_variable & 7]); }
