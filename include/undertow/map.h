/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow map - what the plugin, the linker script and the runtime share
 *
 * Describes the region map of a domain, the records behind its gates, and the
 * few numbers that gate code has in it.  The runtime trusts the gates but
 * validates the map: a map comes from a module file.
 *
 * Compiles as C, C++ and assembler.
 */
#ifndef _UNDERTOW_MAP_H
#define _UNDERTOW_MAP_H

/* Any change in this file increments it; the runtime refuses other maps. */
#define UT_MAP_REVISION		3
#define UT_MAP_MAGIC		0x504d5455	/* "UTMP" */

/* Length of a domain name with its NUL.  Names are C identifiers. */
#define UT_NAME_SIZE		32
#define UT_REGIONS_MAX		16
#define UT_MAP_ALIGN		512

/* Kinds of region, and the rights they give in the domain's view. */
#define UT_REGION_TEXT		1	/* r-x, not executable in the full view */
#define UT_REGION_GATE		2	/* r-x, executable in the full view too */
#define UT_REGION_RODATA	3	/* r-- */
#define UT_REGION_DATA		4	/* rw- */
#define UT_REGION_BSS		5	/* rw- */
#define UT_REGION_CRITICAL	6	/* never granted to any restricted view */
#define UT_REGION_RECORDS	7	/* r--, struct ut_record[] */

/*
 * Gates are executable in a view, at any byte offset, so no relocated field of
 * a gate may spell an instruction that a view must not have.  The runtime looks
 * for those (opcode.c); all of them have the byte 0F, and none has it last.
 * So everything that a gate refers to is at an address whose two low bytes
 * are not 0F: below this offset in its page, and not at xx0F.  The two high
 * bytes of a kernel address of this size are harmless behind any 0F.
 */
#define UT_REACH		0xf00

/* Offsets in the state page, ut_state, which every view shows (overlay). */
#define UT_STATE_VIEW		0	/* __u32: number of the view; 0: full view */
#define UT_STATE_CPUNODE	4	/* __u32: selector whose limit is the CPU number */
#define UT_STATE_ABORT		8	/* entry points of the runtime: for all views, */
#define UT_STATE_ENTRY_SLOW	16	/* for entry gates, */
#define UT_STATE_EXIT_SLOW	24	/* and for exit gates */

/* Offsets in the per-CPU variable ut_cpu, the trusted storage of the gates. */
#define UT_CPU_RSP		0	/* innermost entry frame; 0: no domain active */
#define UT_CPU_CR3		8	/* CR3 value whose table every view can walk */
#define UT_CPU_STACKS		64	/* one free domain stack (its top) per view */
#define UT_CPU_EVENTS		320	/* this CPU's event page, per view */

/*
 * Entry frame on the trusted stack, from UT_CPU_RSP up.  Every entry gate
 * builds the same, so that any gate may return, and the runtime unwind, any
 * call.
 */
#define UT_FRAME_STACK		0	/* top of the domain stack in use */
#define UT_FRAME_VIEW		8	/* number of the domain's view */
#define UT_FRAME_RESUME		16	/* where the gate goes on; tells which gate */
#define UT_FRAME_FLAGS		24	/* RFLAGS of the caller */
#define UT_FRAME_R15		32
#define UT_FRAME_R14		40
#define UT_FRAME_R13		48
#define UT_FRAME_R12		56
#define UT_FRAME_RBX		64
#define UT_FRAME_RBP		72
#define UT_FRAME_RET		80	/* return address into the caller */
#define UT_FRAME_SIZE		88

/*
 * What the runtime leaves in the domain's memory, at RSI, when it enters the
 * domain's reentry gate behind an interrupt: registers, then what IRET takes.
 */
#define UT_REENTRY_RAX		0
#define UT_REENTRY_RCX		8
#define UT_REENTRY_RSI		16
#define UT_REENTRY_RDI		24
#define UT_REENTRY_RIP		32
#define UT_REENTRY_CS		40
#define UT_REENTRY_FLAGS	48
#define UT_REENTRY_RSP		56
#define UT_REENTRY_SS		64
#define UT_REENTRY_SIZE		72

/* Size of a domain stack, and the space that arguments leave for calls. */
#define UT_STACK_SIZE		16384

/* Offsets for gate code. */
#define UT_MAP_VIEW		12	/* in struct ut_map */
#define UT_RECORD_TARGET	8	/* in struct ut_record */
#define UT_RECORD_RESUME	16
#define UT_RECORD_ERROR		24

#ifndef __ASSEMBLY__

#include <undertow/abi.h>

struct ut_region {
	__u64 start;		/* linear address, page aligned */
	__u64 end;		/* first byte behind, page aligned; == start: empty */
	__u32 kind;		/* UT_REGION_* */
	__u32 reserved;		/* 0 */
};
UT_ASSERT(sizeof(struct ut_region) == 24, "struct ut_region");

/*
 * One gate.  The exit gates are the domain's allow-list.  In pages of their own
 * that the domain can read; the end of each page from UT_REACH on is zero, and
 * a record of zeros is no gate.  A domain has at least one reentry gate, which
 * starts with VMFUNC: the runtime goes back through it behind an interrupt.
 */
struct ut_record {
	__u64 gate;		/* address of the gate */
	__u64 target;		/* entry gate: body; exit gate: trusted function; reentry: 0 */
	__u64 resume;		/* entry gate: behind its call; others: 0 */
	__s64 error;		/* entry gate: result after a violation */
};
UT_ASSERT(sizeof(struct ut_record) == 32, "struct ut_record");
UT_ASSERT_OFFSET(ut_record, target, UT_RECORD_TARGET);
UT_ASSERT_OFFSET(ut_record, resume, UT_RECORD_RESUME);
UT_ASSERT_OFFSET(ut_record, error, UT_RECORD_ERROR);

/*
 * The region map of one domain.  In trusted, writable data, aligned to
 * UT_MAP_ALIGN on a page of maps.  The domain's view shows zeros instead.
 */
struct ut_map {
	__u32 magic;		/* UT_MAP_MAGIC */
	__u16 revision;		/* UT_MAP_REVISION */
	__u16 size;		/* sizeof(struct ut_map) */
	__u32 nr_regions;	/* used elements of regions[] */
	__u32 view;		/* written by the runtime; 0: not registered */
	char name[UT_NAME_SIZE];
	struct ut_region regions[UT_REGIONS_MAX];
};
UT_ASSERT(sizeof(struct ut_map) == 48 + 24 * UT_REGIONS_MAX, "struct ut_map");
UT_ASSERT(sizeof(struct ut_map) <= UT_MAP_ALIGN, "UT_MAP_ALIGN");
UT_ASSERT_OFFSET(ut_map, view, UT_MAP_VIEW);
UT_ASSERT_OFFSET(ut_map, name, 16);
UT_ASSERT_OFFSET(ut_map, regions, 48);

/**
 * ut_map_find() - Find the first region of a kind
 * @map: a region map with valid nr_regions
 * @kind: UT_REGION_*
 *
 * Return: the region, or 0.
 */
static inline const struct ut_region *ut_map_find(const struct ut_map *map,
						  __u32 kind)
{
	__u32 i;

	for (i = 0; i < map->nr_regions; i++)
		if (map->regions[i].kind == kind)
			return &map->regions[i];
	return 0;
}

#endif /* __ASSEMBLY__ */

#endif /* _UNDERTOW_MAP_H */
