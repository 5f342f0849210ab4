/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow linker script - module
 *
 * Places the sections of a module's domains, at the partial link that makes
 * <module>.o out of its files.  A view grants whole pages, so no page may hold
 * two kinds of region, or a region and anything else: regions start and end on
 * page boundaries.  The kernel's module loader keeps the alignment, and the
 * size is a multiple of it, so whatever the loader puts behind starts on
 * another page.
 *
 * Preprocessed by module.mk with UT_DOMAINS(X) defined as X(first) X(second)...
 */

#define UT_PAGE		4096

/*
 * Pages of one kind of region of domain D.  The boundary symbols are in the
 * domain's region map.
 */
#define UT_REGION(KIND, D, TYPE)					\
	.undertow.KIND.D 0 TYPE : ALIGN(UT_PAGE) {			\
		__ut_##D##_##KIND##_start = .;				\
		*(.undertow.KIND.D)					\
		. = ALIGN(UT_PAGE);					\
		__ut_##D##_##KIND##_end = .;				\
	}

/*
 * Untrusted text and then gates, in one section: distances between them, which
 * are bytes of the text, do not depend on what the module loader does.  Code
 * starts behind its boundary symbol: the kernel would take the boundary for the
 * name of the first function.
 */
#define UT_CODE(KIND, D)						\
		__ut_##D##_##KIND##_start = .;				\
		. += 16;						\
		*(.undertow.KIND.D)					\
		. = ALIGN(UT_PAGE);					\
		__ut_##D##_##KIND##_end = .;

#define UT_TEXT_AND_GATES(D)						\
	.undertow.text.D 0 : ALIGN(UT_PAGE) {				\
		UT_CODE(text, D)					\
		UT_CODE(gate, D)					\
	} =0xcccccccc

/*
 * The region map, one for each file of which only the first counts.  Pages of
 * its own: the domain's view shows other content there.
 */
#define UT_MAP(D)							\
	.undertow.map.D 0 : ALIGN(UT_PAGE) {				\
		*(.undertow.map.D)					\
		. = ALIGN(UT_PAGE);					\
	}

/* INT3 where there is no code: nothing there is worth a jump. */
#define UT_DOMAIN_SECTIONS(D)						\
	UT_TEXT_AND_GATES(D)						\
	UT_REGION(rodata, D, )						\
	UT_REGION(data, D, )						\
	UT_REGION(bss, D, (NOLOAD))						\
	UT_REGION(records, D, )						\
	UT_MAP(D)

/* ld.lld does not concatenate strings: make one of all the words. */
#define UT_STRING(...)	#__VA_ARGS__
#define UT_WORDS(...)	UT_STRING(__VA_ARGS__)

#define UT_ASSERT_PAGES(KIND, D)					\
	ASSERT(SIZEOF(.undertow.KIND.D) % UT_PAGE == 0,			\
	       UT_WORDS(error: .undertow.KIND.D is not a multiple of a page))

#define UT_DOMAIN_ASSERTS(D)						\
	UT_ASSERT_PAGES(text, D);					\
	UT_ASSERT_PAGES(rodata, D);					\
	UT_ASSERT_PAGES(data, D);					\
	UT_ASSERT_PAGES(bss, D);					\
	UT_ASSERT_PAGES(records, D);					\
	UT_ASSERT_PAGES(map, D);

SECTIONS {
	UT_DOMAINS(UT_DOMAIN_SECTIONS)

	/* Data that no view may ever see, on pages of its own. */
	.undertow.critical 0 : ALIGN(UT_PAGE) {
		__ut_critical_start = .;
		*(.undertow.critical)
		. = ALIGN(UT_PAGE);
		__ut_critical_end = .;
	}

	/* Pointers to the maps, one for each file and domain: ut_module_register() */
	.undertow.maps 0 : ALIGN(8) {
		__ut_maps_start = .;
		*(.undertow.maps)
		__ut_maps_end = .;
	}

	/* Untrusted code or data that no domain of the module took. */
	.undertow.unknown 0 : { *(.undertow.*) }
}

UT_DOMAINS(UT_DOMAIN_ASSERTS)
ASSERT(SIZEOF(.undertow.critical) % UT_PAGE == 0,
       "error: .undertow.critical is not a multiple of a page")
ASSERT(SIZEOF(.undertow.maps) % 8 == 0,
       "error: .undertow.maps is not an array of pointers")
ASSERT(SIZEOF(.undertow.unknown) == 0,
       "error: sections of a domain that is not in undertow-domains-<module>")
