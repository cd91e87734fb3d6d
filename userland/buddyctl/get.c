// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl get: the tunables as they are, in the manner of sysctl(8), with
 * the range of each; a table when asked for one.
 */
#include <stdio.h>

#include "array.h"
#include "buddyctl.h"
#include "tunables.h"

enum { NAME, VALUE, MEANING, MIN, MAX, UNIT, HELP };

static const struct column columns[] = {
	[NAME]	= { "NAME", "name", COL_TEXT | COL_FULL,
		    "name of the tunable" },
	[VALUE]	= { "VALUE", "value", COL_NUMBER | COL_TEXT | COL_FULL,
		    "its value" },
	[MEANING] = { "MEANING", "meaning", COL_TEXT | COL_FULL,
		    "the value's name, if it has one" },
	[MIN]	= { "MIN", "min", COL_NUMBER | COL_TEXT | COL_FULL,
		    "the smallest that it may be" },
	[MAX]	= { "MAX", "max", COL_NUMBER | COL_TEXT | COL_FULL,
		    "the largest" },
	[UNIT]	= { "UNIT", "unit", COL_TEXT | COL_FULL,
		    "its unit" },
	[HELP]	= { "HELP", "help", 0,
		    "what it does" },
};

const struct column *get_columns(size_t *nr)
{
	*nr = ARRAY_SIZE(columns);
	return columns;
}

/* "vm.buddy_adaptive_mode = 2 (guard; 0..3)" */
static void print_line(const struct tunable *t, const char *value)
{
	const char *meaning = tunable_meaning(t, value);

	printf("%s = %s (%s%s%s)\n", t->name, value, meaning,
	       *meaning ? "; " : "", tunable_range(t));
}

static void print_row(struct table *table, const struct tunable *t,
		      const char *value)
{
	const char *meaning = tunable_meaning(t, value);

	table_row(table);
	table_set(table, NAME, "%s", t->name);
	table_set(table, HELP, "%s", t->help);
	if (!tunable_is_number(t)) {
		table_set_word(table, VALUE, value);
		return;
	}
	table_set(table, VALUE, "%s", value);
	if (*meaning)
		table_set(table, MEANING, "%s", meaning);
	table_set(table, MIN, "%u", t->min);
	table_set(table, MAX, "%u", tunable_max(t));
	if (t->unit)
		table_set(table, UNIT, "%s", t->unit);
}

static int get_one(const struct options *opt, struct table *table,
		   const struct tunable *t)
{
	char value[TUNABLE_TEXT];
	int status = tunable_get(t, value);

	if (status)
		return status;
	if (table)
		print_row(table, t, value);
	else if (opt->format.noheadings)
		puts(value);
	else
		print_line(t, value);
	return EXIT_OK;
}

int cmd_get(const struct options *opt, int argc, char **argv)
{
	const struct format *f = &opt->format;
	struct table *table = NULL;
	int status = EXIT_OK, i;
	size_t j;

	for (i = 0; i < argc; i++)
		if (!tunable_lookup(argv[i]))
			return EXIT_USAGE;
	if (!any_tunable_exists())
		return not_supported();
	if (wants_table(f)) {
		table = table_new(f, "tunables", columns, ARRAY_SIZE(columns));
		if (!table)
			return EXIT_USAGE;
	}
	for (i = 0; i < argc && !status; i++)
		status = get_one(opt, table, tunable_find(argv[i]));
	/* All of them means all that this kernel has. */
	for (j = 0; j < nr_tunables && !argc && !status; j++)
		if (tunable_exists(&tunables[j]))
			status = get_one(opt, table, &tunables[j]);
	if (table && status)
		table_drop(table);
	else if (table)
		table_print(table);
	return status;
}
