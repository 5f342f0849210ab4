// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow attacks - forbidden bytes in the domain's text
 *
 * Registration refuses text that holds them at any offset, so they are
 * written afterwards, by trusted code through a mapping of its own: the view
 * and the gates have to hold even if the scan missed something.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/objtool.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/sync_core.h>

#include "attacks.h"

#define SITE_SIZE	32

extern u8 attack_site_start[];

/* RAX and RCX are 0, RDX is the argument, RBX is 0; then the bytes; then return. */
noinline long attack_site(unsigned long rdx)
{
	long result = 0;
	long zero = 0;

	asm volatile(".balign 64\n"
		     ".globl attack_site_start\n"
		     "attack_site_start:\n" ANNOTATE_NOENDBR
		     ".fill 32, 1, 0x90\n"
		     : "+a"(result), "+c"(zero), "+d"(rdx)
		     : "b"(0L), "S"(0L), "D"(0L)
		     : "memory", "cc", "r8", "r9", "r10", "r11");
	return result;
}

int site_write(const u8 *bytes, size_t len)
{
	struct page *page = vmalloc_to_page(attack_site_start);
	u8 *window = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!window)
		return -ENOMEM;
	memset(window + offset_in_page(attack_site_start), 0x90, SITE_SIZE);
	memcpy(window + offset_in_page(attack_site_start), bytes, len);
	vunmap(window);
	sync_core();
	return memcmp(attack_site_start, bytes, len) ? -EIO : 0;
}

/* "mov %rdx, %rax" is welcome. */
int legal_site(void)
{
	static const u8 bytes[] = { 0x48, 0x89, 0xd0 };

	return site_run(bytes, sizeof(bytes), 42) == 42 ? 0 : -EIO;
}

long site_run(const u8 *bytes, size_t len, unsigned long rdx)
{
	long result;
	int err;

	if (len > SITE_SIZE)
		return -E2BIG;
	err = site_write(bytes, len);
	if (err)
		return err;
	result = attack_site(rdx);
	err = site_write(bytes, 0);
	return err ?: result;
}
