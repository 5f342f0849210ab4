// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - functional cases, exits, all CPUs
 */
#define _GNU_SOURCE
#include "guest.h"
#include "suites.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest.h"

#define MODULE "ut_functional"

/* Cases that a suite of their own runs. */
static bool case_is_elsewhere(const char *name)
{
	return !strcmp(name, "allow_all_cpus") || !strcmp(name, "run_100000_calls") ||
	       !strcmp(name, "allow_nmi_at_every_instruction") ||
	       !strcmp(name, "allow_event_at_every_instruction") ||
	       !strcmp(name, "deny_tampering_with_events") || strstr(name, "preemption") ||
	       !strcmp(name, "allow_migration_in_domain") || !strcmp(name, "run_long_call") ||
	       !strncmp(name, "soak_", 5);
}

/* Cases whose violations are counted one by one, and only they. */
static const struct counted {
	const char *name, *domain;
	long growth[DENIED_KINDS];
} counted[] = {
	{ "deny_counted", MODULE, { [DENIED_READ] = 25 } },
	{ "deny_timer_that_violates", "ut_callbacks", { [DENIED_READ] = 1 } },
	{ "deny_work_that_violates", "ut_callbacks", { [DENIED_READ] = 1 } },
	{ "deny_pointer_without_gate", "ut_callbacks", { [DENIED_EXEC] = 3 } },
	{ "deny_pointer_without_gate", "ut_inner", { [DENIED_EXEC] = 2 } },
	{ "deny_in_inner_domain", "ut_callbacks", { [DENIED_READ] = 1 } },
	{ "deny_in_inner_domain", "ut_inner", { [DENIED_READ] = 2 } },
	{ "deny_nesting_without_end", "ut_callbacks", {} },
};
enum { COUNTED = sizeof(counted) / sizeof(counted[0]) };

/* Counters of the domains that a case names. */
static bool counted_read(const char *name, long counters[COUNTED][DENIED_KINDS])
{
	bool good = true;

	for (int i = 0; i < COUNTED; i++)
		if (!strcmp(name, counted[i].name))
			good &= counters_read(counted[i].domain, counters[i]);
	return good;
}

static bool counted_judge(const char *name, long before[COUNTED][DENIED_KINDS],
			  long after[COUNTED][DENIED_KINDS])
{
	bool good = true;

	for (int i = 0; i < COUNTED; i++) {
		if (strcmp(name, counted[i].name))
			continue;
		for (int kind = 0; kind < DENIED_KINDS; kind++) {
			long growth = after[i][kind] - before[i][kind];

			if (growth == counted[i].growth[kind])
				continue;
			ksft_print_msg("%s: counter %d of domain %s grew by %ld, not %ld\n", name,
				       kind, counted[i].domain, growth, counted[i].growth[kind]);
			good = false;
		}
	}
	return good;
}

static void case_judge(const char *module, const char *name)
{
	static long each_before[COUNTED][DENIED_KINDS], each_after[COUNTED][DENIED_KINDS];
	static char report[REPORT_MAX], log[LOG_MAX];
	char line[1024], text[64];
	long before[DENIED_KINDS], after[DENIED_KINDS];
	bool counters = counters_read(module, before) && counted_read(name, each_before);
	int fd = log_open(), status = case_run(module, name, report);
	bool good = !status && counters && counters_read(module, after) &&
		    counted_read(name, each_after);

	log_read(fd, log, sizeof(log));
	if (status)
		ksft_print_msg("%s: %s (%d): %s\n", name, strerror(-status), status, report);
	if (log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("%s: the kernel log has: %s\n", name, line);
		good = false;
	}
	if (good)
		good = counted_judge(name, each_before, each_after);
	if (good && !strncmp(name, "allow_", 6) && counters_sum(after) != counters_sum(before)) {
		ksft_print_msg("%s: a legal case was counted as a violation\n", name);
		good = false;
	}
	if (report_text(report, "figure", text, sizeof(text)))
		ksft_print_msg("%s: %s instructions\n", name, text);
	ksft_test_result(good, "%s%s%s\n", strcmp(module, MODULE) ? module : "",
			 strcmp(module, MODULE) ? "_" : "", name);
}

#define LIST_MAX 32768

/* The names of a module's cases, one a line; how many a suite runs. */
static unsigned int cases_list(const char *module, char *text)
{
	char path[256], *line;
	unsigned int count = 0;

	need_module(module, NULL);
	snprintf(path, sizeof(path), DEBUGFS "/%s/list", module);
	if (file_read(path, text, LIST_MAX) <= 0)
		ksft_exit_fail_msg("no cases in %s\n", module);
	for (line = text; *line; line += strcspn(line, "\n") + 1) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\n"), line);
		count += !case_is_elsewhere(name);
	}
	return count;
}

static void cases_run(const char *module, char *text)
{
	char *line;

	cases_list(module, text);
	while ((line = strsep(&text, "\n")) && *line)
		if (!case_is_elsewhere(line))
			case_judge(module, line);
}

/* All cases of modules whose domain has the module's name. */
static void suite_modules(const char *const *modules, unsigned int count)
{
	static char text[LIST_MAX];
	unsigned int plan = 0;

	ksft_print_header();
	need_runtime();
	for (unsigned int i = 0; i < count; i++)
		plan += cases_list(modules[i], text);
	ksft_set_plan(plan);
	for (unsigned int i = 0; i < count; i++)
		cases_run(modules[i], text);
	ksft_finished();
}

void suite_functional(void)
{
	static const char *const modules[] = { MODULE, "ut_callbacks" };

	suite_modules(modules, 2);
}

void suite_signatures(void)
{
	static const char *const modules[] = { "ut_signatures" };

	suite_modules(modules, 1);
}

/* Unmodified files of the kernel, each module whole in a domain. */
void suite_kernel(void)
{
	static const char *const modules[] = {
		"kt_lz4", "kt_zlib", "kt_xz", "kt_842", "kt_crypto",
	};

	suite_modules(modules, sizeof(modules) / sizeof(modules[0]));
}

/*
 * Exits while 100,000 calls run.  Reading the statistics is itself a VMCALL:
 * what two readings differ by with nothing in between is subtracted.
 */
static long exits_between(const char *name, bool calls, int *status)
{
	static struct stat_text before, after;
	static char report[REPORT_MAX];

	stat_read(&before);
	if (calls)
		*status = case_run(MODULE, "run_100000_calls", report);
	stat_read(&after);
	return stat_value(&after, name) - stat_value(&before, name);
}

void suite_exits(void)
{
	static const struct {
		const char *test, *name;
	} exits[] = {
		{ "no_exit_by_vmfunc", "exit_59" },
		{ "no_exit_by_vmcall", "exit_18" },
		{ "no_exit_by_ept_violation", "exit_48" },
	};
	struct stat_text stat;
	int status = 0;

	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	ksft_set_plan(4);
	/* The first run touches what the host has not mapped yet. */
	exits_between("exit_48", true, &status);
	ksft_test_result(!status, "allow_100000_calls\n");
	for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
		long idle = exits_between(exits[i].name, false, &status);
		long busy = exits_between(exits[i].name, true, &status);

		/*
		 * What calls cause, the next 100,000 cause again; the guest's
		 * first touch of some page meanwhile is not theirs.
		 */
		if (busy != idle)
			busy = exits_between(exits[i].name, true, &status);
		ksft_print_msg("%s: %ld in 100000 calls (%ld by reading twice)\n", exits[i].name,
			       busy - idle, idle);
		ksft_test_result(!status && busy == idle, "%s\n", exits[i].test);
	}
	if (stat_read(&stat))
		ksft_print_msg("exits by external interrupt so far: %ld\n",
			       stat_value(&stat, "exit_1"));
	ksft_finished();
}

/* The model can change in a kernel with PREEMPT_DYNAMIC only. */
static bool model_is_fixed(const char *test)
{
	if (!access(PREEMPT_MODEL, W_OK))
		return false;
	ksft_test_result_code(KSFT_SKIP, test, "the guest kernel has one preemption model");
	return true;
}

static bool model_set(const char *model)
{
	int err = file_write(PREEMPT_MODEL, model, strlen(model));

	if (err)
		ksft_print_msg("preemption model %s: %s\n", model, strerror(-err));
	return !err;
}

static void model_judge(const char *model, const char *name)
{
	if (model_is_fixed(name))
		return;
	model_set(model);
	case_judge(MODULE, name);
	model_set("voluntary");
}

/* Death of the caller waits for the end of the call, which leaves nothing behind. */
static void kill_in_call(void)
{
	static char report[REPORT_MAX];
	const char *const stacks = DEBUGFS "/undertow/domains/" MODULE "/stacks_free";
	long long before = file_number(stacks), after;
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		case_run(MODULE, "run_long_call", report);
		pause();
		_exit(0);
	}
	usleep(20000);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	after = file_number(stacks);
	if (after != before)
		ksft_print_msg("%lld free stacks, then %lld\n", before, after);
	ksft_test_result(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && before > 0 &&
			 after == before && !case_run(MODULE, "allow_nested_calls", report),
			 "allow_death_of_caller\n");
}

/* Refused, and domains serve calls as before. */
static void suspend(void)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	int fd, err, calls;

	if (access("/sys/power/state", W_OK)) {
		ksft_test_result_code(KSFT_SKIP, "deny_suspend", "the guest kernel cannot suspend");
		return;
	}
	fd = log_open();
	err = file_write("/sys/power/state", "freeze", 6);
	calls = case_run(MODULE, "allow_nested_calls", report);
	log_read(fd, log, sizeof(log));
	if (err != -EOPNOTSUPP)
		ksft_print_msg("suspend: %s, not refused\n", strerror(-err));
	ksft_test_result(err == -EOPNOTSUPP && !calls &&
			 log_count(log, "error: no suspend or hibernation") == 1,
			 "deny_suspend\n");
}

/* A process that holds values in registers; ends when one differs. */
static void spin_in_user_mode(void)
{
	long same;

	do {
		asm volatile("mov $0x1b, %%ebx\n mov $0x1d, %%edx\n mov $0x15, %%esi\n"
			     "mov $0x16, %%edi\n mov $0x18, %%r8d\n mov $0x19, %%r9d\n"
			     "mov $0x20, %%r10d\n mov $0x21, %%r11d\n mov $0x22, %%r12d\n"
			     "mov $0x23, %%r13d\n mov $0x24, %%r14d\n mov $0x25, %%r15d\n"
			     "mov $1000, %%ecx\n stc\n"
			     "1: dec %%ecx\n jnz 1b\n"
			     "sbb %%rax, %%rax\n"	/* -1: CF is still there */
			     "sub $0x1a, %%rbx\n sub $0x1d, %%rdx\n sub $0x15, %%rsi\n"
			     "sub $0x16, %%rdi\n sub $0x18, %%r8\n sub $0x19, %%r9\n"
			     "sub $0x20, %%r10\n sub $0x21, %%r11\n sub $0x22, %%r12\n"
			     "sub $0x23, %%r13\n sub $0x24, %%r14\n sub $0x25, %%r15\n"
			     "add %%rbx, %%rax\n or %%rdx, %%rax\n or %%rsi, %%rax\n"
			     "or %%rdi, %%rax\n or %%r8, %%rax\n or %%r9, %%rax\n"
			     "or %%r10, %%rax\n or %%r11, %%rax\n or %%r12, %%rax\n"
			     "or %%r13, %%rax\n or %%r14, %%rax\n or %%r15, %%rax\n"
			     : "=a"(same) :: "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
			       "r11", "r12", "r13", "r14", "r15", "cc");
	} while (!same);
}

/* For the interrupts of a process, on the CPU where the case runs. */
static void event_at_every_instruction(void)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	char line[1024], *next = report, *said;
	long before[DENIED_KINDS], after[DENIED_KINDS];
	int fd = log_open(), status, ended;
	cpu_set_t first;
	pid_t pid = fork();
	bool good;

	if (!pid) {
		CPU_ZERO(&first);
		CPU_SET(0, &first);
		sched_setaffinity(0, sizeof(first), &first);
		spin_in_user_mode();
		_exit(1);
	}
	counters_read(MODULE, before);
	status = case_run(MODULE, "allow_event_at_every_instruction", report);
	counters_read(MODULE, after);
	kill(pid, SIGKILL);
	waitpid(pid, &ended, 0);
	log_read(fd, log, sizeof(log));
	good = !status && WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL &&
	       counters_sum(before) == counters_sum(after);
	if (log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("the kernel log has: %s\n", line);
		good = false;
	}
	while ((said = strsep(&next, "\n")) && *said)
		ksft_print_msg("%s\n", said);
	ksft_test_result(good, "allow_event_at_every_instruction\n");
}

/* Ordinary calls under every preemption model, and what only one of them does. */
void suite_preemption(void)
{
	static const char *const models[] = { "none", "voluntary", "full" };
	static char report[REPORT_MAX];

	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	ksft_set_plan(8);
	for (int i = 0; i < 3; i++) {
		char test[64];

		snprintf(test, sizeof(test), "allow_calls_with_preemption_%s", models[i]);
		if (!model_is_fixed(test))
			ksft_test_result(model_set(models[i]) &&
					 !case_run(MODULE, "allow_calls_over_interrupted_call",
						   report) &&
					 !case_run(MODULE, "allow_nested_calls", report),
					 "%s\n", test);
	}
	model_judge("voluntary", "allow_no_preemption_in_domain");
	model_judge("full", "allow_preemption_in_domain");
	kill_in_call();
	event_at_every_instruction();
	suspend();
	ksft_finished();
}

#define SMP_ROUNDS 3

#define CPU1 "/sys/devices/system/cpu/cpu1/online"

/* Domains are there all the time, and a CPU that comes back serves them again. */
static void cpu_hotplug(void)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	char line[1024];
	int fd = log_open();
	int off = file_write(CPU1, "0", 1);
	int alone = case_run(MODULE, "allow_nested_calls", report);
	int on = file_write(CPU1, "1", 1);
	int both = case_run(MODULE, "allow_all_cpus", report);
	bool good = !off && !alone && !on && !both;

	log_read(fd, log, sizeof(log));
	if (log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("the kernel log has: %s\n", line);
		good = false;
	}
	if (!good)
		ksft_print_msg("offline %d, calls %d, online %d, calls on both %d: %s\n", off, alone,
			       on, both, report);
	ksft_test_result(good, "allow_cpu_offline_and_online\n");
}

void suite_smp(void)
{
	static char report[REPORT_MAX], log[LOG_MAX];
	long before[DENIED_KINDS], after[DENIED_KINDS], cpus = 0, denied = 0;
	char line[1024];

	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	ksft_set_plan(SMP_ROUNDS + 5);
	case_judge(MODULE, "allow_nmi_at_every_instruction");
	event_at_every_instruction();
	case_judge(MODULE, "deny_tampering_with_events");
	model_judge("full", "allow_migration_in_domain");
	cpu_hotplug();
	for (int round = 1; round <= SMP_ROUNDS; round++) {
		int fd = log_open(), status;
		bool good;

		counters_read(MODULE, before);
		status = case_run(MODULE, "allow_all_cpus", report);
		counters_read(MODULE, after);
		log_read(fd, log, sizeof(log));
		report_number(report, "cpus", &cpus);
		report_number(report, "denied", &denied);
		good = !status && cpus >= 2 && denied &&
		       counters_sum(after) - counters_sum(before) == denied &&
		       !log_alarming(log, line, sizeof(line));
		if (!good)
			ksft_print_msg("status %d, %ld CPUs, %ld denied, counted %ld: %s %s\n",
				       status, cpus, denied,
				       counters_sum(after) - counters_sum(before), report,
				       log_alarming(log, line, sizeof(line)) ? line : "");
		ksft_test_result(good, "allow_all_cpus_at_once_round_%d\n", round);
	}
	ksft_finished();
}
