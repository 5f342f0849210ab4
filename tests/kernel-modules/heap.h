/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - memory that unmodified code allocates
 *
 * Included in front of the kernel's files: what a domain allocates with
 * kmalloc() or vmalloc() it could not touch, so it gets memory of its heap.
 */
#ifndef HEAP_H
#define HEAP_H

#include <linux/slab.h>
#include <linux/vmalloc.h>

void *kt_alloc(size_t size);
void kt_free(void *memory);

#undef kmalloc
#define kmalloc(size, gfp)	kt_alloc(size)
#undef vmalloc
#define vmalloc(size)		kt_alloc(size)
#define kfree(memory)		kt_free(memory)
#define vfree(memory)		kt_free(memory)

#endif
