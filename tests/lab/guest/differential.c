// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - generated programs, in domains and outside
 *
 * The modules ut_programs_<N> are loaded and unloaded in turn.  The list of
 * what they should run comes by another way, so that none can be missing.
 */
#include "guest.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"

#define LIST	MODULES "/programs.txt"

static unsigned int planned(void)
{
	static char text[65536];
	unsigned int count = 0;

	if (file_read(LIST, text, sizeof(text)) <= 0)
		ksft_exit_fail_msg("no list of programs in " LIST "\n");
	for (char *at = text; *at; at++)
		count += *at == '\n';
	return count;
}

static unsigned int modules(void)
{
	char path[256];
	unsigned int count = 0;

	do
		snprintf(path, sizeof(path), MODULES "/ut_programs_%u.ko", count);
	while (!access(path, F_OK) && ++count);
	return count;
}

/* A case is a group of programs: how many of them ran; false if one was wrong. */
static bool group_run(const char *module, const char *name, long *ran)
{
	static char report[REPORT_MAX];
	int status = case_run(module, name, report);
	long programs = 0;

	if (status)
		ksft_print_msg("%s: %s (%d): %s\n", name, strerror(-status), status, report);
	report_number(report, "programs", &programs);
	*ran += programs;
	return !status;
}

static bool groups_run(const char *module, long *ran)
{
	char path[256], text[1024], *line, *next = text;
	bool good = true;

	snprintf(path, sizeof(path), DEBUGFS "/%s/list", module);
	if (file_read(path, text, sizeof(text)) <= 0)
		return false;
	while ((line = strsep(&next, "\n")) && *line)
		good &= group_run(module, line, ran);
	return good;
}

/* Load a module, run what it has, unload it; how many programs ran. */
static long module_judge(unsigned int number)
{
	static char log[LOG_MAX];
	char module[64], line[1024];
	int fd = log_open(), err;
	long ran = 0;
	bool good;

	snprintf(module, sizeof(module), "ut_programs_%u", number);
	err = module_load(module, NULL);
	good = !err && groups_run(module, &ran);
	err = err ? err : module_unload(module);
	if (err)
		ksft_print_msg("%s: %s\n", module, strerror(-err));
	log_read(fd, log, sizeof(log));
	if (log_find(log, "denied", line, sizeof(line)) || log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("%s: the kernel log has: %s\n", module, line);
		good = false;
	}
	ksft_test_result(good && !err, "allow_%ld_programs_in_domain_%u\n", ran, number);
	return ran;
}

void suite_differential(void)
{
	unsigned int count = modules(), want = planned();
	long ran = 0;

	ksft_print_header();
	need_runtime();
	ksft_set_plan(count + 1);
	for (unsigned int i = 0; i < count; i++)
		ran += module_judge(i);
	if (ran != want)
		ksft_print_msg("%ld programs ran, planned are %u\n", ran, want);
	ksft_test_result(ran && ran == want, "all_%u_programs_ran\n", want);
	ksft_finished();
}
