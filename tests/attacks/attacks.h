/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow attacks - what the attacks share
 *
 * An attack is a row of a table: the legal twin (the same kind of access to
 * the domain's own things), the attempt, and the check that trusted state is
 * as before.  main.c runs them in that order and the legal twin once more; the
 * program in the guest compares result, counters and log with attacks.txt.
 */
#ifndef ATTACKS_H
#define ATTACKS_H

#include <linux/types.h>
#include <undertow/annotate.h>
#include <undertow/map.h>

#define TRUSTED_VALUE	0x7125ed
#define DOMAIN_VALUE	0xd0a1

/* What the attempt says about the evidence that it must leave behind. */
struct attack_trace {
	unsigned long addr;	/* addr= of the log line, 0: any */
	const char *symbol;	/* function in rip= of the log line, NULL: any */
	unsigned long faults;	/* calls that ended as a violation; 1 unless a sweep */
};

struct attack {
	const char *name;
	int (*legal)(void);			/* 0 or -errno */
	long (*attempt)(struct attack_trace *trace);	/* what the call returned */
	bool (*intact)(void);			/* NULL: trusted_intact() */
	long want;				/* what the call must return */
};

extern const struct attack memory_attacks[], execute_attacks[], gate_attacks[],
	sweep_attacks[], storm_attacks[], stack_attacks[], event_attacks[], privileged_attacks[],
	register_attacks[], msr_attacks[], resume_attacks[];

/* Hostile code that objtool cannot follow, as STACK_FRAME_NON_STANDARD() of its body. */
#define OBJTOOL_SKIPS(function)							\
	asm(".pushsection .discard.func_stack_frame_non_standard, \"aw\"\n"	\
	    ".quad " #function ".untrusted\n"					\
	    ".popsection\n")

extern struct ut_map __ut_map_ut_attacks;

static inline const struct ut_record *records_start(void)
{
	return (void *)ut_map_find(&__ut_map_ut_attacks, UT_REGION_RECORDS)->start;
}

static inline const struct ut_record *records_end(void)
{
	return (void *)ut_map_find(&__ut_map_ut_attacks, UT_REGION_RECORDS)->end;
}

/* access.c: primitives of the attacker, all in the domain */
long __untrusted attack_read(const long *address);
long __untrusted attack_write(long *address, long value);
long __untrusted attack_call(long (*function)(void));
long __untrusted attack_own(void);
extern long domain_data;
extern u8 domain_pages[2 * 4096] __untrusted;	/* page aligned; tests redirect the first page's PTE */
int legal_read(void);
int legal_write(void);
int legal_call(void);

/* main.c: trusted state that no attack may change, alone on its page */
extern long trusted_page[512];
#define trusted_data trusted_page[0]
bool trusted_intact(void);
long trusted_sink(long value);
extern unsigned long trusted_sink_calls, trusted_sink_flags;

/* site.c: bytes for the domain to run, written after registration */
long __untrusted attack_site(unsigned long rdx);
int legal_site(void);
int site_write(const u8 *bytes, size_t len);
long site_run(const u8 *bytes, size_t len, unsigned long rdx);

/* gates/gates.c: jump anywhere with any registers */
struct jump {
	u64 rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rflags, rip;
};
long __untrusted attack_jump(void);
long __untrusted attack_leave(long value);
long __untrusted attack_leave_with(unsigned long flags);
extern struct jump attack_target;
void jump_prepare(unsigned long rip);
int legal_jump(void);
unsigned long gate_vmfunc(unsigned long gate, unsigned int skip);
unsigned long exit_gate_of(void *target);

/* events/events.c: stub of a vector in the restricted views, or 0 */
unsigned long stub_address(unsigned int vector);

/* regs.c: call and compare what the callee must preserve (INV-6) */
struct regs {
	u64 rbx, rbp, r12, r13, r14, r15, rflags, gs_base, rsp;
};
long regs_call(long (*function)(void), struct regs *before, struct regs *after);

#endif
