// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - domain ut_callbacks: it is called by pointer, and calls so
 */
#include <linux/bsearch.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sort.h>

#include "callbacks.h"

struct pair pairs[PAIRS];
unsigned int compares;
long ticks, works, context;
const void *handled;
struct callback_table table;
long outer_word = 500;
struct values values;
char text[TEXT_SIZE];

int compare_pairs(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;

	compares++;
	return left->key < right->key ? -1 : left->key > right->key;
}

/* A pointer of trusted code's, which the first comparison follows. */
int compare_touches(const void *a, const void *b)
{
	compares++;
	return touch_word(handled) ? 1 : compare_pairs(a, b);
}

static void swap_pairs(void *a, void *b, int size)
{
	swap(*(struct pair *)a, *(struct pair *)b);
}

void sort_with_own_compare(bool own_swap)
{
	sort(pairs, PAIRS, sizeof(pairs[0]), compare_pairs, own_swap ? swap_pairs : NULL);
}

void sort_with(int (*compare)(const void *a, const void *b))
{
	sort(pairs, PAIRS, sizeof(pairs[0]), compare, NULL);
}

const struct pair *find_pair(const struct pair *key)
{
	static struct pair wanted;

	wanted = *key;
	return bsearch(&wanted, pairs, PAIRS, sizeof(pairs[0]), compare_pairs);
}

/* The argument is memory of the kernel: an address and no more. */
void tick(struct timer_list *timer)
{
	handled = timer;
	context = trusted_context();
	ticks++;
}

void tick_touches(struct timer_list *timer)
{
	ticks += 1 + touch_word((const long *)timer);
}

void work(struct work_struct *item)
{
	handled = item;
	context = trusted_context();
	works++;
}

void work_touches(struct work_struct *item)
{
	works += 1 + touch_word((const long *)item);
}

long wait_for_tick(void)
{
	long before = ticks;

	return trusted_wait_for_tick() ? ticks - before : -1;
}

long touch_word(const long *address)
{
	return *(const volatile long *)address;
}

long call_plain(step function, long value)
{
	return function(value);
}

long call_table(long value)
{
	return table.add(table.plain(value), value, -7);
}

static long step_double(long value) { return value * 2; }
static long step_negate(long value) { return -value; }
static long step_again(long value) { return trusted_again(value) + 1; }
const step steps[STEPS] = { step_double, step_negate, step_again };

long call_steps(long value)
{
	for (unsigned int i = 0; i < STEPS; i++)
		value = steps[i](value);
	return value;
}

step step_at(unsigned int index)
{
	return index < STEPS ? steps[index] : NULL;
}

long walk(long depth, const struct walker *by)
{
	volatile long here = depth;

	return depth ? by->walk(depth - 1, by) + here : 0;
}

const struct walker walker = { walk };

long cross(long value)
{
	return inner_step(value + 1) * 2;
}

long cross_back(long value)
{
	return value * 3;
}

/* The inner call's error is no violation of this one. */
long cross_touches(const long *address)
{
	return inner_touch(address) == -EFAULT ? 77 : -1;
}

long ping(long depth)
{
	long below = depth ? pong(depth - 1) : 0;

	return below < 0 ? below : below + 1;
}

noinline long first_name(long value) { return value * 5; }
long second_name(long value) __attribute__((alias("first_name")));
long third_name(long value) __attribute__((weak, alias("first_name")));
__weak long weak_alone(long value) { return value + 1; }
__weak long weak_replaced(long value) { return value + 2; }
__weak short weak_narrow(short value) { return value + 2; }


long names_inside(long value)
{
	return first_name(value) + 10 * second_name(value) + 100 * third_name(value) +
	       1000 * weak_alone(value) + 10000 * weak_replaced(value) +
	       100000 * weak_narrow(value);
}

bool is_even(unsigned int value)
{
	return value ? is_odd(value - 1) : true;
}

int format_inside(unsigned int shape)
{
	return format(text, &values, shape);
}

long scan_inside(const char *from)
{
	static long l;
	static int i;
	static short h;

	l = i = h = 0;
	if (sscanf(from, "%ld %d %hd", &l, &i, &h) != 3)
		return -1;
	return sscanf(from, "%ld", &l) == 1 ? l + i + h : -2;
}
