// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the runtime on a host without Undertow
 */
#include "guest.h"
#include "suites.h"

#include <string.h>
#include <unistd.h>

#include "kselftest.h"

void suite_stock(void)
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
	ksft_test_result(err && !module_present("undertow"), "deny_load_on_stock_kvm\n");
	ksft_test_result(log_count(log, "undertow: error: ") == 1 && strstr(line, "host") &&
			 strstr(line, "Undertow"), "reason_is_one_clear_line\n");
	ksft_test_result(access(DEBUGFS "/undertow", F_OK) != 0, "nothing_is_left_in_debugfs\n");
	ksft_test_result(!log_alarming(log, line, sizeof(line)), "nothing_alarming_in_the_log\n");
	ksft_finished();
}
