// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - memory that was not granted (INV-1, INV-3, INV-8)
 *
 *   domain --read, write--> own data                     : allow
 *   domain --read, write--> trusted data                 : deny
 *   domain --write--> trusted page by its direct-map alias : deny
 *   domain --write--> kernel text                        : deny
 *   domain --read--> __critical data                     : deny
 *   domain --read--> data of another domain              : deny
 *   domain --write--> page tables, GDT, own text, gate   : deny
 *
 * The *_remapped attacks assume that the attacker has changed the guest's page
 * tables: trusted code points the page-table entry of a page of the domain at
 * the target, writable.  Every table on the way is granted then, so that only
 * the target page's own EPT entry can stop the access.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <asm/desc.h>

#include "attacks.h"

static long __critical critical_data = TRUSTED_VALUE;
static long __untrusted_in("ut_neighbour") neighbour_data = DOMAIN_VALUE;
long __untrusted_in("ut_neighbour") neighbour_read(const long *address);

long neighbour_read(const long *address)
{
	return *(const volatile long *)address;
}

static long read_trusted(struct attack_trace *trace)
{
	trace->addr = (unsigned long)&trusted_data;
	trace->symbol = "attack_read";
	return attack_read(&trusted_data);
}

static long write_to(struct attack_trace *trace, long *target)
{
	trace->addr = (unsigned long)target;
	trace->symbol = "attack_write";
	return attack_write(target, ~TRUSTED_VALUE);
}

static long write_trusted(struct attack_trace *trace)
{
	return write_to(trace, &trusted_data);
}

static long write_alias(struct attack_trace *trace)
{
	return write_to(trace, page_address(vmalloc_to_page(&trusted_data)));
}

static long *kernel_text(void)
{
	return (long *)&ktime_get_real_seconds;
}

static long text_before;

static long write_kernel_text(struct attack_trace *trace)
{
	text_before = *kernel_text();
	return write_to(trace, kernel_text());
}

static bool kernel_text_intact(void)
{
	return *kernel_text() == text_before && trusted_intact();
}

static long read_critical(struct attack_trace *trace)
{
	trace->addr = (unsigned long)&critical_data;
	trace->symbol = "attack_read";
	return attack_read(&critical_data);
}

static bool critical_intact(void)
{
	return critical_data == TRUSTED_VALUE && trusted_intact();
}

/* Domains are strangers to each other: the neighbour's own read is the control. */
static int legal_neighbour(void)
{
	return neighbour_read(&neighbour_data) == DOMAIN_VALUE ? legal_read() : -EIO;
}

static long read_neighbour(struct attack_trace *trace)
{
	trace->addr = (unsigned long)&neighbour_data;
	trace->symbol = "attack_read";
	return attack_read(&neighbour_data);
}

static pte_t *pte_of(void *address)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)address, &level);

	return pte && level == PG_LEVEL_4K ? pte : NULL;
}

static void pte_change(void *address, pte_t *pte, pte_t value)
{
	WRITE_ONCE(*pte, value);
	asm volatile("invlpg (%0)" :: "r"(address) : "memory");
}

/* Point a page of the domain at @target for one access; offset is kept. */
static long remapped(struct attack_trace *trace, struct page *target, unsigned long offset,
		     bool write)
{
	long *window = (void *)domain_pages + offset;
	pte_t *pte = pte_of(window);
	pte_t old;
	long result;

	if (!pte || !target)
		return -ENOENT;
	old = *pte;
	pte_change(window, pte, pfn_pte(page_to_pfn(target), PAGE_KERNEL));
	trace->addr = (unsigned long)window;
	trace->symbol = write ? "attack_write" : "attack_read";
	result = write ? attack_write(window, ~TRUSTED_VALUE) : attack_read(window);
	pte_change(window, pte, old);
	return result;
}

static long read_remapped(struct attack_trace *trace)
{
	return remapped(trace, vmalloc_to_page(&trusted_data), 0, false);
}

static long write_remapped(struct attack_trace *trace)
{
	return remapped(trace, vmalloc_to_page(&trusted_data), 0, true);
}

static long read_critical_remapped(struct attack_trace *trace)
{
	return remapped(trace, vmalloc_to_page(&critical_data),
			offset_in_page(&critical_data), false);
}

static long write_text_remapped(struct attack_trace *trace)
{
	text_before = *kernel_text();
	return remapped(trace, virt_to_page((void *)lm_alias(kernel_text())),
			offset_in_page(kernel_text()) & ~7UL, true);
}

/* The tables of a domain's own addresses are granted, for reading only. */
static unsigned long table_before;

static long write_page_table(struct attack_trace *trace)
{
	pte_t *pte = pte_of(domain_pages);

	if (!pte)
		return -ENOENT;
	table_before = pte_val(*pte);
	return write_to(trace, (long *)pte);
}

static long write_page_table_remapped(struct attack_trace *trace)
{
	pte_t *pte = pte_of(domain_pages);

	if (!pte)
		return -ENOENT;
	table_before = pte_val(*pte);
	return remapped(trace, virt_to_page(pte), offset_in_page(pte), true);
}

static bool page_table_intact(void)
{
	pte_t *pte = pte_of(domain_pages);
	unsigned long flags = _PAGE_ACCESSED | _PAGE_DIRTY;

	return pte && (pte_val(*pte) | flags) == (table_before | flags) && trusted_intact();
}

/* Positive control of remapping itself: another page of the domain's own. */
static int legal_remapped(void)
{
	struct attack_trace trace;
	long *other = (void *)domain_pages + PAGE_SIZE;
	struct page *page = vmalloc_to_page(other);

	*other = DOMAIN_VALUE;
	return remapped(&trace, page, 0, false) == DOMAIN_VALUE &&
	       remapped(&trace, page, 0, true) == 0 && *other == ~TRUSTED_VALUE ? 0 : -EIO;
}

static struct desc_struct *gdt_target;
static u64 gdt_before;

static long write_gdt_remapped(struct attack_trace *trace)
{
	unsigned long offset;

	/* That of any CPU will do. */
	gdt_target = get_cpu_gdt_rw(raw_smp_processor_id());
	offset = offset_in_page(&gdt_target[GDT_ENTRY_KERNEL_CS]);
	gdt_before = *(u64 *)&gdt_target[GDT_ENTRY_KERNEL_CS];
	return remapped(trace, virt_to_page(gdt_target), offset, true);
}

static bool gdt_intact(void)
{
	return *(u64 *)&gdt_target[GDT_ENTRY_KERNEL_CS] == gdt_before;
}

/* INV-3: make the page-table entry of the domain's own code writable. */
static long *code_target, code_before;

static long write_code(struct attack_trace *trace, void *code)
{
	pte_t *pte = pte_of(code);
	pte_t old;
	long result;

	if (!pte)
		return -ENOENT;
	old = *pte;
	code_target = (long *)((unsigned long)code & ~7UL);
	code_before = *code_target;
	pte_change(code, pte, __pte(pte_val(old) | _PAGE_RW | _PAGE_DIRTY));
	result = write_to(trace, code_target);
	pte_change(code, pte, old);
	return result;
}

static bool code_intact(void)
{
	return *code_target == code_before && trusted_intact();
}

static long write_own_text(struct attack_trace *trace)
{
	const struct ut_region *text = ut_map_find(&__ut_map_ut_attacks, UT_REGION_TEXT);

	return write_code(trace, (void *)text->start);
}

static long write_own_gate(struct attack_trace *trace)
{
	return write_code(trace, (void *)&attack_write);
}

/* What gates and runtime believe: the domain may read its records, not more. */
static int legal_records(void)
{
	const struct ut_record *record = records_start();

	if (attack_read((const long *)&record->target) != (long)record->target)
		return -EIO;
	/* The map says that the domain is itself: zeros. */
	return attack_read((const long *)&__ut_map_ut_attacks.name) ? -EIO : legal_write();
}

static long write_own_records(struct attack_trace *trace)
{
	return write_to(trace, (long *)&records_start()->target);
}

static long write_own_map(struct attack_trace *trace)
{
	return write_to(trace, (long *)&__ut_map_ut_attacks);
}

static bool map_intact(void)
{
	return __ut_map_ut_attacks.magic == UT_MAP_MAGIC && __ut_map_ut_attacks.view &&
	       exit_gate_of(trusted_sink);
}

const struct attack memory_attacks[] = {
	{ "deny_read_trusted", legal_read, read_trusted, NULL, -EFAULT },
	{ "deny_write_trusted", legal_write, write_trusted, NULL, -EFAULT },
	{ "deny_write_direct_map_alias", legal_write, write_alias, NULL, -EFAULT },
	{ "deny_write_kernel_text", legal_write, write_kernel_text, kernel_text_intact, -EFAULT },
	{ "deny_read_critical", legal_read, read_critical, critical_intact, -EFAULT },
	{ "deny_read_other_domain", legal_neighbour, read_neighbour, NULL, -EFAULT },
	{ "deny_read_trusted_remapped", legal_remapped, read_remapped, NULL, -EFAULT },
	{ "deny_write_trusted_remapped", legal_remapped, write_remapped, NULL, -EFAULT },
	{ "deny_read_critical_remapped", legal_remapped, read_critical_remapped,
	  critical_intact, -EFAULT },
	{ "deny_write_kernel_text_remapped", legal_remapped, write_text_remapped,
	  kernel_text_intact, -EFAULT },
	{ "deny_write_page_table", legal_write, write_page_table, page_table_intact, -EFAULT },
	{ "deny_write_page_table_remapped", legal_remapped, write_page_table_remapped,
	  page_table_intact, -EFAULT },
	{ "deny_write_gdt_remapped", legal_remapped, write_gdt_remapped, gdt_intact, -EFAULT },
	{ "deny_write_own_text", legal_write, write_own_text, code_intact, -EFAULT },
	{ "deny_write_own_gate", legal_write, write_own_gate, code_intact, -EFAULT },
	{ "deny_write_own_records", legal_records, write_own_records, map_intact, -EFAULT },
	{ "deny_write_own_map", legal_records, write_own_map, map_intact, -EFAULT },
	{ }
};
