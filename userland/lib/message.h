/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What buddyctl says to people, on stderr, and the exit statuses that go with it.
 */
#ifndef BUDDY_MESSAGE_H
#define BUDDY_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	EXIT_OK			= 0,
	EXIT_FAILED		= 1,
	EXIT_USAGE		= 2,
	EXIT_UNSUPPORTED	= 3,	/* not on this kernel */
	EXIT_NOPERM		= 4,
	EXIT_REFUSED		= 5,	/* a value outside its range */
};

extern bool quiet;		/* -q: only errors */

/**
 * message_sink() - send messages elsewhere than to stderr
 * @sink: gets each message, without "buddyctl: " and newline; NULL: stderr
 *
 * For `check`, whose readers look at stdout only, and for `watch`, which must
 * not have its screen written over.
 */
void message_sink(void (*sink)(const char *text));

void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * "Did you mean": offer the candidates one by one, then ask for the nearest,
 * or NULL if none is near enough to be worth a suggestion.
 */
struct nearest {
	const char *word;
	const char *best;
	size_t distance;
};

void nearest_offer(struct nearest *n, const char *spelling, const char *name);
const char *nearest_name(const struct nearest *n);

/* "; did you mean 'x'?" for the end of a message, or "". */
const char *nearest_hint(const struct nearest *n);

#endif
