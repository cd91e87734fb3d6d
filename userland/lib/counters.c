// SPDX-License-Identifier: GPL-2.0
/*
 * Read the kernel's counters, or an earlier reading of them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "message.h"
#include "sysroot.h"

#define USUAL_MAX_ORDER	10	/* what a kernel has unless it says otherwise */
#define MAX_SAVED	(1 << 20)	/* a saved reading is a few KiB */

const struct counter counters[NR_COUNTERS] = {
	[REQUESTS]	= { "requests", "REQUESTS", "Requests", COUNTER_IN_STATUS,
			    "requests, those that failed included" },
	[SLOWPATH]	= { "slowpath", "SLOWPATH", "Slow path", COUNTER_IN_STATUS,
			    "requests that the free lists could not serve at once" },
	[FAILED]	= { "failed", "FAILED", "Failed", COUNTER_IN_STATUS,
			    "requests that the slow path could not serve" },
	[COMPACT_STALLS] = { "compact_stalls", "STALLS", "Compact stalls",
			    COUNTER_IN_STATUS,
			    "times that a task compacted memory itself" },
	[PASSED]	= { "passed", "PASSED", NULL, 0,
			    "optional, not fragmented: slow path as usual" },
	[EXEMPT]	= { "exempt", "EXEMPT", NULL, 0,
			    "mandatory or too small to judge: slow path as usual" },
	[DECLINED]	= { "declined", "DECLINED", "Declined", COUNTER_IN_STATUS,
			    "optional, fragmented: failed at once, no reclaim" },
	[WOULD_DECLINE]	= { "would_decline", "WOULD-DECL", "Would decline",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY,
			    "the same, had mode and levers allowed it" },
	[REFUSED]	= { "refused", "REFUSED", "Refused", COUNTER_IN_STATUS,
			    "turned away before the free lists were tried" },
	[WOULD_REFUSE]	= { "would_refuse", "WOULD-REF", "Would refuse",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY,
			    "the same, had mode and levers allowed it" },
	[WAKES]		= { "wakes", "WAKES", "Wakes", COUNTER_IN_STATUS,
			    "times that kcompactd was woken" },
	[WAKES_SUPPRESSED] = { "wakes_suppressed", "SUPPRESSED", "Wakes suppressed",
			    COUNTER_IN_STATUS | COUNTER_NO_ROOM,
			    "wakes left out because the last one was too recent" },
	[GATED]		= { "gated", "GATED", "Gated",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY | COUNTER_NO_ROOM,
			    "atomic, of order 4 up: kept from the HighAtomic reserve" },
	[WOULD_GATE]	= { "would_gate", "WOULD-GATE", "Would gate",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY | COUNTER_NO_ROOM,
			    "the same, had mode and levers allowed it" },
	[STEALS]	= { "steals", "STEALS", "Steals",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY | COUNTER_NO_ROOM,
			    "times that part of a movable pageblock was taken" },
	[KEPT_CLEAN]	= { "kept_clean", "KEPT-CLEAN", "Kept clean",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY | COUNTER_NO_ROOM,
			    "failed rather than take part of another's pageblock" },
	[WOULD_KEEP_CLEAN] = { "would_keep_clean", "WOULD-KEEP", "Would keep clean",
			    COUNTER_IN_STATUS | COUNTER_IF_ANY | COUNTER_NO_ROOM,
			    "the same, had mode and levers allowed it" },
};

/* All but the first come with supply, and are passed over where they lack. */
const struct node_item node_items[NR_NODE_ITEMS] = {
	[NODE_FRAGMENTATION] = { "fragmentation", "FRAG%", true, false,
			    "free memory in blocks too small for the order, percent" },
	[NODE_DEMAND]	= { "demand", "DEMAND", true, false,
			    "requests of the burst under way; 0 between two bursts" },
	[NODE_STOCK]	= { "stock", "STOCK", true, false,
			    "blocks of the order that free memory could serve now" },
	[NODE_TARGET]	= { "target", "TARGET", true, false,
			    "blocks that the governor wants to be held ready" },
	[NODE_THRESHOLD] = { "threshold", "THRESHOLD", false, false,
			    "smaller of frag_threshold and where order 3 is short, %" },
	[NODE_RUNS]	= { "supply_runs", "RUNS", false, true,
			    "times that kcompactd began to work for supply" },
	[NODE_MET]	= { "supply_met", "MET", false, true,
			    "runs at whose end stock had met target" },
	[NODE_FRUITLESS] = { "supply_fruitless", "FRUITLESS", false, true,
			    "rounds of all zones that gained too little; a pause" },
	[NODE_YIELDED]	= { "supply_yielded", "YIELDED", false, true,
			    "runs stopped: other work, or the lever was cleared" },
	[NODE_RECLAIM]	= { "supply_reclaim", "RECLAIM", false, true,
			    "stopped or not begun: kswapd was at work" },
	[NODE_LOW]	= { "supply_low", "LOW", false, true,
			    "zones left out: too little free memory to move pages" },
	[NODE_BUDGET]	= { "supply_budget", "BUDGET", false, true,
			    "stopped or not begun: its CPU time was used up" },
	[NODE_CHURN]	= { "supply_churn", "CHURN", false, true,
			    "stopped or not begun: memory churned" },
	[NODE_PAUSED]	= { "supply_paused", "PAUSED", false, true,
			    "not begun: the pause after a fruitless round" },
};

bool counters_exist(void)
{
	return sysroot_has(STATS_DIR);
}

/* Mark the orders that the kernel has; a negative errno if it says none. */
static int list_orders(struct snapshot *s)
{
	DIR *dir = sysroot_opendir(STATS_DIR);
	struct dirent *entry;
	int n;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		n = numbered_entry(entry->d_name, "order");
		if (n >= 0 && n < MAX_ORDERS)
			s->order[n].present = true;
	}
	closedir(dir);
	return 0;
}

unsigned int counters_max_order(void)
{
	struct snapshot s = { 0 };
	unsigned int order;

	list_orders(&s);
	for (order = MAX_ORDERS - 1; order; order--)
		if (s.order[order].present)
			return order;
	return USUAL_MAX_ORDER;
}

static int complain_tree(const char *path, int err)
{
	if (err == -EBADMSG || err == -ERANGE)
		complain("%s does not hold one number", sysroot_name(path));
	else
		complain("cannot read %s: %s", sysroot_name(path), strerror(-err));
	return err == -EACCES || err == -EPERM ? EXIT_NOPERM : EXIT_FAILED;
}

int counters_abi(uint64_t *abi)
{
	return sysroot_read_number(STATS_DIR "/abi_version", abi);
}

static int check_abi(void)
{
	uint64_t abi;
	int err = counters_abi(&abi);

	if (err)
		return complain_tree(STATS_DIR "/abi_version", err);
	if (abi > KNOWN_ABI)
		note("the kernel's abi_version is %" PRIu64
		     ", newer than this program's %d: some of what it counts is not shown",
		     abi, KNOWN_ABI);
	if (abi < KNOWN_ABI)
		note("the kernel's abi_version is %" PRIu64
		     ", older than this program's %d: what it does not count is shown as -",
		     abi, KNOWN_ABI);
	return EXIT_OK;
}

int snapshot_read(struct snapshot *s)
{
	unsigned int order, i;
	int err, status;
	char path[128];

	memset(s, 0, sizeof(*s));
	err = list_orders(s);
	if (err)
		return complain_tree(STATS_DIR, err);
	status = check_abi();
	if (status)
		return status;
	for (order = 0; order < MAX_ORDERS; order++) {
		struct counter_row *row = &s->order[order];

		for (i = 0; row->present && i < NR_COUNTERS; i++) {
			snprintf(path, sizeof(path), STATS_DIR "/order%u/%s",
				 order, counters[i].name);
			err = sysroot_read_number(path, &row->value[i]);
			/* An older kernel may count less: leave that empty. */
			if (err && err != -ENOENT)
				return complain_tree(path, err);
			row->known[i] = !err;
		}
	}
	return EXIT_OK;
}

/* Read the files of one row; a negative errno and the @path of the bad one. */
static int read_node_row(struct node_row *row, char *path, size_t size)
{
	int len, i, err;

	len = snprintf(path, size, STATS_DIR "/node%d/", row->node);
	if (row->order != WHOLE_NODE)
		len += snprintf(path + len, size - len, "order%d/", row->order);
	for (i = 0; i < NR_NODE_ITEMS; i++) {
		if (node_items[i].per_order != (row->order != WHOLE_NODE))
			continue;
		snprintf(path + len, size - len, "%s", node_items[i].name);
		err = sysroot_read_number(path, &row->value[i]);
		/* Also when the node goes away while we are reading. */
		if (err && err != -ENOENT && err != -ENODEV)
			return err;
		row->known[i] = !err;
	}
	return 0;
}

static struct node_row *new_node_row(struct node_rows *r, int node, int order)
{
	struct node_row *rows;

	rows = reallocarray(r->rows, r->nr + 1, sizeof(*rows));
	if (!rows)
		return NULL;
	r->rows = rows;
	rows[r->nr] = (struct node_row){ .node = node, .order = order };
	return &rows[r->nr++];
}

/* Add a row for each entry of @path that is called @prefix and a number. */
static int list_node_rows(struct node_rows *r, const char *path,
			  const char *prefix, int node)
{
	DIR *dir = sysroot_opendir(path);
	struct dirent *entry;
	bool full = false;
	int n;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (!full && (entry = readdir(dir))) {
		n = numbered_entry(entry->d_name, prefix);
		if (n < 0 || (node >= 0 && n >= MAX_ORDERS))
			continue;
		full = !new_node_row(r, node >= 0 ? node : n,
				     node >= 0 ? n : WHOLE_NODE);
	}
	closedir(dir);
	return full ? -ENOMEM : 0;
}

static int by_node_and_order(const void *a, const void *b)
{
	const struct node_row *x = a, *y = b;

	return x->node != y->node ? x->node - y->node : x->order - y->order;
}

int node_rows_read(struct node_rows *r)
{
	char path[128] = STATS_DIR;
	size_t nodes, i;
	int err;

	memset(r, 0, sizeof(*r));
	err = list_node_rows(r, STATS_DIR, "node", -1);
	nodes = r->nr;
	for (i = 0; i < nodes && !err; i++) {
		snprintf(path, sizeof(path), STATS_DIR "/node%d", r->rows[i].node);
		err = list_node_rows(r, path, "order", r->rows[i].node);
	}
	for (i = 0; i < r->nr && !err; i++)
		err = read_node_row(&r->rows[i], path, sizeof(path));
	if (err) {
		node_rows_free(r);
		return complain_tree(path, err);
	}
	if (r->nr)
		qsort(r->rows, r->nr, sizeof(*r->rows), by_node_and_order);
	return EXIT_OK;
}

void node_rows_free(struct node_rows *r)
{
	free(r->rows);
	memset(r, 0, sizeof(*r));
}

bool node_rows_have(const struct node_rows *r, enum node_item_id id)
{
	size_t i;

	for (i = 0; i < r->nr; i++)
		if (r->rows[i].known[id])
			return true;
	return false;
}

/*
 * The reader for --since: just the JSON that `buddyctl -J stats` writes,
 *	{ "orders": [ { "order": 9, "requests": 1, "slowpath": null }, … ] }
 * where keys may come in any order and unknown ones are passed over.
 */
static bool take(const char **p, char c)
{
	*p += strspn(*p, " \t\r\n");
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool take_key(const char **p, char *key, size_t size)
{
	size_t len;

	if (!take(p, '"'))
		return false;
	len = strcspn(*p, "\"\\");
	if ((*p)[len] != '"' || len >= size)
		return false;
	memcpy(key, *p, len);
	key[len] = '\0';
	*p += len + 1;
	return take(p, ':');
}

static bool take_value(const char **p, bool *known, uint64_t *value)
{
	char digits[24];
	size_t len;

	*p += strspn(*p, " \t\r\n");
	if (!strncmp(*p, "null", 4)) {
		*p += 4;
		*known = false;
		return true;
	}
	len = strspn(*p, "0123456789");
	if (len >= sizeof(digits))
		return false;
	memcpy(digits, *p, len);
	digits[len] = '\0';
	*p += len;
	*known = true;
	return !parse_decimal(digits, value);
}

static bool take_row(const char **p, struct snapshot *s)
{
	struct counter_row row = { .present = true };
	uint64_t value, order = MAX_ORDERS;
	char key[64];
	bool known;
	int i;

	if (!take(p, '{'))
		return false;
	do {
		if (!take_key(p, key, sizeof(key)) ||
		    !take_value(p, &known, &value))
			return false;
		if (!known)
			continue;
		if (!strcmp(key, "order"))
			order = value;
		for (i = 0; i < NR_COUNTERS; i++)
			if (!strcmp(key, counters[i].name)) {
				row.value[i] = value;
				row.known[i] = true;
			}
	} while (take(p, ','));
	if (!take(p, '}') || order >= MAX_ORDERS || s->order[order].present)
		return false;
	s->order[order] = row;
	return true;
}

bool snapshot_parse(struct snapshot *s, const char *json)
{
	char key[16];

	memset(s, 0, sizeof(*s));
	if (!take(&json, '{') || !take_key(&json, key, sizeof(key)) ||
	    strcmp(key, "orders") || !take(&json, '['))
		return false;
	do {
		if (!take_row(&json, s))
			return false;
	} while (take(&json, ','));
	return take(&json, ']') && take(&json, '}') && take(&json, '\0');
}

int snapshot_load(struct snapshot *s, const char *file)
{
	FILE *f = fopen(file, "r");
	char *text = NULL;
	int status = EXIT_FAILED;
	size_t len;

	if (!f) {
		complain("cannot read %s: %s", file, strerror(errno));
		return EXIT_FAILED;
	}
	text = malloc(MAX_SAVED + 1);
	if (!text) {
		complain("out of memory");
		goto out;
	}
	len = fread(text, 1, MAX_SAVED, f);
	text[len] = '\0';
	if (ferror(f))
		complain("cannot read %s: %s", file, strerror(errno));
	else if (strlen(text) != len || !snapshot_parse(s, text))
		complain("%s is not what `buddyctl -J stats` prints", file);
	else
		status = EXIT_OK;
out:
	free(text);
	fclose(f);
	return status;
}

/* What has happened since @then; orders that @then does not have go away. */
int snapshot_subtract(struct snapshot *now, const struct snapshot *then,
		      const char *file)
{
	unsigned int order, i;
	bool any = false;

	for (order = 0; order < MAX_ORDERS; order++) {
		struct counter_row *row = &now->order[order];
		const struct counter_row *old = &then->order[order];

		row->present = row->present && old->present;
		any |= row->present;
		for (i = 0; row->present && i < NR_COUNTERS; i++) {
			row->known[i] = row->known[i] && old->known[i];
			if (!row->known[i])
				continue;
			if (row->value[i] < old->value[i]) {
				complain("order%u/%s is less than in %s: was there a reboot since?",
					 order, counters[i].name, file);
				return EXIT_FAILED;
			}
			row->value[i] -= old->value[i];
		}
	}
	if (!any) {
		complain("%s has none of this kernel's orders", file);
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

bool snapshot_has(const struct snapshot *s, unsigned int orders)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDERS; order++)
		if (s->order[order].present && orders & 1u << order)
			return true;
	return false;
}

bool snapshot_counts(const struct snapshot *s, enum counter_id id)
{
	int order;

	for (order = 0; order < MAX_ORDERS; order++)
		if (s->order[order].present && s->order[order].known[id])
			return true;
	return false;
}

uint64_t snapshot_total(const struct snapshot *s, enum counter_id id)
{
	uint64_t total = 0;
	int order;

	for (order = 0; order < MAX_ORDERS; order++)
		if (s->order[order].present &&
		    __builtin_add_overflow(total, s->order[order].value[id], &total))
			return UINT64_MAX;
	return total;
}
