// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - all loads at once for a time, and whether the sums are right
 *
 * ut_functional calls its domain from every context on all CPUs (soak.c there).
 * Here processes come and go that call it too, some of them killed in the call,
 * modules with domains are loaded and unloaded, and the kernel preempts if it can.
 * Short in each boot; `ut-tests soak=600` is the long form, for --soak.
 */
#define _GNU_SOURCE
#include "guest.h"
#include "suites.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"

#define MODULE		"ut_functional"
#define CYCLED		"ut_cycle"
#define SECONDS		4
#define WARM_UP		1
/*
 * Of the emulated clock.  A lost interrupt of the timer is never late: its CPU has
 * no timer any more.
 */
#define LATE_MS		500
/* What comes and goes by itself; see cycles.c. */
#define PAGES_TOLERATED	500
#define SLAB_TOLERATED	50

/* What child processes did. */
static struct shared {
	atomic_bool stop;
	atomic_long cycles, callers, killed, errors;
} *shared;

static const char *const contexts[] = {
	"worker", "masked", "process", "soft", "hard", "ipi", "work",
};
enum { CONTEXTS = sizeof(contexts) / sizeof(contexts[0]) };

struct tally { long good, denied, busy, wrong; };

static pid_t child(void (*run)(void))
{
	pid_t pid = fork();

	if (!pid) {
		while (!atomic_load(&shared->stop))
			run();
		_exit(0);
	}
	return pid;
}

static void cycle(void)
{
	if (module_load(CYCLED, NULL) || module_unload(CYCLED))
		atomic_fetch_add(&shared->errors, 1);
	atomic_fetch_add(&shared->cycles, 1);
}

/* A process with a page table of its own, which may die in the middle of its calls. */
static void caller(void)
{
	static char report[REPORT_MAX];
	long number = atomic_fetch_add(&shared->callers, 1);
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		_exit(case_run(MODULE, "soak_calls", report) ? 1 : 0);
	if (number % 4 == 3) {
		usleep(2000);
		kill(pid, SIGKILL);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		atomic_fetch_add(&shared->killed, 1);
	else if (status)
		atomic_fetch_add(&shared->errors, 1);
}

/* Let it run, and read the log as long as it is there.  False with the line. */
static bool run_for(int log, double length, char *line, size_t size)
{
	static char text[LOG_MAX];
	double start = seconds(), said = start;
	bool good = true;

	while (seconds() < start + length) {
		if (seconds() - said >= length / 5) {
			said = seconds();
			ksft_print_msg("%.0f of %.0f seconds, %ld modules, %ld processes\n",
				       said - start, length, shared->cycles, shared->callers);
		}
		usleep(100000);
		log_drain(log, text, sizeof(text));
		good = good && !log_alarming(text, line, size);
	}
	return good;
}

/* All loads for a time; the report of the module. */
static bool soak(int log, double length, char *report, char *line, size_t size)
{
	pid_t pids[2];
	bool good;

	atomic_store(&shared->stop, false);
	if (case_run(MODULE, "soak_start", report))
		ksft_exit_fail_msg("soak_start: %s\n", report);
	pids[0] = child(cycle);
	pids[1] = child(caller);
	good = run_for(log, length, line, size);
	atomic_store(&shared->stop, true);
	waitpid(pids[0], NULL, 0);
	waitpid(pids[1], NULL, 0);
	if (case_run(MODULE, "soak_stop", report))
		ksft_exit_fail_msg("soak_stop: %s\n", report);
	return good;
}

static long value(const char *report, const char *name, const char *of)
{
	char key[64];
	long number = -1;

	snprintf(key, sizeof(key), "%s_%s", name, of);
	report_number(report, key, &number);
	return number;
}

static struct tally tally_of(const char *report, const char *name)
{
	return (struct tally){
		.good = value(report, name, "good"), .denied = value(report, name, "denied"),
		.busy = value(report, name, "busy"), .wrong = value(report, name, "wrong"),
	};
}

/* Every context did its part, and no call returned anything else. */
static struct tally calls_judge(const char *report)
{
	struct tally sum = {};

	for (int i = 0; i < CONTEXTS; i++) {
		struct tally tally = tally_of(report, contexts[i]);

		ksft_print_msg("%s: %ld calls, %ld violations, %ld without a stack, %ld wrong\n",
			       contexts[i], tally.good, tally.denied, tally.busy, tally.wrong);
		ksft_test_result(tally.good > 0 && tally.denied > 0 && !tally.wrong,
				 "allow_calls_of_%s\n", contexts[i]);
		sum.good += tally.good;
		sum.denied += tally.denied;
		sum.busy += tally.busy;
	}
	return sum;
}

static void events_judge(const char *report)
{
	static const char *const events[] = { "timers", "ipis", "works", "nmis" };

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		long made = value(report, events[i], "made");
		long arrived = value(report, events[i], "arrived");

		ksft_print_msg("%s: %ld made, %ld arrived\n", events[i], made, arrived);
		ksft_test_result(made > 0 && made == arrived, "no_%s_lost\n", events[i]);
	}
}

static void late_judge(const char *report)
{
	long ticks = value(report, "tick", "late_ms"), timers = value(report, "timer", "late_ms");

	ksft_print_msg("latest tick %ld ms, latest timer %ld ms\n", ticks, timers);
	ksft_test_result(ticks >= 0 && ticks < LATE_MS && timers >= 0 && timers < LATE_MS,
			 "no_timer_late\n");
}

/* With CONFIG_DEBUG_KMEMLEAK: objects count when they are older than five seconds. */
static void kmemleak_judge(void)
{
	const char *const file = DEBUGFS "/kmemleak";
	static char text[REPORT_MAX];

	if (access(file, W_OK)) {
		ksft_test_result_code(KSFT_SKIP, "no_leak_by_kmemleak",
				      "the guest kernel has no kmemleak");
		return;
	}
	sleep(6);
	for (int i = 0; i < 2; i++)
		file_write(file, "scan", 4);
	file_read(file, text, sizeof(text));
	if (*text)
		ksft_print_msg("kmemleak: %s\n", text);
	ksft_test_result(!*text, "no_leak_by_kmemleak\n");
}

/* The checks of locks end with the first complaint. */
static void lockdep_judge(void)
{
	static char text[REPORT_MAX];
	const char *locks;

	if (file_read("/proc/lockdep_stats", text, sizeof(text)) < 0) {
		ksft_test_result_code(KSFT_SKIP, "allow_lockdep_to_the_end",
				      "the guest kernel has no lockdep");
		return;
	}
	locks = strstr(text, "debug_locks:");
	ksft_test_result(locks && atoi(locks + strlen("debug_locks:")) == 1,
			 "allow_lockdep_to_the_end\n");
}

static void fresh_start(void)
{
	ksft_print_header();
	if (!modules_unload() || (module_present("undertow") && module_unload("undertow")))
		ksft_exit_fail_msg("a module does not unload\n");
	/* With its default limit of log lines. */
	need_module("undertow", NULL);
	need_module(MODULE, NULL);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
}

static long domain_number(const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), DEBUGFS "/undertow/domains/" MODULE "/%s", file);
	return file_number(path);
}

void suite_soak(void)
{
	const char *const kept[] = { "stacks_free", "heap_bytes" };
	static char report[REPORT_MAX];
	long denied[2][DENIED_KINDS], busy[2], was[2], is[2];
	struct memory before, after;
	struct stat_text stat[2];
	char line[1024] = "";
	struct tally sum;
	double start;
	bool quiet;
	int log;

	fresh_start();
	ksft_set_plan(CONTEXTS + 16);
	log = log_open();
	quiet = soak(log, WARM_UP, report, line, sizeof(line));
	*shared = (struct shared){};
	before = memory_now();
	stat_read(&stat[0]);
	counters_read(MODULE, denied[0]);
	busy[0] = domain_number("busy");
	for (int i = 0; i < 2; i++)
		was[i] = domain_number(kept[i]);

	/* Not while it runs: that patches hundreds of places, each with IPIs to all CPUs. */
	file_write(PREEMPT_MODEL, "full", 4);
	start = seconds();
	quiet &= soak(log, suite_number ?: SECONDS, report, line, sizeof(line));
	ksft_print_msg("%.0f emulated seconds\n", seconds() - start);
	file_write(PREEMPT_MODEL, "voluntary", 9);

	counters_read(MODULE, denied[1]);
	busy[1] = domain_number("busy");
	for (int i = 0; i < 2; i++)
		is[i] = domain_number(kept[i]);
	stat_read(&stat[1]);
	after = memory_now();

	sum = calls_judge(report);
	events_judge(report);
	late_judge(report);
	if (!quiet)
		ksft_print_msg("the kernel log has: %s\n", line);
	ksft_test_result(quiet, "nothing_alarming\n");
	ksft_print_msg("%ld modules, %ld processes, %ld of them killed\n", shared->cycles,
		       shared->callers, shared->killed);
	ksft_test_result(shared->cycles > 0 && shared->callers > 0 && shared->killed > 0 &&
			 !shared->errors, "allow_modules_and_processes\n");
	if (counters_sum(denied[1]) - counters_sum(denied[0]) != sum.denied ||
	    busy[1] - busy[0] != sum.busy)
		ksft_print_msg("%ld violations, the runtime counts %ld; %ld busy, it counts %ld\n",
			       sum.denied, counters_sum(denied[1]) - counters_sum(denied[0]),
			       sum.busy, busy[1] - busy[0]);
	ksft_test_result(counters_sum(denied[1]) - counters_sum(denied[0]) == sum.denied,
			 "violations_as_counted\n");
	ksft_test_result(busy[1] - busy[0] == sum.busy, "busy_as_counted\n");
	for (int i = 0; i < 2; i++) {
		if (was[i] != is[i])
			ksft_print_msg("%s: %ld, then %ld\n", kept[i], was[i], is[i]);
		ksft_test_result(was[i] >= 0 && was[i] == is[i], "%s_as_before\n", kept[i]);
	}
	ksft_test_result(stat_value(&stat[0], "views") == stat_value(&stat[1], "views") &&
			 stat_value(&stat[0], "grants") == stat_value(&stat[1], "grants"),
			 "host_views_and_grants_as_before\n");
	ksft_print_msg("free pages %ld, then %ld; slab pages %ld, then %ld\n", before.free_pages,
		       after.free_pages, before.slab_pages, after.slab_pages);
	ksft_test_result(before.free_pages - after.free_pages <= PAGES_TOLERATED &&
			 after.slab_pages - before.slab_pages <= SLAB_TOLERATED,
			 "guest_pages_within_%d_and_%d\n", PAGES_TOLERATED, SLAB_TOLERATED);
	ksft_test_result(modules_unload() && !module_unload("undertow"), "allow_unload\n");
	kmemleak_judge();
	lockdep_judge();
	ksft_finished();
}
