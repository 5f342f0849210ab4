// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - as many domains as there are views, and calls through all of them
 *
 *   pass_1 in many_1 -> pass_2 in many_2 -> ... -> pass_31 -> pass_1 -> ...
 */
#include <undertow/annotate.h>

#include "testmod.h"

#define DOMAINS	31
#define EACH(DO)							\
	DO(1, 2) DO(2, 3) DO(3, 4) DO(4, 5) DO(5, 6) DO(6, 7) DO(7, 8)	\
	DO(8, 9) DO(9, 10) DO(10, 11) DO(11, 12) DO(12, 13) DO(13, 14)	\
	DO(14, 15) DO(15, 16) DO(16, 17) DO(17, 18) DO(18, 19)		\
	DO(19, 20) DO(20, 21) DO(21, 22) DO(22, 23) DO(23, 24)		\
	DO(24, 25) DO(25, 26) DO(26, 27) DO(27, 28) DO(28, 29)		\
	DO(29, 30) DO(30, 31) DO(31, 1)

#define DECLARE(number, next)						\
	long __untrusted_in("many_" #number) pass_##number(long depth, const long *last);
EACH(DECLARE)

/*
 * As many more calls as depth says, and then a look at what the last one cannot
 * access: their number, or the error of one of them.
 */
#define DEFINE(number, next)						\
long pass_##number(long depth, const long *last)			\
{									\
	long calls = depth ? pass_##next(depth - 1, last) :		\
		     last ? *(const volatile long *)last : -1;		\
									\
	return calls < -1 ? calls : calls + 1;				\
}
EACH(DEFINE)

static long secret = 5;

static int allow_all_domains(const void *data)
{
	int err = 0;

#define CHECK(number, next)						\
	err |= EXPECT_EQ(pass_##number(0, NULL), 0);				\
	err |= EXPECT_EQ(pass_##number(DOMAINS, NULL), DOMAINS);
	EACH(CHECK)
	return err;
}

/* The stacks of all domains would take many more calls than the kernel's stack. */
static int deny_nesting_over_bound(const void *data)
{
	int err = EXPECT_EQ(pass_1(DOMAINS, NULL), DOMAINS) | EXPECT_EQ(pass_1(100000, NULL), -EBUSY);
	long depth = DOMAINS;

	while (pass_1(depth, NULL) == depth)
		depth++;
	testmod_say("depth %ld\n", depth);
	/* There is room for the handler of a violation at the bottom. */
	err |= EXPECT_EQ(pass_1(depth - 1, &secret), -EFAULT);
	return err | EXPECT_EQ(pass_1(DOMAINS, NULL), DOMAINS);
}

static const struct testmod_case cases[] = {
	{ "allow_all_domains", allow_all_domains },
	{ "deny_nesting_over_bound", deny_nesting_over_bound },
};
TESTMOD_MODULE(cases, "as many domains as there are views");
