// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - second file of domain ut_callbacks
 */
#include "callbacks.h"

/* Instead of the weak ones of the first file. */
long weak_replaced(long value)
{
	return value + 3;
}

short weak_narrow(short value)
{
	return value - 3;
}

bool is_odd(unsigned int value)
{
	return value ? is_even(value - 1) : false;
}
