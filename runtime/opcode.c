// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - instruction bytes
 *
 * ut_opcode_forbidden() knows the multi-byte instructions that untrusted text
 * must not contain at any byte offset (prefixes do not matter then), because
 * nothing else makes them harmless.  Not in the list:
 *
 * - what one byte can do as well, which cannot be excluded: POP FS/GS, LSS, LFS,
 *   LGS (as MOV to a segment register); SYSRET, SYSEXIT (as IRET);
 * - SYSCALL, SYSENTER: the kernel's entry is not executable in the view;
 * - what exits and is refused by the host in a restricted view (INV-8, INV-9):
 *   LGDT, LIDT, LLDT, LTR, VMCALL and the other VMX instructions, XSETBV, RDPMC,
 *   GETSEC, INVD, MONITOR, MWAIT...
 * - what changes nothing that matters: MOV from CR and DR, RDMSR, RDTSC, CLTS,
 *   WBINVD, INVLPG, STAC, CLAC.
 *
 * A longer list costs: displacements depend on where a module is loaded, and
 * each entry makes loading fail by accident more often.
 *
 * ut_opcode_writes() only guesses, for the log.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include "runtime.h"

#define MODRM_REG(modrm)	((modrm) >> 3 & 7)
#define MODRM_IS_REGISTER(modrm)	((modrm) >= 0xc0)

/* Second bytes behind 0F; a set bit forbids that ModRM.reg of one form. */
struct opcode {
	u8 first, last;
	u8 memory;
	u8 registers;
	const char *name;
};

static const struct opcode forbidden[] = {
	{ 0x01, 0x01, BIT(6), BIT(6), "LMSW" },
	{ 0x22, 0x23, 0xff, 0xff, "MOV to CR or DR" },
	{ 0x30, 0x30, 0xff, 0xff, "WRMSR" },
	{ 0xc7, 0xc7, BIT(3), 0, "XRSTORS" },
};

/* Third bytes behind 0F 01. */
#define VMFUNC		0xd4
#define WRPKRU		0xef
#define SWAPGS		0xf8

static bool is_forbidden(const struct opcode *opcode, const u8 *bytes, size_t left)
{
	u8 regs;

	if (bytes[1] < opcode->first || bytes[1] > opcode->last)
		return false;
	/* Bytes of another region may complete it. */
	if (left < 3)
		return true;
	regs = MODRM_IS_REGISTER(bytes[2]) ? opcode->registers : opcode->memory;
	return regs & BIT(MODRM_REG(bytes[2]));
}

/* RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE: F3 [REX] 0F AE /0../3, register form. */
static bool is_fsgsbase(const u8 *bytes, size_t left)
{
	size_t rex = left > 1 && (bytes[1] & 0xf0) == 0x40;

	return bytes[0] == 0xf3 && left > 3 + rex && bytes[1 + rex] == 0x0f &&
	       bytes[2 + rex] == 0xae && MODRM_IS_REGISTER(bytes[3 + rex]) &&
	       MODRM_REG(bytes[3 + rex]) < 4;
}

static const char *forbidden_two_byte(const u8 *bytes, size_t left)
{
	unsigned int i;

	if (bytes[0] != 0x0f)
		return NULL;
	if (left < 2)
		return "that is incomplete";
	if (left > 2 && bytes[1] == 0x01 &&
	    (bytes[2] == VMFUNC || bytes[2] == WRPKRU || bytes[2] == SWAPGS))
		return "VMFUNC, WRPKRU or SWAPGS";
	for (i = 0; i < ARRAY_SIZE(forbidden); i++)
		if (is_forbidden(&forbidden[i], bytes, left))
			return forbidden[i].name;
	return NULL;
}

/**
 * ut_opcode_forbidden() - Judge the bytes at one offset of untrusted text
 * @bytes: where an instruction could start, behind any prefixes
 * @left: bytes up to the end of the text, at least 1
 *
 * Return: name of the forbidden instruction, or NULL.
 */
const char *ut_opcode_forbidden(const u8 *bytes, size_t left)
{
	if (is_fsgsbase(bytes, left))
		return "RDFSBASE, RDGSBASE, WRFSBASE or WRGSBASE";
	return forbidden_two_byte(bytes, left);
}

/**
 * ut_opcode_forbidden_in_gate() - The same for gates, which need two of them
 * @bytes: as above
 * @left: as above
 *
 * INV-4: a VMFUNC is one of a gate only when the check of ECX is next; bytes of
 * a displacement that form one without would end in the full view unchecked.
 */
const char *ut_opcode_forbidden_in_gate(const u8 *bytes, size_t left)
{
	static const u8 vmfunc_jecxz[] = { 0x0f, 0x01, 0xd4, 0x67, 0xe3 };

	if (left >= sizeof(vmfunc_jecxz) && !memcmp(bytes, vmfunc_jecxz, sizeof(vmfunc_jecxz)))
		return NULL;
	return forbidden_two_byte(bytes, left);
}

static const u8 *skip_prefixes(const u8 *bytes, const u8 *end)
{
	static const u8 prefixes[] = {
		0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3,
	};

	while (bytes < end && (memchr(prefixes, *bytes, sizeof(prefixes)) ||
			       (*bytes & 0xf0) == 0x40))
		bytes++;
	return bytes;
}

/* Opcodes behind 0F that store to their memory operand. */
static bool two_byte_writes(u8 opcode, u8 reg)
{
	switch (opcode) {
	case 0x11: case 0x13: case 0x17: case 0x29: case 0x2b: case 0x7e: case 0x7f:
	case 0x90 ... 0x9f:
	case 0xa4: case 0xa5: case 0xab: case 0xac: case 0xad:
	case 0xb0: case 0xb1: case 0xb3: case 0xbb:
	case 0xc0: case 0xc1: case 0xc3: case 0xc7: case 0xd6: case 0xe7:
		return true;
	case 0xba:
		return reg >= 5;
	default:
		return false;
	}
}

static bool one_byte_writes(u8 opcode, u8 reg)
{
	switch (opcode) {
	case 0x00 ... 0x37:
		return (opcode & 7) < 2;
	case 0x50 ... 0x57: case 0x68: case 0x6a:	/* PUSH */
	case 0x86 ... 0x89: case 0x8c: case 0x8f:
	case 0xa2: case 0xa3:
	case 0xa4: case 0xa5: case 0xaa: case 0xab:	/* MOVS, STOS */
	case 0xc0: case 0xc1: case 0xd0 ... 0xd3:
	case 0xc6: case 0xc7: case 0xe8:
		return true;
	case 0x80: case 0x81: case 0x83:
		return reg != 7;
	case 0xf6: case 0xf7:
		return reg == 2 || reg == 3;
	case 0xfe: case 0xff:
		return reg < 2;
	default:
		return false;
	}
}

/**
 * ut_opcode_writes() - Guess whether the instruction stores to memory
 * @bytes: the instruction
 * @left: readable bytes
 */
bool ut_opcode_writes(const u8 *bytes, size_t left)
{
	const u8 *end = bytes + left;

	bytes = skip_prefixes(bytes, end);
	if (end - bytes < 3)
		return false;
	if (bytes[0] == 0x0f)
		return two_byte_writes(bytes[1], MODRM_REG(bytes[2]));
	return one_byte_writes(bytes[0], MODRM_REG(bytes[1]));
}
