// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - pointers to functions across the boundary: cases
 *
 * The kernel calls a domain by pointer (sort(), timers, work items), a domain
 * calls trusted code by pointer (callbacks), and one domain another.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/sort.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "testmod.h"
#include "callbacks.h"

static long secret = 5;

/* Sorting */

static long key_of(unsigned int i)
{
	return (i * 7919 + 13) % 101 - 50;
}

static void pairs_shuffle(void)
{
	for (unsigned int i = 0; i < PAIRS; i++)
		pairs[i] = (struct pair){ key_of(i), key_of(i) * 3 + 1 };
	compares = 0;
}

/* The same pairs as before, whatever their order. */
static int pairs_check_content(void)
{
	long sum = 0, want = 0;
	int err = 0;

	for (unsigned int i = 0; i < PAIRS; i++) {
		sum += pairs[i].key;
		want += key_of(i);
		err |= EXPECT_EQ(pairs[i].tag, pairs[i].key * 3 + 1);
	}
	return err | EXPECT_EQ(sum, want);
}

static int pairs_check_order(void)
{
	int err = pairs_check_content();

	for (unsigned int i = 1; i < PAIRS; i++)
		err |= EXPECT_EQ(pairs[i - 1].key <= pairs[i].key, 1);
	return err;
}

static bool pairs_in_order(void)
{
	for (unsigned int i = 1; i < PAIRS; i++)
		if (pairs[i - 1].key > pairs[i].key)
			return false;
	return true;
}

static int allow_sort_with_untrusted_compare(const void *data)
{
	int err;

	pairs_shuffle();
	err = EXPECT_EQ(pairs_in_order(), false);
	sort(pairs, PAIRS, sizeof(pairs[0]), compare_pairs, NULL);
	return err | pairs_check_order() | EXPECT_EQ(compares >= PAIRS - 1, 1);
}

static int allow_sort_from_inside(const void *data)
{
	int err;

	pairs_shuffle();
	err = EXPECT_EQ(pairs_in_order(), false);
	sort_with_own_compare(false);
	err |= pairs_check_order() | EXPECT_EQ(compares >= PAIRS - 1, 1);
	pairs_shuffle();
	sort_with_own_compare(true);
	return err | pairs_check_order() | EXPECT_EQ(compares >= PAIRS - 1, 1);
}

static int allow_search_from_inside(const void *data)
{
	static const long missing = 1000;
	int err = 0;

	pairs_shuffle();
	sort_with_own_compare(false);
	for (unsigned int i = 0; i < PAIRS; i++) {
		const struct pair *found = find_pair(&pairs[i]);

		err |= EXPECT_EQ(found >= pairs && found < pairs + PAIRS &&
				 found->key == pairs[i].key, 1);
	}
	pairs[0].key = missing;
	return err | EXPECT_EQ((long)find_pair(&pairs[0]), 0);
}

static unsigned int trusted_compares;

int __callback compare_trusted(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;

	trusted_compares++;
	return left->key < right->key ? -1 : left->key > right->key;
}

/* The kernel gets the exit gate, and calls it in the full view. */
static int allow_sort_with_callback(const void *data)
{
	int err;

	pairs_shuffle();
	trusted_compares = 0;
	sort_with(compare_trusted);
	err = pairs_check_order() | EXPECT_EQ(compares, 0);
	return err | EXPECT_EQ(trusted_compares >= PAIRS - 1, 1);
}

/* Each comparison returns its error: an order, if a bad one. */
static int deny_compare_that_violates(const void *data)
{
	int err;

	pairs_shuffle();
	outer_word = 0;
	handled = &outer_word;
	sort(pairs, PAIRS, sizeof(pairs[0]), compare_touches, NULL);
	err = pairs_check_order();
	pairs_shuffle();
	handled = &secret;
	err |= EXPECT_EQ(compare_touches(&pairs[0], &pairs[1]), -EFAULT);
	compares = 0;
	sort(pairs, PAIRS, sizeof(pairs[0]), compare_touches, NULL);
	return err | pairs_check_content() | EXPECT_EQ(compares >= PAIRS - 1, 1);
}

/* Timers and work items */

enum { CONTEXT_SOFTIRQ = 1, CONTEXT_WORKER, CONTEXT_OTHER };

long trusted_context(void)
{
	if (in_serving_softirq())
		return CONTEXT_SOFTIRQ;
	return current->flags & PF_WQ_WORKER ? CONTEXT_WORKER : CONTEXT_OTHER;
}

static struct timer_list timer;
static struct work_struct item;

static void timer_fire(void (*function)(struct timer_list *))
{
	ticks = context = 0;
	handled = NULL;
	timer_setup(&timer, function, 0);
	mod_timer(&timer, jiffies + 2);
	msleep(jiffies_to_msecs(6));
	timer_delete_sync(&timer);
}

static int check_tick(void)
{
	timer_fire(tick);
	return EXPECT_EQ(ticks, 1) | EXPECT_EQ(handled == &timer, 1) |
	       EXPECT_EQ(context, CONTEXT_SOFTIRQ);
}

static int allow_timer(const void *data)
{
	return check_tick() | check_tick();
}

static int deny_timer_that_violates(const void *data)
{
	int err = check_tick();

	timer_fire(tick_touches);
	return err | EXPECT_EQ(ticks, 0) | check_tick();
}

/* With interrupts on, as an exit gate's callee is, until the timer was there. */
long trusted_wait_for_tick(void)
{
	unsigned long end = jiffies + 20;

	timer_setup(&timer, tick, 0);
	mod_timer(&timer, jiffies + 2);
	while (!READ_ONCE(ticks) && time_before(jiffies, end))
		cpu_relax();
	timer_delete_sync(&timer);
	return ticks;
}

/* The timer enters the domain while a call of it is on this CPU, outside. */
static int allow_timer_during_call(const void *data)
{
	int err = 0;

	for (int i = 0; i < 3; i++) {
		ticks = 0;
		err |= EXPECT_EQ(wait_for_tick(), 1) | EXPECT_EQ(context, CONTEXT_SOFTIRQ);
	}
	return err;
}

static void item_run(void (*function)(struct work_struct *))
{
	works = context = 0;
	handled = NULL;
	INIT_WORK(&item, function);
	schedule_work(&item);
	flush_work(&item);
}

static int check_work(void)
{
	item_run(work);
	return EXPECT_EQ(works, 1) | EXPECT_EQ(handled == &item, 1) |
	       EXPECT_EQ(context, CONTEXT_WORKER);
}

static int allow_work(const void *data)
{
	return check_work() | check_work();
}

static int deny_work_that_violates(const void *data)
{
	int err = check_work();

	item_run(work_touches);
	return err | EXPECT_EQ(works, 0) | check_work();
}

/* Pointers that trusted code gives */

static unsigned int called;

static long __callback callback_add(long a, long b, short c)
{
	called++;
	return a + b * 10 + c * 100;
}

static long __callback callback_plus(long value)
{
	called++;
	return value + 1;
}

/* Nested: back into the domain that called it. */
static long __callback callback_nests(long value)
{
	called++;
	return call_plain(callback_plus, value) * 2;
}

static long __callback_in("ut_inner") callback_of_inner(long value)
{
	called++;
	return value + 2;
}

static noinline long no_callback(long value)
{
	called++;
	return value + 3;
}

long trusted_again(long value)
{
	return value + 100;
}

static int allow_callback(const void *data)
{
	int err;

	called = 0;
	table = (struct callback_table){ callback_plus, callback_add };
	err = EXPECT_EQ(call_plain(callback_plus, 41), 42) | EXPECT_EQ(called, 1);
	err |= EXPECT_EQ(call_table(4), 5 + 40 - 700) | EXPECT_EQ(called, 3);
	err |= EXPECT_EQ(call_plain(callback_nests, 4), 10) | EXPECT_EQ(called, 5);
	err |= EXPECT_EQ(inner_call(callback_of_inner, 4), 6) | EXPECT_EQ(called, 6);
	/* The pointer is good for everybody. */
	err |= EXPECT_EQ(table.plain(1), 2) | EXPECT_EQ(table.add(1, 2, 3), 321);
	return err | EXPECT_EQ(callback_of_inner(1), 3) | EXPECT_EQ(called, 9);
}

/*
 * Any other function is not there, nor is a gate of another domain, into it or
 * out of it.  The program in the guest counts.
 */
static int deny_pointer_without_gate(const void *data)
{
	step volatile function = no_callback, other = callback_of_inner, own = callback_plus;
	int err;

	called = 0;
	err = EXPECT_EQ(call_plain(own, 1), 2) | EXPECT_EQ(inner_call(other, 1), 3);
	err |= EXPECT_EQ(called, 2) | EXPECT_EQ(no_callback(1), 4) | EXPECT_EQ(called, 3);
	err |= EXPECT_EQ(call_plain(function, 1), -EFAULT);
	err |= EXPECT_EQ(call_plain((step)(void *)msleep, 0), -EFAULT);
	err |= EXPECT_EQ(call_plain(other, 1), -EFAULT);
	err |= EXPECT_EQ(inner_call(own, 1), -EFAULT);
	err |= EXPECT_EQ(inner_call(cross_back, 1), -EFAULT);
	return err | EXPECT_EQ(called, 3) | EXPECT_EQ(call_plain(own, 1), 2);
}

/* One address for a function, good inside and outside. */
static int allow_same_pointer_on_both_sides(const void *data)
{
	long value = 3, inside = call_steps(3);
	int err = 0;

	for (unsigned int i = 0; i < STEPS; i++) {
		value = steps[i](value);
		err |= EXPECT_EQ(step_at(i) == steps[i], 1);
		err |= EXPECT_EQ(call_plain(steps[i], 8), step_at(i)(8));
	}
	err |= EXPECT_EQ(value, -6 + 100 + 1) | EXPECT_EQ(inside, value);
	return err | EXPECT_EQ((long)step_at(STEPS), 0);
}

static int allow_recursion_by_pointer(const void *data)
{
	return EXPECT_EQ(walk(50, &walker), 50 * 51 / 2);
}

static int allow_recursion_of_two_files(const void *data)
{
	return EXPECT_EQ(is_even(40), true) | EXPECT_EQ(is_odd(40), false) |
	       EXPECT_EQ(is_even(41), false) | EXPECT_EQ(is_odd(41), true);
}

/* Two domains */

static int allow_call_of_other_domain(const void *data)
{
	return EXPECT_EQ(inner_step(1), 34) | EXPECT_EQ(cross(1), 74) |
	       EXPECT_EQ(cross(-100), -532);
}

/* The program in the guest compares the counters of both domains. */
static int deny_in_inner_domain(const void *data)
{
	int err;

	outer_word = 500;
	err = EXPECT_EQ(touch_word(&outer_word), 500) | EXPECT_EQ(inner_touch(&inner_word), 600);
	err |= EXPECT_EQ(cross_touches(&inner_word), -1);
	err |= EXPECT_EQ(cross_touches(&secret), 77);
	err |= EXPECT_EQ(cross_touches(&outer_word), 77);
	err |= EXPECT_EQ(touch_word(&inner_word), -EFAULT);
	return err | EXPECT_EQ(cross(1), 74);
}

/* Stacks run out: an error, and all of them come back. */
static int deny_nesting_without_end(const void *data)
{
	int err = EXPECT_EQ(ping(6), 7);

	err |= EXPECT_EQ(ping(1000), -EBUSY);
	return err | EXPECT_EQ(ping(6), 7);
}

/* Names */

static int allow_aliases_and_weak_functions(const void *data)
{
	int err = EXPECT_EQ(first_name(3), 15) | EXPECT_EQ(second_name(3), 15);

	err |= EXPECT_EQ(third_name(3), 15) | EXPECT_EQ(weak_alone(3), 4);
	err |= EXPECT_EQ(weak_replaced(3), 6) | EXPECT_EQ(weak_narrow(2), -1);
	return err | EXPECT_EQ(names_inside(2), 10 + 100 + 1000 + 3000 + 50000 - 100000);
}

/* Variadic callees */

static int allow_variadic_callees(const void *data)
{
	static char want[TEXT_SIZE];
	int err = 0;

	values = (struct values){ -1234567, -32000, 'u', 4000000000U, -(1L << 40),
				  0xfedcba9876543210, &values, "undertow" };
	for (unsigned int shape = 0; shape < FORMATS; shape++) {
		int length = format(want, &values, shape);

		memset(text, 'x', sizeof(text));
		err |= EXPECT_EQ(format_inside(shape), length);
		if (!strncmp(text, want, sizeof(text)))
			continue;
		testmod_say("shape %u: '%.*s' is not '%s'\n", shape, TEXT_SIZE, text, want);
		err = -EILSEQ;
	}
	err |= EXPECT_EQ(strcmp(want, "-109951"), 0);
	strscpy(text, "-1099511627776 12 -32000", sizeof(text));
	return err | EXPECT_EQ(scan_inside(text), -1099511627776 + 12 - 32000);
}

/* Exported by ut_functional, without a word here: the symbol is the gate. */
u32 digest(u32 seed, u32 rounds);
long touch(const long *address);

static int allow_exported_gate(const void *data)
{
	u32 want = 1;

	for (int round = 0; round < 50; round++)
		want = (want ^ 0x9e3779b9) * 16777619 + (want >> 13);
	return EXPECT_EQ(digest(1, 50), want);
}

static int deny_through_exported_gate(const void *data)
{
	static long secret = 5;

	return allow_exported_gate(data) | EXPECT_EQ(touch(&secret), -EFAULT) |
	       EXPECT_EQ(secret, 5);
}

static const struct testmod_case callbacks_cases[] = {
	{ "allow_exported_gate", allow_exported_gate },
	{ "deny_through_exported_gate", deny_through_exported_gate },
	{ "allow_sort_with_untrusted_compare", allow_sort_with_untrusted_compare },
	{ "allow_sort_from_inside", allow_sort_from_inside },
	{ "allow_search_from_inside", allow_search_from_inside },
	{ "allow_sort_with_callback", allow_sort_with_callback },
	{ "deny_compare_that_violates", deny_compare_that_violates },
	{ "allow_timer", allow_timer },
	{ "allow_timer_during_call", allow_timer_during_call },
	{ "deny_timer_that_violates", deny_timer_that_violates },
	{ "allow_work", allow_work },
	{ "deny_work_that_violates", deny_work_that_violates },
	{ "allow_callback", allow_callback },
	{ "deny_pointer_without_gate", deny_pointer_without_gate },
	{ "allow_same_pointer_on_both_sides", allow_same_pointer_on_both_sides },
	{ "allow_recursion_by_pointer", allow_recursion_by_pointer },
	{ "allow_recursion_of_two_files", allow_recursion_of_two_files },
	{ "allow_call_of_other_domain", allow_call_of_other_domain },
	{ "deny_in_inner_domain", deny_in_inner_domain },
	{ "deny_nesting_without_end", deny_nesting_without_end },
	{ "allow_aliases_and_weak_functions", allow_aliases_and_weak_functions },
	{ "allow_variadic_callees", allow_variadic_callees },
};
TESTMOD_TABLE(callbacks_cases)

static int __init callbacks_init(void)
{
	testmod_create();
	return 0;
}
module_init(callbacks_init);

static void __exit callbacks_exit(void)
{
	testmod_destroy();
}
module_exit(callbacks_exit);

MODULE_DESCRIPTION("Undertow tests: pointers to functions across the boundary");
MODULE_LICENSE("GPL");
