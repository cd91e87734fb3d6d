// SPDX-License-Identifier: GPL-2.0
/*
 * fragment - break free memory into small pieces, and keep it that way
 *
 * All free memory is filled with anonymous pages. Then some are given back,
 * chosen by their physical address (/proc/self/pagemap), so that of each pair of
 * buddies of the order to be left one stays in use: what is free cannot merge
 * any further. The pattern depends on the seed and the address alone.
 *
 *	holes	What stays in use is movable: compaction can undo all of it.
 *	pins	First, one page in every so many is given to slab objects of the
 *		load module (drivers of the kernel do the same by accident): these
 *		cannot be moved, and no block around one of them comes back.
 *
 * The kernel mends holes by itself: at vm.compaction_proactiveness 20, its default,
 * kcompactd starts within half a second and ends at four fifths. Set it to 0 first where
 * the pattern has to last.
 *
 * It stays alive, holding the memory, until it is told to end: by "fragment stop"
 * if it has a pidfile, or by SIGTERM or SIGINT.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "bench.h"

#define PAGE		4096UL
#define MIB		(1UL << 20)
#define REGION_ORDER	10	/* the largest pair of buddies: two of order 9 */
#define FILL_STEP	(32 * MIB)
#define PIN_ROUNDS	8	/* each takes half of what is free; the module allows 60 % */
#define PINS_PER_PAGE	4

#define DROP_CACHES	"/proc/sys/vm/drop_caches"
#define PINS		"/sys/kernel/debug/buddy_adaptive_load/pins"

enum { OPT_FREE = 1, OPT_LEAVE, OPT_SPARE, OPT_WHOLE, OPT_SPACING, OPT_PIDFILE };

static struct {
	const char *verb;
	uint64_t seed;
	unsigned int free;		/* percent of what was filled */
	unsigned int leave[16];		/* orders */
	unsigned int nr_leave;
	unsigned long spare;		/* MiB not filled */
	unsigned long whole_below;	/* MiB of address space given back whole */
	unsigned long spacing;		/* pages per pin */
	const char *pidfile;
	bool background;
} opt = {
	.seed = 1,
	.free = 40,
	.nr_leave = 1,
	.spare = 16,
	.spacing = 16,
};

static const struct argp_option options[] = {
	{ "seed", 's', "N", 0, "Seed of the pattern (1)", 0 },
	{ "free", OPT_FREE, "PERCENT", 0,
	  "Give back this much of what was filled, 1-50 (40)", 0 },
	{ "leave", OPT_LEAVE, "ORDER[,ORDER...]", 0,
	  "Largest free blocks that may remain, 0-9; of several orders each 4 MiB take one at random (0)", 0 },
	{ "spare", OPT_SPARE, "MIB", 0, "Do not fill the last MIB (16)", 0 },
	{ "whole-below", OPT_WHOLE, "MIB", 0,
	  "Give everything back, in one piece, below this physical address (0)", 0 },
	{ "spacing", OPT_SPACING, "PAGES", 0, "pins: one pin in so many pages (16)", 0 },
	{ "pidfile", OPT_PIDFILE, "FILE", 0,
	  "Where to write the process id once the pattern stands", 0 },
	{ "background", 'b', NULL, 0, "Return as soon as the pattern stands", 0 },
	{ 0 }
};

static void parse_leave(const struct argp_state *state, char *arg)
{
	char *order;

	opt.nr_leave = 0;
	while ((order = strsep(&arg, ","))) {
		if (opt.nr_leave == sizeof(opt.leave) / sizeof(opt.leave[0]))
			argp_error(state, "--leave takes at most %u orders", opt.nr_leave);
		opt.leave[opt.nr_leave++] = number(state, order, 0, REGION_ORDER - 1);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 's':
		opt.seed = number(state, arg, 0, ~0UL);
		break;
	case OPT_FREE:
		opt.free = number(state, arg, 1, 50);
		break;
	case OPT_LEAVE:
		parse_leave(state, arg);
		break;
	case OPT_SPARE:
		opt.spare = number(state, arg, 1, 1 << 20);
		break;
	case OPT_WHOLE:
		opt.whole_below = number(state, arg, 0, 1 << 30);
		break;
	case OPT_SPACING:
		opt.spacing = number(state, arg, 2, 512);
		break;
	case OPT_PIDFILE:
		opt.pidfile = arg;
		break;
	case 'b':
		opt.background = true;
		break;
	case ARGP_KEY_ARG:
		if (opt.verb || (strcmp(arg, "holes") && strcmp(arg, "pins") &&
				 strcmp(arg, "stop")))
			argp_usage(state);
		opt.verb = arg;
		break;
	case ARGP_KEY_END:
		if (!opt.verb)
			argp_usage(state);
		if (!strcmp(opt.verb, "stop") && !opt.pidfile)
			argp_error(state, "stop needs the --pidfile that it was started with");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* splitmix64: every bit of the result depends on every bit of the input */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* Is this page given back? One side of a pair of buddies, or neither. */
static bool given_back(uint64_t pfn)
{
	uint64_t region = mix(opt.seed ^ mix(pfn >> REGION_ORDER));
	unsigned int order = opt.leave[region % opt.nr_leave];
	uint64_t group = pfn >> order;
	uint64_t pair = mix(region ^ mix(group >> 1));

	if (pfn < opt.whole_below * (MIB / PAGE))
		return true;
	/* of 2 * free percent of the pairs, one side */
	return (group & 1) == (pair & 1) && (pair >> 1) % 50 < opt.free;
}

static bool given_to_pins(uint64_t pfn)
{
	return pfn % opt.spacing == mix(opt.seed ^ (pfn / opt.spacing)) % opt.spacing;
}

static bool try_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) >= 0;
	int err = errno;

	if (fd >= 0)
		close(fd);
	errno = err;
	return good;
}

static void write_file(const char *path, const char *text)
{
	if (!try_write(path, text))
		die("cannot write %s to %s: %m", text, path);
}

static unsigned long free_bytes(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo: %m");
	return info.freeram * info.mem_unit;
}

/*
 * What has another value until the pattern stands. Whatever ends us, it is put back, and
 * nothing stays pinned.
 */
static struct aside {
	const char *path, *meanwhile;
	char was[32];
} aside[] = {
	/* the reserve would stay behind in large blocks */
	{ .path = "/proc/sys/vm/min_free_kbytes", .meanwhile = "2048" },
	/* the lists of CPUs count as memory in use, and Linux 6.7 and later grow them */
	{ .path = "/proc/sys/vm/percpu_pagelist_high_fraction", .meanwhile = "100000" },
};

#define NR_ASIDE	(sizeof(aside) / sizeof(aside[0]))

static void put_aside(void)
{
	struct aside *a;

	for (a = aside; a < aside + NR_ASIDE; a++) {
		FILE *f = fopen(a->path, "r");

		if (!f || !fgets(a->was, sizeof(a->was), f))
			die("cannot read %s: %s", a->path, strerror(errno));
		fclose(f);
		write_file(a->path, a->meanwhile);
	}
}

static void put_back(void)
{
	struct aside *a;

	for (a = aside; a < aside + NR_ASIDE; a++) {
		int fd;

		if (!a->was[0])
			continue;
		fd = open(a->path, O_WRONLY);
		if (fd < 0 || write(fd, a->was, strlen(a->was)) < 0)
			fprintf(stderr, "fragment: cannot set %s back to %s", a->path, a->was);
		if (fd >= 0)
			close(fd);
		a->was[0] = '\0';
	}
}

static bool pinned;

static void undo(void)
{
	int fd;

	put_back();
	if (pinned) {
		fd = open(PINS, O_WRONLY);
		if (fd < 0 || write(fd, "0 0", 3) < 0)
			fprintf(stderr, "fragment: cannot free the pins: %s\n", strerror(errno));
		pinned = false;
	}
}

/* Fills memory to the last spare MiB and returns how much that was. */
static size_t fill(char *map, size_t size)
{
	size_t done = 0;

	write_file(DROP_CACHES, "3");
	while (done < size) {
		unsigned long left = free_bytes();
		size_t step = FILL_STEP;

		if (left <= opt.spare * MIB)
			break;
		left -= opt.spare * MIB;
		if (step > left)
			step = (left + PAGE - 1) & ~(PAGE - 1);
		if (step > size - done)
			step = size - done;
		if (madvise(map + done, step, MADV_POPULATE_WRITE))
			die("memory could not be filled after %zu MiB: %m", done / MIB);
		done += step;
	}
	return done;
}

/* Gives back the pages that @chosen chooses, and returns how many they were. */
static size_t punch(char *map, size_t size, bool (*chosen)(uint64_t pfn))
{
	static uint64_t entry[8192];
	size_t page, first = 0, run = 0, i, n, total = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0)
		die("cannot open /proc/self/pagemap: %m");

	for (page = 0; page < size / PAGE; page += n) {
		ssize_t got;

		n = size / PAGE - page;
		if (n > sizeof(entry) / sizeof(entry[0]))
			n = sizeof(entry) / sizeof(entry[0]);
		got = pread(fd, entry, n * sizeof(entry[0]),
			    ((uintptr_t)map / PAGE + page) * sizeof(entry[0]));
		if (got != (ssize_t)(n * sizeof(entry[0])))
			die("cannot read /proc/self/pagemap: %s",
			    got < 0 ? strerror(errno) : "it ends too early");

		for (i = 0; i < n; i++) {
			bool present = entry[i] >> 63;
			uint64_t pfn = entry[i] & ((1ULL << 55) - 1);

			if (present && !pfn)
				die("physical addresses are hidden: it must run as root");
			if (!present || !chosen(pfn))
				continue;
			total++;
			if (run && first + run == page + i) {
				run++;
				continue;
			}
			if (run)
				madvise(map + first * PAGE, run * PAGE, MADV_DONTNEED);
			first = page + i;
			run = 1;
		}
	}
	if (run)
		madvise(map + first * PAGE, run * PAGE, MADV_DONTNEED);
	close(fd);
	return total;
}

/* Pages that the load module has pinned. */
static size_t pinned_pages(void)
{
	FILE *f = fopen(PINS, "r");
	size_t pages;

	if (!f || fscanf(f, "%*s %*u,%zu", &pages) != 1)
		die("cannot read %s", PINS);
	fclose(f);
	return pages;
}

/* Pins take the place of these @punched pages, but for what is left to who else runs. */
static void pin(size_t punched)
{
	size_t pages;
	int round;

	for (round = 0; round < PIN_ROUNDS; round++) {
		unsigned long left = free_bytes();
		char text[32];

		if (left < 2 * opt.spare * MIB) {
			if (!round)
				die("one page in %lu is too little to make pins of, with %lu MiB to spare: use a smaller --spacing",
				    opt.spacing, opt.spare);
			break;
		}
		snprintf(text, sizeof(text), "%lu 1", left / PAGE / 2 * PINS_PER_PAGE);
		if (!try_write(PINS, text)) {
			if (errno != ENOMEM)
				die("cannot write %s to %s: %m", text, PINS);
			/* somebody was faster; what was pinned until then stays */
			break;
		}
	}
	pages = pinned_pages();
	if (pages < punched / 2)
		die("memory had room for %zu of %zu pins: somebody else took it", pages, punched);
}

static void stop(void)
{
	struct timespec tick = { .tv_nsec = 10 * 1000 * 1000 };
	FILE *f = fopen(opt.pidfile, "r");
	int pid;

	if (!f)
		die("cannot open %s: %m", opt.pidfile);
	if (fscanf(f, "%d", &pid) != 1 || pid <= 1)
		die("%s does not hold a process id", opt.pidfile);
	fclose(f);

	/* The pidfile goes last, after the memory */
	while (!kill(pid, SIGTERM) && !access(opt.pidfile, F_OK))
		nanosleep(&tick, NULL);
	unlink(opt.pidfile);
}

/* The child goes on; the parent waits for its word, and takes it over. */
static int into_background(void)
{
	char line[128];
	ssize_t got;
	int fds[2];
	pid_t pid;

	pid = pipe(fds) ? -1 : fork();
	if (pid < 0)
		die("cannot start a process: %m");
	if (!pid) {
		close(fds[0]);
		setsid();
		return fds[1];
	}
	close(fds[1]);
	got = read(fds[0], line, sizeof(line));
	if (got <= 0)
		die("it ended before the pattern stood: see above, or the kernel's log");
	if (write(STDOUT_FILENO, line, got) != got)
		exit(1);
	exit(0);
}

static void wait_for_the_end(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigwait(&set, &sig);
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void write_pidfile(void)
{
	FILE *f = fopen(opt.pidfile, "w");

	if (!f || fprintf(f, "%d\n", (int)getpid()) < 0 || fclose(f))
		die("cannot write %s: %m", opt.pidfile);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "holes|pins|stop",
		.doc = "Break free memory into small pieces, and keep it so until told to end.",
	};
	size_t size, filled, freed;
	int out = STDOUT_FILENO;
	struct sysinfo info;
	char line[128];
	bool pins;
	char *map;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (!strcmp(opt.verb, "stop")) {
		stop();
		return 0;
	}
	pins = !strcmp(opt.verb, "pins");
	if (pins && access(PINS, W_OK))
		die("%s: %s; load buddy_adaptive_load.ko first", PINS, strerror(errno));
	if (opt.background)
		out = into_background();

	if (sysinfo(&info))
		die("sysinfo: %m");
	size = info.totalram * info.mem_unit & ~(2 * MIB - 1);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		die("cannot map %zu MiB: %m", size / MIB);
	if (madvise(map, size, MADV_NOHUGEPAGE) && errno != EINVAL)
		die("cannot keep huge pages out: %m");

	/* From here on there is something to undo */
	block_signals();
	atexit(undo);
	put_aside();
	filled = fill(map, size);
	if (pins) {
		freed = punch(map, filled, given_to_pins);
		pinned = true;
		pin(freed);
	}
	freed = punch(map, filled, given_back);
	put_back();

	if (opt.pidfile)
		write_pidfile();
	snprintf(line, sizeof(line), "ready filled_mib=%zu freed_mib=%zu\n",
		 filled / MIB, freed * PAGE / MIB);
	if (write(out, line, strlen(line)) < 0)
		die("cannot say that it is ready: %m");
	if (opt.background) {
		close(out);
		if (!freopen("/dev/null", "w", stdout))
			die("cannot open /dev/null: %m");
	}

	wait_for_the_end();
	munmap(map, size);
	undo();
	if (opt.pidfile)
		unlink(opt.pidfile);
	return 0;
}
