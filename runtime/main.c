// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - module entry
 *
 * Refuses machines that break an assumption of the gates or of the event path,
 * one clear line each, then starts the parts in order and stops them in
 * reverse.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/init.h>
#include <linux/kvm_para.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <asm/cpufeature.h>
#include "runtime.h"

static int check_guest(void)
{
	/* What the gates or the event path cannot work with. */
	const struct {
		bool found;
		const char *why;
	} obstacles[] = {
		{ !cpu_feature_enabled(X86_FEATURE_FSGSBASE),
		  "FSGSBASE is off: gates need WRGSBASE" },
		{ cpu_feature_enabled(X86_FEATURE_LA57),
		  "5-level paging is on: boot with no5lvl" },
		{ cpu_feature_enabled(X86_FEATURE_PTI),
		  "page-table isolation is on: boot with pti=off" },
		{ ut_has_fred(), "FRED is on: events do not go through the IDT" },
		{ ut_has_call_depth(),
		  "call depth tracking is on: boot without retbleed=stuff" },
		{ cpu_feature_enabled(X86_FEATURE_IBT),
		  "indirect branch tracking is on: boot with ibt=off" },
		{ cpu_feature_enabled(X86_FEATURE_SEV_ES) ||
		  cpu_feature_enabled(X86_FEATURE_TDX_GUEST),
		  "this is an encrypted guest" },
	};
	unsigned int i;

	if (!kvm_para_available()) {
		pr_err("error: no KVM hypervisor\n");
		return -ENODEV;
	}
	for (i = 0; i < ARRAY_SIZE(obstacles); i++) {
		if (obstacles[i].found) {
			pr_err("error: %s\n", obstacles[i].why);
			return -EOPNOTSUPP;
		}
	}
	return 0;
}

/* A CPU that wakes up has lost what enable() set, and no callback tells CPU 0. */
static int refuse_suspend(struct notifier_block *block, unsigned long event, void *unused)
{
	if (event != PM_SUSPEND_PREPARE && event != PM_HIBERNATION_PREPARE)
		return NOTIFY_DONE;
	pr_err("error: no suspend or hibernation while this module is loaded\n");
	return notifier_from_errno(-EOPNOTSUPP);
}

static struct notifier_block suspend_block = { .notifier_call = refuse_suspend };

/*
 * A kernel that kexec starts must not run on a vCPU with views, nor find memory that it
 * cannot execute.  Last of all, as others may still call their domains.
 */
static int shut_down(struct notifier_block *block, unsigned long event, void *unused)
{
	ut_domains_shut_down();
	ut_cpus_stop();
	return NOTIFY_DONE;
}

static struct notifier_block reboot_block = { .notifier_call = shut_down, .priority = INT_MIN };

static int __init undertow_init(void)
{
	struct ut_info info;
	int ret;

	ret = check_guest();
	if (!ret)
		ret = ut_gates_scan(THIS_MODULE->name, ut_gate_start, ut_gate_end);
	if (!ret)
		ret = ut_host_check(&info);
	if (!ret)
		ret = ut_interrupts_init();
	if (ret)
		return ret;
	ret = ut_adopt_init(info.overlays_max);
	if (ret)
		return ret;
	ret = ut_views_init();
	if (ret)
		goto fail_adopt;
	ret = ut_events_init();
	if (ret)
		goto fail_views;
	ret = ut_cpus_init();
	if (ret)
		goto fail_events;
	ret = register_pm_notifier(&suspend_block);
	if (ret)
		goto fail_cpus;
	ret = register_reboot_notifier(&reboot_block);
	if (ret)
		goto fail_suspend;
	ut_debugfs_init();
	pr_info("ready: revision %u, %u views\n", info.revision, info.views_max);
	return 0;

fail_suspend:
	unregister_pm_notifier(&suspend_block);
fail_cpus:
	ut_cpus_deinit();
fail_events:
	ut_events_deinit();
fail_views:
	ut_views_deinit();
fail_adopt:
	ut_adopt_deinit();
	return ret;
}

static void __exit undertow_exit(void)
{
	ut_debugfs_deinit();
	unregister_reboot_notifier(&reboot_block);
	unregister_pm_notifier(&suspend_block);
	ut_cpus_deinit();
	ut_events_deinit();
	ut_views_deinit();
	ut_adopt_deinit();
}

module_init(undertow_init);
module_exit(undertow_exit);
MODULE_DESCRIPTION("Undertow: isolation of untrusted kernel code in EPT views");
MODULE_LICENSE("GPL");
