// SPDX-License-Identifier: GPL-2.0
/*
 * buddy_adaptive: lever supply, large blocks before they are asked for
 *
 * A sampler turns the counters of requests into demand for each node and
 * order, asks the governor for a target, and compares it with the stock: the
 * free blocks that such requests could have now. When stock falls short and
 * nothing speaks against it, kcompactd of the node compacts until stock meets
 * target again.
 *
 * What speaks against it, in this order: memory that churns for other reasons
 * than the demand, so that the work would be undone; kswapd at work; a zone
 * near its watermarks; rounds that brought nothing (a pause, ever longer); the
 * CPU budget. It never reclaims: compaction takes its targets from free memory
 * only.
 *
 * The sampler looks once a second, by a timer that does not wake an idle CPU; twice
 * a second by one that does where a stock is to be held, which anybody may use up;
 * and every 50 ms while there is something to be done or a request misses its block.
 * Where nobody asks for large blocks, kcompactd is left as it is. Mainline's
 * proactive compaction, which knows nothing of demand, rests where we are to hold
 * at least as much in pageblocks as it would make, and keeps to our budget where
 * it does not rest.
 *
 * Only the sampler writes what a governor keeps; only kcompactd writes what a
 * round of work is about. What passes between them is read without locks: who
 * catches it half renewed works once in vain, or a moment too long.
 */

#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched/cputime.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <linux/sysctl.h>
#include <linux/topology.h>
#include <linux/vmstat.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "internal.h"
#include "buddy_adaptive.h"

#include <trace/events/buddy_adaptive.h>

#undef pr_fmt
#define pr_fmt(fmt) "buddy_adaptive: " fmt

/*
 * How often the sampler looks: where no stock is to be held; where one is, as
 * often as proactive compaction; and while it is short.
 */
#define BA_WATCH_MS	1000
#define BA_KEEP_MS	500
#define BA_PACE_MS	50

/**
 * struct ba_governor - sizes the stock for one order on one node
 * @name: for vm.buddy_adaptive_governor
 * @next: takes a sample into account and returns the target in blocks; pure
 */
struct ba_governor {
	const char *name;
	unsigned int (*next)(struct ba_demand *d, const struct ba_sample *s);
};

static unsigned int ba_peak(struct ba_demand *d, const struct ba_sample *s)
{
	return ba_peak_next(d, s);
}

static const struct ba_governor ba_governors[] = {
	{ "peak", ba_peak },
};

static const struct ba_governor *ba_governor = &ba_governors[0];
static unsigned int ba_service_level = 95;
static unsigned int ba_cpu_percent = 10;

/* What memory was like at a look at it, to tell whether it churns. */
struct ba_calm {
	u64 free;		/* pages, those on the lists of CPUs included */
	u64 asked;		/* pages that large requests have ever asked for */
};

/* Where the scanners of a compaction are; all 0 is at the ends of the zone. */
struct ba_place {
	unsigned long migrate_pfn;
	unsigned long free_pfn;
};

struct ba_supply {
	/* the sampler's */
	struct ba_demand demand[NR_PAGE_ORDERS];
	unsigned long requests[NR_PAGE_ORDERS];	/* counted up to the last sample */
	struct ba_budget budget;
	struct ba_calm calm;
	unsigned int short_of;	/* order that falls short the most, or 0 */
	unsigned int short_ms;	/* and since when any does */
	unsigned int waits;	/* BA_SUPPLY_* that keeps kcompactd from it */

	/* between the two */
	unsigned int target[NR_PAGE_ORDERS];
	bool due;		/* sampler to kcompactd: go to work */
	u64 runtime;		/* of kcompactd when the sampler last looked, in ns */
	u64 allowance;		/* how much more it may take from there, in ns */
	unsigned long sampled;	/* when that was, in jiffies */
	unsigned int shortages;	/* counts the times that stock began to fall short */
	unsigned int pause_ms;	/* after a round that brought nothing */
	unsigned long paused;	/* when that began, in jiffies */
	u64 paused_free;	/* what memory was like then */
	u64 paused_slab;

	/* kcompactd's, while it works */
	bool working;
	const struct compact_control *cc;
	u64 zone_need[NR_PAGE_ORDERS];	/* pages that this zone is to hold */
	unsigned int grain;	/* order that its new blocks must have to be of use */
	unsigned int passed_over;	/* pageblocks that cannot have one, in a row */
	u64 end_ns;		/* of its CPU time, no later than which this run ends */
	u64 step_from_ns;	/* its CPU time when the step under way began */
	u64 step_ns;		/* how long the next one may take */
	struct ba_calm run_calm;
	unsigned long looked;	/* for churn, in jiffies */
	enum ba_supply_event stopped;
	/* of the round, which ends when no zone is left to be worked on */
	unsigned int round_order;	/* what it is for; 0 between two rounds */
	unsigned int round_shortage;	/* and which of the shortages */
	u64 stock_before;	/* of that order, when it began */
	u64 taken_before;	/* and what requests had taken out of it, ever */
	u64 scanned;
	unsigned int cost_ms;
	unsigned int zones_done;	/* bit mask: scanned to the end */
	struct ba_place place[MAX_NR_ZONES];	/* where the next run begins */

	/* either's: both tell of budget, churn and reclaim */
	atomic_long_t count[BA_NR_SUPPLY_EVENTS];
};

static struct ba_supply *ba_supplies[MAX_NUMNODES];

/* The zones of a node that count, and up to which reserve: as for a movable request. */
static enum zone_type ba_highest_zone(const pg_data_t *pgdat)
{
	return pgdat->nr_zones - 1;
}

/* Free pages of a zone that requests without a claim to reserves may take. */
static u64 ba_zone_usable(struct zone *zone, enum zone_type highest)
{
	long free = zone_page_state(zone, NR_FREE_PAGES);

#ifdef CONFIG_UNACCEPTED_MEMORY
	free -= zone_page_state(zone, NR_UNACCEPTED);
#endif
	free -= low_wmark_pages(zone) + zone->lowmem_reserve[highest] +
		ba_unusable_highatomic(zone);
	return max(free, 0L);
}

/*
 * Of these, the ones in blocks of @order and above. The HighAtomic reserve is
 * made of such blocks.
 */
static u64 ba_zone_stock(struct zone *zone, unsigned int order,
			 enum zone_type highest)
{
	u64 pages = ba_pages_from(ba_zone_counts(zone), order, MAX_PAGE_ORDER);
	u64 reserved = ba_unusable_highatomic(zone);

	pages -= min(pages, reserved);
	return min(pages, ba_zone_usable(zone, highest));
}

static u64 ba_node_sum(pg_data_t *pgdat, unsigned int order)
{
	enum zone_type highest = ba_highest_zone(pgdat);
	u64 sum = 0;
	int i;

	for (i = 0; i <= highest; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!populated_zone(zone))
			continue;
		sum += order ? ba_zone_stock(zone, order, highest) :
			       ba_zone_usable(zone, highest);
	}
	return sum;
}

static u64 ba_node_usable(pg_data_t *pgdat)
{
	return ba_node_sum(pgdat, 0);
}

static u64 ba_node_stock(pg_data_t *pgdat, unsigned int order)
{
	return ba_node_sum(pgdat, order);
}

/*
 * Pages that the node is to hold in blocks of @order and above: those of all
 * larger targets, too, for a larger block cannot serve twice. No more than 7/8
 * of what there is: the rest is what compaction needs to move pages.
 */
static u64 ba_node_need(const struct ba_supply *s, unsigned int order, u64 usable)
{
	u64 need = 0;

	for (; order <= MAX_PAGE_ORDER; order++)
		need += (u64)READ_ONCE(s->target[order]) << order;
	return min(need, usable / 8 * 7);
}

static bool ba_kswapd_works(pg_data_t *pgdat)
{
	/* it may sleep or wake at any time: a snapshot, no barrier needed */
	return !waitqueue_active(&pgdat->kswapd_wait);
}

/*
 * All that is free. What a migration leaves behind goes to the lists of a CPU
 * first, and comes back from there in one go: to whom counts the free lists
 * alone, compaction looks like somebody who takes and gives.
 */
static u64 ba_node_free(pg_data_t *pgdat)
{
	u64 free = 0;
	int i, cpu;

	for (i = 0; i < pgdat->nr_zones; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!populated_zone(zone))
			continue;
		free += zone_page_state(zone, NR_FREE_PAGES);
		for_each_online_cpu(cpu)
			free += READ_ONCE(per_cpu_ptr(zone->per_cpu_pageset,
						      cpu)->count);
	}
	return free;
}

/* Memory that no compaction moves. */
static u64 ba_node_slab(pg_data_t *pgdat)
{
	return node_page_state_pages(pgdat, NR_SLAB_UNRECLAIMABLE_B) +
	       node_page_state_pages(pgdat, NR_SLAB_RECLAIMABLE_B);
}

static u64 ba_runtime(pg_data_t *pgdat)
{
	struct task_struct *tsk = READ_ONCE(pgdat->kcompactd);

	return tsk ? task_sched_runtime(tsk) : 0;
}

static void ba_event(struct ba_supply *s, int nid, enum ba_supply_event event,
		     unsigned int order)
{
	atomic_long_inc(&s->count[event]);
	trace_buddy_adaptive_supply(nid, order, event,
				    ba_node_stock(NODE_DATA(nid), order) >> order,
				    READ_ONCE(s->target[order]));
}

/* Requests on a CPU. A first try that failed comes again, and is counted then. */
static unsigned long ba_asked(const struct buddy_adaptive_counts *c, unsigned int order)
{
	return READ_ONCE(c->count[BA_NR_REQUESTS][order]) - READ_ONCE(c->again[order]);
}

/* Requests on a CPU that were served at first try. */
static unsigned long ba_got(const struct buddy_adaptive_counts *c, unsigned int order)
{
	return READ_ONCE(c->count[BA_NR_REQUESTS][order]) -
	       READ_ONCE(c->count[BA_NR_SLOWPATH][order]) -
	       READ_ONCE(c->count[BA_NR_REFUSED][order]);
}

/*
 * The node that a CPU has its memory from: its own, or the nearest one where that
 * has none. (cpu_to_mem() is this on architectures with HAVE_MEMORYLESS_NODES.)
 */
static int ba_cpu_node(int cpu)
{
	int nid = cpu_to_mem(cpu);
	struct zone *zone;

	if (node_state(nid, N_MEMORY))
		return nid;
	zone = first_zones_zonelist(node_zonelist(nid, GFP_HIGHUSER_MOVABLE),
				    gfp_zone(GFP_HIGHUSER_MOVABLE), NULL)->zone;
	return zone ? zone_to_nid(zone) : nid;
}

/* @of for all CPUs of a node: memory is asked for where it is near. */
static unsigned long
ba_node_count(int nid, unsigned int order,
	      unsigned long (*of)(const struct buddy_adaptive_counts *c, unsigned int order))
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		if (ba_cpu_node(cpu) == nid)
			sum += of(per_cpu_ptr(&buddy_adaptive_counts, cpu), order);
	return sum;
}

static unsigned long ba_node_requests(int nid, unsigned int order)
{
	return ba_node_count(nid, order, ba_asked);
}

/* Pages that requests of @order and above have ever taken out of the stock. */
static u64 ba_node_taken(int nid, unsigned int order)
{
	u64 taken = 0;

	for (; order <= MAX_PAGE_ORDER; order++)
		taken += (u64)ba_node_count(nid, order, ba_got) << order;
	return taken;
}

/* Has memory churned since the last look, @elapsed_ms ago? This is the next. */
static bool ba_churned(struct ba_calm *c, pg_data_t *pgdat, unsigned int elapsed_ms)
{
	const struct ba_calm before = *c;
	unsigned int order;

	c->free = ba_node_free(pgdat);
	c->asked = 0;
	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
		c->asked += (u64)ba_node_requests(pgdat->node_id, order) << order;
	return ba_churning(c->free, before.free, c->asked - before.asked, elapsed_ms);
}

/* Without limit it is a number that nobody reaches and no sum wraps. */
static u64 ba_allowance(const struct ba_budget *b)
{
	return min_t(u64, ba_budget_left(b, READ_ONCE(ba_cpu_percent)), S64_MAX);
}

/* kcompactd's side */

/**
 * __buddy_adaptive_supply_due - has kcompactd a reason to wake?
 * @nid: its node
 *
 * Context: any; the condition of a wait.
 */
bool __buddy_adaptive_supply_due(int nid)
{
	const struct ba_supply *s = READ_ONCE(ba_supplies[nid]);

	return s && READ_ONCE(s->due);
}

/**
 * __buddy_adaptive_supply_governs - the slow half of buddy_adaptive_supply_governs()
 * @pgdat: node
 * @proactiveness: vm.compaction_proactiveness
 *
 * Context: any.
 */
bool __buddy_adaptive_supply_governs(pg_data_t *pgdat, unsigned int proactiveness)
{
	const struct ba_supply *s = READ_ONCE(ba_supplies[pgdat->node_id]);
	u64 usable;

	if (!s || !READ_ONCE(ba_cpu_percent) || !buddy_adaptive_supplies())
		return false;
	usable = ba_node_usable(pgdat);
	return ba_governs(ba_node_need(s, min_t(unsigned int, pageblock_order, MAX_PAGE_ORDER),
				       usable), usable, proactiveness);
}

/*
 * The end of kcompactd's CPU time, as far as the sampler has seen: it grows when
 * work leaves the window, so one that was seen earlier is on the safe side. On an
 * idle machine that may have been long ago, and the window be empty since.
 */
static u64 ba_end_of_budget(const struct ba_supply *s)
{
	static const struct ba_budget unused;
	unsigned long looked = READ_ONCE(s->sampled);
	u64 allowance = READ_ONCE(s->allowance);

	if (time_after(jiffies, looked + (BA_WINDOW_S + 1) * HZ))
		allowance = ba_allowance(&unused);
	return READ_ONCE(s->runtime) + allowance;
}

/*
 * Is there too little CPU time left for another step? For itself, and for as much
 * again afterwards: the end of the run, and waking up in vain until the next.
 */
static bool ba_time_is_up(const struct ba_supply *s, u64 now_ns, u64 end_ns)
{
	return now_ns + 2 * s->step_ns >= end_ns;
}

/* Has proactive compaction, which nobody waits for either, used up the budget? */
static bool ba_proactive_spent(struct ba_supply *s, const pg_data_t *pgdat)
{
	if (!buddy_adaptive_supplies() || !READ_ONCE(ba_cpu_percent) ||
	    current != pgdat->kcompactd ||
	    !ba_time_is_up(s, task_sched_runtime(current), ba_end_of_budget(s)))
		return false;
	/* the steps are those of our runs: a long one must not stop it for good */
	s->step_ns = ba_step_ahead(s->step_ns, 0);
	return true;
}

/* Is the zone too full to move pages in? */
static bool ba_zone_low(struct zone *zone)
{
	return !zone_watermark_ok(zone, 0, low_wmark_pages(zone) + 2 * pageblock_nr_pages,
				  ba_highest_zone(zone->zone_pgdat), ALLOC_CMA);
}

/* Has this zone its part, at every order? */
static bool ba_zone_stocked(const struct ba_supply *s, struct zone *zone,
			    enum zone_type highest)
{
	unsigned int order;

	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
		if (ba_zone_stock(zone, order, highest) < s->zone_need[order])
			return false;
	return true;
}

/* The order that new blocks of this zone must have to be of use, or 0. */
static unsigned int ba_zone_grain(const struct ba_supply *s, struct zone *zone,
				  enum zone_type highest)
{
	u64 stock[NR_PAGE_ORDERS + 1], need[NR_PAGE_ORDERS + 1];
	unsigned int order;

	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++) {
		stock[order] = ba_zone_stock(zone, order, highest);
		need[order] = s->zone_need[order];
	}
	stock[order] = 0;
	need[order] = 0;
	return ba_grain(stock, need);
}

/* Why kcompactd should stop here, or 0. */
static enum ba_supply_event ba_stop(struct ba_supply *s, struct zone *zone)
{
	pg_data_t *pgdat = zone->zone_pgdat;
	u64 now_ns = task_sched_runtime(current);
	unsigned int elapsed;

	s->step_ns = ba_step_ahead(s->step_ns, now_ns - s->step_from_ns);
	s->step_from_ns = now_ns;
	if (kthread_should_stop() || !buddy_adaptive_supplies())
		return BA_SUPPLY_YIELDED;
	if (ba_kswapd_works(pgdat))
		return BA_SUPPLY_RECLAIM;
	if (ba_zone_low(zone))
		return BA_SUPPLY_LOW;
	if (ba_time_is_up(s, now_ns, s->end_ns))
		return BA_SUPPLY_BUDGET;
	/* last, for who yields comes back without being asked whether it may */
	if (pgdat->kcompactd_max_order)
		return BA_SUPPLY_YIELDED;

	elapsed = jiffies_to_msecs(jiffies - s->looked);
	if (elapsed >= BA_PACE_MS) {
		s->looked = jiffies;
		if (ba_churned(&s->run_calm, pgdat, elapsed))
			return BA_SUPPLY_CHURN;
	}
	return BA_SUPPLY_NONE;
}

/*
 * Begin where the last run was cut short: compact_zone() has put the scanners at the
 * ends of the zone, and the zone may have become another one since.
 */
static void ba_go_on(struct ba_place *place, struct compact_control *cc)
{
	if (place->free_pfn && zone_spans_pfn(cc->zone, place->migrate_pfn) &&
	    zone_spans_pfn(cc->zone, place->free_pfn)) {
		cc->migrate_pfn = place->migrate_pfn;
		cc->free_pfn = place->free_pfn;
	}
	*place = (struct ba_place){};
}

/**
 * __buddy_adaptive_supply_finished - is a run done?
 * @cc: a compaction that nobody waits for; one of ours is put where it is to begin
 *
 * Context: kcompactd, between two steps of compact_zone().
 * Return: COMPACT_NOT_SUITABLE_ZONE, which is 0, when @cc is none of ours and
 * there is CPU time left for it; else how to go on.
 */
enum compact_result
__buddy_adaptive_supply_finished(struct compact_control *cc)
{
	struct zone *zone = cc->zone;
	struct ba_supply *s = READ_ONCE(ba_supplies[zone_to_nid(zone)]);

	if (!s)
		return COMPACT_NOT_SUITABLE_ZONE;
	if (READ_ONCE(s->cc) != cc) {
		if (!ba_proactive_spent(s, zone->zone_pgdat))
			return COMPACT_NOT_SUITABLE_ZONE;
		ba_event(s, zone_to_nid(zone), BA_SUPPLY_BUDGET,
			 min_t(unsigned int, pageblock_order, MAX_PAGE_ORDER));
		return COMPACT_CONTENDED;
	}

	ba_go_on(&s->place[zone_idx(zone)], cc);
	if (!s->stopped)
		s->stopped = ba_stop(s, zone);
	if (s->stopped)
		return COMPACT_CONTENDED;
	/* a pageblock that was begun is finished: half of one is no use */
	if (!IS_ALIGNED(cc->migrate_pfn, pageblock_nr_pages))
		return COMPACT_CONTINUE;
	/* what was freed lies in per-CPU lists, and merges when it leaves them */
	lru_add_drain_cpu_zone(zone);
	if (ba_zone_stocked(s, zone, ba_highest_zone(zone->zone_pgdat)))
		return COMPACT_SUCCESS;
	s->grain = ba_zone_grain(s, zone, ba_highest_zone(zone->zone_pgdat));
	return COMPACT_CONTINUE;
}

/* Of the pages that this one belongs to, or 0 when it stands alone. */
static unsigned int ba_folio_order(struct page *page)
{
	return compound_order(compound_head(page));
}

/*
 * Do these 2^@order pages become a free block when all is moved that can be, and
 * are none yet? Pages that belong together need a block as large as the one that
 * they leave. Read without locks, as any walk through pages is: who errs works in
 * vain, or too little in this run. A page without references or type lies in the
 * list of a CPU, or is the tail of one that was looked at.
 */
static bool ba_clears(unsigned long pfn, unsigned int order)
{
	const unsigned int most = BA_COMPACTS_FOLIOS ? order : 1;
	unsigned long end = pfn + (1UL << order);
	bool used = false;

	while (pfn < end) {
		struct page *page = pfn_to_page(pfn++);

		if (PageBuddy(page)) {
			unsigned int free = buddy_order_unsafe(page);

			if (free <= MAX_PAGE_ORDER)
				pfn += (1UL << free) - 1;
		} else if (PageLRU(page) || page_has_movable_ops(page)) {
			unsigned int folio = ba_folio_order(page);

			if (folio >= most)
				return false;
			used = true;
			pfn += (1UL << folio) - 1;
		} else if (page_ref_count(page) || page_has_type(page)) {
			return false;
		}
	}
	return used;
}

/* After so many pageblocks in a row that are passed over it is asked whether to go on. */
#define BA_PASSED_OVER	32

/**
 * __buddy_adaptive_supply_suits - the slow half of buddy_adaptive_supply_suits()
 * @cc: a compaction that nobody waits for
 * @page: first page of the pageblock in its zone
 *
 * One page that stays where it is makes no block of a pageblock, however many
 * others are moved out of it: so it is, if no part of it as large as is of use
 * becomes free. What is looked at in vain counts as scanned; that all of it is one
 * huge page is seen at a glance.
 *
 * Context: kcompactd, before pages are isolated; no locks.
 * Return: false when it is to be passed over.
 */
bool __buddy_adaptive_supply_suits(struct compact_control *cc, struct page *page)
{
	struct ba_supply *s = READ_ONCE(ba_supplies[zone_to_nid(cc->zone)]);
	unsigned long pfn = page_to_pfn(page), end = pfn + pageblock_nr_pages;
	unsigned long looked = 1;
	unsigned int part;

	/* not ours, nothing is short by a block, or it was begun */
	if (!s || READ_ONCE(s->cc) != cc || !s->grain ||
	    !IS_ALIGNED(cc->migrate_pfn, pageblock_nr_pages))
		return true;
	part = min_t(unsigned int, s->grain, pageblock_order);
	if (ba_folio_order(page) < pageblock_order) {
		for (; pfn < end; pfn += 1UL << part) {
			if (ba_clears(pfn, part)) {
				s->passed_over = 0;
				return true;
			}
		}
		looked = pageblock_nr_pages;
	}
	cc->total_migrate_scanned += looked;
	if (++s->passed_over % BA_PASSED_OVER)
		return false;
	/* whether to stop is asked between two pageblocks that are worked on */
	s->stopped = ba_stop(s, cc->zone);
	return s->stopped;
}

static void ba_account_begin(struct ba_supply *s, pg_data_t *pgdat)
{
	s->stock_before = ba_node_stock(pgdat, s->round_order);
	s->taken_before = ba_node_taken(pgdat->node_id, s->round_order);
	s->scanned = 0;
	s->cost_ms = 0;
}

static void ba_round_begin(struct ba_supply *s, pg_data_t *pgdat)
{
	unsigned int shortage = READ_ONCE(s->shortages);

	if (s->round_shortage != shortage)
		memset(s->place, 0, sizeof(s->place));
	s->round_order = READ_ONCE(s->short_of) ?: MAX_PAGE_ORDER;
	s->round_shortage = shortage;
	s->zones_done = 0;
	ba_account_begin(s, pgdat);
}

/* The target is not met: was the work worth it? A pause begins if it was not. */
static bool ba_round_pays(struct ba_supply *s, pg_data_t *pgdat)
{
	u64 gain = ba_round_gain(ba_node_stock(pgdat, s->round_order), s->stock_before,
				 ba_node_taken(pgdat->node_id, s->round_order) -
				 s->taken_before);
	unsigned int pause = ba_backoff_next(s->pause_ms, gain, s->scanned,
					     s->cost_ms);

	if (pause) {
		s->paused_free = ba_node_usable(pgdat);
		s->paused_slab = ba_node_slab(pgdat);
		WRITE_ONCE(s->paused, jiffies);
		if (s->scanned)
			ba_event(s, pgdat->node_id, BA_SUPPLY_FRUITLESS, s->round_order);
	}
	WRITE_ONCE(s->pause_ms, pause);
	return !pause;
}

/* A run has not met the target, and was stopped or has seen all zones to their ends. */
static void ba_run_end(struct ba_supply *s, pg_data_t *pgdat)
{
	/*
	 * In a zone that is large for the budget a round takes long to get to an end;
	 * where memory changes in between, and the next run begins anew, it may never.
	 */
	bool judge = !s->stopped || s->cost_ms >= ba_budget_ms(READ_ONCE(ba_cpu_percent));
	bool pays = true;

	if (s->stopped)
		ba_event(s, pgdat->node_id, s->stopped, s->round_order);
	if (judge)
		pays = ba_round_pays(s, pgdat);
	if (!s->stopped || !pays)
		s->round_order = 0;
	else if (judge)
		ba_account_begin(s, pgdat);
	/* it goes on later: at once, if others only go first */
	if (s->stopped == BA_SUPPLY_YIELDED && pays)
		WRITE_ONCE(s->due, buddy_adaptive_supplies());
}

static void ba_run_zone(struct ba_supply *s, struct zone *zone)
{
	struct compact_control cc = {
		.order = -1,
		.mode = MIGRATE_SYNC_LIGHT,
		/* neither believed nor made: who never clears them must not */
		.ignore_skip_hint = true,
		.no_set_skip_hint = true,
		.whole_zone = true,
		.gfp_mask = GFP_KERNEL,
		.proactive_compaction = true,
		.zone = zone,
	};
	enum compact_result result;

	s->looked = jiffies;
	ba_churned(&s->run_calm, zone->zone_pgdat, 0);
	/* what lies in the lists of CPUs is neither stock nor seen to be free */
	drain_all_pages(zone);
	s->passed_over = 0;
	s->grain = ba_zone_grain(s, zone, ba_highest_zone(zone->zone_pgdat));
	s->step_from_ns = task_sched_runtime(current);
	WRITE_ONCE(s->cc, &cc);
	result = compact_zone(&cc, NULL);
	WRITE_ONCE(s->cc, NULL);

	count_vm_events(KCOMPACTD_MIGRATE_SCANNED, cc.total_migrate_scanned);
	count_vm_events(KCOMPACTD_FREE_SCANNED, cc.total_free_scanned);
	s->scanned += cc.total_migrate_scanned + cc.total_free_scanned;
	/* who stops for these leaves memory as it was: what was seen need not be again */
	if (result == COMPACT_CONTENDED &&
	    (s->stopped == BA_SUPPLY_BUDGET || s->stopped == BA_SUPPLY_YIELDED))
		s->place[zone_idx(zone)] = (struct ba_place){
			.migrate_pfn = cc.migrate_pfn,
			.free_pfn = cc.free_pfn,
		};
	if (result == COMPACT_COMPLETE || result == COMPACT_PARTIAL_SKIPPED) {
		s->zones_done |= BIT(zone_idx(zone));
		/* pages on the lists of other CPUs do not merge there */
		drain_all_pages(zone);
	}
}

static void ba_rest(struct ba_supply *s)
{
	/* so that who waits is seen, or sees it */
	smp_store_mb(s->working, false);
	wake_up_var(&s->working);
}

/**
 * __buddy_adaptive_supply - work for the stock of a node
 * @pgdat: the node
 *
 * Zone by zone from the highest, each for its part of what the node is to hold
 * and for what those before it could not bring. What others have asked of
 * kcompactd goes first, and this after it.
 *
 * Context: kcompactd of the node; sleeps.
 * Return: true when it has been done.
 */
bool __buddy_adaptive_supply(pg_data_t *pgdat)
{
	struct ba_supply *s = READ_ONCE(ba_supplies[pgdat->node_id]);
	enum zone_type highest = ba_highest_zone(pgdat);
	u64 begun_ns, usable, unmet, left[NR_PAGE_ORDERS];
	unsigned int order;
	int i;

	if (!s || !READ_ONCE(s->due) || pgdat->kcompactd_max_order)
		return false;
	WRITE_ONCE(s->due, false);
	/* pairs with the barrier in buddy_adaptive_supply_settle() */
	smp_store_mb(s->working, true);
	if (!buddy_adaptive_supplies()) {
		ba_rest(s);
		return true;
	}

	s->stopped = BA_SUPPLY_NONE;
	begun_ns = task_sched_runtime(current);
	s->end_ns = ba_end_of_budget(s);
	/* a shortage that went away took its round with it */
	if (!s->round_order || s->round_shortage != READ_ONCE(s->shortages))
		ba_round_begin(s, pgdat);
	ba_event(s, pgdat->node_id, BA_SUPPLY_RUN, s->round_order);

	usable = ba_node_usable(pgdat);
	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
		left[order] = ba_node_need(s, order, usable);
	for (i = highest; i >= 0; i--) {
		struct zone *zone = &pgdat->node_zones[i];
		u64 part;

		if (!populated_zone(zone))
			continue;
		part = ba_zone_usable(zone, highest);
		for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
			s->zone_need[order] = ba_share(left[order], part, usable);
		if (!s->stopped && !(s->zones_done & BIT(i)) &&
		    !ba_zone_stocked(s, zone, highest)) {
			/*
			 * A zone that is too full says nothing of the next one,
			 * nor of what it will be in the next run.
			 */
			if (ba_zone_low(zone))
				s->stopped = BA_SUPPLY_LOW;
			else
				ba_run_zone(s, zone);
			if (s->stopped == BA_SUPPLY_LOW) {
				ba_event(s, pgdat->node_id, BA_SUPPLY_LOW,
					 s->round_order);
				s->stopped = BA_SUPPLY_NONE;
			}
		}
		/* the rest is for the zones below, which have what is left of it */
		for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
			left[order] -= min(left[order],
					   ba_zone_stock(zone, order, highest));
		usable -= min(usable, part);
	}
	s->cost_ms += div_u64(task_sched_runtime(current) - begun_ns, NSEC_PER_MSEC);

	for (unmet = 0, order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
		unmet += left[order];
	if (!unmet) {
		ba_event(s, pgdat->node_id, BA_SUPPLY_MET, s->round_order);
		WRITE_ONCE(s->pause_ms, 0);
		s->round_order = 0;
	} else {
		ba_run_end(s, pgdat);
	}
	ba_rest(s);
	return true;
}

/* The sampler's side */

/*
 * Nobody has looked at this node, or not for a while, or other CPUs are counted
 * to it: what was asked for and done since is no burst of now and no work of this
 * second.
 */
static void ba_resume(int nid)
{
	struct ba_supply *s = ba_supplies[nid];
	unsigned int order;

	if (!s)
		s = kzalloc_node(sizeof(*s), GFP_KERNEL, nid);
	if (!s)
		return;
	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++)
		s->requests[order] = ba_node_requests(nid, order);
	WRITE_ONCE(s->runtime, ba_runtime(NODE_DATA(nid)));
	WRITE_ONCE(s->allowance, ba_allowance(&s->budget));
	WRITE_ONCE(s->sampled, jiffies);
	WRITE_ONCE(s->due, false);
	/* pairs with the address dependency of who reads it */
	smp_store_release(&ba_supplies[nid], s);
}

/* Renew the targets. */
static void ba_sample_demand(struct ba_supply *s, pg_data_t *pgdat,
			     unsigned int elapsed_ms)
{
	struct ba_sample sample = {
		.elapsed_ms	= elapsed_ms,
		.service_level	= READ_ONCE(ba_service_level),
	};
	const struct ba_governor *governor = READ_ONCE(ba_governor);
	unsigned int first = READ_ONCE(ba_settings.min_order);
	unsigned int order;

	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++) {
		unsigned long now = ba_node_requests(pgdat->node_id, order);
		/* wraps with the counter; a CPU that moved away is no demand */
		long n = now - s->requests[order];
		unsigned int target;

		s->requests[order] = now;
		sample.requests = n > 0 && order >= first ?
				  min_t(long, n, BA_BURST_MAX) : 0;
		target = governor->next(&s->demand[order], &sample);
		/* what was remembered of an order stays while it has no target */
		WRITE_ONCE(s->target[order], order >= first ? target : 0);
	}
}

/* Renew what falls short; is it to be worked for? */
static bool ba_sample_stock(struct ba_supply *s, pg_data_t *pgdat,
			    unsigned int elapsed_ms)
{
	u64 usable = ba_node_usable(pgdat), most = 0, most_need = 0;
	unsigned int order, worst = 0;

	for (order = BA_FIRST_ORDER; order <= MAX_PAGE_ORDER; order++) {
		u64 need = ba_node_need(s, order, usable);
		u64 stock = ba_node_stock(pgdat, order);

		/* less than a block is no shortage that work could mend */
		if (stock + (1U << order) <= need && need - stock > most) {
			most = need - stock;
			most_need = need;
			worst = order;
		}
	}
	if (worst && !s->short_of)
		WRITE_ONCE(s->shortages, s->shortages + 1);
	s->short_ms = worst ? min_t(unsigned int, s->short_ms + elapsed_ms,
				    BA_SHORTAGE_WAIT_MS) : 0;
	WRITE_ONCE(s->short_of, worst);
	return ba_run_pays(most, most_need, s->short_ms);
}

/* Has a pause ended, or its reason? */
static bool ba_paused(struct ba_supply *s, pg_data_t *pgdat)
{
	unsigned int pause = READ_ONCE(s->pause_ms);
	u64 free, slab, slack;

	if (!pause || time_after_eq(jiffies, READ_ONCE(s->paused) +
					     msecs_to_jiffies(pause)))
		return false;
	free = ba_node_usable(pgdat);
	slab = ba_node_slab(pgdat);
	slack = pgdat->node_present_pages / 64;
	if (free > s->paused_free + slack || slab + slack < s->paused_slab) {
		WRITE_ONCE(s->pause_ms, 0);
		return false;
	}
	return true;
}

/* What keeps kcompactd from working for @s, if anything does. */
static enum ba_supply_event ba_hindrance(struct ba_supply *s, pg_data_t *pgdat,
					 unsigned int elapsed_ms)
{
	/* at every look: what ends a pause may be gone at the next */
	bool paused = ba_paused(s, pgdat);

	if (ba_churned(&s->calm, pgdat, elapsed_ms))
		return BA_SUPPLY_CHURN;
	if (ba_kswapd_works(pgdat))
		return BA_SUPPLY_RECLAIM;
	if (paused)
		return BA_SUPPLY_PAUSED;
	if (!ba_budget_suffices(s->allowance, READ_ONCE(ba_cpu_percent)))
		return BA_SUPPLY_BUDGET;
	return BA_SUPPLY_NONE;
}

/* Returns true when the node is to be looked at again soon. */
static bool ba_sample_node(int nid, unsigned int elapsed_ms)
{
	pg_data_t *pgdat = NODE_DATA(nid);
	struct ba_supply *s = ba_supplies[nid];
	enum ba_supply_event hindrance;
	bool pays;
	u64 runtime;

	if (!s) {
		ba_resume(nid);
		return false;
	}
	runtime = ba_runtime(pgdat);
	ba_budget_charge(&s->budget, div_u64(ktime_get_ns(), NSEC_PER_SEC),
			 runtime - min(runtime, s->runtime));
	WRITE_ONCE(s->runtime, runtime);
	WRITE_ONCE(s->allowance, ba_allowance(&s->budget));
	WRITE_ONCE(s->sampled, jiffies);

	ba_sample_demand(s, pgdat, elapsed_ms);
	pays = ba_sample_stock(s, pgdat, elapsed_ms);
	hindrance = ba_hindrance(s, pgdat, elapsed_ms);
	if (!pays || !buddy_adaptive_supplies()) {
		s->waits = 0;
		return false;
	}
	if (hindrance) {
		/* told once, not at every look */
		if (s->waits != hindrance)
			ba_event(s, nid, hindrance, s->short_of);
		s->waits = hindrance;
		/* a pause has its end, and without a budget nothing ends it */
		return hindrance != BA_SUPPLY_PAUSED && READ_ONCE(ba_cpu_percent);
	}
	s->waits = 0;
	if (!READ_ONCE(s->working)) {
		WRITE_ONCE(s->due, true);
		wake_up_interruptible(&pgdat->kcompactd_wait);
	}
	return true;
}

static void ba_watch(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(ba_watch_work, ba_watch);
static DECLARE_DELAYED_WORK(ba_keep_work, ba_watch);
static DECLARE_DELAYED_WORK(ba_pace_work, ba_watch);
static DEFINE_MUTEX(ba_sampler_lock);
static unsigned long ba_looked;		/* when the sampler did last, in jiffies */

/* Has a node a target, however little there is to meet it with? */
static bool ba_node_has_target(int nid)
{
	const struct ba_supply *s = ba_supplies[nid];

	return s && ba_node_need(s, BA_FIRST_ORDER, U64_MAX);
}

/* All timers lead here; any does all that is to be done. */
static void ba_watch(struct work_struct *work)
{
	static bool resting = true;
	static nodemask_t nodes;
	bool wanted = false, held = false;
	unsigned int elapsed_ms;
	int nid;

	mutex_lock(&ba_sampler_lock);
	if (!buddy_adaptive_samples()) {
		resting = true;
		mutex_unlock(&ba_sampler_lock);
		return;
	}
	elapsed_ms = jiffies_to_msecs(jiffies - ba_looked);
	if (resting || elapsed_ms >= BA_PACE_MS / 2) {
		WRITE_ONCE(ba_looked, jiffies);
		/* so that no node and no kcompactd goes away meanwhile */
		get_online_mems();
		/* one that has come, or gone, takes or gives the counts of its CPUs */
		resting |= !nodes_equal(nodes, node_states[N_MEMORY]);
		nodes = node_states[N_MEMORY];
		for_each_node_state(nid, N_MEMORY) {
			if (resting)
				ba_resume(nid);
			else
				wanted |= ba_sample_node(nid, elapsed_ms);
		}
		put_online_mems();
		/* a second look soon, for the first has nothing to compare with */
		wanted |= resting;
		resting = false;
		if (wanted)
			schedule_delayed_work(&ba_pace_work,
					      msecs_to_jiffies(BA_PACE_MS));
	} else if (work == &ba_pace_work.work) {
		/* too soon after another timer's; who missed since counts on us */
		schedule_delayed_work(&ba_pace_work,
				      msecs_to_jiffies(BA_PACE_MS - elapsed_ms));
	}
	for_each_node_state(nid, N_MEMORY)
		held |= buddy_adaptive_supplies() && ba_node_has_target(nid);
	mutex_unlock(&ba_sampler_lock);
	if (held)
		schedule_delayed_work(&ba_keep_work, msecs_to_jiffies(BA_KEEP_MS));
	else
		schedule_delayed_work(&ba_watch_work, msecs_to_jiffies(BA_WATCH_MS));
}

/*
 * Queueing work takes locks that who asked for memory may hold. At once, and no
 * closer to the last look than the pace, however many miss.
 */
static void ba_missed(struct irq_work *work)
{
	unsigned long since = jiffies - READ_ONCE(ba_looked);
	unsigned long pace = msecs_to_jiffies(BA_PACE_MS);

	schedule_delayed_work(&ba_pace_work, since < pace ? pace - since : 0);
}

static DEFINE_IRQ_WORK(ba_missed_work, ba_missed);

/**
 * buddy_adaptive_supply_missed - a request has missed the free lists
 * @order: its order
 *
 * Has the sampler look soon: a burst may come and go between two looks.
 *
 * Context: any.
 */
void buddy_adaptive_supply_missed(unsigned int order)
{
	if (order >= READ_ONCE(ba_settings.min_order) &&
	    !delayed_work_pending(&ba_pace_work) && buddy_adaptive_samples())
		irq_work_queue(&ba_missed_work);
}

/**
 * buddy_adaptive_supply_settle - wait until no kcompactd works for lever supply
 *
 * The lever must have been let go of, so that each ends after the step that it is
 * at. While one works, the hooks must not be turned off: without them its
 * compaction goes on to the ends of the zone, with no budget and for nobody.
 *
 * Context: process; sleeps.
 */
void buddy_adaptive_supply_settle(void)
{
	int nid;

	/* either we see it at work, or it sees that there is none to do */
	smp_mb();
	for_each_node(nid) {
		struct ba_supply *s = READ_ONCE(ba_supplies[nid]);

		if (s)
			wait_var_event(&s->working, !READ_ONCE(s->working));
	}
}

/**
 * buddy_adaptive_supply_apply - settings have changed
 *
 * Starts the sampler if it has become wanted; it ends by itself. Has it look at
 * once, and waits for that: what is asked for after the setting is demand, and a
 * sampler that begins later would take it for something of before.
 *
 * Context: process; sleeps.
 */
void buddy_adaptive_supply_apply(void)
{
	if (!buddy_adaptive_samples())
		return;
	schedule_delayed_work(&ba_watch_work, 0);
	/* it may have been pending for later, which this makes now */
	flush_delayed_work(&ba_watch_work);
}

/* What sysfs shows */

/**
 * buddy_adaptive_supply_show - a figure of a node and an order
 * @what: which
 * @nid: node
 * @order: order, at most MAX_PAGE_ORDER
 *
 * Context: process.
 * Return: blocks or requests; 0 for a node that was not yet looked at.
 */
unsigned long buddy_adaptive_supply_show(enum ba_supply_figure what, int nid,
					 unsigned int order)
{
	const struct ba_supply *s = READ_ONCE(ba_supplies[nid]);

	if (what == BA_STOCK)
		return ba_node_stock(NODE_DATA(nid), order) >> order;
	if (!s)
		return 0;
	if (what == BA_TARGET)
		return READ_ONCE(s->target[order]);
	return READ_ONCE(s->demand[order].burst);
}

/**
 * buddy_adaptive_supply_sum - how often something has happened on a node
 * @event: what
 * @nid: node
 *
 * Context: any.
 * Return: events since boot.
 */
unsigned long buddy_adaptive_supply_sum(enum ba_supply_event event, int nid)
{
	const struct ba_supply *s = READ_ONCE(ba_supplies[nid]);

	return s ? atomic_long_read(&s->count[event]) : 0;
}

/**
 * buddy_adaptive_node_threshold - fragmentation at which a node is short of blocks
 * @nid: node
 *
 * vm.buddy_frag_threshold, or the fragmentation at which stock falls short of
 * what demand has made the target, if that is less.
 *
 * Context: any.
 * Return: 0-100 percent.
 */
unsigned int buddy_adaptive_node_threshold(int nid)
{
	unsigned int threshold = READ_ONCE(ba_settings.threshold);
	const struct ba_supply *s = READ_ONCE(ba_supplies[nid]);
	u64 usable = ba_node_usable(NODE_DATA(nid));

	if (!s || !usable)
		return threshold;
	return min(threshold,
		   ba_fragmentation(ba_node_need(s, BA_FIRST_ORDER, usable), usable));
}

/* Settings */

static DEFINE_MUTEX(ba_governor_lock);

static int ba_governor_handler(ba_ctl_table *table, int write, void *buffer,
			       size_t *lenp, loff_t *ppos)
{
	char name[BA_SETTING_LEN];
	struct ctl_table text = { .data = name, .maxlen = sizeof(name) };
	int i, err;

	if (write && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (write && *ppos)
		return -EINVAL;
	mutex_lock(&ba_governor_lock);
	strscpy(name, ba_governor->name, sizeof(name));
	err = proc_dostring(&text, write, buffer, lenp, ppos);
	if (!err && write) {
		char *wanted = strim(name);

		err = -EINVAL;
		for (i = 0; i < ARRAY_SIZE(ba_governors); i++) {
			if (strcmp(wanted, ba_governors[i].name))
				continue;
			WRITE_ONCE(ba_governor, &ba_governors[i]);
			err = 0;
		}
	}
	mutex_unlock(&ba_governor_lock);
	return err;
}

static int ba_governors_handler(ba_ctl_table *table, int write, void *buffer,
				size_t *lenp, loff_t *ppos)
{
	char names[ARRAY_SIZE(ba_governors) * BA_SETTING_LEN] = "";
	struct ctl_table text = { .data = names, .maxlen = sizeof(names) };
	int i;

	for (i = 0; i < ARRAY_SIZE(ba_governors); i++) {
		if (i)
			strlcat(names, " ", sizeof(names));
		strlcat(names, ba_governors[i].name, sizeof(names));
	}
	return proc_dostring(&text, write, buffer, lenp, ppos);
}

static const int ba_min_service = 50;
static const int ba_max_service = 99;

static struct ctl_table ba_supply_sysctls[] = {
	{
		.procname	= "buddy_adaptive_governor",
		.mode		= 0644,
		.proc_handler	= ba_governor_handler,
	},
	{
		.procname	= "buddy_adaptive_available_governors",
		.mode		= 0444,
		.proc_handler	= ba_governors_handler,
	},
	BA_SYSCTL("buddy_adaptive_service_level", &ba_service_level,
		  &ba_min_service, &ba_max_service),
	BA_SYSCTL("buddy_adaptive_cpu_percent", &ba_cpu_percent,
		  SYSCTL_ZERO, SYSCTL_ONE_HUNDRED),
	BA_SYSCTL_END
};

static int __init ba_supply_init(void)
{
	register_sysctl_init("vm", ba_supply_sysctls);
	return 0;
}
late_initcall_sync(ba_supply_init);
