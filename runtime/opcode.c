// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - instruction bytes
 *
 * ut_opcode_writes() only guesses, for the log.  What untrusted text must not
 * contain is in <undertow/opcode.h>.
 */
#include <linux/kernel.h>
#include <undertow/opcode.h>
#include "runtime.h"

#define MODRM_REG(modrm)	((modrm) >> 3 & 7)

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

	while (bytes < end && ut_opcode_is_prefix(*bytes))
		bytes++;
	if (end - bytes < 3)
		return false;
	if (bytes[0] == 0x0f)
		return two_byte_writes(bytes[1], MODRM_REG(bytes[2]));
	return one_byte_writes(bytes[0], MODRM_REG(bytes[1]));
}
