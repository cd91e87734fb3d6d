/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __MM_BUDDY_ADAPTIVE_H
#define __MM_BUDDY_ADAPTIVE_H
/*
 * All that the page allocator sees of buddy_adaptive: hooks, each a static
 * branch first, an order test second and a call for the rest. With
 * CONFIG_BUDDY_ADAPTIVE off they are nothing.
 */
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/compaction.h>	/* needs mm.h before it */
#include "internal.h"
#ifndef ALLOC_WMARK_MIN		/* no longer in internal.h */
#include "page_alloc.h"
#endif
#include "buddy_adaptive_compat.h"
#include "buddy_adaptive_math.h"

#ifdef CONFIG_BUDDY_ADAPTIVE

/* What is counted per order; buddy_adaptive_sysfs.c has the file names. */
enum ba_counter {
	BA_NR_REQUESTS,		/* entered the allocator */
	BA_NR_SLOWPATH,		/* missed the free lists at first try */
	BA_NR_FAILED,		/* left the slow path without a page */
	BA_NR_COMPACT_STALLS,	/* direct compaction really ran */
	BA_NR_PASSED,		/* optional, judged not fragmented */
	BA_NR_EXEMPT,		/* mandatory or of a small order */
	BA_NR_DECLINED,		/* turned away after the miss */
	BA_NR_WOULD_DECLINE,
	BA_NR_REFUSED,		/* turned away before the first try */
	BA_NR_WOULD_REFUSE,
	BA_NR_WAKES,		/* wake-ups sent to kcompactd */
	BA_NR_WAKES_SUPPRESSED,	/* too soon after another */
	BA_NR_GATED,		/* kept from the HighAtomic reserve */
	BA_NR_WOULD_GATE,
	/* from here on also for orders below BA_FIRST_ORDER */
	BA_NR_STEALS,		/* part of a movable pageblock was taken */
	BA_NR_KEPT_CLEAN,	/* failed rather than take such a part */
	BA_NR_WOULD_KEEP_CLEAN,
	BA_NR_COUNTERS
};

enum ba_mode {
	BA_OFF,
	BA_OBSERVE,
	BA_GUARD,
	BA_REFUSE,
	BA_NR_MODES
};

#define BA_LEVER_DECLINE	0x1
#define BA_LEVER_PROTECT	0x2
#define BA_LEVER_SUPPLY		0x4
#define BA_LEVER_KEEP_CLEAN	0x8
#define BA_LEVER_GATE		0x10
#define BA_LEVERS_ALWAYS	(BA_LEVER_DECLINE | BA_LEVER_PROTECT | \
				 BA_LEVER_KEEP_CLEAN | BA_LEVER_GATE)
#ifdef CONFIG_BUDDY_ADAPTIVE_SUPPLY
#define BA_LEVERS_BUILT		(BA_LEVERS_ALWAYS | BA_LEVER_SUPPLY)
#else
#define BA_LEVERS_BUILT		BA_LEVERS_ALWAYS
#endif
/* Those that measurements speak for; the admin guide has them. */
#define BA_LEVERS_DEFAULT	(BA_LEVERS_BUILT & \
				 (BA_LEVER_DECLINE | BA_LEVER_SUPPLY))

/*
 * Bits of alloc_flags that are ours, far from the kernel's own. The first does
 * what ALLOC_NOFRAGMENT does and stays where that one is dropped.
 */
#define ALLOC_KEEP_CLEAN	0x10000000
#define ALLOC_NOTE_STEAL	0x20000000	/* count what it takes of movable */

struct ba_settings {
	unsigned int threshold;
	unsigned int mode;
	unsigned int min_order;
	unsigned int ratio_threshold;
	unsigned int ratio_min_order;
	unsigned int levers;
};

struct buddy_adaptive_counts {
	unsigned long count[BA_NR_COUNTERS][NR_PAGE_ORDERS];
	/* requests that failed and were made again, see ba_tries_again() */
	unsigned long again[NR_PAGE_ORDERS];
};

DECLARE_PER_CPU(struct buddy_adaptive_counts, buddy_adaptive_counts);
DECLARE_STATIC_KEY_FALSE(buddy_adaptive_key);
extern gfp_t buddy_adaptive_screen;
extern unsigned int buddy_adaptive_acting;

bool __buddy_adaptive_refuse(gfp_t gfp, unsigned int order,
			     struct zonelist *zonelist, nodemask_t *nodemask,
			     enum zone_type highest);
bool __buddy_adaptive_decline(gfp_t gfp, unsigned int order,
			      struct zonelist *zonelist, nodemask_t *nodemask,
			      enum zone_type highest);

unsigned int __buddy_adaptive_keep_clean(gfp_t gfp, unsigned int order,
					 const struct alloc_context *ac);
unsigned int __buddy_adaptive_stay_clean(gfp_t gfp, unsigned int order);
bool __buddy_adaptive_kept_clean(gfp_t gfp, unsigned int order,
				 const struct alloc_context *ac);
void __buddy_adaptive_note_steal(const struct page *page, unsigned int order);
bool __buddy_adaptive_gate(gfp_t gfp, unsigned int order);

static __always_inline void buddy_adaptive_count(enum ba_counter counter,
						 unsigned int order)
{
	this_cpu_inc(buddy_adaptive_counts.count[counter][order]);
}

static inline struct ba_counts ba_zone_counts(const struct zone *zone)
{
	return (struct ba_counts) {
		.nr_free = &zone->free_area[0].nr_free,
		.stride	 = sizeof(zone->free_area[0]),
	};
}

static __always_inline bool buddy_adaptive_counts_order(unsigned int order)
{
	return static_branch_unlikely(&buddy_adaptive_key) &&
	       order >= BA_FIRST_ORDER;
}

/**
 * buddy_adaptive_refuse - count a request; turn it away before it is tried?
 * @gfp: mask of the request after gfp_allowed_mask and task scopes
 * @order: order of the request, at most MAX_PAGE_ORDER
 * @ac: as prepare_alloc_pages() left it; preferred_zoneref may be empty
 *
 * The only hook on the order-0 path. Lever protect and mode refuse act here.
 *
 * The slow half gets what it needs out of @ac rather than @ac itself: were its
 * address taken once more, the compiler would keep it in a register that every
 * order-0 allocation has to save (four instructions with gcc 12).
 *
 * Context: any that may allocate; does not sleep, allocate or take
 * zone->lock. A request that may take no lock at all is counted and goes on.
 * Return: true when the request must fail now; kmem:mm_page_alloc has fired.
 */
static __always_inline bool
buddy_adaptive_refuse(gfp_t gfp, unsigned int order,
		      const struct alloc_context *ac)
{
	if (!buddy_adaptive_counts_order(order))
		return false;
	buddy_adaptive_count(BA_NR_REQUESTS, order);
	if (ba_screened(gfp, buddy_adaptive_screen) || ba_may_not_lock(ac))
		return false;
	/* const since 7.x; only read, by macros that are not const on 6.x */
	return __buddy_adaptive_refuse(gfp, order, ac->zonelist,
				       (nodemask_t *)ac->nodemask,
				       ac->highest_zoneidx);
}

/**
 * buddy_adaptive_decline - judge a request that missed; turn it away?
 * @gfp: as for buddy_adaptive_refuse()
 * @order: as for buddy_adaptive_refuse()
 * @ac: with the nodemask that the slow path will use
 *
 * Called between the first attempt at the free lists and the slow path, so
 * before any wake-up of kswapd and outside its retry loops. Lever decline
 * acts here.
 *
 * Context: as buddy_adaptive_refuse(). May take the cpuset callback_lock, as
 * the slow path does after it.
 * Return: true when the request must fail now; kmem:mm_page_alloc has fired.
 */
static __always_inline bool
buddy_adaptive_decline(gfp_t gfp, unsigned int order,
		       const struct alloc_context *ac)
{
	if (!buddy_adaptive_counts_order(order))
		return false;
	return __buddy_adaptive_decline(gfp, order, ac->zonelist,
					(nodemask_t *)ac->nodemask,
					ac->highest_zoneidx);
}

/* A request fails: is it to be made again at once? */
static __always_inline void buddy_adaptive_note_again(gfp_t gfp, unsigned int order)
{
	if (ba_tries_again(gfp))
		this_cpu_inc(buddy_adaptive_counts.again[order]);
}

/**
 * buddy_adaptive_note_result - count what the slow path could not serve
 * @gfp: mask of the request
 * @order: order of the request
 * @page: what the slow path returned
 */
static __always_inline void
buddy_adaptive_note_result(gfp_t gfp, unsigned int order, const struct page *page)
{
	if (buddy_adaptive_counts_order(order) && !page) {
		buddy_adaptive_count(BA_NR_FAILED, order);
		buddy_adaptive_note_again(gfp, order);
	}
}

/**
 * buddy_adaptive_note_stall - count direct compaction that really ran
 * @order: order of the request
 * @result: what try_to_compact_pages() said; up to COMPACT_DEFERRED no zone
 *	was worked on, although some kernels count such a call as a stall
 */
static __always_inline void
buddy_adaptive_note_stall(unsigned int order, enum compact_result result)
{
	if (buddy_adaptive_counts_order(order) && result > COMPACT_DEFERRED)
		buddy_adaptive_count(BA_NR_COMPACT_STALLS, order);
}

/**
 * buddy_adaptive_keep_clean - what takes the place of ALLOC_NOFRAGMENT?
 * @gfp: mask of the request
 * @order: its order
 * @ac: its zones
 *
 * Called where the allocator drops the flag, which is once per request: it is
 * about to look again, and now to take part of a pageblock of another type.
 * Lever keep clean acts by the flag that this returns.
 *
 * Context: as buddy_adaptive_decline().
 * Return: bits to add to alloc_flags; 0 for requests that the lever is not for.
 */
static __always_inline unsigned int
buddy_adaptive_keep_clean(gfp_t gfp, unsigned int order,
			  const struct alloc_context *ac)
{
	if (!static_branch_unlikely(&buddy_adaptive_key) || !order)
		return 0;
	return __buddy_adaptive_keep_clean(gfp, order, ac);
}

/**
 * buddy_adaptive_stay_clean - the same, where alloc_flags is computed anew
 * @gfp: mask of the request
 * @order: its order
 *
 * Called where the slow path begins, or begins again. Counts nothing.
 *
 * Context: any.
 * Return: bits to add to alloc_flags.
 */
static __always_inline unsigned int
buddy_adaptive_stay_clean(gfp_t gfp, unsigned int order)
{
	if (!static_branch_unlikely(&buddy_adaptive_key) || !order)
		return 0;
	return __buddy_adaptive_stay_clean(gfp, order);
}

/**
 * buddy_adaptive_kept_clean - has a request failed for lever keep clean alone?
 * @gfp: mask of the request
 * @order: its order
 * @alloc_flags: its alloc_flags
 * @ac: its zones
 *
 * Called after the slow path has missed the free lists at the min watermark,
 * before it reclaims or compacts. When there is a block that only the lever
 * kept it from, compaction would do nothing, as it sees that block, and reclaim
 * would free what the request may not take: it fails now. Where the kernel's own
 * flag is still there (defrag_mode of 7.3) the kernel goes on as it does.
 *
 * Context: as buddy_adaptive_decline().
 * Return: true when the request, which is optional, must fail now.
 */
static __always_inline bool
buddy_adaptive_kept_clean(gfp_t gfp, unsigned int order,
			  unsigned int alloc_flags,
			  const struct alloc_context *ac)
{
	if (!static_branch_unlikely(&buddy_adaptive_key) ||
	    (alloc_flags & (ALLOC_KEEP_CLEAN | ALLOC_NOFRAGMENT)) !=
	    ALLOC_KEEP_CLEAN)
		return false;
	return __buddy_adaptive_kept_clean(gfp, order, ac);
}

/**
 * buddy_adaptive_note_steal - count part of a movable pageblock being taken
 * @page: what was taken from the free lists of another type
 * @order: order of the request
 * @alloc_flags: its alloc_flags
 *
 * Context: zone->lock held.
 */
static __always_inline void
buddy_adaptive_note_steal(const struct page *page, unsigned int order,
			  unsigned int alloc_flags)
{
	if (static_branch_unlikely(&buddy_adaptive_key) && order &&
	    (alloc_flags & ALLOC_NOTE_STEAL))
		__buddy_adaptive_note_steal(page, order);
}

/**
 * buddy_adaptive_gate - take away the right to the HighAtomic reserve?
 * @gfp: mask of the request
 * @order: its order
 * @alloc_flags: as the slow path has them from @gfp
 *
 * Lever reserve gate. Called where the slow path begins, or begins again.
 *
 * Context: any.
 * Return: @alloc_flags, without ALLOC_HIGHATOMIC when the lever acts.
 */
static __always_inline unsigned int
buddy_adaptive_gate(gfp_t gfp, unsigned int order, unsigned int alloc_flags)
{
	if (!static_branch_unlikely(&buddy_adaptive_key) ||
	    !ba_gated(order, false) || !ba_claims_reserve(gfp) ||
	    !__buddy_adaptive_gate(gfp, order))
		return alloc_flags;
	return alloc_flags & ~ALLOC_HIGHATOMIC;
}

/**
 * buddy_adaptive_bars_reserve - is the HighAtomic reserve out of reach?
 * @order: order of the request
 * @alloc_flags: its alloc_flags
 *
 * For orders that lever reserve gate is for; and for requests that lever keep
 * clean has kept from another block, as who cannot wait would take one out of
 * the reserve instead.
 *
 * Calls nothing: one of its places is in a function that calls nothing either
 * and is on the way of all large requests.
 *
 * Context: any; zone->lock may be held.
 * Return: true when the request may not use it.
 */
static __always_inline bool
buddy_adaptive_bars_reserve(unsigned int order, unsigned int alloc_flags)
{
	if (!static_branch_unlikely(&buddy_adaptive_key))
		return false;
	if (ba_gated(order, alloc_flags & ALLOC_OOM) &&
	    (READ_ONCE(buddy_adaptive_acting) & BA_LEVER_GATE))
		return true;
	return alloc_flags & ALLOC_KEEP_CLEAN;
}

/**
 * buddy_adaptive_barred_pages - free pages that must stay for others
 * @zone: the zone whose watermark is asked for
 * @order: order of the request
 * @alloc_flags: its alloc_flags, of which some give access to reserves
 *
 * Whoever may go below the min watermark has the HighAtomic reserve counted as
 * free. That must not carry past the watermark who may not take it: so many
 * pages have to be free above it.
 *
 * Context: any.
 * Return: pages.
 */
static __always_inline long
buddy_adaptive_barred_pages(const struct zone *zone, unsigned int order,
			    unsigned int alloc_flags)
{
	ba_nothing_ready();
	return buddy_adaptive_bars_reserve(order, alloc_flags) ?
	       ba_unusable_highatomic(zone) : 0;
}

/* Between buddy_adaptive.c and what shows and sets it. */
extern struct ba_settings ba_settings;
void buddy_adaptive_set(unsigned int *setting, unsigned int value);
int buddy_adaptive_setting_handler(ba_ctl_table *table, int write,
				   void *buffer, size_t *lenp, loff_t *ppos);
bool buddy_adaptive_supplies(void);
bool buddy_adaptive_samples(void);

#define BA_SYSCTL(_name, _setting, _min, _max) {		\
	.procname	= _name,				\
	.data		= _setting,				\
	.maxlen		= sizeof(unsigned int),			\
	.mode		= 0644,					\
	.proc_handler	= buddy_adaptive_setting_handler,	\
	.extra1		= (void *)(_min),			\
	.extra2		= (void *)(_max),			\
}

unsigned long buddy_adaptive_sum(enum ba_counter counter, unsigned int order);
unsigned int buddy_adaptive_node_fragmentation(int nid, unsigned int order);

#else /* !CONFIG_BUDDY_ADAPTIVE */

static inline bool buddy_adaptive_refuse(gfp_t gfp, unsigned int order,
					 const struct alloc_context *ac)
{
	return false;
}

static inline bool buddy_adaptive_decline(gfp_t gfp, unsigned int order,
					  const struct alloc_context *ac)
{
	return false;
}

static inline void buddy_adaptive_note_result(gfp_t gfp, unsigned int order,
					      const struct page *page)
{
}

static inline void buddy_adaptive_note_stall(unsigned int order,
					     enum compact_result result)
{
}

#define ALLOC_KEEP_CLEAN	0

static inline unsigned int
buddy_adaptive_keep_clean(gfp_t gfp, unsigned int order,
			  const struct alloc_context *ac)
{
	return 0;
}

static inline unsigned int buddy_adaptive_stay_clean(gfp_t gfp,
						     unsigned int order)
{
	return 0;
}

static inline bool buddy_adaptive_kept_clean(gfp_t gfp, unsigned int order,
					     unsigned int alloc_flags,
					     const struct alloc_context *ac)
{
	return false;
}

static inline void buddy_adaptive_note_steal(const struct page *page,
					     unsigned int order,
					     unsigned int alloc_flags)
{
}

static inline unsigned int buddy_adaptive_gate(gfp_t gfp, unsigned int order,
					       unsigned int alloc_flags)
{
	return alloc_flags;
}

static inline bool buddy_adaptive_bars_reserve(unsigned int order,
					       unsigned int alloc_flags)
{
	return false;
}

static inline long buddy_adaptive_barred_pages(const struct zone *zone,
					       unsigned int order,
					       unsigned int alloc_flags)
{
	return 0;
}

#endif /* CONFIG_BUDDY_ADAPTIVE */

struct capture_control;
struct compact_control;	/* unknown without CONFIG_COMPACTION */

#ifdef CONFIG_COMPACTION
enum compact_result compact_zone(struct compact_control *cc,
				 struct capture_control *capc);
#endif

/* What befalls lever supply; buddy_adaptive_sysfs.c has the file names. */
enum ba_supply_event {
	BA_SUPPLY_NONE,
	BA_SUPPLY_RUN,		/* kcompactd begins */
	BA_SUPPLY_MET,		/* and stock has met target */
	BA_SUPPLY_FRUITLESS,	/* a round brought nothing: a pause begins */
	BA_SUPPLY_YIELDED,	/* kcompactd has other work, or the lever is off */
	BA_SUPPLY_RECLAIM,	/* kswapd is at work */
	BA_SUPPLY_LOW,		/* a zone is near its watermarks */
	BA_SUPPLY_BUDGET,	/* CPU time is used up */
	BA_SUPPLY_CHURN,	/* memory moves too much */
	BA_SUPPLY_PAUSED,	/* it would work, but for the pause */
	BA_NR_SUPPLY_EVENTS
};

enum ba_supply_figure {
	BA_DEMAND,		/* requests of the burst under way */
	BA_STOCK,		/* blocks */
	BA_TARGET,		/* blocks */
};

#ifdef CONFIG_BUDDY_ADAPTIVE_SUPPLY

void buddy_adaptive_supply_missed(unsigned int order);
bool __buddy_adaptive_supply_due(int nid);
bool __buddy_adaptive_supply_governs(pg_data_t *pgdat, unsigned int proactiveness);
bool __buddy_adaptive_supply(pg_data_t *pgdat);
enum compact_result
__buddy_adaptive_supply_finished(struct compact_control *cc);
bool __buddy_adaptive_supply_suits(struct compact_control *cc, struct page *page);

/**
 * buddy_adaptive_supply_due - has kcompactd a reason of ours to wake?
 * @pgdat: its node
 */
static __always_inline bool buddy_adaptive_supply_due(const pg_data_t *pgdat)
{
	return static_branch_unlikely(&buddy_adaptive_key) &&
	       __buddy_adaptive_supply_due(pgdat->node_id);
}

/**
 * buddy_adaptive_supply_governs - is proactive compaction to rest?
 * @pgdat: node
 * @proactiveness: vm.compaction_proactiveness
 *
 * Where demand for what it makes is at least what it would make, lever supply takes
 * its place, since it knows neither demand nor budget.
 */
static __always_inline bool
buddy_adaptive_supply_governs(pg_data_t *pgdat, unsigned int proactiveness)
{
	return static_branch_unlikely(&buddy_adaptive_key) &&
	       __buddy_adaptive_supply_governs(pgdat, proactiveness);
}

/**
 * buddy_adaptive_supply - work for the stock of a node, if that is due
 * @pgdat: the node
 *
 * Context: kcompactd, outside of psi_memstall: nobody waits for this.
 * Return: true when it was due.
 */
static __always_inline bool buddy_adaptive_supply(pg_data_t *pgdat)
{
	return static_branch_unlikely(&buddy_adaptive_key) &&
	       __buddy_adaptive_supply(pgdat);
}

/**
 * buddy_adaptive_supply_finished - is a compaction of ours done?
 * @cc: any compaction
 *
 * Mainline's proactive compaction, where it does not rest, gets no more CPU time
 * than we do.
 *
 * Return: 0 to go on as without us, else how to go on.
 */
static __always_inline enum compact_result
buddy_adaptive_supply_finished(struct compact_control *cc)
{
	if (!static_branch_unlikely(&buddy_adaptive_key) ||
	    !cc->proactive_compaction)
		return COMPACT_NOT_SUITABLE_ZONE;
	return __buddy_adaptive_supply_finished(cc);
}

/**
 * buddy_adaptive_supply_suits - may a pageblock bring what a compaction of ours is for?
 * @cc: any compaction
 * @page: first page of the pageblock in its zone
 *
 * Return: false when it is to be passed over.
 */
static __always_inline bool
buddy_adaptive_supply_suits(struct compact_control *cc, struct page *page)
{
	return !static_branch_unlikely(&buddy_adaptive_key) || !cc->proactive_compaction ||
	       __buddy_adaptive_supply_suits(cc, page);
}

void buddy_adaptive_supply_settle(void);
void buddy_adaptive_supply_apply(void);
unsigned long buddy_adaptive_supply_show(enum ba_supply_figure what, int nid,
					 unsigned int order);
unsigned long buddy_adaptive_supply_sum(enum ba_supply_event event, int nid);
unsigned int buddy_adaptive_node_threshold(int nid);

#else /* !CONFIG_BUDDY_ADAPTIVE_SUPPLY */

static inline void buddy_adaptive_supply_missed(unsigned int order)
{
}

static inline bool buddy_adaptive_supply_due(const pg_data_t *pgdat)
{
	return false;
}

static inline bool buddy_adaptive_supply_governs(pg_data_t *pgdat, unsigned int proactiveness)
{
	return false;
}

static inline bool buddy_adaptive_supply(pg_data_t *pgdat)
{
	return false;
}

static inline bool
buddy_adaptive_supply_suits(struct compact_control *cc, struct page *page)
{
	return true;
}

static inline enum compact_result
buddy_adaptive_supply_finished(struct compact_control *cc)
{
	return COMPACT_NOT_SUITABLE_ZONE;
}

static inline void buddy_adaptive_supply_settle(void)
{
}

static inline void buddy_adaptive_supply_apply(void)
{
}

#endif /* CONFIG_BUDDY_ADAPTIVE_SUPPLY */
#endif /* __MM_BUDDY_ADAPTIVE_H */
