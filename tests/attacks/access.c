// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - the attacker's primitives, and their legal use
 */
#include <linux/compiler.h>
#include <linux/errno.h>

#include "attacks.h"

long __untrusted domain_data = DOMAIN_VALUE;
u8 __untrusted __aligned(4096) domain_pages[2 * 4096];

long attack_read(const long *address)
{
	return *(const volatile long *)address;
}

long attack_write(long *address, long value)
{
	*(volatile long *)address = value;
	return 0;
}

long attack_call(long (*function)(void))
{
	return function();
}

long attack_own(void)
{
	return DOMAIN_VALUE;
}

int legal_read(void)
{
	return attack_read(&domain_data) == DOMAIN_VALUE ? 0 : -EIO;
}

int legal_write(void)
{
	domain_data = 0;
	if (attack_write(&domain_data, DOMAIN_VALUE))
		return -EIO;
	return domain_data == DOMAIN_VALUE ? 0 : -EIO;
}

int legal_call(void)
{
	return attack_call(attack_own) == DOMAIN_VALUE ? 0 : -EIO;
}
