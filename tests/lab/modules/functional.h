/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow tests - functions on both sides of the boundary
 *
 * domain.c is the untrusted half; a case is a trusted function that calls it.
 */
#ifndef FUNCTIONAL_H
#define FUNCTIONAL_H

#include <linux/types.h>
#include <undertow/annotate.h>

enum colour { COLOUR_RED, COLOUR_GREEN, COLOUR_BLUE = 1000 };
struct link { struct link *next; long value; };
struct digest_ops { u32 (*digest)(u32 seed, u32 rounds); };

/* One function for each type of argument and result */
bool __untrusted back_bool(bool v);
s8 __untrusted back_s8(s8 v);
u8 __untrusted back_u8(u8 v);
s16 __untrusted back_s16(s16 v);
u16 __untrusted back_u16(u16 v);
s32 __untrusted back_s32(s32 v);
u32 __untrusted back_u32(u32 v);
s64 __untrusted back_s64(s64 v);
u64 __untrusted back_u64(u64 v);
void * __untrusted back_pointer(void *v);
enum colour __untrusted back_enum(enum colour v);
void __untrusted back_nothing(long v);
long __untrusted six(s8 a, u16 b, s32 c, u64 d, bool e, long f);
bool __untrusted is_less(long a, long b);
extern long domain_counter __untrusted;

/* Code shapes */
u32 __untrusted digest(u32 seed, u32 rounds);
const char * __untrusted day_name(unsigned int day);
long __untrusted day_number(const char *name);
long __untrusted list_sum(const struct link *head);
long __untrusted relink(struct link *link, struct link *next);
long __untrusted copy_and_compare(char *buffer, size_t size);
long __untrusted recurse(long depth);
extern const struct digest_ops digest_ops;

/* Nesting: the domain calls back into the trusted half */
long __untrusted outer(long value);
long __untrusted middle_fails(long value);
long __untrusted inner(long value);
long __untrusted sleeper(unsigned int ms);
long __untrusted through_pointer(long (*function)(long), long value);
long __untrusted all_out(void);
long __untrusted nest(long depth);
long trusted_middle(long value);
long trusted_middle_fails(long value);
long trusted_sleep(unsigned int ms);
long trusted_six(s8 a, u16 b, s32 c, u64 d, bool e, long f);
s8 trusted_s8(s8 v);
bool trusted_bool(bool v);
void *trusted_pointer(void *v);
long trusted_nest(long depth);

/* Stack traces */
long __untrusted traced(long value);
short __untrusted traced_narrow(long value, int b, int c, int d, int e, int f, short g);
long __untrusted traced_nested(long value);
long trusted_trace(long value);
long trusted_trace_nested(long value);

/* Interrupts */
long __untrusted spin(long rounds);
long __untrusted spin_registers(long rounds);
long __untrusted spin_until_told(long rounds);
/* No interrupt of the guest has it. */
#define FIGURE_VECTOR	0xf1
void __untrusted raise_100(bool really);
long __untrusted window(long depth);
long trusted_window(long depth);
long __untrusted spin_unmasked(long rounds);
long __untrusted machine_check(long value);
void __untrusted scribble(unsigned long *page, unsigned long *trusted, u32 seed);

/* Violations and figures */
long __untrusted touch(const long *address);
void * __untrusted touch_pointer(void *const *address);
bool __untrusted touch_bool(const bool *address);
s32 __untrusted touch_s32(const s32 *address);
void __untrusted touch_void(const long *address);
long __untrusted fill(u8 *buffer, size_t size, u8 value);
void __untrusted null_call(void);
long __untrusted null_six(long a, long b, long c, long d, long e, long f);
long __untrusted leave(long value);
long trusted_null(long value);

/* The cases, by file */
int allow_every_type(const void *data);
int allow_limits_of_types(const void *data);
int allow_six_arguments(const void *data);
int allow_tables_and_strings(const void *data);
int allow_memory_functions(const void *data);
int allow_pointer_to_gate(const void *data);
int allow_recursion(const void *data);
int allow_interrupts_off(const void *data);
int allow_interrupts_in_domain(const void *data);
int allow_machine_check_in_domain(const void *data);
int allow_registers_over_interrupts(const void *data);
int allow_calls_over_interrupted_call(const void *data);
int allow_nmi_at_every_instruction(const void *data);
int allow_event_at_every_instruction(const void *data);
int deny_tampering_with_events(const void *data);
int allow_preemption_in_domain(const void *data);
int allow_no_preemption_in_domain(const void *data);
int allow_migration_in_domain(const void *data);
int run_long_call(const void *data);
int allow_nested_calls(const void *data);
int deny_inside_nested_call(const void *data);
int allow_sleeping_callee(const void *data);
int allow_gate_from_inside(const void *data);
int allow_exit_gate_arguments(const void *data);
int allow_deep_nesting(const void *data);
int allow_stack_trace(const void *data);
int allow_stack_trace_narrow(const void *data);
int allow_stack_trace_nested(const void *data);
int allow_heap(const void *data);
int allow_heap_of_all_sizes(const void *data);
int allow_heap_reuse_is_zeroed(const void *data);
int deny_free_of_what_is_no_allocation(const void *data);
int deny_default_errors(const void *data);
int deny_counted(const void *data);
int deny_caller_stack(const void *data);
int figure_null_call(const void *data);
int figure_six_arguments(const void *data);
int figure_exit_gate(const void *data);
int figure_interrupt_outside(const void *data);
int figure_interrupt_in_domain(const void *data);
int run_100000_calls(const void *data);
int allow_all_cpus(const void *data);
int soak_start(const void *data);
int soak_calls(const void *data);
int soak_stop(const void *data);
void soak_end(void);

#endif
