// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - log lines
 *
 * One line per violation, stable tokens first; each domain has its own rate
 * limit, so that a hostile one hides nobody else's lines.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/kallsyms.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/string.h>
#include "runtime.h"

/* Executions without a gate that belong to no domain. */
static DEFINE_RATELIMIT_STATE(stray_limit, 5 * HZ, 10);

#define FIELD_SIZE	64

static void format_addr(const struct ut_violation *violation, char *buffer)
{
	buffer[0] = 0;
	if (violation->has_addr)
		snprintf(buffer, FIELD_SIZE, " addr=0x%lx", violation->addr);
}

static void format_detail(const struct ut_violation *violation, char *buffer)
{
	buffer[0] = 0;
	if (violation->file)
		snprintf(buffer, FIELD_SIZE, " at=%.*s:%u", FIELD_SIZE - 16,
			 kbasename(violation->file), violation->number);
	if (violation->detail)
		snprintf(buffer, FIELD_SIZE, " %s=%u", violation->detail, violation->number);
}

/* Symbol without offset and module. */
static const char *format_symbol(unsigned long addr, char *buffer)
{
	sprint_symbol_no_offset(buffer, addr);
	/* What it returns depends on the kernel. */
	strreplace(buffer, '[', 0);
	return strim(buffer);
}

/* Policy audit: @error is why the access could not be allowed, or 0. */
void ut_log_audit(struct ut_domain *domain, const struct ut_violation *violation,
		  unsigned long gate, int error)
{
	char name[KSYM_SYMBOL_LEN];
	const char *symbol;

	if (!__ratelimit(&domain->limit))
		return;
	symbol = format_symbol(gate, name);
	if (error)
		pr_warn("audit: cannot allow %s domain=%s addr=0x%lx rip=%pS gate=%s (error %d)\n",
			violation->kind, domain->copy.name, violation->addr,
			(void *)violation->rip, symbol, error);
	else
		pr_warn("audit: allowed %s domain=%s addr=0x%lx rip=%pS gate=%s\n",
			violation->kind, domain->copy.name, violation->addr,
			(void *)violation->rip, symbol);
}

void ut_log_violation(struct ut_domain *domain, const struct ut_violation *violation,
		      unsigned long gate)
{
	char addr[FIELD_SIZE], detail[FIELD_SIZE], name[KSYM_SYMBOL_LEN];

	if (!__ratelimit(&domain->limit))
		return;
	format_addr(violation, addr);
	format_detail(violation, detail);
	if (violation->has_rip)
		pr_warn("denied %s domain=%s%s%s rip=%pS gate=%s\n", violation->kind,
			domain->copy.name, addr, detail, (void *)violation->rip,
			format_symbol(gate, name));
	else
		pr_warn("denied %s domain=%s%s%s rip=? gate=%s\n", violation->kind,
			domain->copy.name, addr, detail, format_symbol(gate, name));
}

/* Memory was freed that is no allocation: the domain may have chosen the address. */
void ut_log_free(struct ut_domain *domain, unsigned long addr, size_t size, unsigned long caller)
{
	if (__ratelimit(&domain->limit))
		pr_warn("refused free domain=%s addr=0x%lx size=%zu caller=%pS\n",
			domain->copy.name, addr, size, (void *)caller);
}

/* Untrusted text was entered without its gate; @domain is NULL if it left. */
void ut_log_stray(struct ut_domain *domain, unsigned long addr, unsigned long rip)
{
	if (!__ratelimit(domain ? &domain->limit : &stray_limit))
		return;
	pr_warn("denied exec domain=%s addr=0x%lx rip=%pS view=full\n",
		domain ? domain->copy.name : "?", addr, (void *)rip);
}
