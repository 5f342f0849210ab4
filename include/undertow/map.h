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
#define UT_MAP_REVISION		1
#define UT_MAP_MAGIC		0x504d5455	/* "UTMP" */

/* Length of a domain name with its NUL.  Names are C identifiers. */
#define UT_NAME_SIZE		32
#define UT_REGIONS_MAX		16

/* Kinds of region, and the rights they give in the domain's view. */
#define UT_REGION_TEXT		1	/* r-x, not executable in the full view */
#define UT_REGION_GATE		2	/* r-x, executable in the full view too */
#define UT_REGION_RODATA	3	/* r-- */
#define UT_REGION_DATA		4	/* rw- */
#define UT_REGION_BSS		5	/* rw- */
#define UT_REGION_CRITICAL	6	/* never granted to any restricted view */

/* Offsets in the per-CPU variable ut_cpu, the trusted storage of the gates. */
#define UT_CPU_RSP		0	/* innermost entry frame; 0: no domain active */
#define UT_CPU_CR3		8	/* CR3 value whose table every view can walk */
#define UT_CPU_STACKS		64	/* one free domain stack (its top) per view */

/*
 * Entry frame on the trusted stack, from UT_CPU_RSP up.  Every entry gate
 * builds the same, so that any gate may return, and the runtime unwind, any
 * call.
 */
#define UT_FRAME_STACK		0	/* top of the domain stack in use */
#define UT_FRAME_GATE		8	/* struct ut_gate */
#define UT_FRAME_FLAGS		16	/* RFLAGS of the caller */
#define UT_FRAME_R15		24
#define UT_FRAME_R14		32
#define UT_FRAME_R13		40
#define UT_FRAME_R12		48
#define UT_FRAME_RBX		56
#define UT_FRAME_RBP		64
#define UT_FRAME_RET		72	/* return address into the caller */
#define UT_FRAME_SIZE		80

/* Offsets in struct ut_map and struct ut_gate for gate code. */
#define UT_MAP_VIEW		12
#define UT_GATE_ERROR		16

#ifndef __ASSEMBLY__

#include <undertow/abi.h>

struct ut_region {
	__u64 start;		/* linear address, page aligned */
	__u64 end;		/* first byte behind, page aligned; == start: empty */
	__u32 kind;		/* UT_REGION_* */
	__u32 reserved;		/* 0 */
};
UT_ASSERT(sizeof(struct ut_region) == 24, "struct ut_region");

/* One entry gate: pushed by the gate into its frame. */
struct ut_gate {
	__u64 gate;		/* address of the gate, the public symbol */
	__u64 body;		/* address of the untrusted body */
	__s64 error;		/* what the call returns after a violation */
	__u64 map;		/* struct ut_map of the domain */
};
UT_ASSERT(sizeof(struct ut_gate) == 32, "struct ut_gate");
UT_ASSERT_OFFSET(ut_gate, error, UT_GATE_ERROR);

/* One exit gate: an element of the domain's allow-list. */
struct ut_callee {
	__u64 gate;		/* address of the exit gate */
	__u64 target;		/* the trusted function it calls */
};
UT_ASSERT(sizeof(struct ut_callee) == 16, "struct ut_callee");

/* The region map of one domain.  In trusted, writable data. */
struct ut_map {
	__u32 magic;		/* UT_MAP_MAGIC */
	__u16 revision;		/* UT_MAP_REVISION */
	__u16 size;		/* sizeof(struct ut_map) */
	__u32 nr_regions;	/* used elements of regions[] */
	__u32 view;		/* written by the runtime; 0: not registered */
	char name[UT_NAME_SIZE];
	__u64 gates;		/* struct ut_gate[] */
	__u64 gates_end;
	__u64 callees;		/* struct ut_callee[], the allow-list */
	__u64 callees_end;
	struct ut_region regions[UT_REGIONS_MAX];
};
UT_ASSERT(sizeof(struct ut_map) == 80 + 24 * UT_REGIONS_MAX, "struct ut_map");
UT_ASSERT_OFFSET(ut_map, view, UT_MAP_VIEW);
UT_ASSERT_OFFSET(ut_map, name, 16);
UT_ASSERT_OFFSET(ut_map, gates, 48);
UT_ASSERT_OFFSET(ut_map, regions, 80);

#endif /* __ASSEMBLY__ */

#endif /* _UNDERTOW_MAP_H */
