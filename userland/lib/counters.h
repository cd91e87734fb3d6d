/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The statistics tree, /sys/kernel/mm/buddy_adaptive: one table of counters,
 * a snapshot of them all, and a snapshot read back from `buddyctl -J stats`.
 */
#ifndef BUDDY_COUNTERS_H
#define BUDDY_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buddyinfo.h"

#define STATS_DIR	"/sys/kernel/mm/buddy_adaptive"
#define KNOWN_ABI	1	/* abi_version that this program was written for */

enum counter_id {
	REQUESTS, SLOWPATH, FAILED, COMPACT_STALLS,
	PASSED, EXEMPT, DECLINED, WOULD_DECLINE,
	REFUSED, WOULD_REFUSE, WAKES, WAKES_SUPPRESSED,
	NR_COUNTERS
};

/* What `status` and the text of `stats` make of a counter. */
#define COUNTER_IN_STATUS	1	/* summed up by `status` */
#define COUNTER_IF_ANY		2	/* shown only if not all 0 */
#define COUNTER_NO_ROOM		4	/* not in the text of `stats`, unless by -o */

struct counter {
	const char *name;	/* file name and JSON key */
	const char *heading;
	const char *label;	/* in `status` */
	int flags;
	const char *help;
};

extern const struct counter counters[NR_COUNTERS];

struct counter_row {
	bool present;		/* the kernel has this order */
	bool known[NR_COUNTERS];
	uint64_t value[NR_COUNTERS];
};

struct snapshot {
	struct counter_row order[MAX_ORDERS];
};

bool counters_exist(void);
unsigned int counters_max_order(void);

/* Return an exit status, having complained. */
int snapshot_read(struct snapshot *s);
int snapshot_load(struct snapshot *s, const char *file);
int snapshot_subtract(struct snapshot *now, const struct snapshot *then,
		      const char *file);

/* False unless @json is what `buddyctl -J stats` prints. */
bool snapshot_parse(struct snapshot *s, const char *json);

/* Whether any of the @orders (a bit mask) is there. */
bool snapshot_has(const struct snapshot *s, unsigned int orders);

/* Whether the kernel counts @id at all. */
bool snapshot_counts(const struct snapshot *s, enum counter_id id);

/* Of all orders; stays at the largest number rather than wrapping. */
uint64_t snapshot_total(const struct snapshot *s, enum counter_id id);

#endif
