// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - exit gates: calls out of a domain, and back in
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "testmod_expect.h"
#include "functional.h"

static long secret = 5;
static bool callee_had_interrupts;

long trusted_middle(long value)
{
	return inner(value) + 1;
}

/* A violation inside the inner call is the inner call's error alone. */
long trusted_middle_fails(long value)
{
	return touch(&secret);
}

long trusted_sleep(unsigned int ms)
{
	callee_had_interrupts = !irqs_disabled();
	msleep(ms);
	return ms;
}

long trusted_six(s8 a, u16 b, s32 c, u64 d, bool e, long f)
{
	return a + 10L * b + 100L * c + 1000L * d + 10000L * e + 100000L * f;
}

s8 trusted_s8(s8 v)
{
	return v;
}

bool trusted_bool(bool v)
{
	return v;
}

void *trusted_pointer(void *v)
{
	return v;
}

long trusted_nest(long depth)
{
	return nest(depth);
}

long trusted_null(long value)
{
	return value;
}

int allow_nested_calls(const void *data)
{
	return EXPECT_EQ(outer(1), (1 + 1 + 100 + 1) * 2);
}

int deny_inside_nested_call(const void *data)
{
	int err = EXPECT_EQ(outer(1), 206);

	return err | EXPECT_EQ(middle_fails(33), 33);
}

/* The callee runs as any trusted code: interrupts on, free to sleep. */
int allow_sleeping_callee(const void *data)
{
	unsigned long before = jiffies;
	int err = EXPECT_EQ(sleeper(20), 0x51ee9);

	err |= EXPECT_EQ(callee_had_interrupts, true);
	return err | EXPECT_EQ(jiffies - before >= msecs_to_jiffies(20), true);
}

/* A gate entered from its own domain is the body. */
int allow_gate_from_inside(const void *data)
{
	return EXPECT_EQ(through_pointer(inner, 1), 101);
}

int allow_exit_gate_arguments(const void *data)
{
	return EXPECT_EQ(all_out(), 0);
}

int allow_deep_nesting(const void *data)
{
	int err = 0;

	for (int i = 0; i < 10; i++)
		err |= EXPECT_EQ(nest(3), 3);
	return err;
}
