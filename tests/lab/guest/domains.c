// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - as many domains as there are views, and one more
 */
#include "guest.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "kselftest.h"

#define MODULE	"ut_many"
#define DOMAINS	31

static void case_result(const char *name)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	char line[1024];
	long depth;
	int fd = log_open(), status = case_run(MODULE, name, report);
	bool alarming;

	log_read(fd, log, sizeof(log));
	alarming = log_alarming(log, line, sizeof(line));
	if (status || alarming)
		ksft_print_msg("%s: %s %s\n", strerror(-status), report, alarming ? line : "");
	if (report_number(report, "depth", &depth))
		ksft_print_msg("nested calls with default stacks: %ld\n", depth);
	ksft_test_result(!status && !alarming, "%s\n", name);
}

void suite_domains(void)
{
	static char log[LOG_MAX];
	struct stat_text stat;
	int fd, err;

	ksft_print_header();
	need_runtime();
	ksft_set_plan(4);
	if (!modules_unload())
		ksft_exit_fail_msg("a module does not unload\n");
	need_module(MODULE, NULL);
	stat_read(&stat);
	ksft_test_result(stat_value(&stat, "views") == DOMAINS, "allow_%d_domains\n", DOMAINS);
	case_result("allow_all_domains");
	case_result("deny_nesting_over_bound");
	fd = log_open();
	err = module_load("ut_cycle", NULL);
	log_read(fd, log, sizeof(log));
	ksft_test_result(err && log_count(log, "error: domain ut_cycle: cannot create its view") == 1 &&
			 !module_unload(MODULE) && !module_load("ut_cycle", NULL) &&
			 !module_unload("ut_cycle"),
			 "deny_one_domain_more\n");
	ksft_finished();
}
