// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - stack traces through gates
 *
 * A trusted function that a domain called walks the stack as the kernel does
 * for its own traces: exit gate, entry gate, caller, and on to the end.
 */
#include <linux/kallsyms.h>
#include <linux/sched.h>
#include <asm/ptrace.h>
#include <asm/unwind.h>

#include "testmod_expect.h"
#include "functional.h"

static unsigned long frames[48];
static unsigned int depth;
static bool to_the_end;

noinline long trusted_trace(long value)
{
	struct unwind_state state;
	unsigned long addr = 1;

	depth = 0;
	for (unwind_start(&state, current, NULL, NULL); !unwind_done(&state);
	     unwind_next_frame(&state)) {
		addr = unwind_get_return_address(&state);
		if (!addr || depth == ARRAY_SIZE(frames))
			break;
		frames[depth++] = addr;
	}
	/* Where user mode came in, as for the kernel's reliable traces. */
	to_the_end = !unwind_error(&state) &&
		     (unwind_done(&state) || (state.regs && user_mode(state.regs)));
	return value + 1;
}

/* Into the domain again: the trace has two of each. */
noinline long trusted_trace_nested(long value)
{
	long result = traced(value) + 1;

	barrier();
	return result;
}

static int expect_frames(const char *const *names, unsigned int count)
{
	char symbol[KSYM_SYMBOL_LEN];
	unsigned int i;

	for (i = 0; i < count; i++) {
		sprint_symbol_no_offset(symbol, i < depth ? frames[i] - 1 : 0);
		symbol[strcspn(symbol, " ")] = 0;
		if (!strcmp(symbol, names[i]))
			continue;
		testmod_say("failed frame %u of %u is %s, not %s\n", i, depth, symbol, names[i]);
		return -EILSEQ;
	}
	/* Up to the system call that loaded the case. */
	return EXPECT_EQ(to_the_end, true) ?: EXPECT_EQ(depth > count + 3, true);
}

int allow_stack_trace(const void *data)
{
	static const char *const names[] = {
		"trusted_trace.exit.ut_functional", "traced", "allow_stack_trace",
	};
	long result = traced(5);

	return EXPECT_EQ(result, 7) ?: expect_frames(names, ARRAY_SIZE(names));
}

int allow_stack_trace_narrow(const void *data)
{
	static const char *const names[] = {
		"trusted_trace.exit.ut_functional", "traced_narrow.gate",
		"traced_narrow", "allow_stack_trace_narrow",
	};
	short result = traced_narrow(5, 1, 2, 3, 4, 5, 6);

	return EXPECT_EQ(result, 12) ?: expect_frames(names, ARRAY_SIZE(names));
}

int allow_stack_trace_nested(const void *data)
{
	static const char *const names[] = {
		"trusted_trace.exit.ut_functional", "traced",
		"trusted_trace_nested", "trusted_trace_nested.exit.ut_functional", "traced_nested",
		"allow_stack_trace_nested",
	};
	long result = traced_nested(5);

	return EXPECT_EQ(result, 8) ?: expect_frames(names, ARRAY_SIZE(names));
}
