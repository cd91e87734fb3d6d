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
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

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

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "churn: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned long number(const struct argp_state *state, const char *arg)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (errno || end == arg || *end || *arg == '-' || value > 1UL << 30)
		argp_error(state, "%s: must be a number", arg);
	return value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'm':
		mib = number(state, arg);
		break;
	case 'a':
		anon = number(state, arg);
		break;
	case 'r':
		rate = number(state, arg);
		break;
	case 's':
		seed = number(state, arg);
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
static uint64_t random_number(void)
{
	static uint64_t x;

	if (!x)
		x = seed * 0x9e3779b97f4a7c15ULL + 1;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	return x * 0x2545f4914f6cdd1dULL >> 16;
}

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
		die(path_of(file));
	close(fd);
}

static unsigned long make_files(void)
{
	unsigned long file, made = 0;
	char name[16];
	int i;

	if (mkdir(dir, 0700) && errno != EEXIST)
		die(dir);
	if (chdir(dir))
		die(dir);
	for (i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (mkdir(name, 0700) && errno != EEXIST)
			die(name);
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
		die(path_of(file));
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		total += got;
	if (got < 0)
		die(path_of(file));
	close(fd);
	return total;
}

static void hold_anonymous(void)
{
	unsigned long i;
	char *map = mmap(NULL, anon * MIB, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (map == MAP_FAILED || madvise(map, anon * MIB, MADV_NOHUGEPAGE))
		die("cannot map that much");
	for (i = 0; i < anon * MIB; i += PAGE)
		map[i] = 1;
}

static bool memory_is_full(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo");
	return info.freeram < info.totalram / 33;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
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
	double total = 0, paced = 0, begun = 0;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	memset(buffer, 'c', sizeof(buffer));
	if (anon)
		hold_anonymous();
	files = make_files();

	while (!stopped) {
		unsigned long file = random_number() % files;

		if (random_number() % TURNOVER == 0) {
			if (unlink(path_of(file)))
				die(path_of(file));
			make_file(file, REAL);
			removed++;
		}
		total += read_file(file);
		if (!begun) {
			if (!memory_is_full())
				continue;
			puts("ready");
			fflush(stdout);
			begun = now();
			paced = total;
		} else if ((total - paced) / MIB > (now() - begun) * rate) {
			usleep(10000);
		}
	}
	printf("mib,files,removed\n%.0f,%lu,%lu\n", total / MIB, files, removed);
	return 0;
}
