/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow sample hostile - what the two halves share
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <linux/types.h>
#include <undertow/annotate.h>

/* Primitives of an attacker who owns the domain: all run in its view. */
long __untrusted hostile_read(const long *address);
long __untrusted hostile_write(long *address, long value);
long __untrusted hostile_call(long (*function)(void));
long __untrusted hostile_jump(unsigned long target);
long __untrusted hostile_bytes(void);
long __untrusted hostile_leave(long value);

/* A page of the domain's own memory, and the bytes that hostile_bytes() runs. */
extern long hostile_data[512] __untrusted;
extern u8 hostile_site[];

/* Trusted: the one function that the domain is allowed to call. */
long hostile_callee(long value);

#endif
