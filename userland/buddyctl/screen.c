// SPDX-License-Identifier: GPL-2.0
/*
 * One grid: a column per order. Above, a row per zone whose bars say how much
 * of its free memory is too small for that order; below, a row per counter
 * with its rate for that order. To the right of both, how they came to be so.
 * What there is no room for is said: "<" for orders, the rest beside the keys.
 *
 *	fragmentation  order <  2 …    9   10 at 9
 *	node zone       free  16K …   2M   4M   %  last 9 s
 *	  0 Normal    515.9M █▌   … ████ ████  98! ▅▅▆▆▇▇▇▇▇
 *	per second       all
 *	 Requests       1.2k    .     40    2      ▂▁▃▂▂▇▃▂▁
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "screen.h"
#include "table.h"

#define LEFT		21	/* node, zone, free; or label, all orders */
#define NARROW		5	/* a cell: a bar of four, or "1.2k", and a blank */
#define WIDE		10	/* with the number beside the bar */
#define PERCENT		5	/* "  97!" at the order that is looked at */
#define LEAST_HISTORY	12
#define LEAST_CHANGES	2
#define LEAST_ROWS	8
#define LEAST_COLS	40
#define MOST_TALL	3	/* lines of a zone where there is room, */
#define MANY_CHANGES	10	/* as there is if so many changes still have some */
#define NEAR_PERCENT	15	/* yellow so much below the threshold */

enum style { PLAIN, BOLD, DIM, RED, GREEN, YELLOW, INVERSE };

static const char *const codes[] = {
	[PLAIN]	= "", [BOLD] = "1", [DIM] = "2", [RED] = "31", [GREEN] = "32",
	[YELLOW] = "33", [INVERSE] = "7",
};

/* The same where there are to be no colours. */
static const char *const plain_codes[] = {
	[PLAIN]	= "", [BOLD] = "1", [DIM] = "2", [RED] = "1", [GREEN] = "",
	[YELLOW] = "", [INVERSE] = "7",
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
	const char *code = (l->s->color ? codes : plain_codes)[style];

	if (!width || l->at + width > l->s->cols)
		return;
	l->at += width;
	if (*code)
		fprintf(l->f, "\033[%sm%s\033[0m", code, text);
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
	if (room >= (int)strlen(text)) {	/* only ASCII comes here */
		put_glyphs(l, style, text, strlen(text));
	} else if (room > 0) {
		text[room - 1] = '\0';
		put_glyphs(l, style, text, room - 1);
		put_glyphs(l, style, l->s->utf8 ? "…" : ">", 1);
	}
}

static void put_blanks(struct line *l, int to)
{
	if (l->at < to)
		put(l, PLAIN, "%*s", to - l->at, "");
}

#define NR_RATES	(NR_COUNTERS + NR_EVENTS)	/* counters, then events */

/* How the screen is laid out. */
struct layout {
	int first, last;	/* orders */
	int cell;
	int bar;		/* of the cell */
	int percent_at;
	int history;		/* columns of it */
	int history_at;
	int zones, rates, changes;	/* rows of each */
	int lost_zones, lost_rates;	/* for which there is no room */
	bool rate[NR_RATES];		/* has a row */
	bool rates_heading;
	bool airy;		/* room for an empty line between them */
	int tall;		/* if not 0, a zone that is not empty has so many
				 * lines, and an empty one after it */
};

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static const double *rate_history(const struct screen *s, int i)
{
	return i < NR_COUNTERS ? s->history->counter[i] : s->history->event[i - NR_COUNTERS];
}

static bool ever(const double history[HISTORY])
{
	int i = 0;

	while (i < HISTORY && !(history[i] > 0))
		i++;
	return i < HISTORY;
}

/* At most @room of them: those go first that were 0 all the time, from the last. */
static void choose_rates(struct layout *l, const struct screen *s, int room)
{
	int i, any;

	for (i = 0; i < NR_RATES; i++) {
		l->rate[i] = i < NR_COUNTERS ? counter_watched(s->now, i) :
			event_watched(s->now, i - NR_COUNTERS);
		l->rates += l->rate[i];
	}
	l->rates_heading = room > 0 || !l->rates;
	for (any = 0; any < 2; any++)
		for (i = NR_RATES - 1; i >= 0 && l->rates > room; i--) {
			if (!l->rate[i] || (!any && ever(rate_history(s, i))))
				continue;
			l->rate[i] = false;
			l->rates--;
			l->lost_rates++;
		}
}

/*
 * When the screen is narrow the low orders give way, unless one of them is looked
 * at. When it is low, rates do, then zones; of zones and changes some always stay.
 */
static void lay_out(struct layout *l, const struct screen *s)
{
	int orders, room, full = 0, i;

	*l = (struct layout){ .last = s->now->info.nr_orders - 1 };
	room = s->cols - LEFT - PERCENT - LEAST_HISTORY;
	orders = max(1, min(l->last, room / NARROW));
	l->first = min(l->last - orders + 1, max(s->order, 1));
	l->last = l->first + orders - 1;
	l->cell = room / orders >= WIDE ? WIDE : NARROW;
	l->bar = l->cell == WIDE ? WIDE - 5 : NARROW - 1;
	l->percent_at = LEFT + orders * l->cell;
	l->history_at = l->percent_at + PERCENT + 1;
	l->history = max(0, min(s->cols - l->history_at, HISTORY));

	/* Title, two lines of headings, that of the changes, and the keys. */
	room = s->rows - 5;
	l->zones = min(s->now->info.nr_zones, max(1, room - LEAST_CHANGES - 2));
	l->lost_zones = s->now->info.nr_zones - l->zones;
	room -= l->zones;
	choose_rates(l, s, max(0, room - LEAST_CHANGES - 1));
	room -= l->rates + l->rates_heading;
	l->airy = room >= LEAST_CHANGES + 3;
	l->changes = max(0, room - (l->airy ? 3 : 0));
	/* What is left of a large screen is for the history of the zones. */
	for (i = 0; i < (int)s->now->info.nr_zones; i++)
		full += zone_free(&s->now->info.zones[i]) > 0;
	if (l->airy && full)
		l->tall = min(MOST_TALL, (l->changes - MANY_CHANGES) / full);
	if (l->tall > 1)
		l->changes -= l->tall * full;
	else
		l->tall = 0;
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

/* What the kernel is called is the first to give way, then how often, then the time. */
static void paint_title(struct line *l)
{
	const char *mode, *number = l->s->now->setting[tunable_mode - tunables];
	const struct screen *s = l->s;
	const char *paused = s->paused ? " paused " : "";
	char what[96], right[48];
	int left, room;

	mode = tunable_meaning(tunable_mode, number);
	snprintf(what, sizeof(what), "  %s%s, threshold %u %%",
		 s->now->patched ? "mode " : "no buddy_adaptive",
		 !s->now->patched ? "" : *mode ? mode : number, s->now->rules.threshold);
	snprintf(right, sizeof(right), s->paused ? "%s  " : "%s, every %g s", s->clock, s->interval);
	put(l, BOLD, " buddyctl watch");
	left = strlen(what) + strlen(right) + strlen(paused) + 2;
	if (*s->kernel && l->at + strlen("  Linux ") + strlen(s->kernel) + left < (size_t)s->cols)
		put(l, PLAIN, "  Linux %s", s->kernel);
	if (!s->paused || l->at + left - (int)strlen(right) < s->cols)
		put(l, PLAIN, "%s", what);
	room = s->cols - l->at - (int)strlen(paused) - 2;
	if (room < (int)strlen(right))
		right[room < (int)strlen(s->clock) || s->paused ? 0 : strlen(s->clock)] = '\0';
	put_blanks(l, s->cols - 1 - (int)strlen(paused) - (int)strlen(right));
	put(l, DIM, "%s", right);
	put(l, INVERSE, "%s", paused);
	next_line(l);
}

static void span_text(char text[24], double seconds)
{
	if (seconds < 180)
		snprintf(text, 24, "last %.3g s", seconds);
	else if (seconds < 3 * 3600)
		snprintf(text, 24, "last %.3g min", seconds / 60);
	else
		snprintf(text, 24, "last %.3g h", seconds / 3600);
}

/* A mark at either end tells of orders for which there is no room. */
static void paint_headings(struct line *l, const struct layout *lay)
{
	const struct screen *s = l->s;
	bool lower = lay->first > 1, higher = lay->last + 1 < (int)s->now->info.nr_orders;
	long page = sysconf(_SC_PAGESIZE);
	char text[SIZE_TEXT], span[24];
	int order;

	put(l, BOLD, "fragmentation");
	put(l, DIM, "  order%s", lower ? " <" : "");
	for (order = lay->first; order <= lay->last; order++) {
		put(l, order == (int)s->order ? BOLD : DIM, "%*d ",
		    LEFT + (order - lay->first + 1) * lay->cell - 1 - l->at, order);
	}
	put(l, DIM, "%s", higher ? ">" : "");
	snprintf(text, sizeof(text), "at %u", s->order);
	put(l, BOLD, "%*s", lay->percent_at + PERCENT - 1 - l->at, text);
	next_line(l);

	put(l, DIM, "node zone       free");
	put_blanks(l, LEFT);
	for (order = lay->first; order <= lay->last; order++)
		put(l, order == (int)s->order ? BOLD : DIM, "%*s ", lay->cell - 1,
		    size_text(text, (uint64_t)page << order));
	put(l, DIM, "%*s", PERCENT - 1, "%");
	put_blanks(l, lay->history_at);
	span_text(span, lay->history * s->interval);
	put(l, DIM, "%s", (int)strlen(span) <= lay->history ? span : "");
	next_line(l);
}

/* @eighths of a character, over @width of them, and dots for the rest if wanted. */
static void put_bar(struct line *l, enum style style, int eighths, int width, bool dots)
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
	for (i = full; i < width && dots; i++)
		strcat(text, l->s->utf8 ? "·" : ".");
	put_glyphs(l, DIM, text, dots ? width - full : 0);
}

static unsigned int near_percent(const struct rules *rules)
{
	return rules->threshold > NEAR_PERCENT ? rules->threshold - NEAR_PERCENT : 0;
}

static enum style style_of(const struct rules *rules, const struct zone *zone,
			   unsigned int order)
{
	uint64_t free = zone_free(zone), suitable = zone_suitable(zone, order);

	switch (judge(rules, zone, order)) {
	case VERDICT_FRAG:
	case VERDICT_RATIO:
		return RED;
	case VERDICT_EMPTY:
		return DIM;
	default:
		return frag_above(free, suitable, near_percent(rules)) ? YELLOW : GREEN;
	}
}

/* 0 to 8 @eighths of a character, from below. */
static void put_spark(struct line *l, enum style style, int eighths)
{
	static const char *const high[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { " ", ".", ".", "-", "-", "=", "=", "#", "#" };

	put_glyphs(l, eighths ? style : PLAIN, (l->s->utf8 ? high : ascii)[eighths], 1);
}

/* Where in the history a look is, 1 being the newest; -1 if that was before the start. */
static int look_at(const struct screen *s, int back)
{
	return back > (int)s->history->looks ? -1 :
		(int)((s->history->looks - back) % HISTORY);
}

/*
 * The line that is @up from the lowest of @high. The highest eighth is left out:
 * it would touch what is above.
 */
static void paint_zone_history(struct line *l, const struct layout *lay,
			       const struct zone *zone, int up, int high)
{
	const struct zone_history *z = history_zone(l->s->history, zone);
	int near = 10 * near_percent(&l->s->now->rules), i, at;

	put_blanks(l, lay->history_at);
	for (i = 0; i < lay->history && z; i++) {
		int permille, eighths;
		bool bad;

		at = look_at(l->s, lay->history - i);
		permille = at < 0 ? NOTHING_FREE : z->permille[at][l->s->order];
		if (permille == NOTHING_FREE) {
			put_spark(l, PLAIN, 0);
			continue;
		}
		bad = z->bad_orders[at] >> l->s->order & 1;
		eighths = 1 + permille * (high * 8 - 2) / 1000 - up * 8;
		put_spark(l, bad ? RED : permille > near ? YELLOW : GREEN, min(max(eighths, 0), 8));
	}
}

static void paint_zone_bars(struct line *l, const struct layout *lay,
			    const struct zone *zone, bool lowest)
{
	const struct rules *rules = &l->s->now->rules;
	uint64_t free = zone_free(zone);
	int order;

	for (order = lay->first; order <= lay->last; order++) {
		unsigned int permille;

		put_blanks(l, LEFT + (order - lay->first) * lay->cell);
		if (!free) {
			put(l, DIM, "%*s", lay->bar, "-");
			continue;
		}
		/* Something is never drawn as nothing. */
		permille = frag_permille(free, zone_suitable(zone, order));
		put_bar(l, style_of(rules, zone, order),
			max(permille * lay->bar * 8 / 1000, permille ? 1 : 0), lay->bar, lowest);
		if (lay->cell == WIDE && lowest)
			put(l, order == (int)l->s->order ? BOLD : DIM, "%4u", permille / 10);
	}
}

static void paint_zone(struct line *l, const struct layout *lay, const struct zone *zone)
{
	uint64_t free = zone_free(zone);
	enum style style = style_of(&l->s->now->rules, zone, l->s->order);
	int high = free && lay->tall ? lay->tall : 1, up;
	char text[SIZE_TEXT];

	for (up = high - 1; up >= 0; up--) {
		if (!up) {
			put(l, style == RED ? RED : PLAIN, "%4u %-8.8s ", zone->node, zone->name);
			put(l, PLAIN, "%6s", size_text(text, free * sysconf(_SC_PAGESIZE)));
		}
		paint_zone_bars(l, lay, zone, !up);
		put_blanks(l, lay->percent_at);
		if (free && !up)
			put(l, style, "%*u%s", PERCENT - 1, frag_permille(free,
			    zone_suitable(zone, l->s->order)) / 10, style == RED ? "!" : "");
		paint_zone_history(l, lay, zone, up, high);
		next_line(l);
	}
	if (high > 1)
		next_line(l);
}

/* Of more importance: fragmented, then not empty, then listed later. */
static int importance(const struct screen *s, const struct zone *zone)
{
	return style_of(&s->now->rules, zone, s->order) == RED ? 2 : zone_free(zone) > 0;
}

static bool zone_has_row(const struct screen *s, const struct layout *lay, int which)
{
	const struct buddyinfo *info = &s->now->info;
	int mine = importance(s, &info->zones[which]), before = 0, i;

	for (i = 0; i < (int)info->nr_zones && lay->lost_zones; i++) {
		int its = importance(s, &info->zones[i]);

		before += its > mine || (its == mine && i > which);
	}
	return before < lay->zones;
}

static void paint_zones(struct line *l, const struct layout *lay)
{
	const struct buddyinfo *info = &l->s->now->info;
	int i;

	for (i = 0; i < (int)info->nr_zones; i++)
		if (zone_has_row(l->s, lay, i))
			paint_zone(l, lay, &info->zones[i]);
}

/* A rate that is 0 is a dot: one looks for the others. There is none at first. */
static void put_rate(struct line *l, enum style style, double value, int width)
{
	char text[RATE_TEXT];

	if (value > 0)
		put(l, style, "%*s", width, rate_text(text, value));
	else
		put(l, DIM, "%*s", width, l->s->then ? "." : "-");
}

/* From column @from on, and to where all others end. */
static void paint_rate_history(struct line *l, const struct layout *lay, int from,
			       enum style style, const double history[HISTORY])
{
	int end = lay->history_at + lay->history, first = max(from, end - HISTORY), i, at;
	double most = 0;

	for (i = first; i < end; i++) {
		at = look_at(l->s, end - i);
		if (at >= 0 && history[at] > most)
			most = history[at];
	}
	if (!(most > 0))
		return;
	put_blanks(l, first);
	for (i = first; i < end; i++) {
		at = look_at(l->s, end - i);
		put_spark(l, style, at < 0 || !(history[at] > 0) ? 0 : 1 + history[at] * 6 / most);
	}
}

/*
 * Failures are red, what is asked about the order that is looked at is bold, and
 * what was always 0 is dim. What is not counted by order has room for more history.
 */
static void paint_rate(struct line *l, const struct layout *lay, int i)
{
	const struct screen *s = l->s;
	const double *history = rate_history(s, i);
	enum style style = i == FAILED ? RED : PLAIN;
	bool counter = i < NR_COUNTERS;
	double all = 0;
	int order;

	if (s->then)
		all = counter ? counter_rate(s->now, s->then, i, ALL_ORDERS) :
			event_rate(s->now, s->then, i - NR_COUNTERS);
	put(l, ever(history) ? PLAIN : DIM, " %-14.14s",
	    counter ? counters[i].label : events[i - NR_COUNTERS].label);
	put_rate(l, style, all, LEFT - 1 - l->at);
	for (order = lay->first; order <= lay->last && counter; order++) {
		if (!s->now->counters.order[order].known[i])
			continue;
		put_blanks(l, LEFT + (order - lay->first) * lay->cell);
		put_rate(l, style == PLAIN && order == (int)s->order ? BOLD : style,
			 s->then ? counter_rate(s->now, s->then, i, order) : 0, lay->cell - 1);
	}
	paint_rate_history(l, lay, counter ? lay->history_at : LEFT, style, history);
	next_line(l);
}

static void paint_rates(struct line *l, const struct layout *lay)
{
	bool none = !lay->rates;
	int i;

	if (!lay->rates_heading)
		return;
	put(l, BOLD, none ? "no rates here" : "per second");
	put(l, DIM, none ? "" : "       all");
	next_line(l);
	for (i = 0; i < NR_RATES; i++)
		if (lay->rate[i])
			paint_rate(l, lay, i);
}

static void paint_changes(struct line *l, const struct layout *lay)
{
	static const enum style styles[] = {
		[TONE_PLAIN] = PLAIN, [TONE_GOOD] = GREEN, [TONE_BAD] = RED,
	};
	const struct history *h = l->s->history;
	int i, n = min(min(h->nr_changes, CHANGES), lay->changes);

	put(l, n ? BOLD : DIM, n ? "what changed" : "nothing has changed yet");
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

/* The keys, and to the right what there is no room for, or what the bars show. */
static void paint_footer(struct line *l, const struct layout *lay)
{
	static const char *const keys[][2] = {
		{ " q", " quit" }, { "  space", " pause" }, { "  left/right", " order" },
	};
	static const char colors[] = ": fragmented, nearly";
	int zones = lay->lost_zones, rates = lay->lost_rates, from, i;
	char text[80] = "% of free memory in smaller blocks";
	bool lost = zones || rates, wide;

	if (lost)		/* "%.0d" of 0 is nothing */
		snprintf(text, sizeof(text), "no room for %.0d%s%s%.0d%s",
			 zones, zones ? zones > 1 ? " zones" : " zone" : "",
			 zones && rates ? ", " : "",
			 rates, rates ? rates > 1 ? " rates" : " rate" : "");
	from = l->s->cols - 1 - (int)strlen(text);
	for (i = 0; i < (int)ARRAY_SIZE(keys); i++) {
		int width = strlen(keys[i][0]) + strlen(keys[i][1]);

		if (lost && l->at + width + 2 > from)
			break;
		put(l, BOLD, "%s", keys[i][0]);
		put(l, DIM, "%s", keys[i][1]);
	}
	wide = !lost && l->s->color && l->at + 2 <= from - (int)strlen(colors);
	if (wide)
		from -= strlen(colors);
	if (l->at + 2 > from)
		return;
	put_blanks(l, from);
	put(l, lost ? PLAIN : DIM, "%s", text);
	if (wide) {
		put(l, DIM, ": ");
		put(l, RED, "fragmented");
		put(l, DIM, ", ");
		put(l, YELLOW, "nearly");
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
	paint_footer(&line, &lay);
	end_line(&line);
	fputs("\033[J", f);
}
