/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Undertow runtime - tracepoints
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM undertow

#if !defined(_UT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _UT_TRACE_H

#include <linux/tracepoint.h>

int ut_event_trace_start(void);
void ut_event_trace_stop(void);

/* An interrupt, NMI, #MC, #DB or #VE in a domain, or a jump to its stub; interrupts are off. */
TRACE_EVENT_FN(undertow_event,
	TP_PROTO(u32 view, u32 vector, unsigned long rip),
	TP_ARGS(view, vector, rip),
	TP_STRUCT__entry(
		__field(u32, view)
		__field(u32, vector)
		__field(unsigned long, rip)
	),
	TP_fast_assign(
		__entry->view = view;
		__entry->vector = vector;
		__entry->rip = rip;
	),
	TP_printk("view=%u vector=%u rip=%pS", __entry->view, __entry->vector,
		  (void *)__entry->rip),
	ut_event_trace_start, ut_event_trace_stop
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
