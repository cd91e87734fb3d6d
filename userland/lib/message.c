// SPDX-License-Identifier: GPL-2.0
/*
 * Messages and suggestions.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

#define LONGEST_WORD	64

bool quiet;

static void (*sink)(const char *text);

void message_sink(void (*to)(const char *text))
{
	sink = to;
}

static void say(const char *fmt, va_list args)
{
	char text[4096];

	vsnprintf(text, sizeof(text), fmt, args);
	if (sink) {
		sink(text);
		return;
	}
	fflush(stdout);
	fprintf(stderr, "buddyctl: %s\n", text);
}

void complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

void note(const char *fmt, ...)
{
	va_list args;

	if (quiet)
		return;
	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

/* Levenshtein's distance in any case, one row of the matrix at a time. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD + 1];
	size_t alen = strlen(a), blen = strlen(b), i, j;

	if (alen > LONGEST_WORD || blen > LONGEST_WORD)
		return LONGEST_WORD;
	for (j = 0; j <= blen; j++)
		row[j] = j;
	for (i = 1; i <= alen; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= blen; j++) {
			bool same = tolower((unsigned char)a[i - 1]) ==
				tolower((unsigned char)b[j - 1]);
			size_t d = diagonal + !same;

			diagonal = row[j];
			if (row[j] + 1 < d)
				d = row[j] + 1;
			if (row[j - 1] + 1 < d)
				d = row[j - 1] + 1;
			row[j] = d;
		}
	}
	return row[blen];
}

void nearest_offer(struct nearest *n, const char *spelling, const char *name)
{
	size_t d = edit_distance(n->word, spelling);

	/* A whole word of the name is a good guess whatever its length. */
	if (strlen(n->word) >= 4 && strstr(spelling, n->word) && d > 2)
		d = 2;
	if (!n->best || d < n->distance) {
		n->best = name;
		n->distance = d;
	}
}

/* Near: at most a third of the word is wrong, and two letters always may be. */
const char *nearest_name(const struct nearest *n)
{
	size_t len = strlen(n->word);
	size_t limit = len / 3 > 2 ? len / 3 : 2;

	return n->best && n->distance <= limit && n->distance < len ?
		n->best : NULL;
}

const char *nearest_hint(const struct nearest *n)
{
	static char hint[2 * LONGEST_WORD];
	const char *name = nearest_name(n);

	if (!name)
		return "";
	snprintf(hint, sizeof(hint), "; did you mean '%s'?", name);
	return hint;
}
