// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Undertow sample hostile - untrusted half
 *
 * The attacker has taken over this code and can read, write and jump as it
 * likes.  hostile_main.c chooses the targets.
 */
#include <linux/objtool.h>

#include "hostile.h"

/* "mov $42, %eax; ret": harmless bytes, but data. */
long __untrusted hostile_data[512] = { 0xc30000002ab8 };

long hostile_read(const long *address)
{
	return *(const volatile long *)address;
}

long hostile_write(long *address, long value)
{
	*(volatile long *)address = value;
	return 0;
}

long hostile_call(long (*function)(void))
{
	return function();
}

/* Go there, with RAX and RCX as VMFUNC wants them for a switch to the full view. */
long hostile_jump(unsigned long target)
{
	long result = 0;

	asm volatile("call *%1" : "+a"(result) : "r"(target), "c"(0L), "b"(0L) : "memory");
	return result;
}

/* The trusted half replaces the NOPs, as if a verifier had missed the bytes. */
noinline long hostile_bytes(void)
{
	long result = 0;
	long zero = 0;

	asm volatile(".balign 16\n"
		     ".globl hostile_site\n"
		     "hostile_site:\n" ANNOTATE_NOENDBR
		     ".fill 8, 1, 0x90\n"
		     : "+a"(result), "+c"(zero) :: "memory");
	return result;
}

long hostile_leave(long value)
{
	return hostile_callee(value);
}
