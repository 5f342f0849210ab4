// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the VM after 10,000 random hypercalls
 */
#include "guest.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "kselftest.h"

#define SEED "20260101"

static bool all_unloaded(void)
{
	return modules_unload() && !(module_present("undertow") && module_unload("undertow"));
}

static bool call_works(void)
{
	static char report[REPORT_MAX];

	return !module_load("undertow", "log_burst=0") && !module_load("ut_functional", NULL) &&
	       !case_run("ut_functional", "allow_nested_calls", report) &&
	       !case_run("ut_functional", "deny_default_errors", report);
}

void suite_fuzz(void)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	char line[1024];
	long views = -1, grants = -1, overlays = -1, aborts = -1;
	int fd, status;

	ksft_print_header();
	ksft_set_plan(5);
	ksft_test_result(all_unloaded() && call_works() && all_unloaded(), "allow_call_before\n");
	need_module("ut_fuzz", "seed=" SEED);
	fd = log_open();
	status = case_run("ut_fuzz", "allow_random_hypercalls", report);
	log_read(fd, log, sizeof(log));
	ksft_test_result(!status, "allow_10000_random_hypercalls\n");
	report_number(report, "views", &views);
	report_number(report, "grants", &grants);
	report_number(report, "overlays", &overlays);
	report_number(report, "aborts", &aborts);
	for (char *text = report, *one; (one = strsep(&text, "\n")) && *one;)
		ksft_print_msg("%s\n", one);
	ksft_test_result(!views && !grants && !overlays, "host_holds_nothing_afterwards\n");
	ksft_test_result(!log_alarming(log, line, sizeof(line)), "nothing_alarming_in_the_log\n");
	module_unload("ut_fuzz");
	ksft_test_result(call_works(), "allow_call_afterwards\n");
	ksft_finished();
}
