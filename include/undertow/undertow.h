/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow runtime interface - what the trusted half of a module may call
 *
 * Implemented by undertow.ko, for kernel code only.  Registration is called by
 * the code that the plugin adds to a module; authors need the heap only.
 * Pass the domain as UT_DOMAIN(name).
 */
#ifndef _UNDERTOW_UNDERTOW_H
#define _UNDERTOW_UNDERTOW_H

#include <linux/types.h>
#include <undertow/map.h>

struct module;

/* Declare the domain @name of this module at file scope, then refer to it. */
#define UT_DECLARE_DOMAIN(name)	extern struct ut_map __ut_map_##name
#define UT_DOMAIN(name)		(&__ut_map_##name)

/**
 * ut_module_register() - Validate the maps of a module and create its domains
 * @mod: the module that registers, whose memory the maps must describe
 * @maps: array of pointers to maps; one pointer may occur more than once
 * @maps_end: first element behind the array
 *
 * May sleep.  Logs one line that names the cause of a failure, after which no
 * domain of the module exists.
 *
 * Return: 0; -EPROTO other revision of the map; -EINVAL a map is malformed;
 * -EFAULT a map refers to memory that is not the module's; -EACCES a region
 * exposes what the runtime or a gate relies on; -EEXIST name or region in use;
 * -ENOEXEC a forbidden instruction in untrusted text or a gate; -E2BIG too many
 * maps; -ENOSPC no free view or over the host's limits; -ENOMEM.
 */
int ut_module_register(struct module *mod, struct ut_map *const *maps,
		       struct ut_map *const *maps_end);

/**
 * ut_module_unregister() - Destroy all domains of a module
 * @mod: the module; no call into its domains may be active any more
 */
void ut_module_unregister(struct module *mod);

/**
 * ut_alloc() - Allocate memory that trusted code and a domain share
 * @domain: UT_DOMAIN(name)
 * @size: bytes, at least 1
 * @gfp: GFP_KERNEL may grow the heap, anything that cannot sleep may not
 *
 * The memory is zeroed.  The domain can change it at any moment: read each
 * value once, then check it.
 *
 * Return: memory aligned to 16 bytes, or NULL.
 */
void *ut_alloc(struct ut_map *domain, size_t size, gfp_t gfp);

/**
 * ut_free() - Return memory of ut_alloc()
 * @domain: the domain given to ut_alloc()
 * @ptr: what ut_alloc() returned, or NULL
 * @size: the size given to ut_alloc()
 *
 * What is no allocation of that size is refused, with a line in the log: code that
 * reads @ptr in memory of the domain gets what the domain wants it to free.  That
 * may be another allocation of the same size, so keep @ptr in trusted memory.
 */
void ut_free(struct ut_map *domain, void *ptr, size_t size);

#endif /* _UNDERTOW_UNDERTOW_H */
