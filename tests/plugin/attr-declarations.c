// SPDX-License-Identifier: GPL-2.0-only
// Several declarations of one function: which disagree, and which only say less.
// RUN: split-file %s %t
// RUN: %ut-cc1 -I%t -fsyntax-only -verify %t/remark.c
// RUN: %ut-cc1 -I%t -fsyntax-only -verify -plugin-arg-undertow remarks %t/all.c
// RUN: %ut-cc1 -I%t -O2 -emit-obj -o %t.o %t/remark.c 2>&1 | FileCheck --check-prefix=REMARK %s
// RUN: llvm-readelf -Ws %t.o | FileCheck --check-prefix=SYMBOLS %s
// RUN: %ut-cc1 -I%t -fsyntax-only -verify %t/two.c
// RUN: %ut-cc1 -I%t -O2 -emit-obj -o /dev/null -verify %t/cast.c
// REMARK: bare.h:1:5: remark: in_header: declaration without 'undertow_untrusted'
// REMARK: remark.c:4:{{[0-9]+}}: note: annotated here; every reference is to the gate, whatever its declaration says
// SYMBOLS: in_header.untrusted

//--- bare.h
int in_header(int a); // #in_header

//--- annotated.h
#include <undertow/annotate.h>
int __untrusted annotated_header(int a); // #annotated_header

//--- remark.c
#include <undertow/annotate.h>
#include "bare.h"
#include "annotated.h"
int __untrusted in_header(int a) { return a; } // expected-note {{annotated here}}
// expected-remark@bare.h:1 {{in_header: declaration without 'undertow_untrusted'}}
int annotated_header(int a) { return a; }
int __untrusted in_file(int a);
int in_file(int a) { return a; }

//--- all.c
#include <undertow/annotate.h>
int __untrusted in_file(int a); // expected-note {{annotated here; every reference is to the gate, whatever its declaration says}}
int in_file(int a) { return a; } // expected-remark {{in_file: declaration without 'undertow_untrusted'}}
int __untrusted both(int a);
int __untrusted both(int a) { return a; }

//--- two.c
#define IN(d) __attribute__((undertow_untrusted(d)))
// Both orders, and with a definition between.
int IN("a") f(void); // expected-note {{previous annotation is here}}
int IN("b") f(void) { return 0; } // expected-error {{f: in domain 'b' and in domain 'a'}}
int IN("b") g(void) { return 0; } // expected-note {{previous annotation is here}}
int IN("a") g(void); // expected-error {{g: in domain 'a' and in domain 'b'}}
// One place.
int IN("a") IN("b") h(void); // expected-error {{h: in domain 'b' and in domain 'a'}} expected-note {{previous annotation is here}}
// Declarations in blocks name the same function.
int user(void)
{
	extern int k(int) IN("a"); // expected-note {{previous annotation is here}}

	return k(1);
}
int other_user(void)
{
	extern int k(int) IN("b"); // expected-error {{k: in domain 'b' and in domain 'a'}}

	return k(2);
}
// After use.
int late(int);
int uses_late(void) { return late(1); }
int IN("a") late(int); // expected-note {{previous annotation is here}}
int IN("b") late(int a) { return a; } // expected-error {{late: in domain 'b' and in domain 'a'}}
// By another name for the same symbol.
int IN("a") first_name(int) __asm__("symbol"); // expected-note {{previous annotation is here}}
int IN("b") second_name(int) __asm__("symbol"); // expected-error {{second_name: in domain 'b' and in domain 'a'}}
// A typedef of a function type, and a definition in the old style.
typedef int fn(int);
fn IN("a") by_type; // expected-note {{previous annotation is here}}
int IN("b") by_type(int a) { return a; } // expected-error {{by_type: in domain 'b' and in domain 'a'}}
int IN("a") old_style(); // expected-note {{previous annotation is here}} expected-warning 0-1 {{deprecated}}
int IN("b") old_style(a) int a; { return a; } // expected-error {{old_style: in domain 'b' and in domain 'a'}} expected-warning 0-1 {{deprecated}}
int IN("a") data; // expected-note {{previous annotation is here}}
extern int IN("b") data; // expected-error {{data: in domain 'b' and in domain 'a'}}

//--- cast.c
#include <undertow/annotate.h>
typedef void other(long);
int __untrusted f(int a); // expected-note 3 {{'f' is declared here; call it without the cast}}
int __untrusted old_style();
int trusted(void)
{
	other *later = (other *)f; // its address is its gate, whatever the type

	((other *)f)(1); // expected-error {{f: called as 'other', its gate carries 'int (int)'}}
	((other *)(void *)&f)(1); // expected-error {{f: called as 'other', its gate carries 'int (int)'}}
	(*(other *)f)(1); // expected-error {{f: called as 'other', its gate carries 'int (int)'}}
	later(1);
	((int (*)(int))f)(1);
	((int (*)())f)(1); // expected-warning {{without a prototype is deprecated}}
	old_style(1); // expected-warning {{without a prototype is deprecated}}
	return (&f)(1) + (*f)(1);
}
