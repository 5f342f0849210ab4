// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Undertow sample hello - trusted half
 *
 * Calls the untrusted half as any other function: the symbol hello_sum is its
 * entry gate.  The call made by the plugin registers the domain before
 * hello_init() runs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "hello.h"

static int __init hello_init(void)
{
	pr_info("sum of 1 to 100 is %ld, says the domain\n", hello_sum(1, 100));
	return 0;
}
module_init(hello_init);

static void __exit hello_exit(void)
{
	pr_info("goodbye\n");
}
module_exit(hello_exit);

MODULE_DESCRIPTION("Undertow sample: call a function in a restricted view");
MODULE_LICENSE("Dual BSD/GPL");
