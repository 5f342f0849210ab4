// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - kernel constructs in a domain, and what the log says of them
 */
#include "guest.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "kselftest.h"

#define MODULE "ut_constructs"

/* Cases that the kernel or the runtime reports, and the words of the report. */
static const struct {
	const char *name, *says;
} reported[] = {
	{ "allow_warn", "warn.constructs_domain.c." },
	{ "deny_bug", "denied bug domain=ut_constructs at=constructs_domain.c:" },
};

static const char *case_report(const char *name)
{
	for (size_t i = 0; i < sizeof(reported) / sizeof(reported[0]); i++)
		if (!strcmp(name, reported[i].name))
			return reported[i].says;
	return NULL;
}

static void case_judge(const char *name)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	char line[1024] = "";
	const char *says = case_report(name);
	int fd = log_open(), status = case_run(MODULE, name, report);
	bool good = !status;

	log_read(fd, log, sizeof(log));
	if (says && !log_find(log, says, line, sizeof(line))) {
		ksft_print_msg("%s: the kernel log lacks: %s\n", name, says);
		good = false;
	}
	if (!says && log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("%s: the kernel log has: %s\n", name, line);
		good = false;
	}
	if (status)
		ksft_print_msg("%s: %s (%d): %s\n", name, strerror(-status), status, report);
	ksft_test_result(good, "%s\n", name);
}

void suite_constructs(void)
{
	static char text[8192];
	unsigned int plan = 0;
	char *line, *next = text;

	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	if (file_read(DEBUGFS "/" MODULE "/list", text, sizeof(text)) <= 0)
		ksft_exit_fail_msg("no cases in " MODULE "\n");
	for (line = text; *line; line++)
		plan += *line == '\n';
	ksft_set_plan(plan);
	while ((line = strsep(&next, "\n")) && *line)
		case_judge(line);
	ksft_finished();
}
