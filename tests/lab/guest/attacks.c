// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - judge the attacks
 *
 * attacks.txt is the plan.  For each line: the module runs legal twin, attack
 * and check; here the rest of the evidence is compared: the result of the
 * call, one more in the right counter and in no other, the line in the kernel
 * log, and nothing alarming in it.
 */
#define _GNU_SOURCE
#include "guest.h"
#include "suites.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"

#define MODULE		"ut_attacks"
#define ATTACKS_MAX	256

struct attack {
	char name[64];
	char invariant[16];
	char evidence[16];
	char *disabled;		/* reason, or NULL */
};

/* What was seen around one attack. */
struct seen {
	int status;
	char report[REPORT_MAX];
	long before[DENIED_KINDS], after[DENIED_KINDS];
	char log[LOG_MAX];
};

static struct attack attacks[ATTACKS_MAX];
static size_t attack_count;

/* "name INV-n evidence", or "#name INV-n evidence reason" for a disabled one. */
static void line_parse(char *line)
{
	struct attack *attack = &attacks[attack_count];
	int used = 0;
	bool disabled = *line == '#';

	if (disabled && !islower(line[1]))
		return;
	if (attack_count == ATTACKS_MAX)
		ksft_exit_fail_msg("attacks.txt: more than %d attacks\n", ATTACKS_MAX);
	if (sscanf(line + disabled, "%63s %15s %15s %n", attack->name, attack->invariant,
		   attack->evidence, &used) < 3)
		return;
	if (strncmp(attack->invariant, "INV-", 4))
		ksft_exit_fail_msg("attacks.txt: no invariant: %s\n", line);
	if (disabled)
		attack->disabled = strdup(line + 1 + used);
	attack_count++;
}

static void plan_read(void)
{
	static char text[32768];
	char *line, *next = text;

	if (file_read(MODULES "/attacks.txt", text, sizeof(text)) < 0)
		ksft_exit_fail_msg("attacks.txt is missing\n");
	while ((line = strsep(&next, "\n")))
		line_parse(line);
}

/* Every attack of the module is in the plan: nothing is forgotten silently. */
static bool plan_complete(void)
{
	static char text[32768];
	char *line, *next = text;
	bool complete = true;

	file_read(DEBUGFS "/" MODULE "/list", text, sizeof(text));
	while ((line = strsep(&next, "\n")) && *line) {
		size_t i = 0;

		while (i < attack_count && strcmp(attacks[i].name, line))
			i++;
		if (i == attack_count) {
			ksft_print_msg("%s is not in attacks.txt\n", line);
			complete = false;
		}
	}
	return complete && attack_count;
}

/* 100,000 tries, for a suite of its own with fewer lines in the log. */
static bool is_storm(const struct attack *attack)
{
	return !strcmp(attack->evidence, "storm");
}

/* As many violations as the module says. */
static bool is_sweep(const struct attack *attack)
{
	return is_storm(attack) || !strcmp(attack->evidence, "many");
}

static int counter_of(const char *evidence)
{
	if (!strcmp(evidence, "read"))
		return DENIED_READ;
	if (!strcmp(evidence, "write"))
		return DENIED_WRITE;
	if (!strcmp(evidence, "exec"))
		return DENIED_EXEC;
	return DENIED_OTHER;
}

static bool report_good(const struct seen *seen, char *why, size_t size)
{
	long result, want, intact, alive;

	if (seen->status) {
		snprintf(why, size, "the module says %d (%s): %s", seen->status,
			 strerror(-seen->status), seen->report);
		return false;
	}
	if (!report_number(seen->report, "result", &result) ||
	    !report_number(seen->report, "want", &want) ||
	    !report_number(seen->report, "intact", &intact) ||
	    !report_number(seen->report, "alive", &alive)) {
		snprintf(why, size, "incomplete report: %s", seen->report);
		return false;
	}
	if (result != want)
		snprintf(why, size, "the call returned %ld (%#lx), not %ld", result, result, want);
	else if (!intact)
		snprintf(why, size, "trusted state has changed");
	else if (!alive)
		snprintf(why, size, "the legal twin fails afterwards");
	else
		return true;
	return false;
}

static bool counters_good(const struct attack *attack, const struct seen *seen, char *why,
			  size_t size)
{
	long faults = 1;
	long total = counters_sum(seen->after) - counters_sum(seen->before);
	int kind = counter_of(attack->evidence);

	if (!strcmp(attack->evidence, "none"))
		faults = 0;
	else if (is_sweep(attack))
		report_number(seen->report, "faults", &faults);
	if (total != faults) {
		snprintf(why, size, "counters grew by %ld, not %ld: read %ld write %ld exec %ld other %ld",
			 total, faults, seen->after[0] - seen->before[0],
			 seen->after[1] - seen->before[1], seen->after[2] - seen->before[2],
			 seen->after[3] - seen->before[3]);
		return false;
	}
	if (faults == 1 && !is_sweep(attack) &&
	    seen->after[kind] - seen->before[kind] != 1) {
		snprintf(why, size, "the wrong counter grew: read %ld write %ld exec %ld other %ld",
			 seen->after[0] - seen->before[0], seen->after[1] - seen->before[1],
			 seen->after[2] - seen->before[2], seen->after[3] - seen->before[3]);
		return false;
	}
	return true;
}

/* The value of " key=" in a log line starts with @want, after an optional 0x. */
static bool line_has(const char *line, const char *key, const char *want)
{
	const char *at = strstr(line, key);

	if (!at)
		return false;
	at += strlen(key);
	if (!strncmp(at, "0x", 2))
		at += 2;
	return !strncmp(at, want, strlen(want));
}

static bool line_good(const struct attack *attack, const struct seen *seen, const char *line,
		      char *why, size_t size)
{
	char token[48], symbol[64], text[32];
	unsigned long addr;

	snprintf(token, sizeof(token), "undertow: denied %s ", attack->evidence);
	if (!strstr(line, token)) {
		snprintf(why, size, "no '%s' in log line: %s", token, line);
		return false;
	}
	if (!strstr(line, " domain=" MODULE " ")) {
		snprintf(why, size, "wrong domain in log line: %s", line);
		return false;
	}
	if (report_hex(seen->report, "addr", &addr)) {
		snprintf(text, sizeof(text), "%lx ", addr);
		if (!line_has(line, " addr=", text)) {
			snprintf(why, size, "addr is not %s in log line: %s", text, line);
			return false;
		}
	}
	if (report_text(seen->report, "symbol", symbol, sizeof(symbol)) &&
	    !line_has(line, " rip=", symbol)) {
		snprintf(why, size, "rip is not in %s in log line: %s", symbol, line);
		return false;
	}
	return true;
}

static bool log_good(const struct attack *attack, const struct seen *seen, char *why,
		     size_t size)
{
	char line[1024];
	unsigned int lines = log_count(seen->log, "undertow: denied ");

	if (log_alarming(seen->log, line, sizeof(line))) {
		snprintf(why, size, "the kernel log has: %s", line);
		return false;
	}
	if (is_storm(attack))
		for (const char *line_in = seen->report; *line_in; line_in += strcspn(line_in, "\n") + 1)
			ksft_print_msg("%s: %.*s\n", attack->name, (int)strcspn(line_in, "\n"), line_in);
	if (is_sweep(attack))
		return true;
	if (!strcmp(attack->evidence, "none")) {
		if (lines)
			snprintf(why, size, "%u log lines, not 0", lines);
		return !lines;
	}
	if (lines != 1) {
		snprintf(why, size, "%u lines 'undertow: denied' in the log, not 1", lines);
		return false;
	}
	log_find(seen->log, "undertow: denied ", line, sizeof(line));
	return line_good(attack, seen, line, why, size);
}

static bool attack_good(const struct attack *attack, char *why, size_t size)
{
	static struct seen seen;
	int log = log_open();

	if (!strcmp(attack->evidence, "ring3"))
		return ring3_run(attack->name, why, size);
	if (!counters_read(MODULE, seen.before)) {
		snprintf(why, size, "no counters of domain " MODULE);
		return false;
	}
	seen.status = case_run(MODULE, attack->name, seen.report);
	counters_read(MODULE, seen.after);
	log_read(log, seen.log, sizeof(seen.log));
	return report_good(&seen, why, size) && counters_good(attack, &seen, why, size) &&
	       log_good(attack, &seen, why, size);
}

static void attack_result(const struct attack *attack)
{
	char why[REPORT_MAX + 256];

	if (attack->disabled) {
		ksft_test_result_code(KSFT_SKIP, attack->name, "%s", attack->disabled);
	} else if (attack_good(attack, why, sizeof(why))) {
		ksft_test_result_pass("%s\n", attack->name);
	} else {
		ksft_print_msg("%s (%s): %s\n", attack->name, attack->invariant, why);
		ksft_test_result_fail("%s\n", attack->name);
	}
}

static unsigned int attacks_count(bool storms)
{
	unsigned int count = 0;

	for (size_t i = 0; i < attack_count; i++)
		count += is_storm(&attacks[i]) == storms;
	return count;
}

static void attacks_run(bool storms)
{
	for (size_t i = 0; i < attack_count; i++)
		if (is_storm(&attacks[i]) == storms)
			attack_result(&attacks[i]);
}

void suite_attacks(void)
{
	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	plan_read();
	ksft_set_plan(attacks_count(false) + 1);
	attacks_run(false);
	ksft_test_result(plan_complete(), "every_attack_is_in_the_plan\n");
	if (module_unload(MODULE))
		ksft_print_msg("%s does not unload\n", MODULE);
	ksft_finished();
}

/* With the limit of log lines that users have. */
void suite_storm(void)
{
	ksft_print_header();
	if (!modules_unload() || (module_present("undertow") && module_unload("undertow")))
		ksft_exit_fail_msg("a module does not unload\n");
	need_module("undertow", NULL);
	need_module(MODULE, NULL);
	plan_read();
	ksft_set_plan(attacks_count(true));
	attacks_run(true);
	if (module_unload(MODULE) || module_unload("undertow"))
		ksft_print_msg("%s does not unload\n", MODULE);
	ksft_finished();
}
