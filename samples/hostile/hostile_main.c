// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Undertow sample hostile - trusted half
 *
 * Sends the domain to places where it must not get.  Write the name of an
 * attack to /sys/kernel/debug/hostile/attack, read there what came of it;
 * /sys/kernel/debug/hostile/list has all names.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/sync_core.h>

#include <undertow/map.h>

#include "hostile.h"

#define SECRET		0x5ec2e7
#define GATE_MAX	512

extern struct ut_map __ut_map_hostile;

static long trusted_variable = SECRET;
static long __critical critical_variable = SECRET;
static DEFINE_MUTEX(attack_lock);	/* last_*, and the patched text */
static const struct attack *last_attack;
static long last_result;

long hostile_callee(long value)
{
	return value + 1;
}

/* The legal use of each primitive, so that a denial means something. */
static bool primitives_work(void)
{
	return hostile_write(&hostile_data[1], 7) == 0 &&
	       hostile_read(&hostile_data[1]) == 7 &&
	       hostile_bytes() == 0 && hostile_leave(41) == 42;
}

static long read_trusted(void)
{
	return hostile_read(&trusted_variable);
}

static long write_trusted(void)
{
	return hostile_write(&trusted_variable, 0);
}

static long write_alias(void)
{
	long *alias = page_address(vmalloc_to_page(&trusted_variable));

	return hostile_write(alias + offset_in_page(&trusted_variable) / sizeof(long), 0);
}

static long write_kernel_text(void)
{
	return hostile_write((long *)&ktime_get_real_seconds, 0);
}

static long read_critical(void)
{
	return hostile_read(&critical_variable);
}

static long call_kernel(void)
{
	return hostile_call((void *)&ktime_get_real_seconds);
}

static long execute_data(void)
{
	return hostile_call((void *)hostile_data);
}

/* Write to the domain's text, which no mapping of its own allows. */
static int site_write(const u8 *bytes, size_t len)
{
	struct page *page = vmalloc_to_page(hostile_site);
	u8 *window = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!window)
		return -ENOMEM;
	memcpy(window + offset_in_page(hostile_site), bytes, len);
	vunmap(window);
	sync_core();
	return 0;
}

static long vmfunc_outside_gate(void)
{
	static const u8 vmfunc[] = { 0x0f, 0x01, 0xd4 };
	static const u8 nops[] = { 0x90, 0x90, 0x90 };
	long result;
	int err = site_write(vmfunc, sizeof(vmfunc));

	if (err)
		return err;
	result = hostile_bytes();
	err = site_write(nops, sizeof(nops));
	return err ?: result;
}

/* Gates are readable for everybody: find the first VMFUNC (0f 01 d4) of one. */
static unsigned long vmfunc_find(unsigned long gate)
{
	/* The compiler does not see that other gates follow. */
	OPTIMIZER_HIDE_VAR(gate);
	for (const u8 *byte = (u8 *)gate; byte < (u8 *)gate + GATE_MAX; byte++)
		if (byte[0] == 0x0f && byte[1] == 0x01 && byte[2] == 0xd4)
			return (unsigned long)byte;
	return 0;
}

static long jump_entry_vmfunc(void)
{
	return hostile_jump(vmfunc_find((unsigned long)&hostile_read));
}

/* Land behind the VMFUNC of the exit gate, still in the restricted view. */
static long jump_exit_middle(void)
{
	const struct ut_region *records = ut_map_find(&__ut_map_hostile, UT_REGION_RECORDS);

	for (const struct ut_record *gate = (void *)records->start;
	     gate < (struct ut_record *)records->end; gate++)
		if (gate->target == (u64)&hostile_callee)
			return hostile_jump(vmfunc_find(gate->gate) + 3);
	return -ENOENT;
}

static long enter_body(void)
{
	const struct ut_region *records = ut_map_find(&__ut_map_hostile, UT_REGION_RECORDS);

	for (const struct ut_record *gate = (void *)records->start;
	     gate < (struct ut_record *)records->end; gate++)
		if (gate->gate == (u64)&hostile_read)
			return ((long (*)(const long *))gate->target)(&trusted_variable);
	return -ENOENT;
}

static const struct attack {
	const char *name;
	const char *text;
	long (*run)(void);
} attacks[] = {
	{ "read-trusted", "read a trusted variable", read_trusted },
	{ "write-trusted", "write a trusted variable", write_trusted },
	{ "write-alias", "write it through the direct map", write_alias },
	{ "write-kernel-text", "write kernel text", write_kernel_text },
	{ "read-critical", "read a __critical variable", read_critical },
	{ "call-kernel", "call a kernel function without a gate", call_kernel },
	{ "execute-data", "execute bytes in its own data", execute_data },
	{ "vmfunc", "VMFUNC to the full view outside a gate", vmfunc_outside_gate },
	{ "jump-vmfunc", "jump to a gate's VMFUNC with ECX=0", jump_entry_vmfunc },
	{ "jump-exit-gate", "jump into the middle of an exit gate", jump_exit_middle },
	{ "enter-body", "enter a body without its gate", enter_body },
};

static int attack_run(const struct attack *attack)
{
	if (!primitives_work())
		return -EIO;
	last_result = attack->run();
	last_attack = attack;
	pr_info("tried to %s: call returned %ld\n", attack->text, last_result);
	return 0;
}

static ssize_t attack_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char name[32] = "";
	int err = -ENOENT;

	if (len >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, from, len))
		return -EFAULT;
	mutex_lock(&attack_lock);
	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++)
		if (sysfs_streq(name, attacks[i].name))
			err = attack_run(&attacks[i]);
	mutex_unlock(&attack_lock);
	return err ?: len;
}

static int attack_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&attack_lock);
	if (last_attack)
		seq_printf(seq, "attack %s\nresult %ld\ntrusted %s\nalive %s\n",
			   last_attack->name, last_result,
			   trusted_variable == SECRET && critical_variable == SECRET ?
			   "intact" : "changed", primitives_work() ? "yes" : "no");
	mutex_unlock(&attack_lock);
	return 0;
}

static int attack_open(struct inode *inode, struct file *file)
{
	return single_open(file, attack_show, NULL);
}

static const struct file_operations attack_fops = {
	.owner = THIS_MODULE,
	.open = attack_open,
	.read = seq_read,
	.write = attack_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int list_show(struct seq_file *seq, void *unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++)
		seq_printf(seq, "%s\t%s\n", attacks[i].name, attacks[i].text);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(list);

static struct dentry *directory;

static int __init hostile_init(void)
{
	directory = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("attack", 0600, directory, NULL, &attack_fops);
	debugfs_create_file("list", 0400, directory, NULL, &list_fops);
	return 0;
}
module_init(hostile_init);

static void __exit hostile_exit(void)
{
	debugfs_remove(directory);
}
module_exit(hostile_exit);

MODULE_DESCRIPTION("Undertow sample: a domain that tries to escape");
MODULE_LICENSE("Dual BSD/GPL");
