// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl: look at the buddy allocator's fragmentation, and at how
 * buddy_adaptive deals with it.
 *
 *	buddyctl [OPTION...] [COMMAND [ARGUMENT...]]
 *
 * A command is a line of verbs[] and a file of its own; an option is a line of
 * options[]. Which command takes which option is in verbs[].
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "buddyctl.h"
#include "counters.h"
#include "sysroot.h"
#include "tunables.h"

#define VERSION		"0.1"

#define OUTPUT		"Jnro"		/* any table */
#define EVERYWHERE	"sqhV"

static int cmd_help(const struct options *opt, int argc, char **argv);

const struct verb verbs[] = {
	{ "status", "", OUTPUT "O", false,
	  "mode, threshold, worst zone and what was turned away",
	  cmd_status, status_columns, false },
	{ "frag", "", OUTPUT "bO", true,
	  "how fragmented the free memory of each zone is",
	  cmd_frag, frag_columns, false },
	{ "stats", "", OUTPUT "OS", false,
	  "the kernel's counters, order by order",
	  cmd_stats, stats_columns, false },
	{ "get", "[NAME...]", OUTPUT, false,
	  "tunables: value and range",
	  cmd_get, get_columns, true },
	{ "set", "NAME=VALUE...", "", false,
	  "change tunables, all of them or none",
	  cmd_set, NULL, true },
	{ "help", "[COMMAND]", "", true,
	  "this text, or a command's own",
	  cmd_help, NULL, false },
};

const size_t nr_verbs = ARRAY_SIZE(verbs);

static const struct argp_option options[] = {
	{ "json",	'J', NULL,	0, "print JSON, sizes in bytes", 0 },
	{ "raw",	'r', NULL,	0, "print words separated by one blank", 0 },
	{ "noheadings",	'n', NULL,	0, "print no headings (get: only values)", 0 },
	{ "bytes",	'b', NULL,	0, "print sizes in bytes", 0 },
	{ "output",	'o', "COLUMNS",	0, "print these columns, or +COLUMNS too, or all", 0 },
	{ "order",	'O', "ORDERS",	0, "look at these orders: 9 or 4-9 or 4,9 or all", 0 },
	{ "since",	'S', "FILE",	0,
	  "count from when FILE was saved by `buddyctl -J stats`", 0 },
	{ "sysroot",	's', "DIR",	0, "look at the /proc and /sys below DIR", 0 },
	{ "quiet",	'q', NULL,	0, "print errors only", 0 },
	{ "help",	'h', NULL,	0, "print this help", 0 },
	{ "usage",	0, NULL,	OPTION_ALIAS | OPTION_HIDDEN, NULL, 0 },
	{ "version",	'V', NULL,	0, "print the version", 0 },
	{ 0 }
};

struct invocation {
	struct options opt;
	const struct verb *verb;
	char seen[32];		/* the options given, once each */
	bool help;
	bool version;
	int argc;		/* what follows the verb */
	char **argv;
};

static const struct verb *find_verb(const char *name)
{
	struct nearest near = { .word = name };
	size_t i;

	for (i = 0; i < nr_verbs; i++) {
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
		nearest_offer(&near, verbs[i].name, verbs[i].name);
	}
	complain("there is no command '%s'%s", name, nearest_name(&near) ?
		 nearest_hint(&near) : "; `buddyctl --help` lists them");
	return NULL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct invocation *in = state->input;
	size_t seen = strlen(in->seen);
	int err;

	if (key > 0 && key < 128 && !strchr(in->seen, key) &&
	    seen + 1 < sizeof(in->seen))
		in->seen[seen] = key;
	switch (key) {
	case 'J':
		in->opt.format.json = true;
		break;
	case 'r':
		in->opt.format.raw = true;
		break;
	case 'n':
		in->opt.format.noheadings = true;
		break;
	case 'b':
		in->opt.format.bytes = true;
		break;
	case 'o':
		in->opt.format.columns = arg;
		break;
	case 'O':
		in->opt.orders = arg;
		break;
	case 'S':
		in->opt.since = arg;
		break;
	case 's':
		err = sysroot_set(arg);
		if (err) {
			complain("cannot use sysroot %s: %s", arg, strerror(-err));
			exit(EXIT_FAILED);
		}
		break;
	case 'q':
		quiet = true;
		break;
	case 'h':
		in->help = true;
		break;
	case 'V':
		in->version = true;
		break;
	case ARGP_KEY_ARG:
		if (!in->verb) {
			in->verb = find_verb(arg);
			if (!in->verb)
				exit(EXIT_USAGE);
		} else {
			in->argv[in->argc++] = arg;
		}
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static bool takes(const struct verb *verb, int key)
{
	return strchr(EVERYWHERE, key) || !verb || strchr(verb->options, key);
}

static void describe_tunable(const struct tunable *t)
{
	size_t i;

	printf("  %s  %u..%u%s%s\n      %s\n", t->name, t->min, tunable_max(t),
	       t->unit ? " " : "", t->unit ? t->unit : "", t->help);
	for (i = 0; i < t->nr_names; i++)
		printf("      %u %-8s %s\n", t->names[i].value,
		       t->names[i].name, t->names[i].help);
}

/* What argp cannot know: a command's columns and tunables. */
static void describe_verb(const struct verb *verb)
{
	const struct column *columns;
	size_t nr = 0, i;

	columns = verb->columns ? verb->columns(&nr) : NULL;
	if (columns)
		printf("\nColumns for --output:\n");
	for (i = 0; i < nr; i++)
		printf("  %-16s  %s\n", columns[i].key, columns[i].help);
	if (!verb->tunables)
		return;
	printf("\nTunables (vm.buddy_ or vm.buddy_adaptive_ may be left out):\n");
	for (i = 0; i < nr_tunables; i++)
		describe_tunable(&tunables[i]);
}

static void describe_all(void)
{
	size_t i;

	printf("\nCommands (status if none is given):\n");
	for (i = 0; i < nr_verbs; i++)
		printf("  %-6s %-13s  %s\n", verbs[i].name, verbs[i].args,
		       verbs[i].help);
	printf("\n`buddyctl help COMMAND` lists a command's own options and columns.\n"
	       "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not on this kernel,\n"
	       "4 no permission, 5 value refused.\n");
}

/* argp's own help is as good, but cannot leave out what a command lacks. */
static void describe_options(const struct verb *verb)
{
	const struct argp_option *o;
	char spelling[32];

	for (o = options; o->name; o++) {
		if (o->flags & OPTION_HIDDEN || !takes(verb, o->key))
			continue;
		snprintf(spelling, sizeof(spelling), "--%s%s%s", o->name,
			 o->arg ? "=" : "", o->arg ? o->arg : "");
		printf("  -%c, %-16s  %s\n", o->key, spelling, o->doc);
	}
}

static int print_help(const struct verb *verb)
{
	if (verb) {
		printf("Usage: buddyctl %s [OPTION...]%s%s\n%s\n\n", verb->name,
		       *verb->args ? " " : "", verb->args, verb->help);
		describe_options(verb);
		describe_verb(verb);
	} else {
		printf("Usage: buddyctl [OPTION...] [COMMAND [ARGUMENT...]]\n"
		       "Look at memory fragmentation, and set what is done about it.\n\n");
		describe_options(NULL);
		describe_all();
	}
	return EXIT_OK;
}

static int cmd_help(const struct options *opt, int argc, char **argv)
{
	const struct verb *verb = NULL;

	(void)opt;
	if (argc) {
		verb = find_verb(argv[0]);
		if (!verb)
			return EXIT_USAGE;
	}
	return print_help(verb);
}

int not_supported(void)
{
	char works[128] = "";
	size_t i, len = 0;

	for (i = 0; i < nr_verbs; i++)
		if (verbs[i].stock && verbs[i].columns)
			len += snprintf(works + len, sizeof(works) - len, "%s`%s`",
					len ? ", " : "", verbs[i].name);
	if (!sysroot_has("/proc/sys/vm"))
		complain("cannot find %s; is /proc mounted?", sysroot_name("/proc/sys/vm"));
	else if (any_tunable_exists())
		complain("cannot find %s, though the sysctls are there; is /sys mounted?",
			 sysroot_name(STATS_DIR));
	else
		complain("this kernel has no buddy_adaptive (CONFIG_BUDDY_ADAPTIVE); %s still work%s",
			 works, strchr(works, ',') ? "" : "s");
	return EXIT_UNSUPPORTED;
}

/* One item of -O: "9", "4-9" or "all". */
static bool parse_order_range(const char *text, unsigned int max,
			      unsigned int *from, unsigned int *to)
{
	char *end;

	*from = 0;
	*to = max;
	if (!strcmp(text, "all"))
		return true;
	if (*text < '0' || *text > '9')
		return false;
	*from = *to = strtoul(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		*to = strtoul(end + 1, &end, 10);
	return !*end && *from <= *to && *to <= max;
}

unsigned int parse_orders(const char *text, unsigned int max)
{
	unsigned int from, to, orders = 0;
	char *copy, *item, *rest;

	copy = strdup(text);
	rest = copy;
	while (rest && (item = strsep(&rest, ","))) {
		if (!parse_order_range(item, max, &from, &to)) {
			complain("-O takes orders from 0 to %u, as 9, 4-9, 4,9 or all, not '%s'",
				 max, item);
			orders = 0;
			break;
		}
		while (from <= to)
			orders |= 1u << from++;
	}
	free(copy);
	return orders;
}

/* Options and arguments that argp took but the command does not. */
static bool misused(const struct invocation *in)
{
	const struct verb *verb = in->verb;
	const char *seen;
	size_t i;

	for (seen = in->seen; *seen; seen++)
		if (!takes(verb, *seen)) {
			for (i = 0; options[i].key != *seen; i++)
				;
			complain("%s does not take --%s; see `buddyctl help %s`",
				 verb->name, options[i].name, verb->name);
			return true;
		}
	if (in->opt.format.json && in->opt.format.raw) {
		complain("--json and --raw exclude each other");
		return true;
	}
	if (in->argc && !*verb->args) {
		complain("%s takes no argument like '%s'; see `buddyctl help %s`",
			 verb->name, in->argv[0], verb->name);
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options, .parser = parse_option,
	};
	struct invocation in = { 0 };
	int status = EXIT_OK;

	in.argv = calloc(argc, sizeof(*in.argv));
	if (!in.argv) {
		complain("out of memory");
		return EXIT_FAILED;
	}
	/* So that argp's messages start like all others. */
	program_invocation_name = program_invocation_short_name;
	argv[0] = program_invocation_name;
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, &in);

	if (in.version) {
		printf("buddyctl %s\n", VERSION);
	} else if (in.help) {
		status = print_help(in.verb);
	} else {
		if (!in.verb)
			in.verb = &verbs[0];
		status = misused(&in) ? EXIT_USAGE :
			in.verb->run(&in.opt, in.argc, in.argv);
	}
	free(in.argv);

	/* A full disk behind a redirection is a failure, not a short answer. */
	if (fflush(stdout) || ferror(stdout)) {
		complain("cannot write the output: %s", strerror(errno));
		return EXIT_FAILED;
	}
	return status;
}
