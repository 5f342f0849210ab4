/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - the suites; each prints one KTAP document and exits
 */
#ifndef SUITES_H
#define SUITES_H

#include <stddef.h>
#include <stdbool.h>

void suite_attacks(void);
void suite_functional(void);
void suite_constructs(void);
void suite_signatures(void);
void suite_kernel(void);
void suite_differential(void);
void suite_exits(void);
void suite_maps(void);
void suite_lz4(void);
void suite_policy(void);
void suite_moved(void);
void suite_idle(void);
void suite_storm(void);
void suite_domains(void);
void suite_preemption(void);
void suite_cycles(void);
void suite_fuzz(void);
void suite_smp(void);
void suite_soak(void);
void suite_stock(void);
void suite_pti(void);

/* What a suite was called with, as in soak=600; else 0. */
extern long suite_number;

/* Takes none, voluntary and full in a kernel with PREEMPT_DYNAMIC, and only there. */
#define PREEMPT_MODEL	DEBUGFS "/sched/preempt"

/* tests/attacks/ring3: attacks of a process; false with the reason. */
bool ring3_run(const char *name, char *why, size_t size);

/* Load the runtime unless it is there; the suite ends in an error if it fails. */
void need_runtime(void);
void need_module(const char *name, const char *parameters);

#endif
