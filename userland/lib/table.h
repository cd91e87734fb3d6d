/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a verb prints: rows of named columns, as text, raw or JSON, by way of
 * libsmartcols. A verb describes its columns in one array, from which come
 * the headings, -o, the JSON keys and the help.
 */
#ifndef BUDDY_TABLE_H
#define BUDDY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COL_NUMBER	1	/* to the right, and unquoted in JSON */
#define COL_TEXT	2	/* shown in text unless -o says otherwise */
#define COL_FULL	4	/* the same for JSON and raw, which never vary */

struct column {
	const char *heading;
	const char *key;	/* in JSON and raw; never renamed once released */
	int flags;
	const char *help;
};

/* How the user wants to see it. */
struct format {
	bool json;
	bool raw;
	bool noheadings;
	bool bytes;		/* sizes in bytes; JSON always has them so */
	const char *columns;	/* -o, or NULL */
};

/* Whether they want a table at all, for the verbs whose text is none. */
bool wants_table(const struct format *format);

struct table;

/* 1536 is "1.5K", 2048 is "2K": one decimal, and only if it says something. */
#define SIZE_TEXT	16
const char *size_text(char text[SIZE_TEXT], uint64_t bytes);

/* Colours are for eyes: a terminal, and nobody said no. */
bool colors_wanted(void);

/* NULL, having complained, if -o names a column that is not there. */
struct table *table_new(const struct format *format, const char *name,
			const struct column *columns, size_t nr);

/* Before the first row, for text without -o: leave one out, add one. */
void table_hide(struct table *t, unsigned int column);
void table_show(struct table *t, unsigned int column);
void table_heading(struct table *t, unsigned int column, const char *heading);

/*
 * A new row, and its cells; cells of columns not shown are passed over, those
 * never set are "-" in text and null in JSON.
 */
void table_row(struct table *t);
void table_set(struct table *t, unsigned int column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A word in a column of numbers: quoted in JSON. */
void table_set_word(struct table *t, unsigned int column, const char *word);
void table_set_size(struct table *t, unsigned int column, uint64_t bytes);
void table_set_permille(struct table *t, unsigned int column, unsigned int v);
void table_color(struct table *t, unsigned int column, const char *color);

/*
 * Print it and free it. table_print_list() prints a table of one row as text
 * with one line per column, "Heading:  value".
 */
void table_print(struct table *t);
void table_print_list(struct table *t);
void table_drop(struct table *t);	/* free it unprinted */

#endif
