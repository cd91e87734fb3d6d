// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl status: on one screen, how buddy_adaptive is set, how the memory
 * is, and what was done.
 */
#include <inttypes.h>
#include <stdio.h>

#include "buddyctl.h"
#include "counters.h"
#include "judge.h"
#include "tunables.h"

enum {
	MODE, LEVERS, THRESHOLD, MIN_ORDER,
	WORST_NODE, WORST_ZONE, WORST_FRAG, ORDER, VERDICT,
	FIRST_COUNTER
};

const struct column *status_columns(size_t *nr)
{
	static struct column columns[FIRST_COUNTER + NR_COUNTERS] = {
		[MODE]	= { "Mode", "mode", COL_TEXT | COL_FULL,
			    "off, observe, guard or refuse" },
		[LEVERS] = { "Levers", "levers", COL_TEXT | COL_FULL,
			    "what mode guard may do" },
		[THRESHOLD] = { "Threshold", "threshold", COL_NUMBER | COL_TEXT | COL_FULL,
			    "percent of fragmentation" },
		[MIN_ORDER] = { "Smallest order", "min_order", COL_NUMBER | COL_TEXT | COL_FULL,
			    "smaller requests are never judged" },
		[WORST_NODE] = { "Worst node", "worst_node", COL_NUMBER | COL_FULL,
			    "node of the most fragmented zone" },
		[WORST_ZONE] = { "Worst zone", "worst_zone", COL_TEXT | COL_FULL,
			    "the most fragmented zone" },
		[WORST_FRAG] = { "Fragmentation", "worst_frag", COL_NUMBER | COL_TEXT | COL_FULL,
			    "of the worst zone, in percent" },
		[ORDER]	= { "At order", "worst_order", COL_NUMBER | COL_FULL,
			    "order that the fragmentation is for (-O)" },
		[VERDICT] = { "Verdict", "worst_verdict", COL_TEXT | COL_FULL,
			    "on the worst zone: ok, fragmented or empty" },
	};
	int i;

	for (i = 0; i < NR_COUNTERS; i++) {
		struct column *c = &columns[FIRST_COUNTER + i];

		c->heading = counters[i].label ? counters[i].label : counters[i].heading;
		c->key = counters[i].name;
		c->help = counters[i].help;
		c->flags = COL_NUMBER | COL_FULL;
		if (counters[i].flags == COUNTER_IN_STATUS)
			c->flags |= COL_TEXT;
	}
	*nr = FIRST_COUNTER + NR_COUNTERS;
	return columns;
}

/* A name if the value has one, else the number: newer kernels know more. */
static int set_named(struct table *t, unsigned int column,
		     const struct tunable *tunable)
{
	uint64_t value;
	int status = tunable_get(tunable, &value);
	const char *name;

	if (status)
		return status;
	name = tunable_meaning(tunable, value);
	if (*name)
		table_set(t, column, "%s", name);
	else
		table_set(t, column, "%" PRIu64, value);
	return EXIT_OK;
}

static int set_number(struct table *t, unsigned int column, const char *suffix,
		      const struct tunable *tunable)
{
	uint64_t value;
	int status = tunable_get(tunable, &value);

	if (!status)
		table_set(t, column, "%" PRIu64 "%s", value, suffix);
	return status;
}

/* Of two equally fragmented zones the one with more memory matters more. */
static const struct zone *worst_zone(const struct buddyinfo *info,
				     unsigned int order)
{
	const struct zone *worst = NULL;
	unsigned int most = 0;
	size_t i;

	for (i = 0; i < info->nr_zones; i++) {
		const struct zone *z = &info->zones[i];
		uint64_t free = zone_free(z);
		unsigned int frag;

		if (!free)
			continue;
		frag = frag_permille(free, zone_suitable(z, order));
		if (worst && (frag < most || (frag == most && free <= zone_free(worst))))
			continue;
		worst = z;
		most = frag;
	}
	return worst;
}

static int set_worst(struct table *t, const struct options *opt, bool plain)
{
	const struct zone *zone;
	struct buddyinfo info;
	unsigned int order, orders, permille;
	struct rules rules;
	int status;

	status = read_buddyinfo(&info);
	if (status)
		return status;
	status = read_rules(&rules);
	if (status)
		goto out;
	order = default_order(&info);
	if (opt->orders) {
		orders = parse_orders(opt->orders, info.nr_orders - 1);
		order = orders ? __builtin_ctz(orders) : 0;
		status = EXIT_USAGE;
		if (!orders)
			goto out;
		if (orders != 1u << order) {
			complain("status takes one order, not '%s'", opt->orders);
			goto out;
		}
		status = EXIT_OK;
	}
	zone = worst_zone(&info, order);
	table_set(t, ORDER, "%u", order);
	if (!zone) {
		table_set(t, VERDICT, "empty");
		goto out;
	}
	permille = frag_permille(zone_free(zone), zone_suitable(zone, order));
	table_set(t, WORST_NODE, "%u", zone->node);
	table_set(t, VERDICT, "%s", verdict_word(judge(&rules, zone, order)));
	if (judge(&rules, zone, order) != VERDICT_OK)
		table_color(t, VERDICT, "red");
	if (plain) {
		table_set(t, WORST_ZONE, "%s", zone->name);
		table_set_permille(t, WORST_FRAG, permille);
	} else {
		table_set(t, WORST_ZONE, "node %u %s", zone->node, zone->name);
		table_set(t, WORST_FRAG, "%u.%u %% at order %u", permille / 10,
			  permille % 10, order);
	}
out:
	buddyinfo_free(&info);
	return status;
}

int cmd_status(const struct options *opt, int argc, char **argv)
{
	bool plain = opt->format.json || opt->format.raw;
	const struct column *columns;
	struct snapshot s;
	struct table *t;
	size_t nr;
	int status, i;

	(void)argc;
	(void)argv;
	if (!counters_exist() || !any_tunable_exists())
		return not_supported();
	status = snapshot_read(&s);
	if (status)
		return status;
	columns = status_columns(&nr);
	t = table_new(&opt->format, "status", columns, nr);
	if (!t)
		return EXIT_USAGE;
	for (i = 0; i < NR_COUNTERS; i++)
		if (counters[i].flags & COUNTER_IN_STATUS && snapshot_total(&s, i))
			table_show(t, FIRST_COUNTER + i);

	table_row(t);
	for (i = 0; i < NR_COUNTERS; i++)
		if (snapshot_counts(&s, i))
			table_set(t, FIRST_COUNTER + i, "%" PRIu64,
				  snapshot_total(&s, i));
	status = set_named(t, MODE, tunable_mode);
	if (!status)
		status = set_named(t, LEVERS, tunable_levers);
	if (!status)
		status = set_number(t, THRESHOLD, plain ? "" : " %", tunable_threshold);
	if (!status)
		status = set_number(t, MIN_ORDER, "", tunable_min_order);
	if (!status)
		status = set_worst(t, opt, plain);
	if (status)
		table_drop(t);
	else
		table_print_list(t);
	return status;
}
