// SPDX-License-Identifier: GPL-2.0
/*
 * burst - fault memory that wants to be huge pages, and say what came of it
 *
 * Touches the first byte of each 2 MiB of an aligned anonymous mapping, once: one
 * page fault each, which gets a huge page or falls back to a small one. Prints CSV:
 *
 *	mib,madvise,faults,huge,fallback,smaps_kib,stalls,ns_total,ns_max
 *
 * huge and fallback are what /proc/vmstat counted meanwhile, for the whole machine;
 * smaps_kib is what this process has, in huge pages; stalls are direct compactions
 * (compact_stall), again of the whole machine; ns are per fault.
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

static unsigned long mib;
static bool with_madvise, hold;

struct counts {
	unsigned long long huge, fallback, stalls;
};

static const struct argp_option options[] = {
	{ "mib", 'm', "N", 0, "How much to fault, in MiB, an even number", 0 },
	{ "madvise", 'a', NULL, 0, "Ask for huge pages with MADV_HUGEPAGE", 0 },
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

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Fault memory that wants to be huge pages, and say what came of it, as CSV.",
	};
	uint64_t ns, ns_total = 0, ns_max = 0;
	struct counts before, after;
	size_t size, i, faults;
	uintptr_t map;
	char *raw;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	size = mib * MIB;
	faults = size / HUGE;

	raw = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (raw == MAP_FAILED)
		die("cannot map %lu MiB: %m", mib);
	map = ((uintptr_t)raw + HUGE - 1) & ~(HUGE - 1);
	if (with_madvise && madvise((void *)map, size, MADV_HUGEPAGE))
		die("madvise: %m");

	before = read_vmstat();
	for (i = 0; i < faults; i++) {
		ns = now_ns();
		*(volatile char *)(map + i * HUGE) = 1;
		ns = now_ns() - ns;
		ns_total += ns;
		if (ns > ns_max)
			ns_max = ns;
	}
	after = read_vmstat();

	puts("mib,madvise,faults,huge,fallback,smaps_kib,stalls,ns_total,ns_max");
	printf("%lu,%d,%zu,%llu,%llu,%lu,%llu,%llu,%llu\n", mib, with_madvise, faults,
	       after.huge - before.huge, after.fallback - before.fallback,
	       smaps_kib(map, size), after.stalls - before.stalls,
	       (unsigned long long)ns_total, (unsigned long long)ns_max);
	fflush(stdout);
	if (hold)
		pause();
	return 0;
}
