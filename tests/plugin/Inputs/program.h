/* SPDX-License-Identifier: GPL-2.0-only */
unsigned long run(unsigned long seed);
