// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - a module to load, call and unload a thousand times
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <undertow/annotate.h>
#include <undertow/undertow.h>

UT_DECLARE_DOMAIN(ut_cycle);

static long __untrusted calls;
static long forbidden = 5;

long __untrusted cycle_add(long *sum, long value);

long cycle_add(long *sum, long value)
{
	calls++;
	*sum += value;
	return *sum;
}

/* Text, data, heap, a call and a violation: everything that could leak. */
static int __init cycle_init(void)
{
	long *sum = ut_alloc(UT_DOMAIN(ut_cycle), sizeof(*sum), GFP_KERNEL);
	bool good;

	if (!sum)
		return -ENOMEM;
	good = cycle_add(sum, 40) == 40 && cycle_add(sum, 2) == 42 && calls == 2 &&
	       cycle_add(&forbidden, 1) == -EFAULT && forbidden == 5;
	ut_free(UT_DOMAIN(ut_cycle), sum, sizeof(*sum));
	return good ? 0 : -EIO;
}
module_init(cycle_init);

static void __exit cycle_exit(void)
{
}
module_exit(cycle_exit);

MODULE_DESCRIPTION("Undertow tests: load, call, unload");
MODULE_LICENSE("GPL");
