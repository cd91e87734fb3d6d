// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl stats: what the kernel has counted, a row per order; since boot,
 * or since an earlier `buddyctl -J stats` was saved to a file.
 */
#include <inttypes.h>
#include <stdio.h>

#include "buddyctl.h"
#include "counters.h"

enum { ORDER, FIRST_COUNTER };

/* The order, then every counter of the table. */
const struct column *stats_columns(size_t *nr)
{
	static struct column columns[FIRST_COUNTER + NR_COUNTERS] = {
		[ORDER] = { "ORDER", "order", COL_NUMBER | COL_TEXT | COL_FULL,
			    "requests of 2^ORDER pages" },
	};
	int i;

	for (i = 0; i < NR_COUNTERS; i++) {
		struct column *c = &columns[FIRST_COUNTER + i];

		c->heading = counters[i].heading;
		c->key = counters[i].name;
		c->help = counters[i].help;
		c->flags = COL_NUMBER | COL_FULL;
		if (!(counters[i].flags & (COUNTER_IF_ANY | COUNTER_NO_ROOM)))
			c->flags |= COL_TEXT;
	}
	*nr = FIRST_COUNTER + NR_COUNTERS;
	return columns;
}

/* 80 columns: what would have been done takes the place of what was not. */
static void choose_columns(struct table *t, const struct snapshot *s)
{
	int i;

	for (i = 0; i < NR_COUNTERS; i++)
		if (counters[i].flags & COUNTER_IF_ANY && snapshot_total(s, i))
			table_show(t, FIRST_COUNTER + i);
	if (snapshot_total(s, WOULD_DECLINE) && !snapshot_total(s, DECLINED))
		table_hide(t, FIRST_COUNTER + DECLINED);
	if (snapshot_total(s, WOULD_REFUSE) && !snapshot_total(s, REFUSED))
		table_hide(t, FIRST_COUNTER + REFUSED);
}

static void print_snapshot(struct table *t, const struct snapshot *s,
			   unsigned int orders)
{
	unsigned int order, i;

	choose_columns(t, s);
	for (order = 0; order < MAX_ORDERS; order++) {
		const struct counter_row *row = &s->order[order];

		if (!row->present || !(orders & 1u << order))
			continue;
		table_row(t);
		table_set(t, ORDER, "%u", order);
		for (i = 0; i < NR_COUNTERS; i++)
			if (row->known[i])
				table_set(t, FIRST_COUNTER + i, "%" PRIu64,
					  row->value[i]);
	}
	table_print(t);
}

int cmd_stats(const struct options *opt, int argc, char **argv)
{
	unsigned int orders = ~0u, max;
	const struct column *columns;
	struct snapshot now, then;
	struct table *t;
	size_t nr;
	int status;

	(void)argc;
	(void)argv;
	if (!counters_exist())
		return not_supported();
	max = counters_max_order();
	if (opt->orders)
		orders = parse_orders(opt->orders, max);
	if (!orders)
		return EXIT_USAGE;

	status = snapshot_read(&now);
	if (!status && opt->since)
		status = snapshot_load(&then, opt->since);
	if (!status && opt->since)
		status = snapshot_subtract(&now, &then, opt->since);
	if (status)
		return status;
	if (!snapshot_has(&now, orders)) {
		complain("nothing is counted for order %s", opt->orders);
		return EXIT_USAGE;
	}
	columns = stats_columns(&nr);
	t = table_new(&opt->format, "orders", columns, nr);
	if (!t)
		return EXIT_USAGE;
	print_snapshot(t, &now, orders);
	return EXIT_OK;
}
