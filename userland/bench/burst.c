// SPDX-License-Identifier: GPL-2.0
/*
 * burst - fault memory that wants to be huge pages, and say what came of it
 *
 * Touches the first byte of each 2 MiB of an aligned anonymous mapping, once: one
 * page fault each, which gets a huge page or falls back to a small one; all at once, or a
 * trickle (--step, --every). Prints CSV:
 *
 *	mib,madvise,faults,huge,fallback,smaps_kib,stalls,ns_total,ns_p50,ns_p99,ns_max
 *
 * huge and fallback are what /proc/vmstat counted meanwhile, for the whole machine;
 * smaps_kib is what this process has, in huge pages; stalls are direct compactions
 * (compact_stall), again of the whole machine; ns are per fault. Times of an emulated
 * machine are no times: only their ratio to others of it means anything.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

#define MIB	(1UL << 20)
#define HUGE	(2 * MIB)

static unsigned long mib, step, every = 100;
static bool with_madvise, hold;

struct counts {
	unsigned long long huge, fallback, stalls;
};

static const struct argp_option options[] = {
	{ "mib", 'm', "N", 0, "How much to fault, in MiB, an even number", 0 },
	{ "madvise", 'a', NULL, 0, "Ask for huge pages with MADV_HUGEPAGE", 0 },
	{ "step", 's', "N", 0, "Fault N MiB at a time, an even number (all)", 0 },
	{ "every", 'e', "MS", 0, "A step every so many milliseconds (100)", 0 },
	{ "hold", 'H', NULL, 0, "Keep the memory until killed, after printing", 0 },
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
	case 'H':
		hold = true;
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

static struct counts read_vmstat(void)
{
	struct counts c = { 0 };
	unsigned long long value;
	char name[64];
	FILE *f = fopen("/proc/vmstat", "r");

	if (!f)
		die("cannot open /proc/vmstat: %m");
	while (fscanf(f, "%63s %llu", name, &value) == 2) {
		if (!strcmp(name, "thp_fault_alloc"))
			c.huge = value;
		else if (!strcmp(name, "thp_fault_fallback"))
			c.fallback = value;
		else if (!strcmp(name, "compact_stall"))
			c.stalls = value;
	}
	fclose(f);
	return c;
}

/* AnonHugePages of the mappings within [map, map + size), in KiB */
static unsigned long smaps_kib(uintptr_t map, size_t size)
{
	unsigned long total = 0, kib, from, to;
	bool ours = false;
	char line[512];
	FILE *f = fopen("/proc/self/smaps", "r");

	if (!f)
		die("cannot open /proc/self/smaps: %m");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			ours = from < map + size && to > map;
		else if (ours && sscanf(line, "AnonHugePages: %lu kB", &kib) == 1)
			total += kib;
	}
	fclose(f);
	return total;
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
		.doc = "Fault memory that wants to be huge pages, and say what came of it, as CSV.",
	};
	size_t size, i, faults, at_once;
	uint64_t *ns, begun, total = 0;
	struct counts before, after;
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
		die("cannot map %lu MiB: %m", mib);
	map = ((uintptr_t)raw + HUGE - 1) & ~(HUGE - 1);
	if (with_madvise && madvise((void *)map, size, MADV_HUGEPAGE))
		die("madvise: %m");

	before = read_vmstat();
	begun = now_ns();
	for (i = 0; i < faults; i++) {
		if (i && i % at_once == 0)
			sleep_until(begun + i / at_once * every * 1000000ULL);
		ns[i] = now_ns();
		*(volatile char *)(map + i * HUGE) = 1;
		ns[i] = now_ns() - ns[i];
		total += ns[i];
	}
	after = read_vmstat();

	qsort(ns, faults, sizeof(*ns), by_size);
	puts("mib,madvise,faults,huge,fallback,smaps_kib,stalls,ns_total,ns_p50,ns_p99,ns_max");
	printf("%lu,%d,%zu,%llu,%llu,%lu,%llu,%llu,%llu,%llu,%llu\n", mib, with_madvise, faults,
	       after.huge - before.huge, after.fallback - before.fallback,
	       smaps_kib(map, size), after.stalls - before.stalls, (unsigned long long)total,
	       (unsigned long long)ns[faults / 2], (unsigned long long)ns[faults * 99 / 100],
	       (unsigned long long)ns[faults - 1]);
	fflush(stdout);
	if (hold)
		pause();
	return 0;
}
