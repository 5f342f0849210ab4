// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - CPUs
 *
 * Turns Undertow on and off on each CPU, and gives it what events in a
 * restricted view need: an abort stack (trusted), the information page, the
 * restricted IDT, and in each view a task state segment that leads to the event
 * page of its domain (hostile content).  A CPU without Undertow enters no domain:
 * its cache of stacks is empty and the slow path refuses.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/cpu_entry_area.h>
#include <asm/desc.h>
#include <asm/processor.h>
#include <asm/trapnr.h>
#include "runtime.h"

#define ABORT_STACK_SIZE	(4 * PAGE_SIZE)

DEFINE_PER_CPU(struct ut_cpu, ut_cpu) __aligned(UT_CPU_ALIGN);
EXPORT_PER_CPU_SYMBOL_GPL(ut_cpu);

unsigned long ut_cpu_bases[NR_CPUS] __aligned(PAGE_SIZE) __ro_after_init;
EXPORT_SYMBOL_GPL(ut_cpu_bases);

static enum cpuhp_state hotplug_state;
/* Serialised by the hotplug core, like all that follows. */
static unsigned int enabled_count;
/* CPUs whose pages are in the common view. */
static struct cpumask granted;

static unsigned long tss_address(unsigned int number)
{
	return (unsigned long)&get_cpu_entry_area(number)->tss.x86_tss;
}

static unsigned long gdt_address(void)
{
	struct desc_ptr ptr;

	native_store_gdt(&ptr);
	return ptr.address;
}

/* Check that this CPU delivers events from the addresses that are granted. */
static int check_tables(void)
{
	const struct ldttss_desc *tss = (void *)gdt_address() + GDT_ENTRY_TSS * 8;
	unsigned long base = tss->base0 | tss->base1 << 16 | (u32)tss->base2 << 24 |
			     (unsigned long)tss->base3 << 32;

	if (!PAGE_ALIGNED(gdt_address())) {
		pr_err("error: CPU %u: GDT %lx is not page aligned\n", smp_processor_id(),
		       gdt_address());
		return -EOPNOTSUPP;
	}
	if (base != tss_address(smp_processor_id()) || offset_in_page(base)) {
		pr_err("error: CPU %u: TSS is at %lx, not at %lx\n",
		       smp_processor_id(), base, tss_address(smp_processor_id()));
		return -EOPNOTSUPP;
	}
	return ut_interrupts_check();
}

/* Stacks are vmalloc areas: 4 KiB mappings that are never split.  Return the top. */
static unsigned long stack_create(size_t size)
{
	void *stack = vzalloc(size);

	return stack ? (unsigned long)stack + size : 0;
}

static void stack_destroy(unsigned long top, size_t size)
{
	if (top)
		vfree((void *)(top - size));
}

static void release(struct ut_cpu *cpu)
{
	stack_destroy(cpu->interrupt_stack, PAGE_SIZE);
	stack_destroy(cpu->abort_stack, ABORT_STACK_SIZE);
	free_page((unsigned long)cpu->ve);
	cpu->interrupt_stack = 0;
	cpu->abort_stack = 0;
	cpu->ve = NULL;
}

static int allocate(struct ut_cpu *cpu)
{
	cpu->interrupt_stack = stack_create(PAGE_SIZE);
	cpu->abort_stack = stack_create(ABORT_STACK_SIZE);
	cpu->ve = (void *)get_zeroed_page(GFP_KERNEL);
	if (cpu->interrupt_stack && cpu->abort_stack && cpu->ve)
		return 0;
	release(cpu);
	return -ENOMEM;
}

/* INV-8: event delivery reads the GDT; for the TSS there is an overlay. */
static int grant(void)
{
	const struct ut_span spans[] = {
		{ gdt_address(), gdt_address() + PAGE_SIZE, UT_RIGHT_R },
	};
	int ret = ut_view_grant(&ut_common, spans, ARRAY_SIZE(spans));

	if (!ret)
		cpumask_set_cpu(smp_processor_id(), &granted);
	return ret;
}

/**
 * ut_view_show_tss() - Deliver the events of a view on an event page
 * @view: restricted view
 * @cpu: possible CPU
 * @events: event page of this view on this CPU
 *
 * The view sees nothing else of the TSS, and no I/O port is allowed by it.
 */
int ut_view_show_tss(struct ut_view *view, unsigned int cpu, unsigned long events)
{
	const unsigned long addr = tss_address(cpu);
	const struct ut_span tables = { addr, addr + PAGE_SIZE, 0 };
	struct x86_hw_tss *tss = (void *)get_zeroed_page(GFP_KERNEL);
	static const u8 vectors[] = { X86_TRAP_DB, X86_TRAP_NMI, X86_TRAP_MC, X86_TRAP_VE };
	unsigned int i;
	int ret;

	if (!tss)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct ut_event_stack stack = ut_event_stack(vectors[i]);

		tss->ist[stack.ist - 1] = events + stack.top;
	}
	tss->io_bitmap_base = IO_BITMAP_OFFSET_INVALID;
	ret = ut_view_grant(view, &tables, 1);
	if (!ret)
		ret = ut_view_overlay(view, addr, tss);
	free_page((unsigned long)tss);
	return ret;
}

/* Every vector leads to its stub in the gate page, on the event page. */
static int overlay_idt(void)
{
	unsigned long addr = (unsigned long)ut_idt();
	const struct ut_span tables = { addr, addr + PAGE_SIZE, 0 };
	gate_desc *idt = (void *)get_zeroed_page(GFP_KERNEL);
	unsigned int vector;
	int ret;

	if (!idt)
		return -ENOMEM;
	for (vector = 0; vector < 256; vector++)
		pack_gate(&idt[vector], GATE_INTERRUPT,
			  (unsigned long)ut_stubs + vector * UT_STUB_SIZE, 0,
			  ut_event_stack(vector).ist, __KERNEL_CS);
	ret = ut_view_grant(&ut_common, &tables, 1);
	if (!ret)
		ret = ut_view_overlay(&ut_common, addr, idt);
	free_page((unsigned long)idt);
	return ret;
}

static int enable(struct ut_cpu *cpu)
{
	struct ut_enable *argument = kzalloc(sizeof(*argument), GFP_KERNEL);
	int ret;

	if (!argument)
		return -ENOMEM;
	argument->revision = UT_ABI_REVISION;
	argument->info_gpa = __pa(cpu->ve);
	argument->abort_rip = (unsigned long)ut_abort_entry;
	argument->abort_rsp = cpu->abort_stack;
	ret = ut_host_enable(argument);
	kfree(argument);
	return ret;
}

/* The first CPU brings what all need; the host takes grants only now. */
static int common_init(void)
{
	int ret = ut_common_grant();

	return ret ?: overlay_idt();
}

/* The last CPU takes it back, as nobody else could. */
static void common_deinit(void)
{
	ut_adopt_forget_all();
	ut_common_revoke();
	cpumask_clear(&granted);
}

static int populate(void)
{
	int ret = 0;

	if (!enabled_count)
		ret = common_init();
	if (!ret && !cpumask_test_cpu(smp_processor_id(), &granted))
		ret = grant();
	if (ret && !enabled_count)
		common_deinit();
	return ret;
}

/* Called by the hotplug core on the CPU itself. */
static int cpu_start(unsigned int number)
{
	struct ut_cpu *cpu = this_cpu_ptr(&ut_cpu);
	int ret = check_tables();

	if (!ret && !cpu->ve)
		ret = allocate(cpu);
	if (ret)
		goto fail;
	/* Not under the host's eyes: it intercepts LIDT on an enabled CPU. */
	ut_interrupts_start(cpu);
	ret = enable(cpu);
	if (ret)
		goto fail_enable;
	ret = populate();
	if (ret)
		goto fail_populate;
	enabled_count++;
	WRITE_ONCE(cpu->enabled, true);
	return 0;

fail_populate:
	ut_host_disable();
fail_enable:
	ut_interrupts_stop();
fail:
	pr_err("error: CPU %u: cannot enable (error %d)\n", number, ret);
	return ret;
}

static int cpu_stop(unsigned int number)
{
	struct ut_cpu *cpu = this_cpu_ptr(&ut_cpu);
	unsigned long flags;
	int ret;

	local_irq_save(flags);
	WRITE_ONCE(cpu->enabled, false);
	cpu->cr3 = 0;
	ut_domains_purge_cpu(number);
	local_irq_restore(flags);

	if (!--enabled_count)
		common_deinit();
	ret = ut_host_disable();
	WARN(ret, "undertow: CPU %u: disable failed (%d)\n", number, ret);
	ut_interrupts_stop();
	return 0;
}

static void release_all(void)
{
	unsigned int number;

	for_each_possible_cpu(number)
		release(per_cpu_ptr(&ut_cpu, number));
}

int ut_cpus_init(void)
{
	unsigned int number;
	int ret;

	for_each_possible_cpu(number)
		ut_cpu_bases[number] = per_cpu_offset(number);
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "undertow:online",
				cpu_start, cpu_stop);
	if (ret < 0) {
		release_all();
		return ret;
	}
	hotplug_state = ret;
	return 0;
}

/* Turn Undertow off on all CPUs.  No view may exist, and nothing turns it on again. */
void ut_cpus_stop(void)
{
	if (hotplug_state)
		cpuhp_remove_state(hotplug_state);
	hotplug_state = 0;
}

void ut_cpus_deinit(void)
{
	ut_cpus_stop();
	release_all();
}
