// SPDX-License-Identifier: GPL-2.0
/*
 * The help, and the same tables for scripts: `buddyctl tables` is what the
 * completion, the man page and the sysctl.d file are made from.
 */
#include <stdio.h>
#include <string.h>

#include "buddyctl.h"
#include "counters.h"
#include "host.h"
#include "tunables.h"

static const char about[] = "look at memory fragmentation, and set what is done about it";

static void describe_tunable(const struct tunable *t)
{
	size_t i;

	printf("  %s  %s\n      %s\n", t->name, tunable_range(t), t->help);
	for (i = 0; i < t->nr_names; i++)
		if (named_value_exists(&t->names[i]))
			printf("      %u %-8s %s\n", t->names[i].value,
			       t->names[i].name, t->names[i].help);
}

static void describe_verb(const struct verb *verb)
{
	const struct column *columns;
	size_t nr = 0, i;

	columns = verb->columns ? verb->columns(&nr) : NULL;
	if (columns)
		printf("\nColumns for --output:\n");
	for (i = 0; i < nr; i++)
		printf("  %-21s  %s\n", columns[i].key, columns[i].help);
	nr = 0;
	if (takes(verb, 'N')) {
		columns = stats_node_columns(&nr);
		printf("\nColumns with --nodes:\n");
	}
	for (i = 0; i < nr; i++)
		printf("  %-21s  %s\n", columns[i].key, columns[i].help);
	if (!verb->tunables)
		return;
	printf("\nTunables (vm.buddy_ or vm.buddy_adaptive_ may be left out):\n");
	for (i = 0; i < nr_tunables; i++)
		describe_tunable(&tunables[i]);
}

/* The verbs, and the exit statuses as one sentence in lines of 78 characters. */
static void describe_all(void)
{
	size_t i, width, len;
	char part[64];

	printf("\nCommands (status if none is given):\n");
	for (i = 0; i < nr_verbs; i++)
		printf("  %-8s %-13s  %s\n", verbs[i].name, verbs[i].args,
		       verbs[i].help);
	printf("\n`buddyctl help COMMAND` lists a command's own options and columns.\n");
	width = printf("Exit status:");
	for (i = 0; i < nr_exit_statuses; i++) {
		len = snprintf(part, sizeof(part), " %d %s%s", exit_statuses[i].status,
			       exit_statuses[i].help, i + 1 < nr_exit_statuses ? "," : ".");
		if (width + len > 78) {
			putchar('\n');
			width = printf("%s", part + 1);
		} else {
			width += printf("%s", part);
		}
	}
	printf("\ncheck: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, like all monitoring plug-ins.\n");
}

static void describe_options(const struct verb *verb)
{
	const struct option_spec *o;
	char spelling[32];

	for (o = options; o < options + nr_options; o++) {
		if (!takes(verb, o->id))
			continue;
		snprintf(spelling, sizeof(spelling), "--%s%s%s", o->name,
			 o->arg ? "=" : "", o->arg ? o->arg : "");
		printf("  -%c, %-18s  %s\n", o->letter, spelling, o->help);
	}
}

int print_help(const struct verb *verb)
{
	if (verb) {
		printf("Usage: buddyctl %s [OPTION...]%s%s\n%s\n\n", verb->name,
		       *verb->args ? " " : "", verb->args, verb->help);
		describe_options(verb);
		describe_verb(verb);
	} else {
		printf("Usage: buddyctl [OPTION...] [COMMAND [ARGUMENT...]]\n%s\n\n", about);
		describe_options(NULL);
		describe_all();
	}
	return EXIT_OK;
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_verb(const struct verb *verb)
{
	const struct column *columns;
	size_t nr = 0, i;

	printf("verb\t%s\t%s\t%s\t%s\n", verb->name, or_dash(verb->args),
	       verb->stock ? "any" : "patched", verb->help);
	for (i = 0; i < nr_options; i++)
		if (takes(verb, options[i].id))
			printf("takes\t%s\t%s\t%c\t%s\n", verb->name, options[i].name,
			       options[i].letter, or_dash(options[i].arg));
	if (verb->tunables)
		printf("takes-tunables\t%s\n", verb->name);
	columns = verb->columns ? verb->columns(&nr) : NULL;
	for (i = 0; i < nr; i++)
		printf("column\t%s\t%s\t%s\t%s\n", verb->name, columns[i].key,
		       columns[i].heading, columns[i].help);
}

/*
 * The range without what depends on the kernel that runs: scripts run while
 * a package is built.
 */
static void print_tunable(const struct tunable *t)
{
	char range[64] = "-";
	size_t i;

	if (t->kind == TUNABLE_NUMBER)
		snprintf(range, sizeof(range), "%u\\(en%u%s%s", t->min, t->max,
			 t->unit ? " " : "", t->unit ? t->unit : "");
	else if (t->kind == TUNABLE_ORDER)
		snprintf(range, sizeof(range), "%u\\(enlargest order", t->min);
	else if (t->kind == TUNABLE_CHOICE)
		snprintf(range, sizeof(range), "a value or its name");
	else if (t->kind == TUNABLE_MASK)
		snprintf(range, sizeof(range), "a sum of values, or names with commas");
	else if (t->kind == TUNABLE_WORD)
		snprintf(range, sizeof(range), "a name");
	else
		snprintf(range, sizeof(range), "read-only");
	printf("tunable\t%s\t%s\t%s\t%s\n", t->name, range, t->usual, t->help);
	for (i = 0; i < t->nr_names; i++)
		printf("value\t%s\t%u\t%s\t%s\n", t->name, t->names[i].value,
		       t->names[i].name, t->names[i].help);
}

/* A line for each entry of each table: what it is, its name, and so on. */
int print_tables(void)
{
	const struct column *columns;
	size_t nr, i;

	printf("version\t%s\t%s\n", VERSION, about);
	for (i = 0; i < nr_verbs; i++)
		print_verb(&verbs[i]);
	for (i = 0; i < nr_options; i++)
		printf("option\t%s\t%c\t%s\t%s\n", options[i].name, options[i].letter,
		       or_dash(options[i].arg), options[i].help);
	for (i = 0; i < nr_tunables; i++)
		print_tunable(&tunables[i]);
	for (i = 0; i < NR_COUNTERS; i++)
		printf("counter\t%s\t%s\t%s\n", counters[i].name, counters[i].heading,
		       counters[i].help);
	columns = stats_node_columns(&nr);
	for (i = 0; i < nr - NR_NODE_ITEMS; i++)
		printf("node\t%s\t-\tkey\t%s\n", columns[i].key, columns[i].help);
	for (i = 0; i < NR_NODE_ITEMS; i++)
		printf("node\t%s\t%s\t%s\t%s\n", node_items[i].name,
		       node_items[i].per_order ? "order" : "node",
		       node_items[i].counter ? "counter" : "gauge", node_items[i].help);
	for (i = 0; i < NR_EVENTS; i++)
		printf("event\t%s\t%s\t%s\n", events[i].key, events[i].name,
		       events[i].help);
	for (i = 0; i < nr_exit_statuses; i++)
		printf("exit\t%d\t%s\n", exit_statuses[i].status, exit_statuses[i].help);
	return EXIT_OK;
}
