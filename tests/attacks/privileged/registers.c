// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - control and debug registers (INV-8)
 *
 *   trusted: change a bit, and back                    : allow, KVM emulates it
 *   domain: write what CR0 or CR4 has already          : allow, changes nothing
 *   domain: change one bit; LMSW, CLTS, LLDT, LTR      : deny
 *
 * None of these bytes are refused at registration: the host alone stands here.
 */
#include <linux/errno.h>
#include <linux/hw_breakpoint.h>
#include <linux/irqflags.h>
#include <linux/perf_event.h>
#include <asm/processor-flags.h>

#include "attacks.h"

struct reg {
	unsigned long (*read)(void);
	void (*write)(unsigned long value);
	u8 bytes[4];		/* writes it from RDX */
	size_t size;
	unsigned long harmless;	/* bit that trusted code may change for a moment */
};

#define REG(name, bit, ...) \
	static unsigned long name##_read(void) \
	{ \
		unsigned long value; \
		asm volatile("mov %%" #name ", %0" : "=r"(value) : : "memory"); \
		return value; \
	} \
	static void name##_write(unsigned long value) \
	{ \
		asm volatile("mov %0, %%" #name : : "r"(value) : "memory"); \
	} \
	static const struct reg name = { name##_read, name##_write, { __VA_ARGS__ }, \
					 sizeof((const u8[]){ __VA_ARGS__ }), bit }

REG(cr0, X86_CR0_TS, 0x0f, 0x22, 0xc2);
REG(cr4, X86_CR4_PGE, 0x0f, 0x22, 0xe2);
REG(cr8, 1, 0x44, 0x0f, 0x22, 0xc2);
REG(dr0, 0x1000, 0x0f, 0x23, 0xc2);
REG(dr7, 0x2, 0x0f, 0x23, 0xfa);		/* global enable of DR0, which is 0 */

static unsigned long before;

/* Trusted code changes the register, and sees it. */
static int legal_trusted(const struct reg *reg)
{
	unsigned long flags, value;
	bool changed;

	local_irq_save(flags);
	value = reg->read();
	reg->write(value ^ reg->harmless);
	changed = reg->read() == (value ^ reg->harmless);
	reg->write(value);
	changed = changed && reg->read() == value;
	local_irq_restore(flags);
	return changed ? legal_site() : -EIO;
}

/* The domain too may write what does not change anything. */
static int legal_same(const struct reg *reg)
{
	unsigned long value = reg->read();
	int err = legal_trusted(reg);

	return err ?: site_run(reg->bytes, reg->size, value);
}

static int legal_cr0(void) { return legal_same(&cr0); }
static int legal_cr4(void) { return legal_same(&cr4); }
static int legal_cr8(void) { return legal_trusted(&cr8); }
static int legal_dr0(void) { return legal_trusted(&dr0); }

static unsigned long watched, watched_hits;

static void watched_hit(struct perf_event *event, struct perf_sample_data *data,
			struct pt_regs *regs)
{
	watched_hits++;
}

/* Debug registers work in the full view: a breakpoint on trusted data hits. */
static int legal_dr7(void)
{
	struct perf_event * __percpu *breakpoint;
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&watched;
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	breakpoint = register_wide_hw_breakpoint(&attr, watched_hit, NULL);
	if (IS_ERR((__force void *)breakpoint))
		return PTR_ERR((__force void *)breakpoint);
	watched_hits = 0;
	WRITE_ONCE(watched, watched + 1);
	unregister_wide_hw_breakpoint(breakpoint);
	WRITE_ONCE(watched, watched + 1);
	return watched_hits == 1 ? legal_trusted(&dr7) : -EIO;
}

static bool cr0_intact(void) { return cr0.read() == before && trusted_intact(); }
static bool cr4_intact(void) { return cr4.read() == before && trusted_intact(); }
static bool cr8_intact(void) { return cr8.read() == before && trusted_intact(); }
static bool dr0_intact(void) { return dr0.read() == before && trusted_intact(); }
static bool dr7_intact(void) { return dr7.read() == before && trusted_intact(); }

#define CHANGE(name, reg, bits) \
	static long op_##name(struct attack_trace *trace) \
	{ \
		trace->symbol = "attack_site"; \
		before = (reg).read(); \
		return site_run((reg).bytes, (reg).size, before ^ (bits)); \
	}

CHANGE(cr0_wp, cr0, X86_CR0_WP)
CHANGE(cr0_ts, cr0, X86_CR0_TS)
CHANGE(cr4_smep, cr4, X86_CR4_SMEP)
CHANGE(cr4_smap, cr4, X86_CR4_SMAP)
CHANGE(cr4_pge, cr4, X86_CR4_PGE)
CHANGE(cr4_tsd, cr4, X86_CR4_TSD)
CHANGE(cr4_fsgsbase, cr4, X86_CR4_FSGSBASE)
CHANGE(cr8, cr8, 0xf)
CHANGE(dr0, dr0, 0x1000)
CHANGE(dr7, dr7, 0x2)

static const struct reg msw = { cr0_read, cr0_write, { 0x0f, 0x01, 0xf2 }, 3, X86_CR0_TS };

static int legal_lmsw(void) { return legal_same(&msw); }	/* lmsw %dx */
CHANGE(lmsw, msw, X86_CR0_TS)

static const u8 clts[] = { 0x0f, 0x06 };

/* Of no effect while TS is clear, whoever does it. */
static int legal_clts(void)
{
	int err = legal_trusted(&cr0);
	unsigned long flags;

	if (err)
		return err;
	local_irq_save(flags);
	cr0.write(cr0.read() | X86_CR0_TS);
	asm volatile("clts" : : : "memory");
	if (cr0.read() & X86_CR0_TS)
		err = -EIO;
	local_irq_restore(flags);
	return err ?: site_run(clts, sizeof(clts), 0);
}

/* Nothing may use the FPU while TS is set. */
static long op_clts(struct attack_trace *trace)
{
	long result = site_write(clts, sizeof(clts));
	unsigned long flags;

	if (result)
		return result;
	trace->symbol = "attack_site";
	local_irq_save(flags);
	before = cr0.read();
	cr0.write(before | X86_CR0_TS);
	result = attack_site(0);
	before = cr0.read() ^ X86_CR0_TS;	/* still set, then */
	cr0.write(cr0.read() & ~X86_CR0_TS);
	local_irq_restore(flags);
	site_write(clts, 0);
	return result;
}

/* Of the null selector, and of one that may well be a task. */
static long op_lldt(struct attack_trace *trace)
{
	trace->symbol = "attack_site";
	return site_run((const u8[]){ 0x0f, 0x00, 0xd2 }, 3, 0);
}

static long op_ltr(struct attack_trace *trace)
{
	trace->symbol = "attack_site";
	return site_run((const u8[]){ 0x0f, 0x00, 0xda }, 3, 0x40);
}

const struct attack register_attacks[] = {
	{ "deny_clear_cr0_wp", legal_cr0, op_cr0_wp, cr0_intact, -EFAULT },
	{ "deny_set_cr0_ts", legal_cr0, op_cr0_ts, cr0_intact, -EFAULT },
	{ "deny_lmsw", legal_lmsw, op_lmsw, cr0_intact, -EFAULT },
	{ "deny_clts", legal_clts, op_clts, cr0_intact, -EFAULT },
	{ "deny_clear_cr4_smep", legal_cr4, op_cr4_smep, cr4_intact, -EFAULT },
	{ "deny_clear_cr4_smap", legal_cr4, op_cr4_smap, cr4_intact, -EFAULT },
	{ "deny_clear_cr4_pge", legal_cr4, op_cr4_pge, cr4_intact, -EFAULT },
	{ "deny_set_cr4_tsd", legal_cr4, op_cr4_tsd, cr4_intact, -EFAULT },
	{ "deny_clear_cr4_fsgsbase", legal_cr4, op_cr4_fsgsbase, cr4_intact, -EFAULT },
	{ "deny_write_cr8", legal_cr8, op_cr8, cr8_intact, -EFAULT },
	{ "deny_write_dr0", legal_dr0, op_dr0, dr0_intact, -EFAULT },
	{ "deny_write_dr7", legal_dr7, op_dr7, dr7_intact, -EFAULT },
	{ "deny_lldt", legal_site, op_lldt, NULL, -EFAULT },
	{ "deny_ltr", legal_site, op_ltr, NULL, -EFAULT },
	{ }
};
