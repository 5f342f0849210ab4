// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - kernel constructs in a domain: what they do when they run
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "testmod.h"
#include "constructs.h"

long twice(long value)
{
	return value * 2;
}

static long thrice(long value)
{
	return value * 3;
}

DEFINE_STATIC_CALL(constructs_call, twice);
struct static_key constructs_key;

/* The program in the guest looks for the kernel's warning. */
static int allow_warn(const void *data)
{
	return EXPECT_EQ(warn_and_go_on(1), 2) | EXPECT_EQ(warn_and_go_on(3), 4);
}

/* And here for the runtime's line. */
static int deny_bug(const void *data)
{
	return EXPECT_EQ(bug_if(1), 2) | EXPECT_EQ(bug_if(3), -EFAULT) | EXPECT_EQ(bug_if(4), 5);
}

static int allow_reads(const void *data)
{
	u64 before = jiffies, is = read_ticks();
	int err = EXPECT_EQ(is >= before && is <= jiffies, 1);

	err |= EXPECT_EQ(read_current() == current, 1);
	err |= EXPECT_EQ(read_cpus(), nr_cpu_ids);
	return err | EXPECT_EQ(read_cpu(), raw_smp_processor_id());
}

static int allow_static_key(const void *data)
{
	int off = test_key(), on;

	atomic_set(&constructs_key.enabled, 1);
	on = test_key();
	atomic_set(&constructs_key.enabled, 0);
	return EXPECT_EQ(off, 0) | EXPECT_EQ(on, 1) | EXPECT_EQ(test_key(), 0);
}

static int allow_static_call(const void *data)
{
	int err = EXPECT_EQ(call_static(7), 14);

	static_call_update(constructs_call, thrice);
	err |= EXPECT_EQ(call_static(7), 21);
	static_call_update(constructs_call, twice);
	return err;
}

static int allow_inline_static(const void *data)
{
	long first = count_inline();

	return EXPECT_EQ(first > 10, 1) | EXPECT_EQ(count_inline(), first + 1);
}

static int allow_locks(const void *data)
{
	long first = lock_and_count(0);

	/* Each round counts twice; the atomic is added each time. */
	return EXPECT_EQ(lock_and_count(3) > first + 3, 1);
}

static int allow_sleep(const void *data)
{
	return EXPECT_EQ(sleep_a_little(), 1);
}

static int allow_in_view(const void *data)
{
	return EXPECT_EQ(count_references(), 1) |
	       EXPECT_EQ(count_bits(0xf0f0000000000007), 1103) |
	       EXPECT_EQ(link_and_unlink(), 1) | EXPECT_EQ(use_data(1) > 5 + 6 + 7, 1);
}

/* The arguments of the process are user memory that is there. */
static int allow_user_copy(const void *data)
{
	const void __user *user = (void __user *)current->mm->arg_start;
	long want = 0;

	if (copy_from_user(&want, user, sizeof(want)))
		return -EFAULT;
	return EXPECT_EQ(from_user((__force const void *)user), want);
}

static const struct testmod_case constructs_cases[] = {
	{ "allow_warn", allow_warn },
	{ "deny_bug", deny_bug },
	{ "allow_reads", allow_reads },
	{ "allow_static_key", allow_static_key },
	{ "allow_static_call", allow_static_call },
	{ "allow_inline_static", allow_inline_static },
	{ "allow_locks", allow_locks },
	{ "allow_sleep", allow_sleep },
	{ "allow_in_view", allow_in_view },
	{ "allow_user_copy", allow_user_copy },
};
TESTMOD_TABLE(constructs_cases)

static int __init constructs_init(void)
{
	testmod_create();
	return 0;
}
module_init(constructs_init);

static void __exit constructs_exit(void)
{
	testmod_destroy();
}
module_exit(constructs_exit);

MODULE_DESCRIPTION("Undertow tests: kernel constructs");
MODULE_LICENSE("GPL");
