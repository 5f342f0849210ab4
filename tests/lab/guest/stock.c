// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - where the runtime must not load
 *
 * On a host without Undertow; in a guest with page-table isolation.
 */
#include "guest.h"
#include "suites.h"

#include <string.h>
#include <unistd.h>

#include "kselftest.h"

/* It says so in one line with both words. */
static void refuse_to_load(const char *test, const char *one, const char *other)
{
	static char log[LOG_MAX];
	char line[1024];
	int fd, err;

	ksft_print_header();
	ksft_set_plan(4);
	fd = log_open();
	err = module_load("undertow", NULL);
	log_read(fd, log, sizeof(log));
	log_find(log, "undertow: error: ", line, sizeof(line));
	ksft_print_msg("insmod: %s: %s\n", strerror(-err), line);
	ksft_test_result(err && !module_present("undertow"), "%s\n", test);
	ksft_test_result(log_count(log, "undertow: error: ") == 1 && strstr(line, one) &&
			 strstr(line, other), "reason_is_one_clear_line\n");
	ksft_test_result(access(DEBUGFS "/undertow", F_OK) != 0, "nothing_is_left_in_debugfs\n");
	ksft_test_result(!log_alarming(log, line, sizeof(line)), "nothing_alarming_in_the_log\n");
	ksft_finished();
}

void suite_stock(void)
{
	refuse_to_load("deny_load_on_stock_kvm", "host", "Undertow");
}

void suite_pti(void)
{
	refuse_to_load("deny_load_with_page_table_isolation", "page-table isolation", "pti=off");
}
