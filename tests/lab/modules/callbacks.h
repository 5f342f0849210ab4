/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - pointers to functions across the boundary, two domains
 *
 *   callbacks.c         trusted: the cases, and what domains call
 *   callbacks_domain.c  domain ut_callbacks, its main file
 *   callbacks_other.c   the same domain: what a second file replaces and calls
 *   callbacks_inner.c   domain ut_inner
 */
#ifndef CALLBACKS_H
#define CALLBACKS_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <undertow/annotate.h>

#define PAIRS	40
#define STEPS	3

struct timer_list;
struct work_struct;

struct pair { long key; long tag; };
typedef long (*step)(long value);
struct walker { long (*walk)(long depth, const struct walker *by); };
struct callback_table { step plain; long (*add)(long a, long b, short c); };

/* Sorting.  The domain counts its comparisons. */
extern struct pair pairs[PAIRS] __untrusted;
extern unsigned int compares __untrusted;
int __untrusted compare_pairs(const void *a, const void *b);
int __untrusted compare_touches(const void *a, const void *b);
void __untrusted sort_with_own_compare(bool own_swap);
void __untrusted sort_with(int (*compare)(const void *a, const void *b));
const struct pair * __untrusted find_pair(const struct pair *key);
int compare_trusted(const void *a, const void *b);

/* Timers and work items */
extern long ticks __untrusted;
extern long works __untrusted;
extern const void *handled __untrusted;
extern long context __untrusted;
void __untrusted tick(struct timer_list *timer);
void __untrusted tick_touches(struct timer_list *timer);
void __untrusted work(struct work_struct *item);
void __untrusted work_touches(struct work_struct *item);
long __untrusted wait_for_tick(void);
long trusted_context(void);
long trusted_wait_for_tick(void);

/* Pointers that trusted code gives */
extern struct callback_table table __untrusted;
extern const step steps[STEPS] __untrusted;
extern const struct walker walker __untrusted;
long __untrusted call_plain(step function, long value);
long __untrusted call_table(long value);
long __untrusted call_steps(long value);
step __untrusted step_at(unsigned int index);
long __untrusted walk(long depth, const struct walker *by);
long __untrusted touch_word(const long *address);
long trusted_again(long value);

/* Two domains.  Each level of ping() and pong() is a call of the other domain. */
extern long outer_word __untrusted;
extern long inner_word __untrusted_in("ut_inner");
long __untrusted cross(long value);
long __untrusted cross_back(long value);
long __untrusted cross_touches(const long *address);
long __untrusted ping(long depth);
long __untrusted_in("ut_inner") inner_step(long value);
long __untrusted_in("ut_inner") inner_touch(const long *address);
long __untrusted_in("ut_inner") inner_call(step function, long value);
long __untrusted_in("ut_inner") pong(long depth);

/* Names */
long __untrusted first_name(long value);
long second_name(long value);
long third_name(long value);
long __untrusted weak_alone(long value);
long __untrusted weak_replaced(long value);
short __untrusted weak_narrow(short value);
long __untrusted names_inside(long value);
bool __untrusted is_even(unsigned int value);
bool __untrusted is_odd(unsigned int value);

/* Variadic callees: both sides format the same, with the same code. */
#define FORMATS		12
#define TEXT_SIZE	160

struct values {
	int i;
	short h;
	signed char c;
	unsigned int u;
	long l;
	unsigned long long ll;
	const void *p;
	char word[16];
};
extern struct values values __untrusted;
extern char text[TEXT_SIZE] __untrusted;
int __untrusted format_inside(unsigned int shape);
long __untrusted scan_inside(const char *from);

static __always_inline int format(char *to, const struct values *v, unsigned int shape)
{
	switch (shape) {
	case 0: return snprintf(to, TEXT_SIZE, "%d", v->i);
	case 1: return snprintf(to, TEXT_SIZE, "%u %d", v->u, v->i);
	case 2: return snprintf(to, TEXT_SIZE, "%ld", v->l);
	case 3: return snprintf(to, TEXT_SIZE, "%ld %d", v->l, v->i);
	case 4: return snprintf(to, TEXT_SIZE, "%d %ld", v->i, v->l);
	case 5: return snprintf(to, TEXT_SIZE, "%llx", v->ll);
	case 6: return snprintf(to, TEXT_SIZE, "%s", v->word);
	case 7: return snprintf(to, TEXT_SIZE, "%px %s", v->p, v->word);
	case 8: return snprintf(to, TEXT_SIZE, "%c %hd %hhd %x", v->c, v->h, v->c, v->u);
	case 9: return snprintf(to, TEXT_SIZE, "%*d|%-*ld|%.*s", 8, v->i, 24, v->l, 3, v->word);
	case 10: return snprintf(to, TEXT_SIZE, "%d %ld %s %llu %px %hd %u %lx %s %d", v->i, v->l,
				 v->word, v->ll, v->p, v->h, v->u, v->l, v->word, v->i);
	/* Cut off: what is returned is the whole length. */
	case 11: return snprintf(to, 8, "%ld and %s", v->l, v->word);
	default: return -1;
	}
}

#endif
