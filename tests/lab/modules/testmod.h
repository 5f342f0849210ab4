/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - frame of a test module
 *
 * A module hosts many cases.  Its debugfs folder, named as the module, has
 *   list    the names, one a line
 *   run     write a name: the case runs before write() returns
 *   report  what it said, one `key value` a line; the last line is `status N`,
 *           0 or -errno: a case without it has not finished
 * The program in the guest decides; a module only does and reports.
 */
#ifndef TESTMOD_H
#define TESTMOD_H

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "testmod_expect.h"

#define TESTMOD_NAME_MAX	64
#define TESTMOD_REPORT_MAX	4096

struct testmod_case {
	const char *name;
	int (*run)(const void *data);	/* 0 or -errno */
	const void *data;
};

/* What a module does when it is loaded (0 or -errno), before each case, when it goes. */
#ifndef TESTMOD_START
#define TESTMOD_START()		0
#endif
#ifndef TESTMOD_CLEAN
#define TESTMOD_CLEAN()		do { } while (0)
#endif

/* Defined by the module: its cases. */
static int testmod_find(const char *name, struct testmod_case *found);
static void testmod_list(struct seq_file *seq);

static DEFINE_MUTEX(testmod_lock);	/* the report */
static char testmod_text[TESTMOD_REPORT_MAX];
static size_t testmod_len;
static struct dentry *testmod_dir;

void testmod_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	testmod_len += vscnprintf(testmod_text + testmod_len,
				  sizeof(testmod_text) - testmod_len, fmt, args);
	va_end(args);
}

static ssize_t testmod_run_write(struct file *file, const char __user *from, size_t len,
				 loff_t *pos)
{
	char name[TESTMOD_NAME_MAX] = "";
	struct testmod_case found;
	int err;

	if (len >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, from, len))
		return -EFAULT;
	mutex_lock(&testmod_lock);
	TESTMOD_CLEAN();
	testmod_len = 0;
	err = testmod_find(strim(name), &found);
	if (!err) {
		int status = found.run(found.data);

		testmod_say("status %d\n", status);
	}
	mutex_unlock(&testmod_lock);
	return err ?: len;
}

static const struct file_operations testmod_run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = testmod_run_write,
};

static int testmod_report_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&testmod_lock);
	seq_write(seq, testmod_text, testmod_len);
	mutex_unlock(&testmod_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(testmod_report);

static int testmod_list_show(struct seq_file *seq, void *unused)
{
	testmod_list(seq);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(testmod_list);

static void testmod_create(void)
{
	testmod_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("run", 0200, testmod_dir, NULL, &testmod_run_fops);
	debugfs_create_file("report", 0400, testmod_dir, NULL, &testmod_report_fops);
	debugfs_create_file("list", 0400, testmod_dir, NULL, &testmod_list_fops);
}

static void testmod_destroy(void)
{
	debugfs_remove(testmod_dir);
}

/* For modules whose cases are one table. */
#define TESTMOD_TABLE(table)						\
static int testmod_find(const char *name, struct testmod_case *found)	\
{									\
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)			\
		if (!strcmp(name, (table)[i].name)) {			\
			*found = (table)[i];				\
			return 0;					\
		}							\
	return -ENOENT;							\
}									\
static void testmod_list(struct seq_file *seq)				\
{									\
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)			\
		seq_printf(seq, "%s\n", (table)[i].name);		\
}

/* For modules that are nothing but their cases. */
#define TESTMOD_MODULE(table, what)					\
TESTMOD_TABLE(table)							\
static int __init testmod_start(void)					\
{									\
	int err = TESTMOD_START();					\
									\
	if (!err)							\
		testmod_create();					\
	return err;							\
}									\
module_init(testmod_start);						\
static void __exit testmod_stop(void)					\
{									\
	testmod_destroy();						\
	TESTMOD_CLEAN();						\
}									\
module_exit(testmod_stop);						\
MODULE_DESCRIPTION("Undertow tests: " what);				\
MODULE_LICENSE("GPL")

#endif
