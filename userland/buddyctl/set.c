// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl set: change tunables, all of them or none. Everything that can be
 * wrong with a value is found before the first one is written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "buddyctl.h"
#include "persist.h"
#include "sysroot.h"
#include "tunables.h"

enum { NAME, FROM, TO, MEANING, PERSISTED };

static const struct column columns[] = {
	[NAME]	= { "NAME", "name", COL_TEXT | COL_FULL,
		    "name of the tunable" },
	[FROM]	= { "FROM", "from", COL_NUMBER | COL_TEXT | COL_FULL,
		    "the value that it had" },
	[TO]	= { "TO", "to", COL_NUMBER | COL_TEXT | COL_FULL,
		    "the value that it has now" },
	[MEANING] = { "MEANING", "meaning", COL_TEXT | COL_FULL,
		    "the name of that value, if it has one" },
	[PERSISTED] = { "PERSISTED", "persisted", COL_TEXT | COL_FULL,
		    "yes if it is set at the next boot, too, by --persist" },
};

const struct column *set_columns(size_t *nr)
{
	*nr = ARRAY_SIZE(columns);
	return columns;
}

/* "NAME=VALUE": the tunable, and *@value where its value starts. */
static const struct tunable *split(const char *arg, const char **value)
{
	const struct tunable *t;
	char *name;

	*value = strchr(arg, '=');
	if (!*value) {
		complain("'%s' is not NAME=VALUE", arg);
		return NULL;
	}
	name = strndup(arg, *value - arg);
	if (!name) {
		complain("out of memory");
		return NULL;
	}
	t = tunable_lookup(name);
	free(name);
	(*value)++;
	return t;
}

/* The names first: a mistyped command line is no business of the kernel's. */
static int find_all(struct change *changes, const char **values, int argc, char **argv)
{
	int i, j;

	for (i = 0; i < argc; i++) {
		changes[i].tunable = split(argv[i], &values[i]);
		if (!changes[i].tunable)
			return EXIT_USAGE;
		for (j = 0; j < i; j++)
			if (changes[j].tunable == changes[i].tunable) {
				complain("%s is given twice", changes[i].tunable->name);
				return EXIT_USAGE;
			}
	}
	return any_tunable_exists() ? EXIT_OK : not_supported();
}

/* Then the values, every bad one being told. */
static int check_all(struct change *changes, const char **values, int nr)
{
	int status, refused = EXIT_OK, i;

	for (i = 0; i < nr; i++) {
		const struct tunable *t = changes[i].tunable;
		const char *wrong;

		status = tunable_get(t, changes[i].from);
		if (status)
			return status;
		wrong = tunable_parse(t, values[i], changes[i].to);
		if (wrong) {
			complain("%s: %s (still %s)", t->name, wrong,
				 changes[i].from);
			refused = EXIT_REFUSED;
		}
	}
	return refused;
}

/* The new file is ready before the first write, and in place after the last. */
static int apply(const struct change *changes, size_t nr, bool persist)
{
	struct replacement r;
	int status;

	if (!persist)
		return tunables_apply(changes, nr);
	status = persist_begin(&r, changes, nr);
	if (status)
		return status;
	status = tunables_apply(changes, nr);
	if (status) {
		replace_drop(&r);
		return status;
	}
	status = persist_commit(&r);
	if (status)
		tunables_undo(changes, nr);
	return status;
}

static void report_line(const struct change *c)
{
	const char *meaning = tunable_meaning(c->tunable, c->to);

	printf("%s = %s (%s%swas %s", c->tunable->name, c->to, meaning,
	       *meaning ? "; " : "", c->from);
	meaning = tunable_meaning(c->tunable, c->from);
	printf("%s%s)\n", *meaning ? ", " : "", meaning);
}

static void set_value(struct table *t, unsigned int column,
		      const struct tunable *tunable, const char *value)
{
	if (tunable_is_number(tunable))
		table_set(t, column, "%s", value);
	else
		table_set_word(t, column, value);
}

static void report_row(struct table *t, const struct change *c, bool persist)
{
	const char *meaning = tunable_meaning(c->tunable, c->to);
	struct overruling by;

	table_row(t);
	table_set(t, NAME, "%s", c->tunable->name);
	set_value(t, FROM, c->tunable, c->from);
	set_value(t, TO, c->tunable, c->to);
	if (*meaning)
		table_set(t, MEANING, "%s", meaning);
	table_set(t, PERSISTED, "%s",
		  persist && !persist_overruled(c, &by) ? "yes" : "no");
}

static void warn_overruled(const struct change *c)
{
	struct overruling by;

	if (persist_overruled(c, &by))
		note("%s sets %s to %s, and is read later at boot", sysroot_name(by.file),
		     c->tunable->name, by.value);
}

int cmd_set(const struct options *opt, int argc, char **argv)
{
	const struct format *f = &opt->format;
	struct change *changes;
	struct table *t = NULL;
	const char **values;
	int status = EXIT_FAILED, i;

	if (!argc) {
		complain("set needs NAME=VALUE; `buddyctl get` lists the names");
		return EXIT_USAGE;
	}
	/* A mistyped column is found before anything is changed. */
	if (wants_table(f)) {
		t = table_new(f, "changes", columns, ARRAY_SIZE(columns));
		if (!t)
			return EXIT_USAGE;
	}
	changes = calloc(argc, sizeof(*changes));
	values = calloc(argc, sizeof(*values));
	if (!changes || !values) {
		complain("out of memory");
		goto out;
	}
	status = find_all(changes, values, argc, argv);
	if (!status)
		status = check_all(changes, values, argc);
	if (!status)
		status = apply(changes, argc, opt->persist);
	if (status == EXIT_REFUSED && argc > 1)
		complain("nothing was changed");
	for (i = 0; i < argc && !status; i++)
		if (t)
			report_row(t, &changes[i], opt->persist);
		else if (!quiet)
			report_line(&changes[i]);
	if (!status && !t && !quiet && opt->persist)
		printf("kept for the next boot in " PERSIST_DIR "/" PERSIST_NAME "\n");
	for (i = 0; i < argc && !status && opt->persist; i++)
		warn_overruled(&changes[i]);
out:
	if (t && status)
		table_drop(t);
	else if (t)
		table_print(t);
	free(changes);
	free(values);
	return status;
}
