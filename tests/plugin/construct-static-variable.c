// SPDX-License-Identifier: GPL-2.0-only
// A static variable of an inline function: the copy in the domain has one of its
// own.  WARN_ONCE() and its like keep theirs in sections that only say so.
// RUN: for o in -O0 -O2; do %ut-clang $o -c %s -o %t.o && llvm-readelf -WsS %t.o | FileCheck %s || exit 1; done
// RUN: %ut-clang -O2 -c %s -o %t.o && %python %relocs %t.o dom
#include <undertow/annotate.h>
// CHECK-DAG: {{\[ *}}[[BSS:[0-9]+]]] .undertow.bss.dom
// CHECK-DAG: {{\[ *}}[[DATA:[0-9]+]]] .undertow.data.dom
// CHECK-DAG: OBJECT LOCAL DEFAULT [[DATA]] counted.calls.dom
// CHECK-DAG: OBJECT LOCAL DEFAULT {{[0-9]+}} counted.calls{{$}}
// CHECK-DAG: OBJECT LOCAL DEFAULT [[BSS]] once.done.dom
// CHECK-DAG: OBJECT LOCAL DEFAULT [[BSS]] own.done
static inline int counted(void) { static int calls = 5; return ++calls; }
static inline int once(void)
{
	static _Bool __attribute__((section(".data.once"))) done;
	static void *__attribute__((section(".discard.addressable"), used)) mark = &done;

	return done ? 0 : (done = 1);
}
int __untrusted caller(void) { return counted() + once(); }
int __untrusted own(void)
{
	static _Bool __attribute__((section(".data.once"))) done;

	return done ? 0 : (done = 1);
}
int trusted(void);
int trusted(void) { return counted(); }
