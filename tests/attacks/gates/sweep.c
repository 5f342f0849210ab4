// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - jumps to every byte of the gates (INV-4)
 *
 *   for each byte of an entry gate and of an exit gate, with hostile registers,
 *   ECX=0 and ECX=own view: jump there.  Any end of the call is legal but one
 *   that leaves trusted state changed; each violation is counted.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "attacks.h"

#define GATE_MAX 512

/* Where all registers hold the address of a page that must not change. */
static void registers_point_at(u64 address)
{
	u64 *reg = &attack_target.rax;

	for (unsigned int i = 0; i < 16; i++)
		if (reg != &attack_target.rcx && i != 0 && i != 2)
			reg[i] = address;
}

static long sweep(struct attack_trace *trace, u64 start, u64 end, u64 ecx, u64 address)
{
	for (u64 rip = start; rip < end; rip++) {
		jump_prepare(rip);
		if (address)
			registers_point_at(address);
		attack_target.rcx = ecx;
		attack_target.rdi = 0;
		/* A gate that returns by this stack goes nowhere. */
		*(u64 *)attack_target.rsp = 0;
		if (attack_jump() == -EFAULT)
			trace->faults++;
		if (!trusted_intact())
			return -EUCLEAN;
		if (attack_own() != DOMAIN_VALUE)
			return -EIO;
		cond_resched();
	}
	return 0;
}

/* The first gate behind this one, or the end of the region, as the map tells. */
static u64 gate_end(u64 gate)
{
	const struct ut_map *map = &__ut_map_ut_attacks;
	u64 end = gate + GATE_MAX;

	for (const struct ut_record *other = records_start(); other < records_end(); other++)
		if (other->gate > gate)
			end = min(end, other->gate);
	for (u32 i = 0; i < map->nr_regions; i++)
		if (map->regions[i].kind == UT_REGION_GATE && gate < map->regions[i].end)
			end = min(end, map->regions[i].end);
	return end;
}

static long sweep_gate(struct attack_trace *trace, u64 gate)
{
	u64 end = gate_end(gate);
	long err;

	if (!gate)
		return -ENOENT;
	trace->faults = 0;
	err = sweep(trace, gate, end, 0, 0);
	if (!err)
		err = sweep(trace, gate, end, __ut_map_ut_attacks.view, 0);
	return err ?: sweep(trace, gate, end, 0, (u64)&trusted_page[256]);
}

static long sweep_entry(struct attack_trace *trace)
{
	return sweep_gate(trace, (u64)&attack_own);
}

static long sweep_exit(struct attack_trace *trace)
{
	return sweep_gate(trace, exit_gate_of(trusted_sink));
}

static bool page_clean(void)
{
	return trusted_intact() && !memchr_inv(&trusted_page[1], 0, PAGE_SIZE - sizeof(long));
}

const struct attack sweep_attacks[] = {
	{ "deny_jump_entry_gate_every_byte", legal_jump, sweep_entry, page_clean, 0 },
	{ "deny_jump_exit_gate_every_byte", legal_jump, sweep_exit, page_clean, 0 },
	{ }
};
