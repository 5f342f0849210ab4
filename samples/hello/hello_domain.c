// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Undertow sample hello - untrusted half
 *
 * Runs in a restricted view: everything but the domain's own text, data and
 * stack is missing there.
 */
#include "hello.h"

long hello_sum(long first, long last)
{
	long sum = 0;

	for (long value = first; value <= last; value++)
		sum += value;
	return sum;
}
