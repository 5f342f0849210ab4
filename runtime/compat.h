/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow runtime - kernels before 6.12
 *
 * The runtime is written for Linux 6.12.  What Linux 6.1 lacks or names otherwise
 * is here and nowhere else, as 6.12 has it where that is possible.
 */
#ifndef _UT_COMPAT_H
#define _UT_COMPAT_H

#include <linux/version.h>

#define UT_KERNEL_BEFORE(major, minor)	(KERNEL_VERSION(major, minor, 0) > LINUX_VERSION_CODE)

#ifdef __ASSEMBLY__

#if UT_KERNEL_BEFORE(6, 4)
.macro UNWIND_HINT_UNDEFINED
	UNWIND_HINT_EMPTY
.endm
#endif

#include <asm/percpu.h>
#ifndef __percpu
#define __percpu(variable)	PER_CPU_VAR(variable)
#endif

#else /* __ASSEMBLY__ */

#include <linux/module.h>
#include <asm/apic.h>
#include <asm/cpufeature.h>
#include <asm/page_types.h>
#include <asm/processor.h>

u64 ut_gfn_of(unsigned long addr);

#if UT_KERNEL_BEFORE(6, 4)

/* One allocation, whose parts start on pages of their own (strict module memory). */
enum mod_mem_type { MOD_TEXT, MOD_DATA, MOD_RODATA, MOD_RO_AFTER_INIT };

static inline bool within_module_mem_type(unsigned long addr, const struct module *mod,
					  enum mod_mem_type type)
{
	const struct module_layout *layout = &mod->core_layout;
	const unsigned long offset = addr - (unsigned long)layout->base;

	switch (type) {
	case MOD_TEXT:
		return offset < layout->text_size;
	case MOD_RODATA:
		return offset >= layout->text_size && offset < layout->ro_size;
	case MOD_RO_AFTER_INIT:
		return offset >= layout->ro_size && offset < layout->ro_after_init_size;
	default:
		return offset >= layout->ro_after_init_size && offset < layout->size;
	}
}

#endif

static inline void ut_apic_eoi(void)
{
#if UT_KERNEL_BEFORE(6, 6)
	apic->eoi_write(APIC_EOI, APIC_EOI_ACK);
#else
	apic->eoi();
#endif
}

static inline bool ut_has_fred(void)
{
#if UT_KERNEL_BEFORE(6, 9)
	return false;
#else
	return cpu_feature_enabled(X86_FEATURE_FRED);
#endif
}

/* Calls that the kernel patches, also between functions of a domain. */
static inline bool ut_has_call_depth(void)
{
#if UT_KERNEL_BEFORE(6, 2)
	return false;
#else
	return cpu_feature_enabled(X86_FEATURE_CALL_DEPTH);
#endif
}

/**
 * ut_irq_stack_bottom() - Find the lowest byte of the interrupt stack that is in use
 * @here: RSP, which is not on the task's stack
 *
 * Before 6.2 modules cannot know, but below the stack there is a page that is
 * not mapped (CONFIG_VMAP_STACK).
 */
static inline unsigned long ut_irq_stack_bottom(unsigned long here)
{
#if UT_KERNEL_BEFORE(6, 2)
	unsigned long page = here & PAGE_MASK;

	while (here - page < IRQ_STACK_SIZE && ut_gfn_of(page - PAGE_SIZE))
		page -= PAGE_SIZE;
	return page;
#else
	return (unsigned long)this_cpu_read(pcpu_hot.hardirq_stack_ptr) - IRQ_STACK_SIZE;
#endif
}

#endif /* __ASSEMBLY__ */

#endif /* _UT_COMPAT_H */
