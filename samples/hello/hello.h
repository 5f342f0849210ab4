/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow sample hello - what the two halves share
 */
#ifndef HELLO_H
#define HELLO_H

#include <linux/types.h>
#include <undertow/annotate.h>

/* The one word that moves the function into the module's domain. */
long __untrusted hello_sum(long first, long last);

#endif
