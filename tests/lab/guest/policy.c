// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - policies for violations: deny, kill, audit
 *
 * And calls that end for no fault of their domain, which no policy punishes: the lab
 * saves the machine and goes on with it where its views are not.
 */
#include "guest.h"
#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "kselftest.h"

#define MODULE	"ut_policy"
#define DOMAIN	DEBUGFS "/undertow/domains/" MODULE

static int policy_set(const char *name)
{
	return file_write(DOMAIN "/policy", name, strlen(name));
}

static bool policy_is(const char *name)
{
	char text[32] = "";

	if (file_read(DOMAIN "/policy", text, sizeof(text)) > 0 &&
	    !strncmp(text, name, strlen(name)) && text[strlen(name)] == '\n')
		return true;
	ksft_print_msg("policy is %s, not %s\n", text, name);
	return false;
}

static bool number_is(const char *file, long long want)
{
	char path[256];
	long long is;

	snprintf(path, sizeof(path), DOMAIN "/%s", file);
	is = file_number(path);
	if (is != want)
		ksft_print_msg("%s is %lld, not %lld\n", file, is, want);
	return is == want;
}

static bool step(const char *name)
{
	static char report[REPORT_MAX];
	int status = case_run(MODULE, name, report);

	if (status)
		ksft_print_msg("step %s: %s (%d): %s\n", name, strerror(-status), status, report);
	return !status;
}

static bool reload(const char *policy)
{
	int err = module_present(MODULE) ? module_unload(MODULE) : 0;

	if (!err)
		err = module_load(MODULE, NULL);
	if (!err && policy)
		err = policy_set(policy);
	if (err)
		ksft_print_msg("reload with policy %s: %s\n", policy ?: "none", strerror(-err));
	return !err;
}

/* Under this policy, what kills comes after the legal twin, and is the end. */
static bool kills(const char *violation, unsigned int violations)
{
	static char log[LOG_MAX];
	char line[1024];
	bool good = reload("kill") && step("legal") && number_is("dead", 0);
	int fd = log_open();

	good = good && step(violation) && number_is("dead", 1) &&
	       number_is("denied_read", violations) && step("refused") && step("refused") &&
	       number_is("denied_read", violations);
	log_read(fd, log, sizeof(log));
	if (log_count(log, "undertow: killed domain=" MODULE) != 1) {
		ksft_print_msg("not killed once in the log\n");
		good = false;
	}
	if (log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("the kernel log has: %s\n", line);
		good = false;
	}
	return good;
}

static bool audits(void)
{
	static char log[LOG_MAX];
	char line[1024];
	int fd = log_open();
	bool good = reload("audit") && policy_is("audit") && step("legal") && step("audited") &&
		    number_is("audited", 3) && number_is("denied_read", 0) &&
		    number_is("denied_write", 0);

	log_read(fd, log, sizeof(log));
	if (log_count(log, "NOT isolated") != 1 || log_count(log, "audit: allowed read") != 1 ||
	    log_count(log, "audit: allowed write") != 2 || log_count(log, "denied")) {
		ksft_print_msg("the log says: %s\n", log);
		good = false;
	}
	if (log_alarming(log, line, sizeof(line))) {
		ksft_print_msg("the kernel log has: %s\n", line);
		good = false;
	}
	return good;
}

void suite_policy(void)
{
	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	ksft_set_plan(10 + (get_nprocs() > 1));
	ksft_test_result(policy_is("deny") && policy_set("forgive") == -EINVAL &&
			 policy_set("") == -EINVAL && policy_is("deny"),
			 "deny_unknown_policy\n");
	ksft_test_result(step("legal") && step("violate") && step("legal") &&
			 number_is("denied_read", 1) && number_is("dead", 0),
			 "deny_goes_on\n");
	ksft_test_result(kills("violate", 1), "kill_ends_the_domain\n");
	/* The inner call's violation, and then the outer call. */
	ksft_test_result(kills("violate_outside", 1) && number_is("denied_other", 1),
			 "kill_from_a_callee\n");
	ksft_test_result(kills("violate_in_interrupt", 1) && number_is("denied_other", 1),
			 "kill_from_an_interrupt\n");
	if (get_nprocs() > 1)
		ksft_test_result(kills("violate_elsewhere", 1) && number_is("denied_other", 1),
				 "kill_from_another_cpu\n");
	ksft_test_result(reload(NULL) && policy_is("deny") && step("legal"),
			 "kill_ends_with_the_module\n");
	ksft_test_result(audits(), "audit_allows_and_says_so\n");
	ksft_test_result(step("audited_atomic") && number_is("denied_read", 2) &&
			 number_is("audited", 4),
			 "audit_denies_where_nothing_may_sleep\n");
	ksft_test_result(step("audited_denied") && number_is("denied_exec", 1),
			 "audit_denies_code_and_constants\n");
	ksft_test_result(!policy_set("deny") && reload(NULL) && step("violate") &&
			 number_is("denied_read", 1),
			 "audit_ends_with_the_module\n");
	module_unload(MODULE);
	ksft_finished();
}

#define STAT_SECONDS	60

/* The lab reads it from the guest's channel, where all other output passes a pipe. */
static bool move_request(void)
{
	static const char request[] = "# undertow-lab: move\n";

	return !file_write("/dev/hvc0", request, sizeof(request) - 1);
}

static long views(void)
{
	struct stat_text stat;

	return stat_read(&stat) ? stat_value(&stat, "views") : -1;
}

/* The views of the host, as soon as they are what it had when the guest began. */
static bool views_are_gone(void)
{
	double start = seconds();

	while (views() && seconds() < start + STAT_SECONDS)
		usleep(100000);
	return !views();
}

void suite_moved(void)
{
	static char log[LOG_MAX];
	unsigned int saved, lost;
	char line[1024] = "";
	int fd;

	ksft_print_header();
	need_runtime();
	need_module(MODULE, NULL);
	ksft_set_plan(7);
	ksft_test_result(reload("kill") && step("legal") && views() == 1, "legal_twin\n");
	fd = log_open();
	ksft_test_result(move_request() && step("saved"), "call_ends_when_it_is_saved\n");
	ksft_test_result(views_are_gone(), "views_are_gone\n");
	ksft_test_result(step("refused") && step("refused"), "calls_fail\n");
	log_read(fd, log, sizeof(log));
	saved = log_count(log, "denied saved domain=" MODULE);
	lost = log_count(log, "denied lost domain=" MODULE);
	ksft_print_msg("%u calls ended as saved, %u as lost\n", saved, lost);
	/* Saved in a handler of an interrupt, the first call is lost on its way back. */
	ksft_test_result(saved <= 1 && saved + lost == 5 && number_is("dead", 0),
			 "domain_is_not_to_blame\n");
	if (log_alarming(log, line, sizeof(line)))
		ksft_print_msg("the kernel log has: %s\n", line);
	ksft_test_result(!line[0], "nothing_alarming_in_the_log\n");
	ksft_test_result(!module_unload(MODULE) && !module_unload("undertow") &&
			 !module_load("undertow", NULL) && reload(NULL) && step("legal") &&
			 step("violate") && number_is("denied_read", 1) && views() == 1,
			 "isolates_again_when_loaded_again\n");
	ksft_finished();
}
