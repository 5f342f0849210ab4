/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - instructions of gates and stubs, and events at each of them
 *
 * inject_code.c finds and decodes the code, inject.c runs it.
 */
#ifndef INJECT_H
#define INJECT_H

#include <linux/types.h>

#define INJECT_VECTOR	LOCAL_TIMER_VECTOR

/* What arrives: #DB of a breakpoint, and what its handler raises. */
enum injection { INJECT_DB, INJECT_TIMER, INJECT_NMI, INJECTIONS };

/* Code that one way of a call or an event takes. */
struct code {
	const char *name;
	unsigned long start, size;
	unsigned long barred;	/* a breakpoint before this address would never end */
};

enum {
	CODE_ENTRY, CODE_ENTRY_SLOW, CODE_EXIT, CODE_EXIT_SLOW, CODE_REENTRY, CODE_STUB,
	CODE_EVENT, CODE_EVENT_CALL, CODE_RESUME, CODE_FULL_STUB, CODE_INTERRUPT, CODE_DEBUG,
	CODES
};

struct instruction {
	unsigned long at;
	u8 length;
	u8 code;		/* CODE_* */
	u8 hit;			/* bit for each injection */
};

#define INSTRUCTIONS_MAX	600

extern struct code codes[CODES];
extern struct instruction instructions[INSTRUCTIONS_MAX];
extern unsigned int instruction_count;

/* 0 or -errno; @entry and @target name an entry and an exit gate. */
int code_find(unsigned long entry, unsigned long target);
/* The runtime's ut_interrupt_handlers[], behind code_find(); never 0 if that succeeded. */
unsigned long code_handlers(void);
/* And its ut_apic_isr. */
unsigned long code_apic_isr(void);
/* One of the entry gate that runs in the domain, with interrupts on. */
unsigned long code_domain_instruction(void);
/* Write to what is read-only for trusted code, through a mapping of its page. */
int code_poke(unsigned long address, const void *bytes, size_t size);
/* Why did the legal way not come here?  NULL: it should have. */
const char *code_excuse(const struct instruction *insn);

#endif
