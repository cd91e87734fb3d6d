// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl export: Prometheus text, for node_exporter's textfile collector.
 * Names and units as its conventions want them: _total for what only grows,
 * ratios from 0 to 1, bytes. Free blocks per zone and order are not here:
 * node_exporter's own buddyinfo collector has them.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buddyctl.h"
#include "counters.h"
#include "judge.h"
#include "replace.h"
#include "tunables.h"

#define FIRST_ORDER	3	/* as in the kernel's tree */

static void print_head(FILE *f, const char *name, const char *suffix,
		       const char *type, const char *help)
{
	fprintf(f, "# HELP buddy_adaptive_%s%s %s\n", name, suffix, help);
	fprintf(f, "# TYPE buddy_adaptive_%s%s %s\n", name, suffix, type);
}

static void print_memory(FILE *f, const struct buddyinfo *nodes)
{
	unsigned int order;
	size_t i;

	print_head(f, "free_bytes", "", "gauge", "Free memory of a node.");
	for (i = 0; i < nodes->nr_zones; i++)
		fprintf(f, "buddy_adaptive_free_bytes{node=\"%u\"} %" PRIu64 "\n",
			nodes->zones[i].node,
			zone_free(&nodes->zones[i]) * sysconf(_SC_PAGESIZE));

	print_head(f, "fragmentation_ratio", "", "gauge",
		   "Share of a node's free memory in blocks too small for the order.");
	for (i = 0; i < nodes->nr_zones; i++)
		for (order = FIRST_ORDER; order < nodes->nr_orders; order++) {
			const struct zone *node = &nodes->zones[i];
			uint64_t free = zone_free(node);

			if (free)
				fprintf(f, "buddy_adaptive_fragmentation_ratio{node=\"%u\",order=\"%u\"} %.6g\n",
					node->node, order,
					(double)(free - zone_suitable(node, order)) / free);
		}
}

static int print_settings(FILE *f)
{
	char value[TUNABLE_TEXT];
	uint64_t abi = 0;
	int status = EXIT_OK;
	size_t i;

	counters_abi(&abi);
	print_head(f, "info", "", "gauge", "What is there and what it does; always 1.");
	fprintf(f, "buddy_adaptive_info{abi=\"%" PRIu64 "\"", abi);
	for (i = 0; i < nr_tunables && !status; i++) {
		const struct tunable *t = &tunables[i];

		if (!t->key || (!t->nr_names && tunable_is_number(t)) || !tunable_exists(t))
			continue;
		status = tunable_get(t, value);
		if (status)
			break;
		if (tunable_is_number(t))
			snprintf(value, sizeof(value), "%s", tunable_meaning(t, value));
		fprintf(f, ",%s=\"%s\"", t->key, value);
	}
	fprintf(f, "} 1\n");

	print_head(f, "setting", "", "gauge", "Value of a sysctl.");
	for (i = 0; i < nr_tunables && !status; i++) {
		const struct tunable *t = &tunables[i];

		if (!tunable_is_number(t) || !tunable_exists(t))
			continue;
		status = tunable_get(t, value);
		if (status)
			break;
		fprintf(f, "buddy_adaptive_setting{name=\"%s\"} %s\n", t->name, value);
	}
	return status;
}

static int print_counters(FILE *f)
{
	struct snapshot s;
	int status = snapshot_read(&s), i, order;

	for (i = 0; i < NR_COUNTERS && !status; i++) {
		if (!snapshot_counts(&s, i))
			continue;
		print_head(f, counters[i].name, "_total", "counter", counters[i].help);
		for (order = 0; order < MAX_ORDERS; order++)
			if (s.order[order].present && s.order[order].known[i])
				fprintf(f, "buddy_adaptive_%s_total{order=\"%d\"} %" PRIu64 "\n",
					counters[i].name, order, s.order[order].value[i]);
	}
	return status;
}

static int print_nodes(FILE *f)
{
	struct node_rows r;
	int status = node_rows_read(&r), id;
	size_t i;

	/* Fragmentation is there already, from /proc/buddyinfo and finer. */
	for (id = NODE_FRAGMENTATION + 1; id < NR_NODE_ITEMS && !status; id++) {
		const struct node_item *item = &node_items[id];
		const char *suffix = item->counter ? "_total" : "";
		char name[64];

		if (!node_rows_have(&r, id))
			continue;
		snprintf(name, sizeof(name), "node_%s", item->name);
		print_head(f, name, suffix, item->counter ? "counter" : "gauge", item->help);
		for (i = 0; i < r.nr; i++) {
			const struct node_row *row = &r.rows[i];

			if (!row->known[id])
				continue;
			fprintf(f, "buddy_adaptive_%s%s{node=\"%d\"", name, suffix, row->node);
			if (item->per_order)
				fprintf(f, ",order=\"%d\"", row->order);
			fprintf(f, "} %" PRIu64 "\n", row->value[id]);
		}
	}
	if (!status)
		node_rows_free(&r);
	return status;
}

static int print_all(FILE *f)
{
	struct buddyinfo info, nodes;
	int status = read_buddyinfo(&info);

	if (status)
		return status;
	if (buddyinfo_nodes(&info, &nodes)) {
		complain("out of memory");
		status = EXIT_FAILED;
	} else {
		print_memory(f, &nodes);
		buddyinfo_free(&nodes);
	}
	buddyinfo_free(&info);
	if (!status && any_tunable_exists())
		status = print_settings(f);
	if (!status && counters_exist())
		status = print_counters(f);
	if (!status && counters_exist())
		status = print_nodes(f);
	return status;
}

static int complain_file(const char *file, int err)
{
	complain("cannot write %s: %s; what was there still is", file,
		 err == -EEXIST ? "it is not a plain file" : strerror(-err));
	return err == -EACCES || err == -EPERM || err == -EROFS ?
		EXIT_NOPERM : EXIT_FAILED;
}

/* Below no sysroot: that is for what is read. */
static int export_to(const char *file)
{
	char *dir = strdup(file), *base = strdup(file);
	struct replacement r;
	int status, err;

	if (!dir || !base) {
		complain("out of memory");
		status = EXIT_FAILED;
		goto out;
	}
	err = open(dirname(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = err < 0 ? -errno : replace_begin(&r, err, basename(base));
	if (err) {
		status = complain_file(file, err);
		goto out;
	}
	status = print_all(r.f);
	if (status) {
		replace_drop(&r);
		goto out;
	}
	err = replace_commit(&r);
	if (err)
		status = complain_file(file, err);
out:
	free(dir);
	free(base);
	return status;
}

int cmd_export(const struct options *opt, int argc, char **argv)
{
	char *text = NULL;
	size_t size;
	FILE *f;
	int status;

	(void)argc;
	(void)argv;
	if (opt->file)
		return export_to(opt->file);

	/* All or nothing here, too. */
	f = open_memstream(&text, &size);
	if (!f) {
		complain("out of memory");
		return EXIT_FAILED;
	}
	status = print_all(f);
	fclose(f);
	if (!status)
		fwrite(text, 1, size, stdout);
	free(text);
	return status;
}
