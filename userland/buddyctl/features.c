// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl features: of everything that buddyctl knows, what this kernel has.
 * For scripts that must run on several kernels, and for bug reports.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "buddyctl.h"
#include "counters.h"
#include "host.h"
#include "sysroot.h"
#include "tunables.h"

enum { KIND, NAME, PRESENT, VALUE, HELP };

static const struct column columns[] = {
	[KIND]	= { "KIND", "kind", COL_TEXT | COL_FULL,
		    "tunable, counter and the like" },
	[NAME]	= { "NAME", "name", COL_TEXT | COL_FULL,
		    "what it is called" },
	[PRESENT] = { "PRESENT", "present", COL_TEXT | COL_FULL,
		    "yes, no, or unknown to who may not look" },
	[VALUE]	= { "VALUE", "value", COL_TEXT | COL_FULL,
		    "its value, if it has one" },
	[HELP]	= { "HELP", "help", 0,
		    "what it is" },
};

const struct column *features_columns(size_t *nr)
{
	*nr = ARRAY_SIZE(columns);
	return columns;
}

static void add(struct table *t, const char *kind, const char *name,
		const char *present, const char *value, const char *help)
{
	table_row(t);
	table_set(t, KIND, "%s", kind);
	table_set(t, NAME, "%s", name);
	table_set(t, PRESENT, "%s", present);
	if (value && *value)
		table_set(t, VALUE, "%s", value);
	table_set(t, HELP, "%s", help);
}

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static void add_files(struct table *t)
{
	char version[24] = "";
	uint64_t abi;

	add(t, "file", "buddyinfo", yes_no(sysroot_has("/proc/buddyinfo")), NULL,
	    "free blocks per zone and order, in /proc");
	if (!counters_abi(&abi))
		snprintf(version, sizeof(version), "%" PRIu64, abi);
	add(t, "file", "abi_version", yes_no(*version), version,
	    "of the statistics in " STATS_DIR);
}

static void add_verbs(struct table *t)
{
	bool patched = counters_exist() && any_tunable_exists();
	size_t i;

	for (i = 0; i < nr_verbs; i++)
		add(t, "command", verbs[i].name, yes_no(patched || verbs[i].stock),
		    NULL, verbs[i].help);
}

static void add_tunables(struct table *t)
{
	char value[TUNABLE_TEXT];
	size_t i, j;

	for (i = 0; i < nr_tunables; i++) {
		const struct tunable *tunable = &tunables[i];
		bool there = tunable_exists(tunable);

		if (!there || tunable_read(tunable, value))
			value[0] = '\0';
		add(t, "tunable", tunable->name, yes_no(there), value, tunable->help);
		for (j = 0; j < tunable->nr_names; j++) {
			const struct named_value *v = &tunable->names[j];

			snprintf(value, sizeof(value), "%u", v->value);
			add(t, "value", v->name, yes_no(there && named_value_exists(v)),
			    value, v->help);
		}
	}
}

static void add_counters(struct table *t)
{
	bool exist = counters_exist();
	struct node_rows nodes = { 0 };
	struct snapshot s = { 0 };
	int i;

	/* What cannot be read is not there, as far as anybody can tell. */
	if (exist && snapshot_read(&s))
		memset(&s, 0, sizeof(s));
	if (exist && node_rows_read(&nodes))
		memset(&nodes, 0, sizeof(nodes));
	for (i = 0; i < NR_COUNTERS; i++)
		add(t, "counter", counters[i].name, yes_no(snapshot_counts(&s, i)),
		    NULL, counters[i].help);
	for (i = 0; i < NR_NODE_ITEMS; i++)
		add(t, "node", node_items[i].name, yes_no(node_rows_have(&nodes, i)),
		    NULL, node_items[i].help);
	node_rows_free(&nodes);
}

static void add_events(struct table *t)
{
	struct vmstat vm;
	int i;

	vmstat_read(&vm);
	for (i = 0; i < NR_EVENTS; i++)
		add(t, "event", events[i].name, yes_no(vm.known[i]), NULL, events[i].help);
}

/* tracefs shows itself to root only. */
static void add_tracepoints(struct table *t)
{
	static const char *const names[] = {
		"buddy_adaptive_decline", "buddy_adaptive_wake", "buddy_adaptive_supply",
	};
	static const char *const help[] = {
		"a request was judged fragmented", "kcompactd was to be woken",
		"kcompactd made large blocks",
	};
	static const char dir[] = "/sys/kernel/tracing/events";
	DIR *tracefs = sysroot_opendir(dir);
	bool unknown = !tracefs && errno == EACCES;
	char path[128];
	size_t i;

	if (tracefs)
		closedir(tracefs);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/buddy_adaptive/%s", dir, names[i]);
		add(t, "tracepoint", names[i],
		    unknown ? "unknown" : yes_no(sysroot_has(path)), NULL, help[i]);
	}
}

int cmd_features(const struct options *opt, int argc, char **argv)
{
	struct table *t = table_new(&opt->format, "features", columns,
				    ARRAY_SIZE(columns));

	(void)argc;
	(void)argv;
	if (!t)
		return EXIT_USAGE;
	add_files(t);
	add_verbs(t);
	add_tunables(t);
	add_counters(t);
	add_events(t);
	add_tracepoints(t);
	table_print(t);
	return EXIT_OK;
}
