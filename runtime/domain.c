// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - domains
 *
 * Registration creates one restricted view per map, with its stacks and heap;
 * unregistration destroys the view before any of its memory is freed (INV-12).
 * Each stack is in exactly one place: the pool, the slot of a CPU (also during a
 * call), or only in the entry frame of a call that an exit gate or an interrupt
 * left.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>
#include <asm/current.h>
#include <asm/page_types.h>
#include "runtime.h"

#define STACK_SIZE	UT_STACK_SIZE
#define STACKS_MAX	1024
#define LOG_INTERVAL	(5 * HZ)

/*
 * Bytes of the kernel's stack that a call leaves for what comes behind it: one more
 * call into each domain that has a stack on this CPU, which does not come here (112
 * bytes each with arguments in registers), and what handles a violation and logs it.
 */
#define STACK_RESERVE	8192

static unsigned int stacks;
module_param(stacks, uint, 0444);
MODULE_PARM_DESC(stacks, "stacks per domain, which bounds concurrent and nested calls (default: 2 per CPU and 6)");

static unsigned int log_burst = 10;
module_param(log_burst, uint, 0444);
MODULE_PARM_DESC(log_burst, "log lines per domain in 5 seconds (default 10, 0: no limit)");

static const char *const policies[] = {
	[UT_POLICY_DENY] = "deny", [UT_POLICY_KILL] = "kill", [UT_POLICY_AUDIT] = "audit",
};

static int policy_set(const char *value, const struct kernel_param *param)
{
	int policy = sysfs_match_string(policies, value);

	if (policy >= 0)
		*(enum ut_policy *)param->arg = policy;
	return policy < 0 ? policy : 0;
}

static int policy_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%s\n", policies[*(enum ut_policy *)param->arg]);
}

static const struct kernel_param_ops policy_ops = { .set = policy_set, .get = policy_get };
static enum ut_policy policy = UT_POLICY_DENY;
module_param_cb(policy, &policy_ops, &policy, 0444);
MODULE_PARM_DESC(policy, "of new domains for violations: deny (default), kill, audit (no isolation)");

/* Protects registration. */
static DEFINE_MUTEX(domains_lock);
/* No domain is made or destroyed any more. */
static bool is_shut_down;
/* By number of the view.  Read by gates with interrupts off. */
static struct ut_domain *domains[UT_VIEW_MAX + 1];
/* The same, for entry.S: where each domain is entered again. */
unsigned long ut_reentry_gates[UT_VIEW_MAX + 1];

struct ut_domain *ut_domain_by_view(u32 view)
{
	return view <= UT_VIEW_MAX ? READ_ONCE(domains[view]) : NULL;
}

/* Not by the number in the map, which a killed domain has not any more. */
struct ut_domain *ut_domain_by_map(const struct ut_map *map)
{
	unsigned int view;

	for (view = 1; view <= UT_VIEW_MAX; view++) {
		struct ut_domain *domain = READ_ONCE(domains[view]);

		if (domain && domain->map == map)
			return domain;
	}
	return NULL;
}

/* Find the domain that owns a region of this kind around an address. */
struct ut_domain *ut_domain_by_address(unsigned long addr, u32 kind)
{
	const struct ut_region *region;
	unsigned int view;

	for (view = 1; view <= UT_VIEW_MAX; view++) {
		struct ut_domain *domain = READ_ONCE(domains[view]);

		region = domain ? ut_map_region(&domain->copy, addr) : NULL;
		if (region && region->kind == kind)
			return domain;
	}
	return NULL;
}

static unsigned long pool_pop(struct ut_domain *domain)
{
	unsigned long stack = 0, flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	if (domain->nr_free)
		stack = domain->free[--domain->nr_free];
	raw_spin_unlock_irqrestore(&domain->lock, flags);
	return stack;
}

static void pool_push(struct ut_domain *domain, unsigned long stack)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&domain->lock, flags);
	if (!WARN_ON_ONCE(domain->nr_free == domain->nr_stacks))
		domain->free[domain->nr_free++] = stack;
	raw_spin_unlock_irqrestore(&domain->lock, flags);
}

/* Take a stack back that is in no slot of a CPU. */
void ut_domain_return_stack(struct ut_domain *domain, unsigned long stack)
{
	pool_push(domain, stack);
}

/* Domains that call each other without end must find one before the kernel's stack. */
static bool is_kernel_stack_short(void)
{
	unsigned long here = current_stack_pointer;
	unsigned long bottom = (unsigned long)task_stack_page(current);

	if (here - bottom >= THREAD_SIZE)
		bottom = ut_irq_stack_bottom(here);
	return here - bottom < STACK_RESERVE;
}

static long take(u32 view, unsigned long *stack)
{
	struct ut_domain *domain = view ? ut_domain_by_view(view) : NULL;
	struct ut_cpu *cpu = this_cpu_ptr(&ut_cpu);
	int ret;

	if (!domain || READ_ONCE(domain->dead))
		return -ENODEV;
	if (!cpu->enabled)
		return -ENXIO;
	ret = ut_adopt_cr3();
	if (ret)
		return ret;
	if (!cpu->stacks[view] && !is_kernel_stack_short())
		cpu->stacks[view] = pool_pop(domain);
	*stack = cpu->stacks[view];
	if (*stack)
		return 0;
	atomic_long_inc(&domain->busy);
	return -EBUSY;
}

/*
 * C half of ut_gate_slow().  A function whose error value is no errno (a
 * pointer, bool, structure or unsigned one) returns its own instead of the
 * cause.
 */
struct ut_taken ut_gate_take(u32 view, unsigned long resume)
{
	struct ut_domain *domain = ut_domain_by_view(view);
	const struct ut_record *gate = domain ? ut_map_entry(&domain->copy, resume) : NULL;
	struct ut_taken taken = {};

	taken.error = take(view, &taken.stack);
	if (taken.error && gate && (s32)gate->error >= 0)
		taken.error = gate->error;
	return taken;
}

/*
 * C half of ut_exit_slow() and ut_resume.  A call that ran on this CPU meanwhile left its
 * stack in the slot that this call's own needs.
 */
int ut_exit_reenter(u32 view)
{
	struct ut_domain *domain = view ? ut_domain_by_view(view) : NULL;
	struct ut_cpu *cpu = this_cpu_ptr(&ut_cpu);
	int ret;

	if (!domain || READ_ONCE(domain->dead))
		return -ENODEV;
	if (!cpu->enabled)
		return -ENXIO;
	ret = ut_adopt_cr3();
	if (!ret && cpu->stacks[view]) {
		pool_push(domain, cpu->stacks[view]);
		cpu->stacks[view] = 0;
	}
	return ret;
}

/* Empty the slot of a CPU, which is in no call of this domain now. */
static void purge(struct ut_domain *domain, unsigned int number)
{
	unsigned long stack = xchg(&per_cpu(ut_cpu, number).stacks[domain->view.id], 0);

	if (stack)
		pool_push(domain, stack);
}

void ut_domains_purge_cpu(unsigned int number)
{
	unsigned int view;

	for (view = 1; view <= UT_VIEW_MAX; view++) {
		struct ut_domain *domain = READ_ONCE(domains[view]);

		if (domain)
			purge(domain, number);
	}
}

/* Stacks of the pool and of CPUs; those of calls that run now count as free. */
unsigned int ut_domain_free_stacks(struct ut_domain *domain)
{
	unsigned int count = READ_ONCE(domain->nr_free), number;

	for_each_possible_cpu(number)
		count += !!READ_ONCE(per_cpu(ut_cpu, number).stacks[domain->view.id]);
	return count;
}

/* Below each stack there is the guard of another vmalloc area, or nothing. */
static int allocate_stacks(struct ut_domain *domain)
{
	unsigned int count = stacks ?: 2 * nr_cpu_ids + 6;

	count = clamp(count, 1u, STACKS_MAX);
	domain->stacks = kcalloc(count, sizeof(*domain->stacks), GFP_KERNEL);
	domain->free = kcalloc(count, sizeof(*domain->free), GFP_KERNEL);
	if (!domain->stacks || !domain->free)
		return -ENOMEM;
	while (domain->nr_stacks < count) {
		void *stack = vzalloc(STACK_SIZE);

		if (!stack)
			return -ENOMEM;
		domain->stacks[domain->nr_stacks++] = stack;
		domain->free[domain->nr_free++] = (unsigned long)stack + STACK_SIZE;
	}
	return 0;
}

static void free_stacks(struct ut_domain *domain)
{
	while (domain->nr_stacks)
		vfree(domain->stacks[--domain->nr_stacks]);
	kfree(domain->stacks);
	kfree(domain->free);
}

static unsigned long event_page(const struct ut_domain *domain, unsigned int cpu)
{
	return (unsigned long)domain->events + cpu * PAGE_SIZE;
}

/* Events of the view go to its own page on each CPU, also of CPUs to come. */
static int show_events(struct ut_domain *domain)
{
	unsigned int cpu;
	int ret = 0;

	for_each_possible_cpu(cpu) {
		/* First: a process may be in the view at once. */
		per_cpu(ut_cpu, cpu).events[domain->view.id] = event_page(domain, cpu);
		ret = ut_view_show_tss(&domain->view, cpu, event_page(domain, cpu));
		if (ret)
			break;
	}
	return ret;
}

static u32 region_rights(u32 kind)
{
	switch (kind) {
	case UT_REGION_TEXT:
		return UT_RIGHT_R | UT_RIGHT_X;
	case UT_REGION_GATE:
		return UT_RIGHT_R | UT_RIGHT_X | UT_RIGHT_GATE;
	case UT_REGION_RODATA:
	case UT_REGION_RECORDS:
		return UT_RIGHT_R;
	case UT_REGION_DATA:
	case UT_REGION_BSS:
		return UT_RIGHT_R | UT_RIGHT_W;
	default:
		return 0;
	}
}

/* One change for all regions and stacks: few hypercalls. */
static int grant_all(struct ut_domain *domain)
{
	unsigned int room = domain->copy.nr_regions + domain->nr_stacks + 2, count = 0, i;
	unsigned long map = (unsigned long)domain->map & PAGE_MASK;
	struct ut_span *spans = kcalloc(room, sizeof(*spans), GFP_KERNEL);
	int ret;

	if (!spans)
		return -ENOMEM;
	for (i = 0; i < domain->copy.nr_regions; i++) {
		const struct ut_region *region = &domain->copy.regions[i];

		if (region_rights(region->kind))
			spans[count++] = (struct ut_span) { region->start, region->end,
							    region_rights(region->kind) };
	}
	for (i = 0; i < domain->nr_stacks; i++) {
		unsigned long start = (unsigned long)domain->stacks[i];

		spans[count++] = (struct ut_span) { start, start + STACK_SIZE,
						    UT_RIGHT_R | UT_RIGHT_W };
	}
	spans[count++] = (struct ut_span) { event_page(domain, 0), event_page(domain, nr_cpu_ids),
					    UT_RIGHT_R | UT_RIGHT_W };
	/* For the overlay. */
	spans[count++] = (struct ut_span) { map, map + PAGE_SIZE, 0 };
	ret = ut_view_grant(&domain->view, spans, count);
	kfree(spans);
	return ret;
}

/* A gate that reads 0 as its view knows that its domain called it. */
static int hide_map(struct ut_domain *domain)
{
	void *zeros = (void *)get_zeroed_page(GFP_KERNEL);
	int ret;

	if (!zeros)
		return -ENOMEM;
	ret = ut_view_overlay(&domain->view, (unsigned long)domain->map & PAGE_MASK, zeros);
	free_page((unsigned long)zeros);
	return ret;
}

static void nothing(void *unused)
{
}

/*
 * A process can be in the view up to its end, so the event pages stay until then,
 * and until the stub that it came out by has run: with interrupts off.
 */
static int drop_view(struct ut_domain *domain)
{
	u32 view = domain->view.id;
	int ret = ut_view_destroy(&domain->view);
	unsigned int cpu;

	on_each_cpu(nothing, NULL, 1);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(ut_cpu, cpu).events[view], 0);
	return ret;
}

static int populate_view(struct ut_domain *domain)
{
	int ret = ut_view_create(&domain->view);

	if (ret)
		return ret;
	ret = grant_all(domain);
	if (!ret)
		ret = hide_map(domain);
	if (!ret)
		ret = show_events(domain);
	if (!ret)
		ret = ut_view_seal(&domain->view);
	if (ret && drop_view(domain))
		ret = -ENOTRECOVERABLE;
	return ret;
}

static void domain_free(struct ut_domain *domain)
{
	ut_heap_deinit(domain);
	free_stacks(domain);
	vfree(domain->events);
	kfree(domain);
}

static struct ut_domain *domain_allocate(struct module *mod, struct ut_map *map)
{
	struct ut_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	domain->map = map;
	domain->copy = *map;
	domain->owner = mod;
	domain->policy = policy;
	raw_spin_lock_init(&domain->lock);
	INIT_LIST_HEAD(&domain->chunks);
	/* An interval of 0 does not limit. */
	ratelimit_state_init(&domain->limit, log_burst ? LOG_INTERVAL : 0, log_burst);
	domain->events = vzalloc(nr_cpu_ids * PAGE_SIZE);
	if (!domain->events || allocate_stacks(domain) || ut_heap_init(domain)) {
		domain_free(domain);
		return NULL;
	}
	return domain;
}

static void policy_announce(const struct ut_domain *domain)
{
	if (domain->policy == UT_POLICY_AUDIT)
		pr_warn("audit: domain %s is NOT isolated: violations are allowed and logged\n",
			domain->copy.name);
}

const char *ut_domain_policy(const struct ut_domain *domain)
{
	return policies[READ_ONCE(domain->policy)];
}

/* What was allowed before stays allowed.  Return: 0, or -EINVAL: no such policy. */
int ut_domain_set_policy(struct ut_domain *domain, const char *name)
{
	int number = sysfs_match_string(policies, name);

	if (number < 0)
		return number;
	WRITE_ONCE(domain->policy, number);
	policy_announce(domain);
	return 0;
}

/*
 * From now on its gates return their errors at once.  Calls that are in the domain
 * end when they are interrupted, or return.  Any context.
 */
void ut_domain_kill(struct ut_domain *domain)
{
	if (xchg(&domain->dead, true))
		return;
	WRITE_ONCE(domain->map->view, 0);
	WRITE_ONCE(ut_reentry_gates[domain->view.id], (unsigned long)ut_resume_dead);
	pr_err("killed domain=%s: its functions fail until the module is loaded again\n",
	       domain->copy.name);
}

static int domain_create(struct module *mod, struct ut_map *map)
{
	struct ut_domain *domain = domain_allocate(mod, map);
	int ret = -ENOMEM;

	if (domain)
		ret = populate_view(domain);
	if (ret) {
		pr_err("%s: error: domain %s: cannot create its view (error %d)\n",
		       mod->name, map->name, ret);
		if (domain && ret != -ENOTRECOVERABLE)
			domain_free(domain);
		return ret;
	}
	policy_announce(domain);
	ut_reentry_gates[domain->view.id] = ut_map_reentry(&domain->copy);
	WRITE_ONCE(domains[domain->view.id], domain);
	ut_debugfs_add(domain);
	/* Gates work from here on. */
	smp_store_release(&map->view, domain->view.id);
	return 0;
}

static void purge_this_cpu(void *domain)
{
	purge(domain, smp_processor_id());
}

/*
 * Return whether no call is in the domain, or waits in a callee of an exit gate
 * or behind an interrupt.  This interrupts those that let it, and waits for the
 * others.
 */
static bool stacks_home(struct ut_domain *domain)
{
	on_each_cpu(purge_this_cpu, domain, 1);
	return !WARN(domain->nr_free != domain->nr_stacks,
		     "undertow: domain %s: %u of %u stacks are in use, leaking it\n",
		     domain->copy.name, domain->nr_stacks - domain->nr_free,
		     domain->nr_stacks);
}

static void domain_destroy(struct ut_domain *domain)
{
	bool home;

	WRITE_ONCE(domain->map->view, 0);
	ut_debugfs_remove(domain);
	/* For gates that read the view before, with interrupts off. */
	synchronize_rcu_expedited();
	home = stacks_home(domain);
	WRITE_ONCE(domains[domain->view.id], NULL);
	WRITE_ONCE(ut_reentry_gates[domain->view.id], (unsigned long)ut_resume_dead);
	/* And for those that look domains up, which do so too. */
	synchronize_rcu_expedited();
	/* INV-12: the module's pages go in any case, so the view must go first. */
	if (!drop_view(domain) && home)
		domain_free(domain);
}

static void forget_cr3(void *unused)
{
	this_cpu_write(ut_cpu.cr3, 0);
}

/*
 * The kernel ends, and another one may get this machine.  Calls may be in domains, or
 * wait behind an interrupt or in the callee of an exit gate, so all memory stays: the
 * former end now, and the others when they want to go on, by the slow path of a CPU
 * that knows no page table.
 */
void ut_domains_shut_down(void)
{
	unsigned int view;
	int ret;

	mutex_lock(&domains_lock);
	is_shut_down = true;
	for (view = 1; view <= UT_VIEW_MAX; view++) {
		if (!domains[view])
			continue;
		WRITE_ONCE(domains[view]->dead, true);
		WRITE_ONCE(domains[view]->map->view, 0);
	}
	/* For gates that read the view before, and then for calls that were interrupted. */
	synchronize_rcu_expedited();
	on_each_cpu(forget_cr3, NULL, 1);
	synchronize_rcu_expedited();
	for (view = 1; view <= UT_VIEW_MAX; view++) {
		ret = domains[view] ? ut_host_view_destroy(view) : 0;
		WARN(ret, "undertow: view %u: destroy failed (%d)\n", view, ret);
	}
	mutex_unlock(&domains_lock);
}

static bool is_duplicate(struct ut_map *const *maps, struct ut_map *const *map)
{
	for (; maps < map; maps++)
		if (*maps == *map)
			return true;
	return false;
}

static int register_maps(struct module *mod, struct ut_map *const *maps,
			 struct ut_map *const *maps_end)
{
	struct ut_map *const *map;
	int ret;

	if (is_shut_down)
		return -ESHUTDOWN;
	ret = ut_maps_validate(mod, maps, maps_end);
	if (ret)
		return ret;
	for (map = maps; map < maps_end; map++) {
		if (is_duplicate(maps, map))
			continue;
		ret = ut_map_validate(mod, *map);
		if (!ret)
			ret = domain_create(mod, *map);
		if (ret)
			return ret;
	}
	return 0;
}

static void unregister_all(struct module *mod)
{
	unsigned int view;

	for (view = 1; view <= UT_VIEW_MAX; view++)
		if (domains[view] && domains[view]->owner == mod)
			domain_destroy(domains[view]);
}

int ut_module_register(struct module *mod, struct ut_map *const *maps,
		       struct ut_map *const *maps_end)
{
	int ret;

	mutex_lock(&domains_lock);
	ret = register_maps(mod, maps, maps_end);
	if (ret)
		unregister_all(mod);
	mutex_unlock(&domains_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(ut_module_register);

void ut_module_unregister(struct module *mod)
{
	mutex_lock(&domains_lock);
	if (!is_shut_down)
		unregister_all(mod);
	mutex_unlock(&domains_lock);
}
EXPORT_SYMBOL_GPL(ut_module_unregister);
