// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - files, modules, log and counters, as seen in the guest
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void guest_setup(void)
{
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", DEBUGFS, "debugfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	/* No console output of what is written on purpose: each line is two exits a letter. */
	file_write("/proc/sys/kernel/printk", "1", 1);
	file_write("/proc/sys/kernel/printk_devkmsg", "on", 2);
}

long file_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = 0;
	int err = errno;

	text[0] = 0;
	if (fd < 0)
		return -err;
	while (used < size - 1 && (got = read(fd, text + used, size - 1 - used)) > 0)
		used += got;
	err = errno;
	close(fd);
	text[used] = 0;
	return got < 0 ? -err : (long)used;
}

int file_write(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, data, size) != (ssize_t)size)
		err = -errno;
	close(fd);
	return err;
}

long long file_number(const char *path)
{
	char text[64], *end;
	long got = file_read(path, text, sizeof(text));
	long long value;

	if (got < 0)
		return got;
	value = strtoll(text, &end, 0);
	return end == text ? -EPROTO : value;
}

int module_load(const char *name, const char *parameters)
{
	char path[256];
	int fd, err = 0;

	snprintf(path, sizeof(path), MODULES "/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, parameters ? parameters : "", 0))
		err = -errno;
	close(fd);
	return err;
}

int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

bool module_present(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return access(path, F_OK) == 0;
}

/* In any order: some use others. */
/* Not one that the guest came with, such as that of its console. */
static bool module_is_of_tests(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), MODULES "/%s.ko", name);
	return !access(path, F_OK);
}

bool modules_unload(void)
{
	static char text[16384];
	bool left = true;

	for (int round = 0; left && round < 10; round++) {
		char *rest = text, *line;

		left = false;
		if (file_read("/proc/modules", text, sizeof(text)) < 0)
			return false;
		while ((line = strsep(&rest, "\n")) && *line) {
			line[strcspn(line, " ")] = 0;
			left |= module_is_of_tests(line) && strcmp(line, "undertow") &&
				module_unload(line);
		}
	}
	return !left;
}

int log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* One record a read(): "priority,sequence,time,flags;text\n", then " KEY=value\n"s. */
void log_drain(int fd, char *text, size_t size)
{
	size_t used = 0;
	char record[8192];

	text[0] = 0;
	for (;;) {
		ssize_t got = read(fd, record, sizeof(record) - 1);
		char *body;
		size_t len;

		if (got < 0 && errno == EPIPE)
			continue;
		if (got <= 0)
			break;
		record[got] = 0;
		body = strchr(record, ';');
		body = body ? body + 1 : record;
		len = strcspn(body, "\n");
		if (used + len + 2 > size)
			break;
		memcpy(text + used, body, len);
		used += len;
		text[used++] = '\n';
		text[used] = 0;
	}
}

void log_read(int fd, char *text, size_t size)
{
	log_drain(fd, text, size);
	close(fd);
}

unsigned int log_count(const char *text, const char *needle)
{
	unsigned int count = 0;

	while ((text = strstr(text, needle))) {
		count++;
		text += strcspn(text, "\n");
	}
	return count;
}

bool log_find(const char *text, const char *needle, char *line, size_t size)
{
	const char *hit = strstr(text, needle);
	size_t len;

	line[0] = 0;
	if (!hit)
		return false;
	while (hit > text && hit[-1] != '\n')
		hit--;
	len = strcspn(hit, "\n");
	if (len > size - 1)
		len = size - 1;
	memcpy(line, hit, len);
	line[len] = 0;
	return true;
}

bool log_alarming(const char *text, char *line, size_t size)
{
	static const char *const words[] = {
		"WARNING:", "BUG:", "kernel BUG", "Oops", "general protection fault,", "general protection fault:",
		"Kernel panic", "unable to handle", "rcu_sched", "INFO: rcu", "INFO: task",
		"INFO: trying", "soft lockup", "Call Trace:", "received for unknown reason",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (log_find(text, words[i], line, size))
			return true;
	return false;
}

int case_run(const char *module, const char *name, char *report)
{
	char path[256];
	long status;
	int err;

	report[0] = 0;
	snprintf(path, sizeof(path), DEBUGFS "/%s/run", module);
	err = file_write(path, name, strlen(name));
	if (err)
		return err;
	snprintf(path, sizeof(path), DEBUGFS "/%s/report", module);
	if (file_read(path, report, REPORT_MAX) < 0)
		return -EPROTO;
	return report_number(report, "status", &status) ? status : -EPROTO;
}

static const char *report_value(const char *report, const char *key)
{
	size_t len = strlen(key);

	for (; *report; report += strcspn(report, "\n"), report += *report == '\n')
		if (!strncmp(report, key, len) && report[len] == ' ')
			return report + len + 1;
	return NULL;
}

bool report_number(const char *report, const char *key, long *value)
{
	const char *text = report_value(report, key);

	if (text)
		*value = strtol(text, NULL, 10);
	return text;
}

bool report_hex(const char *report, const char *key, unsigned long *value)
{
	const char *text = report_value(report, key);

	if (text)
		*value = strtoul(text, NULL, 16);
	return text;
}

bool report_text(const char *report, const char *key, char *text, size_t size)
{
	const char *value = report_value(report, key);

	text[0] = 0;
	if (value)
		snprintf(text, size, "%.*s", (int)strcspn(value, "\n"), value);
	return value;
}

bool counters_read(const char *domain, long counters[DENIED_KINDS])
{
	static const char *const names[] = {
		"denied_read", "denied_write", "denied_exec", "denied_other",
	};
	char path[256];

	for (int i = 0; i < DENIED_KINDS; i++) {
		snprintf(path, sizeof(path), DEBUGFS "/undertow/domains/%s/%s", domain, names[i]);
		counters[i] = file_number(path);
		if (counters[i] < 0)
			return false;
	}
	return true;
}

long counters_sum(const long counters[DENIED_KINDS])
{
	return counters[DENIED_READ] + counters[DENIED_WRITE] + counters[DENIED_EXEC] +
	       counters[DENIED_OTHER];
}

bool stat_read(struct stat_text *stat)
{
	return file_read(DEBUGFS "/undertow/stat", stat->text, sizeof(stat->text)) > 0;
}

long stat_value(const struct stat_text *stat, const char *name)
{
	long value = 0;

	report_number(stat->text, name, &value);
	return value;
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static long key_value(const char *path, const char *key)
{
	static char text[32768];
	long value = -1;

	if (file_read(path, text, sizeof(text)) > 0)
		report_number(text, key, &value);
	return value;
}

struct memory memory_now(void)
{
	/* Wait for what is freed later: RCU, vmalloc's lazy free, work queues. */
	file_write("/proc/sys/vm/drop_caches", "3", 1);
	usleep(300000);
	return (struct memory){
		.free_pages = key_value("/proc/vmstat", "nr_free_pages"),
		.slab_pages = key_value("/proc/vmstat", "nr_slab_reclaimable") +
			      key_value("/proc/vmstat", "nr_slab_unreclaimable"),
		.vmalloc_pages = key_value("/proc/meminfo", "VmallocUsed:") / 4,
	};
}
