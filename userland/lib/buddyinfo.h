/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/buddyinfo, which every kernel has, and the project's measures over it:
 *
 *   fragmentation of (zone, order) = 100 * (1 - suitable / free)
 *	suitable: free pages in blocks of at least that order
 *   low/high ratio of a zone = 100 * (free in orders 0-2) / (free in orders 8 up)
 *
 * A zone with 1000 free pages, 512 of them one order-9 block, is 48.8 %
 * fragmented at order 9 and not fragmented at all (0 %) at order 0.
 */
#ifndef BUDDY_BUDDYINFO_H
#define BUDDY_BUDDYINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_ORDERS	32	/* more than any architecture has */

/*
 * The most pages that all zones may claim: half an exbibyte of 4 KiB pages.
 * More is not memory, and below it no sum or product here leaves 64 bits.
 */
#define MAX_PAGES	(1ULL << 47)

struct zone {
	unsigned int node;
	char name[16];
	uint64_t blocks[MAX_ORDERS];
};

struct buddyinfo {
	struct zone *zones;
	size_t nr_zones;
	unsigned int nr_orders;
};

/* 0, or -1 with the reason in @why (and nothing to free). */
int buddyinfo_parse(FILE *f, struct buddyinfo *info, char *why, size_t size);
void buddyinfo_free(struct buddyinfo *info);

/**
 * buddyinfo_nodes() - add up the zones of each node
 * @info: the zones
 * @nodes: gets one nameless zone per node, in the order of their appearance
 *
 * Return: 0, or -1 when out of memory.
 */
int buddyinfo_nodes(const struct buddyinfo *info, struct buddyinfo *nodes);

uint64_t zone_suitable(const struct zone *zone, unsigned int order);
uint64_t zone_free(const struct zone *zone);

/* In tenths of a percent, rounded down; @free must not be 0. */
unsigned int frag_permille(uint64_t free, uint64_t suitable);
bool frag_above(uint64_t free, uint64_t suitable, unsigned int threshold);

/* False if there is no large block at all, which makes the ratio infinite. */
bool zone_ratio(const struct zone *zone, uint64_t *percent);
bool ratio_above(const struct zone *zone, uint64_t threshold);

#endif
