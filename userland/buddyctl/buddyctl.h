/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs: one file each, one line each in the table of main.c.
 */
#ifndef BUDDYCTL_H
#define BUDDYCTL_H

#include "message.h"
#include "orders.h"
#include "table.h"

#define VERSION		"0.2"

struct options {
	struct format format;
	const char *orders;	/* -O: "9", "4-9", "4,9", "all"; or NULL */
	const char *since;	/* --since FILE */
	bool nodes;		/* -N */
	double interval;	/* -i, in seconds */
	unsigned int count;	/* -c of watch; 0: no end */
	int warning;		/* -w, in percent; -1: not given */
	int critical;		/* -c of check; the same */
	const char *file;	/* -f */
	bool persist;		/* -p */
};

/*
 * An option of the command line. Its id is its letter, unless two have the
 * same; verbs name the options that they take by id.
 */
struct option_spec {
	const char *name;
	char id;
	char letter;
	const char *arg;	/* what it takes, or NULL */
	const char *help;
};

#define MAX_OPTIONS	32

extern const struct option_spec options[];
extern const size_t nr_options;

struct verb {
	const char *name;
	const char *args;	/* what follows it, for the help */
	const char *options;	/* the ids of those that it takes */
	bool stock;		/* works on an unpatched kernel */
	bool tunables;		/* takes tunables, so the help lists them */
	const char *help;
	int (*run)(const struct options *opt, int argc, char **argv);

	/* Its columns, for -o and the help; NULL if it has none. */
	const struct column *(*columns)(size_t *nr);
};

extern const struct verb verbs[];
extern const size_t nr_verbs;

/* An exit status and what it means. */
struct exit_status {
	int status;
	const char *help;
};

extern const struct exit_status exit_statuses[];
extern const size_t nr_exit_statuses;

/* What `check` answers with in place of these, as all monitoring plug-ins do. */
enum {
	PLUGIN_OK, PLUGIN_WARNING, PLUGIN_CRITICAL, PLUGIN_UNKNOWN
};

/* Whether @verb, or with NULL any, takes the option @id. */
bool takes(const struct verb *verb, char id);

/* The verb called @name; NULL, having complained. */
const struct verb *find_verb(const char *name);

int print_help(const struct verb *verb);
int print_tables(void);

/* No buddy_adaptive: say so, and what does work. Returns EXIT_UNSUPPORTED. */
int not_supported(void);

#define VERB(name)						\
	int cmd_##name(const struct options *opt, int argc, char **argv); \
	const struct column *name##_columns(size_t *nr)

VERB(status);
VERB(frag);
VERB(stats);
VERB(watch);
VERB(get);
VERB(set);
VERB(check);
VERB(diagnose);
VERB(export);
VERB(features);

/* Of `stats --nodes`: what a row is about, then all of node_items[]. */
const struct column *stats_node_columns(size_t *nr);

#endif
