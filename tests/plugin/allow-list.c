// SPDX-License-Identifier: GPL-2.0-only
// Calls out of a domain that the author's file does not allow, at the call, and
// without -g; and how authors get their file.
// RUN: rm -rf %t && split-file %s %t && cd %t
// RUN: %ut-clang -O2 -c code.c -o /dev/null -fplugin-arg-undertow-allow=all.txt
// RUN: %ut-clang -O2 -c code.c -o /dev/null -fplugin-arg-undertow-allow=each.txt
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify -plugin-arg-undertow allow=some.txt code.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify -plugin-arg-undertow allow=all.txt -plugin-arg-undertow allow=some.txt code.c
// RUN: not %ut-clang -O2 -c code.c -o %t.o -fplugin-arg-undertow-allow=malformed.txt 2>&1 | FileCheck --check-prefix=MALFORMED %s
// RUN: not ls %t.o
// RUN: not %ut-clang -c code.c -o %t.o -fplugin-arg-undertow-allow=missing.txt 2>&1 | FileCheck --check-prefix=MISSING %s
// RUN: not %ut-clang -c code.c -o %t.o -fplugin-arg-undertow-allow=%t 2>&1 | FileCheck --check-prefix=DIRECTORY %s
// RUN: not %ut-clang -c code.c -o %t.o -fplugin-arg-undertow-allow= 2>&1 | FileCheck --check-prefix=EMPTY %s
// RUN: %ut-clang -O2 -c code.c -o /dev/null -fplugin-arg-undertow-print-allow > printed.txt
// RUN: diff -B printed.txt each.txt
// RUN: not %ut-clang -c code.c -o %t.o -fplugin-arg-undertow-print-allow=x 2>&1 | FileCheck --check-prefix=SWITCH %s
// MALFORMED: malformed.txt:2:1: error: 'two words': neither '<function>' nor '<domain>: <function>'
// MALFORMED: malformed.txt:3:1: error: ': one': domain name '' is empty
// MALFORMED: malformed.txt:4:1: error: 'do-m: one': domain name 'do-m' is not a C identifier
// MALFORMED: malformed.txt:5:1: error: 'dom: one: two': neither
// MALFORMED: malformed.txt:6:1: error: '9one': neither
// MALFORMED-NOT: error:
// MISSING: error: missing.txt: allow-list cannot be read: No such file or directory
// DIRECTORY: error: {{.*}}: allow-list cannot be read: Is a directory
// EMPTY: error: -fplugin-arg-undertow-allow: value is empty, not a file name
// SWITCH: error: -fplugin-arg-undertow-print-allow: takes no value

//--- code.c
#include <undertow/annotate.h>
int one(int), two(int), dead(int);
int __untrusted_in("other") g(int a) { return one(a); } // expected-error {{g: call of 'one' out of the domain: not in the allow-list 'some.txt'}}
int __untrusted f(int a)
{
	if (0)
		dead(a);
	return one(a) +
	       two(a); // expected-error {{f: call of 'two' out of the domain: not in the allow-list 'some.txt'}}
}
int (*table)(int) __untrusted = two; // expected-error {{table: call of 'two' out of the domain: not in the allow-list 'some.txt'}}
static inline int helper(int a)
{
	return two(a + 1); // expected-error {{in_inline: call of 'two' out of the domain: not in the allow-list 'some.txt'}}
}
int __untrusted in_inline(int a) { return helper(a); }
// expected-note@*:* {{add a line 'other: one' to it}}
// expected-note@*:* 3 {{add a line 'dom: two' to it}}

//--- all.txt
# every domain, also for what nobody calls
one
two	# with a reason
unused

//--- each.txt
dom: one
dom: two
other: one

//--- some.txt
 dom :one
other: two

//--- malformed.txt
one
two words
: one
do-m: one
dom: one: two
9one
