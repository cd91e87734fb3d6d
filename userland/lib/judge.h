/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's two rules applied to a zone of /proc/buddyinfo. The kernel
 * judges a request by all zones that it may use: a zone's verdict here is one
 * vote of several.
 */
#ifndef BUDDY_JUDGE_H
#define BUDDY_JUDGE_H

#include "buddyinfo.h"

struct rules {
	unsigned int threshold;		/* percent */
	unsigned int ratio;		/* percent; 0: no such rule */
	unsigned int ratio_min_order;
};

enum verdict {
	VERDICT_OK,
	VERDICT_EMPTY,		/* no free memory: nothing to be fragmented */
	VERDICT_FRAG,		/* above the threshold */
	VERDICT_RATIO,		/* by the coarse rule only */
};

/* Return an exit status, having complained. */
int read_buddyinfo(struct buddyinfo *info);
int read_rules(struct rules *rules);

unsigned int default_order(const struct buddyinfo *info);
enum verdict judge(const struct rules *rules, const struct zone *zone,
		   unsigned int order);
const char *verdict_word(enum verdict verdict);

#endif
