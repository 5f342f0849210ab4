// SPDX-License-Identifier: GPL-2.0-only
// Addresses of trusted memory on their way into a domain, and the ones that are
// fine.  The places are those of the arguments.
// RUN: %ut-cc1 -fsyntax-only -verify %s
#include <undertow/annotate.h>

struct ctx { int number; char name[8]; };
int __untrusted parse(const void *p, unsigned long n);
int __untrusted_in("other") fill(char *p);
extern int elsewhere; // expected-note {{'elsewhere' is declared here; if the domain owns it, declare it __untrusted here too}}
static char table[16]; // expected-note 3 {{'table' is declared here; with __untrusted it is in the domain}} expected-note {{'table' is declared here; with __untrusted_in("other") it is in the domain}}
static const char text[16] = "x"; // expected-note {{'text' is declared here; with __untrusted it is in the domain}}
static char own[16] __untrusted;
static char theirs[16] __untrusted_in("other"); // expected-note {{'theirs' is declared here; copy what the domain needs}}
static long key __critical; // expected-note {{'key' is declared here; copy what the domain needs}}

void globals(void)
{
	parse(table, 1); // expected-warning {{table: address of a trusted variable is passed to 'parse' in domain 'dom', which cannot access it}}
	fill(table); // expected-warning {{table: address of a trusted variable is passed to 'fill' in domain 'other', which cannot access it}}
	parse(text, 1); // expected-warning {{text: address of a trusted variable is passed to 'parse' in domain 'dom'}}
	parse(&elsewhere, 1); // expected-warning {{elsewhere: address of a trusted variable is passed to 'parse'}}
	parse(theirs, 1); // expected-warning {{theirs: address of a variable of domain 'other' is passed to 'parse' in domain 'dom', which cannot access it}}
	parse(&key, 1); // expected-warning {{key: address of a critical variable is passed to 'parse' in domain 'dom', which cannot access it}}
	parse("text", 4); // expected-warning {{literal: address of a string literal of trusted code is passed to 'parse' in domain 'dom', which cannot access it}} expected-note {{copy it to memory of ut_alloc(), or use a variable declared __untrusted}}
	parse(__func__, 4); // expected-warning {{literal: address of a string literal}} expected-note {{copy it}}
	parse(&(struct ctx){ 1 }, 4); // expected-warning {{literal: address of a compound literal of trusted code is passed to 'parse' in domain 'dom', which cannot access it}} expected-note {{copy it}}
	(&parse)(&table[2], 1); // expected-warning {{table: address of a trusted variable}}
	parse(own, 1);
	parse(&own[3], 1);
	fill(theirs);
	parse(globals, 0); // a function: what it is in the domain, a gate decides
	(void)sizeof(parse(table, 1));
}

int locals(int a, struct ctx *c) // expected-note {{'a' is declared here; copy what the domain needs to memory of ut_alloc(), or to a variable declared __untrusted}}
{
	char buf[16]; // expected-note 6 {{'buf' is declared here; copy what the domain needs}}
	struct ctx l = { 0 }; // expected-note 6 {{'l' is declared here; copy what the domain needs}}
	static int counter; // expected-note {{'counter' is declared here; with __untrusted it is in the domain}}
	const char *same = buf + 1, *twice = same, *changed = buf, *known = buf;
	const char **to_known = &known;

	changed = c->name;
	*to_known = c->name;
	parse(buf, sizeof(buf)); // expected-warning {{buf: address of a local variable of trusted code is passed to 'parse' in domain 'dom', which cannot access it}}
	parse(&buf[2], 1); // expected-warning {{buf: address of a local variable}}
	parse(twice, 1); // expected-warning {{buf: address of a local variable}}
	parse(a ? buf : 0, 1); // expected-warning {{buf: address of a local variable}}
	parse(c ?: (void *)buf, (unsigned long)buf); // expected-warning {{buf: address of a local variable}}
	parse(1 + buf, 1); // expected-warning {{buf: address of a local variable}}
	parse(l.name, 1); // expected-warning {{l: address of a local variable}}
	parse(&l.number, 1); // expected-warning {{l: address of a local variable}}
	parse((&l)->name, 1); // expected-warning {{l: address of a local variable}}
	parse(({ a++; &l; }), 1); // expected-warning {{l: address of a local variable}}
	parse((a++, &l), 1); // expected-warning {{l: address of a local variable}}
	parse((char *)&l + 4, 1); // expected-warning {{l: address of a local variable}}
	parse(&a, 1); // expected-warning {{a: address of a local variable}}
	parse(&counter, 1); // expected-warning {{counter: address of a trusted variable}}
	parse(c->name, 1);
	parse(changed, 1);
	parse(known, 1);
	parse((void *)(unsigned long)buf, 1); // a number, on purpose
	parse(&*c, 1);
	return 0;
}

static char *slot __untrusted;
static struct { const char *p; int n; } record __untrusted = { "copied", 1 };
static const char *name __untrusted = "copied too";
static const char *copied __untrusted = text;
static const int *literal __untrusted = &(const int){ 1 };
static int *written __untrusted = &(int){ 1 }; // expected-warning {{literal: address of a compound literal of trusted code is stored in 'written' of domain 'dom', which cannot access it}} expected-note {{copy it}}
static int *token __untrusted = &elsewhere; // a name for who gets it back
static char *stored __untrusted = &table[1]; // expected-warning {{table: address of a trusted variable is stored in 'stored' of domain 'dom', which cannot access it}}

void stores(void)
{
	char buf[16]; // expected-note 3 {{'buf' is declared here}}
	char *private;

	slot = buf; // expected-warning {{buf: address of a local variable of trusted code is stored in 'slot' of domain 'dom', which cannot access it}}
	record.p = "later"; // expected-warning {{literal: address of a string literal of trusted code is stored in 'record' of domain 'dom'}} expected-note {{copy it}}
	*(const char *volatile *)&record.p = buf; // expected-warning {{buf: address of a local variable}}
	record = (typeof(record)){ buf, 2 }; // expected-warning {{buf: address of a local variable}}
	slot = own;
	slot[0] = buf[0];
	private = buf;
	(void)private, (void)name, (void)copied, (void)token, (void)stored, (void)literal, (void)written;
}

// Memory of the domain: its own stack, its own statics.
int __untrusted inside(void)
{
	static int kept;
	char buf[16];

	slot = buf;
	return parse(buf, 1) + parse(&kept, 1) + parse("abc", 1);
}
