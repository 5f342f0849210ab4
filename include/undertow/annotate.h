/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Undertow annotations - what the author of a module writes
 *
 * Without the plugin every macro expands to nothing and the module is an
 * ordinary one.
 */
#ifndef _UNDERTOW_ANNOTATE_H
#define _UNDERTOW_ANNOTATE_H

#if defined(__has_attribute) && __has_attribute(undertow_untrusted)
/* Function or variable of the module's default domain. */
#define __untrusted		__attribute__((undertow_untrusted))
/* The same, of the domain named by the string literal @domain. */
#define __untrusted_in(domain)	__attribute__((undertow_untrusted(domain)))
/*
 * Trusted function that the default domain, or @domain, may call through a
 * pointer that it is given.  The pointer is valid for everybody.
 */
#define __callback		__attribute__((undertow_callback))
#define __callback_in(domain)	__attribute__((undertow_callback(domain)))
/* Variable that is never granted to any restricted view. */
#define __critical		__attribute__((undertow_critical))
#else
#define __untrusted
#define __untrusted_in(domain)
#define __callback
#define __callback_in(domain)
#define __critical
#endif

#endif /* _UNDERTOW_ANNOTATE_H */
