// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl stats: what the kernel has counted, a row per order; since boot,
 * or since an earlier `buddyctl -J stats` was saved to a file. With --nodes what
 * the kernel says of each node.
 */
#include <inttypes.h>
#include <stdio.h>

#include "buddyctl.h"
#include "counters.h"

enum { ORDER, FIRST_COUNTER };
enum { NODE, NODE_ORDER, FIRST_ITEM };

/* The node, its order, then every item of the table. */
const struct column *stats_node_columns(size_t *nr)
{
	static struct column columns[FIRST_ITEM + NR_NODE_ITEMS] = {
		[NODE]	= { "NODE", "node", COL_NUMBER | COL_TEXT | COL_FULL,
			    "memory node" },
		[NODE_ORDER] = { "ORDER", "order", COL_NUMBER | COL_TEXT | COL_FULL,
			    "order that the row is about; none: the node itself" },
	};
	int i;

	for (i = 0; i < NR_NODE_ITEMS; i++)
		columns[FIRST_ITEM + i] = (struct column){
			node_items[i].heading, node_items[i].name,
			COL_NUMBER | COL_FULL, node_items[i].help };
	*nr = FIRST_ITEM + NR_NODE_ITEMS;
	return columns;
}

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

/* Orders 1 and 2 have few counters: text passes over what has not happened. */
static bool worth_a_line(const struct counter_row *row)
{
	unsigned int i;

	for (i = 0; i < NR_COUNTERS; i++)
		if (row->value[i])
			return true;
	return row->known[REQUESTS];
}

static void print_snapshot(struct table *t, const struct snapshot *s,
			   unsigned int orders, bool all)
{
	unsigned int order, i;

	choose_columns(t, s);
	for (order = 0; order < MAX_ORDERS; order++) {
		const struct counter_row *row = &s->order[order];

		if (!row->present || !(orders & 1u << order) ||
		    !(all || worth_a_line(row)))
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

/* Text leaves out what this kernel does not tell, and the rows with nothing. */
static void print_nodes(struct table *t, const struct node_rows *r,
			unsigned int orders)
{
	bool any;
	size_t i;
	int id;

	for (id = 0; id < NR_NODE_ITEMS; id++)
		if (node_rows_have(r, id))
			table_show(t, FIRST_ITEM + id);
	for (i = 0; i < r->nr; i++) {
		const struct node_row *row = &r->rows[i];

		any = false;
		for (id = 0; id < NR_NODE_ITEMS; id++)
			any |= row->known[id];
		if (!any || (row->order != WHOLE_NODE && !(orders & 1u << row->order)))
			continue;
		table_row(t);
		table_set(t, NODE, "%d", row->node);
		if (row->order != WHOLE_NODE)
			table_set(t, NODE_ORDER, "%d", row->order);
		for (id = 0; id < NR_NODE_ITEMS; id++)
			if (row->known[id])
				table_set(t, FIRST_ITEM + id, "%" PRIu64, row->value[id]);
	}
	table_print(t);
}

static int stats_of_nodes(const struct options *opt, unsigned int orders)
{
	const struct column *columns;
	struct node_rows rows;
	struct table *t;
	int status;
	size_t nr;

	if (opt->since) {
		complain("--nodes and --since exclude each other");
		return EXIT_USAGE;
	}
	status = node_rows_read(&rows);
	if (status)
		return status;
	if (!rows.nr) {
		complain("this kernel tells nothing of its nodes");
		return EXIT_UNSUPPORTED;
	}
	columns = stats_node_columns(&nr);
	t = table_new(&opt->format, "nodes", columns, nr);
	if (t)
		print_nodes(t, &rows, orders);
	node_rows_free(&rows);
	return t ? EXIT_OK : EXIT_USAGE;
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
	if (opt->nodes)
		return stats_of_nodes(opt, orders);

	status = snapshot_read(&now);
	if (!status && opt->since)
		status = snapshot_load(&then, opt->since);
	if (!status && opt->since)
		status = snapshot_subtract(&now, &then, opt->since);
	if (status)
		return status;
	if (!snapshot_has(&now, orders) && opt->orders) {
		complain("nothing is counted for order %s", opt->orders);
		return EXIT_USAGE;
	}
	if (!snapshot_has(&now, orders)) {
		complain("this kernel counts nothing for any order");
		return EXIT_UNSUPPORTED;
	}
	columns = stats_columns(&nr);
	t = table_new(&opt->format, "orders", columns, nr);
	if (!t)
		return EXIT_USAGE;
	print_snapshot(t, &now, orders, opt->format.json || opt->format.raw);
	return EXIT_OK;
}
