/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - what both halves of a generated signature say
 *
 * Each side writes its own record; only the domain writes sig_inside.
 */
#ifndef SIGNATURES_H
#define SIGNATURES_H

#include <linux/build_bug.h>
#include <linux/string.h>
#include <linux/types.h>
#include <undertow/annotate.h>

typedef void *pointer;

struct sig_record {
	unsigned int calls;	/* bodies that ran on this side */
	unsigned int wrong;	/* values that were not as the caller's pattern says */
	unsigned int signature;	/* of the first of them */
	unsigned int position;	/* 1: first argument, 0: the result */
};

extern struct sig_record sig_inside;
extern struct sig_record sig_outside;

#define CALLED() (SIDE.calls++)
#define CHECK(which, where, same) do {		\
	if (!(same) && !SIDE.wrong++) {		\
		SIDE.signature = (which);	\
		SIDE.position = (where);	\
	}					\
} while (0)

#endif
