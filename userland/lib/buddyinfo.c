// SPDX-License-Identifier: GPL-2.0
/*
 * Read /proc/buddyinfo and compute with it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buddyinfo.h"

#define LOW_ORDERS	3	/* 0, 1 and 2 are "low" */
#define HIGH_ORDER	8	/* from here up is "high" */

/* Digits only: strtoull() would take "-1" for a huge number. */
static bool take_number(const char **p, uint64_t *value)
{
	char *end;

	*p += strspn(*p, " ");
	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	*value = strtoull(*p, &end, 10);
	*p = end;
	return !errno && (*end == ' ' || *end == ',' || !*end);
}

static bool take_word(const char **p, const char *word)
{
	size_t len = strlen(word);

	*p += strspn(*p, " ");
	if (strncmp(*p, word, len))
		return false;
	*p += len;
	return true;
}

/* "Node 0, zone   Normal   1744   1942 …": one number per order. */
static int parse_zone(const char *p, struct zone *zone)
{
	uint64_t node, pages = 0;
	size_t len, i;
	int order = 0;

	if (!take_word(&p, "Node ") || !take_number(&p, &node) ||
	    node > 9999 || !take_word(&p, ",") || !take_word(&p, "zone "))
		return -1;
	zone->node = node;

	p += strspn(p, " ");
	len = strcspn(p, " ");
	if (!len || len >= sizeof(zone->name))
		return -1;
	for (i = 0; i < len; i++)	/* it will be shown on terminals */
		if (!isgraph((unsigned char)p[i]))
			return -1;
	memcpy(zone->name, p, len);
	zone->name[len] = '\0';
	p += len;

	for (p += strspn(p, " "); *p; p += strspn(p, " ")) {
		if (order == MAX_ORDERS ||
		    !take_number(&p, &zone->blocks[order]) ||
		    zone->blocks[order] > MAX_PAGES >> order)
			return -1;
		pages += zone->blocks[order] << order;
		order++;
	}
	return order && pages <= MAX_PAGES ? order : -1;
}

int buddyinfo_parse(FILE *f, struct buddyinfo *info, char *why, size_t size)
{
	unsigned int lineno = 0;
	uint64_t pages = 0;
	char *line = NULL;
	size_t alloc = 0;
	ssize_t len;

	memset(info, 0, sizeof(*info));
	why[0] = '\0';
	while ((len = getline(&line, &alloc, f)) > 0) {
		struct zone zone = { 0 };
		struct zone *zones;
		int orders;

		lineno++;
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		orders = strlen(line) == (size_t)len ?
			parse_zone(line, &zone) : -1;
		if (orders < 0) {
			snprintf(why, size, "line %u is not a zone's free blocks",
				 lineno);
			goto bad;
		}
		if (info->nr_zones && info->nr_orders != (unsigned int)orders) {
			snprintf(why, size, "line %u has %d orders, the first has %u",
				 lineno, orders, info->nr_orders);
			goto bad;
		}
		pages += zone_free(&zone);
		if (pages > MAX_PAGES) {
			snprintf(why, size, "line %u: that is more than there can be",
				 lineno);
			goto bad;
		}
		info->nr_orders = orders;
		zones = reallocarray(info->zones, info->nr_zones + 1,
				     sizeof(*zones));
		if (!zones) {
			snprintf(why, size, "out of memory");
			goto bad;
		}
		info->zones = zones;
		info->zones[info->nr_zones++] = zone;
	}
	if (ferror(f)) {
		snprintf(why, size, "%s", strerror(errno));
		goto bad;
	}
	if (!info->nr_zones) {
		snprintf(why, size, "it is empty");
		goto bad;
	}
	free(line);
	return 0;
bad:
	free(line);
	buddyinfo_free(info);
	return -1;
}

void buddyinfo_free(struct buddyinfo *info)
{
	free(info->zones);
	memset(info, 0, sizeof(*info));
}

int buddyinfo_nodes(const struct buddyinfo *info, struct buddyinfo *nodes)
{
	unsigned int order;
	size_t i, n;

	nodes->zones = calloc(info->nr_zones, sizeof(*nodes->zones));
	nodes->nr_zones = 0;
	nodes->nr_orders = info->nr_orders;
	if (!nodes->zones)
		return -1;
	for (i = 0; i < info->nr_zones; i++) {
		const struct zone *zone = &info->zones[i];

		for (n = 0; n < nodes->nr_zones; n++)
			if (nodes->zones[n].node == zone->node)
				break;
		if (n == nodes->nr_zones)
			nodes->zones[nodes->nr_zones++].node = zone->node;
		for (order = 0; order < MAX_ORDERS; order++)
			nodes->zones[n].blocks[order] += zone->blocks[order];
	}
	return 0;
}

uint64_t zone_suitable(const struct zone *zone, unsigned int order)
{
	uint64_t pages = 0;

	for (; order < MAX_ORDERS; order++)
		pages += zone->blocks[order] << order;
	return pages;
}

uint64_t zone_free(const struct zone *zone)
{
	return zone_suitable(zone, 0);
}

unsigned int frag_permille(uint64_t free, uint64_t suitable)
{
	return (free - suitable) * 1000 / free;
}

/* Strictly above, and multiplied out: 80.0 % is not above 80, 80.01 % is. */
bool frag_above(uint64_t free, uint64_t suitable, unsigned int threshold)
{
	return suitable * 100 < free * (100 - threshold);
}

static void zone_low_high(const struct zone *zone, uint64_t *low, uint64_t *high)
{
	*low = zone_free(zone) - zone_suitable(zone, LOW_ORDERS);
	*high = zone_suitable(zone, HIGH_ORDER);
}

bool zone_ratio(const struct zone *zone, uint64_t *percent)
{
	uint64_t low, high;

	zone_low_high(zone, &low, &high);
	if (!high)
		return false;
	*percent = low * 100 / high;
	return true;
}

/* 0 turns the rule off; no high block at all is as bad as it gets. */
bool ratio_above(const struct zone *zone, uint64_t threshold)
{
	uint64_t low, high;

	if (!threshold)
		return false;
	zone_low_high(zone, &low, &high);
	return !high || low * 100 > high * threshold;
}
