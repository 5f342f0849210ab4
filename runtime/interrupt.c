// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - interrupts in the full view
 *
 * Untrusted code can set IF and RSP and then land on a gate's VMFUNC to the
 * full view.  An interrupt before the gate's CLI would be delivered onto that
 * RSP (INV-5).  So enabled CPUs use a copy of the kernel's IDT in which the
 * maskable vectors have an IST stack; ut_interrupt (entry.S) moves the frame to
 * where the CPU would have put it, or unwinds when a domain call is active.
 *
 * The kernel's own IDT stays as it is, and comes back with the last CPU.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/cache.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/desc.h>
#include <asm/irq_vectors.h>
#include <asm/processor.h>
#include <asm/trapnr.h>
#include "runtime.h"

static gate_desc full_idt[IDT_ENTRIES] __aligned(PAGE_SIZE) __ro_after_init;
static struct desc_ptr kernel_idt __ro_after_init;

/* The kernel's handlers, for entry.S. */
unsigned long ut_interrupt_handlers[IDT_ENTRIES] __ro_after_init;

/* The IDT of enabled CPUs in the full view. */
const void *ut_idt(void)
{
	return full_idt;
}

static bool is_maskable(unsigned int vector)
{
	/* The gate of the 32-bit system call is for software. */
	return vector >= FIRST_EXTERNAL_VECTOR && full_idt[vector].bits.p &&
	       !full_idt[vector].bits.dpl;
}

/* Before the module's data becomes read-only. */
int __init ut_interrupts_init(void)
{
	unsigned int vector;

	store_idt(&kernel_idt);
	if (kernel_idt.size != sizeof(full_idt) - 1) {
		pr_err("error: the IDT has a limit of %#x, not one page\n", kernel_idt.size);
		return -EOPNOTSUPP;
	}
	memcpy(full_idt, (const void *)kernel_idt.address, sizeof(full_idt));
	for (vector = 0; vector < IDT_ENTRIES; vector++) {
		if (!is_maskable(vector))
			continue;
		ut_interrupt_handlers[vector] = gate_offset(&full_idt[vector]);
		pack_gate(&full_idt[vector], GATE_INTERRUPT,
			  (unsigned long)ut_interrupt_stubs + vector * UT_STUB_SIZE, 0,
			  UT_INTERRUPT_IST, __KERNEL_CS);
	}
	/* #DB keeps the stack that the kernel gave it. */
	ut_interrupt_handlers[X86_TRAP_DB] = gate_offset(&full_idt[X86_TRAP_DB]);
	pack_gate(&full_idt[X86_TRAP_DB], GATE_INTERRUPT, (unsigned long)ut_debug, 0,
		  full_idt[X86_TRAP_DB].bits.ist, __KERNEL_CS);
	return 0;
}

static u64 *ist_slot(unsigned int ist)
{
	return this_cpu_ptr(&cpu_tss_rw.x86_tss.ist[ist - 1]);
}

/* Check that nobody else changed what the functions below replace. */
int ut_interrupts_check(void)
{
	struct desc_ptr ptr;

	store_idt(&ptr);
	if (ptr.address != kernel_idt.address || ptr.size != kernel_idt.size) {
		pr_err("error: CPU %u: the IDT is at %lx, not at %lx\n", smp_processor_id(),
		       ptr.address, kernel_idt.address);
		return -EBUSY;
	}
	if (*ist_slot(UT_INTERRUPT_IST)) {
		pr_err("error: CPU %u: IST %u is in use\n", smp_processor_id(),
		       UT_INTERRUPT_IST);
		return -EBUSY;
	}
	return 0;
}

/* Switch this CPU to the copy. */
void ut_interrupts_start(const struct ut_cpu *cpu)
{
	const struct desc_ptr ptr = {
		.size = sizeof(full_idt) - 1, .address = (unsigned long)full_idt,
	};

	*ist_slot(UT_INTERRUPT_IST) = cpu->interrupt_stack;
	load_idt(&ptr);
}

void ut_interrupts_stop(void)
{
	load_idt(&kernel_idt);
	*ist_slot(UT_INTERRUPT_IST) = 0;
}
