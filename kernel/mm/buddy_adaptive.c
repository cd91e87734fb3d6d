// SPDX-License-Identifier: GPL-2.0
/*
 * buddy_adaptive - judge and steer high-order page allocations
 */

/**
 * DOC: buddy_adaptive overview
 *
 * A request for 2^order contiguous pages can fail although memory is free,
 * because what is free lies in smaller blocks. The share of free memory that
 * an order cannot use is its *fragmentation*::
 *
 *	fragmentation = 100 * (1 - suitable / free)
 *
 * where suitable is the free memory in blocks of at least that order. Take
 * 1000 free pages of which 150 lie in blocks of order 4 and above: order 4
 * has fragmentation 85, which is greater than the default threshold of 80.
 * A request is fragmented when that holds in every zone that it may use and
 * that has room for it; one zone that can serve it is enough to say no.
 *
 * The allocator calls here on both sides of its first look at the free lists::
 *
 *	prepare_alloc_pages()
 *	    buddy_adaptive_refuse()	count; protect, or the study's rules
 *	get_page_from_freelist()	most requests end here
 *	    buddy_adaptive_decline()	judge; decline
 *	__alloc_pages_slowpath()	kswapd, compaction, reclaim
 *	    buddy_adaptive_note_stall()
 *	    buddy_adaptive_note_result()
 *
 * A request is *optional* if it says that it can do without: of an order above
 * PAGE_ALLOC_COSTLY_ORDER, __GFP_NOWARN, and either __GFP_NORETRY or no direct
 * reclaim (ba_classify() has the exceptions). All others are *mandatory*, and
 * outside mode refuse none of them is ever turned away.
 *
 * Observe counts what guard would do. Guard has five levers, two of them pulled
 * by default. *Decline*: an optional request that missed the free lists and is
 * fragmented fails at once, instead of burning direct compaction on a block it
 * has a fallback for, and kcompactd is woken instead. *Supply*: kcompactd makes
 * large blocks before they are asked for. Refuse is the study's pair of rules,
 * which turn away before trying; it is there to compare with.
 *
 * The others say which free block a request may take. *Protect*: an optional
 * one that is not movable does not get one of the last large blocks. *Keep
 * clean*: one of order 1 and above that is __GFP_NOWARN and __GFP_NORETRY does
 * not get part of a pageblock of another type, which would be mixed from then
 * on. *Reserve gate*: orders above PAGE_ALLOC_COSTLY_ORDER neither grow nor use
 * the HighAtomic reserve.
 *
 * Nothing here sleeps, allocates, prints or takes zone->lock on behalf of an
 * allocation. Counters are per CPU. Settings are single words, read with
 * READ_ONCE(); writers are serialised by ba_settings_lock. A decision made
 * while a setting changes uses the old or the new one.
 */

#include <linux/cpuset.h>
#include <linux/crash_dump.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/oom.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/vmstat.h>

#include "internal.h"
#include "buddy_adaptive.h"

#include <trace/events/kmem.h>

#define CREATE_TRACE_POINTS
#include <trace/events/buddy_adaptive.h>

#undef pr_fmt
#define pr_fmt(fmt) "buddy_adaptive: " fmt

static const char * const ba_mode_names[BA_NR_MODES] = {
	[BA_OFF]	= "off",
	[BA_OBSERVE]	= "observe",
	[BA_GUARD]	= "guard",
	[BA_REFUSE]	= "refuse",
};

struct ba_settings ba_settings __read_mostly = {
	.threshold	 = 80,
	.mode		 = CONFIG_BUDDY_ADAPTIVE_DEFAULT_MODE,
	.min_order	 = PAGE_ALLOC_COSTLY_ORDER + 1,
	.ratio_threshold = 200,
	.ratio_min_order = BA_HIGH_ORDER,
	.levers		 = BA_LEVERS_DEFAULT,
};

DEFINE_STATIC_KEY_FALSE(buddy_adaptive_key);
DEFINE_PER_CPU(struct buddy_adaptive_counts, buddy_adaptive_counts);

/* BA_GFP_SCREEN, or 0 in mode refuse, which looks at every request. */
gfp_t buddy_adaptive_screen __read_mostly = BA_GFP_SCREEN;

/* The levers in mode guard, else none. */
unsigned int buddy_adaptive_acting __read_mostly;

/*
 * The smallest order that lever protect looks at, of ba_settings.min_order and the first
 * that may be optional; none in mode refuse, which has rules of its own.
 */
static unsigned int ba_protect_order __read_mostly = NR_PAGE_ORDERS;

/* When kcompactd of a node was last woken, in jiffies. */
static unsigned long ba_last_wake[MAX_NUMNODES];

/* Does this lever turn anyone away, or does it only count? */
static __always_inline bool ba_acts(unsigned int lever)
{
	return READ_ONCE(buddy_adaptive_acting) & lever;
}

/* What ba_classify() must know of the task and the state of the system. */
static __always_inline unsigned int ba_context(void)
{
	unsigned int ctx = 0;

	/* below MAX_RT_PRIO are the real-time and the deadline tasks */
	if ((current->flags & PF_MEMALLOC) || current->prio < MAX_RT_PRIO ||
	    tsk_is_oom_victim(current))
		ctx |= BA_CTX_RESERVES;
	if (gfp_allowed_mask != __GFP_BITS_MASK)
		ctx |= BA_CTX_BOOT;
	if (is_kdump_kernel())
		ctx |= BA_CTX_KDUMP;
	return ctx;
}

/*
 * The flags with which the slow path would look at watermarks on behalf of an
 * optional request, which has no claim to the reserves.
 */
static unsigned int ba_alloc_flags(gfp_t gfp)
{
	unsigned int flags = ALLOC_WMARK_MIN;

	if (!(gfp & (__GFP_DIRECT_RECLAIM | __GFP_NOMEMALLOC)))
		flags |= ALLOC_NON_BLOCK;
	if (IS_ENABLED(CONFIG_CMA) && gfp_migratetype(gfp) == MIGRATE_MOVABLE)
		flags |= ALLOC_CMA;
	return flags;
}

/* A zone's vote on whether a request is fragmented. */
enum ba_vote {
	BA_NO_ROOM,	/* has none: too little memory, of whatever size */
	BA_FINE,
	BA_FRAGMENTED,
};

/**
 * ba_vote - ask a zone by the threshold rule
 * @zone: the zone
 * @gfp: mask of the request, which has no claim to the reserves
 * @order: order of the request
 * @highest: highest zone that the request may use
 * @threshold: 0-100 percent
 *
 * A zone has room when taking the request out of it leaves the min watermark
 * and the lowmem reserve intact: the order-0 part of __zone_watermark_ok(),
 * inline. One without room has no vote; a small ZONE_DMA that nobody may empty
 * would always vote "fine".
 *
 * Return: the vote.
 */
static __always_inline enum ba_vote ba_vote(struct zone *zone, gfp_t gfp,
					    unsigned int order,
					    enum zone_type highest,
					    unsigned int threshold)
{
	/* not zone_page_state(): below zero there is no room either */
	long free = atomic_long_read(&zone->vm_stat[NR_FREE_PAGES]);
	long untouchable = min_wmark_pages(zone) +
			   zone->lowmem_reserve[highest] +
			   ba_unusable_highatomic(zone);

#ifdef CONFIG_UNACCEPTED_MEMORY
	free -= zone_page_state(zone, NR_UNACCEPTED);
#endif
	if (IS_ENABLED(CONFIG_CMA) && gfp_migratetype(gfp) != MIGRATE_MOVABLE)
		untouchable += zone_page_state(zone, NR_FREE_CMA_PAGES);
	if (free <= untouchable + (1L << order))
		return BA_NO_ROOM;
	if (ba_scan_fragmented(ba_zone_counts(zone), order, free, threshold))
		return BA_FRAGMENTED;
	return BA_FINE;
}

/**
 * ba_judge - is a request fragmented, and by which rule?
 * @gfp: its mask
 * @order: its order
 * @zonelist: its zones
 * @nodemask: and the nodes that it may use of them; NULL is all
 * @highest: and the highest of them
 * @missed: after the free lists were tried: the coarse rule counts too, and a
 *	zone that can serve the request now is not fragmented
 * @where: set to a zone that has room, or NULL when none has
 *
 * When no zone has room, memory is short rather than fragmented, and that is
 * reclaim's business.
 *
 * Return: a rule that was broken when each zone with room broke one, else
 * BA_RULE_NONE.
 */
static noinline enum ba_rule
ba_judge(gfp_t gfp, unsigned int order, struct zonelist *zonelist,
	 nodemask_t *nodemask, enum zone_type highest, bool missed,
	 struct zone **where)
{
	unsigned int threshold = READ_ONCE(ba_settings.threshold);
	enum ba_rule rule = BA_RULE_THRESHOLD;
	struct zoneref *z;
	struct zone *zone;

	*where = NULL;
	for_each_zone_zonelist_nodemask(zone, z, zonelist, highest, nodemask) {
		if (!cpuset_zone_allowed(zone, gfp))
			continue;
		if (missed && zone_watermark_ok(zone, order,
						min_wmark_pages(zone), highest,
						ba_alloc_flags(gfp)))
			return BA_RULE_NONE;

		switch (ba_vote(zone, gfp, order, highest, threshold)) {
		case BA_NO_ROOM:
			continue;
		case BA_FINE:
			if (!missed || order < READ_ONCE(ba_settings.ratio_min_order) ||
			    !ba_scan_ratio(ba_zone_counts(zone),
					   READ_ONCE(ba_settings.ratio_threshold)))
				return BA_RULE_NONE;
			rule = BA_RULE_RATIO;
			break;
		case BA_FRAGMENTED:
			break;
		}
		*where = zone;
	}
	return *where ? rule : BA_RULE_NONE;
}

/*
 * ba_judge() before the first try, for a request that may use all nodes: it
 * calls nothing and knows its order, so it needs no register saved and no
 * comparison of orders in the scan.
 */
static __always_inline bool ba_judge_all(gfp_t gfp, const unsigned int order,
					 struct zonelist *zonelist,
					 enum zone_type highest)
{
	unsigned int threshold = READ_ONCE(ba_settings.threshold);
	struct zoneref *z = zonelist->_zonerefs;
	bool fragmented = false;
	struct zone *zone;

	for (; (zone = zonelist_zone(z)); z++) {
		enum ba_vote vote;

		if (zonelist_zone_idx(z) > highest)
			continue;
		vote = ba_vote(zone, gfp, order, highest, threshold);
		if (vote == BA_FINE)
			return false;
		if (vote == BA_FRAGMENTED)
			fragmented = true;
	}
	return fragmented;
}

/* The coarse rule as the study's listing has it: blocks of all zones. */
static bool ba_judge_blocks(unsigned int threshold)
{
	u64 low = 0, high = 0;
	struct zone *zone;
	int order;

	for_each_populated_zone(zone) {
		for (order = 0; order < BA_LOW_ORDERS; order++)
			low += ba_nr_free(ba_zone_counts(zone), order);
		for (order = BA_HIGH_ORDER; order < NR_PAGE_ORDERS; order++)
			high += ba_nr_free(ba_zone_counts(zone), order);
	}
	return ba_ratio_exceeded(low, high, threshold);
}

/*
 * Ask the kcompactd of @zone's node for help, unless that was done within
 * BA_WAKE_INTERVAL_MS or the request allows no reclaim at all: such a caller
 * may hold locks that a wake-up needs.
 */
static void ba_wake_kcompactd(struct zone *zone, gfp_t gfp,
			      unsigned int order, enum zone_type highest)
{
	int nid = zone_to_nid(zone);
	unsigned long last = READ_ONCE(ba_last_wake[nid]);
	unsigned long now = jiffies;
	bool due;

	if (!(gfp & __GFP_RECLAIM))
		return;
	due = ba_wake_due(now, last, msecs_to_jiffies(BA_WAKE_INTERVAL_MS)) &&
	      cmpxchg(&ba_last_wake[nid], last, now) == last;
	buddy_adaptive_count(due ? BA_NR_WAKES : BA_NR_WAKES_SUPPRESSED, order);
	trace_buddy_adaptive_wake(nid, order, !due);
	if (due)
		wakeup_kcompactd(zone->zone_pgdat, order, highest);
}

static noinline void ba_trace(enum ba_counter verdict, enum ba_rule rule,
			      struct zone *zone, gfp_t gfp, unsigned int order)
{
	int nid = zone ? zone_to_nid(zone) : numa_mem_id();
	unsigned int percent = buddy_adaptive_node_fragmentation(nid, order);
	unsigned int limit = READ_ONCE(ba_settings.threshold);

	if (rule == BA_RULE_RATIO)
		limit = READ_ONCE(ba_settings.ratio_threshold);
	trace_buddy_adaptive_decline(nid, order, gfp, verdict, rule, percent,
				     limit);
}

/* Count a verdict of "fragmented" and show it. */
static __always_inline void ba_note(enum ba_counter verdict, enum ba_rule rule,
				    struct zone *zone, gfp_t gfp,
				    unsigned int order)
{
	buddy_adaptive_count(verdict, order);
	if (trace_buddy_adaptive_decline_enabled())
		ba_trace(verdict, rule, zone, gfp, order);
}

/* The request fails here; who traces allocations still has to see it. */
static bool ba_turn_away(gfp_t gfp, unsigned int order)
{
	trace_mm_page_alloc(NULL, order, gfp, gfp_migratetype(gfp));
	return true;
}

/*
 * Mode refuse: the study's rules, coarse then fine, before the free lists are
 * tried. It turns away far more than guard, but nobody who cannot fail.
 */
static noinline bool ba_refuse_as_studied(gfp_t gfp, unsigned int order,
					  struct zonelist *zonelist,
					  nodemask_t *nodemask,
					  enum zone_type highest)
{
	struct zone *zone;

	if (READ_ONCE(ba_settings.mode) != BA_REFUSE)
		return false;
	if (!ba_may_fail(ba_classify(gfp, order, 0, ba_context())))
		return false;

	if (order >= READ_ONCE(ba_settings.ratio_min_order) &&
	    ba_judge_blocks(READ_ONCE(ba_settings.ratio_threshold))) {
		ba_note(BA_NR_REFUSED, BA_RULE_RATIO, NULL, gfp, order);
		return ba_turn_away(gfp, order);
	}
	if (order >= READ_ONCE(ba_settings.min_order) &&
	    ba_judge(gfp, order, zonelist, nodemask, highest, false, &zone)) {
		ba_note(BA_NR_REFUSED, BA_RULE_THRESHOLD, zone, gfp, order);
		ba_wake_kcompactd(zone, gfp, order, highest);
		return ba_turn_away(gfp, order);
	}
	return false;
}

/*
 * Lever protect turns away. The last look at the mask is for the moment in which
 * mode refuse is left: its screen is open to all, and a request that came
 * through it may find the settings of guard behind it.
 */
static noinline bool ba_refuse(gfp_t gfp, unsigned int order)
{
	if (ba_screened(gfp, BA_GFP_SCREEN))
		return false;
	ba_note(BA_NR_REFUSED, BA_RULE_THRESHOLD, NULL, gfp, order);
	return ba_turn_away(gfp, order);
}

/* Lever protect, once memory has been found fragmented: is it for this task? */
static noinline bool ba_protect(gfp_t gfp, unsigned int order)
{
	if (ba_context())
		return false;
	if (ba_acts(BA_LEVER_PROTECT))
		return ba_refuse(gfp, order);
	ba_note(BA_NR_WOULD_REFUSE, BA_RULE_THRESHOLD, NULL, gfp, order);
	return false;
}

/* Lever protect for who may not use all nodes, or asks for a rare order. */
static noinline bool ba_protect_among(gfp_t gfp, unsigned int order,
				      struct zonelist *zonelist,
				      nodemask_t *nodemask,
				      enum zone_type highest)
{
	struct zone *zone;

	/* a policy's first pass: BA_CLASS_FIRST_TRY */
	if (nodemask && nodemask != &cpuset_current_mems_allowed &&
	    !(gfp & __GFP_DIRECT_RECLAIM))
		return false;
	return ba_judge(gfp, order, zonelist, nodemask, highest, false,
			&zone) && ba_protect(gfp, order);
}

/**
 * __buddy_adaptive_refuse - the slow half of buddy_adaptive_refuse()
 * @gfp: mask of the request, which alone did not show that there is nothing
 *	to do
 * @order: its order
 * @zonelist: its zones
 * @nodemask: and the nodes that it may use of them, as a cpuset or a policy
 *	has it; NULL is all
 * @highest: and the highest of them
 *
 * Lever protect: an optional request that is not movable has a fallback in
 * small pages (kvmalloc, a slab's larger order). Fragmented by the threshold,
 * it is turned away although a block may be there, so that the block stays for
 * those who have no fallback. The inline half has classified the mask; the
 * task is looked at last, since memory settles most requests.
 *
 * Return: true when the request must fail now.
 */
bool __buddy_adaptive_refuse(gfp_t gfp, unsigned int order,
			     struct zonelist *zonelist, nodemask_t *nodemask,
			     enum zone_type highest)
{
	bool fragmented;

	if (order < READ_ONCE(ba_protect_order))
		return ba_refuse_as_studied(gfp, order, zonelist, nodemask,
					    highest);
	if (nodemask)
		return ba_protect_among(gfp, order, zonelist, nodemask,
					highest);
	/* the most frequent one first: not all kernels have jump tables */
	if (likely(order == 4))
		return ba_judge_all(gfp, 4, zonelist, highest) &&
		       ba_protect(gfp, order);
	switch (order) {
	case 5:
		fragmented = ba_judge_all(gfp, 5, zonelist, highest);
		break;
	case 6:
		fragmented = ba_judge_all(gfp, 6, zonelist, highest);
		break;
	case 7:
		fragmented = ba_judge_all(gfp, 7, zonelist, highest);
		break;
	case 8:
		fragmented = ba_judge_all(gfp, 8, zonelist, highest);
		break;
	case 9:
		fragmented = ba_judge_all(gfp, 9, zonelist, highest);
		break;
	default:
		return ba_protect_among(gfp, order, zonelist, nodemask,
					highest);
	}
	return fragmented && ba_protect(gfp, order);
}

/**
 * __buddy_adaptive_decline - the slow half of buddy_adaptive_decline()
 * @gfp: mask of the request
 * @order: its order
 * @zonelist: its zones
 * @nodemask: and the nodes that it may use of them
 * @highest: and the highest of them
 *
 * Counts each miss under exactly one of passed, exempt, declined and
 * would_decline, so that these add up to slowpath.
 *
 * Return: true when the request must fail now.
 */
bool __buddy_adaptive_decline(gfp_t gfp, unsigned int order,
			      struct zonelist *zonelist, nodemask_t *nodemask,
			      enum zone_type highest)
{
	unsigned int ctx = ba_context();
	struct zone *zone;
	enum ba_rule rule;

	buddy_adaptive_count(BA_NR_SLOWPATH, order);
	buddy_adaptive_supply_missed(order);
	if (num_node_state(N_MEMORY) > 1)
		ctx |= nodemask ? BA_CTX_NODES | BA_CTX_SOME_NODES : BA_CTX_NODES;
	if (ba_classify(gfp, order, READ_ONCE(ba_settings.min_order), ctx)) {
		buddy_adaptive_count(BA_NR_EXEMPT, order);
		return false;
	}
	rule = ba_judge(gfp, order, zonelist, nodemask, highest, true, &zone);
	if (!rule) {
		buddy_adaptive_count(BA_NR_PASSED, order);
		return false;
	}
	if (!ba_acts(BA_LEVER_DECLINE)) {
		ba_note(BA_NR_WOULD_DECLINE, rule, zone, gfp, order);
		return false;
	}
	ba_note(BA_NR_DECLINED, rule, zone, gfp, order);
	buddy_adaptive_note_again(gfp, order);
	ba_wake_kcompactd(zone, gfp, order, highest);
	return ba_turn_away(gfp, order);
}

/* May lever keep clean keep this request from a block, by its mask and task? */
static bool ba_clean(gfp_t gfp, unsigned int order)
{
	return ba_keeps_clean(gfp, order, pageblock_order) && !ba_context();
}

/* What the lever adds to alloc_flags of such a request. */
static unsigned int ba_clean_flags(gfp_t gfp)
{
	unsigned int flags = 0;

	/* movable pages in another pageblock can be moved out of it again */
	if (gfp_migratetype(gfp) != MIGRATE_MOVABLE)
		flags |= ALLOC_NOTE_STEAL;
	if (ba_acts(BA_LEVER_KEEP_CLEAN))
		flags |= ALLOC_KEEP_CLEAN;
	return flags;
}

/*
 * The first zone with a free block for a request that has just missed the free
 * lists at the same watermark: what has kept it from that block is its type.
 */
static struct zone *ba_other_type(gfp_t gfp, unsigned int order,
				  const struct alloc_context *ac,
				  enum zone_watermarks mark)
{
	/* const since 7.x; only read, by macros that are not const on 6.x */
	nodemask_t *nodemask = (nodemask_t *)ac->nodemask;
	unsigned int flags = ba_alloc_flags(gfp);
	struct zoneref *z;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, z, ac->zonelist,
					ac->highest_zoneidx, nodemask) {
		if (cpuset_zone_allowed(zone, gfp) &&
		    zone_watermark_ok(zone, order, wmark_pages(zone, mark),
				      ac->highest_zoneidx, flags))
			return zone;
	}
	return NULL;
}

/**
 * __buddy_adaptive_stay_clean - the slow half of buddy_adaptive_stay_clean()
 * @gfp: mask of the request
 * @order: its order
 *
 * Return: bits to add to alloc_flags.
 */
unsigned int __buddy_adaptive_stay_clean(gfp_t gfp, unsigned int order)
{
	return ba_clean(gfp, order) ? ba_clean_flags(gfp) : 0;
}

/**
 * __buddy_adaptive_keep_clean - the slow half of buddy_adaptive_keep_clean()
 * @gfp: mask of the request
 * @order: its order
 * @ac: its zones
 *
 * Without the lever the request now takes part of a pageblock of another type,
 * if one is free: that is what the lever would have kept clean.
 *
 * Return: bits to add to alloc_flags.
 */
unsigned int __buddy_adaptive_keep_clean(gfp_t gfp, unsigned int order,
					 const struct alloc_context *ac)
{
	unsigned int flags;
	struct zone *zone;

	if (!ba_clean(gfp, order))
		return 0;
	flags = ba_clean_flags(gfp);
	if (flags & ALLOC_KEEP_CLEAN)
		return flags;
	zone = ba_other_type(gfp, order, ac, WMARK_LOW);
	if (zone) {
		buddy_adaptive_count(BA_NR_WOULD_KEEP_CLEAN, order);
		trace_buddy_adaptive_keep_clean(zone_to_nid(zone), order, gfp,
						BA_NR_WOULD_KEEP_CLEAN);
	}
	return flags;
}

/**
 * __buddy_adaptive_kept_clean - the slow half of buddy_adaptive_kept_clean()
 * @gfp: mask of the request, which ALLOC_KEEP_CLEAN was set for
 * @order: its order
 * @ac: its zones
 *
 * Return: true when the request must fail now.
 */
bool __buddy_adaptive_kept_clean(gfp_t gfp, unsigned int order,
				 const struct alloc_context *ac)
{
	struct zone *zone = ba_other_type(gfp, order, ac, WMARK_MIN);

	if (!zone)
		return false;
	buddy_adaptive_count(BA_NR_KEPT_CLEAN, order);
	trace_buddy_adaptive_keep_clean(zone_to_nid(zone), order, gfp,
					BA_NR_KEPT_CLEAN);
	return true;
}

/**
 * __buddy_adaptive_note_steal - the slow half of buddy_adaptive_note_steal()
 * @page: what was taken; its pageblock has another type by now if all of the
 *	pageblock was claimed
 * @order: order of the request, which is not movable
 */
void __buddy_adaptive_note_steal(const struct page *page, unsigned int order)
{
	if (get_pageblock_migratetype(page) == MIGRATE_MOVABLE)
		buddy_adaptive_count(BA_NR_STEALS, order);
}

/**
 * __buddy_adaptive_gate - the slow half of buddy_adaptive_gate()
 * @gfp: mask of a request that has a right to the HighAtomic reserve
 * @order: its order, above PAGE_ALLOC_COSTLY_ORDER
 *
 * Return: true when it loses that right.
 */
bool __buddy_adaptive_gate(gfp_t gfp, unsigned int order)
{
	bool acts = ba_acts(BA_LEVER_GATE);
	enum ba_counter verdict = acts ? BA_NR_GATED : BA_NR_WOULD_GATE;

	buddy_adaptive_count(verdict, order);
	trace_buddy_adaptive_gate(numa_mem_id(), order, gfp, verdict);
	return acts;
}

/**
 * buddy_adaptive_sum - a counter over all CPUs
 * @counter: which
 * @order: of which order, at most MAX_PAGE_ORDER
 *
 * Over possible CPUs, so that one that goes offline takes nothing with it.
 *
 * Context: any.
 * Return: events since boot.
 */
unsigned long buddy_adaptive_sum(enum ba_counter counter, unsigned int order)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(buddy_adaptive_counts,
					 cpu).count[counter][order]);
	return sum;
}

/**
 * buddy_adaptive_node_fragmentation - fragmentation of a node's memory
 * @nid: node
 * @order: for blocks of this order, at most MAX_PAGE_ORDER
 *
 * The node's zones taken together.
 *
 * Context: any.
 * Return: 0-100.
 */
unsigned int buddy_adaptive_node_fragmentation(int nid, unsigned int order)
{
	u64 suitable = 0, free = 0;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &NODE_DATA(nid)->node_zones[i];
		u64 zone_free;

		if (!populated_zone(zone))
			continue;
		zone_free = zone_page_state(zone, NR_FREE_PAGES);
#ifdef CONFIG_UNACCEPTED_MEMORY
		zone_free -= min_t(u64, zone_free,
				   zone_page_state(zone, NR_UNACCEPTED));
#endif
		suitable += ba_suitable(ba_zone_counts(zone), order, zone_free);
		free += zone_free;
	}
	return ba_fragmentation(suitable, free);
}

/**
 * buddy_adaptive_supplies - is lever supply pulled?
 *
 * Context: any.
 * Return: true when it is, in mode guard.
 */
bool buddy_adaptive_supplies(void)
{
	return ba_acts(BA_LEVER_SUPPLY);
}

/**
 * buddy_adaptive_samples - is demand to be measured?
 *
 * Context: any.
 * Return: true when lever supply is pulled, and in mode observe.
 */
bool buddy_adaptive_samples(void)
{
	return buddy_adaptive_supplies() ||
	       READ_ONCE(ba_settings.mode) == BA_OBSERVE;
}

/* Make what the hooks look at first agree with the settings. */
static void ba_apply(void)
{
	const struct ba_settings *set = &ba_settings;
	bool refuse = set->mode == BA_REFUSE;

	WRITE_ONCE(buddy_adaptive_acting,
		   set->mode == BA_GUARD ? set->levers : 0);
	WRITE_ONCE(ba_protect_order, refuse ? NR_PAGE_ORDERS :
		   max(set->min_order, PAGE_ALLOC_COSTLY_ORDER + 1U));
	WRITE_ONCE(buddy_adaptive_screen,
		   refuse ? (__force gfp_t)0 : BA_GFP_SCREEN);
	if (set->mode == BA_OFF) {
		buddy_adaptive_supply_settle();
		static_branch_disable(&buddy_adaptive_key);
	} else {
		static_branch_enable(&buddy_adaptive_key);
	}
}

/* The log is for the administrator who sets it, not for who allocates. */
static void ba_warn_of_refuse(void)
{
	pr_warn_ratelimited("mode refuse turns away large allocations before they are tried; huge pages may not come back (use it to compare only)\n");
}

static DEFINE_MUTEX(ba_settings_lock);

/**
 * buddy_adaptive_set - change a setting
 * @setting: a member of ba_settings
 * @value: what it is to be, in its range
 *
 * Requests that are under way see the old value or the new one. Where demand is
 * measured, what is asked for after this returns counts as demand.
 *
 * Context: process; sleeps until the sampler has looked at each node, which waits
 * for memory that goes online or offline; and when the mode becomes off, until
 * each kcompactd has left off. Takes ba_settings_lock, but not for the sampler, and
 * text_mutex when the mode goes from or to off.
 */
void buddy_adaptive_set(unsigned int *setting, unsigned int value)
{
	unsigned int old_mode;

	mutex_lock(&ba_settings_lock);
	old_mode = ba_settings.mode;
	WRITE_ONCE(*setting, value);
	ba_apply();
	if (ba_settings.mode == BA_REFUSE && old_mode != BA_REFUSE)
		ba_warn_of_refuse();
	mutex_unlock(&ba_settings_lock);
	buddy_adaptive_supply_apply();
}

static int __init ba_boot_mode(char *name)
{
	int mode = match_string(ba_mode_names, BA_NR_MODES, name);

	if (mode < 0)
		pr_warn("buddy_adaptive=%s: not one of off, observe, guard, refuse; mode stays %s\n",
			name, ba_mode_names[ba_settings.mode]);
	else
		ba_settings.mode = mode;
	return 1;
}
__setup("buddy_adaptive=", ba_boot_mode);

/*
 * Late enough for early boot to be over, so that no hook has to ask whether it
 * is; early enough for the sysctl.* parameters of the command line.
 */
static int __init ba_init(void)
{
	int nid;

	/* the first wake-up is due at once, whatever jiffies starts from */
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		ba_last_wake[nid] = jiffies -
				    2 * msecs_to_jiffies(BA_WAKE_INTERVAL_MS);
	ba_apply();
	buddy_adaptive_supply_apply();
	if (ba_settings.mode == BA_REFUSE)
		ba_warn_of_refuse();
	return 0;
}
late_initcall_sync(ba_init);
