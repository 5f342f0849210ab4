/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow opcodes - instructions that untrusted text must not contain
 *
 * The list of multi-byte instructions that must not stand at any byte offset of
 * untrusted text, because nothing else makes them harmless: ut_opcodes[].  It is
 * judged without decoding, so an entry may also be found in or across others.
 *
 * Not in the list, and who makes it harmless:
 *
 * - what one byte can do as well, which cannot be excluded: POP FS/GS, LSS, LFS,
 *   LGS (as MOV to a segment register); SYSRET, SYSEXIT (as IRET);
 * - SYSCALL, SYSENTER: the kernel's entry is not executable in the view;
 * - what exits and is refused by the host in a restricted view (INV-8, INV-9):
 *   LGDT, LIDT, LLDT, LTR, MOV to DR and CR8, VMCALL and the other VMX instructions,
 *   XSETBV, RDPMC, GETSEC, INVD, WBINVD, MONITOR, MWAIT...
 * - MOV to CR0 and CR4, LMSW, CLTS: exit and are refused if they change a bit
 *   (the host owns all bits), and do nothing if not;
 * - WRMSR: exits and is refused, but for the few MSRs that the host lets through
 *   because they hold nothing that trusted code relies on (limitations.md);
 * - what changes nothing that matters: MOV from CR and DR, MOV to CR2, RDMSR,
 *   RDTSC, RDFSBASE, RDGSBASE, INVLPG, STAC, CLAC;
 * - x87, MXCSR and vectors, of which FNINIT, VLDMXCSR and MOVAPS are too short, or
 *   without 0F: the calling process's (limitations.md), so nor FXRSTOR and LDMXCSR.
 *
 * REX2 and EVEX forms need XCR0.APX, which the host does not let a guest set.
 *
 * A longer list costs: the compiler has to avoid each entry (clang-plugin,
 * Encoding.cpp), whose proof for distances inside a text does not hold for any.
 *
 * C only; nothing but fixed-width types is needed, so that tools can judge too.
 */
#ifndef _UNDERTOW_OPCODE_H
#define _UNDERTOW_OPCODE_H

#include <linux/types.h>

#define UT_OPCODE_SIZE		4

/* An instruction: what its bytes are, in the bits that matter. */
struct ut_opcode {
	const char *name;
	__u8 value[UT_OPCODE_SIZE];
	__u8 mask[UT_OPCODE_SIZE];	/* 0: no such byte */
};

static const struct ut_opcode ut_opcodes[] = {
	/* The two high bits of ModRM do not matter to MOV CR. */
	{ "MOV to CR3", { 0x0f, 0x22, 0x18 }, { 0xff, 0xff, 0x38 } },
	{ "VMFUNC", { 0x0f, 0x01, 0xd4 }, { 0xff, 0xff, 0xff } },
	{ "WRPKRU", { 0x0f, 0x01, 0xef }, { 0xff, 0xff, 0xff } },
	{ "SWAPGS", { 0x0f, 0x01, 0xf8 }, { 0xff, 0xff, 0xff } },
	/* Memory forms of /3: mod 00 and 01, mod 10. */
	{ "XRSTORS", { 0x0f, 0xc7, 0x18 }, { 0xff, 0xff, 0xb8 } },
	{ "XRSTORS", { 0x0f, 0xc7, 0x98 }, { 0xff, 0xff, 0xf8 } },
	/* The same of /5, which in a register is LFENCE: PKRU is in its reach. */
	{ "XRSTOR", { 0x0f, 0xae, 0x28 }, { 0xff, 0xff, 0xb8 } },
	{ "XRSTOR", { 0x0f, 0xae, 0xa8 }, { 0xff, 0xff, 0xf8 } },
	{ }
};

/* Register forms of /2 and /3; only behind a prefix F3, wherever that stands. */
static const struct ut_opcode ut_opcode_wrbase = {
	"WRFSBASE or WRGSBASE", { 0x0f, 0xae, 0xd0 }, { 0xff, 0xff, 0xf0 },
};

/* No instruction is longer. */
#define UT_OPCODE_LONGEST	15

/* Name of the instruction if the bytes, as far as there are any, are its. */
static inline const char *ut_opcode_match(const struct ut_opcode *opcode,
					  const __u8 *bytes, __u64 left)
{
	unsigned int i;

	for (i = 0; i < UT_OPCODE_SIZE && opcode->mask[i]; i++) {
		/* Bytes of another region may complete it. */
		if (i >= left)
			return "that is incomplete";
		if ((bytes[i] & opcode->mask[i]) != opcode->value[i])
			return 0;
	}
	return opcode->name;
}

static inline const char *ut_opcode_listed(const __u8 *bytes, __u64 left)
{
	const struct ut_opcode *opcode;
	const char *name = 0;

	for (opcode = ut_opcodes; opcode->name && !name; opcode++)
		name = ut_opcode_match(opcode, bytes, left);
	return name;
}

static inline int ut_opcode_is_prefix(__u8 byte)
{
	switch (byte) {
	case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
	case 0x66: case 0x67: case 0xf0: case 0xf2: case 0xf3:
		return 1;
	default:
		return (byte & 0xf0) == 0x40;	/* REX */
	}
}

/**
 * ut_opcode_forbidden() - Judge the bytes at one offset of untrusted text
 * @bytes: where an instruction could start
 * @left: bytes up to the end of the text, at least 1
 *
 * Return: name of the forbidden instruction, or 0.
 */
static inline const char *ut_opcode_forbidden(const __u8 *bytes, __u64 left)
{
	const char *name = ut_opcode_listed(bytes, left);
	unsigned int skip;

	if (name || bytes[0] != 0xf3)
		return name;
	for (skip = 1; skip < left && skip < UT_OPCODE_LONGEST; skip++)
		if (!ut_opcode_is_prefix(bytes[skip]))
			break;
	return ut_opcode_match(&ut_opcode_wrbase, bytes + skip, left - skip);
}

/**
 * ut_opcode_forbidden_in_gate() - The same for gates, which need two of them
 * @bytes: as above
 * @left: as above
 *
 * INV-4: a VMFUNC is one of a gate only when the check of ECX, JECXZ, is next;
 * bytes of a displacement that form one without would end in the full view
 * unchecked.  The other is WRGSBASE.
 */
static inline const char *ut_opcode_forbidden_in_gate(const __u8 *bytes, __u64 left)
{
	if (left >= 5 && bytes[0] == 0x0f && bytes[1] == 0x01 && bytes[2] == 0xd4 &&
	    bytes[3] == 0x67 && bytes[4] == 0xe3)
		return 0;
	return ut_opcode_listed(bytes, left);
}

#endif /* _UNDERTOW_OPCODE_H */
