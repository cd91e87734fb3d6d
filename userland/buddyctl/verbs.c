// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of what may be on a command line. A command is a line of verbs[]
 * and a file of its own; an option is a line of options[] and a line of
 * take_option(). Which command takes which option is in verbs[].
 */
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "buddyctl.h"
#include "counters.h"
#include "sysroot.h"
#include "tunables.h"

#define OUTPUT		"Jnro"		/* any table */
#define EVERYWHERE	"sqhV"

static int cmd_help(const struct options *opt, int argc, char **argv);
static int cmd_tables(const struct options *opt, int argc, char **argv);

const struct verb verbs[] = {
	{ "status", "", OUTPUT "O", false, false,
	  "mode, threshold, worst zone and what was turned away",
	  cmd_status, status_columns },
	{ "frag", "", OUTPUT "bO", true, false,
	  "how fragmented the free memory of each zone is",
	  cmd_frag, frag_columns },
	{ "stats", "", OUTPUT "OSN", false, false,
	  "the kernel's counters, order by order",
	  cmd_stats, stats_columns },
	{ "watch", "", OUTPUT "OiC", true, false,
	  "a live view: bars, rates and what changed",
	  cmd_watch, watch_columns },
	{ "get", "[NAME...]", OUTPUT, false, true,
	  "tunables: value and range",
	  cmd_get, get_columns },
	{ "set", "NAME=VALUE...", OUTPUT "p", false, true,
	  "change tunables, all of them or none",
	  cmd_set, set_columns },
	{ "check", "", OUTPUT "Owc", true, false,
	  "monitoring plug-in: is there room for an order",
	  cmd_check, check_columns },
	{ "diagnose", "", OUTPUT, true, false,
	  "from what this host shows to what to set",
	  cmd_diagnose, diagnose_columns },
	{ "export", "", "f", true, false,
	  "all of it for Prometheus, as text",
	  cmd_export, NULL },
	{ "features", "", OUTPUT, true, false,
	  "what this kernel has of all that buddyctl knows",
	  cmd_features, features_columns },
	{ "help", "[COMMAND]", "", true, false,
	  "this text, or a command's own",
	  cmd_help, NULL },
	{ "tables", "", "", true, false,
	  "all that the help lists, for scripts",
	  cmd_tables, NULL },
};

const size_t nr_verbs = ARRAY_SIZE(verbs);

const struct option_spec options[] = {
	{ "json",	'J', 'J', NULL,		"print JSON, sizes in bytes" },
	{ "raw",	'r', 'r', NULL,		"print words separated by one blank" },
	{ "noheadings",	'n', 'n', NULL,		"print no headings (get: only values)" },
	{ "bytes",	'b', 'b', NULL,		"print sizes in bytes" },
	{ "output",	'o', 'o', "COLUMNS",	"print these columns, or +COLUMNS too, or all" },
	{ "order",	'O', 'O', "ORDERS",	"look at these orders: 9 or 4-9 or 4,9 or all" },
	{ "since",	'S', 'S', "FILE",
	  "count from when FILE was saved by `buddyctl -J stats`" },
	{ "nodes",	'N', 'N', NULL,		"print what is known of each node" },
	{ "interval",	'i', 'i', "SECONDS",	"look again after SECONDS, 0.1 to 3600 (default 1)" },
	{ "count",	'C', 'c', "N",		"end after N looks" },
	{ "warning",	'w', 'w', "PERCENT",	"warn above it (default: the kernel's threshold, or 80)" },
	{ "critical",	'c', 'c', "PERCENT",	"critical above it (default 95)" },
	{ "file",	'f', 'f', "FILE",	"replace FILE at once, print nothing" },
	{ "persist",	'p', 'p', NULL,
	  "also at the next boot, by a file in /etc/sysctl.d" },
	{ "sysroot",	's', 's', "DIR",	"look at the /proc and /sys below DIR" },
	{ "quiet",	'q', 'q', NULL,		"print errors only" },
	{ "help",	'h', 'h', NULL,		"print this help" },
	{ "version",	'V', 'V', NULL,		"print the version" },
};

const size_t nr_options = ARRAY_SIZE(options);
_Static_assert(ARRAY_SIZE(options) <= MAX_OPTIONS, "MAX_OPTIONS is too small");

const struct exit_status exit_statuses[] = {
	{ EXIT_OK,		"done" },
	{ EXIT_FAILED,		"failed" },
	{ EXIT_USAGE,		"wrong usage" },
	{ EXIT_UNSUPPORTED,	"not on this kernel" },
	{ EXIT_NOPERM,		"no permission" },
	{ EXIT_REFUSED,		"value refused" },
};

const size_t nr_exit_statuses = ARRAY_SIZE(exit_statuses);

const struct verb *find_verb(const char *name)
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

bool takes(const struct verb *verb, char id)
{
	return !verb || strchr(EVERYWHERE, id) || strchr(verb->options, id);
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

static int cmd_tables(const struct options *opt, int argc, char **argv)
{
	(void)opt;
	(void)argc;
	(void)argv;
	return print_tables();
}

int not_supported(void)
{
	char works[128] = "";
	const char *last = NULL;
	size_t i, len = 0;

	for (i = 0; i < nr_verbs; i++) {
		if (!verbs[i].stock || verbs[i].run == cmd_help || verbs[i].run == cmd_tables)
			continue;
		if (last)
			len += snprintf(works + len, sizeof(works) - len, "%s`%s`",
					len ? ", " : "", last);
		last = verbs[i].name;
	}
	if (!sysroot_has("/proc/sys/vm"))
		complain("cannot find %s; is /proc mounted?", sysroot_name("/proc/sys/vm"));
	else if (any_tunable_exists())
		complain("cannot find %s, though the sysctls are there; is /sys mounted?",
			 sysroot_name(STATS_DIR));
	else
		complain("this kernel has no buddy_adaptive (CONFIG_BUDDY_ADAPTIVE); %s and `%s` still work",
			 works, last);
	return EXIT_UNSUPPORTED;
}
