// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow sample demo - the program that run-demo starts in the guest
 *
 * One screen: a call, what it costs, a real decompressor, and attacks.  Every
 * number is measured here; the last line is for machines.  Exit status 0 only
 * if everything is as it should be.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FILE_MAX (2 << 20)

/* Load a module; the program ends when it cannot. */
static void load(const char *name, const char *parameters)
{
	int err = module_load(name, parameters);

	if (!err)
		return;
	printf("ut-demo: error: %s.ko: %s\n", name, strerror(-err));
	exit(2);
}

/* Load a module and show the line that it logs. */
static bool load_and_show(const char *label, const char *name, const char *word,
			  const char *parameters)
{
	static char log[LOG_MAX];
	char line[1024], needle[64];
	int fd = log_open();
	bool found;

	load(name, parameters);
	log_read(fd, log, sizeof(log));
	snprintf(needle, sizeof(needle), "%s: %s", name, word);
	found = log_find(log, needle, line, sizeof(line));
	printf("  %-10s %s\n", label, line);
	return found;
}

static bool show_call(void)
{
	struct utsname name;

	uname(&name);
	printf("  %-10s Linux %s, %s\n", "guest", name.release, name.machine);
	return load_and_show("runtime", "undertow", "ready", "log_burst=0") &&
	       load_and_show("call", "hello", "", NULL);
}

/* Exits by reason around 100,000 calls; reading the numbers is a VMCALL itself. */
static long show_exits(void)
{
	static const struct {
		const char *text, *name;
	} reasons[] = {
		{ "VMFUNC", "exit_59" }, { "VMCALL", "exit_18" }, { "EPT violation", "exit_48" },
	};
	static struct stat_text idle, before, after;
	static char report[REPORT_MAX];
	long sum = 0;
	int status = case_run("ut_functional", "run_100000_calls", report);

	stat_read(&idle);
	stat_read(&before);
	status = status ?: case_run("ut_functional", "run_100000_calls", report);
	stat_read(&after);
	printf("  %-10s %-16s %10s %10s %20s\n", "exits", "by reason", "before", "after",
	       "by 100,000 calls");
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		const char *name = reasons[i].name;
		long reading = stat_value(&before, name) - stat_value(&idle, name);
		long calls = stat_value(&after, name) - stat_value(&before, name) - reading;

		printf("  %-10s %-16s %10ld %10ld %20ld\n", "", reasons[i].text,
		       stat_value(&before, name), stat_value(&after, name), calls);
		sum += labs(calls);
	}
	return status ? -1 : sum;
}

/* Instructions for a call that does nothing, without the loop around it. */
static double round_trip(void)
{
	static char report[REPORT_MAX];
	char text[64];

	if (case_run("ut_functional", "figure_null_call", report) ||
	    !report_text(report, "figure", text, sizeof(text)))
		return -1;
	return atof(text);
}

static long decompress(const char *data, size_t len, char *out)
{
	int fd = open("/dev/ut_lz4", O_RDWR | O_CLOEXEC);
	long used = 0;
	ssize_t got = -1;

	if (fd >= 0 && write(fd, data, len) == (ssize_t)len)
		while (used < FILE_MAX && (got = read(fd, out + used, FILE_MAX - used)) > 0)
			used += got;
	if (fd >= 0)
		close(fd);
	return got < 0 ? -1 : used;
}

static bool show_file(const char *name)
{
	static char data[FILE_MAX], out[FILE_MAX];
	char path[256], want[128] = "", is[65] = "";
	long len, got;
	bool same;

	snprintf(path, sizeof(path), MODULES "/%s.lz4", name);
	len = file_read(path, data, sizeof(data));
	snprintf(path, sizeof(path), MODULES "/%s.sha256", name);
	file_read(path, want, sizeof(want));
	got = len > 0 ? decompress(data, len, out) : -1;
	if (got > 0)
		sha256_hex(out, got, is);
	same = got > 0 && !strncmp(is, want, 64);
	printf("  %-10s %s: %ld -> %ld bytes in a domain, sha256 %.16s... %s\n", "lz4", name, len,
	       got, is, same ? "as the original" : "WRONG");
	return same;
}

static bool show_lz4(void)
{
	bool text, random;

	load("ut_lz4", NULL);
	text = show_file("text");
	random = show_file("random");
	return text && random;
}

/* What the attack left behind: result, one count, one line, nothing else changed. */
static bool attack(const char *name, const char *text)
{
	static char log[LOG_MAX];
	char report[REPORT_MAX], trusted[32], alive[32], line[1024], kind[32] = "nothing";
	long before[DENIED_KINDS], after[DENIED_KINDS], result = 0;
	int fd = log_open();
	bool good = counters_read("hostile", before) &&
		    !file_write(DEBUGFS "/hostile/attack", name, strlen(name)) &&
		    file_read(DEBUGFS "/hostile/attack", report, sizeof(report)) > 0 &&
		    counters_read("hostile", after);

	log_read(fd, log, sizeof(log));
	if (log_find(log, "undertow: denied ", line, sizeof(line)))
		sscanf(strstr(line, "denied "), "denied %31s", kind);
	good = good && report_number(report, "result", &result) && result == -EFAULT &&
	       report_text(report, "trusted", trusted, sizeof(trusted)) &&
	       !strcmp(trusted, "intact") && report_text(report, "alive", alive, sizeof(alive)) &&
	       !strcmp(alive, "yes") && log_count(log, "undertow: denied ") == 1 &&
	       counters_sum(after) - counters_sum(before) == 1 &&
	       !log_alarming(log, line, sizeof(line));
	printf("  %-10s %-40s %s: denied %s, call returned %ld\n", "attack", text,
	       good ? "contained" : "NOT CONTAINED", kind, result);
	return good;
}

static void show_attacks(int *contained, int *total)
{
	static char list[REPORT_MAX];
	char *line, *next = list;

	load("hostile", NULL);
	file_read(DEBUGFS "/hostile/list", list, sizeof(list));
	while ((line = strsep(&next, "\n")) && *line) {
		char *text = strchr(line, '\t');

		if (!text)
			continue;
		*text++ = 0;
		++*total;
		*contained += attack(line, text);
	}
}

int main(void)
{
	int contained = 0, total = 0;
	bool call, lz4;
	double trip;
	long exits;

	guest_setup();
	setvbuf(stdout, NULL, _IOLBF, 0);
	call = show_call();
	load("ut_functional", NULL);
	exits = show_exits();
	trip = round_trip();
	printf("  %-10s %.2f instructions for a call and its return\n", "round trip", trip);
	lz4 = show_lz4();
	show_attacks(&contained, &total);
	printf("demo: contained %d/%d, exits %ld, lz4 %s, round-trip %.0f instructions\n",
	       contained, total, exits, lz4 ? "ok" : "failed", trip);
	return call && !exits && trip > 0 && lz4 && total && contained == total ? 0 : 1;
}
