/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `watch` looks at: all there is at one moment, and what became of it
 * since the moment before.
 */
#ifndef BUDDYCTL_SAMPLE_H
#define BUDDYCTL_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "buddyinfo.h"
#include "counters.h"
#include "host.h"
#include "judge.h"
#include "tunables.h"

#define MAX_SETTINGS	24	/* more than there are tunables */

struct sample {
	double when;		/* seconds of a clock that never jumps */
	struct buddyinfo info;
	struct rules rules;
	bool patched;
	struct snapshot counters;
	struct vmstat vm;
	char setting[MAX_SETTINGS][TUNABLE_TEXT];	/* "": not there */
};

double sample_clock(void);

/* Returns an exit status, having complained; then there is nothing to drop. */
int sample_take(struct sample *s);
void sample_drop(struct sample *s);

/* Per second, 0 if it went backwards; and as four characters, "0", "9.5", "12k". */
#define RATE_TEXT	16
double rate(uint64_t now, uint64_t then, double seconds);
const char *rate_text(char text[RATE_TEXT], double rate);

/* Of one order, or with ALL_ORDERS of all together. */
#define ALL_ORDERS	-1
double counter_rate(const struct sample *now, const struct sample *then,
		    enum counter_id id, int order);
double event_rate(const struct sample *now, const struct sample *then,
		  enum event_id id);

/*
 * Whether `watch` has a line for it: not what the kernel does not count, nor
 * what cannot happen in its mode, nor what another line says as well.
 */
bool counter_watched(const struct sample *s, enum counter_id id);
bool event_watched(const struct sample *s, enum event_id id);

/* How it was, a look at a time, as far back as the widest screen shows. */
#define HISTORY		256
#define NOTHING_FREE	UINT16_MAX

struct zone_history {
	unsigned int node;
	char name[16];
	bool there;		/* in the newest sample */
	bool bad;		/* and said to be fragmented */
	uint16_t permille[HISTORY][MAX_ORDERS];	/* or NOTHING_FREE */
	uint32_t bad_orders[HISTORY];	/* fragmented, by the rules of then: a bit mask */
};

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD };

struct change_line {
	char clock[12];
	enum tone tone;
	char text[112];
	/* Of failures, which are added up while they go on: */
	uint64_t failed;
	int order;
	unsigned int look;	/* that saw the last of them */
	char since[12];
};

#define CHANGES		64

struct history {
	unsigned int looks;	/* the newest is at (looks - 1) % HISTORY */
	unsigned int order;	/* that the newest was judged for */
	struct zone_history *zones;
	size_t nr_zones;
	double counter[NR_COUNTERS][HISTORY];
	double event[NR_EVENTS][HISTORY];
	unsigned int nr_changes;	/* the newest is at (nr - 1) % CHANGES */
	struct change_line changes[CHANGES];
};

/**
 * history_add() - keep a sample, and find what changed since the one before
 * @h: zeroed before the first
 * @now: the newest sample
 * @then: the one before, or NULL
 * @order: whose fragmentation is worth a line
 * @clock: the time of day to put in front of it
 */
void history_add(struct history *h, const struct sample *now,
		 const struct sample *then, unsigned int order, const char *clock);
void history_note(struct history *h, const char *clock, enum tone tone,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
const struct zone_history *history_zone(const struct history *h, const struct zone *zone);
void history_free(struct history *h);

#endif
