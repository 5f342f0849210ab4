/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - what a case says and compares
 *
 * Only the main file of a module includes testmod.h; the files with its cases
 * include this one.
 */
#ifndef TESTMOD_EXPECT_H
#define TESTMOD_EXPECT_H

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>

/* Append to the report of the case that runs. */
__printf(1, 2) void testmod_say(const char *fmt, ...);

/* Compare, and say what differed: the body of most cases. */
#define EXPECT_EQ(is, want) ({						\
	long long _is = (long long)(is), _want = (long long)(want);	\
	int _err = 0;							\
	if (_is != _want) {						\
		testmod_say("failed %s:%d: %s is %lld (%llx), not %lld\n", \
			    kbasename(__FILE__), __LINE__, #is, _is, _is, _want); \
		_err = -EILSEQ;						\
	}								\
	_err; })

#endif
