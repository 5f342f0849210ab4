// SPDX-License-Identifier: GPL-2.0-only
// The argument of the attribute, and declarations that disagree.
// RUN: split-file %s %t
// RUN: %ut-cc1 -fsyntax-only -verify %t/names.c
// RUN: %ut-cc1 -fsyntax-only -verify -plugin-arg-undertow domains=dom,other %t/known.c
// RUN: %ut-cc1 -fsyntax-only -verify -UKBUILD_MODNAME %t/known-free.c
// RUN: not %ut-cc1 -emit-obj -o /dev/null %t/disagree.c 2>&1 | FileCheck %t/disagree.c
// RUN: not %ut-cc1 -fsyntax-only -plugin-arg-undertow domain=a-b %t/known.c 2>&1 | FileCheck --check-prefix=DASH %s
// RUN: not %ut-cc1 -fsyntax-only -plugin-arg-undertow domian=a %t/known.c 2>&1 | FileCheck --check-prefix=TYPO %s
// DASH: error: -fplugin-arg-undertow-domain: domain name 'a-b' is not a C identifier
// TYPO: error: -fplugin-arg-undertow-domian: unknown option, there are module, domain, domains, allow, print-allow, escape, remarks, old-hints, stamp

//--- names.c
#define __untrusted_in(d) __attribute__((undertow_untrusted(d)))
int __untrusted_in("a") fine(void);
int __untrusted_in("abcdefghijklmnopqrstuvwxyz01234") longest(void);
int __untrusted_in("") empty(void); // expected-error {{empty: domain name '' is empty}}
int __untrusted_in("a b") space(void); // expected-error {{space: domain name 'a b' is not a C identifier}}
int __untrusted_in("9a") digit(void); // expected-error {{digit: domain name '9a' is not a C identifier}}
int __untrusted_in("abcdefghijklmnopqrstuvwxyz012345") tooLong(void); // expected-error {{tooLong: domain name 'abcdefghijklmnopqrstuvwxyz012345' is longer than 31 characters}}
int __untrusted_in(5) number(void); // expected-error {{number: domain of 'undertow_untrusted' is not a string literal}}
int __untrusted_in(L"a") wide(void); // expected-error {{wide: domain of 'undertow_untrusted' is not a string literal}}
int __attribute__((undertow_untrusted("a", "b"))) two(void); // expected-error {{'undertow_untrusted' attribute takes no more than 1 argument}}
int __attribute__((undertow_critical("a"))) argument; // expected-error {{'undertow_critical' attribute takes no arguments}}

//--- known.c
#define __untrusted_in(d) __attribute__((undertow_untrusted(d)))
int __attribute__((undertow_untrusted)) fine(void);
int __untrusted_in("other") fine2(void);
int __untrusted_in("othr") typo(void); // expected-error {{typo: domain 'othr' is not one of the module's domains}} // expected-note {{add it to undertow-domains-<module>, there are: dom other}}

//--- known-free.c
int __attribute__((undertow_untrusted)) none(void); // expected-error {{none: 'undertow_untrusted' without a domain, and no default domain}} // expected-note {{name the domain in the attribute, define KBUILD_MODNAME, or use -fplugin-arg-undertow-module=}}

//--- disagree.c
#define __untrusted_in(d) __attribute__((undertow_untrusted(d)))
int __untrusted_in("a") f(void);
int __untrusted_in("a") f(void);
int __untrusted_in("b") f(void) { return 0; }
// CHECK: disagree.c:4:{{[0-9]+}}: error: f: in domain 'b' and in domain 'a'
// CHECK: disagree.c:2:{{[0-9]+}}: note: previous annotation is here
static int v __untrusted_in("a") __attribute__((undertow_critical));
// CHECK: disagree.c:7:{{[0-9]+}}: error: v: cannot be both untrusted and critical
// CHECK: note: previous annotation is here
int user(void)
{
	static int s __untrusted_in("a") __attribute__((undertow_critical));
// CHECK: error: s: cannot be both untrusted and critical
	return v + s;
}
// CHECK: 3 errors generated
