// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - VMFUNC by an unprivileged process (INV-5, INV-9)
 *
 *   process --VMFUNC, ECX=0--> full view, where it is           : allow
 *   process --VMFUNC, ECX=k--> a domain's view                  : signal
 *       with a top-level table that the runtime has adopted, and with one that no
 *       view can walk; with a GS base that looks like the kernel's
 *   process --VMFUNC, ECX=511--> no view                        : signal
 *
 * VMFUNC has no privilege check.  What comes of it must end as a signal to the
 * process, and domains work as before.
 */
#define _GNU_SOURCE
#include "guest.h"
#include "suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS		20
#define SURVIVED	77

struct process {
	uint32_t view;
	bool adopted;		/* make a legal call first, in this process */
	bool forged_gs;
};

static void vmfunc(uint32_t view)
{
	asm volatile(".byte 0x0f, 0x01, 0xd4" :: "a"(0), "c"(view) : "memory", "cc");
}

static bool domain_works(void)
{
	static char report[REPORT_MAX];

	return !case_run("ut_attacks", "allow_jump_return_vmfunc", report);
}

/* The wait status of a process that does it. */
static int process_run(const struct process *process)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		if (process->adopted && !domain_works())
			_exit(1);
		setuid(65534);
		if (process->forged_gs)
			asm volatile("wrgsbase %0" :: "r"(0xffff888000000000UL));
		vmfunc(process->view);
		_exit(SURVIVED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static bool signalled(const struct process *process, char *why, size_t size)
{
	static char log[LOG_MAX];
	char line[1024];
	int fd = log_open(), status = process_run(process);

	log_read(fd, log, sizeof(log));
	if (log_alarming(log, line, sizeof(line))) {
		snprintf(why, size, "the kernel log has: %s", line);
		return false;
	}
	if (!WIFSIGNALED(status) ||
	    (WTERMSIG(status) != SIGSEGV && WTERMSIG(status) != SIGILL && WTERMSIG(status) != SIGBUS)) {
		snprintf(why, size, "view %u: wait status %#x, not a signal", process->view, status);
		return false;
	}
	if (!domain_works()) {
		snprintf(why, size, "view %u: the domain does not work afterwards", process->view);
		return false;
	}
	return true;
}

/* Positive control: VMFUNC itself works, to where the process is anyway. */
static bool harmless_works(char *why, size_t size)
{
	struct process process = { .view = 0, .adopted = true };
	int status = process_run(&process);

	if (WIFEXITED(status) && WEXITSTATUS(status) == SURVIVED)
		return true;
	snprintf(why, size, "VMFUNC to the full view: wait status %#x", status);
	return false;
}

static bool rounds(const struct process *process, char *why, size_t size)
{
	for (int round = 0; round < ROUNDS; round++)
		if (!signalled(process, why, size))
			return false;
	return true;
}

bool ring3_run(const char *name, char *why, size_t size)
{
	long view = file_number(DEBUGFS "/undertow/domains/ut_attacks/view");
	struct process process = { .view = view };

	snprintf(why, size, "no such attack");
	if (view <= 0 || !harmless_works(why, size))
		return false;
	if (!strcmp(name, "deny_ring3_vmfunc")) {
		process.adopted = true;
		return rounds(&process, why, size);
	}
	if (!strcmp(name, "deny_ring3_vmfunc_foreign_table"))
		return rounds(&process, why, size);
	if (!strcmp(name, "deny_ring3_vmfunc_forged_gs")) {
		process.forged_gs = true;
		if (!rounds(&process, why, size))
			return false;
		process.adopted = true;
		return rounds(&process, why, size);
	}
	if (!strcmp(name, "deny_ring3_vmfunc_bad_view")) {
		static const uint32_t bad[] = { 31, 511, 512, 0x80000000, 0xffffffff };

		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			process.view = bad[i];
			if (!signalled(&process, why, size))
				return false;
		}
		return true;
	}
	return false;
}
