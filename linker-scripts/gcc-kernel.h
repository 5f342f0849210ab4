/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow gcc-kernel.h - what the configuration of a kernel says about gcc
 *
 * Included in front of modules that clang builds for a kernel that gcc built
 * (kbuild): the configuration as it would be with clang.
 */
#undef CONFIG_CC_IS_GCC
#define CONFIG_CC_IS_CLANG 1
/* Accesses of per-CPU variables as named address spaces. */
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_USE_X86_SEG_SUPPORT
