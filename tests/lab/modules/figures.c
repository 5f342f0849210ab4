// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - figures of a call
 *
 * The time-stamp counter of the emulated CPU counts instructions; on hardware
 * the same figures are cycles.  The shortest of many short rounds, with
 * interrupts off, is free of events.
 */
#include <linux/irqflags.h>
#include <linux/objtool.h>
#include <asm/desc.h>
#include <asm/msr.h>

#include "testmod_expect.h"
#include "functional.h"
#include "inject.h"

#define ROUNDS	200
#define CALLS	100

static noinline void call_null(void)
{
	null_call();
}

static noinline void call_six(void)
{
	null_six(1, 2, 3, 4, 5, 6);
}

static noinline void call_leave(void)
{
	leave(1);
}

static noinline void call_nothing(void)
{
	asm volatile("");
}

static u64 shortest(void (*call)(void))
{
	u64 best = U64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		unsigned long flags;
		u64 start, spent;

		local_irq_save(flags);
		start = rdtsc_ordered();
		for (int i = 0; i < CALLS; i++)
			call();
		spent = rdtsc_ordered() - start;
		local_irq_restore(flags);
		best = min(best, spent);
	}
	return best;
}

/* Hundredths of an instruction. */
static int figure_say(u64 each, u64 limit)
{
	testmod_say("figure %llu.%02llu\n", each / 100, each % 100);
	return EXPECT_EQ(each <= limit * 100, true);
}

/* One call more than the empty one. */
static int figure(void (*call)(void), u64 limit)
{
	return figure_say((shortest(call) - shortest(call_nothing)) * 100 / CALLS, limit);
}

int figure_null_call(const void *data)
{
	return figure(call_null, 80);
}

int figure_six_arguments(const void *data)
{
	return figure(call_six, 86);
}

/* Into the domain, out of it, in and out again. */
int figure_exit_gate(const void *data)
{
	return figure(call_leave, 140);
}

/*
 * An interrupt, by INT n and with a handler that is one IRET: the kernel's handlers
 * end it in the local APIC, and where that is not virtualized the instructions of the
 * host would be in the figures.  For the same reason its answer, that the vector is in
 * service, is made up here.
 */
void figure_handler(void);
asm(".pushsection .text\n"
    ".globl figure_handler\n"
    ".type figure_handler, @function\n"
    "figure_handler:\n"
    "	endbr64\n"
    "	iretq\n"
    ".size figure_handler, . - figure_handler\n"
    ".popsection\n");
STACK_FRAME_NON_STANDARD(figure_handler);

/* Registers of a local APIC that has all vectors in service. */
static u32 in_service[32] = { [0 ... 31] = ~0U };

static noinline void raise_outside(void)
{
	asm volatile(".rept 100\n int %0\n .endr" :: "i"(FIGURE_VECTOR) : "memory");
}

static noinline void raise_in_domain(void)
{
	raise_100(true);
}

static noinline void raise_none_in_domain(void)
{
	raise_100(false);
}

/* Interrupts are on, as the domain's caller must have them: the least of many rounds. */
static u64 shortest_open(void (*call)(void))
{
	u64 best = U64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		u64 start = rdtsc_ordered();

		call();
		best = min(best, rdtsc_ordered() - start);
	}
	return best;
}

/* With the handler at the vector: in the runtime's table, and first in the IDT itself. */
static int interrupts_measure(u64 *native, u64 *outside, u64 *domain)
{
	unsigned long handler = (unsigned long)figure_handler, slot, before, gate_at;
	unsigned long registers = (unsigned long)in_service, isr_at, isr;
	gate_desc gate, direct;
	struct desc_ptr idt;
	int err = code_find((unsigned long)window, (unsigned long)trusted_window);

	if (err)
		return err;
	store_idt(&idt);
	gate_at = idt.address + FIGURE_VECTOR * sizeof(gate);
	slot = code_handlers() + FIGURE_VECTOR * sizeof(long);
	gate = *(gate_desc *)gate_at;
	before = *(unsigned long *)slot;
	isr_at = code_apic_isr();
	isr = *(unsigned long *)isr_at;
	pack_gate(&direct, GATE_INTERRUPT, handler, 0, 0, __KERNEL_CS);

	err = code_poke(slot, &handler, sizeof(handler));
	err = err ?: code_poke(gate_at, &direct, sizeof(direct));
	*native = shortest_open(raise_outside) - shortest_open(call_nothing);
	err = err ?: code_poke(gate_at, &gate, sizeof(gate));
	*outside = shortest_open(raise_outside) - shortest_open(call_nothing);
	err = err ?: code_poke(isr_at, &registers, sizeof(registers));
	*domain = shortest_open(raise_in_domain) - shortest_open(raise_none_in_domain);
	err = err ?: code_poke(isr_at, &isr, sizeof(isr));
	return err ?: code_poke(slot, &before, sizeof(before));
}

static int figure_interrupt(bool in_domain, u64 limit)
{
	u64 native, outside, domain;
	int err = interrupts_measure(&native, &outside, &domain);

	if (err)
		return err;
	testmod_say("native %llu\noutside %llu\ndomain %llu\n", native, outside, domain);
	return figure_say((in_domain ? domain : outside) - native, limit);
}

/* What an interrupt of trusted code costs more than without the runtime. */
int figure_interrupt_outside(const void *data)
{
	/* Where the CPU needs it, RET is a jump to a thunk that returns. */
	return figure_interrupt(false, boot_cpu_has(X86_FEATURE_RETHUNK) ? 26 : 25);
}

/* And one of a domain. */
int figure_interrupt_in_domain(const void *data)
{
	return figure_interrupt(true, 120);
}

/*
 * Between two readings of the host's exit counters by the program.  Interrupts
 * come between the thousands only: one that comes in the domain reads the local
 * APIC, an exit where that is not virtualized.
 */
int run_100000_calls(const void *data)
{
	long sum = 0, i = 0;

	while (i < 100000) {
		unsigned long flags;

		local_irq_save(flags);
		do {
			sum += null_six(i, 0, 0, 0, 0, 0);
		} while (++i % 1000);
		local_irq_restore(flags);
	}
	return EXPECT_EQ(sum, 99999L * 100000 / 2);
}
