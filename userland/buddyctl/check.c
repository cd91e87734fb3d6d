// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl check: a plug-in for Nagios, Icinga and their like. One line, then
 * "|" and what they draw; the answer is the exit status. Each node is judged
 * by its zones taken together, as the kernel's node0/order9/fragmentation is:
 * a small ZONE_DMA that is always full should not wake anybody.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "array.h"
#include "buddyctl.h"
#include "judge.h"

#define CRITICAL_PERCENT	95

enum { NODE, ORDER, FREE, BLOCKS, FRAG, WARN, CRIT, STATE };

static const struct column columns[] = {
	[NODE]	= { "NODE", "node", COL_NUMBER | COL_TEXT | COL_FULL,
		    "memory node, all its zones taken together" },
	[ORDER]	= { "ORDER", "order", COL_NUMBER | COL_TEXT | COL_FULL,
		    "order that was checked (-O)" },
	[FREE]	= { "FREE", "free", COL_NUMBER | COL_TEXT | COL_FULL,
		    "free memory" },
	[BLOCKS] = { "BLOCKS", "blocks", COL_NUMBER | COL_TEXT | COL_FULL,
		    "how many blocks of ORDER there are in it" },
	[FRAG]	= { "FRAG%", "frag", COL_NUMBER | COL_TEXT | COL_FULL,
		    "share of free memory in blocks too small for ORDER" },
	[WARN]	= { "WARNING", "warning", COL_NUMBER | COL_TEXT | COL_FULL,
		    "warned above it (-w)" },
	[CRIT]	= { "CRITICAL", "critical", COL_NUMBER | COL_TEXT | COL_FULL,
		    "critical above it (-c)" },
	[STATE]	= { "STATE", "state", COL_TEXT | COL_FULL,
		    "OK, WARNING, CRITICAL; or EMPTY: nothing is free" },
};

const struct column *check_columns(size_t *nr)
{
	*nr = ARRAY_SIZE(columns);
	return columns;
}

struct limits {
	unsigned int warning, critical;
};

static const char *const states[] = { "OK", "WARNING", "CRITICAL" };

/* Strictly above, as the kernel judges. */
static int state_of(const struct limits *l, const struct zone *node, unsigned int order)
{
	uint64_t free = zone_free(node), suitable = zone_suitable(node, order);

	if (frag_above(free, suitable, l->critical))
		return PLUGIN_CRITICAL;
	return frag_above(free, suitable, l->warning) ? PLUGIN_WARNING : PLUGIN_OK;
}

struct worst {
	const struct zone *node;	/* NULL: nothing was free anywhere */
	unsigned int order;
	unsigned int permille;
	int state;
};

static void find_worst(struct worst *w, const struct limits *l,
		       const struct buddyinfo *nodes, unsigned int orders)
{
	unsigned int order;
	size_t i;

	*w = (struct worst){ 0 };
	for (i = 0; i < nodes->nr_zones; i++)
		for (order = 0; order < nodes->nr_orders; order++) {
			const struct zone *node = &nodes->zones[i];
			uint64_t free = zone_free(node);
			unsigned int permille;
			int state;

			if (!(orders & 1u << order) || !free)
				continue;
			permille = frag_permille(free, zone_suitable(node, order));
			state = state_of(l, node, order);
			/* which tells 80.00 % from 80.01 %, as permille do not */
			if (w->node && (state < w->state ||
					(state == w->state && permille <= w->permille)))
				continue;
			*w = (struct worst){ node, order, permille, state };
		}
}

static void print_answer(const struct worst *w, const struct limits *l)
{
	long page = sysconf(_SC_PAGESIZE);
	char free[SIZE_TEXT], block[SIZE_TEXT];
	uint64_t blocks = zone_suitable(w->node, w->order) >> w->order;

	printf("BUDDY %s - node %u is %u.%u %% fragmented at order %u",
	       states[w->state], w->node->node, w->permille / 10, w->permille % 10,
	       w->order);
	if (w->state)
		printf(" (> %u %%)", w->state == PLUGIN_CRITICAL ? l->critical : l->warning);
	printf(": %" PRIu64 " blocks of %s in %s free", blocks,
	       size_text(block, (uint64_t)page << w->order),
	       size_text(free, zone_free(w->node) * page));
}

/* 'label'=value[unit];warning;critical;min;max */
static void print_perfdata(const struct buddyinfo *nodes, const struct limits *l,
			   unsigned int orders)
{
	unsigned int order, permille;
	size_t i;

	printf(" |");
	for (i = 0; i < nodes->nr_zones; i++)
		for (order = 0; order < nodes->nr_orders; order++) {
			const struct zone *node = &nodes->zones[i];
			uint64_t free = zone_free(node);
			uint64_t suitable = zone_suitable(node, order);

			if (!(orders & 1u << order) || !free)
				continue;
			permille = frag_permille(free, suitable);
			printf(" node%u_order%u=%u.%u%%;%u;%u;0;100", node->node, order,
			       permille / 10, permille % 10, l->warning, l->critical);
			printf(" node%u_order%u_blocks=%" PRIu64 ";;;0", node->node,
			       order, suitable >> order);
		}
	putchar('\n');
}

static void add_row(struct table *t, const struct zone *node, unsigned int order,
		    const struct limits *l)
{
	uint64_t free = zone_free(node), suitable = zone_suitable(node, order);

	table_row(t);
	table_set(t, NODE, "%u", node->node);
	table_set(t, ORDER, "%u", order);
	table_set_size(t, FREE, free * sysconf(_SC_PAGESIZE));
	table_set(t, BLOCKS, "%" PRIu64, suitable >> order);
	table_set(t, WARN, "%u", l->warning);
	table_set(t, CRIT, "%u", l->critical);
	table_set(t, STATE, "%s", free ? states[state_of(l, node, order)] : "EMPTY");
	if (free)
		table_set_permille(t, FRAG, frag_permille(free, suitable));
}

static int read_limits(const struct options *opt, struct limits *l)
{
	struct rules rules;

	if (opt->warning < 0 && read_rules(&rules))
		return PLUGIN_UNKNOWN;
	l->warning = opt->warning < 0 ? rules.threshold : (unsigned int)opt->warning;
	l->critical = opt->critical < 0 ? CRITICAL_PERCENT : (unsigned int)opt->critical;

	/* A threshold of 100 set in the kernel is no mistake of the caller's. */
	if (opt->critical < 0 && l->critical < l->warning)
		l->critical = l->warning;
	if (opt->warning < 0 && l->warning > l->critical)
		l->warning = l->critical;
	if (l->warning <= l->critical)
		return PLUGIN_OK;
	complain("--warning %u is above --critical %u", l->warning, l->critical);
	return PLUGIN_UNKNOWN;
}

int cmd_check(const struct options *opt, int argc, char **argv)
{
	const struct format *f = &opt->format;
	struct buddyinfo info, nodes = { 0 };
	unsigned int orders, order;
	struct table *t = NULL;
	struct limits limits;
	struct worst worst;
	int state = PLUGIN_UNKNOWN;
	size_t i;

	(void)argc;
	(void)argv;
	if (read_limits(opt, &limits) || read_buddyinfo(&info))
		return PLUGIN_UNKNOWN;
	orders = opt->orders ? parse_orders(opt->orders, info.nr_orders - 1) :
		1u << default_order(&info);
	if (!orders)
		goto out;
	if (buddyinfo_nodes(&info, &nodes)) {
		complain("out of memory");
		goto out;
	}
	find_worst(&worst, &limits, &nodes, orders);
	if (!worst.node) {
		complain("no memory is free, so none is fragmented");
		goto out;
	}
	if (wants_table(f)) {
		t = table_new(f, "nodes", columns, ARRAY_SIZE(columns));
		if (!t)
			goto out;
		for (i = 0; i < nodes.nr_zones; i++)
			for (order = 0; order < nodes.nr_orders; order++)
				if (orders & 1u << order)
					add_row(t, &nodes.zones[i], order, &limits);
		table_print(t);
	} else {
		print_answer(&worst, &limits);
		print_perfdata(&nodes, &limits, orders);
	}
	state = worst.state;
out:
	buddyinfo_free(&nodes);
	buddyinfo_free(&info);
	return state;
}
