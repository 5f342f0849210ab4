// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - code that the view does not execute (INV-2, INV-3)
 *
 *   domain --call--> own function                : allow
 *   domain --call--> kernel function, no gate    : deny
 *   domain --call--> bytes in own data           : deny (guest page tables: NX)
 *   the same, page tables say executable         : deny (EPT)
 *   domain --VMFUNC outside a gate--> full view  : deny, at the next fetch
 *   trusted --call--> body, not its gate         : deny, the call returns -EFAULT
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "attacks.h"

/* "mov $0xd0a1, %eax; ret" */
static u8 __untrusted data_code[] = { 0xb8, 0xa1, 0xd0, 0x00, 0x00, 0xc3 };

static long call_kernel(struct attack_trace *trace)
{
	trace->addr = (unsigned long)&ktime_get_real_seconds;
	return attack_call((void *)&ktime_get_real_seconds);
}

static unsigned long calls_before;

static long call_trusted(struct attack_trace *trace)
{
	calls_before = trusted_sink_calls;
	trace->addr = (unsigned long)&trusted_sink;
	return attack_call((void *)&trusted_sink);
}

static bool sink_not_called(void)
{
	return trusted_sink_calls == calls_before && trusted_intact();
}

static long execute_data(struct attack_trace *trace)
{
	return attack_call((void *)data_code);
}

/* The CPU checks the page tables first; take their objection away. */
static long execute_data_mapped(struct attack_trace *trace)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)data_code, &level);
	pte_t old;
	long result;

	if (!pte || level != PG_LEVEL_4K)
		return -ENOENT;
	old = *pte;
	WRITE_ONCE(*pte, __pte(pte_val(old) & ~_PAGE_NX));
	asm volatile("invlpg %0" :: "m"(data_code) : "memory");
	trace->addr = (unsigned long)data_code;
	result = attack_call((void *)data_code);
	WRITE_ONCE(*pte, old);
	asm volatile("invlpg %0" :: "m"(data_code) : "memory");
	return result;
}

static long vmfunc_outside_gate(struct attack_trace *trace)
{
	static const u8 vmfunc[] = { 0x0f, 0x01, 0xd4 };

	trace->symbol = "attack_site";
	return site_run(vmfunc, sizeof(vmfunc), 0);
}

/* A long row of them: each fetch in the full view must end the call. */
static long vmfunc_row(struct attack_trace *trace)
{
	static const u8 bytes[] = { 0x0f, 0x01, 0xd4, 0x0f, 0x01, 0xd4, 0x0f, 0x01, 0xd4,
				    0x0f, 0x01, 0xd4 };

	return site_run(bytes, sizeof(bytes), 0);
}

/* ECX = a view that does not exist: an exit that KVM must refuse (INV-9). */
static long vmfunc_bad_view(struct attack_trace *trace)
{
	static const u8 bytes[] = { 0xb9, 0xff, 0x01, 0x00, 0x00,	/* mov $511, %ecx */
				    0x0f, 0x01, 0xd4 };

	return site_run(bytes, sizeof(bytes), 0);
}

static unsigned long body_of(void *gate_symbol)
{
	for (const struct ut_record *gate = records_start(); gate < records_end(); gate++)
		if (gate->gate == (unsigned long)gate_symbol)
			return gate->target;
	return 0;
}

static long enter_body(struct attack_trace *trace)
{
	unsigned long body = body_of(&attack_own);

	if (!body)
		return -ENOENT;
	trace->addr = body;
	return ((long (*)(void))body)();
}

const struct attack execute_attacks[] = {
	{ "deny_call_kernel_function", legal_call, call_kernel, NULL, -EFAULT },
	{ "deny_call_trusted_function", legal_call, call_trusted, sink_not_called, -EFAULT },
	{ "deny_execute_own_data", legal_call, execute_data, NULL, -EFAULT },
	{ "deny_execute_own_data_mapped", legal_call, execute_data_mapped, NULL, -EFAULT },
	{ "deny_vmfunc_outside_gate", legal_site, vmfunc_outside_gate, NULL, -EFAULT },
	{ "deny_vmfunc_row", legal_site, vmfunc_row, NULL, -EFAULT },
	{ "deny_vmfunc_bad_view", legal_site, vmfunc_bad_view, NULL, -EFAULT },
	{ "deny_enter_body_from_full_view", legal_call, enter_body, NULL, -EFAULT },
	{ }
};
