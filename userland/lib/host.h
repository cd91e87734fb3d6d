/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What any kernel tells about memory besides /proc/buddyinfo, as far as it
 * helps to judge fragmentation.
 */
#ifndef BUDDY_HOST_H
#define BUDDY_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Events of /proc/vmstat. */
enum event_id {
	EV_STALL, EV_COMPACT_FAIL, EV_MIGRATED, EV_DAEMON,
	EV_THP, EV_THP_FALLBACK, EV_RECLAIM,
	NR_EVENTS
};

struct event {
	const char *name;	/* in /proc/vmstat; a * at its end: all that begin so */
	const char *key;	/* in JSON */
	const char *heading;
	const char *label;
	const char *help;
};

extern const struct event events[NR_EVENTS];

struct vmstat {
	bool known[NR_EVENTS];
	uint64_t value[NR_EVENTS];
};

/* False if a line of @f is not a name and a number. */
bool vmstat_parse(FILE *f, struct vmstat *vm);
/* Nothing is known if there is no such file. */
void vmstat_read(struct vmstat *vm);

struct meminfo {
	uint64_t total_kib;	/* 0: not known */
	uint64_t available_kib;
};

bool meminfo_parse(FILE *f, struct meminfo *mem);
void meminfo_read(struct meminfo *mem);

/* Of "always [madvise] never" the word in brackets; false if there is none. */
bool chosen_word(const char *line, char *word, size_t size);
/* The same of a file of transparent_hugepage. */
bool thp_setting(const char *file, char *word, size_t size);

/* A number or a line of the kernel's, and whether there is one. */
bool host_number(const char *path, uint64_t *value);
bool host_line(const char *path, char *line, size_t size);

/* "6.1.0-18-amd64", or "" if it does not say. */
const char *kernel_release(void);

#endif
