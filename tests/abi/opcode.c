// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the list of forbidden instructions
 *
 * Compares <undertow/opcode.h> with a second description of the same list, for
 * all bytes behind 0F, all ModRM and all REX.  Prints what differs.
 * Exit codes: 0 same, 1 different.
 */
#include <stdbool.h>
#include <stdio.h>

#include <undertow/opcode.h>

static unsigned int failures;

static void expect(bool want, bool is, const __u8 *bytes, unsigned int size)
{
	if (want == is)
		return;
	failures++;
	printf("%s:", want ? "not refused" : "refused");
	for (unsigned int i = 0; i < size; i++)
		printf(" %02x", bytes[i]);
	printf("\n");
}

/* 0F, second byte, ModRM, without a prefix. */
static bool is_forbidden(__u8 second, __u8 modrm)
{
	unsigned int reg = modrm >> 3 & 7;

	switch (second) {
	case 0x01:
		return modrm == 0xd4 || modrm == 0xef || modrm == 0xf8;
	case 0x22:
		return reg == 3;
	case 0xc7:
		return reg == 3 && modrm < 0xc0;
	case 0xae:
		return reg == 5 && modrm < 0xc0;
	default:
		return false;
	}
}

static bool is_base_write(__u8 second, __u8 modrm)
{
	return second == 0xae && modrm >= 0xd0 && modrm <= 0xdf;
}

static void check(__u8 second, __u8 modrm)
{
	const __u8 bytes[] = { 0x0f, second, modrm, 0xcc, 0xcc, 0xcc };
	const __u8 f3[] = { 0xf3, 0x0f, second, modrm, 0xcc, 0xcc, 0xcc };
	const __u8 mixed[] = { 0xf3, 0x4f, 0x2e, 0x66, 0x48, 0x0f, second, modrm, 0xcc };

	expect(is_forbidden(second, modrm), ut_opcode_forbidden(bytes, sizeof(bytes)),
	       bytes, sizeof(bytes));
	expect(is_base_write(second, modrm), ut_opcode_forbidden(f3, sizeof(f3)), f3, sizeof(f3));
	expect(is_base_write(second, modrm), ut_opcode_forbidden(mixed, sizeof(mixed)),
	       mixed, sizeof(mixed));
	for (unsigned int rex = 0x40; rex < 0x50; rex++) {
		const __u8 prefixed[] = { rex, 0x0f, second, modrm, 0xcc };
		const __u8 f3_rex[] = { 0xf3, rex, 0x0f, second, modrm, 0xcc };

		expect(false, ut_opcode_forbidden(prefixed, sizeof(prefixed)), prefixed, sizeof(prefixed));
		expect(is_base_write(second, modrm),
		       ut_opcode_forbidden(f3_rex, sizeof(f3_rex)), f3_rex, sizeof(f3_rex));
	}
}

/* All that the end of a text may leave to the next region. */
static void check_ends(void)
{
	static const struct { __u8 bytes[4]; __u8 size; bool want; } ends[] = {
		{ { 0x0f }, 1, true }, { { 0x0f, 0x01 }, 2, true }, { { 0x0f, 0x22 }, 2, true },
		{ { 0x0f, 0xc7 }, 2, true }, { { 0x0f, 0xae }, 2, true },
		{ { 0x0f, 0x30 }, 2, false }, { { 0x0f, 0x22, 0x18 }, 3, true },
		{ { 0x44, 0x0f, 0x22 }, 3, false }, { { 0x48 }, 1, false },
		{ { 0xf3 }, 1, true }, { { 0xf3, 0x48 }, 2, true }, { { 0xf3, 0x90 }, 2, false },
		{ { 0xf3, 0x0f, 0xae }, 3, true }, { { 0xf3, 0x0f, 0xae, 0xc8 }, 4, false },
		{ { 0x0f, 0xae, 0xe8 }, 3, false }, { { 0x0f, 0xae, 0xa8 }, 3, true },
		{ { 0xcc }, 1, false },
	};

	for (unsigned int i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		expect(ends[i].want, ut_opcode_forbidden(ends[i].bytes, ends[i].size),
		       ends[i].bytes, ends[i].size);
}

static void check_gates(void)
{
	static const struct { __u8 bytes[6]; bool want; } gates[] = {
		{ { 0x0f, 0x01, 0xd4, 0x67, 0xe3, 0x00 }, false },
		{ { 0x0f, 0x01, 0xd4, 0x67, 0xe2, 0x00 }, true },
		{ { 0x0f, 0x01, 0xd4, 0xe3, 0x00, 0x00 }, true },
		{ { 0xf3, 0x48, 0x0f, 0xae, 0xd8, 0xcc }, false },
		{ { 0x0f, 0x22, 0xd8, 0xcc, 0xcc, 0xcc }, true },
		{ { 0x0f, 0x01, 0xf8, 0xcc, 0xcc, 0xcc }, true },
		{ { 0x0f, 0xae, 0x2f, 0xcc, 0xcc, 0xcc }, true },
	};
	for (unsigned int i = 0; i < sizeof(gates) / sizeof(gates[0]); i++)
		expect(gates[i].want,
		       ut_opcode_forbidden_in_gate(gates[i].bytes, sizeof(gates[i].bytes)),
		       gates[i].bytes, sizeof(gates[i].bytes));
	expect(true, ut_opcode_forbidden_in_gate(gates[0].bytes, 4), gates[0].bytes, 4);
}

int main(void)
{
	for (unsigned int second = 0; second < 256; second++)
		for (unsigned int modrm = 0; modrm < 256; modrm++)
			check(second, modrm);
	check_ends();
	check_gates();
	return failures != 0;
}
