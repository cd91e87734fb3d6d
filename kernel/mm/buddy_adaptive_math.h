/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __MM_BUDDY_ADAPTIVE_MATH_H
#define __MM_BUDDY_ADAPTIVE_MATH_H
/*
 * The judgement of buddy_adaptive as pure functions: numbers in, a number
 * out. No clock, no lock, no zone and no global, so the kernel, KUnit and a
 * program on a laptop compile the same bytes.
 *
 * Whoever includes this brings the types and helpers it needs: the kernel
 * from the headers below, the host test (userland/test) from a shim that
 * defines the include guard names it replaces.
 */
#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mmzone.h>
#include <linux/string.h>
#include <linux/time64.h>
#include "buddy_adaptive_compat.h"
#endif

/*
 * Where the study drew its lines: its monitor counts orders above 2, its
 * coarse rule holds "low" to be orders 0-2 and "high" to be 8 and above.
 */
#define BA_FIRST_ORDER		3
#define BA_LOW_ORDERS		3
#define BA_HIGH_ORDER		8

/*
 * At most one wake-up of kcompactd per node in this time: the interval at
 * which kcompactd itself looks whether proactive compaction is due
 * (HPAGE_FRAG_CHECK_INTERVAL_MSEC in mm/compaction.c).
 */
#define BA_WAKE_INTERVAL_MS	500

/* Which rule says "fragmented". */
enum ba_rule {
	BA_RULE_NONE,
	BA_RULE_THRESHOLD,	/* vm.buddy_frag_threshold */
	BA_RULE_RATIO,		/* vm.buddy_adaptive_ratio_threshold */
};

/*
 * free_area[0].nr_free and its successors, @stride bytes apart: the only
 * thing that the scans below know about a zone. The counts are read without
 * zone->lock, as fill_contig_page_info() in mm/vmstat.c reads them.
 */
struct ba_counts {
	const unsigned long *nr_free;
	size_t stride;
};

static __always_inline unsigned long ba_nr_free(struct ba_counts c,
						unsigned int order)
{
	/* a count that changes under us makes a verdict old, not wrong */
	return data_race(*(const unsigned long *)
			 ((const char *)c.nr_free + order * c.stride));
}

/**
 * ba_pages_from - free pages in blocks of a range of orders
 * @c: block counts, valid up to MAX_PAGE_ORDER
 * @first: smallest order that counts
 * @last: largest order that counts, at most MAX_PAGE_ORDER
 *
 * Return: pages.
 */
static inline u64 ba_pages_from(struct ba_counts c, unsigned int first,
				unsigned int last)
{
	unsigned int order;
	u64 pages = 0;

	for (order = first; order <= last; order++)
		pages += (u64)ba_nr_free(c, order) << order;
	return pages;
}

/**
 * ba_suitable - suitable pages of a zone for an order
 * @c: block counts
 * @order: smallest order that is suitable
 * @free: free pages of the zone that anybody may use
 *
 * nr_free also counts blocks that are reserved, isolated or for CMA, and it
 * is read at another moment than @free, so the sum may exceed it.
 *
 * Return: pages, at most @free.
 */
static inline u64 ba_suitable(struct ba_counts c, unsigned int order, u64 free)
{
	return min_t(u64, ba_pages_from(c, order, MAX_PAGE_ORDER), free);
}

/**
 * ba_fragmentation - the share of free memory that an order cannot use
 * @suitable: free pages in blocks of at least that order; more than @free
 *	counts as @free
 * @free: all free pages
 *
 * 100 * (1 - suitable / free), rounded down: the study's Option A, and what
 * extfrag_for_order() in mm/vmstat.c computes. For display; the allocator
 * asks ba_fragmented(), which does not divide.
 *
 * Return: 0-100 percent; 0 when nothing is free, which is shortage and not
 * fragmentation.
 */
static inline unsigned int ba_fragmentation(u64 suitable, u64 free)
{
	if (suitable >= free)
		return 0;
	return div64_u64((free - suitable) * 100, free);
}

/**
 * ba_fragmented - is fragmentation greater than the threshold?
 * @suitable: free pages in blocks of at least the order
 * @free: all free pages, at most 2^50 (4 EiB in 4 KiB pages)
 * @threshold: 0-100 percent; 100 is never exceeded
 *
 * 100 * (1 - suitable / free) > threshold, multiplied out. At 80 this is the
 * study's "suitable * 5 < free".
 *
 * Return: true when it is; false when nothing is free.
 */
static inline bool ba_fragmented(u64 suitable, u64 free, unsigned int threshold)
{
	return suitable * 100 < free * (100 - threshold);
}

/**
 * ba_scan_fragmented - ba_fragmented() straight from the block counts
 * @c: block counts
 * @order: order of the request
 * @free: free pages that anybody may use
 * @threshold: 0-100 percent
 *
 * Scans from the largest order down and stops as soon as the answer is known:
 * every nr_free sits on a cache line of its own that other CPUs write to. A
 * zone with plenty of large blocks is known after one of them.
 *
 * What is missing to "not fragmented" is kept in thousandths of a page, and
 * the loop is unrolled, so that a step is a multiplication by a constant, a
 * subtraction and the test of its borrow. (Times 1000 is one instruction on
 * x86, times 100 three: compilers make it of shifts.)
 *
 * Return: as ba_fragmented(ba_suitable(...), free, threshold).
 */
static __always_inline bool ba_scan_fragmented(struct ba_counts c,
					       unsigned int order, u64 free,
					       unsigned int threshold)
{
	u64 missing = free * ((100 - threshold) * 10);
	unsigned int o;

	/* one less, so that having just enough borrows, as nothing missing does */
	if (__builtin_sub_overflow(missing, 1, &missing))
		return false;
#pragma GCC unroll 16
	for (o = MAX_PAGE_ORDER; o >= BA_FIRST_ORDER; o--) {
		if (__builtin_sub_overflow(missing,
					   (u64)ba_nr_free(c, o) * (1000ULL << o),
					   &missing))
			return false;
		if (o == order)
			break;
	}
	return true;
}

/**
 * ba_ratio_exceeded - the coarse rule
 * @low: free memory in small blocks
 * @high: free memory in large blocks, in the unit of @low
 * @threshold: percent of @high that @low may reach, 0-10000; 0 turns the
 *	rule off
 *
 * Pages or blocks: mode refuse counts blocks, as the study's listing does;
 * all else counts pages, as its words do.
 *
 * Return: true when low / high is greater than the threshold, or high is 0.
 */
static inline bool ba_ratio_exceeded(u64 low, u64 high, unsigned int threshold)
{
	if (!threshold)
		return false;
	return !high || low * 100 > high * threshold;
}

/**
 * ba_scan_ratio - ba_ratio_exceeded() in pages from the block counts
 * @c: block counts
 * @threshold: percent, 0-10000; 0 turns the rule off
 *
 * Return: as ba_ratio_exceeded().
 */
static inline bool ba_scan_ratio(struct ba_counts c, unsigned int threshold)
{
	return ba_ratio_exceeded(ba_pages_from(c, 0, BA_LOW_ORDERS - 1),
				 ba_pages_from(c, BA_HIGH_ORDER,
					       MAX_PAGE_ORDER),
				 threshold);
}

/**
 * ba_wake_due - may kcompactd be woken again?
 * @now: present time
 * @last: time of the last wake-up
 * @interval: least time between two wake-ups; all three in one unit, on one
 *	clock that may wrap
 *
 * Another CPU may have moved @last past our @now; up to one interval ahead
 * counts as "just woken" and not as the distant past.
 *
 * Return: true when at least @interval has passed.
 */
static inline bool ba_wake_due(unsigned long now, unsigned long last,
			       unsigned long interval)
{
	return now - last >= interval && last - now >= interval;
}

/*
 * Who may be turned away. The first reason that holds, in this order, is the
 * verdict; BA_CLASS_OPTIONAL is the absence of reasons. Everything before
 * BA_CLASS_RETRY_MAYFAIL would break the caller or the system and is respected
 * even in mode refuse.
 */
enum ba_class {
	BA_CLASS_OPTIONAL,	/* says that it can do without */
	BA_CLASS_SMALL,		/* of an order that is not judged */
	BA_CLASS_NOFAIL,	/* __GFP_NOFAIL: has no error path */
	BA_CLASS_MEMALLOC,	/* __GFP_MEMALLOC: uses some to free more */
	BA_CLASS_HIGH,		/* __GFP_HIGH, atomic: cannot wait */
	BA_CLASS_RESERVES,	/* PF_MEMALLOC, OOM victim, realtime task */
	BA_CLASS_BOOT,		/* early boot, suspend: no reclaim to be had */
	BA_CLASS_KDUMP,		/* saving the dump comes first */
	BA_CLASS_RETRY_MAYFAIL,	/* __GFP_RETRY_MAYFAIL: asks to try hard */
	BA_CLASS_WARNS,		/* no __GFP_NOWARN: its failure is news */
	BA_CLASS_PERSISTS,	/* reclaims and does not say __GFP_NORETRY */
	BA_CLASS_FIRST_TRY,	/* on some nodes; the retry, on all, is mandatory */
	BA_NR_CLASSES
};

/* What classification has to know beyond the gfp mask. */
#define BA_CTX_RESERVES		0x1u	/* the task has reserve rights */
#define BA_CTX_BOOT		0x2u	/* reclaim is not to be had (now) */
#define BA_CTX_KDUMP		0x4u
#define BA_CTX_NODES		0x8u	/* several nodes have memory */
#define BA_CTX_SOME_NODES	0x10u	/* of which a mask leaves some out */

/* gfp bits that make a request mandatory, whatever else it says. */
#define BA_GFP_MANDATORY \
	(__GFP_NOFAIL | __GFP_MEMALLOC | __GFP_HIGH | BA_GFP_ATOMIC | \
	 __GFP_RETRY_MAYFAIL)

/**
 * ba_classify - mandatory or optional, and why
 * @gfp: mask of the request after gfp_allowed_mask and task scopes
 * @order: order of the request
 * @min_order: smallest order that is judged; orders up to
 *	PAGE_ALLOC_COSTLY_ORDER never are, since the allocator itself treats
 *	them as not failing
 * @ctx: BA_CTX_* flags
 *
 * Two kinds of request are made on some nodes first, with what makes them
 * mandatory taken out of the mask: huge pages, and all under the policy
 * MPOL_PREFERRED_MANY, whose first pass does not reclaim
 * (alloc_pages_preferred_many()).
 *
 * Return: BA_CLASS_OPTIONAL, or the reason why the request is mandatory.
 */
static inline enum ba_class ba_classify(gfp_t gfp, unsigned int order,
					unsigned int min_order,
					unsigned int ctx)
{
	if (order <= PAGE_ALLOC_COSTLY_ORDER || order < min_order)
		return BA_CLASS_SMALL;
	if (gfp & __GFP_NOFAIL)
		return BA_CLASS_NOFAIL;
	if (gfp & __GFP_MEMALLOC)
		return BA_CLASS_MEMALLOC;
	if (gfp & (__GFP_HIGH | BA_GFP_ATOMIC))
		return BA_CLASS_HIGH;
	if (ctx & BA_CTX_RESERVES)
		return BA_CLASS_RESERVES;
	if (ctx & BA_CTX_BOOT)
		return BA_CLASS_BOOT;
	if (ctx & BA_CTX_KDUMP)
		return BA_CLASS_KDUMP;
	if (gfp & __GFP_RETRY_MAYFAIL)
		return BA_CLASS_RETRY_MAYFAIL;
	if (!(gfp & __GFP_NOWARN))
		return BA_CLASS_WARNS;
	if ((gfp & __GFP_DIRECT_RECLAIM) && !(gfp & __GFP_NORETRY))
		return BA_CLASS_PERSISTS;
	if ((ctx & BA_CTX_NODES) && (gfp & __GFP_THISNODE) &&
	    (gfp & __GFP_MOVABLE))
		return BA_CLASS_FIRST_TRY;
	if ((ctx & BA_CTX_SOME_NODES) && !(gfp & __GFP_DIRECT_RECLAIM))
		return BA_CLASS_FIRST_TRY;
	return BA_CLASS_OPTIONAL;
}

/**
 * ba_tries_again - is a request, should it fail, made again at once?
 * @gfp: mask of the request
 *
 * A huge page is tried for on the local node first, and then anywhere:
 * __GFP_THISNODE and __GFP_NORETRY, and for the second try neither of them
 * (alloc_pages_vma() and its successors in mm/mempolicy.c). Demand is one block.
 *
 * Return: true when its failure is not the end of it.
 */
static inline bool ba_tries_again(gfp_t gfp)
{
	const gfp_t first = __GFP_THISNODE | __GFP_NORETRY | __GFP_MOVABLE |
			    __GFP_DIRECT_RECLAIM;

	return (gfp & first) == first;
}

/**
 * ba_may_fail - may a request of this class legally fail?
 * @class: verdict of ba_classify()
 *
 * The question of mode refuse.
 *
 * Return: false for a class that has no way to go on without its memory.
 */
static inline bool ba_may_fail(enum ba_class class)
{
	return class == BA_CLASS_OPTIONAL || class >= BA_CLASS_RETRY_MAYFAIL;
}

/*
 * Optional and not movable, as a quick look at the mask for the inline part of
 * the hook: __GFP_NOWARN, none of these bits, and not __GFP_DIRECT_RECLAIM
 * without __GFP_NORETRY.
 */
#define BA_GFP_SCREEN \
	(BA_GFP_MANDATORY | __GFP_NOWARN | __GFP_MOVABLE | \
	 __GFP_DIRECT_RECLAIM | __GFP_NORETRY)

/**
 * ba_screened - does the mask alone show that there is nothing to protect from?
 * @gfp: mask of the request
 * @screen: BA_GFP_SCREEN; 0 lets every request through to the judgement
 *
 * Subtracting __GFP_NOWARN leaves its bit clear and no other changed when it
 * was set, and its bit set when it was not: one instruction that tests for a
 * bit being there along with others being absent. Requests that fail the
 * first comparison are the many, so it stands first.
 *
 * Return: true when lever protect has no interest in the request.
 */
static __always_inline bool ba_screened(gfp_t gfp, gfp_t screen)
{
	gfp_t left = (__force gfp_t)((__force u32)gfp -
				     (__force u32)__GFP_NOWARN) & screen;

	return (left & ~(__GFP_DIRECT_RECLAIM | __GFP_NORETRY)) ||
	       left == __GFP_DIRECT_RECLAIM;
}

/**
 * ba_keeps_clean - is a request one that lever keep clean is for?
 * @gfp: mask of the request after gfp_allowed_mask and task scopes
 * @order: its order
 * @pageblock: order of a pageblock; from there on a request takes whole ones
 *
 * It says that it can do without, by __GFP_NOWARN and __GFP_NORETRY, and
 * nothing in its mask makes it mandatory: a slab's first try for more than it
 * needs, skb frags, kvmalloc(), large folios. Whether the task has rights to
 * the reserves is for the caller to see.
 *
 * Return: true when the lever may keep it from part of a pageblock.
 */
static __always_inline bool ba_keeps_clean(gfp_t gfp, unsigned int order,
					   unsigned int pageblock)
{
	const gfp_t quiet = __GFP_NOWARN | __GFP_NORETRY;

	return order && order < pageblock &&
	       (gfp & (BA_GFP_MANDATORY | quiet)) == quiet;
}

/**
 * ba_gated - is the HighAtomic reserve out of a request's reach?
 * @order: order of the request
 * @victim: the OOM killer has chosen the task, which frees all by its end
 *
 * Return: true when lever reserve gate is for it.
 */
static __always_inline bool ba_gated(unsigned int order, bool victim)
{
	return order > PAGE_ALLOC_COSTLY_ORDER && !victim;
}

/**
 * ba_claims_reserve - has a request a right to grow and use the reserve?
 * @gfp: its mask
 *
 * What the allocator sets ALLOC_HIGHATOMIC by, above order 0: it cannot wait,
 * is __GFP_HIGH, and did not waive the reserves.
 *
 * Return: true when it has.
 */
static __always_inline bool ba_claims_reserve(gfp_t gfp)
{
	return (gfp & (__GFP_HIGH | __GFP_DIRECT_RECLAIM | __GFP_NOMEMALLOC)) ==
	       __GFP_HIGH;
}

/*
 * Supply: how many large blocks to hold ready, and whether to work for them now.
 * Counts are requests or blocks of one order, times are milliseconds unless they
 * say otherwise, and nobody looks at a clock.
 */

/* A burst has ended when nothing was asked for during this time ... */
#define BA_BURST_GAP_MS		1000
/* ... and one that does not end is cut, so that a trickle counts, too. */
#define BA_BURST_MAX_MS		8000
/* How often history loses 1/256 of its weight: half of it is gone in 3 minutes. */
#define BA_FADE_MS		1000
#define BA_BURST_WEIGHT		256

/*
 * Sizes of bursts are told apart by four classes per power of two, which
 * overstates a burst by a quarter at most; 2^18 and more are one class.
 */
#define BA_BURST_MAX		262144U
#define BA_SIZE_CLASSES		68

/**
 * ba_class_bound - the largest burst of a class
 * @class: less than BA_SIZE_CLASSES
 *
 * 1, 2, 3, 4, then 5, 6, 7, 8, then 10, 12, 14, 16 and so on.
 *
 * Return: requests.
 */
static inline unsigned int ba_class_bound(unsigned int class)
{
	unsigned int octave = class / 4;

	if (!octave)
		return class + 1;
	return (4 + class % 4 + 1) << (octave - 1);
}

/**
 * ba_size_class - the class of a burst
 * @size: requests, at least 1
 *
 * Return: the smallest class whose bound is at least @size; the last one for
 * sizes beyond it.
 */
static inline unsigned int ba_size_class(unsigned int size)
{
	unsigned int octave, class;

	if (size <= 4)
		return size - 1;
	if (size >= BA_BURST_MAX)
		return BA_SIZE_CLASSES - 1;
	/* the highest bit of size - 1 and the two below it name the class */
	octave = ilog2(size - 1) - 1;
	class = octave * 4 + (((size - 1) >> (octave - 1)) & 3);
	return min_t(unsigned int, class, BA_SIZE_CLASSES - 1);
}

/* What a governor keeps of the demand for one order on one node. */
struct ba_demand {
	unsigned int burst;		/* requests of the one under way */
	unsigned int age_ms;		/* since its first request */
	unsigned int quiet_ms;		/* since its last */
	unsigned int fade_ms;		/* since history last faded */
	u16 weight[BA_SIZE_CLASSES];	/* of past bursts, by their size */
};

/* What a governor is told. */
struct ba_sample {
	unsigned int requests;		/* since the last sample */
	unsigned int elapsed_ms;	/* since then */
	unsigned int service_level;	/* percent to be served from stock, 50-99 */
};

/**
 * ba_demand_note - take a sample into account
 * @d: demand of one order on one node; all zero at first
 * @requests: since the last sample
 * @elapsed_ms: since then
 */
static inline void ba_demand_note(struct ba_demand *d, unsigned int requests,
				  unsigned int elapsed_ms)
{
	unsigned int i, fades;

	/* bounded, so that no sum below overflows after a long sleep */
	elapsed_ms = min_t(unsigned int, elapsed_ms, 1000 * BA_FADE_MS);
	requests = min_t(unsigned int, requests, BA_BURST_MAX);

	d->fade_ms += elapsed_ms;
	for (fades = d->fade_ms / BA_FADE_MS; fades; fades--) {
		for (i = 0; i < BA_SIZE_CLASSES; i++)
			d->weight[i] -= (d->weight[i] + 255) / 256;
	}
	d->fade_ms %= BA_FADE_MS;

	if (d->burst) {
		d->age_ms += elapsed_ms;
		d->quiet_ms = requests ? 0 : d->quiet_ms + elapsed_ms;
	}
	d->burst = min_t(unsigned int, d->burst + requests, BA_BURST_MAX);
	if (d->burst &&
	    (d->quiet_ms >= BA_BURST_GAP_MS || d->age_ms >= BA_BURST_MAX_MS)) {
		u16 *weight = &d->weight[ba_size_class(d->burst)];

		*weight = min_t(unsigned int, *weight + BA_BURST_WEIGHT, U16_MAX);
		d->burst = 0;
		d->age_ms = 0;
		d->quiet_ms = 0;
	}
}

/**
 * ba_demand_covered - the stock from which a share of past demand is served
 * @d: demand of one order on one node
 * @percent: 0-100
 *
 * A stock of T serves min(T, size) of a burst. The answer is the smallest bound
 * of a class that serves @percent of all requests of the remembered bursts.
 *
 * Return: blocks, at most BA_BURST_MAX; 0 when nothing is remembered.
 */
static inline unsigned int ba_demand_covered(const struct ba_demand *d,
					     unsigned int percent)
{
	u64 all = 0, below = 0, bursts = 0;
	unsigned int i;

	for (i = 0; i < BA_SIZE_CLASSES; i++) {
		all += (u64)d->weight[i] * ba_class_bound(i);
		bursts += d->weight[i];
	}
	for (i = 0; i < BA_SIZE_CLASSES; i++) {
		if (!bursts)
			return 0;
		/* served: the bursts below in full, this much of the others */
		if ((below + bursts * ba_class_bound(i)) * 100 >= all * percent)
			return ba_class_bound(i);
		below += (u64)d->weight[i] * ba_class_bound(i);
		bursts -= d->weight[i];
	}
	return 0;
}

/**
 * ba_peak_next - the governor "peak"
 * @d: demand of one order on one node
 * @s: what happened since its last sample
 *
 * Holds ready what serves service_level percent of the requests of the bursts
 * of the last minutes. A class bound is up to a quarter above the bursts in it,
 * which is the margin for the next one being a little larger. A burst that is
 * beyond what is remembered is expected to ask for as much again: of what grows
 * without a known bound, doubling wastes no more than half.
 *
 * Return: the target, in blocks.
 */
static inline unsigned int ba_peak_next(struct ba_demand *d,
					const struct ba_sample *s)
{
	unsigned int covered;

	ba_demand_note(d, s->requests, s->elapsed_ms);
	covered = ba_demand_covered(d, s->service_level);
	return d->burst <= covered ? covered :
				    min_t(unsigned int, 2 * d->burst, BA_BURST_MAX);
}

/**
 * ba_governs - does supply hold what proactive compaction would make?
 * @need: pages that the node is to hold in blocks of a pageblock and above
 * @usable: usable pages of the node
 * @proactiveness: vm.compaction_proactiveness, 0-100
 *
 * Its low watermark is 100 - proactiveness percent of free memory outside of
 * such blocks, see fragmentation_score_wmark().
 *
 * Return: true when it does, and there is a need at all.
 */
static inline bool ba_governs(u64 need, u64 usable, unsigned int proactiveness)
{
	return need && need * 100 >= usable * proactiveness;
}

/* ba_share() goes by the share of a zone in this fraction of the node. */
#define BA_SHARE_BITS		20

/**
 * ba_share - a zone's part of what its node is to hold
 * @need: pages that the node is to hold, at most 2^43
 * @part: usable pages of the zone, at most 2^43
 * @whole: usable pages of the node
 *
 * Rounded down by less than a millionth of @need and a page, and never more than
 * the zone has.
 *
 * Return: pages, at most @part.
 */
static inline u64 ba_share(u64 need, u64 part, u64 whole)
{
	if (part >= whole)
		return min_t(u64, need, part);
	return min_t(u64, part,
		     need * div64_u64(part << BA_SHARE_BITS, whole) >> BA_SHARE_BITS);
}

/**
 * ba_grain - the order that new blocks must have to be of use
 * @stock: pages in blocks of an order and above, up to MAX_PAGE_ORDER + 1
 * @need: pages that they should be; what an order has more than the next is
 *	for requests of its own
 *
 * A block serves requests of its order and, when those have theirs, of the orders
 * below; never of those above. So where an order falls short, smaller blocks do not
 * help it, however many there are.
 *
 * Return: the lowest order that falls short by a block, or 0 when none does.
 */
static inline unsigned int ba_grain(const u64 *stock, const u64 *need)
{
	unsigned int order, grain = 0;
	u64 over = 0;

	for (order = MAX_PAGE_ORDER; order >= BA_FIRST_ORDER; order--) {
		u64 want = need[order] - min_t(u64, need[order], need[order + 1]);

		over += stock[order] - min_t(u64, stock[order], stock[order + 1]);
		if (over + (1U << order) <= want)
			grain = order;
		over -= min_t(u64, over, want);
	}
	return grain;
}

/* A shortage of less than this part of what is to be held ... */
#define BA_SHORTAGE_PART	8
/* ... waits this long for more: a run for it looks through zones from their ends. */
#define BA_SHORTAGE_WAIT_MS	1000

/**
 * ba_run_pays - is a shortage large or old enough to work for it?
 * @missing: pages by which stock falls short
 * @need: pages that it should be
 * @short_ms: how long it has fallen short
 *
 * Under a trickle of requests stock falls short a moment after it was met.
 *
 * Return: true when it is.
 */
static inline bool ba_run_pays(u64 missing, u64 need, unsigned int short_ms)
{
	return missing && (missing * BA_SHORTAGE_PART >= need ||
			   short_ms >= BA_SHORTAGE_WAIT_MS);
}

/**
 * ba_churning - does memory move too much for compaction to last?
 * @now: free pages
 * @before: the same at an earlier time
 * @asked: pages that large requests have asked for in between
 * @elapsed_ms: between the two times
 *
 * More than 1 percent of free memory in 50 ms moves for other reasons than the
 * demand: the work would be undone. What large requests took may have been given
 * back since, all or in part, so up to @asked pages fewer say nothing.
 *
 * Return: true when it does.
 */
static inline bool ba_churning(u64 now, u64 before, u64 asked,
			       unsigned int elapsed_ms)
{
	u64 moved = now > before ? now - before : before - now;

	if (now < before)
		moved -= min_t(u64, moved, asked);
	return moved * 100 * 50 > now * elapsed_ms;
}

/*
 * Work done in the last seconds, a second to a slot. One slot more than the
 * window has seconds, so that the oldest one, which has only partly left the
 * window, still counts in full.
 */
#define BA_WINDOW_S		10
#define BA_WINDOW_SLOTS		(BA_WINDOW_S + 1)

struct ba_budget {
	u64 second;			/* of the newest slot */
	u64 used_ns[BA_WINDOW_SLOTS];	/* by second modulo slots */
};

/**
 * ba_budget_charge - enter work that was done
 * @b: budget; all zero at first
 * @second: present time in seconds; does not go back
 * @ns: work done since the last charge
 */
static inline void ba_budget_charge(struct ba_budget *b, u64 second, u64 ns)
{
	u64 steps = second > b->second ? second - b->second : 0;
	unsigned int i;
	u32 slot;

	steps = min_t(u64, steps, BA_WINDOW_SLOTS);
	for (i = 0; i < steps; i++) {
		div_u64_rem(second - i, BA_WINDOW_SLOTS, &slot);
		b->used_ns[slot] = 0;
	}
	b->second += second > b->second ? second - b->second : 0;
	div_u64_rem(b->second, BA_WINDOW_SLOTS, &slot);
	b->used_ns[slot] += ns;
}

/**
 * ba_budget_left - how much work may be done now
 * @b: budget, charged up to now
 * @percent: of one CPU, 0-100
 *
 * Return: nanoseconds, so that no BA_WINDOW_S seconds hold more than @percent
 * of them; without limit at 100.
 */
static inline u64 ba_budget_left(const struct ba_budget *b, unsigned int percent)
{
	u64 used = 0, most = (u64)percent * BA_WINDOW_S * (NSEC_PER_SEC / 100);
	unsigned int i;

	if (percent >= 100)
		return U64_MAX;
	for (i = 0; i < BA_WINDOW_SLOTS; i++)
		used += b->used_ns[i];
	return used < most ? most - used : 0;
}

/**
 * ba_budget_ms - all that a window has
 * @percent: of one CPU, 0-100
 *
 * Return: milliseconds.
 */
static inline unsigned int ba_budget_ms(unsigned int percent)
{
	return percent * (BA_WINDOW_S * MSEC_PER_SEC / 100);
}

/**
 * ba_budget_suffices - is what is left enough to begin?
 * @left: nanoseconds, from ba_budget_left()
 * @percent: of one CPU, 0-100
 *
 * A run has the lists of all CPUs emptied first, which many short ones would do
 * more often: no fewer than a quarter of the budget.
 *
 * Return: true when it is; never at 0 percent.
 */
static inline bool ba_budget_suffices(u64 left, unsigned int percent)
{
	return percent &&
	       left >= (u64)percent * BA_WINDOW_S * (NSEC_PER_SEC / 400);
}

/**
 * ba_step_ahead - how long the next step of a run may take
 * @longest_ns: the same before the last step; 0 at first
 * @step_ns: what that one took
 *
 * As long as any of the last ones: one that was long for once is forgotten by
 * 1/32 a step, lest it keep short budgets from being used.
 *
 * Return: nanoseconds.
 */
static inline u64 ba_step_ahead(u64 longest_ns, u64 step_ns)
{
	return max_t(u64, step_ns, longest_ns - longest_ns / 32);
}

/**
 * ba_round_gain - what a round of work has brought
 * @now: stock of its order, in pages
 * @before: the same when it began
 * @taken: pages that requests have taken out of it meanwhile, modulo 2^64
 *
 * Who asks for blocks while they are made takes them as they come: then stock
 * does not grow, and the work was worth it all the same. The counters behind
 * @taken are not read at one moment, so that it can be a little less than 0.
 *
 * Return: pages.
 */
static inline u64 ba_round_gain(u64 now, u64 before, u64 taken)
{
	s64 gain = now - before + taken;

	return gain > 0 ? gain : 0;
}

/* One page made suitable for more than this many looked at is poor work. */
#define BA_FRUITLESS		256
#define BA_BACKOFF_FIRST_MS	250
#define BA_BACKOFF_MAX_MS	64000
/* Of what a round costs: a first pause that is felt, and one of less than 1 percent. */
#define BA_BACKOFF_FIRST_TIMES	32
#define BA_BACKOFF_TIMES	128
/* From the one to the other. */
#define BA_BACKOFF_GROWTH	4
/* After a round that had nothing to look at, which says nothing of the next. */
#define BA_BACKOFF_UNTRIED_MS	1000

/**
 * ba_backoff_next - how long to leave memory alone
 * @last_ms: the pause before this round of work; 0 is none
 * @gain: pages that the round made suitable, from ba_round_gain()
 * @scanned: pages that it looked at
 * @cost_ms: CPU time that it took
 *
 * After the second round that was not worth it, rounds of that cost take less
 * than 1 percent of a CPU.
 *
 * Return: milliseconds; 0 when the round was worth it, BA_BACKOFF_UNTRIED_MS when
 * it had nothing to look at, else four times as long as last time, from
 * BA_BACKOFF_FIRST_MS or 32 times the cost up to BA_BACKOFF_MAX_MS or 128 times
 * the cost, whichever is more.
 */
static inline unsigned int ba_backoff_next(unsigned int last_ms, u64 gain,
					   u64 scanned, unsigned int cost_ms)
{
	u64 least = max_t(u64, BA_BACKOFF_FIRST_MS,
			  (u64)cost_ms * BA_BACKOFF_FIRST_TIMES);
	u64 most = max_t(u64, BA_BACKOFF_MAX_MS, (u64)cost_ms * BA_BACKOFF_TIMES);
	u64 next = max_t(u64, least, (u64)last_ms * BA_BACKOFF_GROWTH);

	if (gain && gain * BA_FRUITLESS >= scanned)
		return 0;
	if (!scanned)
		return BA_BACKOFF_UNTRIED_MS;
	return min_t(u64, min_t(u64, most, U32_MAX / 2), next);
}

/* The longest number that can be a setting, with room for blanks. */
#define BA_SETTING_LEN		32

/**
 * ba_parse_setting - exactly one number within a range
 * @buf: what was written; need not end in NUL
 * @len: its length
 * @min: least value allowed
 * @max: greatest value allowed
 * @value: where the number goes; untouched on error
 *
 * Decimal, 0x hexadecimal or 0 octal, as other sysctls take them; blanks
 * and newlines around it are fine. The stock handler takes the first number
 * of several.
 *
 * Return: 0, or -EINVAL.
 */
static inline int ba_parse_setting(const char *buf, size_t len,
				   unsigned int min, unsigned int max,
				   unsigned int *value)
{
	char text[BA_SETTING_LEN];
	unsigned int number;

	while (len && isspace(buf[len - 1]))
		len--;
	while (len && isspace(*buf)) {
		buf++;
		len--;
	}
	/* kstrtouint() would take a sign, and stop at a NUL */
	if (!len || len >= sizeof(text) || !isdigit(*buf) ||
	    memchr(buf, 0, len))
		return -EINVAL;
	memcpy(text, buf, len);
	text[len] = 0;
	if (kstrtouint(text, 0, &number) || number < min || number > max)
		return -EINVAL;
	*value = number;
	return 0;
}

#endif /* __MM_BUDDY_ADAPTIVE_MATH_H */
