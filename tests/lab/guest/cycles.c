// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - load, call, unload, a thousand times
 *
 * ut_cycle calls its domain, uses its heap and provokes a violation when it
 * loads.  After a warm-up the guest's free pages and slabs, and what the host
 * holds for the VM, must stay where they are.
 */
#include "guest.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"

#define MODULE		"ut_cycle"
#define WARM_UP		50
#define CYCLES		1000
/*
 * Pages of the guest that may come and go by themselves in this time: per-CPU
 * lists, the log, slabs of the VFS.  One page or object lost each cycle would
 * be 1,000 pages, or more than 15 slab pages for the smallest of objects.
 */
#define PAGES_TOLERATED	250
#define SLAB_TOLERATED	15

static int cycle(void)
{
	int err = module_load(MODULE, NULL);

	return err ? err : module_unload(MODULE);
}

static int cycles(int count)
{
	int err = 0;

	for (int i = 0; i < count && !err; i++) {
		if (i && i % 100 == 0)
			ksft_print_msg("%d cycles\n", i);
		err = cycle();
		if (err)
			ksft_print_msg("cycle %d: %s\n", i, strerror(-err));
	}
	return err;
}

static void host_result(const struct stat_text *before, const struct stat_text *after,
			const char *name)
{
	long was = stat_value(before, name), is = stat_value(after, name);

	ksft_print_msg("host %s: %ld, then %ld\n", name, was, is);
	ksft_test_result(was == is, "host_%s_as_before\n", name);
}

void suite_cycles(void)
{
	static const char *const names[] = { "views", "grants", "overlays", "view_pages" };
	static char log[LOG_MAX];
	struct stat_text before, after;
	struct memory was, is;
	char line[1024];
	int fd;

	ksft_print_header();
	need_runtime();
	ksft_set_plan(9);
	ksft_test_result(!cycles(WARM_UP), "allow_%d_cycles_warm_up\n", WARM_UP);
	was = memory_now();
	stat_read(&before);
	fd = log_open();
	ksft_test_result(!cycles(CYCLES), "allow_%d_cycles\n", CYCLES);
	log_read(fd, log, sizeof(log));
	is = memory_now();
	stat_read(&after);
	ksft_print_msg("free pages %ld, then %ld; slab pages %ld, then %ld; vmalloc %ld, then %ld\n",
		       was.free_pages, is.free_pages, was.slab_pages, is.slab_pages,
		       was.vmalloc_pages, is.vmalloc_pages);
	ksft_test_result(was.free_pages - is.free_pages <= PAGES_TOLERATED,
			 "guest_pages_within_%d\n", PAGES_TOLERATED);
	ksft_test_result(is.slab_pages - was.slab_pages <= SLAB_TOLERATED,
			 "guest_slabs_within_%d\n", SLAB_TOLERATED);
	for (int i = 0; i < 4; i++)
		host_result(&before, &after, names[i]);
	ksft_test_result(!log_alarming(log, line, sizeof(line)) &&
			 access(DEBUGFS "/undertow/domains/" MODULE, F_OK),
			 "nothing_alarming_and_nothing_left\n");
	ksft_finished();
}
