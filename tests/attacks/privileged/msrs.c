// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - WRMSR (INV-8)
 *
 *   trusted: write the value that the MSR has, or another and back : allow
 *   domain: change it                                              : deny
 *
 * KVM passes some of them through in a VM without Undertow.  The bytes are not
 * refused at registration: the host alone stands here.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <asm/apicdef.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>

#include "attacks.h"

#define X2APIC(reg)	(APIC_BASE_MSR + ((reg) >> 4))

static u64 before;

/* mov $low, %eax; mov $msr, %ecx; wrmsr: EDX is the argument. */
static long domain_write(struct attack_trace *trace, u32 msr, u64 value)
{
	u32 low = value;
	u8 bytes[12] = {
		0xb8, low, low >> 8, low >> 16, low >> 24,
		0xb9, msr, msr >> 8, msr >> 16, msr >> 24,
		0x0f, 0x30,
	};

	trace->symbol = "attack_site";
	return site_run(bytes, sizeof(bytes), value >> 32);
}

static u64 msr_read(u32 msr)
{
	u64 value;

	rdmsrl(msr, value);
	return value;
}

static int legal_change(u32 msr, u64 bits)
{
	unsigned long flags;
	bool changed;
	u64 value;

	local_irq_save(flags);
	value = msr_read(msr);
	wrmsrl(msr, value ^ bits);
	changed = msr_read(msr) == (value ^ bits);
	wrmsrl(msr, value);
	changed = changed && msr_read(msr) == value;
	local_irq_restore(flags);
	return changed ? legal_site() : -EIO;
}

/* @bits: what the domain changes; @harmless: what trusted code may, for a moment. */
#define MSR(name, number, bits, harmless) \
	static int legal_##name(void) \
	{ \
		return legal_change(number, harmless); \
	} \
	static long op_##name(struct attack_trace *trace) \
	{ \
		before = msr_read(number); \
		return domain_write(trace, number, before ^ (bits)); \
	} \
	static bool name##_intact(void) \
	{ \
		return msr_read(number) == before && trusted_intact(); \
	}

MSR(sysenter_cs, MSR_IA32_SYSENTER_CS, 0x8, 0x8)
MSR(sysenter_esp, MSR_IA32_SYSENTER_ESP, 0x1000, 0x1000)
MSR(sysenter_eip, MSR_IA32_SYSENTER_EIP, 0x1000, 0x1000)
MSR(kernel_gs_base, MSR_KERNEL_GS_BASE, 0x1000, 0x1000)
MSR(fs_base, MSR_FS_BASE, 0x1000, 0x1000)
MSR(gs_base, MSR_GS_BASE, 0x1000, 0)
MSR(lstar, MSR_LSTAR, 0x1000, 0)
MSR(efer, MSR_EFER, EFER_NX, 0)

/* Without x2APIC mode these MSRs do not exist, and the attempt exits all the same. */
static bool is_x2apic(void)
{
	return msr_read(MSR_IA32_APICBASE) & X2APIC_ENABLE;
}

static int legal_tpr(void)
{
	return is_x2apic() ? legal_change(X2APIC(APIC_TASKPRI), 0x10) : legal_site();
}

static long op_tpr(struct attack_trace *trace)
{
	before = is_x2apic() ? msr_read(X2APIC(APIC_TASKPRI)) : 0;
	return domain_write(trace, X2APIC(APIC_TASKPRI), 0xf0);
}

static bool tpr_intact(void)
{
	return (!is_x2apic() || msr_read(X2APIC(APIC_TASKPRI)) == before) && trusted_intact();
}

/* An interrupt to this CPU that finds nothing to do. */
static int legal_ipi(u32 msr, u64 value)
{
	if (is_x2apic())
		wrmsrl(msr, value);
	return legal_site();
}

#define SELF_ICR	(APIC_DEST_SELF | IRQ_WORK_VECTOR)

static int legal_self_ipi(void)
{
	return legal_ipi(X2APIC(APIC_SELF_IPI), IRQ_WORK_VECTOR);
}

static long op_self_ipi(struct attack_trace *trace)
{
	return domain_write(trace, X2APIC(APIC_SELF_IPI), IRQ_WORK_VECTOR);
}

static int legal_icr(void)
{
	return legal_ipi(X2APIC(APIC_ICR), SELF_ICR);
}

static long op_icr(struct attack_trace *trace)
{
	return domain_write(trace, X2APIC(APIC_ICR), SELF_ICR);
}

#define ROW(name) { "deny_wrmsr_" #name, legal_##name, op_##name, name##_intact, -EFAULT }

const struct attack msr_attacks[] = {
	ROW(sysenter_cs), ROW(sysenter_esp), ROW(sysenter_eip),
	ROW(kernel_gs_base), ROW(fs_base), ROW(gs_base), ROW(lstar), ROW(efer), ROW(tpr),
	{ "deny_wrmsr_self_ipi", legal_self_ipi, op_self_ipi, NULL, -EFAULT },
	{ "deny_wrmsr_icr", legal_icr, op_icr, NULL, -EFAULT },
	{ }
};
