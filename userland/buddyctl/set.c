// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl set: change tunables, all of them or none. Everything that can be
 * wrong with a value is found before the first one is written.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buddyctl.h"
#include "tunables.h"

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

		status = tunable_get(t, &changes[i].from);
		if (status)
			return status;
		wrong = tunable_parse(t, values[i], &changes[i].to);
		if (wrong) {
			complain("%s: %s (still %" PRIu64 ")", t->name, wrong,
				 changes[i].from);
			refused = EXIT_REFUSED;
		}
	}
	return refused;
}

static void report(const struct change *c)
{
	const char *meaning = tunable_meaning(c->tunable, c->to);

	printf("%s = %" PRIu64 " (%s%swas %" PRIu64, c->tunable->name, c->to,
	       meaning, *meaning ? "; " : "", c->from);
	meaning = tunable_meaning(c->tunable, c->from);
	printf("%s%s)\n", *meaning ? ", " : "", meaning);
}

int cmd_set(const struct options *opt, int argc, char **argv)
{
	struct change *changes;
	const char **values;
	int status = EXIT_FAILED, i;

	(void)opt;
	if (!argc) {
		complain("set needs NAME=VALUE; `buddyctl get` lists the names");
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
		status = tunables_apply(changes, argc);
	if (status == EXIT_REFUSED && argc > 1)
		complain("nothing was changed");
	for (i = 0; i < argc && !status && !quiet; i++)
		report(&changes[i]);
out:
	free(changes);
	free(values);
	return status;
}
