// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - restricted views
 *
 * The choke point for everything that a restricted view can reach: every grant
 * and overlay of linear addresses goes through this file, which records it per
 * page, refuses illegal transitions, and grants the page tables on the way
 * (adopt.c adds the top-level tables).  Nothing is taken from a living domain,
 * so only the whole view is revoked, by ut_view_destroy(); ut_view_allow() takes a
 * page for the moment in which it gives it with more rights.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/processor.h>
#include "runtime.h"

#define RIGHTS		(UT_RIGHT_R | UT_RIGHT_W | UT_RIGHT_X | UT_RIGHT_GATE)
/* Beside the rights in ut_view.pages. */
#define PAGE_OVERLAY	0x10
#define PAGE_AUDIT	0x20		/* given by ut_view_allow() */

/* Levels below the top-level table that a walk may meet. */
#define TABLES_MAX	3

/* Ranges of one change, in the order of the hypercalls. */
struct change {
	struct ut_range *ranges;
	unsigned int count;
	unsigned int room;
};

/* Result of a page-table walk. */
struct walk {
	u64 gfn;
	u64 tables[TABLES_MAX];
	unsigned int count;
};

struct ut_view ut_common = { .id = UT_VIEW_ALL };

/*
 * Its own page, and 0: the full view.  Each restricted view shows its number
 * there (see view_show_number()).
 */
/*
 * The state page: what gates know before they trust anything.  In a restricted
 * view an overlay differs in the view's number.
 */
struct state {
	u32 view;
	u32 cpunode;
	void (*abort)(void);
	void (*entry_slow)(void);
	void (*exit_slow)(void);
};
static_assert(offsetof(struct state, view) == UT_STATE_VIEW);
static_assert(offsetof(struct state, cpunode) == UT_STATE_CPUNODE);
static_assert(offsetof(struct state, abort) == UT_STATE_ABORT);
static_assert(offsetof(struct state, entry_slow) == UT_STATE_ENTRY_SLOW);
static_assert(offsetof(struct state, exit_slow) == UT_STATE_EXIT_SLOW);

union state_page {
	struct state state;
	u8 page[PAGE_SIZE];
};

union state_page ut_state __aligned(PAGE_SIZE) __ro_after_init = {
	.state = { 0, __CPUNODE_SEG, ut_abort, ut_gate_slow, ut_exit_slow },
};
EXPORT_SYMBOL_GPL(ut_state);

/* Protects all views and both pages below. */
static DEFINE_MUTEX(views_lock);
static LIST_HEAD(views);
static struct ut_range *argument;	/* array of a hypercall, UT_RANGES_MAX */
static void *overlay_source;

static void walk_add_table(struct walk *walk, unsigned long table)
{
	walk->tables[walk->count++] = __pa(table) >> PAGE_SHIFT;
}

/*
 * Walk the kernel half.  Top-level entries are the same in every table, and
 * those below never go away, so the current table may be left after its entry
 * was read.
 */
static int walk_address(unsigned long addr, struct walk *walk)
{
	pgd_t pgd;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	walk->count = 0;
	preempt_disable();
	pgd = READ_ONCE(*pgd_offset_pgd((pgd_t *)__va(read_cr3_pa()), addr));
	preempt_enable();
	p4d = p4d_offset(&pgd, addr);
	if (p4d_none(*p4d))
		return -EFAULT;

	pud = pud_offset(p4d, addr);
	walk_add_table(walk, (unsigned long)pud & PAGE_MASK);
	if (!pud_present(*pud))
		return -EFAULT;
	if (pud_leaf(*pud)) {
		walk->gfn = pud_pfn(*pud) + ((addr & ~PUD_MASK) >> PAGE_SHIFT);
		return 0;
	}

	pmd = pmd_offset(pud, addr);
	walk_add_table(walk, (unsigned long)pmd & PAGE_MASK);
	if (!pmd_present(*pmd))
		return -EFAULT;
	if (pmd_leaf(*pmd)) {
		walk->gfn = pmd_pfn(*pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT);
		return 0;
	}

	pte = pte_offset_kernel(pmd, addr);
	walk_add_table(walk, (unsigned long)pte & PAGE_MASK);
	if (!pte_present(*pte))
		return -EFAULT;
	walk->gfn = pte_pfn(*pte);
	return 0;
}

/* Return the page frame behind a mapped kernel address, or 0. */
u64 ut_gfn_of(unsigned long addr)
{
	struct walk walk;

	return walk_address(addr, &walk) ? 0 : walk.gfn;
}

static int change_grow(struct change *change)
{
	unsigned int room = change->room ? change->room * 2 : 64;
	struct ut_range *ranges;

	ranges = krealloc_array(change->ranges, room, sizeof(*ranges), GFP_KERNEL);
	if (!ranges)
		return -ENOMEM;
	change->ranges = ranges;
	change->room = room;
	return 0;
}

static int change_append(struct change *change, u64 gfn, u32 rights)
{
	struct ut_range *last;

	if (change->count) {
		last = &change->ranges[change->count - 1];
		if (last->rights == rights && last->gfn + last->npages == gfn &&
		    last->npages < UT_RANGE_PAGES_MAX) {
			last->npages++;
			return 0;
		}
	}
	if (change->count == change->room && change_grow(change))
		return -ENOMEM;
	change->ranges[change->count++] = (struct ut_range) {
		.gfn = gfn, .npages = 1, .rights = rights,
	};
	return 0;
}

/* Find a view in which the page's rights contradict the new ones. */
static const struct ut_view *page_conflict(u64 gfn, u32 rights)
{
	struct ut_view *view;
	u32 other;

	list_for_each_entry(view, &views, link) {
		other = xa_to_value(xa_load(&view->pages, gfn) ?: xa_mk_value(0));
		/*
		 * INV-3: writable in one view and executable in another is the
		 * same hole as both in one view.
		 */
		if ((rights | other) & UT_RIGHT_W && (rights | other) & UT_RIGHT_X)
			return view;
	}
	return NULL;
}

/*
 * Record a page of a view.  All transitions are from nothing: a page that is
 * known already is an error, except for a page table that another span needed.
 */
static int page_record(struct ut_view *view, u64 gfn, u32 state)
{
	const struct ut_view *other;
	void *known = xa_load(&view->pages, gfn);

	if (known) {
		pr_err("error: view %u: page %llx is there already (%#lx, new %#x)\n",
		       view->id, gfn, xa_to_value(known), state);
		return -EEXIST;
	}
	other = page_conflict(gfn, state & RIGHTS);
	if (other) {
		pr_err("error: view %u: page %llx would be writable and executable (with view %u)\n",
		       view->id, gfn, other->id);
		return -EACCES;
	}
	/* An old top-level table of a process can live on as this page. */
	ut_adopt_forget(gfn);
	return xa_err(xa_store(&view->pages, gfn, xa_mk_value(state), GFP_KERNEL));
}

/* Record a page and add it to the change. */
static int change_page(struct ut_view *view, struct change *change, u64 gfn, u32 rights)
{
	int ret = page_record(view, gfn, rights);

	if (ret)
		return ret;
	ret = change_append(change, gfn, rights);
	if (ret)
		xa_erase(&view->pages, gfn);
	return ret;
}

/* The same for the page tables of a walk, as far as they are new. */
static int change_tables(struct ut_view *view, struct change *change,
			 const struct walk *walk)
{
	unsigned int i;
	int ret;

	for (i = 0; i < walk->count; i++) {
		void *known = xa_load(&view->pages, walk->tables[i]);

		/* INV-8: a page table is readable, and never more. */
		if (known && xa_to_value(known) == UT_RIGHT_R)
			continue;
		ret = change_page(view, change, walk->tables[i], UT_RIGHT_R);
		if (ret)
			return ret;
	}
	return 0;
}

static int change_span(struct ut_view *view, struct change *change,
		       const struct ut_span *span)
{
	unsigned long addr;
	struct walk walk;
	int ret;

	for (addr = span->start; addr < span->end; addr += PAGE_SIZE) {
		ret = walk_address(addr, &walk);
		if (!ret)
			ret = change_tables(view, change, &walk);
		if (!ret && span->rights)
			ret = change_page(view, change, walk.gfn, span->rights);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Copy as many ranges as one hypercall may take, starting behind *pos; rights
 * are masked.  Advances *pos; the next call continues within a long range.
 */
static unsigned int next_batch(const struct change *change, unsigned int *pos, u32 mask)
{
	unsigned int count = 0, pages = 0;

	while (*pos < change->count && count < UT_RANGES_MAX) {
		const struct ut_range *range = &change->ranges[*pos];

		if (pages + range->npages > UT_RANGE_PAGES_MAX)
			break;
		argument[count] = *range;
		argument[count].rights &= mask;
		pages += range->npages;
		count++;
		(*pos)++;
	}
	return count;
}

static int change_revoke(struct ut_view *view, struct change *change)
{
	unsigned int pos = 0, count;
	int ret = 0;

	while (!ret && (count = next_batch(change, &pos, 0)))
		ret = ut_host_revoke(view->id, argument, count);
	WARN(ret, "undertow: view %u: revoke failed (%d)\n", view->id, ret);
	return ret;
}

static int change_grant(struct ut_view *view, struct change *change)
{
	unsigned int pos = 0, done = 0, count;
	int ret;

	while ((count = next_batch(change, &pos, RIGHTS))) {
		ret = ut_host_grant(view->id, argument, count);
		if (ret) {
			struct change undo = { .ranges = change->ranges, .count = done };

			/* INV-12: then the pages may never be used otherwise. */
			return change_revoke(view, &undo) ? -ENOTRECOVERABLE : ret;
		}
		done = pos;
	}
	return 0;
}

static void change_forget(struct ut_view *view, struct change *change)
{
	unsigned int i;
	u32 page;

	for (i = 0; i < change->count; i++)
		for (page = 0; page < change->ranges[i].npages; page++)
			xa_erase(&view->pages, change->ranges[i].gfn + page);
}

/**
 * ut_view_grant() - Give a view pages, with the page tables that map them
 * @view: restricted or common view
 * @spans: linear addresses and rights
 * @count: number of spans
 *
 * All or nothing.  May sleep.
 *
 * Return: 0; -EINVAL writable and executable; -EEXIST page is there already;
 * -EACCES against INV-3; -EFAULT not mapped; -ENOMEM; -ENOTRECOVERABLE the pages
 * may still be reachable and must be leaked; or the host's error.
 */
int ut_view_grant(struct ut_view *view, const struct ut_span *spans, unsigned int count)
{
	struct change change = {};
	unsigned int i;
	int ret = 0;

	mutex_lock(&views_lock);
	for (i = 0; i < count && !ret; i++) {
		/* INV-3 within one view. */
		if (spans[i].rights & UT_RIGHT_W && spans[i].rights & UT_RIGHT_X)
			ret = -EINVAL;
		else
			ret = change_span(view, &change, &spans[i]);
	}
	if (!ret)
		ret = change_grant(view, &change);
	if (ret)
		change_forget(view, &change);
	mutex_unlock(&views_lock);
	kfree(change.ranges);
	return ret;
}

/* What was allowed before may have to become writable too. */
static int allow_locked(struct ut_view *view, unsigned long addr, u32 rights)
{
	const struct ut_span span = { addr & PAGE_MASK, (addr & PAGE_MASK) + PAGE_SIZE, rights };
	u64 gfn = ut_gfn_of(addr);
	struct change change = {};
	void *known;
	int ret;

	if (!gfn)
		return -EFAULT;
	known = xa_load(&view->pages, gfn);
	if (known && xa_to_value(known) == (UT_RIGHT_R | PAGE_AUDIT)) {
		if (!(rights & UT_RIGHT_W))
			return 0;		/* by another CPU, just now */
		*argument = (struct ut_range) { .gfn = gfn, .npages = 1 };
		ret = ut_host_revoke(view->id, argument, 1);
		if (ret)
			return ret;
		xa_erase(&view->pages, gfn);
	} else if (known && xa_to_value(known) & PAGE_AUDIT) {
		return 0;
	}
	ret = change_span(view, &change, &span);
	if (!ret)
		ret = change_grant(view, &change);
	if (ret)
		change_forget(view, &change);
	else
		xa_store(&view->pages, gfn, xa_mk_value(rights | PAGE_AUDIT), GFP_KERNEL);
	kfree(change.ranges);
	return ret;
}

/**
 * ut_view_allow() - Give a view a page that it was denied, for policy audit
 * @view: restricted view
 * @addr: in the page
 * @rights: UT_RIGHT_R, with or without UT_RIGHT_W
 *
 * May sleep.  Return: as ut_view_grant().
 */
int ut_view_allow(struct ut_view *view, unsigned long addr, u32 rights)
{
	int ret;

	mutex_lock(&views_lock);
	ret = allow_locked(view, addr, rights);
	mutex_unlock(&views_lock);
	return ret;
}

static int overlay_locked(struct ut_view *view, unsigned long addr, const void *content)
{
	u64 gfn = ut_gfn_of(addr);
	int ret;

	if (!gfn)
		return -EFAULT;
	ret = page_record(view, gfn, UT_RIGHT_R | PAGE_OVERLAY);
	if (ret)
		return ret;
	memcpy(overlay_source, content, PAGE_SIZE);
	ret = ut_host_overlay(view->id, gfn, __pa(overlay_source) >> PAGE_SHIFT);
	if (ret)
		xa_erase(&view->pages, gfn);
	return ret;
}

/**
 * ut_view_overlay() - Show other content at an address of a view, read-only
 * @view: restricted or common view
 * @addr: mapped page; grant its page tables with a span of rights 0
 * @content: PAGE_SIZE bytes, copied
 */
int ut_view_overlay(struct ut_view *view, unsigned long addr, const void *content)
{
	int ret;

	mutex_lock(&views_lock);
	ret = overlay_locked(view, addr, content);
	mutex_unlock(&views_lock);
	return ret;
}

/* INV-4: what a gate compares to learn which view it runs in. */
static int view_show_number(struct ut_view *view)
{
	struct state *page = (struct state *)get_zeroed_page(GFP_KERNEL);
	int ret;

	if (!page)
		return -ENOMEM;
	*page = ut_state.state;
	page->view = view->id;
	ret = ut_view_overlay(view, (unsigned long)&ut_state, page);
	free_page((unsigned long)page);
	return ret;
}

static void view_init(struct ut_view *view, u32 id)
{
	view->id = id;
	xa_init(&view->pages);
	mutex_lock(&views_lock);
	list_add_tail(&view->link, &views);
	mutex_unlock(&views_lock);
}

static void view_deinit(struct ut_view *view)
{
	mutex_lock(&views_lock);
	list_del(&view->link);
	mutex_unlock(&views_lock);
	xa_destroy(&view->pages);
}

/* Create a restricted view that holds nothing but its number. */
int ut_view_create(struct ut_view *view)
{
	int ret = ut_host_view_create();

	if (ret < 0)
		return ret;
	view_init(view, ret);
	ret = view_show_number(view);
	if (ret)
		ut_view_destroy(view);
	return ret;
}

/*
 * INV-12: when this returns 0, no vCPU reaches a page of the view any more.  The
 * caller may free the pages only then.
 */
int ut_view_destroy(struct ut_view *view)
{
	int ret = ut_host_view_destroy(view->id);

	WARN(ret, "undertow: view %u: destroy failed (%d)\n", view->id, ret);
	view_deinit(view);
	view->id = 0;
	return ret;
}

int ut_view_seal(struct ut_view *view)
{
	return ut_host_seal(view->id);
}

/*
 * Grant what all restricted views need: the gates of the runtime, and the page
 * tables of the view's number.  Needs a CPU that is enabled.
 */
int ut_common_grant(void)
{
	const unsigned long state = (unsigned long)&ut_state;
	const struct ut_span spans[] = {
		{ (unsigned long)ut_gate_start, (unsigned long)ut_gate_end,
		  UT_RIGHT_R | UT_RIGHT_X | UT_RIGHT_GATE },
		{ state, state + PAGE_SIZE, 0 },
	};

	return ut_view_grant(&ut_common, spans, ARRAY_SIZE(spans));
}

/* Take every page of the common view back.  No other view may exist. */
void ut_common_revoke(void)
{
	unsigned int count = 0;
	unsigned long gfn;
	void *state;
	int ret;

	mutex_lock(&views_lock);
	xa_for_each(&ut_common.pages, gfn, state) {
		argument[count++] = (struct ut_range) { .gfn = gfn, .npages = 1 };
		xa_erase(&ut_common.pages, gfn);
		if (count < UT_RANGES_MAX && !xa_empty(&ut_common.pages))
			continue;
		ret = ut_host_revoke(UT_VIEW_ALL, argument, count);
		WARN(ret, "undertow: common view: revoke failed (%d)\n", ret);
		count = 0;
	}
	mutex_unlock(&views_lock);
}

int ut_views_init(void)
{
	argument = (void *)get_zeroed_page(GFP_KERNEL);
	overlay_source = (void *)get_zeroed_page(GFP_KERNEL);
	if (!argument || !overlay_source) {
		free_page((unsigned long)argument);
		free_page((unsigned long)overlay_source);
		return -ENOMEM;
	}
	view_init(&ut_common, UT_VIEW_ALL);
	return 0;
}

void ut_views_deinit(void)
{
	view_deinit(&ut_common);
	free_page((unsigned long)argument);
	free_page((unsigned long)overlay_source);
}
