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
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef u32 gfp_t;

#define __force
#define data_race(x)		(x)
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX
#define MSEC_PER_SEC		1000L
#define NSEC_PER_SEC		1000000000L
#define PAGE_ALLOC_COSTLY_ORDER	3
#define MAX_PAGE_ORDER		10
#define NR_PAGE_ORDERS		(MAX_PAGE_ORDER + 1)

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline u64 div_u64_rem(u64 a, u32 b, u32 *rest)
{
	*rest = a % b;
	return a / b;
}

static inline int ilog2(unsigned int n)
{
	return 31 - __builtin_clz(n);
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
#define __GFP_NOMEMALLOC	0x80000u
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

/* Which free block a request may take, of which levers keep clean and reserve gate decide. */
static bool levers_agree(void)
{
	unsigned int order = next_random() % NR_PAGE_ORDERS;
	unsigned int pageblock = 1 + next_random() % MAX_PAGE_ORDER;
	bool victim = next_random() & 1;
	gfp_t gfp = next_random() & GFP_BITS;
	bool spared, covered;

	if (next_random() & 1)		/* random masks are seldom covered */
		gfp = (gfp & ~(__GFP_NOFAIL | __GFP_MEMALLOC | __GFP_HIGH | __GFP_RETRY_MAYFAIL)) |
		      __GFP_NOWARN | __GFP_NORETRY;
	spared = (gfp & __GFP_NOFAIL) || (gfp & __GFP_MEMALLOC) || (gfp & __GFP_HIGH) ||
		 (gfp & __GFP_RETRY_MAYFAIL) || !(gfp & __GFP_NOWARN) || !(gfp & __GFP_NORETRY);
	covered = ba_keeps_clean(gfp, order, pageblock);
	if (covered != (!spared && order > 0 && order < pageblock))
		return false;
	/* from the first order that is judged, who is kept clean is optional */
	if (covered && order > PAGE_ALLOC_COSTLY_ORDER &&
	    !reference_optional(gfp, order, 4, 0))
		return false;
	/* ... and has no right to the reserve */
	if (covered && ba_claims_reserve(gfp))
		return false;
	if (ba_claims_reserve(gfp) != ((gfp & __GFP_HIGH) && !(gfp & __GFP_DIRECT_RECLAIM) &&
				       !(gfp & __GFP_NOMEMALLOC)))
		return false;
	return ba_gated(order, victim) == (order >= 4 && !victim);
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

/* ---- supply ---------------------------------------------------------------- */

static void broken(const char *law, u64 a, u64 b, u64 c)
{
	if (failures++ < 5)
		printf("# %s: %llu, %llu, %llu\n", law, (unsigned long long)a,
		       (unsigned long long)b, (unsigned long long)c);
}

/* 0 to 2^@bits - 1, small numbers as often as large ones. */
static u64 random_bits(unsigned int bits)
{
	return next_random() >> (64 - 1 - next_random() % bits);
}

/* Four bounds per power of two: 1 to 8 in steps of 1, to 16 of 2, to 32 of 4 ... */
static u64 reference_bound[BA_SIZE_CLASSES];

static void reference_bounds(void)
{
	u64 bound = 0, step = 1;
	unsigned int i;

	for (i = 0; i < BA_SIZE_CLASSES; i++) {
		if (i >= 8 && i % 4 == 0)
			step *= 2;
		bound += step;
		reference_bound[i] = bound;
	}
}

static void check_size(u64 size)
{
	unsigned int class = ba_size_class(size), want = 0;

	while (want < BA_SIZE_CLASSES - 1 && reference_bound[want] < size)
		want++;
	if (class != want)
		broken("class of a size", size, class, want);
	else if (ba_class_bound(class) != reference_bound[want])
		broken("bound of a class", class, ba_class_bound(class), reference_bound[want]);
	else if (size <= BA_BURST_MAX && ba_class_bound(class) * 4ull > size * 5)
		broken("more than a quarter too much", size, ba_class_bound(class), 0);
}

/* The governor as the documentation tells it, on a clock instead of ages. */
struct reference {
	u64 now, first, last;			/* ms */
	u64 burst;
	u64 weight[BA_SIZE_CLASSES];
};

static void reference_note(struct reference *r, u64 requests, u64 elapsed)
{
	u64 seconds = (r->now + elapsed) / 1000 - r->now / 1000;
	unsigned int i;

	r->now += elapsed;
	for (; seconds; seconds--)
		for (i = 0; i < BA_SIZE_CLASSES; i++)
			r->weight[i] -= r->weight[i] / 256 + !!(r->weight[i] % 256);

	if (requests && !r->burst)
		r->first = r->now;
	if (requests)
		r->last = r->now;
	r->burst += requests;
	if (r->burst > 262144)
		r->burst = 262144;
	if (r->burst && (r->now - r->last >= 1000 || r->now - r->first >= 8000)) {
		for (i = 0; reference_bound[i] < r->burst; i++)
			;
		r->weight[i] += 256;
		if (r->weight[i] > 65535)
			r->weight[i] = 65535;
		r->burst = 0;
	}
}

static u64 reference_served(const u64 *weight, u64 stock)
{
	u64 served = 0;
	unsigned int i;

	for (i = 0; i < BA_SIZE_CLASSES; i++)
		served += weight[i] * (stock < reference_bound[i] ? stock : reference_bound[i]);
	return served;
}

static u64 reference_covered(const u64 *weight, unsigned int percent)
{
	u64 all = reference_served(weight, UINT64_MAX);
	unsigned int i;

	for (i = 0; all && i < BA_SIZE_CLASSES; i++)
		if ((unsigned __int128)reference_served(weight, reference_bound[i]) * 100 >=
		    (unsigned __int128)all * percent)
			return reference_bound[i];
	return 0;
}

/* Quiet times, trickles and bursts, seen once a second or every 50 ms. */
static void governor_agrees(unsigned long long samples)
{
	struct ba_demand d = { };
	struct reference r = { };
	unsigned long long i, pattern_end = 0;
	unsigned int kind = 0;

	for (i = 0; i < samples; i++) {
		struct ba_sample s = {
			.elapsed_ms = next_random() % 2 ? 50 : 1000 + next_random() % 20,
			.service_level = 50 + next_random() % 50,
		};
		u64 target, want;

		if (i >= pattern_end) {
			kind = next_random() % 5;
			pattern_end = i + 1 + next_random() % 200;
		}
		switch (kind) {
		case 0:		/* nothing */
			break;
		case 1:		/* a trickle */
			s.requests = next_random() % 3;
			break;
		case 2:		/* now and then */
			s.requests = next_random() % 20 ? 0 : random_bits(19);
			break;
		case 3:		/* a flood */
			s.requests = random_bits(19);
			break;
		case 4:		/* a sampler that slept */
			s.elapsed_ms = random_bits(19);
			s.requests = next_random() % 2 ? 0 : random_bits(12);
			break;
		}
		target = ba_peak_next(&d, &s);
		reference_note(&r, s.requests < 262144 ? s.requests : 262144, s.elapsed_ms);
		want = reference_covered(r.weight, s.service_level);
		/* beyond what is remembered, twice what was asked for so far */
		if (want < r.burst)
			want = 2 * r.burst > 262144 ? 262144 : 2 * r.burst;
		if (target != want) {
			broken("target", i, target, want);
			return;
		}
	}
}

/* A history with no clock in it: what does the stock serve of the bursts as they were? */
static void history_served(void)
{
	unsigned int count = 1 + next_random() % 300, percent, i, last = 0;
	unsigned int bits = 1 + next_random() % 18;
	struct ba_demand d = { };
	u64 sizes[300], all = 0, largest = 0;

	for (i = 0; i < count; i++) {
		unsigned int class;

		sizes[i] = 1 + random_bits(bits) % BA_BURST_MAX;
		class = ba_size_class(sizes[i]);
		d.weight[class]++;
		all += sizes[i];
		if (ba_class_bound(class) > largest)
			largest = ba_class_bound(class);
	}
	for (percent = 0; percent <= 100; percent += 1 + next_random() % 10) {
		unsigned int stock = ba_demand_covered(&d, percent);
		u64 missed = 0;

		if (!stock || stock < last || stock > largest)
			broken("stock, before, largest", stock, last, largest);
		last = stock;
		for (i = 0; i < count; i++)
			missed += sizes[i] > stock ? sizes[i] - stock : 0;
		/* sizes are known to a quarter, so what is missed is, too */
		if (missed * 100 * 4 > all * (100 - percent) * 5)
			broken("percent, missed, all", percent, missed, all);
	}
}

/* What rounding down may leave to nobody. */
#define SHARE_REST(need, zones)	((zones) * ((need) / (1 << 20) + 1))

/* Zones from the highest, each brings its share, as in __buddy_adaptive_supply(). */
static void shares_add_up(void)
{
	unsigned int zones = 1 + next_random() % 5, bits = 1 + next_random() % 34, i;
	u64 part[5], room = 0, usable, need, left, most;

	for (i = 0; i < zones; i++) {
		part[i] = next_random() % 4 ? random_bits(bits) : 0;
		room += part[i];
	}
	need = next_random() % 4 ? random_bits(34) : room / 8 * 7;
	left = need;
	usable = room;
	for (i = 0; i < zones; i++) {
		u64 share = ba_share(left, part[i], usable);

		if (share > part[i] || share > left)
			broken("share, of zone, of need", share, part[i], left);
		left -= share;
		usable -= part[i];
	}
	most = (need > room ? need - room : 0) + SHARE_REST(need, zones - 1);
	if (left > most)
		broken("need, room, left over", need, room, left);
}

static bool churn_agrees(void)
{
	u64 now = random_bits(40), asked = next_random() % 2 ? random_bits(40) : 0;
	unsigned int elapsed = 25 + next_random() % 2000;
	/* about as much as may move, or anything */
	u64 moved = next_random() % 2 ? random_bits(40) :
		    now * elapsed / 5000 + next_random() % 3;
	/* one percent in 50 ms is a five thousandth in one */
	bool too_much = (unsigned __int128)moved * 5000 > (unsigned __int128)now * elapsed;

	/* more is free: nothing that was asked for explains it */
	if (moved <= now && ba_churning(now, now - moved, asked, elapsed) != too_much)
		return false;
	/* less is free: by what was asked for, less what was given back, and what moved */
	return ba_churning(now, now + asked + moved, asked, elapsed) == (moved && too_much) &&
	       !ba_churning(now, now + (asked ? next_random() % asked : 0), asked, elapsed);
}

#define MS		1000000ull
#define SECOND		(1000 * MS)
#define MOST_STRETCHES	4096	/* of work, more than one window holds */

/*
 * A sampler that looks at any time, and a worker that takes no more than it says
 * is left: then no 10 seconds hold more than the percentage.
 */
static void budget_holds(unsigned long long steps)
{
	static struct { u64 from, to; } work[MOST_STRETCHES];	/* a ring */
	unsigned int percent = 1 + next_random() % 99, newest = 0;
	const u64 most = percent * 10 * SECOND / 100;
	struct ba_budget b = { };
	u64 now = next_random() % (100 * SECOND), done = 0, worst = 0;
	unsigned long long i;

	memset(work, 0, sizeof(work));
	for (i = 0; i < steps; i++) {
		u64 left, length, end, held = 0;
		unsigned int j;

		switch (next_random() % 16) {
		case 0:		/* longer than the window */
			now += 10 * SECOND + next_random() % (20 * SECOND);
			break;
		case 1:
			now += next_random() % (10 * SECOND);
			break;
		case 2:		/* time stands still */
			break;
		default:
			now += next_random() % (60 * MS);
		}
		ba_budget_charge(&b, now / SECOND, done);
		done = 0;
		left = ba_budget_left(&b, percent);
		if (left > most)
			broken("left, most", left, most, percent);
		length = next_random() % 4 ? left : left ? next_random() % left : 0;
		if (!length)
			continue;
		/* the sampler looks while it works, which must not change anything */
		for (end = now + length; now < end; ) {
			u64 until = now + 1 + next_random() % (2 * SECOND);

			if (until > end)
				until = end;
			newest = (newest + 1) % MOST_STRETCHES;
			work[newest].from = now;
			work[newest].to = until;
			done += until - now;
			now = until;
			if (now < end) {
				ba_budget_charge(&b, now / SECOND, done);
				done = 0;
			}
		}
		/* the fullest window ends where work does */
		for (j = 0; j < MOST_STRETCHES; j++) {
			u64 to = work[(newest - j) % MOST_STRETCHES].to;
			u64 from = work[(newest - j) % MOST_STRETCHES].from;

			if (to + 10 * SECOND <= now)
				break;
			held += from + 10 * SECOND > now ? to - from :
				to + 10 * SECOND - now;
		}
		if (held > worst)
			worst = held;
		if (held > most) {
			broken("ns held by 10 s, most, percent", held, most, percent);
			return;
		}
	}
	ba_budget_charge(&b, now / SECOND, done);
	now += 11 * SECOND;
	ba_budget_charge(&b, now / SECOND, 0);
	if (ba_budget_left(&b, percent) != most)
		broken("left after a rest, most, percent", ba_budget_left(&b, percent), most, percent);
	if (steps > 1000 && worst < most / 2)
		broken("never used: worst, most, percent", worst, most, percent);
}

static void backoff_is_sane(void)
{
	unsigned int last = random_bits(32), cost = random_bits(32);
	u64 gain = random_bits(40), scanned = random_bits(48);
	unsigned int pause = ba_backoff_next(last, gain, scanned, cost);
	u64 most = cost * 128ull > 64000 ? cost * 128ull : 64000;

	if (most > UINT32_MAX / 2)
		most = UINT32_MAX / 2;
	if (gain * 256 >= scanned && gain) {
		if (pause)
			broken("pause after good work", pause, gain, scanned);
	} else if (!scanned) {
		if (pause != 1000)
			broken("pause after nothing was looked at, last, cost", pause, last, cost);
	} else {
		u64 least = cost * 32ull > 250 ? cost * 32ull : 250;
		u64 want = last * 4ull < least ? least : last * 4ull;

		if (pause != (want < most ? want : most))
			broken("pause, last, cost", pause, last, cost);
	}
	if (ba_backoff_next(last, 0, scanned, cost) < ba_backoff_next(last / 2, 0, scanned, cost))
		broken("monotone in last, cost", last, cost, 0);
}

/*
 * Rounds that bring nothing and cost this many ms: from the second on they take less
 * than 1 percent of a CPU.
 */
static void backoff_calms(u64 cost)
{
	unsigned int pause = ba_backoff_next(0, 0, 1000000, cost), round;

	for (round = 2; round < 10; round++) {
		pause = ba_backoff_next(pause, 0, 1000000, cost);
		if (cost * 99 > pause)
			broken("cost, pause, round", cost, pause, round);
	}
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
		failures += !levers_agree();
	tap(!failures, "random masks kept clean and gated as by the reference", small);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < small; i++)
		failures += !wake_agrees();
	tap(!failures, "random wake-ups limited as by the reference", small);
	ok &= !failures;

	failures = 0;
	reference_bounds();
	for (i = 1; i <= 2 * BA_BURST_MAX; i++)
		check_size(i);
	check_size(UINT_MAX);
	tap(!failures, "sizes of bursts in their class", i);
	ok &= !failures;

	failures = 0;
	governor_agrees(small / 10);
	tap(!failures, "samples, targets equal the plain reference", small / 10);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < small / 100; i++)
		history_served();
	tap(!failures, "histories served to the percentage", small / 100);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < small; i++)
		shares_add_up();
	tap(!failures, "needs split between the zones that have room", small);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < small; i++)
		if (!churn_agrees())
			broken("churn", i, 0, 0);
	tap(!failures, "changes of memory called churn as by the reference", small);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < 200; i++)
		budget_holds(small / 200 + 1);
	tap(!failures, "runs within the budget in any 10 seconds", small);
	ok &= !failures;

	failures = 0;
	for (i = 0; i < small; i++)
		backoff_is_sane();
	for (i = 1; i <= 10000; i++)
		backoff_calms(i);
	tap(!failures, "pauses that double, end and keep the CPU idle", small);
	ok &= !failures;
	return !ok;
}
