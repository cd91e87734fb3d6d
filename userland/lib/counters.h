/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The statistics tree, /sys/kernel/mm/buddy_adaptive: one table of the counters
 * per order, one of what each node has, a snapshot of them all, and a snapshot
 * read back from `buddyctl -J stats`.
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
	GATED, WOULD_GATE,
	STEALS, KEPT_CLEAN, WOULD_KEEP_CLEAN,	/* also of orders 1 and 2 */
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

/* What a node has, for itself or for each of its orders. */
enum node_item_id {
	NODE_FRAGMENTATION, NODE_DEMAND, NODE_STOCK, NODE_TARGET,
	NODE_THRESHOLD,
	NODE_RUNS, NODE_MET, NODE_FRUITLESS, NODE_YIELDED, NODE_RECLAIM,
	NODE_LOW, NODE_BUDGET, NODE_CHURN, NODE_PAUSED,
	NR_NODE_ITEMS
};

struct node_item {
	const char *name;	/* file name and JSON key */
	const char *heading;
	bool per_order;
	bool counter;		/* else it goes up and down */
	const char *help;
};

extern const struct node_item node_items[NR_NODE_ITEMS];

#define WHOLE_NODE	-1	/* in place of an order */

struct node_row {
	int node;
	int order;
	bool known[NR_NODE_ITEMS];
	uint64_t value[NR_NODE_ITEMS];
};

struct node_rows {
	struct node_row *rows;	/* by node, then WHOLE_NODE and the orders */
	size_t nr;
};

/* Returns an exit status, having complained; kernels may lack any of it. */
int node_rows_read(struct node_rows *r);
void node_rows_free(struct node_rows *r);
bool node_rows_have(const struct node_rows *r, enum node_item_id id);

bool counters_exist(void);
unsigned int counters_max_order(void);

/* The kernel's abi_version; 0, or a negative errno. */
int counters_abi(uint64_t *abi);

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
