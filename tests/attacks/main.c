// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - the module: legal twin, attempt, check, legal twin
 */
#include "testmod.h"
#include "attacks.h"

long trusted_page[PAGE_SIZE / sizeof(long)] __aligned(PAGE_SIZE) = { TRUSTED_VALUE };
unsigned long trusted_sink_calls, trusted_sink_flags;

static const struct attack *const groups[] = {
	memory_attacks, execute_attacks, gate_attacks, sweep_attacks, storm_attacks, stack_attacks,
	event_attacks, privileged_attacks, register_attacks, msr_attacks, resume_attacks,
};

bool trusted_intact(void)
{
	return trusted_data == TRUSTED_VALUE;
}

/* The only trusted function that the domain may call. */
noinline long trusted_sink(long value)
{
	trusted_sink_calls++;
	trusted_sink_flags = native_save_fl();
	return value + 1;
}

static int attack_run(const void *data)
{
	const struct attack *attack = data;
	struct attack_trace trace = { .faults = 1 };
	int legal = attack->legal();
	long result;
	bool intact;

	if (legal) {
		testmod_say("failed legal twin: %d\n", legal);
		return legal;
	}
	result = attack->attempt(&trace);
	intact = attack->intact ? attack->intact() : trusted_intact();
	testmod_say("result %ld\nwant %ld\nintact %d\nalive %d\nfaults %lu\n", result,
		    attack->want, intact, !attack->legal(), trace.faults);
	if (trace.addr)
		testmod_say("addr %lx\n", trace.addr);
	if (trace.symbol)
		testmod_say("symbol %s\n", trace.symbol);
	return 0;
}

static int testmod_find(const char *name, struct testmod_case *found)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		for (const struct attack *attack = groups[i]; attack->name; attack++)
			if (!strcmp(name, attack->name)) {
				*found = (struct testmod_case){ name, attack_run, attack };
				return 0;
			}
	return -ENOENT;
}

static void testmod_list(struct seq_file *seq)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		for (const struct attack *attack = groups[i]; attack->name; attack++)
			seq_printf(seq, "%s\n", attack->name);
}

static int __init attacks_init(void)
{
	testmod_create();
	return 0;
}
module_init(attacks_init);

static void __exit attacks_exit(void)
{
	testmod_destroy();
}
module_exit(attacks_exit);

MODULE_DESCRIPTION("Undertow tests: attacks from a domain");
MODULE_LICENSE("GPL");
