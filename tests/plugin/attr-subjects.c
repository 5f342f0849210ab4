// SPDX-License-Identifier: GPL-2.0-only
// Where the attributes may appear.
// RUN: %ut-cc1 -fsyntax-only -verify %s
#include <undertow/annotate.h>

// Legal places.
int __untrusted declared(int);
int defined_later(int) __untrusted;
static int __untrusted defined_here(int a) { return a; }
int __untrusted_in("other") in_other(void);
static int counter __untrusted;
extern int elsewhere __untrusted;
static long key __critical;
int user(int a)
{
	static int calls __untrusted;
	static int secret __critical;
	extern int block_scope __untrusted;

	return defined_here(a) + declared(a) + calls + secret + block_scope + counter + (int)key;
}

// Everything else.
int on_parameter(int a __untrusted); // expected-error {{a: 'undertow_untrusted' is only for functions and variables with static storage duration}}
typedef int on_type __untrusted; // expected-error {{on_type: 'undertow_untrusted' is only for functions and variables with static storage duration}}
struct s {
	int on_field __untrusted; // expected-error {{on_field: 'undertow_untrusted' is only for functions and variables with static storage duration}}
	int secret __critical; // expected-error {{secret: 'undertow_critical' is only for variables with static storage duration}}
};
void on_local(void)
{
	int local __untrusted = 1; // expected-error {{local: 'undertow_untrusted' is only for functions and variables with static storage duration}}
	int hidden __critical = 1; // expected-error {{hidden: 'undertow_critical' is only for variables with static storage duration}}

	(void)local;
	(void)hidden;
}
void __critical on_function(void); // expected-error {{on_function: 'undertow_critical' is only for variables with static storage duration}}
enum __untrusted on_enum { on_enumerator }; // expected-error {{on_enum: 'undertow_untrusted' is only for functions and variables with static storage duration}}
