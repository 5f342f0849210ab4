// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - hypercalls
 *
 * One function per hypercall of abi.h, and nothing else.  Structures that the
 * host reads or writes are naturally aligned, so that they cross no page.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/io.h>
#include <linux/kvm_para.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "runtime.h"

/* Of the host's views when this module was loaded. */
static u64 incarnation;

/* Fetch a structure by INFO or STAT through memory that crosses no page. */
static int fetch(unsigned int number, void *answer, size_t size)
{
	void *bounce = kzalloc(roundup_pow_of_two(size), GFP_ATOMIC);
	long ret;

	if (!bounce)
		return -ENOMEM;
	ret = kvm_hypercall1(number, virt_to_phys(bounce));
	memcpy(answer, bounce, size);
	kfree(bounce);
	return ret < 0 ? ret : 0;
}

int ut_host_check(struct ut_info *info)
{
	int ret = fetch(UT_HC_INFO, info, sizeof(*info));

	if (ret == -KVM_ENOSYS) {
		pr_err("error: this host has no Undertow (hypercall INFO is unknown to it)\n");
		return -EOPNOTSUPP;
	}
	if (ret) {
		pr_err("error: the host refuses INFO (error %d)\n", ret);
		return ret;
	}
	if (info->revision != UT_ABI_REVISION) {
		pr_err("error: the host speaks ABI revision %u, this module %u\n",
		       info->revision, UT_ABI_REVISION);
		return -EPROTO;
	}
	incarnation = info->incarnation;
	return 0;
}

/* The machine moved to a host that does not have its views. */
bool ut_host_is_new(void)
{
	struct ut_info info;

	return !fetch(UT_HC_INFO, &info, sizeof(info)) && info.incarnation != incarnation;
}

/* What a new host does not have cannot be taken from anybody any more. */
static int taken(int ret)
{
	return ret && ut_host_is_new() ? 0 : ret;
}

int ut_host_stat(struct ut_stat *stat)
{
	return fetch(UT_HC_STAT, stat, sizeof(*stat));
}

int ut_host_enable(const struct ut_enable *enable)
{
	/* Views of the runtime would get the numbers of new ones. */
	if (ut_host_is_new())
		return -ESTALE;
	return kvm_hypercall1(UT_HC_ENABLE, virt_to_phys((void *)enable));
}

int ut_host_disable(void)
{
	return taken(kvm_hypercall0(UT_HC_DISABLE));
}

/* Return the number of the new view. */
int ut_host_view_create(void)
{
	return kvm_hypercall0(UT_HC_VIEW_CREATE);
}

int ut_host_view_destroy(u32 view)
{
	return taken(kvm_hypercall1(UT_HC_VIEW_DESTROY, view));
}

int ut_host_grant(u32 view, const struct ut_range *ranges, unsigned int count)
{
	return kvm_hypercall3(UT_HC_GRANT, view, virt_to_phys((void *)ranges), count);
}

int ut_host_revoke(u32 view, const struct ut_range *ranges, unsigned int count)
{
	return taken(kvm_hypercall3(UT_HC_REVOKE, view, virt_to_phys((void *)ranges), count));
}

int ut_host_overlay(u32 view, u64 gfn, u64 source_gfn)
{
	return kvm_hypercall3(UT_HC_OVERLAY, view, gfn, source_gfn);
}

int ut_host_seal(u32 view)
{
	return kvm_hypercall1(UT_HC_SEAL, view);
}
