/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - in front of the programs of a group, on either side
 */
#include "csmith.h"

#define NAME_OF(side, seed, level)	side##_##seed##_##level
#define NAME(side, seed, level)		NAME_OF(side, seed, level)
/* The function of a seed: runs the program once, returns its checksum. */
#define PROGRAM(seed)	NAME(SIDE, seed, LEVEL)
/* Anything may have changed this variable, for all the optimizer knows. */
#define HIDE(name)	asm volatile("" : : "r"(&(name)) : "memory")
