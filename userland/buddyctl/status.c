// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl status: on one screen, how buddy_adaptive is set, how the memory
 * is, and what was done.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buddyctl.h"
#include "counters.h"
#include "judge.h"
#include "tunables.h"

enum { WORST_NODE, WORST_ZONE, WORST_FRAG, ORDER, VERDICT, NR_WORST };

static const struct column worst_columns[NR_WORST] = {
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

/* The columns are the settings, the worst zone, and the counters' totals. */
static size_t worst_at, counters_at;

#define MAX_SETTINGS	16

const struct column *status_columns(size_t *nr)
{
	static struct column columns[MAX_SETTINGS + NR_WORST + NR_COUNTERS];
	size_t i;

	*nr = 0;
	for (i = 0; i < nr_tunables && *nr < MAX_SETTINGS; i++) {
		const struct tunable *t = &tunables[i];
		bool name = t->nr_names || !tunable_is_number(t);

		if (t->label)
			columns[(*nr)++] = (struct column){
				t->label, t->key,
				(name ? 0 : COL_NUMBER) | COL_TEXT | COL_FULL,
				t->help };
	}
	worst_at = *nr;
	memcpy(&columns[worst_at], worst_columns, sizeof(worst_columns));
	counters_at = worst_at + NR_WORST;
	for (i = 0; i < NR_COUNTERS; i++) {
		struct column *c = &columns[counters_at + i];

		c->heading = counters[i].label ? counters[i].label : counters[i].heading;
		c->key = counters[i].name;
		c->help = counters[i].help;
		c->flags = COL_NUMBER | COL_FULL;
		if (counters[i].flags == COUNTER_IN_STATUS)
			c->flags |= COL_TEXT;
	}
	*nr = counters_at + NR_COUNTERS;
	return columns;
}

/* Before the first row: text does without what this kernel lacks. */
static void hide_settings(struct table *t)
{
	unsigned int column = 0;
	size_t i;

	for (i = 0; i < nr_tunables; i++) {
		if (!tunables[i].label)
			continue;
		if (!tunable_exists(&tunables[i]))
			table_hide(t, column);
		column++;
	}
}

/* A name if the value has one, else the number: newer kernels know more. */
static int set_settings(struct table *t, bool plain)
{
	char value[TUNABLE_TEXT];
	unsigned int column = 0;
	const char *meaning;
	int status;
	size_t i;

	for (i = 0; i < nr_tunables; i++) {
		const struct tunable *tunable = &tunables[i];

		if (!tunable->label)
			continue;
		if (tunable_exists(tunable)) {
			status = tunable_get(tunable, value);
			if (status)
				return status;
			meaning = tunable_meaning(tunable, value);
			table_set(t, column, "%s%s", *meaning ? meaning : value,
				  tunable->unit && !plain ? " %" : "");
		}
		column++;
	}
	return EXIT_OK;
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
	unsigned int order, permille;
	struct rules rules;
	int status, wanted;

	status = read_buddyinfo(&info);
	if (status)
		return status;
	status = read_rules(&rules);
	if (status)
		goto out;
	order = default_order(&info);
	if (opt->orders) {
		wanted = parse_order("status", opt->orders, info.nr_orders - 1);
		if (wanted < 0) {
			status = EXIT_USAGE;
			goto out;
		}
		order = wanted;
	}
	zone = worst_zone(&info, order);
	table_set(t, worst_at + ORDER, "%u", order);
	if (!zone) {
		table_set(t, worst_at + VERDICT, "empty");
		goto out;
	}
	permille = frag_permille(zone_free(zone), zone_suitable(zone, order));
	table_set(t, worst_at + WORST_NODE, "%u", zone->node);
	table_set(t, worst_at + VERDICT, "%s", verdict_word(judge(&rules, zone, order)));
	if (judge(&rules, zone, order) != VERDICT_OK)
		table_color(t, worst_at + VERDICT, "red");
	if (plain) {
		table_set(t, worst_at + WORST_ZONE, "%s", zone->name);
		table_set_permille(t, worst_at + WORST_FRAG, permille);
	} else {
		table_set(t, worst_at + WORST_ZONE, "node %u %s", zone->node, zone->name);
		table_set(t, worst_at + WORST_FRAG, "%u.%u %% at order %u", permille / 10,
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
	hide_settings(t);
	for (i = 0; i < NR_COUNTERS; i++)
		if (counters[i].flags & COUNTER_IN_STATUS && snapshot_total(&s, i))
			table_show(t, counters_at + i);

	table_row(t);
	for (i = 0; i < NR_COUNTERS; i++)
		if (snapshot_counts(&s, i))
			table_set(t, counters_at + i, "%" PRIu64,
				  snapshot_total(&s, i));
	status = set_settings(t, plain);
	if (!status)
		status = set_worst(t, opt, plain);
	if (status)
		table_drop(t);
	else
		table_print_list(t);
	return status;
}
