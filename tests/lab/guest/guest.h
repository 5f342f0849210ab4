/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - what the programs in the guest share
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPORT_MAX	8192
#define LOG_MAX		65536
#define DEBUGFS		"/sys/kernel/debug"
#define MODULES		"/tests"

/* Mount what the tests read; harmless when it is mounted already. */
void guest_setup(void);

/* Whole file into @text, terminated; its length or -errno. */
long file_read(const char *path, char *text, size_t size);
int file_write(const char *path, const void *data, size_t size);
/* A file with one number in it; -errno when there is none. */
long long file_number(const char *path);

/* Modules by path and by name; 0 or -errno. */
int module_load(const char *name, const char *parameters);
int module_unload(const char *name);
bool module_present(const char *name);
/* All of them, but not the runtime. */
bool modules_unload(void);

/* Kernel log from now on; lines end in '\n'. */
int log_open(void);
void log_read(int fd, char *text, size_t size);
/* The same, and more may be read later. */
void log_drain(int fd, char *text, size_t size);
unsigned int log_count(const char *text, const char *needle);
/* The first line with @needle, into @line; false if there is none. */
bool log_find(const char *text, const char *needle, char *line, size_t size);
/* A line of the kernel's own that says something is broken. */
bool log_alarming(const char *text, char *line, size_t size);

/* Case of a test module: 0, its -errno, or -EPROTO without a status. */
int case_run(const char *module, const char *name, char *report);
/* Value behind a key of a report; false if the key is missing. */
bool report_number(const char *report, const char *key, long *value);
bool report_hex(const char *report, const char *key, unsigned long *value);
bool report_text(const char *report, const char *key, char *text, size_t size);

/* Counters of a domain, as the runtime shows them. */
enum { DENIED_READ, DENIED_WRITE, DENIED_EXEC, DENIED_OTHER, DENIED_KINDS };
bool counters_read(const char *domain, long counters[DENIED_KINDS]);
long counters_sum(const long counters[DENIED_KINDS]);

/* Host statistics: value of a name in undertow/stat; 0 when it is not listed. */
struct stat_text { char text[REPORT_MAX]; };
bool stat_read(struct stat_text *stat);
long stat_value(const struct stat_text *stat, const char *name);

/* The clock of the emulated machine; for finding slow tests, not a figure. */
double seconds(void);

/* Pages of the guest, when what is freed late has been freed. */
struct memory {
	long free_pages, slab_pages, vmalloc_pages;
};
struct memory memory_now(void);

void sha256_hex(const void *data, size_t size, char hex[65]);

#endif
