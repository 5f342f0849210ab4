// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - cases: each group of generated signatures, both ways
 */
#include "testmod.h"
#include "signatures.h"
#include "table.h"

struct sig_record sig_outside;

s16 __untrusted wrong_body(u8 a, s32 b);

struct group {
	void (*call)(void);
	struct sig_record *callee;
	struct sig_record *caller;
	unsigned int signatures;
};

static void say_first(const char *side, const struct sig_record *record)
{
	if (record->wrong)
		testmod_say("%s: %u wrong values, first in signature %u at %u\n", side,
			    record->wrong, record->signature, record->position);
}

/* Every body ran once, and no side saw a wrong value. */
static int check_group(const void *data)
{
	const struct group *group = data;

	memset(&sig_inside, 0, sizeof(sig_inside));
	memset(&sig_outside, 0, sizeof(sig_outside));
	group->call();
	say_first("inside", &sig_inside);
	say_first("outside", &sig_outside);
	return EXPECT_EQ(sig_inside.wrong, 0) | EXPECT_EQ(sig_outside.wrong, 0) |
	       EXPECT_EQ(group->callee->calls, group->signatures) |
	       EXPECT_EQ(group->caller->calls, 0);
}

/* The record works: a value that differs is seen, with its position. */
static int check_record(const void *data)
{
	int err;

	memset(&sig_inside, 0, sizeof(sig_inside));
	err = EXPECT_EQ(wrong_body(200, -5), -300) | EXPECT_EQ(sig_inside.wrong, 0);
	err |= EXPECT_EQ(wrong_body(200, -6), -300);
	err |= EXPECT_EQ(sig_inside.calls, 2) | EXPECT_EQ(sig_inside.wrong, 1);
	return err | EXPECT_EQ(sig_inside.signature, 7) | EXPECT_EQ(sig_inside.position, 2);
}

#define ENTRY(name, count) static const struct group entry_##name = { \
	outside_##name, &sig_inside, &sig_outside, count };
#define EXIT(name, count) static const struct group exit_##name = { \
	inside_##name, &sig_outside, &sig_inside, count };
GROUPS(ENTRY)
GROUPS(EXIT)

#define ENTRY_CASE(name, count) { "allow_entry_" #name "_" #count, check_group, &entry_##name },
#define EXIT_CASE(name, count) { "allow_exit_" #name "_" #count, check_group, &exit_##name },

static const struct testmod_case signature_cases[] = {
	{ "deny_wrong_value", check_record },
	GROUPS(ENTRY_CASE)
	GROUPS(EXIT_CASE)
};
TESTMOD_MODULE(signature_cases, "functions of every signature");
