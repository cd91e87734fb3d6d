// SPDX-License-Identifier: GPL-2.0
/*
 * math_host - run kernel/mm/buddy_adaptive_math.h on the host
 *
 * Compiles the very header that the kernel compiles, under ASan and UBSan, and
 * holds it to a plain reference: the formulas of the documentation in 128-bit
 * arithmetic, one order after the other, no early exit, no trick. Prints TAP.
 *
 *	math_host [DECISIONS [SEED]]	default 100 million and 1
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the header takes from the kernel. */
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef u32 gfp_t;

#define __force
#define data_race(x)		(x)
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define PAGE_ALLOC_COSTLY_ORDER	3
#define MAX_PAGE_ORDER		10
#define NR_PAGE_ORDERS		(MAX_PAGE_ORDER + 1)

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

/* As the kernel's: the whole string, one trailing newline allowed. */
static int kstrtouint(const char *s, unsigned int base, unsigned int *res)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	value = strtoull(s, &end, base);
	if (*end == '\n')
		end++;
	if (errno || *end || value > UINT_MAX)
		return -ERANGE;
	*res = value;
	return 0;
}

/* The values do not matter to the header, only that they differ. */
#define __GFP_MOVABLE		0x08u
#define __GFP_HIGH		0x20u
#define BA_GFP_ATOMIC		0u
#define __GFP_DIRECT_RECLAIM	0x400u
#define __GFP_NOWARN		0x2000u
#define __GFP_RETRY_MAYFAIL	0x4000u
#define __GFP_NOFAIL		0x8000u
#define __GFP_NORETRY		0x10000u
#define __GFP_MEMALLOC		0x20000u
#define __GFP_THISNODE		0x200000u
#define GFP_BITS		0x7ffffffu

#include "../../kernel/mm/buddy_adaptive_math.h"

struct area {
	void *lists[5];
	unsigned long nr_free;
};

static u64 state;

/* splitmix64 */
static u64 next_random(void)
{
	u64 z = (state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static unsigned long failures;

#define expect(cond, what)						\
	do {								\
		if (!(cond) && failures++ < 5)				\
			printf("# %s: order %u free %llu threshold %u\n", \
			       what, order, (unsigned long long)free,	\
			       threshold);				\
	} while (0)

/* 64 TiB at most in the zone, small zones as often as large ones. */
static void random_zone(struct area *area)
{
	unsigned int bits = next_random() % 35;
	int o;

	for (o = 0; o < NR_PAGE_ORDERS; o++) {
		u64 blocks = next_random() >> (63 - bits);

		area[o].nr_free = next_random() % 3 ? blocks >> o : 0;
	}
}

static u64 reference_pages(const struct area *area, int first, int last)
{
	u64 pages = 0;
	int o;

	for (o = first; o <= last; o++)
		pages += area[o].nr_free * (1ull << o);
	return pages;
}

static bool reference_optional(gfp_t gfp, unsigned int order,
			       unsigned int min_order, unsigned int ctx)
{
	bool mandatory =
		order <= 3 || order < min_order ||
		(gfp & __GFP_NOFAIL) || (gfp & __GFP_MEMALLOC) ||
		(gfp & __GFP_HIGH) || (gfp & __GFP_RETRY_MAYFAIL) ||
		!(gfp & __GFP_NOWARN) ||
		(!(gfp & __GFP_NORETRY) && (gfp & __GFP_DIRECT_RECLAIM)) ||
		(ctx & (BA_CTX_RESERVES | BA_CTX_BOOT | BA_CTX_KDUMP)) ||
		((ctx & BA_CTX_NODES) && (gfp & __GFP_THISNODE) &&
		 (gfp & __GFP_MOVABLE));

	return !mandatory;
}

/* One zone, one request; counts as one decision. */
static void decide(const struct area *area, u64 free)
{
	struct ba_counts counts = { &area[0].nr_free, sizeof(area[0]) };
	unsigned int order = BA_FIRST_ORDER + next_random() % 8;
	unsigned int threshold = next_random() % 101;
	unsigned int ratio = next_random() % 10001;
	unsigned int min_order = 3 + next_random() % 8;
	unsigned int ctx = next_random() & next_random() & 0xf;
	gfp_t gfp = next_random() & GFP_BITS;
	u64 sum = reference_pages(area, order, MAX_PAGE_ORDER);
	u64 suitable = sum < free ? sum : free;
	u64 low = reference_pages(area, 0, 2);
	u64 high = reference_pages(area, 8, MAX_PAGE_ORDER);
	bool fragmented = free &&
		((unsigned __int128)(free - suitable) * 100 >
		 (unsigned __int128)free * threshold);
	bool optional;

	if (next_random() & 1)
		gfp = (gfp & ~(__GFP_NOFAIL | __GFP_MEMALLOC | __GFP_HIGH |
			       __GFP_RETRY_MAYFAIL)) | __GFP_NOWARN;
	optional = reference_optional(gfp, order, min_order, ctx);

	expect(ba_suitable(counts, order, free) == suitable, "suitable");
	expect(ba_fragmented(suitable, free, threshold) == fragmented, "rule");
	expect(ba_scan_fragmented(counts, order, free, threshold) == fragmented,
	       "scan");
	expect(ba_fragmentation(suitable, free) ==
	       (free ? (unsigned int)((unsigned __int128)(free - suitable) *
				      100 / free) : 0), "percent");
	expect(ba_scan_ratio(counts, ratio) ==
	       (ratio && (!high || (unsigned __int128)low * 100 >
				   (unsigned __int128)high * ratio)), "ratio");
	expect((ba_classify(gfp, order, min_order, ctx) == BA_CLASS_OPTIONAL) ==
	       optional, "class");
	expect(ba_screened(gfp, BA_GFP_SCREEN) ==
	       !(reference_optional(gfp, 10, 4, 0) && !(gfp & __GFP_MOVABLE)),
	       "screen");
}

static bool reference_setting(const char *s, size_t len, unsigned int max,
			      unsigned int *value)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int base = 10;
	u64 v = 0;

	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	while (len && isspace((unsigned char)*s))
		s++, len--;
	if (!len || len >= BA_SETTING_LEN)
		return false;
	if (len > 1 && s[0] == '0') {
		base = 8;
		if (s[1] == 'x' || s[1] == 'X') {
			base = 16;
			s += 2;
			len -= 2;
			if (!len)
				return false;
		}
	}
	for (; len; len--, s++) {
		const char *d = *s ? strchr(digits, tolower((unsigned char)*s)) :
				     NULL;

		if (!d || d - digits >= (int)base)
			return false;
		v = v * base + (d - digits);
		if (v > UINT_MAX)
			return false;
	}
	*value = v;
	return v <= max;
}

/* Short strings over an alphabet in which accidents happen. */
static bool parse_agrees(void)
{
	static const char alphabet[] = "0123456789 \n\txXabf-+.,%";
	char text[40], *copy;
	size_t len = next_random() % sizeof(text), i;
	unsigned int got = 4242, want = 4242;
	bool ok;

	for (i = 0; i < len; i++)
		text[i] = next_random() % 50 ?
			alphabet[next_random() % (sizeof(alphabet) - 1)] : 0;
	if (next_random() & 1)
		len = len % 5;
	/* exactly as large as said, for ASan to see a step too far */
	copy = malloc(len ? len : 1);
	memcpy(copy, text, len);
	ok = !ba_parse_setting(copy, len, 0, 10000, &got);
	free(copy);
	if (ok != reference_setting(text, len, 10000, &want))
		return false;
	return ok ? got == want : got == 4242;
}

static bool wake_agrees(void)
{
	u64 last = next_random(), gap = next_random() >> (next_random() % 64);
	unsigned long interval = 1 + next_random() % 100000;
	u64 now;
	/* up to one interval in the past of the stamp counts as just now */
	bool overtaken;

	if (next_random() % 4 == 0)
		gap = -(next_random() % (2 * interval));
	now = last + gap;
	overtaken = -gap < interval;
	return ba_wake_due(now, last, interval) ==
	       (gap >= interval && !overtaken);
}

static void tap(bool ok, const char *what, unsigned long long n)
{
	printf("%s - math on the host: %llu %s\n", ok ? "ok" : "not ok", n,
	       what);
}

int main(int argc, char **argv)
{
	unsigned long long decisions = 100 * 1000 * 1000, i, small;
	struct area area[NR_PAGE_ORDERS] = { };
	bool ok = true;

	if (argc > 1)
		decisions = strtoull(argv[1], NULL, 10);
	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	if (!decisions) {
		fprintf(stderr, "usage: math_host [DECISIONS [SEED]]\n");
		return 2;
	}
	printf("# seed %llu\n", (unsigned long long)state);

	for (i = 0; i < decisions; i++) {
		u64 free;

		if (!(i % 8))
			random_zone(area);
		free = reference_pages(area, 0, MAX_PAGE_ORDER);
		/* free pages are read at another moment than the counts */
		if (next_random() & 1)
			free += (s64)(next_random() % 2049) - 1024;
		if ((s64)free < 0)
			free = 0;
		decide(area, free);
	}
	tap(!failures, "random decisions equal the plain reference", decisions);
	ok = !failures;

	small = decisions / 100 + 1;
	failures = 0;
	for (i = 0; i < small; i++)
		failures += !parse_agrees();
	tap(!failures, "random settings parsed as by the reference", small);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < small; i++)
		failures += !wake_agrees();
	tap(!failures, "random wake-ups limited as by the reference", small);
	ok &= !failures;
	return !ok;
}
