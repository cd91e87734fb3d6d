/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs here share: an end with a reason, numbers on the command line, a clock
 * and dice. Each is one file and this one, so that it can be copied into any guest.
 */
#ifndef BENCH_H
#define BENCH_H

#include <argp.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* FMT like printf()'s; %m is what errno says. */
static inline void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	int why = errno;
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	errno = why;
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* An argument that has to be a number from @min to @max, or the end. */
static inline unsigned long number(const struct argp_state *state, const char *arg,
				   unsigned long min, unsigned long max)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (errno || end == arg || *end || *arg == '-' || value < min || value > max)
		argp_error(state, "%s: must be a number from %lu to %lu", arg, min, max);
	return value;
}

/* MiB that are whole huge pages. */
static inline unsigned long even_mib(const struct argp_state *state, const char *arg)
{
	unsigned long mib = number(state, arg, 2, 1UL << 30);

	if (mib % 2)
		argp_error(state, "%s: must be an even number of MiB", arg);
	return mib;
}

static inline uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* The upper bits of xorshift64* (Vigna 2016); the first call's @seed counts. */
static inline uint64_t random_number(unsigned long seed)
{
	static uint64_t x;

	if (!x)
		x = seed * 0x9e3779b97f4a7c15ULL + 1;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	return x * 0x2545f4914f6cdd1dULL >> 16;
}

#endif
