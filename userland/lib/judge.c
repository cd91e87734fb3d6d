// SPDX-License-Identifier: GPL-2.0
/*
 * Read what there is to judge and the rules to judge by, and judge.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "judge.h"
#include "message.h"
#include "sysroot.h"
#include "tunables.h"

#define BUDDYINFO	"/proc/buddyinfo"
#define USUAL_ORDER	9	/* a huge page, on most machines */

int read_buddyinfo(struct buddyinfo *info)
{
	FILE *f = sysroot_fopen(BUDDYINFO);
	char why[64];
	int err;

	if (!f) {
		complain("cannot read %s: %s%s", sysroot_name(BUDDYINFO),
			 strerror(errno), errno == ENOENT ? "; is /proc mounted?" : "");
		return errno == EACCES || errno == EPERM ? EXIT_NOPERM : EXIT_FAILED;
	}
	err = buddyinfo_parse(f, info, why, sizeof(why));
	fclose(f);
	if (err) {
		complain("cannot use %s: %s", sysroot_name(BUDDYINFO), why);
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

/* A kernel that lacks the sysctl: the rule's usual value, or no such rule. */
static int read_rule(const struct tunable *t, unsigned int fallback,
		     unsigned int *value)
{
	uint64_t v = fallback;
	int status = EXIT_OK;

	if (tunable_exists(t))
		status = tunable_get_number(t, &v);
	/* Percentages beyond theirs make no sense; an order just never comes. */
	if (!status && t->kind == TUNABLE_NUMBER && v > tunable_max(t)) {
		complain("%s holds %" PRIu64 ", which is outside %u..%u",
			 sysroot_name(tunable_path(t)), v, t->min, tunable_max(t));
		status = EXIT_FAILED;
	}
	*value = v;
	return status;
}

int read_rules(struct rules *rules)
{
	int status;

	status = read_rule(tunable_threshold, DEFAULT_THRESHOLD, &rules->threshold);
	if (!status)
		status = read_rule(tunable_ratio, 0, &rules->ratio);
	if (!status)
		status = read_rule(tunable_ratio_min_order, 0, &rules->ratio_min_order);
	return status;
}

unsigned int default_order(const struct buddyinfo *info)
{
	return info->nr_orders > USUAL_ORDER ? USUAL_ORDER : info->nr_orders - 1;
}

enum verdict judge(const struct rules *rules, const struct zone *zone,
		   unsigned int order)
{
	uint64_t free = zone_free(zone);

	if (!free)
		return VERDICT_EMPTY;
	if (frag_above(free, zone_suitable(zone, order), rules->threshold))
		return VERDICT_FRAG;
	if (order >= rules->ratio_min_order && ratio_above(zone, rules->ratio))
		return VERDICT_RATIO;
	return VERDICT_OK;
}

const char *verdict_word(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_EMPTY:
		return "empty";
	case VERDICT_FRAG:
	case VERDICT_RATIO:
		return "fragmented";
	default:
		return "ok";
	}
}
