/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __MM_BUDDY_ADAPTIVE_COMPAT_H
#define __MM_BUDDY_ADAPTIVE_COMPAT_H
/*
 * What 6.1, 6.12 and 7.3 have under different names. All else in our files is
 * common to them. Each test asks for a feature rather than for a version, so
 * that a tree with backports is taken as it is.
 */
#include <linux/gfp.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>
#include <linux/sysctl.h>

/*
 * MAX_PAGE_ORDER came in 6.8; of the kernels in hand it also tells 6.1 from
 * those whose sysctl tables are const and end without an empty entry, which
 * know how much of the HighAtomic reserve is free, not just its size, and
 * whose compaction moves pages that belong together.
 */
#ifdef MAX_PAGE_ORDER
#define ba_ctl_table			const struct ctl_table
#define BA_SYSCTL_END
#define ba_unusable_highatomic(zone)	READ_ONCE((zone)->nr_free_highatomic)
#define BA_COMPACTS_FOLIOS		true
#else
#define MAX_PAGE_ORDER			(MAX_ORDER - 1)
#define NR_PAGE_ORDERS			MAX_ORDER
#define ba_ctl_table			struct ctl_table
#define BA_SYSCTL_END			{ }
#define ba_unusable_highatomic(zone)	((zone)->nr_reserved_highatomic)
#define BA_COMPACTS_FOLIOS		false
#endif

/* Gone since 6.2, where __GFP_HIGH alone says it. */
#ifdef __GFP_ATOMIC
#define BA_GFP_ATOMIC			__GFP_ATOMIC
#else
#define BA_GFP_ATOMIC			((__force gfp_t)0)
#endif

/* Pages of drivers that can move them, such as balloons: renamed since 6.12. */
#ifdef PAGE_MAPPING_MOVABLE
#define page_has_movable_ops(page)	__PageMovable(page)
#endif

/*
 * Since 7.x the dispatcher also serves callers in any context, NMI included,
 * that only take a lock if it is free. The mask does not show it. (READ_ONCE()
 * keeps gcc from making one test of this and the one before it, which would
 * cost those that the first one settles.)
 *
 * And its get_page_from_freelist() is short of registers: without a barrier
 * gcc 12 has what a hook there may need ready in some, and others on the stack
 * for it, two to six instructions for each allocation even in mode off.
 */
#ifdef ALLOC_NOLOCK
#define ba_may_not_lock(ac) \
	(READ_ONCE((ac)->alloc_flags) & ALLOC_NOLOCK)
#define ba_nothing_ready()		barrier()
#else
#define ba_may_not_lock(ac)		((void)(ac), false)
#define ba_nothing_ready()		do { } while (0)
#endif

#endif /* __MM_BUDDY_ADAPTIVE_COMPAT_H */
