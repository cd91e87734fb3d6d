// SPDX-License-Identifier: GPL-2.0
/*
 * Take samples, compare them, remember them.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "message.h"
#include "sample.h"

double sample_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int sample_take(struct sample *s)
{
	int status;
	size_t i;

	memset(s, 0, sizeof(*s));
	s->when = sample_clock();
	status = read_buddyinfo(&s->info);
	if (status)
		return status;
	vmstat_read(&s->vm);
	s->patched = counters_exist() && any_tunable_exists();
	status = read_rules(&s->rules);
	if (!status && s->patched)
		status = snapshot_read(&s->counters);
	for (i = 0; i < nr_tunables && i < MAX_SETTINGS && !status; i++)
		if (tunable_exists(&tunables[i]))
			status = tunable_get(&tunables[i], s->setting[i]);
	if (status)
		sample_drop(s);
	return status;
}

void sample_drop(struct sample *s)
{
	buddyinfo_free(&s->info);
}

double rate(uint64_t now, uint64_t then, double seconds)
{
	return now > then && seconds > 0 ? (now - then) / seconds : 0;
}

const char *rate_text(char text[RATE_TEXT], double rate)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };
	unsigned int unit = 0;

	if (!(rate > 0))
		return strcpy(text, "0");
	/* What would round to 1000 is 1 of the next. */
	for (; rate >= 999.5 && unit < 6; unit++)
		rate /= 1000;
	snprintf(text, RATE_TEXT, rate < 9.95 ? "%.1f%s" : "%.0f%s", rate, units[unit]);
	return text;
}

double counter_rate(const struct sample *now, const struct sample *then,
		    enum counter_id id, int order)
{
	double seconds = now->when - then->when;

	if (order == ALL_ORDERS)
		return rate(snapshot_total(&now->counters, id),
			    snapshot_total(&then->counters, id), seconds);
	return rate(now->counters.order[order].value[id],
		    then->counters.order[order].value[id], seconds);
}

double event_rate(const struct sample *now, const struct sample *then, enum event_id id)
{
	return rate(now->vm.value[id], then->vm.value[id], now->when - then->when);
}

bool counter_watched(const struct sample *s, enum counter_id id)
{
	const char *mode = s->setting[tunable_mode - tunables];
	const char *levers = s->setting[tunable_levers - tunables];
	bool observing = !strcmp(mode, "1");
	const unsigned long away = LEVER_DECLINE | LEVER_PROTECT;
	/* With one of these left out guard does some, and would do the others. */
	bool both = !strcmp(mode, "2") && (strtoul(levers, NULL, 10) & away) != away;
	int flags = counters[id].flags;

	if (!snapshot_counts(&s->counters, id) || !(flags & COUNTER_IN_STATUS) ||
	    flags & COUNTER_NO_ROOM)
		return false;
	if (flags & COUNTER_IF_ANY)
		return observing || both;
	return (id != DECLINED && id != REFUSED) || !observing;
}

bool event_watched(const struct sample *s, enum event_id id)
{
	bool told = s->patched && (id == EV_STALL || id == EV_COMPACT_FAIL);

	return s->vm.known[id] && !told;
}

void history_note(struct history *h, const char *clock, enum tone tone,
		  const char *fmt, ...)
{
	struct change_line *c = &h->changes[h->nr_changes++ % CHANGES];
	va_list args;

	*c = (struct change_line){ .tone = tone };
	snprintf(c->clock, sizeof(c->clock), "%s", clock);
	va_start(args, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, args);
	va_end(args);
}

static struct zone_history *find_zone(const struct history *h, const struct zone *zone)
{
	size_t i;

	for (i = 0; i < h->nr_zones; i++)
		if (h->zones[i].node == zone->node && !strcmp(h->zones[i].name, zone->name))
			return &h->zones[i];
	return NULL;
}

const struct zone_history *history_zone(const struct history *h, const struct zone *zone)
{
	return find_zone(h, zone);
}

static struct zone_history *add_zone(struct history *h, const struct zone *zone)
{
	struct zone_history *zones;

	zones = reallocarray(h->zones, h->nr_zones + 1, sizeof(*zones));
	if (!zones)
		return NULL;
	h->zones = zones;
	zones += h->nr_zones++;
	memset(zones, 0, sizeof(*zones));
	zones->node = zone->node;
	strcpy(zones->name, zone->name);
	return zones;
}

static bool is_bad(enum verdict verdict)
{
	return verdict == VERDICT_FRAG || verdict == VERDICT_RATIO;
}

/* To be ok again takes a little more, or a zone at the threshold would chatter. */
#define CALM_PERCENT	2

static void judge_zone(struct history *h, struct zone_history *z, const struct zone *zone,
		       const struct rules *rules, unsigned int order,
		       const char *clock, bool first)
{
	bool moved = h->looks && h->order != order;
	struct rules calm = *rules;
	enum verdict verdict;
	uint64_t free = zone_free(zone), suitable = zone_suitable(zone, order);
	unsigned int permille = free ? frag_permille(free, suitable) : 0;
	bool bad;

	if (moved)		/* what held for another order is no news for this one */
		z->bad = false;
	if (z->bad && calm.threshold >= CALM_PERCENT)
		calm.threshold -= CALM_PERCENT;
	verdict = judge(z->bad ? &calm : rules, zone, order);
	bad = is_bad(verdict);
	if (bad == z->bad)
		return;
	z->bad = bad;
	if (moved || (first && !bad))
		return;
	if (!bad)
		history_note(h, clock, TONE_GOOD, "node %u %s: no longer fragmented at order %u (%u.%u %%)",
			     zone->node, zone->name, order, permille / 10, permille % 10);
	else if (verdict == VERDICT_RATIO)
		history_note(h, clock, TONE_BAD, "node %u %s: fragmented at order %u (ratio > %u)",
			     zone->node, zone->name, order, rules->ratio);
	else
		history_note(h, clock, TONE_BAD, "node %u %s: fragmented at order %u (%u.%u > %u %%)",
			     zone->node, zone->name, order, permille / 10,
			     permille % 10, rules->threshold);
}

static void add_zones(struct history *h, const struct sample *now, unsigned int at,
		      unsigned int order, const char *clock, bool first)
{
	unsigned int o;
	size_t i;

	for (i = 0; i < h->nr_zones; i++)
		h->zones[i].there = false;
	for (i = 0; i < now->info.nr_zones; i++) {
		const struct zone *zone = &now->info.zones[i];
		struct zone_history *z = find_zone(h, zone);
		uint64_t free = zone_free(zone);

		if (!z) {
			z = add_zone(h, zone);
			if (z && !first)
				history_note(h, clock, TONE_PLAIN, "node %u %s appeared",
					     zone->node, zone->name);
		}
		if (!z)
			continue;
		z->there = true;
		z->bad_orders[at] = 0;
		for (o = 0; o < MAX_ORDERS; o++) {
			z->permille[at][o] = free ?
				frag_permille(free, zone_suitable(zone, o)) : NOTHING_FREE;
			if (is_bad(judge(&now->rules, zone, o)))
				z->bad_orders[at] |= UINT32_C(1) << o;
		}
		judge_zone(h, z, zone, &now->rules, order, clock, first);
	}
	for (i = 0; i < h->nr_zones; ) {
		struct zone_history *z = &h->zones[i];

		if (z->there) {
			i++;
			continue;
		}
		history_note(h, clock, TONE_PLAIN, "node %u %s is gone", z->node, z->name);
		*z = h->zones[--h->nr_zones];
	}
}

static void compare_settings(struct history *h, const struct sample *now,
			     const struct sample *then, const char *clock)
{
	size_t i;

	for (i = 0; i < nr_tunables && i < MAX_SETTINGS; i++) {
		const char *new = now->setting[i], *old = then->setting[i];
		char meaning[64];

		if (!strcmp(new, old))
			continue;
		snprintf(meaning, sizeof(meaning), "%s", tunable_meaning(&tunables[i], new));
		history_note(h, clock, TONE_PLAIN, "%s: %s%s%s%s, was %s", tunables[i].name,
			     *new ? new : "gone", *meaning ? " (" : "", meaning,
			     *meaning ? ")" : "", *old ? old : "not there");
	}
}

/* Failures go on for a while, and would soon be all that one can see. */
#define BURST_LOOKS	10

/*
 * The line that tells of failures of that @order, if they were a moment ago and
 * nothing but failures came since.
 */
static struct change_line *find_burst(struct history *h, int order)
{
	unsigned int i, n = h->nr_changes < CHANGES ? h->nr_changes : CHANGES;

	for (i = 1; i <= n; i++) {
		struct change_line *c = &h->changes[(h->nr_changes - i) % CHANGES];

		if (!c->failed || h->looks - c->look > BURST_LOOKS)
			break;
		if (c->order == order)
			return c;
	}
	return NULL;
}

static void note_failures(struct history *h, const char *clock, int order, uint64_t failed)
{
	struct change_line *c = find_burst(h, order);

	if (c) {
		failed += c->failed;
		snprintf(c->clock, sizeof(c->clock), "%s", clock);
		snprintf(c->text, sizeof(c->text),
			 "%" PRIu64 " requests of order %d failed since %s", failed, order, c->since);
	} else {
		history_note(h, clock, TONE_BAD, "%" PRIu64 " request%s of order %d failed",
			     failed, failed == 1 ? "" : "s", order);
		c = &h->changes[(h->nr_changes - 1) % CHANGES];
		snprintf(c->since, sizeof(c->since), "%s", clock);
		c->order = order;
	}
	c->failed = failed;
	c->look = h->looks;
}

/* The other counters are rates that one looks at; a failure is news. */
static void compare_failures(struct history *h, const struct sample *now,
			     const struct sample *then, const char *clock)
{
	int order;

	for (order = 0; order < MAX_ORDERS; order++) {
		uint64_t new = now->counters.order[order].value[FAILED];
		uint64_t old = then->counters.order[order].value[FAILED];

		if (new > old)
			note_failures(h, clock, order, new - old);
	}
}

void history_add(struct history *h, const struct sample *now,
		 const struct sample *then, unsigned int order, const char *clock)
{
	unsigned int at = h->looks % HISTORY;
	int i;

	add_zones(h, now, at, order, clock, !then);
	for (i = 0; i < NR_COUNTERS; i++)
		h->counter[i][at] = then ? counter_rate(now, then, i, ALL_ORDERS) : 0;
	for (i = 0; i < NR_EVENTS; i++)
		h->event[i][at] = then ? event_rate(now, then, i) : 0;
	h->order = order;
	h->looks++;
	if (!then)
		return;
	compare_settings(h, now, then, clock);
	compare_failures(h, now, then, clock);
}

void history_free(struct history *h)
{
	free(h->zones);
	memset(h, 0, sizeof(*h));
}
