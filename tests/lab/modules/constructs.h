/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - kernel constructs: the two halves of ut_constructs
 */
#ifndef CONSTRUCTS_H
#define CONSTRUCTS_H

#include <linux/jump_label.h>
#include <linux/static_call.h>
#include <linux/types.h>
#include <undertow/annotate.h>

/* constructs_domain.c */
long __untrusted warn_and_go_on(long value);
long __untrusted bug_if(long value);
u64 __untrusted read_ticks(void);
void *__untrusted read_current(void);
unsigned int __untrusted read_cpus(void);
int __untrusted read_cpu(void);
int __untrusted test_key(void);
long __untrusted call_static(long value);
long __untrusted count_inline(void);
long __untrusted lock_and_count(long rounds);
long __untrusted sleep_a_little(void);
long __untrusted count_references(void);
long __untrusted count_bits(u64 value);
long __untrusted link_and_unlink(void);
long __untrusted from_user(const void *user);
long __untrusted use_data(long value);

/* constructs.c */
long twice(long value);
DECLARE_STATIC_CALL(constructs_call, twice);
extern struct static_key constructs_key;

#endif
