// SPDX-License-Identifier: GPL-2.0
/*
 * hugefaults - fault memory that wants to be huge pages, at once or as a trickle
 *
 * What burst does for the demo, for the lab: it can take its time (--step, --every), and it
 * tells how the time of single faults is distributed, but asks the kernel nothing, since
 * its caller counts. Touches the first byte of each 2 MiB of an aligned anonymous mapping,
 * holds all of it to the end, and prints CSV:
 *
 *	faults,ns_total,ns_p50,ns_p99,ns_max
 *
 * Times of an emulated machine are no times: only their ratio within one lab means anything.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench.h"

#define MIB	(1UL << 20)
#define HUGE	(2 * MIB)

static unsigned long mib, step, every = 100;
static bool with_madvise;

static const struct argp_option options[] = {
	{ "mib", 'm', "N", 0, "How much to fault, in MiB, an even number", 0 },
	{ "madvise", 'a', NULL, 0, "Ask for huge pages with MADV_HUGEPAGE", 0 },
	{ "step", 's', "N", 0, "Fault N MiB at a time, an even number (all)", 0 },
	{ "every", 'e', "MS", 0, "A step every so many milliseconds (100)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'm':
		mib = even_mib(state, arg);
		break;
	case 'a':
		with_madvise = true;
		break;
	case 's':
		step = even_mib(state, arg);
		break;
	case 'e':
		every = number(state, arg, 1, 1UL << 30);
		break;
	case ARGP_KEY_ARG:
		argp_usage(state);
		break;
	case ARGP_KEY_END:
		if (!mib)
			argp_error(state, "--mib is missing");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void sleep_until(uint64_t ns)
{
	struct timespec ts = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Fault memory that wants to be huge pages, and say how long it took, as CSV.",
	};
	size_t size, i, faults, at_once;
	uint64_t *ns, begun, total = 0;
	uintptr_t map;
	char *raw;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	size = mib * MIB;
	faults = size / HUGE;
	at_once = step ? step * MIB / HUGE : faults;

	ns = calloc(faults, sizeof(*ns));
	raw = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!ns || raw == MAP_FAILED)
		die("cannot map that much: %m");
	map = ((uintptr_t)raw + HUGE - 1) & ~(HUGE - 1);
	if (with_madvise && madvise((void *)map, size, MADV_HUGEPAGE))
		die("madvise: %m");

	begun = now_ns();
	for (i = 0; i < faults; i++) {
		if (i && i % at_once == 0)
			sleep_until(begun + i / at_once * every * 1000000ULL);
		ns[i] = now_ns();
		*(volatile char *)(map + i * HUGE) = 1;
		ns[i] = now_ns() - ns[i];
		total += ns[i];
	}

	qsort(ns, faults, sizeof(*ns), by_size);
	puts("faults,ns_total,ns_p50,ns_p99,ns_max");
	printf("%zu,%llu,%llu,%llu,%llu\n", faults, (unsigned long long)total,
	       (unsigned long long)ns[faults / 2], (unsigned long long)ns[faults * 99 / 100],
	       (unsigned long long)ns[faults - 1]);
	return 0;
}
