// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - run suites in the guest
 *
 * ut-tests SUITE[=NUMBER]...: one KTAP document on stdout with a subtest for each
 * suite; the number is for the suite.  A suite is a process: when it dies, its
 * subtest fails and the next one runs.  Exit status 0 only if all passed, so that
 * the verdict does not depend on text alone.
 */
#define _GNU_SOURCE
#include "guest.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"

static const struct {
	const char *name;
	void (*run)(void);
} suites[] = {
	{ "functional", suite_functional }, { "signatures", suite_signatures },
	{ "kernel", suite_kernel }, { "differential", suite_differential },
	{ "exits", suite_exits },
	{ "constructs", suite_constructs }, { "policy", suite_policy },
	{ "preemption", suite_preemption },
	{ "attacks", suite_attacks }, { "maps", suite_maps }, { "lz4", suite_lz4 },
	{ "cycles", suite_cycles }, { "fuzz", suite_fuzz }, { "smp", suite_smp },
	{ "domains", suite_domains }, { "storm", suite_storm },
	{ "soak", suite_soak }, { "idle", suite_idle }, { "stock", suite_stock },
	{ "pti", suite_pti }, { "moved", suite_moved },
};

long suite_number;

static bool suite_child(size_t index, int out)
{
	pid_t pid = fork();

	if (pid)
		return pid > 0;
	dup2(out, STDOUT_FILENO);
	close(out);
	setvbuf(stdout, NULL, _IOLBF, 0);
	suites[index].run();
	_exit(KSFT_FAIL);	/* a suite ends by ksft_finished() */
}

static bool suite_run(size_t index, const char *label)
{
	char line[4096];
	int ends[2], status;
	FILE *from;

	fflush(stdout);
	if (pipe(ends) || !suite_child(index, ends[1]))
		return false;
	close(ends[1]);
	from = fdopen(ends[0], "r");
	while (from && fgets(line, sizeof(line), from)) {
		/* The kernel's header says TAP 13; as a subtest it is KTAP 1. */
		if (!strncmp(line, "TAP version", 11))
			printf("    KTAP version 1\n    # Subtest: %s\n", label);
		else
			printf("    %s", line);
	}
	if (from)
		fclose(from);
	return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == KSFT_PASS;
}

/* NAME or NAME=NUMBER */
static int suite_index(const char *label)
{
	size_t len = strcspn(label, "=");

	suite_number = label[len] ? atol(label + len + 1) : 0;
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (strlen(suites[i].name) == len && !strncmp(label, suites[i].name, len))
			return i;
	return -1;
}

void need_runtime(void)
{
	if (!module_present("undertow"))
		need_module("undertow", "log_burst=0");
}

void need_module(const char *name, const char *parameters)
{
	static char log[LOG_MAX];
	char line[1024];
	int fd, err;

	if (module_present(name))
		return;
	fd = log_open();
	err = module_load(name, parameters);
	log_read(fd, log, sizeof(log));
	log_find(log, "error", line, sizeof(line));
	if (err)
		ksft_exit_fail_msg("%s.ko does not load: %s: %s\n", name, strerror(-err), line);
}

int main(int argc, char **argv)
{
	bool good = argc > 1;

	guest_setup();
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		int index = suite_index(argv[i]);
		double start = seconds();
		bool passed = index >= 0 && suite_run(index, argv[i]);

		printf("%s %d %s # %.1f emulated seconds\n", passed ? "ok" : "not ok", i, argv[i],
		       seconds() - start);
		good &= passed;
	}
	return good ? 0 : 1;
}
