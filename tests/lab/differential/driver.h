/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - run each program inside the domain and outside, and compare
 *
 * The variables of a program have their first values only once: a module is
 * loaded for one run of its cases.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <linux/sched.h>
#include <linux/types.h>

#include "testmod.h"

struct program {
	unsigned int seed;
	const char *level;
	u32 native;		/* checksum of a process, not optimized */
	u32 (*inside)(void);	/* entry gate */
	u32 (*outside)(void);
};

struct group {
	const struct program *programs;
	unsigned int count;
};

static int check_program(const struct program *program)
{
	u32 outside = program->outside(), inside = program->inside();

	if (inside == outside && inside == program->native)
		return 0;
	testmod_say("wrong seed %u -%s: inside %08x, outside %08x, native %08x\n",
		    program->seed, program->level, inside, outside, program->native);
	return -EILSEQ;
}

static int check_group(const void *data)
{
	const struct group *group = data;
	int err = 0;

	testmod_say("programs %u\n", group->count);
	for (unsigned int i = 0; i < group->count; i++) {
		err |= check_program(&group->programs[i]);
		cond_resched();
	}
	return err ? -EILSEQ : 0;
}

/* What the generated file is made of. */
#define DECLARE(seed, level)						\
	u32 inside_##seed##_##level(void);				\
	u32 outside_##seed##_##level(void);
#define ENTRY(seed, level, native)					\
	{ seed, #level, native, inside_##seed##_##level, outside_##seed##_##level }
#define GROUP(level)							\
	static const struct group group_##level = {			\
		programs_##level, ARRAY_SIZE(programs_##level) };
#define CASE(level, count)						\
	{ "allow_" #count "_programs_" #level, check_group, &group_##level }

#endif
