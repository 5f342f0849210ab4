/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow ABI - what the guest and the host say to each other
 *
 * The only definition of the hypercalls, the structures in guest memory and
 * their limits.  The host treats every value here as hostile input: it
 * validates all arguments of a call before it changes any state.
 *
 * A hypercall is VMCALL with the number in RAX and up to four arguments in
 * RBX, RCX, RDX and RSI, as for every KVM hypercall.  It is valid in 64-bit
 * mode, at CPL 0, in the full view only.  RAX returns a value >= 0 or a
 * negative Linux errno; each call below lists its own.  Common to all:
 *
 *   -1000 (KVM_ENOSYS)  the host has no Undertow, or does not know the number
 *   -EPERM              CPL is not 0
 *   -EINTR              the host is killing the thread of this vCPU
 *
 * Compiles as C, C++ and assembler.
 */
#ifndef _UNDERTOW_ABI_H
#define _UNDERTOW_ABI_H

/*
 * Revision of everything in this file.  Any change of a number, a structure
 * or a meaning increments it; the runtime and the host compare it in
 * UT_HC_INFO and UT_HC_ENABLE and refuse each other when it differs.
 */
#define UT_ABI_REVISION		4

/* Hypercall numbers: "UT" in the upper half, clear of KVM's own numbers. */
#define UT_HC_BASE		0x55540000

/* INFO(gpa of struct ut_info): revision and limits.
 * -EFAULT gpa is not writable RAM; -EINVAL gpa is not 8-byte aligned, or the
 * structure crosses a page.
 */
#define UT_HC_INFO		(UT_HC_BASE + 0)
/* ENABLE(gpa of struct ut_enable): turn on VMFUNC and #VE on this vCPU.
 * -EFAULT gpa unreadable; -EINVAL misaligned, flags not zero, info_gpa not
 * page aligned or not RAM, abort address not canonical; -EPROTO revision
 * differs; -EBUSY this vCPU is enabled already, or nested virtualization is
 * in use; -ENOMEM.
 */
#define UT_HC_ENABLE		(UT_HC_BASE + 1)
/* DISABLE(): turn both off on this vCPU, release the information page.  The last
 * vCPU to do so destroys all views, and the grants to UT_VIEW_ALL.  INIT, reset
 * and the end of long mode do the same.  -ENODEV this vCPU is not enabled.
 */
#define UT_HC_DISABLE		(UT_HC_BASE + 2)
/* VIEW_CREATE(): a new, empty restricted view; returns its number, 1 to
 * UT_VIEW_MAX.  -ENODEV this vCPU is not enabled; -ENOSPC all are in use;
 * -ENOMEM.
 */
#define UT_HC_VIEW_CREATE	(UT_HC_BASE + 3)
/* VIEW_DESTROY(view): drop the view with all its grants and overlays.  When
 * it returns no vCPU can enter the view.  -ENOENT no such view.
 */
#define UT_HC_VIEW_DESTROY	(UT_HC_BASE + 4)
/* GRANT(view or UT_VIEW_ALL, gpa of struct ut_range[], count): all or nothing.
 * -ENOENT no such view; -E2BIG count or sum of npages over the limit;
 * -EFAULT array unreadable; -EINVAL array misaligned or across a page, count,
 * npages or rights zero or unknown, writable and executable, range wraps;
 * -ERANGE a page is not RAM of this VM; -EEXIST a page is granted or overlaid
 * already with other rights; -EACCES executable grant to a sealed view, or a
 * page writable in one view and executable in another; -ENOSPC over the VM's
 * limit of grants; -ENOMEM.
 */
#define UT_HC_GRANT		(UT_HC_BASE + 5)
/* REVOKE(view or UT_VIEW_ALL, gpa of struct ut_range[], count): take grants
 * and overlays away; rights must be 0.  When it returns no vCPU reaches the
 * pages through the view.  Errors as for GRANT, and -ENOENT when a page is
 * neither granted nor overlaid in that view (nothing is changed then).
 */
#define UT_HC_REVOKE		(UT_HC_BASE + 6)
/* OVERLAY(view or UT_VIEW_ALL, gfn, source gfn): show, in that view and
 * read-only, a copy of the source page taken now, instead of page gfn.
 * -ENOENT no such view; -ERANGE a page is not RAM of this VM; -EEXIST gfn is
 * granted or overlaid already; -ENOSPC over the VM's limit; -ENOMEM; -EFAULT.
 */
#define UT_HC_OVERLAY		(UT_HC_BASE + 7)
/* SEAL(view or UT_VIEW_ALL): refuse executable grants from now on.
 * -ENOENT no such view.
 */
#define UT_HC_SEAL		(UT_HC_BASE + 8)
/* STAT(gpa of struct ut_stat): counters of this VM, summed over its vCPUs.
 * Errors as for INFO.
 */
#define UT_HC_STAT		(UT_HC_BASE + 9)
/* One more than the last number. */
#define UT_HC_END		(UT_HC_BASE + 10)

/* Views: 0 is the full view; the EPTP list has room for more, SPTE roles not. */
#define UT_VIEW_FULL		0
#define UT_VIEW_MAX		31
/* Argument of GRANT, REVOKE, OVERLAY, SEAL: every restricted view, also later ones. */
#define UT_VIEW_ALL		0xffffffff

/* Rights of a grant.  R alone, RW, RX, or RX with GATE. */
#define UT_RIGHT_R		0x1
#define UT_RIGHT_W		0x2
#define UT_RIGHT_X		0x4
/* Keep the page executable in the full view too; without it RX removes that. */
#define UT_RIGHT_GATE		0x8

/* Limits of one call: an array fills at most one page. */
#define UT_RANGES_MAX		256
#define UT_RANGE_PAGES_MAX	65536

/* VMX basic exit reasons are below this (SDM, appendix "VMX Basic Exit Reasons"). */
#define UT_STAT_EXITS		80

/* Vector of the virtualization exception. */
#define UT_VE_VECTOR		20

/* Why the host took the abort path (struct ut_abort, cause). */
#define UT_ABORT_EXEC		1	/* untrusted text fetched in the full view */
#define UT_ABORT_VIOLATION	2	/* a violation that could not become #VE */
#define UT_ABORT_EXIT		3	/* an exit that a restricted view may not cause */
#define UT_ABORT_VIEW		4	/* the active view was destroyed */
#define UT_ABORT_TIMEOUT	5	/* a view kept interrupts off for too long */
#define UT_ABORT_SAVE		6	/* the vCPU is being saved, by who saves no views */

#ifndef __ASSEMBLY__

#include <linux/types.h>

#ifdef __cplusplus
#define UT_ASSERT(cond, text)	static_assert(cond, text)
#else
#define UT_ASSERT(cond, text)	_Static_assert(cond, text)
#endif
#define UT_ASSERT_OFFSET(type, field, offset) \
	UT_ASSERT(__builtin_offsetof(struct type, field) == (offset), #type "." #field)

/* Answer of INFO. */
struct ut_info {
	__u32 revision;		/* UT_ABI_REVISION of the host */
	__u32 features;		/* 0 */
	__u32 views_max;	/* restricted views this VM may have */
	__u32 ranges_max;	/* UT_RANGES_MAX of the host */
	__u64 grants_max;	/* granted pages this VM may have, over all views */
	__u64 overlays_max;	/* overlays this VM may have, over all views */
	/*
	 * Another number than before: the host that made the views is gone, and
	 * they with it.  Random; a host that takes them over keeps the number.
	 */
	__u64 incarnation;
};
UT_ASSERT(sizeof(struct ut_info) == 40, "struct ut_info");
UT_ASSERT_OFFSET(ut_info, grants_max, 16);
UT_ASSERT_OFFSET(ut_info, overlays_max, 24);
UT_ASSERT_OFFSET(ut_info, incarnation, 32);

/* Argument of ENABLE. */
struct ut_enable {
	__u32 revision;		/* UT_ABI_REVISION of the guest */
	__u32 flags;		/* 0 */
	__u64 info_gpa;		/* page of struct ut_ve_page, this vCPU's own */
	__u64 abort_rip;	/* linear address the abort path enters, CPL 0 */
	__u64 abort_rsp;	/* RSP there */
};
UT_ASSERT(sizeof(struct ut_enable) == 32, "struct ut_enable");
UT_ASSERT_OFFSET(ut_enable, info_gpa, 8);
UT_ASSERT_OFFSET(ut_enable, abort_rip, 16);
UT_ASSERT_OFFSET(ut_enable, abort_rsp, 24);

/* Element of GRANT and REVOKE arrays. */
struct ut_range {
	__u64 gfn;		/* first page */
	__u32 npages;		/* at least 1 */
	__u32 rights;		/* UT_RIGHT_*; 0 for REVOKE */
};
UT_ASSERT(sizeof(struct ut_range) == 16, "struct ut_range");
UT_ASSERT_OFFSET(ut_range, npages, 8);
UT_ASSERT_OFFSET(ut_range, rights, 12);
UT_ASSERT((UT_RIGHT_R ^ UT_RIGHT_W ^ UT_RIGHT_X ^ UT_RIGHT_GATE) == 0xf, "UT_RIGHT_* overlap");

/*
 * State that the host saves on the abort path.  The vCPU then runs in the full
 * view at abort_rip with RSP = abort_rsp, RFLAGS = 2 and all other registers
 * as they were.
 */
struct ut_abort {
	__u32 cause;		/* UT_ABORT_* */
	__u32 exit_reason;	/* VMX basic exit reason */
	__u64 qualification;	/* exit qualification */
	__u64 gla;		/* guest linear address, EPT violations only */
	__u64 gpa;		/* guest physical address, EPT violations only */
	__u64 rip;
	__u64 rsp;
	__u64 rflags;
	__u32 view;		/* view that was active */
	__u32 vectoring;	/* IDT-vectoring information of the exit, 0 for none */
};
UT_ASSERT(sizeof(struct ut_abort) == 64, "struct ut_abort");
UT_ASSERT_OFFSET(ut_abort, qualification, 8);
UT_ASSERT_OFFSET(ut_abort, rip, 32);
UT_ASSERT_OFFSET(ut_abort, view, 56);

/*
 * The page at ut_enable.info_gpa.  The CPU writes the first part on #VE (SDM,
 * "Virtualization-Exception Information"), the host the second on the abort
 * path.
 */
struct ut_ve_page {
	__u32 exit_reason;	/* 48, EPT violation */
	__u32 busy;		/* set to ~0 by the CPU; #VE only while it is 0 */
	__u64 qualification;
	__u64 gla;
	__u64 gpa;
	__u16 eptp_index;	/* not reliable on every CPU: do not use */
	__u16 reserved[15];
	struct ut_abort abort;
};
UT_ASSERT(sizeof(struct ut_ve_page) == 128, "struct ut_ve_page");
UT_ASSERT_OFFSET(ut_ve_page, busy, 4);
UT_ASSERT_OFFSET(ut_ve_page, qualification, 8);
UT_ASSERT_OFFSET(ut_ve_page, eptp_index, 32);
UT_ASSERT_OFFSET(ut_ve_page, abort, 64);

/* Answer of STAT. */
struct ut_stat {
	__u64 views;		/* restricted views now */
	__u64 grants;		/* granted pages now, over all views */
	__u64 overlays;		/* overlays now, over all views */
	__u64 view_pages;	/* EPT pages of restricted views now */
	__u64 aborts;		/* abort paths taken */
	__u64 reserved[3];
	__u64 exits[UT_STAT_EXITS];	/* VM exits by basic reason since ENABLE */
};
UT_ASSERT(sizeof(struct ut_stat) == 64 + 8 * UT_STAT_EXITS, "struct ut_stat");
UT_ASSERT_OFFSET(ut_stat, aborts, 32);
UT_ASSERT_OFFSET(ut_stat, exits, 64);

#endif /* __ASSEMBLY__ */

#endif /* _UNDERTOW_ABI_H */
