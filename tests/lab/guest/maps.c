// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - region maps that must be refused
 *
 * A correct map loads first, then each defect: insmod fails, one line says
 * why, and neither the runtime nor the host keeps anything.
 */
#define _GNU_SOURCE
#include "guest.h"
#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"

#define MODULE "ut_maps"

/* Defect, and a word that the line must have: the object, or the value. */
static const struct {
	const char *defect;
	const char *word;
} defects[] = {
	{ "bad_magic", "magic" },
	{ "bad_revision", "revision" },
	{ "revision_zero", "revision" },
	{ "bad_size", "size" },
	{ "too_many_regions", "regions" },
	{ "huge_count", "regions" },
	{ "no_regions", "no regions" },
	{ "already_registered", "view" },
	{ "name_empty", "name" },
	{ "name_unterminated", "name" },
	{ "name_with_slash", "name" },
	{ "name_with_newline", "name" },
	{ "kind_zero", "kind" },
	{ "kind_unknown", "kind" },
	{ "reserved_set", "reserved" },
	{ "unaligned_start", "aligned" },
	{ "unaligned_end", "aligned" },
	{ "end_before_start", "region" },
	{ "region_wraps", "region" },
	{ "overlap", "overlap" },
	{ "overlap_same", "overlap" },
	{ "foreign_kernel_text", "region" },
	{ "foreign_kernel_data", "region" },
	{ "foreign_module", "region" },
	{ "foreign_user", "region" },
	{ "foreign_non_canonical", "region" },
	{ "data_in_text", "region" },
	{ "text_in_data", "region" },
	{ "data_in_rodata", "region" },
	{ "gate_outside", "gate record" },
	{ "body_outside", "gate record" },
	{ "body_in_gate", "gate record" },
	{ "resume_outside", "gate record" },
	{ "exit_gate_outside", "gate record" },
	{ "exit_to_text", "gate record" },
	{ "exit_to_nowhere", "gate record" },
	{ "last_record_wrong", "gate record" },
	{ "reentry_missing", "no reentry gate" },
	{ "reentry_without_vmfunc", "gate record" },
	{ "reentry_in_text", "gate record" },
	{ "reentry_with_error", "gate record" },
	{ "records_writable", "records memory" },
	{ "records_huge", "region" },
	{ "records_foreign", "records memory" },
	{ "map_unaligned", "aligned" },
	{ "map_exposed", "covers a map" },
	{ "name_twice", "name" },
	{ "text_with_vmfunc", "VMFUNC" },
	{ "text_with_wrgsbase", "WRGSBASE" },
	{ "text_with_split_vmfunc", "VMFUNC" },
	{ "text_with_mov_cr3", "MOV to CR3" },
	{ "text_with_wrpkru", "WRPKRU" },
	{ "text_with_swapgs", "SWAPGS" },
	{ "text_with_xrstors", "XRSTORS" },
	{ "text_with_xrstor", "XRSTOR" },
	{ "text_with_xrstor64", "XRSTOR" },
	{ "text_with_wrfsbase", "WRFSBASE" },
	{ "text_with_prefixed_wrgsbase", "WRGSBASE" },
};

#define DEFECTS (sizeof(defects) / sizeof(defects[0]))

/* What the host holds for this VM. */
static bool stat_same(const struct stat_text *before, char *why, size_t size)
{
	enum { OVERLAYS = 2 };
	static const char *const names[] = { "views", "grants", "overlays", "view_pages" };
	struct stat_text after;

	stat_read(&after);
	for (int i = 0; i < 4; i++) {
		long was = stat_value(before, names[i]), is = stat_value(&after, names[i]);

		/* Page tables of ended processes are forgotten at any time. */
		if (i == OVERLAYS ? is > was : is != was) {
			snprintf(why, size, "%s was %ld and is %ld", names[i], was, is);
			return false;
		}
	}
	return true;
}

static bool refused(size_t index, const struct stat_text *before, char *why, size_t size)
{
	static char log[LOG_MAX];
	char parameter[64], line[1024];
	int fd = log_open(), err;

	snprintf(parameter, sizeof(parameter), "defect=%s", defects[index].defect);
	err = module_load(MODULE, parameter);
	log_read(fd, log, sizeof(log));
	if (!err || err == -ENOTTY) {
		snprintf(why, size, "%s", err ? "no such defect" : "it loads");
		module_unload(MODULE);
		return false;
	}
	if (log_alarming(log, line, sizeof(line))) {
		snprintf(why, size, "the kernel log has: %s", line);
		return false;
	}
	if (log_count(log, "undertow: " MODULE ": error: ") != 1) {
		snprintf(why, size, "%s, and %u error lines, not 1", strerror(-err),
			 log_count(log, "undertow: " MODULE ": error: "));
		return false;
	}
	log_find(log, "undertow: " MODULE ": error: ", line, sizeof(line));
	ksft_print_msg("%s: %s: %s\n", defects[index].defect, strerror(-err), line);
	if (!strstr(line, defects[index].word)) {
		snprintf(why, size, "no '%s' in: %s", defects[index].word, line);
		return false;
	}
	if (!access(DEBUGFS "/undertow/domains/" MODULE, F_OK) || module_present(MODULE)) {
		snprintf(why, size, "the domain or the module is still there");
		return false;
	}
	return stat_same(before, why, size);
}

static bool correct_loads(const char *parameter, const struct stat_text *before, char *why,
			  size_t size)
{
	bool there;
	int err = module_load(MODULE, parameter);

	if (err) {
		snprintf(why, size, "insmod: %s", strerror(-err));
		return false;
	}
	there = !access(DEBUGFS "/undertow/domains/" MODULE "/view", F_OK);
	err = module_unload(MODULE);
	snprintf(why, size, "domain in debugfs: %d, rmmod: %s", there, strerror(-err));
	return there && !err && stat_same(before, why, size);
}

void suite_maps(void)
{
	struct stat_text before;
	char why[2048] = "";

	ksft_print_header();
	need_runtime();
	ksft_set_plan(DEFECTS + 3);
	/* Once to warm up: the host keeps page tables of the full view. */
	module_load(MODULE, NULL);
	module_unload(MODULE);
	stat_read(&before);
	ksft_test_result(correct_loads(NULL, &before, why, sizeof(why)), "allow_correct_map\n");
	if (*why)
		ksft_print_msg("allow_correct_map: %s\n", why);
	ksft_test_result(correct_loads("defect=text_that_exits", &before, why, sizeof(why)),
			 "allow_map_text_that_exits\n");
	for (size_t i = 0; i < DEFECTS; i++) {
		bool good = refused(i, &before, why, sizeof(why));

		if (!good)
			ksft_print_msg("deny_map_%s: %s\n", defects[i].defect, why);
		ksft_test_result(good, "deny_map_%s\n", defects[i].defect);
	}
	ksft_test_result(correct_loads(NULL, &before, why, sizeof(why)), "allow_correct_map_afterwards\n");
	ksft_finished();
}
