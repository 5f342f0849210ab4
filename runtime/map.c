// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow runtime - validation of region maps
 *
 * A map comes from a module file: nothing in it is believed.  After
 * ut_map_validate() every region is page aligned, lies in the right kind of
 * the module's own memory, overlaps nothing, and holds no map; each record of
 * a gate refers to the domain's own gates and text; untrusted text has no forbidden
 * instruction at any byte offset.
 */
#define pr_fmt(fmt) "undertow: " fmt

#include <linux/ctype.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <undertow/opcode.h>
#include "runtime.h"

/* Array of pointers in a module; a file has one per source and domain. */
#define MAPS_MAX	4096

#define map_err(mod, map, fmt, ...) \
	pr_err("%s: error: domain %s: " fmt "\n", (mod)->name, (map)->name, ##__VA_ARGS__)

static const char *const kind_names[] = {
	[UT_REGION_TEXT]	= "text",
	[UT_REGION_GATE]	= "gate",
	[UT_REGION_RODATA]	= "rodata",
	[UT_REGION_DATA]	= "data",
	[UT_REGION_BSS]		= "bss",
	[UT_REGION_CRITICAL]	= "critical",
	[UT_REGION_RECORDS]	= "records",
};

static bool is_critical(const struct ut_region *region)
{
	return region->kind == UT_REGION_CRITICAL;
}

static bool range_in(const struct module *mod, enum mod_mem_type type, u64 start, u64 end)
{
	return start < end && within_module_mem_type(start, mod, type) &&
	       within_module_mem_type(end - 1, mod, type);
}

/* Data that lives as long as the module, wherever its linker put it. */
static bool range_in_data(const struct module *mod, u64 start, u64 end)
{
	return range_in(mod, MOD_DATA, start, end) ||
	       range_in(mod, MOD_RODATA, start, end) ||
	       range_in(mod, MOD_RO_AFTER_INIT, start, end);
}

/* Check that a region is in memory that has the protection of its kind. */
static bool region_is_own(const struct module *mod, const struct ut_region *region)
{
	switch (region->kind) {
	case UT_REGION_TEXT:
	case UT_REGION_GATE:
		return range_in(mod, MOD_TEXT, region->start, region->end);
	case UT_REGION_RODATA:
	case UT_REGION_RECORDS:
		return range_in(mod, MOD_RODATA, region->start, region->end);
	case UT_REGION_DATA:
	case UT_REGION_BSS:
		return range_in(mod, MOD_DATA, region->start, region->end);
	default:
		return range_in_data(mod, region->start, region->end);
	}
}

static bool ranges_overlap(u64 start, u64 end, u64 other_start, u64 other_end)
{
	return start < other_end && other_start < end;
}

static bool regions_overlap(const struct ut_region *a, const struct ut_region *b)
{
	return ranges_overlap(a->start, a->end, b->start, b->end);
}

const struct ut_region *ut_map_region(const struct ut_map *map, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < map->nr_regions; i++)
		if (addr >= map->regions[i].start && addr < map->regions[i].end)
			return &map->regions[i];
	return NULL;
}

/* Find a region that gives the domain access to part of a range. */
static const struct ut_region *exposing_region(const struct ut_map *map, u64 start, u64 end)
{
	unsigned int i;

	for (i = 0; i < map->nr_regions; i++) {
		const struct ut_region *region = &map->regions[i];

		if (!is_critical(region) &&
		    ranges_overlap(region->start, region->end, start, end))
			return region;
	}
	return NULL;
}

static int check_region(const struct module *mod, const struct ut_map *map, unsigned int i)
{
	const struct ut_region *region = &map->regions[i];

	if (!region->kind || region->kind >= ARRAY_SIZE(kind_names)) {
		map_err(mod, map, "region %u: unknown kind %u", i, region->kind);
		return -EINVAL;
	}
	if (region->reserved) {
		map_err(mod, map, "region %u (%s): reserved field is %#x, not 0", i,
			kind_names[region->kind], region->reserved);
		return -EINVAL;
	}
	if (!PAGE_ALIGNED(region->start) || !PAGE_ALIGNED(region->end)) {
		map_err(mod, map, "region %u (%s): %#llx-%#llx is not page aligned", i,
			kind_names[region->kind], region->start, region->end);
		return -EINVAL;
	}
	if (region->end < region->start) {
		map_err(mod, map, "region %u (%s): ends at %#llx, before its start %#llx", i,
			kind_names[region->kind], region->end, region->start);
		return -EINVAL;
	}
	if (region->start != region->end && !region_is_own(mod, region)) {
		map_err(mod, map, "region %u (%s): %#llx-%#llx is not %s memory of this module",
			i, kind_names[region->kind], region->start, region->end,
			kind_names[region->kind]);
		return -EFAULT;
	}
	return 0;
}

static int check_overlap(const struct module *mod, const struct ut_map *map, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++) {
		if (!regions_overlap(&map->regions[i], &map->regions[j]))
			continue;
		map_err(mod, map, "region %u (%s) overlaps region %u (%s) at %#llx", i,
			kind_names[map->regions[i].kind], j, kind_names[map->regions[j].kind],
			max(map->regions[i].start, map->regions[j].start));
		return -EEXIST;
	}
	return 0;
}

static int check_regions(const struct module *mod, const struct ut_map *map)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < map->nr_regions && !ret; i++) {
		ret = check_region(mod, map, i);
		if (!ret)
			ret = check_overlap(mod, map, i);
	}
	return ret;
}

/*
 * The critical region is the module's, so all its maps have the same one;
 * everything else belongs to one domain.
 */
static bool may_share(const struct ut_region *a, const struct ut_region *b)
{
	return is_critical(a) && is_critical(b);
}

static int check_other(const struct module *mod, const struct ut_map *map,
		       const struct ut_map *other)
{
	unsigned int i, j;

	if (!strcmp(map->name, other->name)) {
		map_err(mod, map, "a domain of this name exists");
		return -EEXIST;
	}
	for (i = 0; i < map->nr_regions; i++) {
		for (j = 0; j < other->nr_regions; j++) {
			if (!regions_overlap(&map->regions[i], &other->regions[j]) ||
			    may_share(&map->regions[i], &other->regions[j]))
				continue;
			map_err(mod, map, "region %u (%s) overlaps region %u of domain %s", i,
				kind_names[map->regions[i].kind], j, other->name);
			return -EEXIST;
		}
	}
	return 0;
}

static int check_others(const struct module *mod, const struct ut_map *map)
{
	unsigned int view;
	int ret = 0;

	for (view = 1; view <= UT_VIEW_MAX && !ret; view++) {
		struct ut_domain *other = ut_domain_by_view(view);

		if (other)
			ret = check_other(mod, map, &other->copy);
	}
	return ret;
}

static bool is_in(const struct ut_map *map, u64 addr, u32 kind)
{
	const struct ut_region *region = ut_map_region(map, addr);

	return region && region->kind == kind;
}

static bool is_entry(const struct ut_map *map, const struct ut_record *record)
{
	return is_in(map, record->resume, UT_REGION_GATE) &&
	       is_in(map, record->target, UT_REGION_TEXT);
}

/* INV-2: a target in untrusted text would run in the full view. */
static bool is_exit(const struct ut_map *map, const struct ut_record *record)
{
	return !record->resume && record->target &&
	       !is_in(map, record->target, UT_REGION_TEXT);
}

/* Is it, and does it start with VMFUNC (SDM, "VMFUNC": 0F 01 D4)? */
static bool is_reentry(const struct ut_map *map, const struct ut_record *record)
{
	static const u8 vmfunc[] = { 0x0f, 0x01, 0xd4 };

	return !record->resume && !record->target && !record->error &&
	       is_in(map, record->gate + sizeof(vmfunc), UT_REGION_GATE) &&
	       !memcmp((const void *)record->gate, vmfunc, sizeof(vmfunc));
}

static int check_record(const struct module *mod, const struct ut_map *map,
			const struct ut_record *record)
{
	if (!memchr_inv(record, 0, sizeof(*record)))
		return 0;
	if (is_in(map, record->gate, UT_REGION_GATE) &&
	    (is_entry(map, record) || is_exit(map, record) || is_reentry(map, record)))
		return 0;
	map_err(mod, map, "gate record %pS: gate %#llx, target %#llx or resume %#llx is wrong",
		record, record->gate, record->target, record->resume);
	return -EFAULT;
}

static int check_records(const struct module *mod, const struct ut_map *map)
{
	const struct ut_region *region = ut_map_find(map, UT_REGION_RECORDS);
	const struct ut_record *record, *end;
	bool has_entry = false;
	int ret = 0;

	if (!region)
		return 0;
	end = (const struct ut_record *)region->end;
	for (record = (const struct ut_record *)region->start; record < end && !ret; record++) {
		ret = check_record(mod, map, record);
		has_entry |= record->resume;
	}
	if (!ret && has_entry && !ut_map_reentry(map)) {
		map_err(mod, map, "no reentry gate in its records");
		ret = -EFAULT;
	}
	return ret;
}

/**
 * ut_map_reentry() - Find where a domain is entered again behind an interrupt
 * @map: a map whose records are valid
 *
 * Return: address of the first reentry gate, or 0.
 */
unsigned long ut_map_reentry(const struct ut_map *map)
{
	const struct ut_region *region = ut_map_find(map, UT_REGION_RECORDS);
	const struct ut_record *record, *end;

	if (!region)
		return 0;
	end = (const struct ut_record *)region->end;
	for (record = (const struct ut_record *)region->start; record < end; record++)
		if (record->gate && !record->target)
			return record->gate;
	return 0;
}

/**
 * ut_map_entry() - Find the entry gate that goes on at an address
 * @map: a validated map
 * @resume: what an entry frame has at UT_FRAME_RESUME
 *
 * Return: its record, or NULL.
 */
const struct ut_record *ut_map_entry(const struct ut_map *map, unsigned long resume)
{
	const struct ut_region *region = ut_map_find(map, UT_REGION_RECORDS);
	const struct ut_record *record, *end;

	if (!region || !resume)
		return NULL;
	end = (const struct ut_record *)region->end;
	for (record = (const struct ut_record *)region->start; record < end; record++)
		if (record->resume == resume)
			return record;
	return NULL;
}

static int check_text(const struct module *mod, const struct ut_map *map,
		      const struct ut_region *region)
{
	const u8 *pos = (const u8 *)region->start;
	const u8 *end = (const u8 *)region->end;
	const char *name;

	for (; pos < end; pos++) {
		name = ut_opcode_forbidden(pos, end - pos);
		if (name) {
			map_err(mod, map, "forbidden instruction %s at %pS", name, pos);
			return -ENOEXEC;
		}
	}
	return 0;
}

/**
 * ut_gates_scan() - Check that gates contain no instruction but their own
 * @owner: name for the message
 * @start: first byte
 * @end: behind the last
 */
int ut_gates_scan(const char *owner, const u8 *start, const u8 *end)
{
	const u8 *pos;
	const char *name;

	for (pos = start; pos < end; pos++) {
		name = ut_opcode_forbidden_in_gate(pos, end - pos);
		if (name) {
			pr_err("%s: error: gate at %pS: unintended instruction %s\n", owner, pos,
			       name);
			return -ENOEXEC;
		}
	}
	return 0;
}

static int check_texts(const struct module *mod, const struct ut_map *map)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < map->nr_regions && !ret; i++) {
		const struct ut_region *region = &map->regions[i];

		if (region->kind == UT_REGION_TEXT)
			ret = check_text(mod, map, region);
		else if (region->kind == UT_REGION_GATE)
			ret = ut_gates_scan(mod->name, (const u8 *)region->start,
					    (const u8 *)region->end);
	}
	return ret;
}

static bool is_identifier(const char *name)
{
	unsigned int i;

	if (!isalpha(name[0]) && name[0] != '_')
		return false;
	for (i = 1; i < UT_NAME_SIZE && name[i]; i++)
		if (!isalnum(name[i]) && name[i] != '_')
			return false;
	return i < UT_NAME_SIZE;
}

/* Fields that decide whether the rest has a meaning. */
static int check_head(const struct module *mod, const struct ut_map *map)
{
	if (map->magic != UT_MAP_MAGIC) {
		pr_err("%s: error: map %pS: magic is %#x, not %#x\n", mod->name, map,
		       map->magic, UT_MAP_MAGIC);
		return -EINVAL;
	}
	if (map->revision != UT_MAP_REVISION) {
		pr_err("%s: error: map %pS: revision is %u, this runtime knows %u\n", mod->name,
		       map, map->revision, UT_MAP_REVISION);
		return -EPROTO;
	}
	if (map->size != sizeof(*map)) {
		pr_err("%s: error: map %pS: size is %u, not %zu\n", mod->name, map, map->size,
		       sizeof(*map));
		return -EINVAL;
	}
	if (!is_identifier(map->name)) {
		pr_err("%s: error: map %pS: the domain's name is no C identifier\n", mod->name,
		       map);
		return -EINVAL;
	}
	if (!map->nr_regions) {
		map_err(mod, map, "no regions");
		return -EINVAL;
	}
	if (map->nr_regions > UT_REGIONS_MAX) {
		map_err(mod, map, "%u regions, more than %u", map->nr_regions, UT_REGIONS_MAX);
		return -EINVAL;
	}
	if (map->view) {
		map_err(mod, map, "the view is %u before registration, not 0", map->view);
		return -EINVAL;
	}
	return 0;
}

/**
 * ut_map_validate() - Check everything about one map
 * @mod: module that registers it
 * @map: pointer that ut_maps_validate() accepted
 *
 * Logs the first cause of refusal.
 */
int ut_map_validate(const struct module *mod, const struct ut_map *map)
{
	int ret = check_head(mod, map);

	if (!ret)
		ret = check_regions(mod, map);
	if (!ret)
		ret = check_others(mod, map);
	if (!ret)
		ret = check_records(mod, map);
	if (!ret)
		ret = check_texts(mod, map);
	return ret;
}

/* A map or struct module that a domain could change would defeat the rest. */
static int check_exposure(const struct module *mod, const struct ut_map *map,
			  struct ut_map *const *maps, struct ut_map *const *maps_end)
{
	for (; maps < maps_end; maps++)
		if (exposing_region(map, (unsigned long)*maps, (unsigned long)(*maps + 1)))
			goto exposed;
	if (exposing_region(map, (unsigned long)mod, (unsigned long)(mod + 1)))
		goto exposed;
	return 0;
exposed:
	map_err(mod, map, "a region covers a map or the module's descriptor");
	return -EACCES;
}

static int check_pointer(const struct module *mod, const struct ut_map *map)
{
	const unsigned long start = (unsigned long)map;

	if (IS_ALIGNED(start, UT_MAP_ALIGN) && range_in(mod, MOD_DATA, start, start + sizeof(*map)))
		return 0;
	pr_err("%s: error: map %pS is not in writable data of this module, aligned to %u\n",
	       mod->name, map, UT_MAP_ALIGN);
	return -EFAULT;
}

/**
 * ut_maps_validate() - Check the array of maps, and that maps can be read
 * @mod: module that registers them
 * @maps: first pointer
 * @maps_end: behind the last
 */
int ut_maps_validate(const struct module *mod, struct ut_map *const *maps,
		     struct ut_map *const *maps_end)
{
	struct ut_map *const *map;
	int ret;

	if (maps_end < maps || maps_end - maps > MAPS_MAX) {
		pr_err("%s: error: array of maps %pS-%pS is malformed\n", mod->name, maps,
		       maps_end);
		return -E2BIG;
	}
	if (maps != maps_end && !range_in_data(mod, (unsigned long)maps, (unsigned long)maps_end)) {
		pr_err("%s: error: array of maps %pS-%pS is not data of this module\n", mod->name,
		       maps, maps_end);
		return -EFAULT;
	}
	for (map = maps; map < maps_end; map++) {
		ret = check_pointer(mod, *map);
		if (ret)
			return ret;
	}
	for (map = maps; map < maps_end; map++) {
		ret = check_head(mod, *map);
		if (!ret)
			ret = check_exposure(mod, *map, maps, maps_end);
		if (ret)
			return ret;
	}
	return 0;
}
