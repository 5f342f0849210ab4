// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - domain ut_inner, which domain ut_callbacks calls
 */
#include "callbacks.h"

long inner_word = 600;

long inner_step(long value)
{
	return cross_back(value + 10) + 1;
}

long inner_touch(const long *address)
{
	return *(const volatile long *)address;
}

long inner_call(step function, long value)
{
	return function(value);
}

long pong(long depth)
{
	long below = depth ? ping(depth - 1) : 0;

	return below < 0 ? below : below + 1;
}
