// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - what a loaded and idle runtime costs
 *
 * Two processes wake each other through pipes: system calls, context switches and timer
 * interrupts.  tests/bench/idle-cost runs it; it fails over 1 % more instructions.
 */
#include "guest.h"
#include "suites.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "kselftest.h"

#define TURNS	4000
#define ROUNDS	15

/* Instructions, under the emulator; the least of some rounds. */
static unsigned long long pipes_cost(void)
{
	unsigned long long least = ~0ULL;
	int there[2], back[2];
	char byte = 0;
	pid_t pid;

	if (pipe(there) || pipe(back))
		ksft_exit_fail_msg("no pipes\n");
	pid = fork();
	if (!pid) {
		while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
			;
		_exit(0);
	}
	for (int round = 0; round < ROUNDS; round++) {
		unsigned long long start = __rdtsc();

		for (int turn = 0; turn < TURNS; turn++)
			if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
				ksft_exit_fail_msg("a pipe broke\n");
		start = __rdtsc() - start;
		least = start < least ? start : least;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(there[0]);
	close(there[1]);
	close(back[0]);
	close(back[1]);
	return least;
}

void suite_idle(void)
{
	unsigned long long without, with, again;

	ksft_print_header();
	ksft_set_plan(1);
	pipes_cost();
	without = pipes_cost();
	need_runtime();
	with = pipes_cost();
	module_unload("undertow");
	again = pipes_cost();
	ksft_print_msg("%d turns: %llu without, %llu loaded, %llu without again: times %.4f\n", TURNS,
		       without, with, again, with * 2.0 / (without + again));
	ksft_test_result(with * 200 <= (without + again) * 101, "figure_idle\n");
	ksft_finished();
}
