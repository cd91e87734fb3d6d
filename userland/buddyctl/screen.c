// SPDX-License-Identifier: GPL-2.0
/*
 * One grid: a column per order. Above, a row per zone whose bars say how much
 * of its free memory is too small for that order; below, a row per counter
 * with its rate for that order. To the right of both, how they came to be so.
 *
 *	order                   1    2 …    9   10   last 9 s
 *	  0 Normal   515.9M ▎    █▌   … ████ ████   ▆▆▇▇█████
 *	requests       1.2k              40    2   ▂▁▃▂▂▇▃▂▁
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"
#include "table.h"

#define LEFT		21	/* node, zone, free; or label, all orders */
#define NARROW		5	/* a cell: a bar of four, or "1.2k", and a blank */
#define WIDE		10	/* with the number beside the bar */
#define PERCENT		5	/* " 97 %" of the order in question */
#define LEAST_HISTORY	12
#define LEAST_CHANGES	2
#define LEAST_ROWS	8
#define LEAST_COLS	40
#define NEAR_PERCENT	15	/* yellow so much below the threshold */

enum style { PLAIN, BOLD, DIM, RED, GREEN, YELLOW, INVERSE };

static const char *const codes[] = {
	[PLAIN]	= "", [BOLD] = "1", [DIM] = "2", [RED] = "31", [GREEN] = "32",
	[YELLOW] = "33", [INVERSE] = "7",
};

/* A line of the screen: how far it has come, and how far it may. */
struct line {
	FILE *f;
	const struct screen *s;
	int at;
};

/* @text takes @width columns, of which those are left out that do not fit. */
static void put_glyphs(struct line *l, enum style style, const char *text, int width)
{
	if (!width || l->at + width > l->s->cols)
		return;
	l->at += width;
	if (l->s->color && style != PLAIN)
		fprintf(l->f, "\033[%sm%s\033[0m", codes[style], text);
	else
		fputs(text, l->f);
}

static void __attribute__((format(printf, 3, 4)))
put(struct line *l, enum style style, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int room = l->s->cols - l->at;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (room < (int)strlen(text))	/* only ASCII comes here */
		text[room > 0 ? room : 0] = '\0';
	put_glyphs(l, style, text, strlen(text));
}

static void put_blanks(struct line *l, int to)
{
	if (l->at < to)
		put(l, PLAIN, "%*s", to - l->at, "");
}

/* How the screen is laid out. */
struct layout {
	int first, last;	/* orders */
	int cell;
	int bar;		/* of the cell */
	int percent_at;
	int history;		/* columns of it */
	int history_at;
	int zones, rates, changes;	/* rows of each */
	bool airy;		/* room for an empty line between them */
};

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int count_rates(const struct sample *s)
{
	int i, n = 0;

	for (i = 0; i < NR_COUNTERS; i++)
		n += counter_watched(s, i);
	for (i = 0; i < NR_EVENTS; i++)
		n += event_watched(s, i);
	return n;
}

/*
 * When the screen is small the low orders give way first, then the rates from
 * the last; of zones and changes some always stay.
 */
static void lay_out(struct layout *l, const struct screen *s)
{
	int orders, room;

	l->last = s->now->info.nr_orders - 1;
	room = s->cols - LEFT - PERCENT - LEAST_HISTORY;
	orders = max(1, min(l->last, room / NARROW));
	l->first = l->last - orders + 1;
	l->cell = room / orders >= WIDE ? WIDE : NARROW;
	l->bar = l->cell == WIDE ? WIDE - 5 : NARROW - 1;
	l->percent_at = LEFT + orders * l->cell;
	l->history_at = l->percent_at + PERCENT + 1;
	l->history = max(0, min(s->cols - l->history_at, HISTORY));

	/* Title, two lines of headings, and the keys. */
	room = s->rows - 4;
	l->zones = min(s->now->info.nr_zones, max(1, room - LEAST_CHANGES - 3));
	room -= l->zones;
	l->rates = max(0, min(count_rates(s->now), room - 2 - LEAST_CHANGES));
	room -= l->rates + 2;
	l->airy = room >= LEAST_CHANGES + 3;
	l->changes = max(0, room - (l->airy ? 3 : 0));
}

static void end_line(struct line *l)
{
	fputs("\033[K", l->f);
	l->at = 0;
}

static void next_line(struct line *l)
{
	end_line(l);
	fputs("\r\n", l->f);
}

/* Of the title what the kernel is called is the first to give way. */
static void paint_title(struct line *l)
{
	const char *mode, *number = l->s->now->setting[tunable_mode - tunables];
	const struct screen *s = l->s;
	char what[96], right[48];
	int left;

	mode = tunable_meaning(tunable_mode, number);
	if (s->now->patched)
		snprintf(what, sizeof(what), "  mode %s, threshold %u %%",
			 *mode ? mode : number, s->now->rules.threshold);
	else
		snprintf(what, sizeof(what), "  no buddy_adaptive here");
	snprintf(right, sizeof(right), "%s, every %g s ", s->clock, s->interval);
	put(l, BOLD, " buddyctl watch");
	left = strlen(what) + strlen(right) + 1;
	if (*s->kernel && l->at + strlen("  Linux ") + strlen(s->kernel) + left < (size_t)s->cols)
		put(l, PLAIN, "  Linux %s", s->kernel);
	put(l, PLAIN, "%s", what);
	if (s->paused) {
		put_blanks(l, s->cols - strlen(" paused  "));
		put(l, INVERSE, " paused ");
	} else {
		put_blanks(l, s->cols - strlen(right));
		put(l, DIM, "%s", right);
	}
	next_line(l);
}

static void paint_headings(struct line *l, const struct layout *lay)
{
	const struct screen *s = l->s;
	long page = sysconf(_SC_PAGESIZE);
	char text[SIZE_TEXT], order_text[16];
	int order, row;

	snprintf(order_text, sizeof(order_text), "%u", s->order);
	for (row = 0; row < 2; row++) {
		put(l, DIM, row ? "node zone       free" : "               order");
		put_blanks(l, LEFT);
		for (order = lay->first; order <= lay->last; order++) {
			enum style style = order == (int)s->order ? BOLD : DIM;

			if (row)
				size_text(text, (uint64_t)page << order);
			else
				snprintf(text, sizeof(text), "%d", order);
			put(l, style, "%*s ", lay->cell - 1, text);
		}
		put_blanks(l, lay->percent_at);
		put(l, row ? DIM : BOLD, "%*s", PERCENT, row ? "%" : order_text);
		put_blanks(l, lay->history_at);
		if (row)
			put(l, DIM, "last %g s", lay->history * s->interval);
		next_line(l);
	}
}

/* @eighths of a character, over @width of them. */
static void put_bar(struct line *l, enum style style, int eighths, int width)
{
	static const char *const part[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	char text[WIDE * 4] = "";
	int full = eighths / 8, i;

	if (!l->s->utf8) {
		full = (eighths + 4) / 8;
		for (i = 0; i < full; i++)
			strcat(text, "#");
	} else {
		for (i = 0; i < full; i++)
			strcat(text, "█");
		if (eighths % 8)
			full++;
		strcat(text, part[eighths % 8]);
	}
	put_glyphs(l, style, text, full);
	text[0] = '\0';
	for (i = full; i < width; i++)
		strcat(text, l->s->utf8 ? "·" : ".");
	put_glyphs(l, DIM, text, width - full);
}

static enum style style_of(const struct rules *rules, const struct zone *zone,
			   unsigned int order)
{
	uint64_t free = zone_free(zone), suitable = zone_suitable(zone, order);
	unsigned int near = rules->threshold > NEAR_PERCENT ?
		rules->threshold - NEAR_PERCENT : 0;

	switch (judge(rules, zone, order)) {
	case VERDICT_FRAG:
	case VERDICT_RATIO:
		return RED;
	case VERDICT_EMPTY:
		return DIM;
	default:
		return frag_above(free, suitable, near) ? YELLOW : GREEN;
	}
}

/* @level of 0 to 7 for each look, the newest to the right. */
static void put_spark(struct line *l, enum style style, int level)
{
	static const char *const high[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { ".", ".", "-", "-", "=", "=", "#", "#" };

	put_glyphs(l, style, (l->s->utf8 ? high : ascii)[level], 1);
}

/* Where in the history a column of it is; -1 if that was before the start. */
static int look_at(const struct screen *s, const struct layout *lay, int column)
{
	int back = lay->history - column;	/* 1: the newest */

	return back > (int)s->history->looks ? -1 :
		(int)((s->history->looks - back) % HISTORY);
}

static void paint_zone_history(struct line *l, const struct layout *lay,
			       const struct zone *zone)
{
	const struct zone_history *z = history_zone(l->s->history, zone);
	const struct rules *rules = &l->s->now->rules;
	int i, at;

	put_blanks(l, lay->history_at);
	for (i = 0; i < lay->history && z; i++) {
		unsigned int permille;

		at = look_at(l->s, lay, i);
		permille = at < 0 ? NOTHING_FREE : z->permille[at][l->s->order];
		if (permille == NOTHING_FREE) {
			put(l, PLAIN, " ");
			continue;
		}
		put_spark(l, permille > 10 * rules->threshold ? RED : DIM,
			  permille * 7 / 1000);
	}
}

static void paint_zone(struct line *l, const struct layout *lay, const struct zone *zone)
{
	const struct rules *rules = &l->s->now->rules;
	uint64_t free = zone_free(zone);
	char text[SIZE_TEXT];
	enum style style;
	int order;

	style = style_of(rules, zone, l->s->order);
	put(l, style == RED ? RED : PLAIN, "%4u %-8.8s ", zone->node, zone->name);
	put(l, PLAIN, "%6s", size_text(text, free * sysconf(_SC_PAGESIZE)));
	for (order = lay->first; order <= lay->last; order++) {
		unsigned int permille;

		put_blanks(l, LEFT + (order - lay->first) * lay->cell);
		if (!free) {
			put(l, DIM, "%*s", lay->bar, "-");
			continue;
		}
		permille = frag_permille(free, zone_suitable(zone, order));
		/* Something is never drawn as nothing. */
		put_bar(l, style_of(rules, zone, order),
			max(permille * lay->bar * 8 / 1000, permille ? 1 : 0), lay->bar);
		if (lay->cell == WIDE)
			put(l, DIM, "%4u", permille / 10);
	}
	put_blanks(l, lay->percent_at);
	if (free)
		put(l, style, "%*u", PERCENT,
		    frag_permille(free, zone_suitable(zone, l->s->order)) / 10);
	paint_zone_history(l, lay, zone);
	next_line(l);
}

static void paint_zones(struct line *l, const struct layout *lay)
{
	const struct buddyinfo *info = &l->s->now->info;
	int i, n = info->nr_zones, shown = n > lay->zones ? lay->zones - 1 : n;

	for (i = 0; i < shown; i++)
		paint_zone(l, lay, &info->zones[i]);
	if (shown < n) {
		put(l, DIM, "     and %d zones more, for which the screen is too small", n - shown);
		next_line(l);
	}
}

/* A rate that is 0 is a dot: one looks for the others. */
static void put_rate(struct line *l, double value, int width, bool known)
{
	char text[RATE_TEXT];

	if (!known)
		put(l, DIM, "%*s", width, "");
	else if (value > 0)
		put(l, PLAIN, "%*s", width, rate_text(text, value));
	else
		put(l, DIM, "%*s", width, ".");
}

static void paint_rate_history(struct line *l, const struct layout *lay,
			       const double history[HISTORY])
{
	double most = 0;
	int i, at;

	for (i = 0; i < lay->history; i++) {
		at = look_at(l->s, lay, i);
		if (at >= 0 && history[at] > most)
			most = history[at];
	}
	put_blanks(l, lay->history_at);
	for (i = 0; i < lay->history && most > 0; i++) {
		at = look_at(l->s, lay, i);
		if (at < 0 || !(history[at] > 0))
			put(l, PLAIN, " ");
		else
			put_spark(l, PLAIN, history[at] * 7 / most);
	}
}

static void paint_rates(struct line *l, const struct layout *lay)
{
	const struct screen *s = l->s;
	int rows = lay->rates, i, order;

	put(l, DIM, rows ? "per second       all" : "no rates here");
	next_line(l);
	for (i = 0; i < NR_COUNTERS && rows; i++) {
		if (!counter_watched(s->now, i))
			continue;
		put(l, PLAIN, " %-14.14s", counters[i].label);
		put_rate(l, s->then ? counter_rate(s->now, s->then, i, ALL_ORDERS) : 0,
			 LEFT - 1 - l->at, true);
		for (order = lay->first; order <= lay->last; order++) {
			bool known = s->now->counters.order[order].known[i];

			put_blanks(l, LEFT + (order - lay->first) * lay->cell);
			put_rate(l, s->then && known ? counter_rate(s->now, s->then, i, order) : 0,
				 lay->cell - 1, known);
		}
		paint_rate_history(l, lay, s->history->counter[i]);
		next_line(l);
		rows--;
	}
	for (i = 0; i < NR_EVENTS && rows; i++) {
		if (!event_watched(s->now, i))
			continue;
		put(l, PLAIN, " %-14.14s", events[i].label);
		put_rate(l, s->then ? event_rate(s->now, s->then, i) : 0, LEFT - 1 - l->at, true);
		paint_rate_history(l, lay, s->history->event[i]);
		next_line(l);
		rows--;
	}
}

static void paint_changes(struct line *l, const struct layout *lay)
{
	static const enum style styles[] = {
		[TONE_PLAIN] = PLAIN, [TONE_GOOD] = GREEN, [TONE_BAD] = RED,
	};
	const struct history *h = l->s->history;
	int i, n = min(min(h->nr_changes, CHANGES), lay->changes);

	put(l, DIM, n ? "what changed" : "nothing has changed yet");
	next_line(l);
	for (i = 0; i < lay->changes; i++) {
		if (i < n) {
			const struct change_line *c =
				&h->changes[(h->nr_changes - 1 - i) % CHANGES];

			put(l, DIM, " %s  ", c->clock);
			put(l, styles[c->tone], "%s", c->text);
		}
		next_line(l);
	}
}

void screen_paint(FILE *f, const struct screen *s)
{
	struct line line = { .f = f, .s = s };
	struct layout lay;

	fputs("\033[H", f);
	if (s->rows < LEAST_ROWS || s->cols < LEAST_COLS) {
		put(&line, PLAIN, "%dx%d is too small", s->cols, s->rows);
		fputs("\033[J", f);
		return;
	}
	lay_out(&lay, s);
	paint_title(&line);
	if (lay.airy)
		next_line(&line);
	paint_headings(&line, &lay);
	paint_zones(&line, &lay);
	if (lay.airy)
		next_line(&line);
	paint_rates(&line, &lay);
	if (lay.airy)
		next_line(&line);
	paint_changes(&line, &lay);
	put(&line, DIM, " q quit   space pause   left and right: another order");
	end_line(&line);
	fputs("\033[J", f);
}
