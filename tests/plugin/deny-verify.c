// SPDX-License-Identifier: GPL-2.0-only
// What the passes refuse stands at its statement, also without -g and in inline
// functions that the optimizer dissolved.
// RUN: split-file %s %t
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/definitions.c
// RUN: %ut-cc1 -O0 -emit-obj -o /dev/null -verify %t/definitions.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/statements.c
// RUN: %ut-cc1 -O0 -emit-obj -o /dev/null -verify %t/statements.c
// RUN: %ut-cc1 -O2 -debug-info-kind=limited -emit-obj -o /dev/null -verify %t/statements.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/references.c
// RUN: %ut-cc1 -O0 -emit-obj -o /dev/null -verify %t/references.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/weak.c
// RUN: %ut-cc1 -O0 -emit-obj -o /dev/null -verify %t/weak.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/names.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/versions.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/calls.c
// RUN: %ut-cc1 -O0 -emit-obj -o /dev/null -verify %t/calls.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/atomics.c
// RUN: %ut-cc1 -O0 -emit-obj -o /dev/null -verify %t/atomics.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify %t/file-assembler-trusted.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify -plugin-arg-undertow domain=dom %t/file-assembler.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify -plugin-arg-undertow domain=dom %t/file-directives.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify -fsanitize=kcfi %t/kcfi.c
// RUN: %ut-cc1 -O2 -emit-obj -o /dev/null -verify -std=c23 %t/nullptr.c

//--- definitions.c
#include <undertow/annotate.h>
int __untrusted __attribute__((ms_abi)) convention(int a) { return a; } // expected-error {{convention: untrusted function has a calling convention of its own}}
int __untrusted __attribute__((no_caller_saved_registers)) saves_all(int a) { return a; } // expected-error {{saves_all: untrusted function has a calling convention of its own}}
int __untrusted __attribute__((returns_twice)) twice(int a) { return a; } // expected-error {{twice: untrusted function cannot return twice}}
int __untrusted __attribute__((section(".init.text"))) placed(int a) { return a; } // expected-error {{placed: untrusted function has a section of its own, '.init.text'}}
_Thread_local int per_thread __untrusted; // expected-error {{per_thread: untrusted variable cannot be thread-local}}

//--- statements.c
#include <undertow/annotate.h>
typedef int vec __attribute__((vector_size(16)));
long __untrusted divide(long a, long b)
{
	__int128 wide = a;

	wide += b;
	return wide / b; // expected-error {{divide: division of 128-bit integers is not supported in an untrusted function}}
}
int __untrusted overflow(__int128 *a, __int128 *b)
{
	__int128 r;

	return __builtin_mul_overflow(*a, *b, &r); // expected-error {{overflow: overflow check of a 128-bit multiplication is not supported in an untrusted function}}
}
static inline void in_inline(void)
{
	__asm__ volatile("nop");
	__asm__ volatile("call missing"); // expected-error-re {{{{(in_inline|assembler)}}: inline assembler calls a function by name, not supported in an untrusted function}} \
						expected-note {{write a trusted function that does this, and call it}}
}
void __untrusted assembler(void) { in_inline(); }

//--- references.c
#include <undertow/annotate.h>
int master __critical = 5; // expected-note {{copy what the domain needs}}
int __untrusted reads(void)
{
	int a = 1;

	return a + master; // expected-error {{reads: reference to the critical variable 'master'}}
}
int *table[] __untrusted = {
	0,
	&master, // expected-error {{table: reference to the critical variable 'master'}} expected-warning {{master: address of a critical variable is stored in 'table' of domain 'dom', which cannot access it}}
};

//--- weak.c
#include <undertow/annotate.h>
int weak(int) __attribute__((weak));
int __untrusted calls(int a)
{
	a++;
	return weak(a); // expected-error {{calls: call of 'weak' out of the domain: weak function, may be missing}}
}

//--- names.c
#include <undertow/annotate.h>
int __untrusted isolated(int a) { return a; }
int trusted(int a) { return a; }
int variable, isolated_variable __untrusted;
int __untrusted same(int) __attribute__((alias("isolated")));
int unsaid(int) __attribute__((alias("isolated")));
extern int same_variable __untrusted __attribute__((alias("isolated_variable")));
int __untrusted lie(int) __attribute__((alias("trusted"))); // expected-error {{lie: other name of an object without the same annotation}}
int __untrusted_in("other") elsewhere(int) __attribute__((alias("isolated"))); // expected-error {{elsewhere: other name of an object without the same annotation}}
extern int lying_variable __critical __attribute__((alias("variable"))); // expected-error {{lying_variable: other name of an object without the same annotation}}
static int (*resolve(void))(int) { return trusted; }
int __untrusted chosen(int) __attribute__((ifunc("resolve"))); // expected-error {{chosen: other name of an object without the same annotation}}

//--- versions.c
#include <undertow/annotate.h>
int __untrusted __attribute__((target_clones("avx2", "default"))) f(int a) { return a; } // expected-error {{f: function of several versions cannot be untrusted}}

//--- calls.c
#include <undertow/annotate.h>
typedef int eight(int, int, int, int, int, int, int, int);
typedef __int128 wide(int);
int callee(int);
void silent(int);
long __attribute__((ms_abi)) firmware(long);
int __attribute__((no_caller_saved_registers)) saver(int);
int __untrusted fewer(int a) { return ((int (*)(void))callee)(); } // missing arguments are nobody's secret
void __untrusted ignores(int a) { ((void (*)(int))callee)(a); }
int __untrusted other_pointer(const void *a) { return ((int (*)(const char *))(int (*)(const void *))callee)(a); }
int __untrusted more(int a) { return ((eight *)callee)(a, 2, 3, 4, 5, 6, 7, 8); } // expected-error {{more: call of 'callee' passes or takes more than its gate carries}} \
							expected-note {{call it without a cast to another type}}
int __untrusted result(int a) { return ((int (*)(int))silent)(a); } // expected-error {{result: call of 'silent' passes or takes more than its gate carries}} \
							expected-note {{call it without a cast to another type}}
__int128 __untrusted wider(int a) { return ((wide *)callee)(a); } // expected-error {{wider: call of 'callee' passes or takes more than its gate carries}} \
							expected-note {{call it without a cast to another type}}
int __untrusted chain(int a, void *p) { return __builtin_call_with_static_chain(callee(a), p); } // expected-error {{chain: call of 'callee' passes or takes more than its gate carries}} \
							expected-note {{call it without a cast to another type}}
long __untrusted convention(long a) { return firmware(a); } // expected-error {{convention: call of 'firmware' out of the domain: a calling convention of its own}}
int __untrusted saves(int a) { return saver(a); } // expected-error {{saves: call of 'saver' out of the domain: a calling convention of its own}}

//--- atomics.c
#include <undertow/annotate.h>
static __int128 word __untrusted;
long __untrusted narrow(long *a) { return __atomic_fetch_add(a, 1, 5); }
int __untrusted swap(__int128 a) { return __sync_bool_compare_and_swap(&word, a, 1); } // expected-error {{swap: atomic access to a 128-bit integer is not supported in an untrusted function}}

//--- file-assembler-trusted.c
// expected-no-diagnostics
#include <undertow/annotate.h>
asm(".globl trusted\ntrusted: ret");
int __untrusted f(int a) { return a; }

//--- file-assembler.c
// expected-error@*:* {{file-assembler.c: assembler outside of functions would be trusted code, 'movq $1, %rax'}}
#include <undertow/annotate.h>
asm("# call a\n.globl found\n1:\tfound: movq $1, %rax; ret");

//--- file-directives.c
// expected-no-diagnostics
#include <undertow/annotate.h>
asm(".section \".export_symbol\", \"a\"; __export_symbol_x: .asciz \"GPL; ret\"; .asciz \"\\\" nop\"; .balign 8; .quad x; .previous");
asm(".macro two to\n\tmovl $2, \\to\n.endm\nanswer = 42 # nop\n");
int x;

//--- kcfi.c
// expected-error@*:* {{kcfi.c: gates have no kCFI types, compile without -fsanitize=kcfi}}
#include <undertow/annotate.h>
int __untrusted f(int a) { return a; }

//--- nullptr.c
#include <undertow/annotate.h>
int __untrusted f(typeof(nullptr) a) { return 0; } // expected-no-diagnostics
