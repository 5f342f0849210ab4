// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - an NMI at every instruction of the gates (INV-5, INV-6)
 *
 * One CPU calls a domain all the time, another one sends it NMIs.  Where they
 * arrive is noted: in the full view by the NMI's own registers, in the domain by
 * the runtime's tracepoint.  It goes on until all instructions of an entry gate and
 * an exit gate have been hit; every call must return what it should.
 */
#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <asm/apic.h>
#include <asm/nmi.h>
#include <asm/trapnr.h>

#include <undertow/map.h>

#include "testmod_expect.h"
#include "functional.h"

DECLARE_TRACE(undertow_event, TP_PROTO(u32 view, u32 vector, unsigned long rip),
	      TP_ARGS(view, vector, rip));

extern struct ut_map __ut_map_ut_functional;

#define GATE_BYTES	512
/* Instructions of a call that runs through: see gate-count.c.  With IBT a landing pad too. */
#define ENTRY_WANTED	(61 + IS_ENABLED(CONFIG_X86_KERNEL_IBT))
#define EXIT_WANTED	(49 + IS_ENABLED(CONFIG_X86_KERNEL_IBT))
#define TRIES_MAX	20000

/* A gate, and where an NMI hit it.  What runs only when something is wrong, or on
 * a CPU's first call, is left out: behind the switch to the full view, and at the
 * end.
 */
static struct watched {
	const char *name;
	unsigned long start, size;
	unsigned long skip, skip_end;
	unsigned int wanted;
	DECLARE_BITMAP(hit, GATE_BYTES);
} gates[2];

static atomic_long_t sent, arrived, in_domain;
static long errors, calls;

static void note_all(unsigned long rip)
{
	for (struct watched *gate = gates; gate < gates + ARRAY_SIZE(gates); gate++)
		if (rip - gate->start < gate->size &&
		    (rip < gate->skip || rip >= gate->skip_end))
			set_bit(rip - gate->start, gate->hit);
}

static int nmi(unsigned int type, struct pt_regs *regs)
{
	if (atomic_long_read(&arrived) == atomic_long_read(&sent))
		return NMI_DONE;
	note_all(regs->ip);
	atomic_long_inc(&arrived);
	return NMI_HANDLED;
}

static void domain_event(void *data, u32 view, u32 vector, unsigned long rip)
{
	if (vector != X86_TRAP_NMI)
		return;
	note_all(rip);
	atomic_long_inc(&in_domain);
}

static bool all_hit(void)
{
	for (struct watched *gate = gates; gate < gates + ARRAY_SIZE(gates); gate++)
		if (bitmap_weight(gate->hit, GATE_BYTES) < gate->wanted)
			return false;
	return true;
}

/* The target of the NMIs. */
static int caller(void *data)
{
	while (!kthread_should_stop()) {
		for (int i = 0; i < 100; i++, calls++) {
			null_call();
			errors += leave(i) != i;
			errors += spin_registers(3) != 0;
		}
		cond_resched();
	}
	return 0;
}

static unsigned long size_of(unsigned long symbol)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned long size = 0;

	sprint_symbol(text, symbol);
	sscanf(strchr(text, '/') ?: "", "/%lx", &size);
	return min(size, (unsigned long)GATE_BYTES);
}

/* Find bytes in a gate; 0 if it has none. */
static unsigned long find(const struct watched *gate, unsigned long from, const char *bytes,
			  size_t len)
{
	for (; from + len <= gate->start + gate->size; from++)
		if (!memcmp((void *)from, bytes, len))
			return from;
	return 0;
}

/* VMFUNC and JECXZ over the code for a foreign view; RET and the call of the slow path. */
static int gate_limits(struct watched *gate, unsigned int vmfunc)
{
	static const char leave[] = { 0x0f, 0x01, 0xd4, 0x67, 0xe3 };
	static const char slow[] = { 0xc3, 0xff, 0x14, 0x25 };
	unsigned long at = gate->start, end;

	do {
		at = find(gate, at + 1, leave, sizeof(leave));
	} while (at && vmfunc--);
	if (!at)
		return -ENOENT;
	gate->skip = at + sizeof(leave) + 1;
	gate->skip_end = gate->skip + *(u8 *)(at + sizeof(leave));
	end = find(gate, gate->skip_end, slow, sizeof(slow));
	if (end)
		gate->size = end + 1 - gate->start;
	return 0;
}

static int gates_find(void)
{
	const struct ut_region *region = ut_map_find(&__ut_map_ut_functional, UT_REGION_RECORDS);
	const struct ut_record *record = (void *)region->start;
	unsigned long start = (unsigned long)null_call;

	memset(gates, 0, sizeof(gates));
	gates[0] = (struct watched){ "entry", start, size_of(start), .wanted = ENTRY_WANTED };
	for (; record < (const struct ut_record *)region->end; record++)
		if (record->target == (unsigned long)trusted_null)
			gates[1] = (struct watched){ "exit", record->gate, size_of(record->gate),
						     .wanted = EXIT_WANTED };
	return gate_limits(&gates[0], 1) ?: gate_limits(&gates[1], 0);
}

/* One after the other: the CPU keeps at most one pending. */
static void storm(unsigned int cpu)
{
	for (long tries = 0; tries < TRIES_MAX && !all_hit(); tries++) {
		atomic_long_inc(&sent);
		apic->send_IPI(cpu, NMI_VECTOR);
		for (int i = 0; i < 1000000 && atomic_long_read(&arrived) < atomic_long_read(&sent);
		     i++)
			cpu_relax();
		if (atomic_long_read(&arrived) != atomic_long_read(&sent))
			break;
		udelay(tries % 7);
	}
}

int allow_nmi_at_every_instruction(const void *data)
{
	struct task_struct *task;
	int err;

	if (EXPECT_EQ(num_online_cpus() >= 2, true))
		return -ENODEV;
	err = gates_find();
	if (err)
		return err;
	err = register_nmi_handler(NMI_LOCAL, nmi, 0, "ut_window");
	err = err ?: register_trace_undertow_event(domain_event, NULL);
	if (err)
		return err;
	task = kthread_create(caller, NULL, "ut_window");
	kthread_bind(task, 1);
	wake_up_process(task);
	set_cpus_allowed_ptr(current, cpumask_of(0));
	storm(1);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	kthread_stop(task);
	unregister_trace_undertow_event(domain_event, NULL);
	tracepoint_synchronize_unregister();
	unregister_nmi_handler(NMI_LOCAL, "ut_window");
	testmod_say("sent %ld\narrived %ld\nin_domain %ld\ncalls %ld\n",
		    atomic_long_read(&sent), atomic_long_read(&arrived),
		    atomic_long_read(&in_domain), calls);
	for (struct watched *gate = gates; gate < gates + ARRAY_SIZE(gates); gate++) {
		testmod_say("%s %u\n", gate->name, bitmap_weight(gate->hit, GATE_BYTES));
		err |= EXPECT_EQ(bitmap_weight(gate->hit, GATE_BYTES), gate->wanted);
	}
	err |= EXPECT_EQ(atomic_long_read(&arrived), atomic_long_read(&sent));
	return err | EXPECT_EQ(errors, 0);
}
