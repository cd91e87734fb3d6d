// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl frag: how fragmented the free memory of each zone is. Everything
 * is computed from /proc/buddyinfo, so this works on any kernel.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "buddyctl.h"
#include "judge.h"

enum { NODE, ZONE, ORDER, FREE, SUITABLE, BLOCKS, FRAG, RATIO, THRESHOLD, VERDICT };

static const struct column columns[] = {
	[NODE]	= { "NODE", "node", COL_NUMBER | COL_TEXT | COL_FULL,
		    "memory node" },
	[ZONE]	= { "ZONE", "zone", COL_TEXT | COL_FULL,
		    "zone of the node" },
	[ORDER]	= { "ORDER", "order", COL_NUMBER | COL_FULL,
		    "order that the row is about: blocks of 2^ORDER pages" },
	[FREE]	= { "FREE", "free", COL_NUMBER | COL_TEXT | COL_FULL,
		    "free memory" },
	[SUITABLE] = { "SUITABLE", "suitable", COL_NUMBER | COL_TEXT | COL_FULL,
		    "the same in blocks of at least ORDER; headed ORDn+" },
	[BLOCKS] = { "BLOCKS", "blocks", COL_NUMBER | COL_FULL,
		    "how many blocks of ORDER that makes" },
	[FRAG]	= { "FRAG%", "frag", COL_NUMBER | COL_TEXT | COL_FULL,
		    "share of free memory in blocks too small for ORDER" },
	[RATIO]	= { "RATIO%", "ratio", COL_NUMBER | COL_FULL,
		    "free memory in orders 0-2 against 8 and up, in percent" },
	[THRESHOLD] = { "THRESHOLD", "threshold", COL_NUMBER | COL_FULL,
		    "vm.buddy_frag_threshold; 80 if the kernel has none" },
	[VERDICT] = { "VERDICT", "verdict", COL_TEXT | COL_FULL,
		    "ok, fragmented (by which rule), or empty" },
};

const struct column *frag_columns(size_t *nr)
{
	*nr = ARRAY_SIZE(columns);
	return columns;
}

static void set_verdict(struct table *t, const struct format *format,
			const struct rules *rules, const struct zone *zone,
			unsigned int order)
{
	enum verdict verdict = judge(rules, zone, order);
	const char *word = verdict_word(verdict);

	/* Programs get the word, people also the reason. */
	if (format->json || format->raw || verdict == VERDICT_EMPTY)
		table_set(t, VERDICT, "%s", word);
	else if (verdict == VERDICT_RATIO)
		table_set(t, VERDICT, "%s (ratio > %u)", word, rules->ratio);
	else
		table_set(t, VERDICT, "%s (%s %u)", word,
			  verdict == VERDICT_OK ? "<=" : ">", rules->threshold);
	if (verdict == VERDICT_FRAG || verdict == VERDICT_RATIO)
		table_color(t, VERDICT, "red");
}

static void add_row(struct table *t, const struct format *format,
		    const struct rules *rules, const struct zone *zone,
		    unsigned int order)
{
	uint64_t suitable = zone_suitable(zone, order);
	uint64_t free = zone_free(zone);
	long page = sysconf(_SC_PAGESIZE);
	uint64_t ratio;

	table_row(t);
	table_set(t, NODE, "%u", zone->node);
	table_set(t, ZONE, "%s", zone->name);
	table_set(t, ORDER, "%u", order);
	table_set_size(t, FREE, free * page);
	table_set_size(t, SUITABLE, suitable * page);
	table_set(t, BLOCKS, "%" PRIu64, suitable >> order);
	if (free)
		table_set_permille(t, FRAG, frag_permille(free, suitable));
	if (zone_ratio(zone, &ratio))
		table_set(t, RATIO, "%" PRIu64, ratio);
	table_set(t, THRESHOLD, "%u", rules->threshold);
	set_verdict(t, format, rules, zone, order);
}

int cmd_frag(const struct options *opt, int argc, char **argv)
{
	unsigned int order, orders;
	struct buddyinfo info;
	struct rules rules;
	struct table *t;
	char heading[16];
	int status;
	size_t i;

	(void)argc;
	(void)argv;
	status = read_buddyinfo(&info);
	if (status)
		return status;
	status = read_rules(&rules);
	if (status)
		goto out;
	status = EXIT_USAGE;
	if (opt->orders)
		orders = parse_orders(opt->orders, info.nr_orders - 1);
	else
		orders = 1u << default_order(&info);
	if (!orders)
		goto out;
	t = table_new(&opt->format, "zones", columns, ARRAY_SIZE(columns));
	if (!t)
		goto out;

	/* One order can be told in the heading, more need a column. */
	order = __builtin_ctz(orders);
	if (orders == 1u << order) {
		snprintf(heading, sizeof(heading), "ORD%u+", order);
		table_heading(t, SUITABLE, heading);
	} else {
		table_show(t, ORDER);
	}
	for (i = 0; i < info.nr_zones; i++)
		for (order = 0; order < info.nr_orders; order++)
			if (orders & 1u << order)
				add_row(t, &opt->format, &rules, &info.zones[i], order);
	table_print(t);
	status = EXIT_OK;
out:
	buddyinfo_free(&info);
	return status;
}
