/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - init functions of several modules in one
 *
 * Included in front of the kernel's files: init and exit of <file>.c become
 * kt_init_<file>() and kt_exit_<file>(), which the driver calls.
 */
#ifndef INIT_H
#define INIT_H

#include <linux/module.h>

#undef module_init
#undef module_exit
#undef subsys_initcall
#undef module_param_named
#define module_init(function)						\
	int __init __PASTE(kt_init_, KT_FILE)(void);			\
	int __init __PASTE(kt_init_, KT_FILE)(void) { return function(); }
#define module_exit(function)						\
	void __PASTE(kt_exit_, KT_FILE)(void);				\
	void __exit __PASTE(kt_exit_, KT_FILE)(void) { function(); }
#define subsys_initcall(function) module_init(function)
/* Two files have parameters of one name. */
#define module_param_named(name, value, type, mode) static_assert(1)

#endif
