/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs: one file each, one line each in the table of main.c.
 */
#ifndef BUDDYCTL_H
#define BUDDYCTL_H

#include "message.h"
#include "table.h"

struct options {
	struct format format;
	const char *orders;	/* -O: "9", "4-9", "4,9", "all"; or NULL */
	const char *since;	/* --since FILE */
};

struct verb {
	const char *name;
	const char *args;	/* what follows it, for the help */
	const char *options;	/* the short options that it takes */
	bool stock;		/* works on an unpatched kernel */
	const char *help;
	int (*run)(const struct options *opt, int argc, char **argv);

	/* Its columns, for -o and the help; NULL if it has none. */
	const struct column *(*columns)(size_t *nr);

	/* It takes tunables, so the help lists them. */
	bool tunables;
};

extern const struct verb verbs[];
extern const size_t nr_verbs;

/* No buddy_adaptive: say so, and what does work. Returns EXIT_UNSUPPORTED. */
int not_supported(void);

/* -O as a bit mask of orders up to @max; 0, having complained, if bad. */
unsigned int parse_orders(const char *text, unsigned int max);

#define VERB(name)						\
	int cmd_##name(const struct options *opt, int argc, char **argv); \
	const struct column *name##_columns(size_t *nr)

VERB(status);
VERB(frag);
VERB(stats);
VERB(get);
VERB(set);

#endif
