// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the untrusted half of ut_constructs
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "constructs.h"

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static atomic_t atomic;
static long counter;
static refcount_t references;
static LIST_HEAD(list);
static struct list_head entry;

static int sealed __ro_after_init = 5;
static int hot __read_mostly = 6;
static int lonely ____cacheline_aligned = 7;
static const char *const words[] = { "zero", "one", "two" };

long warn_and_go_on(long value)
{
	WARN_ON(value == 3);
	return value + 1;
}

long bug_if(long value)
{
	BUG_ON(value == 3);
	return value + 1;
}

u64 read_ticks(void)
{
	return jiffies;
}

void *read_current(void)
{
	return current;
}

unsigned int read_cpus(void)
{
	return nr_cpu_ids;
}

int read_cpu(void)
{
	return raw_smp_processor_id();
}

/* A jump label as CONFIG_JUMP_LABEL makes it, which the lab's kernel lacks. */
int test_key(void)
{
	asm goto("1: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
		 ".pushsection __jump_table, \"aw\"\n"
		 ".balign 8\n"
		 ".long 1b - ., %l[yes] - .\n"
		 ".quad %c0 + %c1 - .\n"
		 ".popsection" : : "i"(&constructs_key), "i"(0) : : yes);
	return 0;
yes:
	return 1;
}

long call_static(long value)
{
	return static_call(constructs_call)(value);
}

static inline long count(void)
{
	static long calls = 10;

	return ++calls;
}

long count_inline(void)
{
	return count();
}

long lock_and_count(long rounds)
{
	while (rounds--) {
		mutex_lock(&mutex);
		spin_lock(&lock);
		counter++;
		spin_unlock(&lock);
		mutex_unlock(&mutex);
		atomic_inc(&atomic);
	}
#ifdef CONFIG_PROVE_RCU
	/* rcu_read_lock() there is inline and notes in the kernel's data that it warned. */
	counter += atomic_read(&atomic);
#else
	rcu_read_lock();
	counter += atomic_read(&atomic);
	rcu_read_unlock();
#endif
	return counter;
}

long sleep_a_little(void)
{
	might_sleep();
	return cond_resched() >= 0;
}

long count_references(void)
{
	long gone;

	refcount_set(&references, 1);
	refcount_inc(&references);
	gone = refcount_dec_and_test(&references);
	return gone * 10 + refcount_read(&references);
}

long count_bits(u64 value)
{
	return hweight64(value) * 100 + hweight32((u32)value);
}

long link_and_unlink(void)
{
	list_add(&entry, &list);
	if (list.next != &entry || list_empty(&list))
		return -1;
	list_del(&entry);
	return list_empty(&list);
}

long from_user(const void *user)
{
	static long copy;

	return copy_from_user(&copy, (const void __user *)user, sizeof(copy)) ? -1 : copy;
}

long use_data(long value)
{
	hot += value;
	return sealed + hot + lonely + words[value][0];
}
