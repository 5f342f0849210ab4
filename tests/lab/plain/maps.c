// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - region maps that no plugin made
 *
 * insmod ut_maps.ko defect=NAME registers a hand-made map with that defect;
 * without the parameter the map is correct (the positive control).  The
 * module does not load when the runtime refuses the map.
 *
 *   text (1 page) | gate (1 page) | rodata | data (2 pages) | bss | records
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <undertow/map.h>
#include <undertow/undertow.h>

static char *defect = "none";
module_param(defect, charp, 0400);
MODULE_PARM_DESC(defect, "what is wrong with the map");

/* Pages of code: int3 throughout, and in some of them forbidden bytes. */
#define CODE(name, bytes) \
	".balign 4096\n" ".globl " name "\n" ".type " name ", @function\n" \
	name ":\n" ANNOTATE_NOENDBR bytes ".size " name ", . - " name "\n"
asm(".pushsection .text.maps, \"ax\"\n"
    CODE("maps_text", ".fill 4096, 1, 0xcc\n")
    CODE("maps_gate", ".fill 2000, 1, 0xcc\n maps_reentry:\n" ANNOTATE_NOENDBR ".byte 0x0f, 0x01, 0xd4\n"
		      "jecxz . + 3\n .fill 2090, 1, 0xcc\n")
    CODE("maps_vmfunc", ".fill 1000, 1, 0xcc\n .byte 0x0f, 0x01, 0xd4\n .fill 3093, 1, 0xcc\n")
    /* Hidden in an immediate, at an odd offset. */
    CODE("maps_wrgsbase", ".fill 2001, 1, 0xcc\n .byte 0xb8, 0xf3, 0x0f, 0xae, 0xd8\n"
			  ".fill 2090, 1, 0xcc\n")
    /* Across the boundary of two pages. */
    CODE("maps_split", ".fill 4094, 1, 0xcc\n .byte 0x0f, 0x01, 0xd4\n .fill 4095, 1, 0xcc\n")
    ".popsection\n");
void maps_text(void);
void maps_gate(void);
extern const u8 maps_reentry[];
void maps_vmfunc(void);
void maps_wrgsbase(void);
void maps_split(void);
STACK_FRAME_NON_STANDARD(maps_text);
STACK_FRAME_NON_STANDARD(maps_gate);
STACK_FRAME_NON_STANDARD(maps_vmfunc);
STACK_FRAME_NON_STANDARD(maps_wrgsbase);
STACK_FRAME_NON_STANDARD(maps_split);

static const u8 maps_rodata[PAGE_SIZE] __aligned(PAGE_SIZE) = { 1 };
static u8 maps_data[2 * PAGE_SIZE] __aligned(PAGE_SIZE) = { 1 };
static u8 maps_bss[PAGE_SIZE] __aligned(PAGE_SIZE);
/* Read-only like that of the linker script; made through an alias. */
static const struct ut_record maps_records[PAGE_SIZE / sizeof(struct ut_record)]
	__aligned(PAGE_SIZE) = { { 1 } };
static struct ut_record *records;
/* Alone on its page, so that a region can expose it. */
static u8 map_page[PAGE_SIZE] __aligned(PAGE_SIZE);
static struct ut_map *const map = (struct ut_map *)map_page;
static struct ut_map second_map __aligned(UT_MAP_ALIGN);

enum { TEXT, GATE, RODATA, DATA, BSS, RECORDS, NR };

static struct ut_region region(u32 kind, const void *start, size_t size)
{
	return (struct ut_region){ (unsigned long)start, (unsigned long)start + size, kind };
}

static void make_correct(void)
{
	*map = (struct ut_map){
		.magic = UT_MAP_MAGIC,
		.revision = UT_MAP_REVISION,
		.size = sizeof(*map),
		.nr_regions = NR,
		.name = "ut_maps",
		.regions = {
			[TEXT] = region(UT_REGION_TEXT, maps_text, PAGE_SIZE),
			[GATE] = region(UT_REGION_GATE, maps_gate, PAGE_SIZE),
			[RODATA] = region(UT_REGION_RODATA, maps_rodata, PAGE_SIZE),
			[DATA] = region(UT_REGION_DATA, maps_data, 2 * PAGE_SIZE),
			[BSS] = region(UT_REGION_BSS, maps_bss, PAGE_SIZE),
			[RECORDS] = region(UT_REGION_RECORDS, maps_records, PAGE_SIZE),
		},
	};
	records[0] = (struct ut_record){
		(unsigned long)maps_gate, (unsigned long)maps_text,
		(unsigned long)maps_gate, -EFAULT,
	};
	records[1] = (struct ut_record){ (unsigned long)maps_gate, (unsigned long)&kernel_read };
	records[2] = (struct ut_record){ (unsigned long)maps_reentry };
}

static void bad_magic(void) { map->magic ^= 1; }
static void bad_revision(void) { map->revision++; }
static void revision_zero(void) { map->revision = 0; }
static void bad_size(void) { map->size -= 8; }
static void too_many_regions(void) { map->nr_regions = UT_REGIONS_MAX + 1; }
static void huge_count(void) { map->nr_regions = 0xffffffff; }
static void no_regions(void) { map->nr_regions = 0; }
static void already_registered(void) { map->view = 1; }
static void name_empty(void) { map->name[0] = 0; }
static void name_unterminated(void) { memset(map->name, 'a', sizeof(map->name)); }
static void name_with_slash(void) { strscpy(map->name, "../etc", sizeof(map->name)); }
static void name_with_newline(void) { strscpy(map->name, "ab\ncd", sizeof(map->name)); }
static void kind_zero(void) { map->regions[BSS].kind = 0; }
static void kind_unknown(void) { map->regions[BSS].kind = 8; }
static void reserved_set(void) { map->regions[DATA].reserved = 1; }
static void unaligned_start(void) { map->regions[DATA].start += 8; }
static void unaligned_end(void) { map->regions[DATA].end -= 8; }
static void end_before_start(void) { map->regions[DATA].end = map->regions[DATA].start - PAGE_SIZE; }
static void region_wraps(void) { map->regions[DATA].end = -PAGE_SIZE; }

static void overlap(void)
{
	map->regions[BSS] = region(UT_REGION_BSS, maps_data + PAGE_SIZE, PAGE_SIZE);
}

static void overlap_same(void)
{
	map->regions[BSS].start = map->regions[DATA].start;
	map->regions[BSS].end = map->regions[DATA].end;
}

static void foreign_kernel_text(void)
{
	map->regions[TEXT] = region(UT_REGION_TEXT,
				   (void *)((unsigned long)&kernel_read & PAGE_MASK), PAGE_SIZE);
}

static void foreign_kernel_data(void)
{
	map->regions[DATA] = region(UT_REGION_DATA,
				   (void *)((unsigned long)current & PAGE_MASK), PAGE_SIZE);
}

/* The runtime's own memory: another module's. */
static void foreign_module(void)
{
	map->regions[GATE] = region(UT_REGION_GATE,
				   (void *)((unsigned long)&ut_module_register & PAGE_MASK),
				   PAGE_SIZE);
}

static void foreign_user(void)
{
	map->regions[DATA] = region(UT_REGION_DATA, (void *)0x400000UL, PAGE_SIZE);
}

static void foreign_non_canonical(void)
{
	map->regions[DATA] = region(UT_REGION_DATA, (void *)0x8000000000000000UL, PAGE_SIZE);
}

/* Right module, wrong memory: code that can be written, data that can run. */
static void data_in_text(void)
{
	map->regions[DATA] = region(UT_REGION_DATA, maps_vmfunc, PAGE_SIZE);
}

static void text_in_data(void)
{
	map->regions[TEXT] = region(UT_REGION_TEXT, maps_data, PAGE_SIZE);
	map->regions[DATA] = region(UT_REGION_DATA, maps_data + PAGE_SIZE, PAGE_SIZE);
}

static void data_in_rodata(void)
{
	map->regions[DATA] = region(UT_REGION_DATA, maps_rodata, PAGE_SIZE);
	map->regions[RODATA] = region(UT_REGION_RODATA, maps_rodata, 0);
}

static void gate_outside(void) { records[0].gate = (unsigned long)maps_text; }
static void body_outside(void) { records[0].target = (unsigned long)&kernel_read; }
static void body_in_gate(void) { records[0].target = (unsigned long)maps_gate; }
static void resume_outside(void) { records[0].resume = (unsigned long)maps_text; }
static void exit_gate_outside(void) { records[1].gate = (unsigned long)&kernel_read; }
static void exit_to_text(void) { records[1].target = (unsigned long)maps_text; }
static void exit_to_nowhere(void) { records[1].target = 0; }
static void last_record_wrong(void) { records[PAGE_SIZE / sizeof(*records) - 1].error = 1; }

static void reentry_missing(void) { records[2].gate = 0; }
static void reentry_without_vmfunc(void) { records[2].gate++; }

static void reentry_in_text(void)
{
	unsigned long text = (unsigned long)maps_vmfunc;

	OPTIMIZER_HIDE_VAR(text);
	records[2].gate = text + 1000;
}

static void reentry_with_error(void) { records[2].error = -EFAULT; }

static void records_writable(void)
{
	map->regions[RECORDS] = region(UT_REGION_RECORDS, maps_data, PAGE_SIZE);
	map->regions[DATA] = region(UT_REGION_DATA, maps_data + PAGE_SIZE, PAGE_SIZE);
}

static void records_huge(void) { map->regions[RECORDS].end += 1UL << 30; }

static void records_foreign(void)
{
	map->regions[RECORDS] = region(UT_REGION_RECORDS, (void *)0x1000UL, PAGE_SIZE);
}

/* What the runtime believes later must be out of the domain's reach. */
static void map_exposed(void)
{
	map->regions[BSS] = region(UT_REGION_BSS, map_page, PAGE_SIZE);
}

static void map_unaligned(void)
{
	memmove(map_page + UT_MAP_ALIGN / 2, map, sizeof(*map));
}

/* Two maps of one name: see maps_register(). */
static void name_twice(void) { second_map = *map; }

static void text_at(const void *start, size_t size)
{
	map->regions[TEXT] = region(UT_REGION_TEXT, start, size);
	records[0].target = (unsigned long)start;
}

/* The text with other bytes in it, written through an alias. */
static void text_holds(const u8 *bytes, size_t size)
{
	struct page *page = vmalloc_to_page(maps_text);
	u8 *window = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!window)
		return;		/* nothing is wrong with the map then */
	memcpy(window + 1001, bytes, size);
	vunmap(window);
}

#define TEXT_HOLDS(name, ...) \
	static void name(void) \
	{ \
		static const u8 bytes[] = { __VA_ARGS__ }; \
		text_holds(bytes, sizeof(bytes)); \
	}

TEXT_HOLDS(text_with_mov_cr3, 0x0f, 0x22, 0xd8)
TEXT_HOLDS(text_with_wrpkru, 0x0f, 0x01, 0xef)
TEXT_HOLDS(text_with_swapgs, 0x0f, 0x01, 0xf8)
TEXT_HOLDS(text_with_xrstors, 0x48, 0x0f, 0xc7, 0x1a)
TEXT_HOLDS(text_with_xrstor, 0x0f, 0xae, 0x2a)
TEXT_HOLDS(text_with_xrstor64, 0x48, 0x0f, 0xae, 0x6c, 0x24, 0x40)
TEXT_HOLDS(text_with_wrfsbase, 0xf3, 0x0f, 0xae, 0xd0)
/* A segment override, which does nothing, between F3 and REX. */
TEXT_HOLDS(text_with_prefixed_wrgsbase, 0xf3, 0x2e, 0x48, 0x0f, 0xae, 0xdf)
/* No defect: MOV to CR0, CR4, CR8, DR7, LMSW, CLTS, WRMSR, RDGSBASE, LFENCE. */
TEXT_HOLDS(text_that_exits, 0x0f, 0x22, 0xc0, 0x0f, 0x22, 0xe0, 0x44, 0x0f, 0x22, 0xc0,
	   0x0f, 0x23, 0xf8, 0x0f, 0x01, 0xf0, 0x0f, 0x06, 0x0f, 0x30, 0xf3, 0x48, 0x0f, 0xae, 0xc8,
	   0x0f, 0xae, 0xe8)

static void text_with_vmfunc(void) { text_at(maps_vmfunc, PAGE_SIZE); }
static void text_with_wrgsbase(void) { text_at(maps_wrgsbase, PAGE_SIZE); }
static void text_with_split_vmfunc(void) { text_at(maps_split, 2 * PAGE_SIZE); }

#define DEFECT(name) { #name, name }
static const struct {
	const char *name;
	void (*make)(void);
} defects[] = {
	DEFECT(bad_magic), DEFECT(bad_revision), DEFECT(revision_zero), DEFECT(bad_size),
	DEFECT(too_many_regions), DEFECT(huge_count), DEFECT(no_regions),
	DEFECT(already_registered), DEFECT(name_empty), DEFECT(name_unterminated),
	DEFECT(name_with_slash), DEFECT(name_with_newline), DEFECT(kind_zero),
	DEFECT(kind_unknown), DEFECT(reserved_set), DEFECT(unaligned_start),
	DEFECT(unaligned_end), DEFECT(end_before_start), DEFECT(region_wraps), DEFECT(overlap),
	DEFECT(overlap_same), DEFECT(foreign_kernel_text), DEFECT(foreign_kernel_data),
	DEFECT(foreign_module), DEFECT(foreign_user), DEFECT(foreign_non_canonical),
	DEFECT(data_in_text), DEFECT(text_in_data), DEFECT(data_in_rodata),
	DEFECT(gate_outside), DEFECT(body_outside), DEFECT(body_in_gate),
	DEFECT(resume_outside), DEFECT(exit_gate_outside), DEFECT(exit_to_text),
	DEFECT(exit_to_nowhere), DEFECT(last_record_wrong), DEFECT(reentry_missing),
	DEFECT(reentry_without_vmfunc), DEFECT(reentry_in_text), DEFECT(reentry_with_error),
	DEFECT(records_writable), DEFECT(records_huge), DEFECT(records_foreign), DEFECT(map_unaligned),
	DEFECT(map_exposed), DEFECT(name_twice),
	DEFECT(text_with_vmfunc), DEFECT(text_with_wrgsbase), DEFECT(text_with_split_vmfunc),
	DEFECT(text_with_mov_cr3), DEFECT(text_with_wrpkru),
	DEFECT(text_with_swapgs), DEFECT(text_with_xrstors), DEFECT(text_with_xrstor),
	DEFECT(text_with_xrstor64), DEFECT(text_with_wrfsbase),
	DEFECT(text_with_prefixed_wrgsbase), DEFECT(text_that_exits),
};

static struct ut_map *const map_list[] = { (struct ut_map *)map_page, &second_map };
static struct ut_map *const unaligned_list[] = {
	(struct ut_map *)(map_page + UT_MAP_ALIGN / 2),
};

static int __init maps_register(void (*make)(void))
{
	if (make == map_unaligned)
		return ut_module_register(THIS_MODULE, unaligned_list, unaligned_list + 1);
	return ut_module_register(THIS_MODULE, map_list,
				  map_list + (make == name_twice ? 2 : 1));
}

static int __init maps_make(void (*make)(void))
{
	struct page *page = vmalloc_to_page(maps_records);

	records = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	if (!records)
		return -ENOMEM;
	memset(records, 0, PAGE_SIZE);
	make_correct();
	if (make)
		make();
	vunmap(records);
	return maps_register(make);
}

static int __init maps_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(defects); i++)
		if (!strcmp(defect, defects[i].name))
			return maps_make(defects[i].make);
	if (strcmp(defect, "none"))
		return -ENOTTY;		/* not a defect: error of the test */
	return maps_make(NULL);
}
module_init(maps_init);

static void __exit maps_exit(void)
{
	ut_module_unregister(THIS_MODULE);
}
module_exit(maps_exit);

MODULE_DESCRIPTION("Undertow tests: region maps made by hand");
MODULE_LICENSE("GPL");
