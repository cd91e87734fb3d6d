// SPDX-License-Identifier: GPL-2.0
/*
 * Tables by libsmartcols.
 */
#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <libsmartcols/libsmartcols.h>

#include "message.h"
#include "table.h"

struct table {
	const struct format *format;
	const struct column *columns;
	size_t nr_columns;
	unsigned int *shown;		/* columns, in the order of display */
	size_t nr_shown;
	const char **headings;
	struct libscols_table *scols;
	struct libscols_line *line;	/* of the current row */
};

/* Out of memory before anything was printed: nothing better to do. */
static void *must(void *p)
{
	if (!p)
		errx(EXIT_FAILED, "out of memory");
	return p;
}

static void must_work(int err)
{
	if (err)
		errx(EXIT_FAILED, "out of memory");
}

bool colors_wanted(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!no_color || !*no_color) &&
		term && strcmp(term, "dumb");
}

static bool want_color(const struct format *format)
{
	return !format->json && !format->raw && colors_wanted();
}

bool wants_table(const struct format *format)
{
	return format->json || format->raw || format->columns;
}

static bool is_full(const struct format *format)
{
	return format->json || format->raw;
}

/* The columns are what was asked for, no more and no less. */
static bool is_chosen(const struct format *format)
{
	return is_full(format) || (format->columns && *format->columns != '+');
}

static void show(struct table *t, unsigned int column)
{
	t->shown = must(reallocarray(t->shown, t->nr_shown + 1,
				     sizeof(*t->shown)));
	t->shown[t->nr_shown++] = column;
}

static bool is_shown(const struct table *t, unsigned int column, size_t *at)
{
	for (*at = 0; *at < t->nr_shown; (*at)++)
		if (t->shown[*at] == column)
			return true;
	return false;
}

static void show_default(struct table *t)
{
	int flag = is_full(t->format) ? COL_FULL : COL_TEXT;
	unsigned int i;

	for (i = 0; i < t->nr_columns; i++)
		if (t->columns[i].flags & flag)
			show(t, i);
}

/* Headings and keys both name a column, in any case. */
static bool show_named(struct table *t, const char *name)
{
	struct nearest near = { .word = name };
	size_t at;
	unsigned int i;

	for (i = 0; i < t->nr_columns; i++) {
		const struct column *c = &t->columns[i];

		if (!strcasecmp(name, c->heading) || !strcasecmp(name, c->key)) {
			if (!is_shown(t, i, &at))
				show(t, i);
			return true;
		}
		nearest_offer(&near, c->heading, c->heading);
		nearest_offer(&near, c->key, c->key);
	}
	complain("there is no column '%s'%s", name, nearest_name(&near) ?
		 nearest_hint(&near) : "; --help after the command lists them");
	return false;
}

/* -o A,B shows just these; -o +A adds to the usual ones; -o all shows all. */
static bool show_list(struct table *t, const char *list)
{
	char *copy, *name, *rest;
	bool good = true;
	unsigned int i;

	if (!strcasecmp(list, "all")) {
		for (i = 0; i < t->nr_columns; i++)
			show(t, i);
		return true;
	}
	if (*list == '+') {
		show_default(t);
		list++;
	}
	copy = must(strdup(list));
	rest = copy;
	while (good && (name = strsep(&rest, ",")))
		good = show_named(t, name);
	free(copy);
	return good;
}

void table_drop(struct table *t)
{
	scols_unref_table(t->scols);
	free(t->headings);
	free(t->shown);
	free(t);
}

struct table *table_new(const struct format *format, const char *name,
			const struct column *columns, size_t nr)
{
	struct table *t = must(calloc(1, sizeof(*t)));
	unsigned int i;

	t->format = format;
	t->columns = columns;
	t->nr_columns = nr;
	t->headings = must(calloc(nr, sizeof(*t->headings)));
	t->scols = must(scols_new_table());
	for (i = 0; i < nr; i++)
		t->headings[i] = is_full(format) ? columns[i].key :
			columns[i].heading;

	if (!format->columns) {
		show_default(t);
	} else if (!show_list(t, format->columns)) {
		table_drop(t);
		return NULL;
	}
	must_work(scols_table_set_name(t->scols, name));
	scols_table_enable_json(t->scols, format->json);
	scols_table_enable_raw(t->scols, format->raw);
	scols_table_enable_noheadings(t->scols, format->noheadings);
	scols_table_enable_colors(t->scols, want_color(format));
	return t;
}

void table_hide(struct table *t, unsigned int column)
{
	size_t at;

	if (is_chosen(t->format) || !is_shown(t, column, &at))
		return;
	t->nr_shown--;
	memmove(&t->shown[at], &t->shown[at + 1],
		(t->nr_shown - at) * sizeof(*t->shown));
}

/* In the place that the array of columns gives it. */
void table_show(struct table *t, unsigned int column)
{
	size_t at, i;

	if (is_chosen(t->format) || is_shown(t, column, &at))
		return;
	show(t, column);
	for (i = t->nr_shown - 1; i && t->shown[i - 1] > column; i--) {
		t->shown[i] = t->shown[i - 1];
		t->shown[i - 1] = column;
	}
}

void table_heading(struct table *t, unsigned int column, const char *heading)
{
	if (!is_full(t->format))
		t->headings[column] = heading;
}

static void add_columns(struct table *t)
{
	size_t i;

	for (i = 0; i < t->nr_shown; i++) {
		const struct column *c = &t->columns[t->shown[i]];
		bool number = c->flags & COL_NUMBER;
		struct libscols_column *col;

		col = must(scols_table_new_column(t->scols,
						  t->headings[t->shown[i]], 0,
						  number ? SCOLS_FL_RIGHT : 0));
		scols_column_set_json_type(col, number ? SCOLS_JSON_NUMBER :
					   SCOLS_JSON_STRING);
	}
}

void table_row(struct table *t)
{
	size_t i;

	if (!t->line)
		add_columns(t);
	t->line = must(scols_table_new_line(t->scols, NULL));
	for (i = 0; i < t->nr_shown && !t->format->json; i++)
		must_work(scols_line_set_data(t->line, i, "-"));
}

void table_set(struct table *t, unsigned int column, const char *fmt, ...)
{
	char text[512];
	va_list args;
	size_t at;

	if (!is_shown(t, column, &at))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	must_work(scols_line_set_data(t->line, at, text));
}

void table_set_word(struct table *t, unsigned int column, const char *word)
{
	const char *quote = t->format->json ? "\"" : "";

	table_set(t, column, "%s%s%s", quote, word, quote);
}

const char *size_text(char text[SIZE_TEXT], uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	unsigned int unit = 0, tenths = 0;

	while (bytes >> (10 * unit) >= 1024)
		unit++;
	if (unit) {
		/* Of the rest below the unit, scaled down so as to fit. */
		uint64_t rest = (bytes >> (10 * (unit - 1))) & 1023;

		tenths = (rest * 10 + 512) / 1024;
	}
	bytes >>= 10 * unit;
	if (tenths == 10) {
		bytes++;
		tenths = 0;
	}
	if (tenths)
		snprintf(text, SIZE_TEXT, "%" PRIu64 ".%u%c", bytes, tenths, units[unit]);
	else
		snprintf(text, SIZE_TEXT, "%" PRIu64 "%c", bytes, units[unit]);
	return text;
}

void table_set_size(struct table *t, unsigned int column, uint64_t bytes)
{
	char text[SIZE_TEXT];

	if (t->format->json || t->format->bytes)
		table_set(t, column, "%" PRIu64, bytes);
	else
		table_set(t, column, "%s", size_text(text, bytes));
}

void table_set_permille(struct table *t, unsigned int column, unsigned int v)
{
	table_set(t, column, "%u.%u", v / 10, v % 10);
}

void table_color(struct table *t, unsigned int column, const char *color)
{
	size_t at;

	if (is_shown(t, column, &at))
		scols_cell_set_color(scols_line_get_cell(t->line, at), color);
}

void table_print(struct table *t)
{
	if (!t->line)
		add_columns(t);
	must_work(scols_print_table(t->scols));
	table_drop(t);
}

/* The one row turned on its side, the headings being what gives the width. */
void table_print_list(struct table *t)
{
	size_t i, len, width = 0;

	if (is_full(t->format)) {
		table_print(t);
		return;
	}
	for (i = 0; i < t->nr_shown; i++) {
		len = strlen(t->headings[t->shown[i]]);
		width = len > width ? len : width;
	}
	for (i = 0; i < t->nr_shown; i++) {
		struct libscols_cell *cell = scols_line_get_cell(t->line, i);
		const char *color = scols_cell_get_color(cell);
		const char *heading = t->headings[t->shown[i]];

		if (!want_color(t->format))
			color = NULL;
		if (!t->format->noheadings)
			printf("%s:%*s", heading, (int)(width + 2 - strlen(heading)), "");
		printf("%s%s%s\n", color ? color : "",
		       scols_cell_get_data(cell), color ? "\033[0m" : "");
	}
	table_drop(t);
}
