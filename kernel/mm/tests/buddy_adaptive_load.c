// SPDX-License-Identifier: GPL-2.0
/*
 * Page requests of every kind, made on demand and counted one by one.
 */

/**
 * DOC: buddy_adaptive load module
 *
 * A test bench, never for production: it asks the page allocator for blocks of
 * a given kind ("class") and order, and keeps its own books about the outcome,
 * so that what buddy_adaptive reports can be checked against something that
 * does not come from buddy_adaptive. It includes none of its headers and uses
 * exported symbols only, so it also loads into an unpatched kernel.
 *
 * The list of classes is this module's own statement of which requests may be
 * turned away: a test that finds a mandatory class declined has found a bug in
 * the classification, not in its own copy of it.
 *
 * Files in ``/sys/kernel/debug/buddy_adaptive_load/``:
 *
 * ``classes`` (read)
 *	CSV ``class,kind,may_fail,movable,gfp``. *kind* is ``optional`` if guard
 *	mode may turn the class away from order 4 up (below that nothing is
 *	optional), else ``mandatory``. *may_fail* is 0 if no mode at all may turn
 *	it away, mode refuse included.
 *
 * ``run`` (write)
 *	``CLASS ORDER COUNT``: COUNT requests. Every block that was got is held to
 *	the end of the run, then freed; with a fourth word ``hold`` it stays until
 *	``free`` is written. A run stops early rather than hold more than 60 % of
 *	the memory that was free, and when its writer is killed: the column
 *	*requests* says how many were made. ``clear`` zeroes the results.
 *
 * ``results`` (read)
 *	CSV ``class,order,kind,may_fail,requests,got,failed,stalled,ns_total,ns_max``
 *	since the last ``clear``; *stalled* are requests during which the
 *	requesting task itself compacted memory.
 *
 * ``pins`` (read, write)
 *	``COUNT KEEP``: COUNT objects of 1 KiB from a kmem_cache of the module's
 *	own, then all but every KEEP-th are freed; ``0 0`` frees them all. Reading
 *	gives CSV ``objects,pages``: what is held, and the pages pinned by it.
 *
 * ``bench`` (read, write)
 *	``CLASS ORDER COUNT``: COUNT pairs of alloc and free, interrupts off, after
 *	as many to warm up. Reading gives CSV ``class,order,pairs,ticks``: cycles
 *	of all pairs together without those of the loop. What a pair costs depends
 *	on what the free lists hold, which no two kernels have alike; so it is
 *	measured 256 times, one more block held each time, and the cheapest counts:
 *	that in which nothing is split, merged or looked for. Classes that may
 *	sleep need a single CPU online: then nobody else allocates between two
 *	pairs, and the block that one gave back is there for the next.
 *
 * Whatever is not understood is refused with -EINVAL, and nothing is done.
 * ``nofail`` stops at order 4, the first that buddy_adaptive judges: the kernel
 * warns (once) above order 1, and a larger one may never return.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kstrtox.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/sched/mm.h>
#include <linux/sched/rt.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <linux/timex.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <linux/vmstat.h>

/* 6.1 calls it MAX_ORDER, and means one more */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER		(MAX_ORDER - 1)
#endif

#define BA_LOAD_MAX_COUNT	1000000
#define BA_LOAD_MAX_PAIRS	10000	/* with interrupts off: milliseconds */
#define BA_LOAD_STATES		256
#define BA_LOAD_MAX_INPUT	63
#define BA_LOAD_PIN_SIZE	1024
#define BA_LOAD_GFP_MANNERLY	(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY)

/* What the requesting task is while it asks */
enum ba_load_task {
	BA_LOAD_PLAIN,
	BA_LOAD_RECLAIMER,	/* PF_MEMALLOC: may empty the reserves */
	BA_LOAD_FIFO,		/* SCHED_FIFO: may go deeper into them */
};

struct ba_load_class {
	const char *name;
	gfp_t gfp;
	bool optional;
	bool may_fail;
	enum ba_load_task task;
	unsigned int max_order;
};

#define BA_LOAD_OPTIONAL(_name, _gfp)					\
	{ .name = _name, .gfp = (_gfp), .optional = true, .may_fail = true, \
	  .max_order = MAX_PAGE_ORDER }
#define BA_LOAD_MANDATORY(_name, _gfp)					\
	{ .name = _name, .gfp = (_gfp), .may_fail = true,		\
	  .max_order = MAX_PAGE_ORDER }
#define BA_LOAD_MUST(_name, _gfp, _task, _max)				\
	{ .name = _name, .gfp = (_gfp), .task = (_task), .max_order = (_max) }

static const struct ba_load_class ba_load_classes[] = {
	/* kvmalloc, and whoever else has small pages to fall back on */
	BA_LOAD_OPTIONAL("noretry", BA_LOAD_GFP_MANNERLY),
	BA_LOAD_OPTIONAL("nowait", __GFP_KSWAPD_RECLAIM | __GFP_NOWARN),
	BA_LOAD_OPTIONAL("light", __GFP_NOWARN),
	/* SLUB's first try for a slab larger than it needs */
	BA_LOAD_OPTIONAL("slab", (BA_LOAD_GFP_MANNERLY & ~__GFP_RECLAIM) |
				 __GFP_NOMEMALLOC),
	/* the larger pieces of a network buffer */
	BA_LOAD_OPTIONAL("frag", __GFP_KSWAPD_RECLAIM | __GFP_COMP |
				 __GFP_NOWARN | __GFP_NORETRY),
	/* THP faults: defrag=never, defer, always */
	BA_LOAD_OPTIONAL("thp_light", GFP_TRANSHUGE_LIGHT),
	BA_LOAD_OPTIONAL("thp_defer", GFP_TRANSHUGE_LIGHT |
				      __GFP_KSWAPD_RECLAIM),
	BA_LOAD_OPTIONAL("thp", GFP_TRANSHUGE | __GFP_NORETRY),
	/* large folios of the page cache */
	BA_LOAD_OPTIONAL("folio", GFP_HIGHUSER_MOVABLE | __GFP_COMP |
				  __GFP_NOWARN | __GFP_NORETRY),

	BA_LOAD_MANDATORY("kernel", GFP_KERNEL),
	BA_LOAD_MANDATORY("kernel_nowarn", GFP_KERNEL | __GFP_NOWARN),
	BA_LOAD_MANDATORY("noretry_warn", GFP_KERNEL | __GFP_NORETRY),
	BA_LOAD_MANDATORY("nowait_warn", __GFP_KSWAPD_RECLAIM),
	BA_LOAD_MANDATORY("mayfail", GFP_KERNEL | __GFP_NOWARN |
				     __GFP_RETRY_MAYFAIL),
	BA_LOAD_MANDATORY("noio", GFP_NOIO | __GFP_NOWARN),
	BA_LOAD_MANDATORY("nofs", GFP_NOFS | __GFP_NOWARN),
	/* THP faults in a madvised area; hugetlb's pool */
	BA_LOAD_MANDATORY("thp_madvise", GFP_TRANSHUGE),
	BA_LOAD_MANDATORY("hugetlb", GFP_HIGHUSER_MOVABLE | __GFP_COMP |
				     __GFP_NOWARN),
	{ .name = "rt", .gfp = BA_LOAD_GFP_MANNERLY, .may_fail = true,
	  .task = BA_LOAD_FIFO, .max_order = MAX_PAGE_ORDER },

	BA_LOAD_MUST("atomic", GFP_ATOMIC | __GFP_NOWARN, BA_LOAD_PLAIN,
		     MAX_PAGE_ORDER),
	BA_LOAD_MUST("high", BA_LOAD_GFP_MANNERLY | __GFP_HIGH, BA_LOAD_PLAIN,
		     MAX_PAGE_ORDER),
	BA_LOAD_MUST("memalloc", BA_LOAD_GFP_MANNERLY | __GFP_MEMALLOC,
		     BA_LOAD_PLAIN, MAX_PAGE_ORDER),
	BA_LOAD_MUST("pf_memalloc", BA_LOAD_GFP_MANNERLY, BA_LOAD_RECLAIMER,
		     MAX_PAGE_ORDER),
	BA_LOAD_MUST("nofail", GFP_KERNEL | __GFP_NOWARN | __GFP_NOFAIL,
		     BA_LOAD_PLAIN, 4),
};

#define BA_LOAD_NR_CLASSES	ARRAY_SIZE(ba_load_classes)

struct ba_load_result {
	u64 requests;
	u64 got;
	u64 failed;
	u64 stalled;
	u64 ns_total;
	u64 ns_max;
};

/* One order to do something: a class, an order, how often */
struct ba_load_job {
	const struct ba_load_class *class;
	unsigned int order;
	unsigned int count;
	bool hold;
};

/* Everything below is protected by ba_load_lock, the probe's two words apart. */
static DEFINE_MUTEX(ba_load_lock);
static struct ba_load_result
	ba_load_results[BA_LOAD_NR_CLASSES][MAX_PAGE_ORDER + 1];

static LIST_HEAD(ba_load_held);		/* pages, the order in page->private */
static unsigned long ba_load_held_pages;

static struct kmem_cache *ba_load_pin_cache;
static LIST_HEAD(ba_load_pins);		/* each pin begins with its list_head */
static unsigned long ba_load_nr_pins;
static unsigned long ba_load_nr_pin_pages;

static struct ba_load_job ba_load_benched;
static u64 ba_load_bench_ticks;

static struct dentry *ba_load_dir;
static struct tracepoint *ba_load_compaction_tp;

/*
 * Who is asking at the moment, and has it compacted since it began? Written by
 * the asking task alone, which also runs the probe that matters: no ordering.
 */
static struct task_struct *ba_load_asker;
static bool ba_load_asker_compacted;

struct compact_control;

static void ba_load_note_compaction(void *data, struct compact_control *cc,
				    unsigned long zone_start,
				    unsigned long zone_end, bool sync)
{
	if (READ_ONCE(ba_load_asker) == current)
		WRITE_ONCE(ba_load_asker_compacted, true);
}

static void ba_load_find_tracepoint(struct tracepoint *tp, void *priv)
{
	struct tracepoint **found = priv;

	if (!strcmp(tp->name, "mm_compaction_begin"))
		*found = tp;
}

/* Most pages that may be held in all: 60 % of what is free or held already */
static unsigned long ba_load_limit(void)
{
	return (nr_free_pages() + ba_load_held_pages) / 10 * 6;
}

static void ba_load_hold(struct page *page, unsigned int order,
			 struct list_head *list)
{
	set_page_private(page, order);
	list_add_tail(&page->lru, list);
}

static void ba_load_release(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		unsigned int order = page_private(page);

		list_del(&page->lru);
		set_page_private(page, 0);
		__free_pages(page, order);
		cond_resched();
	}
}

static void ba_load_release_held(void)
{
	ba_load_release(&ba_load_held);
	ba_load_held_pages = 0;
}

static struct page *ba_load_request(const struct ba_load_job *job,
				    struct ba_load_result *result)
{
	struct page *page;
	u64 ns;

	WRITE_ONCE(ba_load_asker_compacted, false);
	WRITE_ONCE(ba_load_asker, current);
	ns = ktime_get_ns();
	page = alloc_pages(job->class->gfp, job->order);
	ns = ktime_get_ns() - ns;
	WRITE_ONCE(ba_load_asker, NULL);

	result->requests++;
	if (page)
		result->got++;
	else
		result->failed++;
	if (READ_ONCE(ba_load_asker_compacted))
		result->stalled++;
	result->ns_total += ns;
	result->ns_max = max(result->ns_max, ns);
	return page;
}

static int ba_load_run(const struct ba_load_job *job)
{
	const struct ba_load_class *class = job->class;
	unsigned long limit = ba_load_limit();
	unsigned long pages = 0;
	unsigned int memalloc = 0;
	int nice = task_nice(current);
	LIST_HEAD(list);
	unsigned int i;
	int err = 0;

	if (class->task == BA_LOAD_FIFO) {
		/* There would be no telling what to set it back to */
		if (rt_task(current))
			return -EINVAL;
		sched_set_fifo(current);
	} else if (class->task == BA_LOAD_RECLAIMER) {
		memalloc = memalloc_noreclaim_save();
	}

	for (i = 0; i < job->count; i++) {
		struct page *page;

		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		if (ba_load_held_pages + pages + (1UL << job->order) > limit)
			break;
		page = ba_load_request(job,
				       &ba_load_results[class - ba_load_classes]
						       [job->order]);
		if (page) {
			ba_load_hold(page, job->order, &list);
			pages += 1UL << job->order;
		}
		cond_resched();
	}

	if (class->task == BA_LOAD_FIFO)
		sched_set_normal(current, nice);
	else if (class->task == BA_LOAD_RECLAIMER)
		memalloc_noreclaim_restore(memalloc);

	if (job->hold) {
		list_splice_tail(&list, &ba_load_held);
		ba_load_held_pages += pages;
	} else {
		ba_load_release(&list);
	}
	return err;
}

/*
 * COUNT pairs in cycles, and a constant. The empty loop keeps the test that the
 * full one makes. Zero if memory ran out.
 */
static u64 ba_load_pairs(const struct ba_load_job *job, unsigned int count)
{
	gfp_t gfp = job->class->gfp;
	unsigned int order = job->order;
	cycles_t begin, empty, full;
	struct page *page;
	unsigned int i;

	begin = get_cycles();
	for (i = 0; i < count; i++) {
		page = (struct page *)job;
		OPTIMIZER_HIDE_VAR(page);
		if (!page)
			return 0;
	}
	empty = get_cycles() - begin;

	begin = get_cycles();
	for (i = 0; i < count; i++) {
		page = alloc_pages(gfp, order);
		if (!page)
			return 0;
		__free_pages(page, order);
	}
	full = get_cycles() - begin;

	return full - empty;
}

static int ba_load_bench(const struct ba_load_job *job)
{
	const struct ba_load_class *class = job->class;
	unsigned long limit = ba_load_limit() >> job->order;
	unsigned int state, count = job->count;
	u64 once, twice, again, ticks = U64_MAX;
	unsigned long flags;
	LIST_HEAD(list);
	int err = 0;

	if (class->task != BA_LOAD_PLAIN || count > BA_LOAD_MAX_PAIRS)
		return -EINVAL;
	if (gfpflags_allow_blocking(class->gfp) &&
	    (num_online_cpus() > 1 || IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP)))
		return -EINVAL;
	if (limit < BA_LOAD_STATES)
		return -ENOMEM;

	for (state = 0; state < BA_LOAD_STATES; state++) {
		struct page *page = alloc_pages(class->gfp, job->order);

		if (!page) {
			err = -ENOMEM;
			break;
		}
		ba_load_hold(page, job->order, &list);

		/*
		 * The difference is free of the constant. What happens but now
		 * and then (a per-CPU list filled up) must not be subtracted.
		 */
		local_irq_save(flags);
		ba_load_pairs(job, count);
		once = ba_load_pairs(job, count);
		twice = ba_load_pairs(job, 2 * count);
		again = ba_load_pairs(job, count);
		local_irq_restore(flags);
		if (!once || !twice || !again) {
			err = -ENOMEM;
			break;
		}
		ticks = min(ticks, twice - min(once, again));
		cond_resched();
	}
	ba_load_release(&list);

	if (!err) {
		ba_load_benched = *job;
		ba_load_bench_ticks = ticks;
	}
	return err;
}

static void ba_load_unpin(struct list_head *list)
{
	struct list_head *pin, *next;

	list_for_each_safe(pin, next, list) {
		list_del(pin);
		kmem_cache_free(ba_load_pin_cache, pin);
		cond_resched();
	}
}

static void ba_load_unpin_all(void)
{
	ba_load_unpin(&ba_load_pins);
	ba_load_nr_pins = 0;
	ba_load_nr_pin_pages = 0;
}

static int ba_load_pin_cmp(void *priv, const struct list_head *a,
			   const struct list_head *b)
{
	return a < b ? -1 : a > b;
}

/* The pages in which a pin begins, by sorting the pins by address */
static void ba_load_count_pins(void)
{
	unsigned long pfn, last = 0;
	struct list_head *pin;

	list_sort(NULL, &ba_load_pins, ba_load_pin_cmp);
	ba_load_nr_pins = 0;
	ba_load_nr_pin_pages = 0;
	list_for_each(pin, &ba_load_pins) {
		pfn = PHYS_PFN(__pa(pin));
		if (!ba_load_nr_pins++ || pfn != last)
			ba_load_nr_pin_pages++;
		last = pfn;
	}
}

static int ba_load_pin(unsigned int count, unsigned int keep)
{
	unsigned long limit = ba_load_limit();
	struct list_head *pin;
	LIST_HEAD(spare);
	unsigned int i;
	int err = 0;

	if (!count != !keep || count > limit * (PAGE_SIZE / BA_LOAD_PIN_SIZE))
		return -EINVAL;
	if (!count) {
		ba_load_unpin_all();
		return 0;
	}

	for (i = 0; i < count; i++) {
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		/* memory is nearly full when pins are wanted: try, short of OOM */
		pin = kmem_cache_alloc(ba_load_pin_cache, GFP_KERNEL |
				       __GFP_NOWARN | __GFP_RETRY_MAYFAIL);
		if (!pin) {
			err = -ENOMEM;
			break;
		}
		list_add_tail(pin, i % keep ? &spare : &ba_load_pins);
		cond_resched();
	}
	ba_load_unpin(&spare);
	ba_load_count_pins();
	return err;
}

/*
 * Splits what user space wrote into at most @max words; -EINVAL for more, or for
 * a text that cannot be one of ours.
 */
static int ba_load_words(char *buf, const char __user *ubuf, size_t len,
			 char **words, int max)
{
	char *rest, *word;
	int n = 0;

	if (!len || len > BA_LOAD_MAX_INPUT)
		return -EINVAL;
	if (copy_from_user(buf, ubuf, len))
		return -EFAULT;
	buf[len] = '\0';
	if (strlen(buf) != len)
		return -EINVAL;

	rest = strim(buf);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (n == max)
			return -EINVAL;
		words[n++] = word;
	}
	return n;
}

/* CLASS ORDER COUNT */
static int ba_load_parse_job(char **words, struct ba_load_job *job)
{
	unsigned int i;

	*job = (struct ba_load_job){ };
	for (i = 0; i < BA_LOAD_NR_CLASSES; i++)
		if (!strcmp(words[0], ba_load_classes[i].name))
			job->class = &ba_load_classes[i];
	if (!job->class ||
	    kstrtouint(words[1], 10, &job->order) ||
	    job->order > job->class->max_order ||
	    kstrtouint(words[2], 10, &job->count) ||
	    !job->count || job->count > BA_LOAD_MAX_COUNT)
		return -EINVAL;
	return 0;
}

static ssize_t ba_load_run_write(struct file *file, const char __user *ubuf,
				 size_t len, loff_t *ppos)
{
	char buf[BA_LOAD_MAX_INPUT + 1];
	struct ba_load_job job;
	char *words[4];
	int n, err = 0;

	n = ba_load_words(buf, ubuf, len, words, ARRAY_SIZE(words));
	if (n < 0)
		return n;

	mutex_lock(&ba_load_lock);
	if (n == 1 && !strcmp(words[0], "clear")) {
		memset(ba_load_results, 0, sizeof(ba_load_results));
	} else if (n == 1 && !strcmp(words[0], "free")) {
		ba_load_release_held();
	} else if (n < 3 || (n == 4 && strcmp(words[3], "hold"))) {
		err = -EINVAL;
	} else {
		err = ba_load_parse_job(words, &job);
		job.hold = n == 4;
		if (!err)
			err = ba_load_run(&job);
	}
	mutex_unlock(&ba_load_lock);
	return err ?: len;
}

static ssize_t ba_load_bench_write(struct file *file, const char __user *ubuf,
				   size_t len, loff_t *ppos)
{
	char buf[BA_LOAD_MAX_INPUT + 1];
	struct ba_load_job job;
	char *words[3];
	int n, err;

	n = ba_load_words(buf, ubuf, len, words, ARRAY_SIZE(words));
	if (n < 0)
		return n;
	if (n != 3)
		return -EINVAL;
	err = ba_load_parse_job(words, &job);
	if (err)
		return err;

	mutex_lock(&ba_load_lock);
	err = ba_load_bench(&job);
	mutex_unlock(&ba_load_lock);
	return err ?: len;
}

static ssize_t ba_load_pins_write(struct file *file, const char __user *ubuf,
				  size_t len, loff_t *ppos)
{
	char buf[BA_LOAD_MAX_INPUT + 1];
	unsigned int count, keep;
	char *words[2];
	int n, err;

	n = ba_load_words(buf, ubuf, len, words, ARRAY_SIZE(words));
	if (n < 0)
		return n;
	if (n != 2 || kstrtouint(words[0], 10, &count) ||
	    kstrtouint(words[1], 10, &keep))
		return -EINVAL;

	mutex_lock(&ba_load_lock);
	err = ba_load_pin(count, keep);
	mutex_unlock(&ba_load_lock);
	return err ?: len;
}

static const char *ba_load_kind(const struct ba_load_class *class)
{
	return class->optional ? "optional" : "mandatory";
}

static int ba_load_classes_show(struct seq_file *m, void *unused)
{
	const struct ba_load_class *class;
	unsigned int i;

	seq_puts(m, "class,kind,may_fail,movable,gfp\n");
	for (i = 0; i < BA_LOAD_NR_CLASSES; i++) {
		class = &ba_load_classes[i];
		seq_printf(m, "%s,%s,%d,%d,%pGg\n", class->name,
			   ba_load_kind(class), class->may_fail,
			   !!(class->gfp & __GFP_MOVABLE), &class->gfp);
	}
	return 0;
}

static int ba_load_results_show(struct seq_file *m, void *unused)
{
	const struct ba_load_result *r;
	unsigned int i, order;

	seq_puts(m, "class,order,kind,may_fail,requests,got,failed,stalled,ns_total,ns_max\n");
	mutex_lock(&ba_load_lock);
	for (i = 0; i < BA_LOAD_NR_CLASSES; i++) {
		for (order = 0; order <= MAX_PAGE_ORDER; order++) {
			r = &ba_load_results[i][order];
			if (!r->requests)
				continue;
			seq_printf(m, "%s,%u,%s,%d,%llu,%llu,%llu,%llu,%llu,%llu\n",
				   ba_load_classes[i].name, order,
				   ba_load_kind(&ba_load_classes[i]),
				   ba_load_classes[i].may_fail, r->requests,
				   r->got, r->failed, r->stalled, r->ns_total,
				   r->ns_max);
		}
	}
	mutex_unlock(&ba_load_lock);
	return 0;
}

static int ba_load_pins_show(struct seq_file *m, void *unused)
{
	mutex_lock(&ba_load_lock);
	seq_printf(m, "objects,pages\n%lu,%lu\n", ba_load_nr_pins,
		   ba_load_nr_pin_pages);
	mutex_unlock(&ba_load_lock);
	return 0;
}

static int ba_load_bench_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "class,order,pairs,ticks\n");
	mutex_lock(&ba_load_lock);
	if (ba_load_benched.class)
		seq_printf(m, "%s,%u,%u,%llu\n", ba_load_benched.class->name,
			   ba_load_benched.order, ba_load_benched.count,
			   ba_load_bench_ticks);
	mutex_unlock(&ba_load_lock);
	return 0;
}

#define BA_LOAD_FILE(_name, _write)					\
static int _name##_open(struct inode *inode, struct file *file)	\
{									\
	return single_open(file, _name##_show, NULL);			\
}									\
static const struct file_operations _name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = _name##_open,						\
	.read = seq_read,						\
	.write = _write,						\
	.llseek = seq_lseek,						\
	.release = single_release,					\
}

BA_LOAD_FILE(ba_load_classes, NULL);
BA_LOAD_FILE(ba_load_results, NULL);
BA_LOAD_FILE(ba_load_pins, ba_load_pins_write);
BA_LOAD_FILE(ba_load_bench, ba_load_bench_write);

static const struct file_operations ba_load_run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = ba_load_run_write,
};

static int __init ba_load_init(void)
{
	int err;

	for_each_kernel_tracepoint(ba_load_find_tracepoint,
				   &ba_load_compaction_tp);
	if (!ba_load_compaction_tp) {
		pr_err("no tracepoint mm_compaction_begin: build the kernel with CONFIG_COMPACTION\n");
		return -ENOENT;
	}

	/* Leaks of it would still be seen: the flag is there to forbid merging */
	ba_load_pin_cache = kmem_cache_create("buddy_adaptive_load",
					      BA_LOAD_PIN_SIZE, 0,
					      SLAB_NOLEAKTRACE, NULL);
	if (!ba_load_pin_cache)
		return -ENOMEM;

	err = tracepoint_probe_register(ba_load_compaction_tp,
					ba_load_note_compaction, NULL);
	if (err)
		goto destroy;

	ba_load_dir = debugfs_create_dir("buddy_adaptive_load", NULL);
	if (IS_ERR(ba_load_dir)) {
		err = PTR_ERR(ba_load_dir);
		goto unregister;
	}
	debugfs_create_file("classes", 0400, ba_load_dir, NULL,
			    &ba_load_classes_fops);
	debugfs_create_file("run", 0200, ba_load_dir, NULL, &ba_load_run_fops);
	debugfs_create_file("results", 0400, ba_load_dir, NULL,
			    &ba_load_results_fops);
	debugfs_create_file("pins", 0600, ba_load_dir, NULL,
			    &ba_load_pins_fops);
	debugfs_create_file("bench", 0600, ba_load_dir, NULL,
			    &ba_load_bench_fops);
	return 0;

unregister:
	tracepoint_probe_unregister(ba_load_compaction_tp,
				    ba_load_note_compaction, NULL);
	tracepoint_synchronize_unregister();
destroy:
	kmem_cache_destroy(ba_load_pin_cache);
	return err;
}

static void __exit ba_load_exit(void)
{
	debugfs_remove_recursive(ba_load_dir);
	tracepoint_probe_unregister(ba_load_compaction_tp,
				    ba_load_note_compaction, NULL);
	tracepoint_synchronize_unregister();
	ba_load_release_held();
	ba_load_unpin_all();
	kmem_cache_destroy(ba_load_pin_cache);
}

module_init(ba_load_init);
module_exit(ba_load_exit);
MODULE_DESCRIPTION("Page requests of every kind, to test buddy_adaptive with");
MODULE_LICENSE("GPL");
