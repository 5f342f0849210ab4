// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - instructions with which KVM acts for the guest (INV-8, INV-9)
 *
 *   domain: "mov %rdx, %rax" at the site of the bytes  : allow
 *   domain: an instruction that exits to KVM           : deny, nothing is emulated
 *
 * One-byte forms cannot be kept out of text at unaligned offsets; the others
 * are what the scan at registration refuses, written afterwards (site.c).
 */
#include <linux/errno.h>
#include <asm/io.h>
#include <asm/special_insns.h>

#include "attacks.h"

#define BYTES(...) ((const u8[]){ __VA_ARGS__ }), sizeof((const u8[]){ __VA_ARGS__ })

/* The serial port's scratch register: emulated by KVM's user space. */
#define PORT_SCRATCH	0x3ff
#define MSR_APICBASE	0x1b
#define SCRATCH_VALUE	0x5a

static long run(struct attack_trace *trace, const u8 *bytes, size_t len, unsigned long rdx)
{
	trace->symbol = "attack_site";
	return site_run(bytes, len, rdx);
}

static long op_cpuid(struct attack_trace *trace)
{
	return run(trace, BYTES(0x0f, 0xa2), 0);
}

static long op_hlt(struct attack_trace *trace)
{
	return run(trace, BYTES(0xf4), 0);
}

static long op_in(struct attack_trace *trace)
{
	return run(trace, BYTES(0xec), PORT_SCRATCH);		/* in %dx, %al */
}

static long op_out(struct attack_trace *trace)
{
	outb(SCRATCH_VALUE, PORT_SCRATCH);
	return run(trace, BYTES(0xee), PORT_SCRATCH);		/* out %al, %dx */
}

static bool scratch_intact(void)
{
	return inb(PORT_SCRATCH) == SCRATCH_VALUE && trusted_intact();
}

/* rep insb: KVM would write the domain's choice of memory for it. */
static long op_ins(struct attack_trace *trace)
{
	return run(trace, BYTES(0x6c), PORT_SCRATCH);
}

static long op_rdmsr(struct attack_trace *trace)
{
	return run(trace, BYTES(0xb9, MSR_APICBASE, 0, 0, 0, 0x0f, 0x32), 0);
}

static u64 apic_base_before;

static u64 apic_base(void)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_APICBASE));
	return (u64)high << 32 | low;
}

static long op_wrmsr(struct attack_trace *trace)
{
	apic_base_before = apic_base();
	return run(trace, BYTES(0xb9, MSR_APICBASE, 0, 0, 0, 0x0f, 0x30), 0);
}

static bool apic_base_intact(void)
{
	return apic_base() == apic_base_before && trusted_intact();
}

/* UT_HC_VIEW_DESTROY, of all things; RAX holds the number. */
static long op_vmcall(struct attack_trace *trace)
{
	return run(trace, BYTES(0xb8, 0x04, 0x00, 0x54, 0x55, 0x0f, 0x01, 0xc1), 0);
}

static unsigned long cr_before;

static long op_write_cr4(struct attack_trace *trace)
{
	cr_before = native_read_cr4();
	return run(trace, BYTES(0x0f, 0x22, 0xe0), 0);		/* mov %rax, %cr4: SMEP off */
}

static bool cr4_intact(void)
{
	return native_read_cr4() == cr_before && trusted_intact();
}

static long op_write_cr0(struct attack_trace *trace)
{
	cr_before = native_read_cr0();
	return run(trace, BYTES(0x0f, 0x22, 0xc0), 0);		/* mov %rax, %cr0: no paging */
}

static bool cr0_intact(void)
{
	return native_read_cr0() == cr_before && trusted_intact();
}

static long op_lidt(struct attack_trace *trace)
{
	/* lidt (%rdx) */
	return run(trace, BYTES(0x0f, 0x01, 0x1a), (unsigned long)domain_pages);
}

static long op_lgdt(struct attack_trace *trace)
{
	/* lgdt (%rdx) */
	return run(trace, BYTES(0x0f, 0x01, 0x12), (unsigned long)domain_pages);
}

static long op_wbinvd(struct attack_trace *trace)
{
	return run(trace, BYTES(0x0f, 0x09), 0);
}

static long op_xsetbv(struct attack_trace *trace)
{
	return run(trace, BYTES(0x0f, 0x01, 0xd1), 0);
}

static long op_vmxon(struct attack_trace *trace)
{
	/* vmxon (%rdx) */
	return run(trace, BYTES(0xf3, 0x0f, 0xc7, 0x32), (unsigned long)domain_pages);
}

const struct attack privileged_attacks[] = {
	{ "deny_cpuid", legal_site, op_cpuid, NULL, -EFAULT },
	{ "deny_hlt", legal_site, op_hlt, NULL, -EFAULT },
	{ "deny_in", legal_site, op_in, NULL, -EFAULT },
	{ "deny_out", legal_site, op_out, scratch_intact, -EFAULT },
	{ "deny_ins", legal_site, op_ins, NULL, -EFAULT },
	{ "deny_rdmsr", legal_site, op_rdmsr, NULL, -EFAULT },
	{ "deny_wrmsr", legal_site, op_wrmsr, apic_base_intact, -EFAULT },
	{ "deny_vmcall", legal_site, op_vmcall, NULL, -EFAULT },
	{ "deny_write_cr0", legal_site, op_write_cr0, cr0_intact, -EFAULT },
	{ "deny_write_cr4", legal_site, op_write_cr4, cr4_intact, -EFAULT },
	{ "deny_lidt", legal_site, op_lidt, NULL, -EFAULT },
	{ "deny_lgdt", legal_site, op_lgdt, NULL, -EFAULT },
	{ "deny_wbinvd", legal_site, op_wbinvd, NULL, -EFAULT },
	{ "deny_xsetbv", legal_site, op_xsetbv, NULL, -EFAULT },
	{ "deny_vmxon", legal_site, op_vmxon, NULL, -EFAULT },
	{ }
};
