// SPDX-License-Identifier: GPL-2.0-only
// No relocated field of a gate can spell an instruction: whatever a gate refers
// to is at a low offset of a page.  Records that would be at a high one are on
// the next page.
// RUN: %python %S/Inputs/reach.py %t.c && %ut-clang -O1 -c %t.c -o %t.o
// RUN: %python %S/Inputs/reach.py --check %t.o
