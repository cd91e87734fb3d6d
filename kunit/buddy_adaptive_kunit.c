// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the pure part of buddy_adaptive: cases that a reader can
 * check by hand, and laws that hold for all.
 */

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/string.h>

#include "../buddy_adaptive_math.h"

/* The largest zone on paper: 64 TiB in 4 KiB pages. */
#define ZONE_MAX	BIT_ULL(34)

/* A zone's block counts, spaced like nr_free in struct free_area. */
struct fake_area {
	void *lists[5];
	unsigned long nr_free;
};

struct fake_zone {
	struct fake_area area[NR_PAGE_ORDERS];
};

static struct ba_counts counts_of(const struct fake_zone *z)
{
	return (struct ba_counts) {
		.nr_free = &z->area[0].nr_free,
		.stride	 = sizeof(z->area[0]),
	};
}

static u64 fake_free(const struct fake_zone *z)
{
	return ba_pages_from(counts_of(z), 0, MAX_PAGE_ORDER);
}

/* Small, fast, and the same on every run. */
static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void fill_random(struct fake_zone *z, u32 *seed)
{
	int o;

	for (o = 0; o < NR_PAGE_ORDERS; o++)
		z->area[o].nr_free = next_random(seed) % (2048 >> o) *
				     (next_random(seed) & 1);
}

/* fragmentation in percent, for display */

static u64 nothing;	/* a constant 0 makes sparse see a division by it */

static void ba_fragmentation_nothing_free(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(0, nothing), 0U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(5, nothing), 0U);
}

static void ba_fragmentation_all_suitable(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(1000, 1000), 0U);
}

static void ba_fragmentation_none_suitable(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(0, 1), 100U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(0, 1000), 100U);
}

static void ba_fragmentation_overview_example(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(150, 1000), 85U);
}

static void ba_fragmentation_rounds_down(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(1, 1000), 99U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(999, 1000), 0U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(2, 3), 33U);
}

static void ba_fragmentation_more_suitable_than_free(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(1001, 1000), 0U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(U64_MAX, 1), 0U);
}

static void ba_fragmentation_largest_zone(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ba_fragmentation(0, ZONE_MAX), 100U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(1, ZONE_MAX), 99U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(ZONE_MAX / 2, ZONE_MAX), 50U);
	KUNIT_EXPECT_EQ(test, ba_fragmentation(ZONE_MAX - 1, ZONE_MAX), 0U);
}

static void ba_fragmentation_is_bounded(struct kunit *test)
{
	u32 seed = 1;
	int i;

	for (i = 0; i < 100000; i++)
		KUNIT_ASSERT_LE(test, ba_fragmentation(next_random(&seed),
						       next_random(&seed)),
				100U);
}

static void ba_fragmentation_falls_with_suitable(struct kunit *test)
{
	u64 suitable;

	for (suitable = 1; suitable <= 1000; suitable++)
		KUNIT_ASSERT_LE(test, ba_fragmentation(suitable, 1000),
				ba_fragmentation(suitable - 1, 1000));
}

/* the threshold rule */

static void ba_fragmented_at_the_bound(struct kunit *test)
{
	/* exactly 80 % is not greater than 80 */
	KUNIT_EXPECT_FALSE(test, ba_fragmented(200, 1000, 80));
	KUNIT_EXPECT_TRUE(test, ba_fragmented(199, 1000, 80));
	KUNIT_EXPECT_FALSE(test, ba_fragmented(201, 1000, 80));
}

static void ba_fragmented_as_the_study(struct kunit *test)
{
	u64 suitable;

	for (suitable = 0; suitable <= 1000; suitable++)
		KUNIT_ASSERT_EQ(test, ba_fragmented(suitable, 1000, 80),
				suitable * 5 < 1000);
}

static void ba_fragmented_never_at_100(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_fragmented(0, 1, 100));
	KUNIT_EXPECT_FALSE(test, ba_fragmented(0, ZONE_MAX, 100));
}

static void ba_fragmented_at_zero(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_fragmented(1000, 1000, 0));
	KUNIT_EXPECT_TRUE(test, ba_fragmented(999, 1000, 0));
}

static void ba_fragmented_nothing_free(struct kunit *test)
{
	unsigned int t;

	for (t = 0; t <= 100; t++)
		KUNIT_ASSERT_FALSE(test, ba_fragmented(0, 0, t));
}

static void ba_fragmented_more_suitable_than_free(struct kunit *test)
{
	unsigned int t;

	for (t = 0; t <= 100; t++)
		KUNIT_ASSERT_FALSE(test, ba_fragmented(1001, 1000, t));
}

static void ba_fragmented_largest_zone(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ba_fragmented(ZONE_MAX / 5, ZONE_MAX, 80));
	KUNIT_EXPECT_FALSE(test, ba_fragmented(ZONE_MAX / 5 + 1, ZONE_MAX, 80));
	KUNIT_EXPECT_TRUE(test, ba_fragmented(0, ZONE_MAX, 99));
	KUNIT_EXPECT_FALSE(test, ba_fragmented(ZONE_MAX, ZONE_MAX, 0));
}

static void ba_fragmented_is_monotonic_in_threshold(struct kunit *test)
{
	u32 seed = 2;
	int i;

	for (i = 0; i < 1000; i++) {
		u64 free = next_random(&seed), suitable = next_random(&seed);
		unsigned int t;

		for (t = 1; t <= 100; t++)
			if (ba_fragmented(suitable, free, t))
				KUNIT_ASSERT_TRUE(test,
						  ba_fragmented(suitable, free,
								t - 1));
	}
}

/* Multiplication against division: every threshold, every order. */
static void ba_fragmented_equals_division(struct kunit *test)
{
	struct fake_zone z = { };
	u32 seed = 3;
	int i;

	for (i = 0; i < 50; i++) {
		unsigned int order, t;
		u64 free;

		fill_random(&z, &seed);
		free = fake_free(&z);
		for (order = 0; order < NR_PAGE_ORDERS; order++) {
			u64 s = ba_suitable(counts_of(&z), order, free);
			unsigned int percent = ba_fragmentation(s, free);
			/* what rounding down has dropped */
			bool rest = free && (free - s) * 100 % free;

			for (t = 0; t <= 100; t++)
				KUNIT_ASSERT_EQ(test,
						ba_fragmented(s, free, t),
						percent > t ||
						(percent == t && rest));
		}
	}
}

/* block counts */

static void ba_pages_of_one_block_each(struct kunit *test)
{
	struct fake_zone z = { };
	int o;

	for (o = 0; o < NR_PAGE_ORDERS; o++)
		z.area[o].nr_free = 1;
	KUNIT_EXPECT_EQ(test, ba_pages_from(counts_of(&z), 0, 2), 7ULL);
	KUNIT_EXPECT_EQ(test, ba_pages_from(counts_of(&z), 0, MAX_PAGE_ORDER),
			(1ULL << NR_PAGE_ORDERS) - 1);
	KUNIT_EXPECT_EQ(test, ba_pages_from(counts_of(&z), MAX_PAGE_ORDER,
					    MAX_PAGE_ORDER),
			1ULL << MAX_PAGE_ORDER);
}

static void ba_suitable_is_at_most_free(struct kunit *test)
{
	struct fake_zone z = { };

	z.area[MAX_PAGE_ORDER].nr_free = 10;
	KUNIT_EXPECT_EQ(test, ba_suitable(counts_of(&z), 4, 100), 100ULL);
	KUNIT_EXPECT_EQ(test, ba_suitable(counts_of(&z), 4, 0), 0ULL);
}

static void ba_suitable_falls_with_order(struct kunit *test)
{
	struct fake_zone z = { };
	u32 seed = 4;
	int i, o;

	for (i = 0; i < 1000; i++) {
		fill_random(&z, &seed);
		for (o = 1; o < NR_PAGE_ORDERS; o++)
			KUNIT_ASSERT_LE(test,
					ba_suitable(counts_of(&z), o, U64_MAX),
					ba_suitable(counts_of(&z), o - 1,
						    U64_MAX));
	}
}

static void ba_scan_equals_full_scan(struct kunit *test)
{
	struct fake_zone z = { };
	u32 seed = 5;
	int i;

	for (i = 0; i < 200; i++) {
		struct ba_counts c = counts_of(&z);
		unsigned int order, t;
		u64 free, s;

		fill_random(&z, &seed);
		/* nr_free and the free pages are read at different times */
		free = fake_free(&z) + next_random(&seed) % 64;
		for (order = BA_FIRST_ORDER; order < NR_PAGE_ORDERS; order++) {
			s = ba_suitable(c, order, free);
			for (t = 0; t <= 100; t++)
				KUNIT_ASSERT_EQ(test,
						ba_scan_fragmented(c, order,
								   free, t),
						ba_fragmented(s, free, t));
		}
	}
}

static void ba_scan_at_the_bound(struct kunit *test)
{
	struct fake_zone z = { };

	/* 16 of 80 pages suitable for order 4: exactly 80 % fragmented */
	z.area[0].nr_free = 64;
	z.area[4].nr_free = 1;
	KUNIT_EXPECT_FALSE(test, ba_scan_fragmented(counts_of(&z), 4, 80, 80));
	KUNIT_EXPECT_TRUE(test, ba_scan_fragmented(counts_of(&z), 4, 80, 79));
	KUNIT_EXPECT_TRUE(test, ba_scan_fragmented(counts_of(&z), 4, 81, 80));
	KUNIT_EXPECT_TRUE(test, ba_scan_fragmented(counts_of(&z), 5, 80, 99));
}

static void ba_scan_empty_zone(struct kunit *test)
{
	struct fake_zone z = { };

	KUNIT_EXPECT_FALSE(test, ba_scan_fragmented(counts_of(&z), 4, 0, 80));
	KUNIT_EXPECT_FALSE(test, ba_scan_fragmented(counts_of(&z), 4, 0, 0));
	KUNIT_EXPECT_TRUE(test, ba_scan_fragmented(counts_of(&z), 4, 1, 80));
}

static void ba_scan_largest_zone(struct kunit *test)
{
	struct fake_zone z = { };

	z.area[MAX_PAGE_ORDER].nr_free = ZONE_MAX >> MAX_PAGE_ORDER;
	KUNIT_EXPECT_FALSE(test, ba_scan_fragmented(counts_of(&z), 4, ZONE_MAX,
						    0));
	z.area[MAX_PAGE_ORDER].nr_free = 0;
	z.area[0].nr_free = min_t(u64, ZONE_MAX, ULONG_MAX);
	KUNIT_EXPECT_TRUE(test, ba_scan_fragmented(counts_of(&z), 4, ZONE_MAX,
						   99));
}

/* How far the scan looks, seen by what a poisoned count would change. */
static void ba_scan_stops_early(struct kunit *test)
{
	struct fake_zone z = { };
	u64 free = 1ULL << MAX_PAGE_ORDER;

	z.area[MAX_PAGE_ORDER].nr_free = 1;
	/* were it read, this count would wrap the sum back to nothing */
	z.area[MAX_PAGE_ORDER - 1].nr_free = -2UL;
	KUNIT_EXPECT_FALSE(test, ba_scan_fragmented(counts_of(&z), 4, free,
						    0));
}

/* the ratio rule */

static void ba_ratio_at_the_bound(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(2000, 1000, 200));
	KUNIT_EXPECT_TRUE(test, ba_ratio_exceeded(2001, 1000, 200));
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(1999, 1000, 200));
}

static void ba_ratio_no_high(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ba_ratio_exceeded(0, 0, 200));
	KUNIT_EXPECT_TRUE(test, ba_ratio_exceeded(1, 0, 10000));
}

static void ba_ratio_no_low(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(0, 1, 1));
}

static void ba_ratio_off_at_zero(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(1000, 1, 0));
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(0, 0, 0));
}

static void ba_ratio_largest_zone(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ba_ratio_exceeded(ZONE_MAX, 1, 10000));
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(1, ZONE_MAX, 10000));
	KUNIT_EXPECT_FALSE(test, ba_ratio_exceeded(ZONE_MAX, ZONE_MAX, 100));
	KUNIT_EXPECT_TRUE(test, ba_ratio_exceeded(ZONE_MAX, ZONE_MAX, 99));
}

static void ba_ratio_is_monotonic_in_threshold(struct kunit *test)
{
	u32 seed = 6;
	int i;

	for (i = 0; i < 100; i++) {
		u64 low = next_random(&seed), high = next_random(&seed);
		unsigned int t;

		for (t = 2; t <= 10000; t++)
			if (ba_ratio_exceeded(low, high, t))
				KUNIT_ASSERT_TRUE(test,
						  ba_ratio_exceeded(low, high,
								    t - 1));
	}
}

static void ba_ratio_counts_pages(struct kunit *test)
{
	struct fake_zone z = { };

	/* 4001 single pages against one block of order 10: 390 % */
	z.area[0].nr_free = 4001;
	z.area[10].nr_free = 1;
	KUNIT_EXPECT_TRUE(test, ba_scan_ratio(counts_of(&z), 200));
	KUNIT_EXPECT_TRUE(test, ba_scan_ratio(counts_of(&z), 390));
	KUNIT_EXPECT_FALSE(test, ba_scan_ratio(counts_of(&z), 391));
	/* the case that block counts get wrong: 7.8 GiB in order 10 */
	z.area[10].nr_free = 2000;
	KUNIT_EXPECT_FALSE(test, ba_scan_ratio(counts_of(&z), 200));
	KUNIT_EXPECT_TRUE(test, ba_ratio_exceeded(4001, 2000, 200));
}

static void ba_ratio_leaves_out_the_middle(struct kunit *test)
{
	struct fake_zone z = { };

	z.area[3].nr_free = 1000;
	z.area[7].nr_free = 1000;
	z.area[8].nr_free = 1;
	KUNIT_EXPECT_FALSE(test, ba_scan_ratio(counts_of(&z), 1));
	z.area[2].nr_free = 1;
	KUNIT_EXPECT_TRUE(test, ba_scan_ratio(counts_of(&z), 1));
}

/* the wake-up limit */

static void ba_wake_at_the_bound(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_wake_due(1000, 1000, 500));
	KUNIT_EXPECT_FALSE(test, ba_wake_due(1499, 1000, 500));
	KUNIT_EXPECT_TRUE(test, ba_wake_due(1500, 1000, 500));
}

static void ba_wake_across_the_wrap(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_wake_due(10, -10UL, 500));
	KUNIT_EXPECT_TRUE(test, ba_wake_due(490, -10UL, 500));
}

static void ba_wake_after_a_long_sleep(struct kunit *test)
{
	/* longer than time_after() can tell */
	KUNIT_EXPECT_TRUE(test, ba_wake_due(LONG_MAX, 0, 500));
	KUNIT_EXPECT_TRUE(test, ba_wake_due((unsigned long)LONG_MAX + 1000, 0,
					    500));
}

static void ba_wake_overtaken(struct kunit *test)
{
	/* another CPU stamped a moment after we read the clock */
	KUNIT_EXPECT_FALSE(test, ba_wake_due(1000, 1001, 500));
	KUNIT_EXPECT_FALSE(test, ba_wake_due(1000, 1499, 500));
}

static void ba_wake_rate_is_limited(struct kunit *test)
{
	unsigned long now, last = 0;
	int wakes = 0;

	for (now = 500; now < 500 + 10000; now++)
		if (ba_wake_due(now, last, 500)) {
			last = now;
			wakes++;
		}
	KUNIT_EXPECT_EQ(test, wakes, 20);
}

/* classification */

struct mask_case {
	const char *name;
	gfp_t gfp;
	enum ba_class class;
};

#define MASK(_gfp, _class) \
	{ .name = #_gfp, .gfp = _gfp, .class = BA_CLASS_##_class }

/* Every mask that gfp_types.h names, asked for as it stands. */
static const struct mask_case named_masks[] = {
	MASK(GFP_ATOMIC, HIGH),
	MASK(GFP_KERNEL, WARNS),
	MASK(GFP_KERNEL_ACCOUNT, WARNS),
	/* GFP_NOWAIT is the first on 6.1, and the second on 6.12 and 7.3 */
	MASK(__GFP_KSWAPD_RECLAIM, WARNS),
	MASK(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN, OPTIONAL),
	MASK(GFP_NOIO, WARNS),
	MASK(GFP_NOFS, WARNS),
	MASK(GFP_USER, WARNS),
	MASK(GFP_DMA, WARNS),
	MASK(GFP_DMA32, WARNS),
	MASK(GFP_HIGHUSER, WARNS),
	MASK(GFP_HIGHUSER_MOVABLE, WARNS),
	MASK(GFP_TRANSHUGE_LIGHT, OPTIONAL),
	MASK(GFP_TRANSHUGE, PERSISTS),
	/* and every one again, saying that it can do without */
	MASK(GFP_ATOMIC | __GFP_NOWARN | __GFP_NORETRY, HIGH),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_NOWAIT | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_NOIO | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_NOFS | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_USER | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_DMA | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_DMA32 | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_HIGHUSER | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_HIGHUSER_MOVABLE | __GFP_NOWARN | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_TRANSHUGE_LIGHT | __GFP_NORETRY, OPTIONAL),
	MASK(GFP_TRANSHUGE | __GFP_NORETRY, OPTIONAL),
	/* the modifiers, each spoiling an otherwise optional request */
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOFAIL, NOFAIL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_MEMALLOC,
	     MEMALLOC),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_HIGH, HIGH),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_RETRY_MAYFAIL,
	     RETRY_MAYFAIL),
	MASK(GFP_KERNEL | __GFP_NORETRY, WARNS),
	MASK(GFP_KERNEL | __GFP_NOWARN, PERSISTS),
	/* and those that do not */
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_COMP, OPTIONAL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_ZERO, OPTIONAL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_ACCOUNT,
	     OPTIONAL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_WRITE, OPTIONAL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_THISNODE,
	     OPTIONAL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_RECLAIMABLE,
	     OPTIONAL),
	MASK(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC,
	     OPTIONAL),
	/* callers that people meet */
	{ "kvmalloc", GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY,
	  BA_CLASS_OPTIONAL },
	{ "kvmalloc, 7.3", (GFP_KERNEL & ~__GFP_DIRECT_RECLAIM) | __GFP_NOWARN,
	  BA_CLASS_OPTIONAL },
	{ "skb frag", __GFP_KSWAPD_RECLAIM | __GFP_COMP | __GFP_NOWARN |
	  __GFP_NORETRY, BA_CLASS_OPTIONAL },
	{ "hugetlb", GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOWARN,
	  BA_CLASS_PERSISTS },
	{ "hugetlb, trying hard", GFP_HIGHUSER_MOVABLE | __GFP_COMP |
	  __GFP_NOWARN | __GFP_RETRY_MAYFAIL, BA_CLASS_RETRY_MAYFAIL },
	{ "huge page fault with madvise", GFP_TRANSHUGE, BA_CLASS_PERSISTS },
	{ "huge page fault without", GFP_TRANSHUGE | __GFP_NORETRY,
	  BA_CLASS_OPTIONAL },
	{ "nothing at all", 0, BA_CLASS_WARNS },
	{ "no reclaim, quiet", __GFP_NOWARN, BA_CLASS_OPTIONAL },
};

static void mask_desc(const struct mask_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mask, named_masks, mask_desc);

static void ba_classify_mask(struct kunit *test)
{
	const struct mask_case *c = test->param_value;
	unsigned int order;

	for (order = PAGE_ALLOC_COSTLY_ORDER + 1; order < NR_PAGE_ORDERS;
	     order++)
		KUNIT_EXPECT_EQ(test, (int)ba_classify(c->gfp, order, 4, 0),
				(int)c->class);
}

static void ba_classify_costly_orders_are_small(struct kunit *test)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;
	unsigned int order;

	for (order = 0; order <= PAGE_ALLOC_COSTLY_ORDER; order++)
		KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, order, 3, 0),
				(int)BA_CLASS_SMALL);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, order, 3, 0),
			(int)BA_CLASS_OPTIONAL);
}

static void ba_classify_min_order(struct kunit *test)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;

	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 8, 9, 0),
			(int)BA_CLASS_SMALL);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 9, 0),
			(int)BA_CLASS_OPTIONAL);
}

static void ba_classify_context(struct kunit *test)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;

	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, BA_CTX_RESERVES),
			(int)BA_CLASS_RESERVES);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, BA_CTX_BOOT),
			(int)BA_CLASS_BOOT);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, BA_CTX_KDUMP),
			(int)BA_CLASS_KDUMP);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, BA_CTX_NODES),
			(int)BA_CLASS_OPTIONAL);
}

static void ba_classify_first_try_of_a_huge_page(struct kunit *test)
{
	gfp_t gfp = GFP_TRANSHUGE | __GFP_THISNODE | __GFP_NORETRY;

	/* on one node the retry would go to the same place */
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, 0),
			(int)BA_CLASS_OPTIONAL);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, BA_CTX_NODES),
			(int)BA_CLASS_FIRST_TRY);
	/* local, but with a fallback in small pages */
	gfp = GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN | __GFP_NORETRY;
	KUNIT_EXPECT_EQ(test, (int)ba_classify(gfp, 9, 4, BA_CTX_NODES),
			(int)BA_CLASS_OPTIONAL);
}

/* Adding a bit that makes a request mandatory never makes it optional. */
static void ba_classify_mandatory_bits_win(struct kunit *test)
{
	static const gfp_t bits[] = {
		__GFP_NOFAIL, __GFP_MEMALLOC, __GFP_HIGH, __GFP_RETRY_MAYFAIL,
	};
	u32 seed = 7;
	int i, b;

	for (i = 0; i < 10000; i++) {
		gfp_t gfp = (__force gfp_t)(next_random(&seed) &
					    (__force u32)__GFP_BITS_MASK);

		for (b = 0; b < ARRAY_SIZE(bits); b++)
			KUNIT_ASSERT_NE(test,
					(int)ba_classify(gfp | bits[b], 9, 4,
							 0),
					(int)BA_CLASS_OPTIONAL);
	}
}

/* The inline screen lets through exactly what the judgement is for. */
static void ba_screen_agrees_with_classify(struct kunit *test)
{
	u32 seed = 8;
	int i;

	for (i = 0; i < 100000; i++) {
		gfp_t gfp = (__force gfp_t)(next_random(&seed) &
					    (__force u32)__GFP_BITS_MASK);
		bool judged;

		if (i & 1)	/* random masks are seldom optional */
			gfp = (gfp & ~BA_GFP_MANDATORY) | __GFP_NOWARN;
		judged = !(gfp & __GFP_MOVABLE) && !ba_classify(gfp, 9, 4, 0);
		KUNIT_ASSERT_EQ(test, ba_screened(gfp, BA_GFP_SCREEN), !judged);
		KUNIT_ASSERT_FALSE(test, ba_screened(gfp, 0));
	}
}

static void ba_may_fail_spares_those_who_cannot(struct kunit *test)
{
	static const enum ba_class never[] = {
		BA_CLASS_SMALL, BA_CLASS_NOFAIL, BA_CLASS_MEMALLOC,
		BA_CLASS_HIGH, BA_CLASS_RESERVES, BA_CLASS_BOOT,
		BA_CLASS_KDUMP,
	};
	static const enum ba_class may[] = {
		BA_CLASS_OPTIONAL, BA_CLASS_RETRY_MAYFAIL, BA_CLASS_WARNS,
		BA_CLASS_PERSISTS, BA_CLASS_FIRST_TRY,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(never); i++)
		KUNIT_EXPECT_FALSE(test, ba_may_fail(never[i]));
	for (i = 0; i < ARRAY_SIZE(may); i++)
		KUNIT_EXPECT_TRUE(test, ba_may_fail(may[i]));
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(never) + ARRAY_SIZE(may),
			(size_t)BA_NR_CLASSES);
}

/* settings */

struct text_case {
	const char *text;
	int err;
	unsigned int value;
};

static const struct text_case texts[] = {
	{ "80", 0, 80 },
	{ "0", 0, 0 },
	{ "100", 0, 100 },
	{ "80\n", 0, 80 },
	{ " \t80\t\n", 0, 80 },
	{ "0x50", 0, 80 },
	{ "000000000000000000000000000000", 0, 0 },
	{ "101", -EINVAL },
	{ "-1", -EINVAL },
	{ "+80", -EINVAL },
	{ "abc", -EINVAL },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ " ", -EINVAL },
	{ "80 81", -EINVAL },
	{ "80\n81", -EINVAL },
	{ "80,81", -EINVAL },
	{ "80%", -EINVAL },
	{ "8 0", -EINVAL },
	{ "0x50z", -EINVAL },
	{ "0x", -EINVAL },
	{ "08", -EINVAL },
	{ "8e1", -EINVAL },
	{ "80.0", -EINVAL },
	{ "4294967376", -EINVAL },		/* 2^32 + 80 */
	{ "18446744073709551696", -EINVAL },	/* 2^64 + 80 */
	{ "00000000000000000000000000000000000000080", -EINVAL },
};

static void text_desc(const struct text_case *c, char *desc)
{
	int i = 0;

	for (; c->text[i] && i < KUNIT_PARAM_DESC_SIZE - 1; i++)
		desc[i] = isgraph(c->text[i]) ? c->text[i] : '_';
	desc[i] = 0;
	if (!i)
		strscpy(desc, "empty", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(text, texts, text_desc);

static void ba_parse_text(struct kunit *test)
{
	const struct text_case *c = test->param_value;
	unsigned int value = 12345;

	KUNIT_EXPECT_EQ(test, ba_parse_setting(c->text, strlen(c->text), 0,
					       100, &value), c->err);
	KUNIT_EXPECT_EQ(test, value, c->err ? 12345U : c->value);
}

static void ba_parse_needs_no_terminator(struct kunit *test)
{
	unsigned int value = 0;

	KUNIT_EXPECT_EQ(test, ba_parse_setting("8099", 2, 0, 100, &value), 0);
	KUNIT_EXPECT_EQ(test, value, 80U);
}

static void ba_parse_refuses_a_nul_inside(struct kunit *test)
{
	unsigned int value = 7;

	KUNIT_EXPECT_EQ(test, ba_parse_setting("8\0001", 3, 0, 100, &value),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, ba_parse_setting("80\0", 3, 0, 100, &value),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, value, 7U);
}

static void ba_parse_bounds(struct kunit *test)
{
	unsigned int value;

	KUNIT_EXPECT_EQ(test, ba_parse_setting("2", 1, 3, 10, &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, ba_parse_setting("3", 1, 3, 10, &value), 0);
	KUNIT_EXPECT_EQ(test, ba_parse_setting("10", 2, 3, 10, &value), 0);
	KUNIT_EXPECT_EQ(test, ba_parse_setting("11", 2, 3, 10, &value),
			-EINVAL);
}

static void ba_parse_five_kilobytes_of_digits(struct kunit *test)
{
	unsigned int value = 7;
	char *digits = kunit_kmalloc(test, 5000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, digits);
	memset(digits, '1', 5000);
	KUNIT_EXPECT_EQ(test, ba_parse_setting(digits, 5000, 0, 100, &value),
			-EINVAL);
	memset(digits, ' ', 5000);
	KUNIT_EXPECT_EQ(test, ba_parse_setting(digits, 5000, 0, 100, &value),
			-EINVAL);
	digits[4000] = '5';
	KUNIT_EXPECT_EQ(test, ba_parse_setting(digits, 5000, 0, 100, &value),
			0);
	KUNIT_EXPECT_EQ(test, value, 5U);
}

static struct kunit_case ba_cases[] = {
	KUNIT_CASE(ba_fragmentation_nothing_free),
	KUNIT_CASE(ba_fragmentation_all_suitable),
	KUNIT_CASE(ba_fragmentation_none_suitable),
	KUNIT_CASE(ba_fragmentation_overview_example),
	KUNIT_CASE(ba_fragmentation_rounds_down),
	KUNIT_CASE(ba_fragmentation_more_suitable_than_free),
	KUNIT_CASE(ba_fragmentation_largest_zone),
	KUNIT_CASE(ba_fragmentation_is_bounded),
	KUNIT_CASE(ba_fragmentation_falls_with_suitable),
	KUNIT_CASE(ba_fragmented_at_the_bound),
	KUNIT_CASE(ba_fragmented_as_the_study),
	KUNIT_CASE(ba_fragmented_never_at_100),
	KUNIT_CASE(ba_fragmented_at_zero),
	KUNIT_CASE(ba_fragmented_nothing_free),
	KUNIT_CASE(ba_fragmented_more_suitable_than_free),
	KUNIT_CASE(ba_fragmented_largest_zone),
	KUNIT_CASE(ba_fragmented_is_monotonic_in_threshold),
	KUNIT_CASE(ba_fragmented_equals_division),
	KUNIT_CASE(ba_pages_of_one_block_each),
	KUNIT_CASE(ba_suitable_is_at_most_free),
	KUNIT_CASE(ba_suitable_falls_with_order),
	KUNIT_CASE(ba_scan_equals_full_scan),
	KUNIT_CASE(ba_scan_at_the_bound),
	KUNIT_CASE(ba_scan_empty_zone),
	KUNIT_CASE(ba_scan_largest_zone),
	KUNIT_CASE(ba_scan_stops_early),
	KUNIT_CASE(ba_ratio_at_the_bound),
	KUNIT_CASE(ba_ratio_no_high),
	KUNIT_CASE(ba_ratio_no_low),
	KUNIT_CASE(ba_ratio_off_at_zero),
	KUNIT_CASE(ba_ratio_largest_zone),
	KUNIT_CASE(ba_ratio_is_monotonic_in_threshold),
	KUNIT_CASE(ba_ratio_counts_pages),
	KUNIT_CASE(ba_ratio_leaves_out_the_middle),
	KUNIT_CASE(ba_wake_at_the_bound),
	KUNIT_CASE(ba_wake_across_the_wrap),
	KUNIT_CASE(ba_wake_after_a_long_sleep),
	KUNIT_CASE(ba_wake_overtaken),
	KUNIT_CASE(ba_wake_rate_is_limited),
	KUNIT_CASE_PARAM(ba_classify_mask, mask_gen_params),
	KUNIT_CASE(ba_classify_costly_orders_are_small),
	KUNIT_CASE(ba_classify_min_order),
	KUNIT_CASE(ba_classify_context),
	KUNIT_CASE(ba_classify_first_try_of_a_huge_page),
	KUNIT_CASE(ba_classify_mandatory_bits_win),
	KUNIT_CASE(ba_screen_agrees_with_classify),
	KUNIT_CASE(ba_may_fail_spares_those_who_cannot),
	KUNIT_CASE_PARAM(ba_parse_text, text_gen_params),
	KUNIT_CASE(ba_parse_needs_no_terminator),
	KUNIT_CASE(ba_parse_refuses_a_nul_inside),
	KUNIT_CASE(ba_parse_bounds),
	KUNIT_CASE(ba_parse_five_kilobytes_of_digits),
	{}
};

static struct kunit_suite ba_suite = {
	.name		= "buddy_adaptive",
	.test_cases	= ba_cases,
};

kunit_test_suite(ba_suite);

MODULE_DESCRIPTION("KUnit test of the buddy_adaptive math");
MODULE_LICENSE("GPL");
