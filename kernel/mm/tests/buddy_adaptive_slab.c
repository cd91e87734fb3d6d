// SPDX-License-Identifier: GPL-2.0
/*
 * What the slab allocator takes for an object, and what it does to the buddy
 * allocator below it.
 */

/**
 * DOC: buddy_adaptive slab module
 *
 * A test bench, never for production: it makes and frees objects of one size
 * in one pattern, once, while it is loaded, and tells what that took. It uses
 * nothing of buddy_adaptive and exported symbols only.
 *
 * Parameters, given to insmod; what is not in range is refused with a message
 * and -EINVAL, and nothing is done:
 *
 * ``api``
 *	``kmem_cache`` (default): kmem_cache_alloc() from a cache that nobody
 *	else shares; ``kmalloc``: kmalloc() of a size not known when compiled,
 *	after the holes that others left in its slabs were filled; ``bulk``:
 *	kmem_cache_alloc_bulk(), 16 objects a call.
 *
 * ``size``
 *	Bytes, a power of two from 8 to 8192 (64).
 *
 * ``pattern``
 *	======  ==============================================================
 *	pair    one object, freed at once: all from the per-CPU cache
 *	fifo    all objects, then all freed, the oldest first (default)
 *	lifo    the same, the youngest first
 *	random  the same, in random order
 *	set     a set of live objects; each of it is freed, in random order, and
 *	        another made in its place, and only that is measured
 *	remote  all made on one processor, all freed on the next
 *	all     fifo on all processors at once, on each as many objects
 *	holes   objects of *size*, every other freed, so that no page has room
 *	        for one of twice the size, though half of it is free; then 1024
 *	        of twice the size are made and freed, and only that is measured.
 *	        Not for sizes above 2048
 *	hold    all objects, of which ``keep`` percent, chosen at random, stay
 *	        until the module is removed; measures nothing but counts what
 *	        was asked of the page allocator
 *	======  ==============================================================
 *
 * ``objects``
 *	64 to 4194304 (8192), in multiples of 64. Fewer if free memory would
 *	sink below 40 % of what it was: then the log says so, and *objects* in
 *	the results how many there were. Requests never reclaim hard nor wake
 *	the OOM killer.
 *
 * ``rounds``
 *	1 to 100 (5) measured ones, after one that checks: that each object is
 *	ours alone (each has its number written into it and keeps it), and that
 *	the order frees each once. If not, the module does not load.
 *
 * ``piece``
 *	Operations between two looks at the clock, 1, 2, 4, 8, 16, 32 or 64 (64);
 *	in api ``bulk`` at least 16.
 *
 * ``keep``
 *	0 to 100 percent (100), for ``hold``.
 *
 * ``seed``
 *	Of the random orders (1).
 *
 * ``fault``
 *	``lose`` an object at the end, or free one ``twice``: to see whether
 *	those who watch over the module would notice (none).
 *
 * The results are CSV ``metric,value`` in ``/sys/kernel/debug/buddy_adaptive_slab``
 * until the module is removed, and only there:
 *
 * *asked*, *objects*, *rounds*, *lost*
 *	Objects wanted and had at a time; objects that were not freed: 0, or the
 *	log has a line about it.
 *
 * *pairs*, *alloc_ticks*, *free_ticks*, *ticks*
 *	Pairs of alloc and free in a round, and cycles (of get_cycles(), net of
 *	those of the loop around them) for all of the allocs, all of the frees,
 *	or, where they alternate, both. A round is measured in pieces of
 *	``piece`` operations; of each piece counts what most rounds took,
 *	so that an interrupt in one of them does not. In pattern ``all`` it is
 *	the mean of the slowest processor.
 *
 * *requests_orderN*, *kept*
 *	In pattern ``hold``: requests by order that the making of the objects
 *	sent to the page allocator, successful or not, seen by tracepoint
 *	mm_page_alloc; and objects still held.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <linux/timex.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

/* 6.1 calls it MAX_ORDER, and means one more */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER		(MAX_ORDER - 1)
#endif

/*
 * A cache that is not merged with another. 6.1 has no flag for that; of those
 * that forbid it as well this one does nothing else there. Later it has a cost:
 * on 7.3 such a cache has no sheaves.
 */
#ifdef SLAB_NO_MERGE
#define BA_SLAB_OF_ITS_OWN	SLAB_NO_MERGE
#else
#define BA_SLAB_OF_ITS_OWN	SLAB_NOLEAKTRACE
#endif

#define BA_SLAB_MIN_SIZE	8
#define BA_SLAB_MAX_SIZE	8192
#define BA_SLAB_MAX_OBJECTS	(4U << 20)
#define BA_SLAB_MAX_ROUNDS	100
#define BA_SLAB_PIECE		64	/* most operations between two looks at the clock */
#define BA_SLAB_GROUP		16	/* objects in a call of the bulk API */
#define BA_SLAB_PARTS		3	/* most parts of a round */
#define BA_SLAB_ALIKE		16	/* ticks that alike rounds may be apart */
#define BA_SLAB_PLUG		4096U	/* most objects that fill what others left ... */
#define BA_SLAB_PLUG_BYTES	(4U << 20)	/* ... and most memory for it */
#define BA_SLAB_WIDE		1024	/* objects of pattern holes that are measured */
#define BA_SLAB_FREE_PERCENT	40	/* of free memory stays free, and ... */
#define BA_SLAB_BOOKS_PERCENT	10	/* ... so much may our own lists take */

/* Try, short of the OOM killer */
#define BA_SLAB_GFP		(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY)

/* What is done to the list of objects, from its one end to the other */
enum ba_slab_part {
	BA_SLAB_NOTHING,
	BA_SLAB_FILL,		/* make them */
	BA_SLAB_DRAIN,		/* free them, in the run's order */
	BA_SLAB_PAIR,		/* make one and free it */
	BA_SLAB_REPLACE,	/* free one and make one, in the run's order */
};

enum ba_slab_order {
	BA_SLAB_OLDEST,
	BA_SLAB_YOUNGEST,
	BA_SLAB_SHUFFLED,
};

struct ba_slab_run;

/* A way to the allocator: how many objects a call makes or frees, and the calls */
struct ba_slab_api {
	const char *name;
	unsigned int group;
	bool (*get)(struct ba_slab_run *run, void **group);
	void (*put)(struct ba_slab_run *run, void **group);
};

/* Objects of one size, and what making and freeing them took */
struct ba_slab_run {
	const struct ba_slab_api *api;
	unsigned int size;
	struct kmem_cache *cache;	/* NULL for kmalloc */
	bool shares;			/* the cache is another run's */
	unsigned int objects;
	void **object;
	u32 *order;			/* a permutation of the indices */
	u32 *took[BA_SLAB_PARTS];	/* ticks of each piece in each round */
	u64 ticks[BA_SLAB_PARTS];	/* of each part of a round, in the end */
	unsigned int lost;		/* objects that nobody freed */
	unsigned int foreign;		/* objects that were not ours alone */
};

struct ba_slab_pattern {
	const char *name;
	enum ba_slab_order order;
	enum ba_slab_part parts[BA_SLAB_PARTS];	/* of a round */
	unsigned int cpus;		/* that it needs */
	unsigned int max_size;
	int (*run)(const struct ba_slab_pattern *pattern);
};

/* Something to be done on one processor, by a thread of its own */
struct ba_slab_job {
	int (*fn)(struct ba_slab_job *job);
	const struct ba_slab_pattern *pattern;
	struct ba_slab_run *run;
	unsigned int part, round;	/* which of pattern->parts, and when */
	struct task_struct *task;
	struct completion done;
	int err;
};

static struct {
	char *api;
	unsigned int size;
	char *pattern;
	unsigned int objects;
	unsigned int rounds;
	unsigned int piece;
	unsigned int keep;
	unsigned int seed;
	char *fault;
} ba_slab_arg = {
	.api = "kmem_cache", .size = 64, .pattern = "fifo", .objects = 8192,
	.rounds = 5, .piece = 64, .keep = 100, .seed = 1, .fault = "none",
};

module_param_named(api, ba_slab_arg.api, charp, 0444);
MODULE_PARM_DESC(api, "kmem_cache, kmalloc or bulk");
module_param_named(size, ba_slab_arg.size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of an object, a power of two from 8 to 8192");
module_param_named(pattern, ba_slab_arg.pattern, charp, 0444);
MODULE_PARM_DESC(pattern, "pair, fifo, lifo, random, set, remote, all, holes or hold");
module_param_named(objects, ba_slab_arg.objects, uint, 0444);
MODULE_PARM_DESC(objects, "how many, 64 to 4194304, in multiples of 64");
module_param_named(rounds, ba_slab_arg.rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "that are measured, 1 to 100");
module_param_named(piece, ba_slab_arg.piece, uint, 0444);
MODULE_PARM_DESC(piece, "operations between two looks at the clock, 1 to 64, a power of two");
module_param_named(keep, ba_slab_arg.keep, uint, 0444);
MODULE_PARM_DESC(keep, "percent of the objects that pattern hold keeps, 0 to 100");
module_param_named(seed, ba_slab_arg.seed, uint, 0444);
MODULE_PARM_DESC(seed, "of the random orders");
module_param_named(fault, ba_slab_arg.fault, charp, 0444);
MODULE_PARM_DESC(fault, "none, lose (an object) or twice (free one)");

static struct ba_slab_run ba_slab_run;
static struct ba_slab_run ba_slab_wide;		/* pattern holes, twice the size */
static struct ba_slab_run ba_slab_plug;		/* kmalloc: fills what others left */
static struct rnd_state ba_slab_random;
static struct dentry *ba_slab_file;

/* Who loads the module is told to end: everybody stops soon */
static bool ba_slab_stop;

static struct {
	const char *name;
	u64 value;
} ba_slab_results[16];
static unsigned int ba_slab_nr_results;

/* Pages that stay free: worked out once, as several may make objects at a time */
static unsigned long ba_slab_floor;

/*
 * Requests of the task that makes the objects, by order. Written by that task
 * alone, which also runs the probe that matters: no ordering.
 */
static struct task_struct *ba_slab_maker;
static u64 ba_slab_requests[MAX_PAGE_ORDER + 1];

static void ba_slab_tell(const char *name, u64 value)
{
	if (WARN_ON_ONCE(ba_slab_nr_results == ARRAY_SIZE(ba_slab_results)))
		return;
	ba_slab_results[ba_slab_nr_results].name = name;
	ba_slab_results[ba_slab_nr_results++].value = value;
}

/* ---- one operation, and pieces of them ------------------------------------ */

static bool ba_slab_kmalloc(struct ba_slab_run *run, void **group)
{
	group[0] = kmalloc(run->size, BA_SLAB_GFP);
	return group[0];
}

static void ba_slab_kfree(struct ba_slab_run *run, void **group)
{
	kfree(group[0]);
}

static bool ba_slab_cache_alloc(struct ba_slab_run *run, void **group)
{
	group[0] = kmem_cache_alloc(run->cache, BA_SLAB_GFP);
	return group[0];
}

static void ba_slab_cache_free(struct ba_slab_run *run, void **group)
{
	kmem_cache_free(run->cache, group[0]);
}

static bool ba_slab_bulk_alloc(struct ba_slab_run *run, void **group)
{
	return kmem_cache_alloc_bulk(run->cache, BA_SLAB_GFP, BA_SLAB_GROUP, group);
}

static void ba_slab_bulk_free(struct ba_slab_run *run, void **group)
{
	kmem_cache_free_bulk(run->cache, BA_SLAB_GROUP, group);
}

/* No allocator at all: what these take is that of the loops and of the calls */
static bool ba_slab_dry_alloc(struct ba_slab_run *run, void **group)
{
	group[0] = run;
	return group[0];
}

static void ba_slab_dry_free(struct ba_slab_run *run, void **group)
{
}

static const struct ba_slab_api ba_slab_apis[] = {
	{ "kmem_cache", 1, ba_slab_cache_alloc, ba_slab_cache_free },
	{ "kmalloc", 1, ba_slab_kmalloc, ba_slab_kfree },
	{ "bulk", BA_SLAB_GROUP, ba_slab_bulk_alloc, ba_slab_bulk_free },
};

static const struct ba_slab_api ba_slab_dry_apis[] = {
	{ "dry", 1, ba_slab_dry_alloc, ba_slab_dry_free },
	{ "dry", BA_SLAB_GROUP, ba_slab_dry_alloc, ba_slab_dry_free },
};

/* A piece of a part, from index @from up to @to; false if memory ran out. */
static noinline bool ba_slab_piece(enum ba_slab_part part,
				   struct ba_slab_run *run,
				   const struct ba_slab_api *api,
				   unsigned int from, unsigned int to)
{
	const unsigned int n = api->group;
	void *group[BA_SLAB_GROUP];
	unsigned int i, j;

	for (i = from; i < to; i += n) {
		if (part == BA_SLAB_DRAIN || part == BA_SLAB_REPLACE) {
			for (j = 0; j < n; j++) {
				void **slot = &run->object[run->order[i + j]];

				group[j] = *slot;
				*slot = NULL;
			}
			api->put(run, group);
			if (part == BA_SLAB_DRAIN)
				continue;
		}
		if (!api->get(run, group))
			return false;
		switch (part) {
		case BA_SLAB_FILL:
			for (j = 0; j < n; j++)
				run->object[i + j] = group[j];
			break;
		case BA_SLAB_REPLACE:
			for (j = 0; j < n; j++)
				run->object[run->order[i + j]] = group[j];
			break;
		default:
			api->put(run, group);
			break;
		}
	}
	return true;
}

/* ---- lists of objects ----------------------------------------------------- */

static void ba_slab_free_one(struct ba_slab_run *run, unsigned int i)
{
	void *object = run->object[i];

	run->object[i] = NULL;
	if (!object)
		return;
	if (run->cache)
		kmem_cache_free(run->cache, object);
	else
		kfree(object);
}

/* Frees what is left; how many that were. */
static unsigned int ba_slab_release(struct ba_slab_run *run)
{
	unsigned int i, left = 0;

	for (i = 0; i < run->objects; i++) {
		left += !!run->object[i];
		ba_slab_free_one(run, i);
		if (i % BA_SLAB_PIECE == 0)
			cond_resched();
	}
	return left;
}

static void ba_slab_sort(struct ba_slab_run *run, enum ba_slab_order order)
{
	unsigned int i, j;

	for (i = 0; i < run->objects; i++)
		run->order[i] = order == BA_SLAB_YOUNGEST ? run->objects - 1 - i : i;
	if (order != BA_SLAB_SHUFFLED)
		return;
	for (i = run->objects - 1; i > 0; i--) {
		/* u32 * u32 >> 32: less than the second, evenly enough */
		j = (u64)prandom_u32_state(&ba_slab_random) * (i + 1) >> 32;
		swap(run->order[i], run->order[j]);
		if (i % BA_SLAB_PIECE == 0)
			cond_resched();
	}
}

static u64 *ba_slab_number(struct ba_slab_run *run, unsigned int i, bool last)
{
	return run->object[i] + (last ? run->size - sizeof(u64) : 0);
}

/*
 * Is each object one's own, and does the order come to each once? Numbers each at
 * both ends, then walks in order, finds the number, and makes it unfit to be found
 * again.
 */
static void ba_slab_check(struct ba_slab_run *run)
{
	unsigned int i, at;

	for (i = 0; i < run->objects; i++) {
		*ba_slab_number(run, i, false) = i;
		*ba_slab_number(run, i, true) = i;
	}
	for (i = 0; i < run->objects; i++) {
		at = run->order[i];
		if (*ba_slab_number(run, at, false) != at ||
		    *ba_slab_number(run, at, true) != at)
			run->foreign++;
		*ba_slab_number(run, at, false) = ~0ULL;
		if (i % BA_SLAB_PIECE == 0)
			cond_resched();
	}
}

/*
 * Makes the objects, as many of them as leave enough memory free, checks them, and
 * brings them in order. Fewer than there should be: run->objects says how many.
 */
static int ba_slab_make(struct ba_slab_run *run, enum ba_slab_order order)
{
	unsigned int wanted = run->objects, i;

	for (i = 0; i < wanted; i += BA_SLAB_PIECE) {
		if (READ_ONCE(ba_slab_stop))
			return -EINTR;
		if (nr_free_pages() < ba_slab_floor)
			break;
		if (!ba_slab_piece(BA_SLAB_FILL, run, run->api, i,
				   i + BA_SLAB_PIECE))
			break;
		cond_resched();
	}
	if (i < wanted) {
		/* what a piece had when memory ran out */
		for (wanted = i; i < wanted + BA_SLAB_PIECE; i++)
			ba_slab_free_one(run, i);
		run->objects = wanted;
		if (!wanted)
			return -ENOMEM;
	}
	ba_slab_sort(run, order);
	ba_slab_check(run);
	if (!run->foreign)
		return 0;
	pr_err("%u of %u objects are not ours alone, or would be freed twice\n",
	       run->foreign, run->objects);
	return -EIO;
}

/* ---- what a part takes ---------------------------------------------------- */

/*
 * One part of a round, by way of @api, piece by piece; what each took goes to @took, if
 * that is there.
 */
static int ba_slab_do(struct ba_slab_run *run, const struct ba_slab_api *api,
		      enum ba_slab_part part, u32 *took)
{
	const unsigned int piece = ba_slab_arg.piece;
	unsigned int i;
	cycles_t ticks;
	bool got;

	if (part == BA_SLAB_NOTHING)
		return 0;
	for (i = 0; i < run->objects; i += piece) {
		ticks = get_cycles();
		got = ba_slab_piece(part, run, api, i, i + piece);
		ticks = get_cycles() - ticks;
		if (!got)
			return -ENOMEM;
		if (READ_ONCE(ba_slab_stop))
			return -EINTR;
		if (took)
			took[i / piece] = min_t(u64, ticks, U32_MAX);
		cond_resched();
	}
	return 0;
}

static u32 *ba_slab_took(struct ba_slab_run *run, unsigned int part,
			 unsigned int round)
{
	return run->took[part] + (size_t)round * run->objects / ba_slab_arg.piece;
}

static int ba_slab_round(const struct ba_slab_pattern *pattern,
			 struct ba_slab_run *run, const struct ba_slab_api *api,
			 unsigned int round)
{
	unsigned int part;
	int err = 0;

	for (part = 0; part < BA_SLAB_PARTS && !err; part++)
		err = ba_slab_do(run, api, pattern->parts[part],
				 ba_slab_took(run, part, round));
	return err;
}

/*
 * What a piece takes, of what it took in each round, sorted: the least of what more
 * than half of the rounds took, all but a few ticks; or else the median. A timer
 * interrupt does not move it, nor does what happens now and then: counters of pages
 * cross their thresholds, and SLUB, by the clock, in one case of 45 does not look for
 * slabs of other nodes.
 */
static u32 ba_slab_typical(const u32 *sorted, unsigned int n)
{
	unsigned int i;

	for (i = 0; i + n / 2 < n; i++)
		if (sorted[i + n / 2] - sorted[i] <= BA_SLAB_ALIKE)
			return sorted[i];
	return sorted[n / 2];
}

/* What a part takes in a round: the sum over its pieces */
static u64 ba_slab_sum(struct ba_slab_run *run, unsigned int part)
{
	u32 sorted[BA_SLAB_MAX_ROUNDS], ticks;
	unsigned int i, j, round;
	u64 sum = 0;

	for (i = 0; i < run->objects / ba_slab_arg.piece; i++) {
		for (round = 0; round < ba_slab_arg.rounds; round++) {
			ticks = ba_slab_took(run, part, round)[i];
			for (j = round; j > 0 && sorted[j - 1] > ticks; j--)
				sorted[j] = sorted[j - 1];
			sorted[j] = ticks;
		}
		sum += ba_slab_typical(sorted, ba_slab_arg.rounds);
		if (i % BA_SLAB_PIECE == 0)
			cond_resched();
	}
	return sum;
}

static const struct ba_slab_api *ba_slab_dry_api(struct ba_slab_run *run)
{
	return &ba_slab_dry_apis[run->api->group > 1];
}

/*
 * What the parts of a round take: of what is measured now, less what the loops take
 * without the allocator. Leaves the list empty.
 */
static int ba_slab_net(const struct ba_slab_pattern *pattern,
		       struct ba_slab_run *run)
{
	unsigned int round, part;
	int err = 0;

	for (part = 0; part < BA_SLAB_PARTS && pattern->parts[part]; part++)
		run->ticks[part] = ba_slab_sum(run, part);
	for (round = 0; round < ba_slab_arg.rounds && !err; round++)
		err = ba_slab_round(pattern, run, ba_slab_dry_api(run), round);
	memset(run->object, 0, run->objects * sizeof(*run->object));
	for (part = 0; part < BA_SLAB_PARTS && pattern->parts[part]; part++)
		run->ticks[part] -= min(run->ticks[part], ba_slab_sum(run, part));
	return err;
}

static void ba_slab_tell_ticks(const struct ba_slab_pattern *pattern,
			       struct ba_slab_run *run)
{
	ba_slab_tell("pairs", run->objects);
	if (pattern->parts[0] == BA_SLAB_PAIR) {
		ba_slab_tell("ticks", run->ticks[0]);
	} else if (pattern->parts[1] == BA_SLAB_REPLACE) {
		ba_slab_tell("ticks", run->ticks[1]);
	} else {
		ba_slab_tell("alloc_ticks", run->ticks[0]);
		ba_slab_tell("free_ticks", run->ticks[1]);
	}
}

/* ---- the state that all this meets ---------------------------------------- */

/*
 * Of what an operation takes some depends on what no two boots have alike: which
 * page comes next, how far a per-CPU counter of pages is from its threshold, what
 * the time is. So from round to round a page more of each order that slabs are made
 * of is held, and a few that are counted as slab, and each begins at an odd time.
 */
static unsigned long ba_slab_held[BA_SLAB_MAX_ROUNDS][PAGE_ALLOC_COSTLY_ORDER + 1];
static void *ba_slab_held_slab[BA_SLAB_MAX_ROUNDS];

static void ba_slab_hold_more(unsigned int round)
{
	unsigned int order, wait;

	for (order = 0; order <= PAGE_ALLOC_COSTLY_ORDER; order++)
		ba_slab_held[round][order] = __get_free_pages(BA_SLAB_GFP, order);
	ba_slab_held_slab[round] = kmalloc(4 * PAGE_SIZE, BA_SLAB_GFP);
	for (wait = prandom_u32_state(&ba_slab_random) % 1024; wait; wait--)
		cpu_relax();
}

static void ba_slab_hold_no_more(void)
{
	unsigned int round, order;

	for (round = 0; round < BA_SLAB_MAX_ROUNDS; round++) {
		for (order = 0; order <= PAGE_ALLOC_COSTLY_ORDER; order++)
			free_pages(ba_slab_held[round][order], order);
		kfree(ba_slab_held_slab[round]);
	}
	memset(ba_slab_held, 0, sizeof(ba_slab_held));
	memset(ba_slab_held_slab, 0, sizeof(ba_slab_held_slab));
}

/* ---- runs ----------------------------------------------------------------- */

static void ba_slab_take_down(struct ba_slab_run *run)
{
	unsigned int part;

	if (run->object)
		ba_slab_release(run);
	if (!run->shares)
		kmem_cache_destroy(run->cache);
	for (part = 0; part < BA_SLAB_PARTS; part++)
		vfree(run->took[part]);
	vfree(run->order);
	vfree(run->object);
	memset(run, 0, sizeof(*run));
}

/* @cache: of another run, to be shared; NULL for one of its own */
static int ba_slab_set_up(struct ba_slab_run *run, const struct ba_slab_api *api,
			  unsigned int size, unsigned int objects,
			  struct kmem_cache *cache)
{
	size_t took = (size_t)ba_slab_arg.rounds * objects / ba_slab_arg.piece;
	unsigned int part;

	run->api = api;
	run->size = size;
	run->objects = objects;
	run->cache = cache;
	run->shares = cache;
	run->object = vzalloc(array_size(objects, sizeof(*run->object)));
	run->order = vmalloc(array_size(objects, sizeof(*run->order)));
	if (!run->object || !run->order)
		goto no_memory;
	for (part = 0; part < BA_SLAB_PARTS; part++) {
		run->took[part] = vmalloc(array_size(took, sizeof(u32)));
		if (!run->took[part])
			goto no_memory;
	}
	if (api->get == ba_slab_kmalloc || cache)
		return 0;

	run->cache = kmem_cache_create(size == ba_slab_run.size ?
				       "buddy_adaptive_slab" :
				       "buddy_adaptive_slab_wide", size, 0,
				       BA_SLAB_OF_ITS_OWN, NULL);
	if (run->cache)
		return 0;
no_memory:
	ba_slab_take_down(run);
	return -ENOMEM;
}

static int ba_slab_thread(void *data)
{
	struct ba_slab_job *job = data;

	job->err = job->fn(job);
	/* not a return: the module's text may be gone once we are waited for */
	kthread_complete_and_exit(&job->done, 0);
}

/* Makes a thread for a job; the caller wakes it up. */
static int ba_slab_hire(struct ba_slab_job *job, unsigned int cpu)
{
	init_completion(&job->done);
	job->task = kthread_create_on_cpu(ba_slab_thread, job, cpu, "ba_slab/%u");
	return PTR_ERR_OR_ZERO(job->task);
}

static int ba_slab_wait(struct ba_slab_job *job)
{
	if (wait_for_completion_killable(&job->done)) {
		WRITE_ONCE(ba_slab_stop, true);
		wait_for_completion(&job->done);
		return -EINTR;
	}
	return job->err;
}

static int ba_slab_on(unsigned int cpu, struct ba_slab_job *job)
{
	int err = ba_slab_hire(job, cpu);

	if (err)
		return err;
	wake_up_process(job->task);
	return ba_slab_wait(job);
}

/* How many objects there should be at the end, and how many there are */
static void ba_slab_settle(struct ba_slab_run *run, unsigned int live)
{
	unsigned int left = ba_slab_release(run);

	run->lost += left > live ? left - live : live - left;
}

/*
 * Caches of kmalloc() have slabs with holes, more or less of them in each boot: fills
 * them, and gives back the last slab of its own, so that what follows begins with it.
 */
static int ba_slab_fill_holes(struct ba_slab_run *plug)
{
	unsigned int i = plug->objects;
	struct page *last;
	int err;

	err = ba_slab_do(plug, plug->api, BA_SLAB_FILL, NULL);
	if (err || !i)
		return err;
	last = virt_to_head_page(plug->object[i - 1]);
	while (i-- && virt_to_head_page(plug->object[i]) == last)
		ba_slab_free_one(plug, i);
	return 0;
}

/* Patterns of one processor */
static int ba_slab_alone(struct ba_slab_job *job)
{
	const struct ba_slab_pattern *pattern = job->pattern;
	struct ba_slab_run *run = job->run;
	unsigned int round;
	int err;

	err = ba_slab_fill_holes(&ba_slab_plug);
	if (!err)
		err = ba_slab_make(run, pattern->order);
	if (err)
		return err;
	err = ba_slab_do(run, run->api, BA_SLAB_DRAIN, NULL);
	for (round = 0; round < ba_slab_arg.rounds && !err; round++) {
		ba_slab_hold_more(round);
		err = ba_slab_round(pattern, run, run->api, round);
	}
	ba_slab_hold_no_more();
	if (err)
		return err;
	ba_slab_settle(run, 0);
	return ba_slab_net(pattern, run);
}

static int ba_slab_run_alone(const struct ba_slab_pattern *pattern)
{
	struct ba_slab_job job = {
		.fn = ba_slab_alone, .pattern = pattern, .run = &ba_slab_run,
	};
	unsigned int plug = min(BA_SLAB_PLUG_BYTES / ba_slab_run.size, BA_SLAB_PLUG);
	int err = 0;

	if (ba_slab_run.api->get == ba_slab_kmalloc)
		err = ba_slab_set_up(&ba_slab_plug, ba_slab_run.api, ba_slab_run.size,
				     plug, NULL);
	if (!err)
		err = ba_slab_on(cpumask_first(cpu_online_mask), &job);
	ba_slab_take_down(&ba_slab_plug);
	if (!err)
		ba_slab_tell_ticks(pattern, &ba_slab_run);
	return err;
}

/* Made on one processor, freed on the next */
static int ba_slab_one_part(struct ba_slab_job *job)
{
	return ba_slab_do(job->run, job->run->api, job->pattern->parts[job->part],
			  ba_slab_took(job->run, job->part, job->round));
}

static int ba_slab_make_and_drain(struct ba_slab_job *job)
{
	int err = ba_slab_make(job->run, job->pattern->order);

	return err ?: ba_slab_do(job->run, job->run->api, BA_SLAB_DRAIN, NULL);
}

static int ba_slab_run_remote(const struct ba_slab_pattern *pattern)
{
	unsigned int cpu[2], round, part;
	struct ba_slab_job job = {
		.fn = ba_slab_make_and_drain, .pattern = pattern,
		.run = &ba_slab_run,
	};
	int err;

	cpu[0] = cpumask_first(cpu_online_mask);
	cpu[1] = cpumask_next(cpu[0], cpu_online_mask);
	err = ba_slab_on(cpu[0], &job);
	job.fn = ba_slab_one_part;
	for (round = 0; round < ba_slab_arg.rounds && !err; round++) {
		for (part = 0; part < 2 && !err; part++) {
			job.part = part;
			job.round = round;
			err = ba_slab_on(cpu[part], &job);
		}
	}
	if (err)
		return err;
	ba_slab_settle(&ba_slab_run, 0);
	err = ba_slab_net(pattern, &ba_slab_run);
	if (!err)
		ba_slab_tell_ticks(pattern, &ba_slab_run);
	return err;
}

/* All processors at once: they begin together, when the last of them is ready */
static atomic_t ba_slab_unready;
static DECLARE_COMPLETION(ba_slab_go);

static u64 ba_slab_rounds_in(struct ba_slab_job *job,
			     const struct ba_slab_api *api, int *err)
{
	cycles_t begin = get_cycles();
	unsigned int round;

	for (round = 0; round < ba_slab_arg.rounds && !*err; round++)
		*err = ba_slab_round(job->pattern, job->run, api, round);
	return get_cycles() - begin;
}

static int ba_slab_together(struct ba_slab_job *job)
{
	int err = ba_slab_make_and_drain(job);
	struct ba_slab_run *run = job->run;
	u64 full, empty;

	if (atomic_dec_and_test(&ba_slab_unready))
		complete_all(&ba_slab_go);
	wait_for_completion(&ba_slab_go);
	full = ba_slab_rounds_in(job, run->api, &err);
	if (err)
		return err;
	ba_slab_settle(run, 0);
	empty = ba_slab_rounds_in(job, ba_slab_dry_api(run), &err);
	memset(run->object, 0, run->objects * sizeof(*run->object));
	run->ticks[0] = full - min(full, empty);
	return err;
}

/* Wakes the threads up and waits for them, or ends them if not all could be had. */
static int ba_slab_all_at_once(struct ba_slab_job *jobs, unsigned int n, int err)
{
	unsigned int i;

	if (err) {
		for (i = 0; i < n; i++)
			if (!IS_ERR_OR_NULL(jobs[i].task))
				kthread_stop(jobs[i].task);
		return err;
	}
	atomic_set(&ba_slab_unready, n);
	for (i = 0; i < n; i++)
		wake_up_process(jobs[i].task);
	for (i = 0; i < n; i++)
		err = ba_slab_wait(&jobs[i]) ?: err;
	return err;
}

static int ba_slab_run_all(const struct ba_slab_pattern *pattern)
{
	unsigned int most = num_online_cpus(), n = 0, i, cpu;
	struct ba_slab_run *runs, *slowest;
	struct ba_slab_job *jobs;
	int err = 0;

	jobs = kcalloc(most, sizeof(*jobs), GFP_KERNEL);
	runs = kcalloc(most, sizeof(*runs), GFP_KERNEL);
	if (!jobs || !runs)
		err = -ENOMEM;
	for_each_online_cpu(cpu) {
		if (err || n == most)
			break;
		err = ba_slab_set_up(&runs[n], ba_slab_run.api, ba_slab_run.size,
				     ba_slab_run.objects, ba_slab_run.cache);
		jobs[n].fn = ba_slab_together;
		jobs[n].pattern = pattern;
		jobs[n].run = &runs[n];
		if (!err)
			err = ba_slab_hire(&jobs[n], cpu);
		n++;
	}
	err = ba_slab_all_at_once(jobs, n, err);

	for (i = 0, slowest = runs; i < n; i++) {
		if (runs[i].ticks[0] > slowest->ticks[0])
			slowest = &runs[i];
		ba_slab_run.lost += runs[i].lost;
		ba_slab_run.objects = min(ba_slab_run.objects, runs[i].objects);
	}
	if (!err) {
		ba_slab_tell("pairs", slowest->objects);
		ba_slab_tell("ticks", div_u64(slowest->ticks[0], ba_slab_arg.rounds));
	}
	for (i = 0; i < n; i++)
		ba_slab_take_down(&runs[i]);
	kfree(runs);
	kfree(jobs);
	return err;
}

/* Pages half free, none of them with room for an object of twice the size */
static int ba_slab_dig(struct ba_slab_job *job)
{
	struct ba_slab_run *narrow = &ba_slab_run;
	unsigned int i;
	int err;

	err = ba_slab_make(narrow, BA_SLAB_OLDEST);
	if (err)
		return err;
	for (i = 0; i < narrow->objects; i += 2)
		ba_slab_free_one(narrow, i);
	err = ba_slab_alone(job);
	if (!err)
		ba_slab_settle(narrow, narrow->objects / 2);
	return err;
}

static int ba_slab_run_holes(const struct ba_slab_pattern *pattern)
{
	struct ba_slab_job job = {
		.fn = ba_slab_dig, .pattern = pattern, .run = &ba_slab_wide,
	};
	int err;

	err = ba_slab_set_up(&ba_slab_wide, ba_slab_run.api, 2 * ba_slab_run.size,
			     BA_SLAB_WIDE, NULL);
	if (!err)
		err = ba_slab_on(cpumask_first(cpu_online_mask), &job);
	if (err)
		return err;
	ba_slab_run.lost += ba_slab_wide.lost;
	ba_slab_tell_ticks(pattern, &ba_slab_wide);
	return 0;
}

/* Objects that stay, and what was asked of the page allocator for all of them */
static void ba_slab_note_request(void *data, struct page *page,
				 unsigned int order, gfp_t gfp, int migratetype)
{
	if (READ_ONCE(ba_slab_maker) == current && order <= MAX_PAGE_ORDER)
		ba_slab_requests[order]++;
}

static void ba_slab_find_tracepoint(struct tracepoint *tp, void *priv)
{
	struct tracepoint **found = priv;

	if (!strcmp(tp->name, "mm_page_alloc"))
		*found = tp;
}

static int ba_slab_make_and_keep(struct ba_slab_job *job)
{
	struct ba_slab_run *run = job->run;
	unsigned int i, freed;
	int err;

	WRITE_ONCE(ba_slab_maker, current);
	err = ba_slab_make(run, job->pattern->order);
	WRITE_ONCE(ba_slab_maker, NULL);
	if (err)
		return err;
	freed = div_u64((u64)run->objects * (100 - ba_slab_arg.keep), 100);
	for (i = 0; i < freed; i++) {
		ba_slab_free_one(run, run->order[i]);
		if (i % BA_SLAB_PIECE == 0)
			cond_resched();
	}
	ba_slab_tell("kept", run->objects - freed);
	return 0;
}

static int ba_slab_run_hold(const struct ba_slab_pattern *pattern)
{
	struct ba_slab_job job = {
		.fn = ba_slab_make_and_keep, .pattern = pattern,
		.run = &ba_slab_run,
	};
	struct tracepoint *tp = NULL;
	int err;

	for_each_kernel_tracepoint(ba_slab_find_tracepoint, &tp);
	if (!tp) {
		pr_err("no tracepoint mm_page_alloc: build the kernel with CONFIG_TRACEPOINTS\n");
		return -ENOENT;
	}
	err = tracepoint_probe_register(tp, ba_slab_note_request, NULL);
	if (err)
		return err;
	err = ba_slab_on(cpumask_first(cpu_online_mask), &job);
	tracepoint_probe_unregister(tp, ba_slab_note_request, NULL);
	tracepoint_synchronize_unregister();
	return err;
}

static const struct ba_slab_pattern ba_slab_patterns[] = {
	{ "pair", BA_SLAB_OLDEST, { BA_SLAB_PAIR }, 1,
	  BA_SLAB_MAX_SIZE, ba_slab_run_alone },
	{ "fifo", BA_SLAB_OLDEST, { BA_SLAB_FILL, BA_SLAB_DRAIN }, 1,
	  BA_SLAB_MAX_SIZE, ba_slab_run_alone },
	{ "lifo", BA_SLAB_YOUNGEST, { BA_SLAB_FILL, BA_SLAB_DRAIN }, 1,
	  BA_SLAB_MAX_SIZE, ba_slab_run_alone },
	{ "random", BA_SLAB_SHUFFLED, { BA_SLAB_FILL, BA_SLAB_DRAIN }, 1,
	  BA_SLAB_MAX_SIZE, ba_slab_run_alone },
	{ "set", BA_SLAB_SHUFFLED,
	  { BA_SLAB_FILL, BA_SLAB_REPLACE, BA_SLAB_DRAIN }, 1,
	  BA_SLAB_MAX_SIZE, ba_slab_run_alone },
	{ "remote", BA_SLAB_OLDEST, { BA_SLAB_FILL, BA_SLAB_DRAIN }, 2,
	  BA_SLAB_MAX_SIZE, ba_slab_run_remote },
	{ "all", BA_SLAB_OLDEST, { BA_SLAB_FILL, BA_SLAB_DRAIN }, 2,
	  BA_SLAB_MAX_SIZE, ba_slab_run_all },
	{ "holes", BA_SLAB_OLDEST, { BA_SLAB_FILL, BA_SLAB_DRAIN }, 1,
	  2048, ba_slab_run_holes },
	{ "hold", BA_SLAB_SHUFFLED, { BA_SLAB_NOTHING }, 1,
	  BA_SLAB_MAX_SIZE, ba_slab_run_hold },
};

/* ---- parameters, results -------------------------------------------------- */

static const struct ba_slab_pattern *ba_slab_pattern(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ba_slab_patterns); i++)
		if (!strcmp(ba_slab_arg.pattern, ba_slab_patterns[i].name))
			return &ba_slab_patterns[i];
	pr_err("pattern=%s: must be pair, fifo, lifo, random, set, remote, all, holes or hold\n",
	       ba_slab_arg.pattern);
	return NULL;
}

static bool ba_slab_in_range(const char *name, unsigned int value,
			     unsigned int low, unsigned int high)
{
	if (value >= low && value <= high)
		return true;
	pr_err("%s=%u: must be from %u to %u\n", name, value, low, high);
	return false;
}

static const struct ba_slab_api *ba_slab_api(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ba_slab_apis); i++)
		if (!strcmp(ba_slab_arg.api, ba_slab_apis[i].name))
			return &ba_slab_apis[i];
	pr_err("api=%s: must be kmem_cache, kmalloc or bulk\n", ba_slab_arg.api);
	return NULL;
}

static int ba_slab_check_parameters(const struct ba_slab_pattern *found,
				    const struct ba_slab_api *api)
{
	const unsigned int size = ba_slab_arg.size;

	if (!found || !api)
		return -EINVAL;
	if (!is_power_of_2(size) || size < BA_SLAB_MIN_SIZE ||
	    size > found->max_size) {
		pr_err("size=%u: must be a power of two from %u to %u for pattern=%s\n",
		       size, BA_SLAB_MIN_SIZE, found->max_size, found->name);
		return -EINVAL;
	}
	if (!ba_slab_in_range("objects", ba_slab_arg.objects, BA_SLAB_PIECE,
			      BA_SLAB_MAX_OBJECTS) ||
	    !ba_slab_in_range("rounds", ba_slab_arg.rounds, 1, BA_SLAB_MAX_ROUNDS) ||
	    !ba_slab_in_range("piece", ba_slab_arg.piece, api->group,
			      BA_SLAB_PIECE) ||
	    !ba_slab_in_range("keep", ba_slab_arg.keep, 0, 100))
		return -EINVAL;
	if (!is_power_of_2(ba_slab_arg.piece)) {
		pr_err("piece=%u: must be a power of two\n", ba_slab_arg.piece);
		return -EINVAL;
	}
	if (ba_slab_arg.objects % BA_SLAB_PIECE) {
		pr_err("objects=%u: must be a multiple of %u\n",
		       ba_slab_arg.objects, BA_SLAB_PIECE);
		return -EINVAL;
	}
	if (ba_slab_arg.keep != 100 && found->run != ba_slab_run_hold) {
		pr_err("keep=%u: is for pattern=hold only\n", ba_slab_arg.keep);
		return -EINVAL;
	}
	if (strcmp(ba_slab_arg.fault, "none") &&
	    strcmp(ba_slab_arg.fault, "lose") &&
	    strcmp(ba_slab_arg.fault, "twice")) {
		pr_err("fault=%s: must be none, lose or twice\n",
		       ba_slab_arg.fault);
		return -EINVAL;
	}
	return 0;
}

/* What our own lists may take of free memory says how many objects there can be. */
static unsigned int ba_slab_fit(const struct ba_slab_pattern *pattern)
{
	u64 bytes = (u64)(nr_free_pages() / 100 * BA_SLAB_BOOKS_PERCENT) * PAGE_SIZE;
	unsigned int each = sizeof(void *) + sizeof(u32) +
			    DIV_ROUND_UP(BA_SLAB_PARTS * ba_slab_arg.rounds * sizeof(u32),
					 ba_slab_arg.piece);

	if (pattern->run == ba_slab_run_all)
		each *= 1 + num_online_cpus();
	return round_down(min_t(u64, ba_slab_arg.objects, div_u64(bytes, each)), BA_SLAB_PIECE);
}

/* Mistakes made on purpose, after all else is done */
static void ba_slab_make_fault(struct ba_slab_run *run)
{
	void *object;

	if (!strcmp(ba_slab_arg.fault, "none") || run->object[0] ||
	    !ba_slab_piece(BA_SLAB_FILL, run, run->api, 0, BA_SLAB_PIECE))
		return;
	object = run->object[1];
	if (!strcmp(ba_slab_arg.fault, "twice")) {
		ba_slab_free_one(run, 1);
		run->object[1] = object;
		ba_slab_free_one(run, 1);
	} else {
		run->object[1] = NULL;
	}
	ba_slab_release(run);
}

static int ba_slab_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	seq_puts(m, "metric,value\n");
	for (i = 0; i < ba_slab_nr_results; i++)
		seq_printf(m, "%s,%llu\n", ba_slab_results[i].name,
			   ba_slab_results[i].value);
	for (i = 0; i <= MAX_PAGE_ORDER && !strcmp(ba_slab_arg.pattern, "hold"); i++)
		seq_printf(m, "requests_order%u,%llu\n", i, ba_slab_requests[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ba_slab);

static int __init ba_slab_init(void)
{
	const struct ba_slab_pattern *found = ba_slab_pattern();
	const struct ba_slab_api *api = ba_slab_api();
	int err = ba_slab_check_parameters(found, api);
	struct ba_slab_run *run = &ba_slab_run;
	unsigned int fit;

	if (err)
		return err;
	if (num_online_cpus() < found->cpus) {
		pr_err("pattern=%s: needs %u processors, and %u is online\n",
		       found->name, found->cpus, num_online_cpus());
		return -ENODEV;
	}
	if (!get_cycles()) {
		pr_err("this machine has no cycle counter\n");
		return -ENODEV;
	}
	ba_slab_floor = nr_free_pages() / 100 * BA_SLAB_FREE_PERCENT;
	fit = ba_slab_fit(found);
	if (!fit)
		return -ENOMEM;
	prandom_seed_state(&ba_slab_random, ba_slab_arg.seed);
	err = ba_slab_set_up(run, api, ba_slab_arg.size, fit, NULL);
	if (!err)
		err = found->run(found);
	if (err) {
		if (err != -EINTR && err != -EIO)
			pr_err("pattern=%s size=%u objects=%u: failed, error %d\n",
			       found->name, run->size, run->objects, err);
		goto take_down;
	}

	ba_slab_make_fault(run);
	if (run->objects < ba_slab_arg.objects)
		pr_notice("scaled down to %u objects of %u: more of %u bytes would leave less than %u %% of free memory free\n",
			  run->objects, ba_slab_arg.objects, run->size,
			  BA_SLAB_FREE_PERCENT);
	if (run->lost)
		pr_err("pattern=%s size=%u: %u objects lost\n", found->name,
		       run->size, run->lost);
	ba_slab_tell("asked", ba_slab_arg.objects);
	ba_slab_tell("objects", run->objects);
	ba_slab_tell("rounds", ba_slab_arg.rounds);
	ba_slab_tell("lost", run->lost);
	ba_slab_file = debugfs_create_file("buddy_adaptive_slab", 0400, NULL, NULL,
					   &ba_slab_fops);
	return 0;

take_down:
	ba_slab_take_down(&ba_slab_wide);
	ba_slab_take_down(run);
	return err;
}

static void __exit ba_slab_exit(void)
{
	debugfs_remove(ba_slab_file);
	ba_slab_take_down(&ba_slab_wide);
	ba_slab_take_down(&ba_slab_run);
}

module_init(ba_slab_init);
module_exit(ba_slab_exit);

MODULE_DESCRIPTION("What slab allocators take, and what they do to the buddy allocator");
MODULE_LICENSE("GPL");
