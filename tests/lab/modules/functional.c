// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - functional cases: what a module author may rely on
 */
#include "testmod.h"
#include "functional.h"

static const struct testmod_case functional_cases[] = {
	{ "allow_every_type", allow_every_type },
	{ "allow_limits_of_types", allow_limits_of_types },
	{ "allow_six_arguments", allow_six_arguments },
	{ "allow_tables_and_strings", allow_tables_and_strings },
	{ "allow_memory_functions", allow_memory_functions },
	{ "allow_pointer_to_gate", allow_pointer_to_gate },
	{ "allow_recursion", allow_recursion },
	{ "allow_interrupts_off", allow_interrupts_off },
	{ "allow_interrupts_in_domain", allow_interrupts_in_domain },
	{ "allow_registers_over_interrupts", allow_registers_over_interrupts },
	{ "allow_calls_over_interrupted_call", allow_calls_over_interrupted_call },
#ifdef CONFIG_X86_MCE
	{ "allow_machine_check_in_domain", allow_machine_check_in_domain },
#endif
	{ "allow_nested_calls", allow_nested_calls },
	{ "deny_inside_nested_call", deny_inside_nested_call },
	{ "allow_sleeping_callee", allow_sleeping_callee },
	{ "allow_gate_from_inside", allow_gate_from_inside },
	{ "allow_exit_gate_arguments", allow_exit_gate_arguments },
	{ "allow_deep_nesting", allow_deep_nesting },
	{ "allow_stack_trace", allow_stack_trace },
	{ "allow_stack_trace_narrow", allow_stack_trace_narrow },
	{ "allow_stack_trace_nested", allow_stack_trace_nested },
	{ "allow_heap", allow_heap },
	{ "allow_heap_of_all_sizes", allow_heap_of_all_sizes },
	{ "allow_heap_reuse_is_zeroed", allow_heap_reuse_is_zeroed },
	{ "deny_free_of_what_is_no_allocation", deny_free_of_what_is_no_allocation },
	{ "deny_default_errors", deny_default_errors },
	{ "deny_counted", deny_counted },
	{ "deny_caller_stack", deny_caller_stack },
	{ "figure_null_call", figure_null_call },
	{ "figure_six_arguments", figure_six_arguments },
	{ "figure_exit_gate", figure_exit_gate },
	{ "figure_interrupt_outside", figure_interrupt_outside },
	{ "figure_interrupt_in_domain", figure_interrupt_in_domain },
	{ "run_100000_calls", run_100000_calls },
	{ "allow_all_cpus", allow_all_cpus },
	{ "allow_nmi_at_every_instruction", allow_nmi_at_every_instruction },
	{ "allow_event_at_every_instruction", allow_event_at_every_instruction },
	{ "deny_tampering_with_events", deny_tampering_with_events },
	{ "allow_preemption_in_domain", allow_preemption_in_domain },
	{ "allow_no_preemption_in_domain", allow_no_preemption_in_domain },
	{ "allow_migration_in_domain", allow_migration_in_domain },
	{ "run_long_call", run_long_call },
	{ "soak_start", soak_start },
	{ "soak_calls", soak_calls },
	{ "soak_stop", soak_stop },
};
TESTMOD_TABLE(functional_cases)

static int __init functional_init(void)
{
	testmod_create();
	return 0;
}
module_init(functional_init);

static void __exit functional_exit(void)
{
	testmod_destroy();
	soak_end();
}
module_exit(functional_exit);

MODULE_DESCRIPTION("Undertow tests: functional cases");
MODULE_LICENSE("GPL");
