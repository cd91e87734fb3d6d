// SPDX-License-Identifier: GPL-2.0
/*
 * churn - keep the page cache turning over, as a file server or a build does
 *
 * Makes files of 16 KiB to 4 MiB in a folder, --mib of them in all, more than memory holds;
 * then reads one after the other, chosen at random, so that what reclaim drops is scattered
 * over memory. One file in sixteen is removed instead and made anew with some real data in
 * it: inodes, dentries and dirty pages come and go with the rest. Beside that it holds
 * --anon MiB of memory that nobody touches again, the first that is swapped out.
 *
 * The files are sparse: what is read from a hole is a page of the page cache like any
 * other, but neither the disk nor the host has to hold it.
 *
 * Prints "ready" when memory is full, goes on, from then on no faster than --rate, until
 * SIGTERM or SIGINT, and ends with CSV: mib,files,removed
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
#define SMALLEST	(16UL << 10)
#define SIZES		9		/* each twice the one before */
#define REAL		(16UL << 10)	/* of data in a file made anew */
#define TURNOVER	16

static const char *dir;
static unsigned long mib, anon, rate = 200, seed = 1;
static volatile sig_atomic_t stopped;
static char buffer[128 << 10];

static const struct argp_option options[] = {
	{ "mib", 'm', "N", 0, "How much the files add up to, in MiB", 0 },
	{ "anon", 'a', "N", 0, "Hold so many MiB of idle memory (0)", 0 },
	{ "rate", 'r', "N", 0, "Read so many MiB a second once memory is full (200)", 0 },
	{ "seed", 's', "N", 0, "Seed of what is read (1)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'm':
		mib = number(state, arg, 0, 1UL << 30);
		break;
	case 'a':
		anon = number(state, arg, 0, 1UL << 30);
		break;
	case 'r':
		rate = number(state, arg, 0, 1UL << 30);
		break;
	case 's':
		seed = number(state, arg, 0, 1UL << 30);
		break;
	case ARGP_KEY_ARG:
		if (dir)
			argp_usage(state);
		dir = arg;
		break;
	case ARGP_KEY_END:
		if (!dir || !mib || !rate)
			argp_error(state, "a folder, --mib and a rate are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

/* xorshift64*: the same files in the same order for the same seed */
static char *path_of(unsigned long file)
{
	static char path[64];

	/* relative, and no folder so large that looking a name up takes long */
	snprintf(path, sizeof(path), "%lu/%lu", file % 64, file);
	return path;
}

static size_t size_of(unsigned long file)
{
	return SMALLEST << (file * 7 % SIZES);
}

static void make_file(unsigned long file, size_t data)
{
	int fd = open(path_of(file), O_CREAT | O_TRUNC | O_WRONLY, 0600);

	if (fd < 0 || ftruncate(fd, size_of(file)) ||
	    (data && write(fd, buffer, data) != (ssize_t)data))
		die("%s: %m", path_of(file));
	close(fd);
}

static unsigned long make_files(void)
{
	unsigned long file, made = 0;
	char name[16];
	int i;

	if (mkdir(dir, 0700) && errno != EEXIST)
		die("%s: %m", dir);
	if (chdir(dir))
		die("%s: %m", dir);
	for (i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (mkdir(name, 0700) && errno != EEXIST)
			die("%s: %m", name);
	}
	for (file = 0; made < mib * MIB; file++) {
		make_file(file, 0);
		made += size_of(file);
	}
	return file;
}

static size_t read_file(unsigned long file)
{
	int fd = open(path_of(file), O_RDONLY);
	size_t total = 0;
	ssize_t got;

	if (fd < 0)
		die("%s: %m", path_of(file));
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		total += got;
	if (got < 0)
		die("%s: %m", path_of(file));
	close(fd);
	return total;
}

static void hold_anonymous(void)
{
	unsigned long i;
	char *map = mmap(NULL, anon * MIB, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (map == MAP_FAILED || madvise(map, anon * MIB, MADV_NOHUGEPAGE))
		die("cannot map that much: %m");
	for (i = 0; i < anon * MIB; i += PAGE)
		map[i] = 1;
}

static bool memory_is_full(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo: %m");
	return info.freeram < info.totalram / 33;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FOLDER",
		.doc = "Keep the page cache turning over until told to end.",
	};
	struct sigaction action = { .sa_handler = on_signal };
	unsigned long files, removed = 0;
	double total = 0, paced = 0;
	uint64_t begun = 0;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	memset(buffer, 'c', sizeof(buffer));
	if (anon)
		hold_anonymous();
	files = make_files();

	while (!stopped) {
		unsigned long file = random_number(seed) % files;

		if (random_number(seed) % TURNOVER == 0) {
			if (unlink(path_of(file)))
				die("%s: %m", path_of(file));
			make_file(file, REAL);
			removed++;
		}
		total += read_file(file);
		if (!begun) {
			if (!memory_is_full())
				continue;
			puts("ready");
			fflush(stdout);
			begun = now_ns();
			paced = total;
		} else if ((total - paced) / MIB > (now_ns() - begun) / 1e9 * rate) {
			usleep(10000);
		}
	}
	printf("mib,files,removed\n%.0f,%lu,%lu\n", total / MIB, files, removed);
	return 0;
}
