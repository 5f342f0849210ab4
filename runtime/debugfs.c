// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - debugfs
 *
 * /sys/kernel/debug/undertow/stat: what the host counted, "name value" lines.
 * /sys/kernel/debug/undertow/domains/<name>/: one number per file, and policy,
 * which can be written.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "runtime.h"

static struct dentry *top, *all_domains;

#define DOMAIN_NUMBER(name, expression)						\
static int name##_get(void *data, u64 *value)					\
{										\
	struct ut_domain *domain = data;					\
										\
	*value = expression;							\
	return 0;								\
}										\
DEFINE_DEBUGFS_ATTRIBUTE(name##_fops, name##_get, NULL, "%llu\n")

DOMAIN_NUMBER(denied_read, atomic_long_read(&domain->denied[UT_READ]));
DOMAIN_NUMBER(denied_write, atomic_long_read(&domain->denied[UT_WRITE]));
DOMAIN_NUMBER(denied_exec, atomic_long_read(&domain->denied[UT_EXEC]));
DOMAIN_NUMBER(denied_other, atomic_long_read(&domain->denied[UT_OTHER]));
DOMAIN_NUMBER(audited, atomic_long_read(&domain->audited));
DOMAIN_NUMBER(dead, READ_ONCE(domain->dead));
DOMAIN_NUMBER(busy, atomic_long_read(&domain->busy));
DOMAIN_NUMBER(stacks_free, ut_domain_free_stacks(domain));
DOMAIN_NUMBER(heap_bytes, ut_heap_used(domain));
DOMAIN_NUMBER(view, domain->view.id);

static ssize_t policy_read(struct file *file, char __user *buffer, size_t size, loff_t *pos)
{
	const char *name = ut_domain_policy(file->private_data);
	char line[16];

	return simple_read_from_buffer(buffer, size, pos, line,
				       scnprintf(line, sizeof(line), "%s\n", name));
}

static ssize_t policy_write(struct file *file, const char __user *buffer, size_t size,
			    loff_t *pos)
{
	char name[16] = {};
	int ret;

	if (size >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, buffer, size))
		return -EFAULT;
	ret = ut_domain_set_policy(file->private_data, name);
	return ret ?: size;
}

static const struct file_operations policy_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = policy_read,
	.write = policy_write,
};

static const struct {
	const char *name;
	const struct file_operations *fops;
} files[] = {
	{ "denied_read", &denied_read_fops },
	{ "denied_write", &denied_write_fops },
	{ "denied_exec", &denied_exec_fops },
	{ "denied_other", &denied_other_fops },
	{ "audited", &audited_fops },
	{ "dead", &dead_fops },
	{ "busy", &busy_fops },
	{ "stacks_free", &stacks_free_fops },
	{ "heap_bytes", &heap_bytes_fops },
	{ "view", &view_fops },
};

static void show_exits(struct seq_file *file, const struct ut_stat *stat)
{
	unsigned int reason;

	for (reason = 0; reason < UT_STAT_EXITS; reason++)
		if (stat->exits[reason])
			seq_printf(file, "exit_%u %llu\n", reason, stat->exits[reason]);
}

static unsigned long user_events(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(ut_cpu, cpu).user_events;
	return sum;
}

static int stat_show(struct seq_file *file, void *unused)
{
	struct ut_stat *stat = kzalloc(sizeof(*stat), GFP_KERNEL);
	int ret;

	if (!stat)
		return -ENOMEM;
	ret = ut_host_stat(stat);
	if (!ret) {
		seq_printf(file, "views %llu\n", stat->views);
		seq_printf(file, "grants %llu\n", stat->grants);
		seq_printf(file, "overlays %llu\n", stat->overlays);
		seq_printf(file, "view_pages %llu\n", stat->view_pages);
		seq_printf(file, "aborts %llu\n", stat->aborts);
		seq_printf(file, "user_vmfunc %lu\n", user_events());
		show_exits(file, stat);
	}
	kfree(stat);
	return ret;
}
DEFINE_SHOW_ATTRIBUTE(stat);

/* Without debugfs everything else works: errors are ignored, as its core does. */
void ut_debugfs_init(void)
{
	top = debugfs_create_dir("undertow", NULL);
	all_domains = debugfs_create_dir("domains", top);
	debugfs_create_file("stat", 0400, top, NULL, &stat_fops);
}

void ut_debugfs_deinit(void)
{
	debugfs_remove(top);
}

void ut_debugfs_add(struct ut_domain *domain)
{
	unsigned int i;

	domain->dir = debugfs_create_dir(domain->copy.name, all_domains);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		debugfs_create_file_unsafe(files[i].name, 0400, domain->dir, domain,
					   files[i].fops);
	debugfs_create_file("policy", 0600, domain->dir, domain, &policy_fops);
}

void ut_debugfs_remove(struct ut_domain *domain)
{
	debugfs_remove(domain->dir);
}
