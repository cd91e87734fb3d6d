/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM buddy_adaptive

#if !defined(_TRACE_BUDDY_ADAPTIVE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_BUDDY_ADAPTIVE_H

#include <linux/tracepoint.h>
#include <trace/events/mmflags.h>

/*
 * What happened to a request: the name of the counter in orderN/ that went up.
 * The numbers are enum ba_counter's.
 */
#define show_ba_verdict(counter)				\
	__print_symbolic(counter,				\
		{ BA_NR_DECLINED,	"declined" },		\
		{ BA_NR_WOULD_DECLINE,	"would_decline" },	\
		{ BA_NR_REFUSED,	"refused" },		\
		{ BA_NR_WOULD_REFUSE,	"would_refuse" },	\
		{ BA_NR_GATED,		"gated" },		\
		{ BA_NR_WOULD_GATE,	"would_gate" },		\
		{ BA_NR_KEPT_CLEAN,	"kept_clean" },		\
		{ BA_NR_WOULD_KEEP_CLEAN, "would_keep_clean" })

#define show_ba_rule(rule)					\
	__print_symbolic(rule,					\
		{ BA_RULE_THRESHOLD,	"threshold" },		\
		{ BA_RULE_RATIO,	"ratio" })

TRACE_DEFINE_ENUM(BA_NR_DECLINED);
TRACE_DEFINE_ENUM(BA_NR_WOULD_DECLINE);
TRACE_DEFINE_ENUM(BA_NR_REFUSED);
TRACE_DEFINE_ENUM(BA_NR_WOULD_REFUSE);
TRACE_DEFINE_ENUM(BA_NR_GATED);
TRACE_DEFINE_ENUM(BA_NR_WOULD_GATE);
TRACE_DEFINE_ENUM(BA_NR_KEPT_CLEAN);
TRACE_DEFINE_ENUM(BA_NR_WOULD_KEEP_CLEAN);
TRACE_DEFINE_ENUM(BA_RULE_THRESHOLD);
TRACE_DEFINE_ENUM(BA_RULE_RATIO);

/**
 * buddy_adaptive_decline - a request was judged fragmented
 * @nid: a node that it might have used; this CPU's, when it was judged before
 *	the first try
 * @order: order of the request
 * @gfp: its mask
 * @verdict: what became of it (enum ba_counter)
 * @rule: which rule said so (enum ba_rule)
 * @fragmentation: of that order on that node, 0-100
 * @threshold: what it was held against: percent
 */
TRACE_EVENT(buddy_adaptive_decline,

	TP_PROTO(int nid, unsigned int order, gfp_t gfp, int verdict, int rule,
		 unsigned int fragmentation, unsigned int threshold),

	TP_ARGS(nid, order, gfp, verdict, rule, fragmentation, threshold),

	TP_STRUCT__entry(
		__field(int, nid)
		__field(unsigned int, order)
		__field(unsigned long, gfp)
		__field(int, verdict)
		__field(int, rule)
		__field(unsigned int, fragmentation)
		__field(unsigned int, threshold)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->order = order;
		__entry->gfp = (__force unsigned long)gfp;
		__entry->verdict = verdict;
		__entry->rule = rule;
		__entry->fragmentation = fragmentation;
		__entry->threshold = threshold;
	),

	TP_printk("nid=%d order=%u verdict=%s rule=%s fragmentation=%u threshold=%u gfp_flags=%s",
		  __entry->nid, __entry->order,
		  show_ba_verdict(__entry->verdict),
		  show_ba_rule(__entry->rule),
		  __entry->fragmentation, __entry->threshold,
		  show_gfp_flags(__entry->gfp))
);

/**
 * buddy_adaptive_wake - a refusal asks kcompactd for help
 * @nid: node whose kcompactd is meant
 * @order: order of the request turned away
 * @suppressed: true when the last wake-up was too recent and none was sent
 */
TRACE_EVENT(buddy_adaptive_wake,

	TP_PROTO(int nid, unsigned int order, bool suppressed),

	TP_ARGS(nid, order, suppressed),

	TP_STRUCT__entry(
		__field(int, nid)
		__field(unsigned int, order)
		__field(bool, suppressed)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->order = order;
		__entry->suppressed = suppressed;
	),

	TP_printk("nid=%d order=%u suppressed=%d",
		  __entry->nid, __entry->order, __entry->suppressed)
);

DECLARE_EVENT_CLASS(buddy_adaptive_request,

	TP_PROTO(int nid, unsigned int order, gfp_t gfp, int verdict),

	TP_ARGS(nid, order, gfp, verdict),

	TP_STRUCT__entry(
		__field(int, nid)
		__field(unsigned int, order)
		__field(unsigned long, gfp)
		__field(int, verdict)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->order = order;
		__entry->gfp = (__force unsigned long)gfp;
		__entry->verdict = verdict;
	),

	TP_printk("nid=%d order=%u verdict=%s gfp_flags=%s",
		  __entry->nid, __entry->order,
		  show_ba_verdict(__entry->verdict),
		  show_gfp_flags(__entry->gfp))
);

/**
 * buddy_adaptive_keep_clean - nothing but part of another pageblock is free
 * @nid: node where it is
 * @order: order of the request
 * @gfp: its mask
 * @verdict: whether lever keep clean has kept it from that part (enum
 *	ba_counter)
 */
DEFINE_EVENT(buddy_adaptive_request, buddy_adaptive_keep_clean,
	     TP_PROTO(int nid, unsigned int order, gfp_t gfp, int verdict),
	     TP_ARGS(nid, order, gfp, verdict)
);

/**
 * buddy_adaptive_gate - a costly order has a right to the HighAtomic reserve
 * @nid: the node that is nearest
 * @order: order of the request
 * @gfp: its mask
 * @verdict: whether lever reserve gate has taken it away (enum ba_counter)
 */
DEFINE_EVENT(buddy_adaptive_request, buddy_adaptive_gate,
	     TP_PROTO(int nid, unsigned int order, gfp_t gfp, int verdict),
	     TP_ARGS(nid, order, gfp, verdict)
);

#define show_ba_supply_event(event)				\
	__print_symbolic(event,					\
		{ BA_SUPPLY_RUN,	"run" },		\
		{ BA_SUPPLY_MET,	"met" },		\
		{ BA_SUPPLY_FRUITLESS,	"fruitless" },		\
		{ BA_SUPPLY_YIELDED,	"yielded" },		\
		{ BA_SUPPLY_RECLAIM,	"reclaim" },		\
		{ BA_SUPPLY_LOW,	"low" },		\
		{ BA_SUPPLY_BUDGET,	"budget" },		\
		{ BA_SUPPLY_CHURN,	"churn" },		\
		{ BA_SUPPLY_PAUSED,	"paused" })

TRACE_DEFINE_ENUM(BA_SUPPLY_RUN);
TRACE_DEFINE_ENUM(BA_SUPPLY_MET);
TRACE_DEFINE_ENUM(BA_SUPPLY_FRUITLESS);
TRACE_DEFINE_ENUM(BA_SUPPLY_YIELDED);
TRACE_DEFINE_ENUM(BA_SUPPLY_RECLAIM);
TRACE_DEFINE_ENUM(BA_SUPPLY_LOW);
TRACE_DEFINE_ENUM(BA_SUPPLY_BUDGET);
TRACE_DEFINE_ENUM(BA_SUPPLY_CHURN);
TRACE_DEFINE_ENUM(BA_SUPPLY_PAUSED);

/**
 * buddy_adaptive_supply - lever supply begins, ends or is kept from its work
 * @nid: node
 * @order: the order that falls short the most; 0 when none does any more
 * @event: what happened (enum ba_supply_event)
 * @stock: blocks of that order
 * @target: blocks of that order
 */
TRACE_EVENT(buddy_adaptive_supply,

	TP_PROTO(int nid, unsigned int order, int event, unsigned long stock,
		 unsigned long target),

	TP_ARGS(nid, order, event, stock, target),

	TP_STRUCT__entry(
		__field(int, nid)
		__field(unsigned int, order)
		__field(int, event)
		__field(unsigned long, stock)
		__field(unsigned long, target)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->order = order;
		__entry->event = event;
		__entry->stock = stock;
		__entry->target = target;
	),

	TP_printk("nid=%d order=%u event=%s stock=%lu target=%lu",
		  __entry->nid, __entry->order,
		  show_ba_supply_event(__entry->event),
		  __entry->stock, __entry->target)
);

#endif /* _TRACE_BUDDY_ADAPTIVE_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
