// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - calls into a domain: types, code shapes, errors
 */
#include <linux/irqflags.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "testmod_expect.h"
#include "functional.h"

int allow_every_type(const void *data)
{
	int err = 0;

	err |= EXPECT_EQ(back_bool(true), true);
	err |= EXPECT_EQ(back_bool(false), false);
	err |= EXPECT_EQ(back_s8(-5), -5);
	err |= EXPECT_EQ(back_u8(200), 200);
	err |= EXPECT_EQ(back_s16(-300), -300);
	err |= EXPECT_EQ(back_u16(60000), 60000);
	err |= EXPECT_EQ(back_s32(-70000), -70000);
	err |= EXPECT_EQ(back_u32(4000000000U), 4000000000U);
	err |= EXPECT_EQ(back_s64(-(1LL << 40)), -(1LL << 40));
	err |= EXPECT_EQ(back_u64(1ULL << 63), 1ULL << 63);
	err |= EXPECT_EQ((long)back_pointer((void *)data), (long)data);
	err |= EXPECT_EQ(back_enum(COLOUR_BLUE), COLOUR_BLUE);
	err |= EXPECT_EQ(is_less(-1, 1), true);
	err |= EXPECT_EQ(is_less(1, -1), false);
	back_nothing(77);
	err |= EXPECT_EQ(domain_counter, 77);
	return err;
}

int allow_limits_of_types(const void *data)
{
	volatile s8 narrow = S8_MIN;
	volatile u8 wide = U8_MAX;
	int err = 0;

	err |= EXPECT_EQ(back_s8(narrow), S8_MIN);
	err |= EXPECT_EQ(back_u8(wide), U8_MAX);
	err |= EXPECT_EQ(back_s16(S16_MIN), S16_MIN);
	err |= EXPECT_EQ(back_u16(U16_MAX), U16_MAX);
	err |= EXPECT_EQ(back_s32(S32_MIN), S32_MIN);
	err |= EXPECT_EQ(back_u32(U32_MAX), U32_MAX);
	err |= EXPECT_EQ(back_s64(S64_MIN), S64_MIN);
	err |= EXPECT_EQ(back_u64(U64_MAX), U64_MAX);
	err |= EXPECT_EQ(back_s64(back_s8(narrow)), S8_MIN);
	err |= EXPECT_EQ(back_u64(back_u8(wide)), U8_MAX);
	return err;
}

int allow_six_arguments(const void *data)
{
	int err = 0;

	err |= EXPECT_EQ(six(1, 2, 3, 4, true, 6), 1 + 20 + 300 + 4000 + 10000 + 600000);
	err |= EXPECT_EQ(six(-1, 65535, -3, 4, false, -6),
			 -1 + 655350 - 300 + 4000 - 600000);
	err |= EXPECT_EQ(null_six(11, 12, 13, 14, 15, 16), 11);
	return err;
}

int allow_tables_and_strings(const void *data)
{
	const char *name = day_name(4);
	int err = 0;

	err |= EXPECT_EQ(strcmp(name, "friday"), 0);
	err |= EXPECT_EQ((long)day_name(7), 0);
	err |= EXPECT_EQ(day_number(name), 5000 + 50 + 6);
	err |= EXPECT_EQ(day_number(day_name(6)), 7000 + 60 + 6);
	return err;
}

/* A gate is an ordinary function: an ops table of trusted code may hold it. */
int allow_pointer_to_gate(const void *data)
{
	u32 (*volatile pointer)(u32, u32) = digest;
	u32 want = digest(1, 100);
	int err = 0;

	err |= EXPECT_EQ(want != 0 && want != (u32)-14, 1);
	err |= EXPECT_EQ(pointer(1, 100), want);
	err |= EXPECT_EQ(digest_ops.digest(1, 100), want);
	return err;
}

int allow_recursion(const void *data)
{
	return EXPECT_EQ(recurse(20), 210);
}

int allow_interrupts_off(const void *data)
{
	unsigned long flags;
	bool off, on;
	u32 value;

	local_irq_save(flags);
	value = digest(3, 10);
	off = irqs_disabled();
	local_irq_restore(flags);
	on = !irqs_disabled();
	return EXPECT_EQ(off, true) | EXPECT_EQ(on, true) | EXPECT_EQ(value, digest(3, 10));
}

static long trusted_word = 5;
static void *trusted_pointer_word = &trusted_word;
static bool trusted_true = true;
static s32 trusted_int = 5;

/* -EFAULT for integers; NULL and false where no errno fits. */
int deny_default_errors(const void *data)
{
	int err = 0;

	domain_counter = 5;
	err |= EXPECT_EQ(touch(&domain_counter), 5);
	err |= EXPECT_EQ(touch(&trusted_word), -EFAULT);
	err |= EXPECT_EQ((long)touch_pointer(&trusted_pointer_word), 0);
	err |= EXPECT_EQ(touch_bool(&trusted_true), false);
	err |= EXPECT_EQ(touch_s32(&trusted_int), -EFAULT);
	touch_void(&trusted_word);
	err |= EXPECT_EQ(touch(&domain_counter), 5);
	return err;
}

/* The program in the guest compares the counter: exactly 25 reads more. */
int deny_counted(const void *data)
{
	int err = EXPECT_EQ(touch(&domain_counter) == -EFAULT, 0);

	for (int i = 0; i < 25; i++)
		err |= EXPECT_EQ(touch(&trusted_word), -EFAULT);
	return err;
}

int deny_caller_stack(const void *data)
{
	long local = 5;

	OPTIMIZER_HIDE_VAR(local);
	return EXPECT_EQ(touch(&domain_counter) == -EFAULT, 0) |
	       EXPECT_EQ(touch(&local), -EFAULT);
}
