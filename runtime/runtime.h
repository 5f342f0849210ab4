/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow runtime - internal interface
 *
 * What the files of undertow.ko share.  The first part is for gate.S too.
 */
#ifndef _UT_RUNTIME_H
#define _UT_RUNTIME_H

#include <undertow/map.h>
#include "compat.h"

/* Runtime's own part of ut_cpu, between UT_CPU_CR3 and UT_CPU_STACKS. */
#define UT_CPU_ABORT_STACK	16

/* Distance of the stubs that the restricted IDT points to. */
#define UT_STUB_SIZE		16

/* IST slot of interrupts in the full view; Linux uses 1 to 5 (see IST_INDEX_*). */
#define UT_INTERRUPT_IST	7

/*
 * Event page of a domain on a CPU.  A restricted view shows a task state segment
 * of its own, whose IST slots are these offsets in it: events that may interrupt
 * the stub of another one have their own.  Reentry frames grow down from
 * UT_EVENT_REENTRY, and what a stub has pushed (ut_event) has the same layout.
 */
#define UT_EVENT_REENTRY	2048
#define UT_EVENT_MC		2560
#define UT_EVENT_DB		3072
#define UT_EVENT_NMI		3584
#define UT_EVENT_OTHER		4096

/* struct ut_event, below the entry frame while the kernel handles an event. */
#define UT_EVENT_RSI		24
#define UT_EVENT_RSP		56
#define UT_EVENT_SIZE		64

/* Answers of ut_exception_take() beside a handler. */
#define UT_EXCEPTION_REFUSED	0
#define UT_EXCEPTION_HANDLED	1

/* First in-service register (SDM, "Local APIC Register Address Map Supported by x2APIC"). */
#define UT_APIC_MSR		0x810

/* Causes of an unwind that are not vectors. */
#define UT_CAUSE_FORGED		256	/* landed on the VMFUNC of a gate */
#define UT_CAUSE_HOST		257	/* the host took the abort path */
#define UT_CAUSE_REENTER	258	/* call outside of its domain cannot go back */
#define UT_CAUSE_DEAD		259	/* the domain was killed meanwhile */
#define UT_CAUSE_LOST		260	/* the host has no such view */

/* Registers that ut_abort_entry saves, as 8-byte slots. */
#define UT_REGS_COUNT		15
#define UT_REGS_RAX		14

#ifdef __ASSEMBLY__

#include <asm/segment.h>

/* \reg := per-CPU base of this CPU, without the untrusted GS base. */
.macro PERCPU_BASE reg32:req reg64:req
	movl	$__CPUNODE_SEG, \reg32
	lsl	\reg32, \reg32
	andl	$0xfff, \reg32
	movq	ut_cpu_bases(, \reg64, 8), \reg64
.endm

/* Element of an array in ut_cpu; GS base is valid. */
#define UT_CPU_AT(array, index)	__percpu(ut_cpu + array)(, index, 8)

#else /* __ASSEMBLY__ */

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/ratelimit_types.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
#include <undertow/undertow.h>

struct dentry;
struct gen_pool;
struct module;

/* Trusted storage of the gates; nothing of it is granted to any view. */
struct ut_cpu {
	unsigned long rsp;		/* UT_CPU_RSP */
	unsigned long cr3;		/* UT_CPU_CR3 */
	unsigned long abort_stack;	/* top; also for events from ring 3 */
	unsigned long interrupt_stack;	/* top; of the full view */
	struct ut_ve_page *ve;		/* information page of this vCPU */
	unsigned long user_events;	/* ring 3 executed VMFUNC */
	bool enabled;			/* VMFUNC and #VE are on */
	bool nmi_taken;			/* in a domain, handled now */
	bool nmi_unknown;		/* and nobody claimed it */
	/*
	 * A stack of each domain.  Stays here during a call, and leaves only
	 * while an exit gate's callee runs, which may sleep.
	 */
	unsigned long stacks[UT_VIEW_MAX + 1] __aligned(64);
	/* Event page of each domain, hostile content. */
	unsigned long events[UT_VIEW_MAX + 1];
};
static_assert(offsetof(struct ut_cpu, rsp) == UT_CPU_RSP);
static_assert(offsetof(struct ut_cpu, cr3) == UT_CPU_CR3);
static_assert(offsetof(struct ut_cpu, abort_stack) == UT_CPU_ABORT_STACK);
static_assert(offsetof(struct ut_cpu, stacks) == UT_CPU_STACKS);
static_assert(offsetof(struct ut_cpu, events) == UT_CPU_EVENTS);

/* No field of it may be behind UT_REACH of a page. */
#define UT_CPU_ALIGN	1024
static_assert(sizeof(struct ut_cpu) <= UT_CPU_ALIGN - (PAGE_SIZE - UT_REACH));

DECLARE_PER_CPU(struct ut_cpu, ut_cpu);

/* Per-CPU bases by number of the CPU: the kernel's, at a page of our own. */
extern unsigned long ut_cpu_bases[];

/* Entry frame that a gate built on the trusted stack. */
struct ut_frame {
	unsigned long stack;
	unsigned long view;
	unsigned long resume;		/* names the gate: struct ut_record */
	unsigned long flags;
	unsigned long r15, r14, r13, r12, rbx, rbp;
	unsigned long ret;
};
static_assert(sizeof(struct ut_frame) == UT_FRAME_SIZE);
static_assert(offsetof(struct ut_frame, view) == UT_FRAME_VIEW);
static_assert(offsetof(struct ut_frame, resume) == UT_FRAME_RESUME);
static_assert(offsetof(struct ut_frame, ret) == UT_FRAME_RET);

/*
 * State of a domain that an event interrupted, as data: what the stubs clobber.
 * The kernel's handler preserves all other registers.
 */
struct ut_event {
	unsigned long rbp, rax, rcx, rsi, rdi, rip, flags, rsp;
};
static_assert(sizeof(struct ut_event) == UT_EVENT_SIZE);
static_assert(offsetof(struct ut_event, rsi) == UT_EVENT_RSI);
static_assert(offsetof(struct ut_event, rsp) == UT_EVENT_RSP);

/* IST slot of the restricted views' TSS, and where it points in the event page. */
struct ut_event_stack {
	unsigned int ist;
	unsigned int top;
};

/* Span of linear addresses, page aligned; rights 0 grants only its page tables. */
struct ut_span {
	unsigned long start;
	unsigned long end;
	u32 rights;
};

/* Restricted view, or the common one (UT_VIEW_ALL) that all of them include. */
struct ut_view {
	u32 id;
	struct xarray pages;		/* gfn -> rights and PAGE_* of view.c */
	struct list_head link;
};

/* What a violation does beside ending the call. */
enum ut_policy {
	UT_POLICY_DENY,			/* nothing */
	UT_POLICY_KILL,			/* no call enters the domain any more */
	UT_POLICY_AUDIT,		/* where it can be allowed, it is: no isolation */
};

enum ut_denied { UT_READ, UT_WRITE, UT_EXEC, UT_OTHER, UT_DENIED_COUNT };

struct ut_domain {
	struct ut_map *map;		/* the module's; only view is written */
	struct ut_map copy;		/* validated content of *map */
	struct module *owner;
	struct ut_view view;
	enum ut_policy policy;
	bool dead;

	raw_spinlock_t lock;		/* free, nr_free */
	unsigned int nr_stacks;
	unsigned int nr_free;
	unsigned long *free;		/* tops of free stacks, nr_free of them */
	void **stacks;			/* vmalloc areas, nr_stacks of them */
	void *events;			/* vmalloc area, a page for each CPU */

	struct gen_pool *heap;
	struct list_head chunks;	/* struct chunk of heap.c */
	struct xarray allocations;	/* address in units of the heap -> bytes */

	atomic_long_t denied[UT_DENIED_COUNT];
	atomic_long_t audited;		/* allowed by UT_POLICY_AUDIT */
	atomic_long_t busy;		/* calls refused for want of a stack */
	struct ratelimit_state limit;
	struct dentry *dir;
};

/* One denied access or event, for the log. */
struct ut_violation {
	const char *kind;		/* token behind "denied" */
	enum ut_denied counter;
	bool has_addr;
	bool has_rip;
	const char *detail;		/* name of number, NULL for none */
	const char *file;		/* of BUG(), with the line in number */
	u32 number;
	unsigned long addr;
	unsigned long rip;		/* a hint: comes from hostile memory */
};

/* host.c */
int ut_host_check(struct ut_info *info);
bool ut_host_is_new(void);
int ut_host_stat(struct ut_stat *stat);
int ut_host_enable(const struct ut_enable *enable);
int ut_host_disable(void);
int ut_host_view_create(void);
int ut_host_view_destroy(u32 view);
int ut_host_grant(u32 view, const struct ut_range *ranges, unsigned int count);
int ut_host_revoke(u32 view, const struct ut_range *ranges, unsigned int count);
int ut_host_overlay(u32 view, u64 gfn, u64 source_gfn);
int ut_host_seal(u32 view);

/* view.c */
extern struct ut_view ut_common;
int ut_views_init(void);
void ut_views_deinit(void);
int ut_common_grant(void);
void ut_common_revoke(void);
int ut_view_create(struct ut_view *view);
int ut_view_destroy(struct ut_view *view);
int ut_view_grant(struct ut_view *view, const struct ut_span *spans, unsigned int count);
int ut_view_overlay(struct ut_view *view, unsigned long addr, const void *content);
int ut_view_allow(struct ut_view *view, unsigned long addr, u32 rights);
int ut_view_seal(struct ut_view *view);

/* adopt.c */
int ut_adopt_init(u64 overlays_max);
void ut_adopt_deinit(void);
void ut_adopt_forget_all(void);
int ut_adopt_cr3(void);
void ut_adopt_forget(u64 gfn);

/* cpu.c */
int ut_view_show_tss(struct ut_view *view, unsigned int cpu, unsigned long events);
int ut_cpus_init(void);
void ut_cpus_stop(void);
void ut_cpus_deinit(void);

/* interrupt.c */
extern unsigned long ut_interrupt_handlers[];
const void *ut_idt(void);
int ut_interrupts_init(void);
int ut_interrupts_check(void);
void ut_interrupts_start(const struct ut_cpu *cpu);
void ut_interrupts_stop(void);

/* domain.c */
extern unsigned long ut_reentry_gates[];
struct ut_domain *ut_domain_by_view(u32 view);
struct ut_domain *ut_domain_by_map(const struct ut_map *map);
struct ut_domain *ut_domain_by_address(unsigned long addr, u32 kind);
void ut_domain_return_stack(struct ut_domain *domain, unsigned long stack);
unsigned int ut_domain_free_stacks(struct ut_domain *domain);
void ut_domains_purge_cpu(unsigned int cpu);
int ut_domain_set_policy(struct ut_domain *domain, const char *name);
const char *ut_domain_policy(const struct ut_domain *domain);
void ut_domain_kill(struct ut_domain *domain);
void ut_domains_shut_down(void);

/* heap.c */
int ut_heap_init(struct ut_domain *domain);
void ut_heap_deinit(struct ut_domain *domain);
size_t ut_heap_used(struct ut_domain *domain);

/* map.c */
int ut_map_validate(const struct module *mod, const struct ut_map *map);
int ut_gates_scan(const char *owner, const u8 *start, const u8 *end);
int ut_maps_validate(const struct module *mod, struct ut_map *const *maps,
		     struct ut_map *const *maps_end);
const struct ut_region *ut_map_region(const struct ut_map *map, unsigned long addr);
const struct ut_record *ut_map_entry(const struct ut_map *map, unsigned long resume);
unsigned long ut_map_reentry(const struct ut_map *map);

/* opcode.c */
bool ut_opcode_writes(const u8 *bytes, size_t left);

/* log.c */
void ut_log_violation(struct ut_domain *domain, const struct ut_violation *violation,
		      unsigned long gate);
void ut_log_audit(struct ut_domain *domain, const struct ut_violation *violation,
		  unsigned long gate, int error);
void ut_log_stray(struct ut_domain *domain, unsigned long addr, unsigned long rip);
void ut_log_free(struct ut_domain *domain, unsigned long addr, size_t size, unsigned long caller);

/* debugfs.c */
void ut_debugfs_init(void);
void ut_debugfs_deinit(void);
void ut_debugfs_add(struct ut_domain *domain);
void ut_debugfs_remove(struct ut_domain *domain);

/* gate.S */
extern const u8 ut_gate_start[], ut_gate_end[], ut_stubs[], ut_interrupt_stubs[];
void ut_abort_entry(void);
void ut_abort(void);
void ut_unwind_call(void);
void ut_debug(void);
void ut_gate_slow(void);
void ut_exit_slow(void);
void ut_resume_dead(void);
void ut_audit(void);

/* C halves of gate.S: event.c and domain.c */
struct ut_taken {
	unsigned long stack;		/* RAX; 0 on failure */
	long error;			/* RDX */
};

struct ut_taken ut_gate_take(u32 view, unsigned long resume);
int ut_exit_reenter(u32 view);
long ut_unwind(u32 cause, const struct ut_frame *frame);
extern unsigned long ut_apic_isr;
extern bool ut_event_traced;
struct ut_event_stack ut_event_stack(unsigned int vector);
int ut_events_init(void);
void ut_events_deinit(void);
unsigned long ut_exception_take(u32 vector, struct ut_event *event);
void ut_event_trace(u32 vector, const struct ut_event *event);
int ut_audit_allow(struct ut_event *event);
bool ut_abort_is_user(void);
unsigned long ut_user_event(u32 cause, unsigned long area);
unsigned long ut_abort_stray(unsigned long *regs);

#endif /* __ASSEMBLY__ */

#endif /* _UT_RUNTIME_H */
