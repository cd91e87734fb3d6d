// SPDX-License-Identifier: GPL-2.0
/*
 * mallocload - allocate, touch and free blocks by malloc(), and say what that was
 *
 * The comparison of SLAB, SLUB and SLOB that the study made, written so that its figures can
 * be read: BLOCKS blocks of SIZE bytes are allocated, then all of them written to, then all of
 * them freed, each of the three timed by itself. Beside the times it prints how many pages
 * the kernel had to fault in, which is what it did for all this, and by how many pages the
 * slab allocator grew meanwhile, which is how much it had to do with it.
 *
 * Memory that is not there is not asked for: when the blocks would take more than 80 % of
 * what is free, it makes fewer, says so and goes on.
 *
 * Prints CSV: size,blocks,made,alloc_ns,touch_ns,free_ns,faults,slab_pages
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "bench.h"

#define MOST_PERCENT	80
#define OVERHEAD	16	/* of a block in glibc: a header, and rounding up */

static unsigned long size, blocks;

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			size = number(state, arg, 1, 1UL << 30);
		else if (state->arg_num == 1)
			blocks = number(state, arg, 1, 1UL << 30);
		else
			argp_usage(state);
		break;
	case ARGP_KEY_END:
		if (!blocks)
			argp_error(state, "a size and a number of blocks are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static long faults(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage))
		die("getrusage: %m");
	return usage.ru_minflt;
}

/* Pages that the slab allocator holds, those it can give back and those it cannot */
static long slab_pages(void)
{
	FILE *vmstat = fopen("/proc/vmstat", "r");
	long total = 0, value;
	char name[64];

	if (!vmstat)
		die("/proc/vmstat: %m");
	while (fscanf(vmstat, "%63s %ld", name, &value) == 2)
		if (!strcmp(name, "nr_slab_reclaimable") ||
		    !strcmp(name, "nr_slab_unreclaimable"))
			total += value;
	fclose(vmstat);
	return total;
}

static unsigned long fit(void)
{
	struct sysinfo info;
	uint64_t most;

	if (sysinfo(&info))
		die("sysinfo: %m");
	most = (uint64_t)info.freeram * info.mem_unit / 100 * MOST_PERCENT /
	       (size + OVERHEAD + sizeof(void *));
	if (blocks <= most)
		return blocks;
	fprintf(stderr, "mallocload: %lu blocks of %lu bytes would take more than %d %% of free memory: making %lu\n",
		blocks, size, MOST_PERCENT, (unsigned long)most);
	return most;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "SIZE BLOCKS",
		.doc = "Allocate, touch and free BLOCKS blocks of SIZE bytes by malloc().",
	};
	uint64_t begun, allocated, touched, freed;
	long faulted, slab, slab_peak;
	unsigned long made, i;
	char **block;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	made = fit();
	block = calloc(made, sizeof(*block));
	if (!made || !block)
		die("no memory for the list of blocks: %m");
	memset(block, 1, made * sizeof(*block));	/* its own faults do not count */

	slab = slab_pages();
	faulted = faults();
	begun = now_ns();
	for (i = 0; i < made; i++) {
		block[i] = malloc(size);
		if (!block[i])
			die("malloc: %m");
	}
	allocated = now_ns();
	for (i = 0; i < made; i++)
		memset(block[i], (int)i, size);
	touched = now_ns();
	slab_peak = slab_pages();
	faulted = faults() - faulted;
	freed = now_ns();
	for (i = 0; i < made; i++)
		free(block[i]);
	freed = now_ns() - freed;

	puts("size,blocks,made,alloc_ns,touch_ns,free_ns,faults,slab_pages");
	printf("%lu,%lu,%lu,%lu,%lu,%lu,%ld,%ld\n", size, blocks, made,
	       (unsigned long)(allocated - begun), (unsigned long)(touched - allocated),
	       (unsigned long)freed, faulted, slab_peak - slab);
	free(block);
	return 0;
}
