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
		z->area[o].nr_free = next_random(seed) % max(2048 >> o, 1) *
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
			u64 all = (free - s) * 100;
			/* what rounding down has dropped */
			bool rest = free && div64_u64(all, free) * free != all;

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

	/* 390 % as many single pages as one of the largest blocks has */
	z.area[0].nr_free = (390UL << MAX_PAGE_ORDER) / 100 + 1;
	z.area[MAX_PAGE_ORDER].nr_free = 1;
	KUNIT_EXPECT_TRUE(test, ba_scan_ratio(counts_of(&z), 200));
	KUNIT_EXPECT_TRUE(test, ba_scan_ratio(counts_of(&z), 390));
	KUNIT_EXPECT_FALSE(test, ba_scan_ratio(counts_of(&z), 391));
	/* the case that block counts get wrong: 7.8 GiB in order 10 */
	z.area[0].nr_free = 4001;
	z.area[MAX_PAGE_ORDER].nr_free = 2000;
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

static void ba_classify_first_pass_of_a_policy(struct kunit *test)
{
	const unsigned int all = BA_CTX_NODES, some = BA_CTX_NODES | BA_CTX_SOME_NODES;
	/* what alloc_pages_preferred_many() makes of GFP_KERNEL, and of a huge page */
	gfp_t plain = (GFP_KERNEL | __GFP_NOWARN) & ~__GFP_DIRECT_RECLAIM;
	gfp_t huge = GFP_TRANSHUGE & ~__GFP_DIRECT_RECLAIM;

	KUNIT_EXPECT_EQ(test, (int)ba_classify(plain, 5, 4, some), (int)BA_CLASS_FIRST_TRY);
	KUNIT_EXPECT_EQ(test, (int)ba_classify(huge, 9, 4, some), (int)BA_CLASS_FIRST_TRY);
	/* on all nodes there is no second pass */
	KUNIT_EXPECT_EQ(test, (int)ba_classify(plain, 5, 4, all), (int)BA_CLASS_OPTIONAL);
	/* who reclaims is not at the first pass */
	KUNIT_EXPECT_EQ(test, (int)ba_classify(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY,
					       5, 4, some), (int)BA_CLASS_OPTIONAL);
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

/* which free block a request may take */

#define PAGEBLOCK	9

struct clean_case {
	const char *name;
	gfp_t gfp;
	bool kept;
	bool claims;	/* a right to the HighAtomic reserve */
};

static const struct clean_case clean_cases[] = {
	{ "kvmalloc", GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY, true },
	{ "a slab's first try", (GFP_KERNEL & ~__GFP_RECLAIM) | __GFP_NOWARN |
	  __GFP_NORETRY | __GFP_NOMEMALLOC, true },
	{ "skb frag", __GFP_KSWAPD_RECLAIM | __GFP_COMP | __GFP_NOWARN |
	  __GFP_NORETRY, true },
	{ "reclaimable", GFP_NOFS | __GFP_RECLAIMABLE | __GFP_NOWARN |
	  __GFP_NORETRY, true },
	{ "large folio", GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOWARN |
	  __GFP_NORETRY, true },
	{ "no reclaim, quiet", __GFP_NOWARN },
	{ "persists", GFP_KERNEL | __GFP_NOWARN },
	{ "warns", GFP_KERNEL | __GFP_NORETRY },
	{ "plain", GFP_KERNEL },
	{ "nofail", GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOFAIL },
	{ "mayfail", GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY |
	  __GFP_RETRY_MAYFAIL },
	{ "memalloc", GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY |
	  __GFP_MEMALLOC },
	{ "high", GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY | __GFP_HIGH },
	{ "atomic", GFP_ATOMIC, false, true },
	{ "atomic, quiet", GFP_ATOMIC | __GFP_NOWARN | __GFP_NORETRY, false,
	  true },
	{ "atomic, waives the reserves", GFP_ATOMIC | __GFP_NOMEMALLOC },
	{ "nowait", GFP_NOWAIT },
};

static void clean_desc(const struct clean_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(clean, clean_cases, clean_desc);

static void ba_keeps_clean_mask(struct kunit *test)
{
	const struct clean_case *c = test->param_value;
	unsigned int order;

	for (order = 0; order < NR_PAGE_ORDERS; order++)
		KUNIT_EXPECT_EQ(test, ba_keeps_clean(c->gfp, order, PAGEBLOCK),
				c->kept && order && order < PAGEBLOCK);
	KUNIT_EXPECT_EQ(test, ba_claims_reserve(c->gfp), c->claims);
}

/* Nobody mandatory is kept from a block, from the first order that is judged. */
static void ba_keeps_clean_spares_mandatory(struct kunit *test)
{
	u32 seed = 9;
	int i, covered = 0;

	for (i = 0; i < 100000; i++) {
		gfp_t gfp = (__force gfp_t)(next_random(&seed) &
					    (__force u32)__GFP_BITS_MASK);

		if (i & 1)
			gfp = (gfp & ~BA_GFP_MANDATORY) | __GFP_NOWARN |
			      __GFP_NORETRY;
		if (!ba_keeps_clean(gfp, 4, PAGEBLOCK))
			continue;
		covered++;
		KUNIT_ASSERT_EQ(test, (int)ba_classify(gfp, 4, 4, 0),
				(int)BA_CLASS_OPTIONAL);
		KUNIT_ASSERT_FALSE(test, ba_claims_reserve(gfp));
	}
	KUNIT_EXPECT_GE(test, covered, 50000);
}

static void ba_gated_above_the_costly_order(struct kunit *test)
{
	unsigned int order;

	for (order = 0; order <= PAGE_ALLOC_COSTLY_ORDER; order++)
		KUNIT_EXPECT_FALSE(test, ba_gated(order, false));
	for (; order < NR_PAGE_ORDERS; order++) {
		KUNIT_EXPECT_TRUE(test, ba_gated(order, false));
		KUNIT_EXPECT_FALSE(test, ba_gated(order, true));
	}
}

/* supply: sizes of bursts */

struct size_case {
	unsigned int size;
	unsigned int class;
	unsigned int bound;
};

static const struct size_case sizes[] = {
	{ 1, 0, 1 }, { 2, 1, 2 }, { 3, 2, 3 }, { 4, 3, 4 },
	{ 5, 4, 5 }, { 6, 5, 6 }, { 7, 6, 7 }, { 8, 7, 8 },
	{ 9, 8, 10 }, { 10, 8, 10 }, { 11, 9, 12 }, { 12, 9, 12 },
	{ 13, 10, 14 }, { 16, 11, 16 }, { 17, 12, 20 }, { 20, 12, 20 },
	{ 21, 13, 24 }, { 32, 15, 32 }, { 33, 16, 40 }, { 64, 19, 64 },
	{ 600, 32, 640 }, { 1000, 35, 1024 }, { 1024, 35, 1024 },
	{ BA_BURST_MAX - 1, BA_SIZE_CLASSES - 1, BA_BURST_MAX },
	{ BA_BURST_MAX, BA_SIZE_CLASSES - 1, BA_BURST_MAX },
	{ BA_BURST_MAX + 1, BA_SIZE_CLASSES - 1, BA_BURST_MAX },
	{ UINT_MAX, BA_SIZE_CLASSES - 1, BA_BURST_MAX },
};

static void size_desc(const struct size_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", c->size);
}

KUNIT_ARRAY_PARAM(size, sizes, size_desc);

static void ba_size_class_of(struct kunit *test)
{
	const struct size_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, ba_size_class(c->size), c->class);
	KUNIT_EXPECT_EQ(test, ba_class_bound(c->class), c->bound);
}

static void ba_size_class_is_the_smallest_that_holds(struct kunit *test)
{
	unsigned int size, class = 0;

	for (size = 1; size <= BA_BURST_MAX; size++) {
		if (size > ba_class_bound(class))
			class++;
		KUNIT_ASSERT_EQ(test, ba_size_class(size), class);
		/* a quarter too much at most */
		KUNIT_ASSERT_LE(test, ba_class_bound(class) * 4, size * 5);
	}
	KUNIT_EXPECT_EQ(test, class, (unsigned int)BA_SIZE_CLASSES - 1);
}

/* supply: demand */

/* A burst of @size at once, and the quiet second that ends it. */
static void burst(struct ba_demand *d, unsigned int size)
{
	ba_demand_note(d, size, 50);
	ba_demand_note(d, 0, BA_BURST_GAP_MS);
}

static unsigned int remembered(const struct ba_demand *d)
{
	unsigned int i, sum = 0;

	for (i = 0; i < BA_SIZE_CLASSES; i++)
		sum += d->weight[i];
	return sum;
}

static void ba_demand_of_nothing(struct kunit *test)
{
	struct ba_demand d = { };
	struct ba_sample s = { .service_level = 99 };
	unsigned int percent;

	for (percent = 0; percent <= 100; percent++)
		KUNIT_ASSERT_EQ(test, ba_demand_covered(&d, percent), 0U);
	for (s.elapsed_ms = 0; s.elapsed_ms < 5000; s.elapsed_ms += 50)
		KUNIT_ASSERT_EQ(test, ba_peak_next(&d, &s), 0U);
	KUNIT_EXPECT_EQ(test, remembered(&d), 0U);
}

static void ba_demand_burst_ends_when_quiet(struct kunit *test)
{
	struct ba_demand d = { };

	ba_demand_note(&d, 100, 50);
	ba_demand_note(&d, 500, 50);
	ba_demand_note(&d, 0, BA_BURST_GAP_MS - 1);
	KUNIT_EXPECT_EQ(test, d.burst, 600U);
	KUNIT_EXPECT_EQ(test, remembered(&d), 0U);
	ba_demand_note(&d, 0, 1);
	KUNIT_EXPECT_EQ(test, d.burst, 0U);
	KUNIT_EXPECT_EQ(test, (unsigned int)d.weight[ba_size_class(600)],
			(unsigned int)BA_BURST_WEIGHT);
}

static void ba_demand_burst_goes_on_after_a_short_pause(struct kunit *test)
{
	struct ba_demand d = { };

	ba_demand_note(&d, 100, 50);
	ba_demand_note(&d, 0, BA_BURST_GAP_MS - 1);
	ba_demand_note(&d, 100, 50);
	ba_demand_note(&d, 0, BA_BURST_GAP_MS - 1);
	KUNIT_EXPECT_EQ(test, d.burst, 200U);
}

static void ba_demand_trickle_counts(struct kunit *test)
{
	struct ba_demand d = { };
	unsigned int ms;

	/* one in 50 ms: 160 from the first to 8 s after it, and one more */
	for (ms = 0; ms <= BA_BURST_MAX_MS; ms += 50) {
		KUNIT_ASSERT_EQ(test, d.burst, ms / 50);
		ba_demand_note(&d, 1, 50);
	}
	KUNIT_EXPECT_EQ(test, d.burst, 0U);
	KUNIT_EXPECT_EQ(test, (unsigned int)d.weight[ba_size_class(161)],
			(unsigned int)BA_BURST_WEIGHT);
}

static void ba_demand_trickle_never_forgotten(struct kunit *test)
{
	struct ba_demand d = { };
	struct ba_sample s = {
		.requests = 1, .elapsed_ms = 1000, .service_level = 95,
	};
	unsigned int seconds;

	for (seconds = 0; seconds < 3600; seconds++)
		KUNIT_ASSERT_GT(test, ba_peak_next(&d, &s), 0U);
	/* 9 in the 8 seconds from the first */
	KUNIT_EXPECT_EQ(test, ba_demand_covered(&d, 95), ba_class_bound(ba_size_class(9)));
}

static void ba_demand_fades_to_nothing(struct kunit *test)
{
	struct ba_demand d = { };
	unsigned int seconds, last = U32_MAX;

	burst(&d, 600);
	for (seconds = 0; remembered(&d); seconds++) {
		KUNIT_ASSERT_LT(test, remembered(&d), last);
		last = remembered(&d);
		ba_demand_note(&d, 0, 1000);
	}
	/* by 1/256, rounded up, that is by one a second from 256 down */
	KUNIT_EXPECT_EQ(test, seconds, (unsigned int)BA_BURST_WEIGHT);
	KUNIT_EXPECT_EQ(test, ba_demand_covered(&d, 99), 0U);
}

static void ba_demand_halves_in_three_minutes(struct kunit *test)
{
	struct ba_demand d = { };

	d.weight[0] = U16_MAX;
	ba_demand_note(&d, 0, 180 * 1000);
	KUNIT_EXPECT_GE(test, (unsigned int)d.weight[0], U16_MAX / 2U - 1000);
	KUNIT_EXPECT_LE(test, (unsigned int)d.weight[0], U16_MAX / 2U);
}

static void ba_demand_at_the_extremes(struct kunit *test)
{
	struct ba_demand d = { };
	struct ba_sample s = {
		.requests = UINT_MAX, .elapsed_ms = 50, .service_level = 99,
	};
	unsigned int i;

	/* the largest burst there is, over and over, with its weight at the top */
	d.weight[BA_SIZE_CLASSES - 1] = U16_MAX;
	for (i = 0; i < 1000; i++) {
		KUNIT_ASSERT_EQ(test, ba_peak_next(&d, &s), BA_BURST_MAX);
		ba_demand_note(&d, 0, BA_BURST_GAP_MS);
		KUNIT_ASSERT_EQ(test, d.burst, 0U);
	}
	KUNIT_EXPECT_GT(test, remembered(&d), U16_MAX * 15U / 16);
	for (i = 0; i < BA_SIZE_CLASSES; i++)
		d.weight[i] = U16_MAX;
	KUNIT_EXPECT_EQ(test, ba_demand_covered(&d, 100), BA_BURST_MAX);
	KUNIT_EXPECT_EQ(test, ba_demand_covered(&d, 0), 1U);
	/* a sampler that slept for 50 days */
	ba_demand_note(&d, UINT_MAX, UINT_MAX);
	ba_demand_note(&d, 0, UINT_MAX);
	KUNIT_EXPECT_EQ(test, d.burst, 0U);
	ba_demand_note(&d, 0, UINT_MAX);
	KUNIT_EXPECT_EQ(test, remembered(&d), 0U);
}

static void ba_demand_when_time_stands_still(struct kunit *test)
{
	struct ba_demand d = { };
	unsigned int i;

	for (i = 1; i <= 1000; i++) {
		ba_demand_note(&d, 1, 0);
		KUNIT_ASSERT_EQ(test, d.burst, i);
	}
}

struct history_case {
	const char *name;
	struct {
		unsigned int size;
		unsigned int times;
	} bursts[3];
	unsigned int percent;
	unsigned int stock;
};

/* What is served of @bursts from a stock: all of the smaller, that much of the others. */
static const struct history_case histories[] = {
	{ "one burst", { { 640, 1 } }, 99, 640 },
	{ "a tenth of it", { { 640, 1 } }, 10, 64 },
	{ "up to the next class", { { 640, 1 } }, 11, 80 },
	{ "up to its own", { { 600, 1 } }, 99, 640 },
	{ "equal bursts", { { 8, 100 } }, 95, 8 },
	{ "three quarters of them", { { 8, 100 } }, 75, 6 },
	/* 99 + 96 = 195 asked for, of which 1 serves 100, 80 179 and 96 all */
	{ "half are single", { { 1, 99 }, { 96, 1 } }, 50, 1 },
	{ "a large one among small", { { 1, 99 }, { 96, 1 } }, 95, 96 },
	/* 1000 + 64 = 1064; 10 serves 1010, which is 94.9 percent; 12 1012, 95.1 */
	{ "one that may be missed", { { 10, 100 }, { 64, 1 } }, 95, 12 },
	{ "just not", { { 10, 100 }, { 64, 1 } }, 94, 10 },
	{ "three sizes", { { 4, 10 }, { 8, 10 }, { 16, 10 } }, 90, 14 },
	{ "nothing at all", { }, 95, 0 },
};

static void history_desc(const struct history_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, %u percent", c->name, c->percent);
}

KUNIT_ARRAY_PARAM(history, histories, history_desc);

static void ba_demand_covered_by(struct kunit *test)
{
	const struct history_case *c = test->param_value;
	struct ba_demand d = { };
	int i;

	for (i = 0; i < ARRAY_SIZE(c->bursts); i++)
		if (c->bursts[i].times)
			d.weight[ba_size_class(c->bursts[i].size)] += c->bursts[i].times;
	KUNIT_EXPECT_EQ(test, ba_demand_covered(&d, c->percent), c->stock);
}

/* Requests that @stock serves of the bursts in @d, each as large as its class. */
static u64 served(const struct ba_demand *d, unsigned int stock)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < BA_SIZE_CLASSES; i++)
		sum += (u64)d->weight[i] * min(stock, ba_class_bound(i));
	return sum;
}

static void ba_demand_covered_is_the_least_that_serves(struct kunit *test)
{
	u32 seed = 9;
	int i;

	for (i = 0; i < 1000; i++) {
		unsigned int percent, stock, last = 0, class, largest = 0;
		struct ba_demand d = { };
		u64 all;

		for (class = 0; class < BA_SIZE_CLASSES; class++) {
			if (next_random(&seed) % 8)
				continue;
			d.weight[class] = next_random(&seed) >> (16 + next_random(&seed) % 16);
			if (d.weight[class])
				largest = ba_class_bound(class);
		}
		all = served(&d, BA_BURST_MAX);
		for (percent = 1; percent <= 100; percent++) {
			stock = ba_demand_covered(&d, percent);
			KUNIT_ASSERT_EQ(test, !stock, !all);
			KUNIT_ASSERT_GE(test, stock, last);
			KUNIT_ASSERT_LE(test, stock, largest);
			KUNIT_ASSERT_GE(test, served(&d, stock) * 100, all * percent);
			class = stock ? ba_size_class(stock) : 0;
			if (class)
				KUNIT_ASSERT_LT(test,
						served(&d, ba_class_bound(class - 1)) * 100,
						all * percent);
			last = stock;
		}
	}
}

static void ba_peak_holds_the_burst_under_way(struct kunit *test)
{
	struct ba_demand d = { };
	struct ba_sample s = { .service_level = 50 };
	u32 seed = 10;
	int i;

	for (i = 0; i < 20000; i++) {
		unsigned int target;

		s.requests = next_random(&seed) % 4 ? 0 : next_random(&seed) % 1000;
		s.elapsed_ms = next_random(&seed) % 2000;
		target = ba_peak_next(&d, &s);
		KUNIT_ASSERT_GE(test, target, d.burst);
		KUNIT_ASSERT_GE(test, target, ba_demand_covered(&d, 50));
		KUNIT_ASSERT_LE(test, target, BA_BURST_MAX);
	}
}

static void ba_peak_remembers_a_burst(struct kunit *test)
{
	struct ba_demand d = { };
	struct ba_sample s = { .service_level = 95 };

	burst(&d, 600);
	s.elapsed_ms = 1000;
	KUNIT_EXPECT_EQ(test, ba_peak_next(&d, &s), 640U);
	/* and what follows it, be it smaller, is served by it */
	burst(&d, 6);
	KUNIT_EXPECT_EQ(test, ba_peak_next(&d, &s), 640U);
	s.requests = 640;
	KUNIT_EXPECT_EQ(test, ba_peak_next(&d, &s), 640U);
	/* one more than is remembered, and it may be twice that */
	s.requests = 1;
	KUNIT_EXPECT_EQ(test, ba_peak_next(&d, &s), 1282U);
}

/* A larger burst never makes a smaller target. */
static void ba_peak_is_monotone(struct kunit *test)
{
	unsigned int size, last = 0;

	for (size = 1; size < 2 * BA_BURST_MAX; size += 1 + size / 64) {
		struct ba_demand d = { };
		struct ba_sample s = { .service_level = 95, .elapsed_ms = 50 };
		unsigned int target;

		burst(&d, 600);
		s.requests = size;
		target = ba_peak_next(&d, &s);
		KUNIT_ASSERT_GE(test, target, last);
		last = target;
	}
	KUNIT_EXPECT_EQ(test, last, BA_BURST_MAX);
}

static void ba_governs_from_what_proactive_would_make(struct kunit *test)
{
	unsigned int proactiveness;

	/* 20 percent of 1000 pages */
	KUNIT_EXPECT_FALSE(test, ba_governs(199, 1000, 20));
	KUNIT_EXPECT_TRUE(test, ba_governs(200, 1000, 20));
	for (proactiveness = 0; proactiveness <= 100; proactiveness++) {
		/* where nobody asks, never; where all is wanted, always */
		KUNIT_ASSERT_FALSE(test, ba_governs(0, 1000, proactiveness));
		KUNIT_ASSERT_FALSE(test, ba_governs(0, 0, proactiveness));
		KUNIT_ASSERT_TRUE(test, ba_governs(1000, 1000, proactiveness));
		KUNIT_ASSERT_TRUE(test, ba_governs(1ULL << 52, 1ULL << 52, proactiveness));
		KUNIT_ASSERT_EQ(test, ba_governs(100, 1000, proactiveness), proactiveness <= 10);
	}
}

/* supply: a zone's part */

struct share_case {
	const char *name;
	u64 need, part, whole;
	u64 share;
};

static const struct share_case shares[] = {
	{ "all of one zone", 1000, 4000, 4000, 1000 },
	{ "not more than it has", 1000, 400, 400, 400 },
	{ "a half", 1000, 2000, 4000, 500 },
	{ "a quarter", 1024, 1024, 4096, 256 },
	{ "rounded down", 3000, 4000, 12000, 999 },
	{ "a page of a thousand", 1000000, 1, 4096, 1 },
	{ "less than a millionth", 1000, 1, 1 << 21, 0 },
	{ "nothing needed", 0, 1000, 4000, 0 },
	{ "an empty zone", 1000, 0, 4000, 0 },
	{ "an empty node", 1000, 0, 0, 0 },
	{ "a zone that grew meanwhile", 1000, 5000, 4000, 1000 },
	{ "the largest node", ZONE_MAX / 8 * 7, ZONE_MAX / 2, ZONE_MAX, ZONE_MAX / 16 * 7 },
};

static void share_desc(const struct share_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(share, shares, share_desc);

static void ba_share_of(struct kunit *test)
{
	const struct share_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, ba_share(c->need, c->part, c->whole), c->share);
}

/* What rounding down may leave to nobody. */
#define SHARE_REST(need, zones)	((zones) * ((need) / (1 << 20) + 1))

/* Zone by zone, each bringing its share, as __buddy_adaptive_supply() goes. */
static void ba_shares_add_up(struct kunit *test)
{
	u32 seed = 11;
	int i;

	for (i = 0; i < 100000; i++) {
		u64 part[MAX_NR_ZONES], room = 0, whole, left, need;
		int z;

		for (z = 0; z < MAX_NR_ZONES; z++) {
			part[z] = next_random(&seed) >> (next_random(&seed) % 32);
			room += part[z];
		}
		need = next_random(&seed) >> (next_random(&seed) % 32);
		left = need;
		whole = room;
		for (z = 0; z < MAX_NR_ZONES; z++) {
			u64 share = ba_share(left, part[z], whole);

			KUNIT_ASSERT_LE(test, share, part[z]);
			KUNIT_ASSERT_LE(test, share, left);
			left -= share;
			whole -= part[z];
		}
		KUNIT_ASSERT_LE(test, left, (need > room ? need - room : 0) +
					    SHARE_REST(need, MAX_NR_ZONES - 1));
	}
}

/* supply: blocks of which order are of use */

struct grain_case {
	const char *name;
	/* pages: free in blocks of just this order; wanted by its own requests */
	u64 free[NR_PAGE_ORDERS], want[NR_PAGE_ORDERS];
	unsigned int grain;
};

/* A large block, whatever the largest is. */
#define LARGE	(MAX_PAGE_ORDER - 1)
#define BLOCK	BIT(LARGE)

static const struct grain_case grains[] = {
	{ "nothing wanted", { [LARGE] = BLOCK }, { }, 0 },
	{ "nothing there", { }, { [LARGE] = BLOCK }, LARGE },
	{ "all there", { [LARGE] = 4 * BLOCK }, { [LARGE] = 4 * BLOCK }, 0 },
	{ "a block short", { [LARGE] = 3 * BLOCK }, { [LARGE] = 4 * BLOCK }, LARGE },
	{ "less than a block short", { [LARGE] = 3 * BLOCK }, { [LARGE] = 4 * BLOCK - 1 }, 0 },
	{ "small ones do not help", { [3] = 100000, [LARGE - 1] = 200 * BLOCK },
	  { [LARGE] = BLOCK }, LARGE },
	{ "large ones do", { [LARGE] = 2 * BLOCK }, { [3] = 2 * BLOCK }, 0 },
	{ "what they have over", { [LARGE] = 2 * BLOCK }, { [5] = BLOCK, [LARGE] = BLOCK }, 0 },
	{ "and no more of it", { [LARGE] = 2 * BLOCK }, { [5] = BLOCK + 32, [LARGE] = BLOCK }, 5 },
	{ "the lowest of two", { }, { [4] = 16, [LARGE] = BLOCK }, 4 },
	{ "which has its own", { [4] = 16 }, { [4] = 16, [LARGE] = BLOCK }, LARGE },
	{ "one between", { [3] = 800, [LARGE] = BLOCK },
	  { [3] = 800, [6] = 64, [LARGE] = BLOCK }, 6 },
	{ "the first order", { [LARGE] = BLOCK }, { [3] = 8, [LARGE] = BLOCK }, 3 },
	{ "the last order", { [LARGE] = BLOCK }, { [MAX_PAGE_ORDER] = 2 * BLOCK },
	  MAX_PAGE_ORDER },
	{ "the largest zone", { [3] = ZONE_MAX / 2 }, { [LARGE] = ZONE_MAX / 2 }, LARGE },
};

static void grain_desc(const struct grain_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(grain, grains, grain_desc);

static unsigned int grain_of(const u64 *free, const u64 *want)
{
	u64 stock[NR_PAGE_ORDERS + 1] = { }, need[NR_PAGE_ORDERS + 1] = { };
	int order;

	for (order = MAX_PAGE_ORDER; order >= 0; order--) {
		stock[order] = stock[order + 1] + free[order];
		need[order] = need[order + 1] + want[order];
	}
	return ba_grain(stock, need);
}

static void ba_grain_of(struct kunit *test)
{
	const struct grain_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, grain_of(c->free, c->want), c->grain);
}

/* Pages that are wanted and not there, when each order is served after those above. */
static u64 unserved(const u64 *free, const u64 *want)
{
	u64 pool = 0, missing = 0;
	int order;

	for (order = MAX_PAGE_ORDER; order >= BA_FIRST_ORDER; order--) {
		u64 served = min(want[order], pool + free[order]);

		missing += want[order] - served;
		pool += free[order] - served;
	}
	return missing;
}

/* A new block of this order or above serves somebody, and one below it nobody. */
static void ba_grain_tells_what_is_of_use(struct kunit *test)
{
	u32 seed = 17;
	int i;

	for (i = 0; i < 20000; i++) {
		u64 free[NR_PAGE_ORDERS] = { }, want[NR_PAGE_ORDERS] = { }, missing;
		unsigned int order, grain;

		/* so that nobody is short by less than a block */
		for (order = BA_FIRST_ORDER; order <= LARGE; order++) {
			free[order] = next_random(&seed) % 4 * BLOCK;
			want[order] = next_random(&seed) % 4 * BLOCK;
		}
		missing = unserved(free, want);
		grain = grain_of(free, want);
		KUNIT_ASSERT_EQ(test, grain == 0, missing == 0);
		for (order = BA_FIRST_ORDER; grain && order <= LARGE; order++) {
			free[order] += 1U << order;
			if (order < grain)
				KUNIT_ASSERT_EQ(test, unserved(free, want), missing);
			else
				KUNIT_ASSERT_LT(test, unserved(free, want), missing);
			free[order] -= 1U << order;
		}
	}
}

/* supply: is it worth a run? */

static void ba_run_pays_by_size_or_age(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ba_run_pays(1000, 8000, 0));
	KUNIT_EXPECT_FALSE(test, ba_run_pays(999, 8000, 0));
	KUNIT_EXPECT_FALSE(test, ba_run_pays(1, 8000, 999));
	KUNIT_EXPECT_TRUE(test, ba_run_pays(1, 8000, 1000));
	KUNIT_EXPECT_TRUE(test, ba_run_pays(ZONE_MAX, ZONE_MAX, 0));
	/* nothing missing is never worth it */
	KUNIT_EXPECT_FALSE(test, ba_run_pays(0, 0, UINT_MAX));
	KUNIT_EXPECT_FALSE(test, ba_run_pays(0, 8000, UINT_MAX));
}

/* supply: churn */

static void ba_churn_at_the_bound(struct kunit *test)
{
	/* 1 percent of 10000 in 50 ms */
	KUNIT_EXPECT_FALSE(test, ba_churning(10000, 9900, 0, 50));
	KUNIT_EXPECT_TRUE(test, ba_churning(10000, 9899, 0, 50));
	KUNIT_EXPECT_FALSE(test, ba_churning(10000, 10100, 0, 50));
	KUNIT_EXPECT_TRUE(test, ba_churning(10000, 10101, 0, 50));
	/* which is 20 percent in a second */
	KUNIT_EXPECT_FALSE(test, ba_churning(10000, 8000, 0, 1000));
	KUNIT_EXPECT_TRUE(test, ba_churning(10000, 7999, 0, 1000));
}

/* What large requests took, or took and gave back, is no churn; all else is. */
static void ba_churn_is_not_demand(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_churning(10000, 15120, 5120, 50));
	KUNIT_EXPECT_FALSE(test, ba_churning(10000, 10000, 5120, 50));
	KUNIT_EXPECT_FALSE(test, ba_churning(10000, 15220, 5120, 50));
	KUNIT_EXPECT_TRUE(test, ba_churning(10000, 15221, 5120, 50));
	KUNIT_EXPECT_TRUE(test, ba_churning(10000, 9899, 5120, 50));
}

static void ba_churn_at_the_extremes(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ba_churning(0, 0, 0, 0));
	KUNIT_EXPECT_TRUE(test, ba_churning(1, 0, 0, 50));
	KUNIT_EXPECT_TRUE(test, ba_churning(9999, 10000, 0, 0));
	KUNIT_EXPECT_TRUE(test, ba_churning(0, ZONE_MAX, 0, 50));
	KUNIT_EXPECT_TRUE(test, ba_churning(0, ZONE_MAX, ZONE_MAX - 1, UINT_MAX));
	KUNIT_EXPECT_FALSE(test, ba_churning(0, ZONE_MAX, ZONE_MAX, 50));
	KUNIT_EXPECT_FALSE(test, ba_churning(0, ZONE_MAX, U64_MAX, 50));
	KUNIT_EXPECT_FALSE(test, ba_churning(ZONE_MAX, 0, 0, UINT_MAX / 1000));
}

/* supply: the budget */

static void ba_budget_of_a_window(struct kunit *test)
{
	struct ba_budget b = { };

	/* 10 percent of 10 s */
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC * 1ULL);
	ba_budget_charge(&b, 100, NSEC_PER_SEC / 4);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC * 3ULL / 4);
	ba_budget_charge(&b, 105, NSEC_PER_SEC / 4);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC / 2ULL);
	/* at 110.0 the first has not left the last 10 s, at 111 it has */
	ba_budget_charge(&b, 110, 0);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC / 2ULL);
	ba_budget_charge(&b, 111, 0);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC * 3ULL / 4);
	ba_budget_charge(&b, 116, 0);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC * 1ULL);
}

static void ba_budget_at_the_extremes(struct kunit *test)
{
	struct ba_budget b = { };
	unsigned int percent;

	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 0), 0ULL);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 100), U64_MAX);
	KUNIT_EXPECT_EQ(test, ba_budget_ms(0), 0U);
	KUNIT_EXPECT_EQ(test, ba_budget_ms(100), 10000U);
	for (percent = 0; percent < 100; percent++)
		KUNIT_EXPECT_EQ(test, ba_budget_left(&b, percent),
				(u64)ba_budget_ms(percent) * NSEC_PER_MSEC);
	/* more than there is: after a change of the setting, or of other work */
	ba_budget_charge(&b, 7, 100ULL * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 99), 0ULL);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 100), U64_MAX);
}

static void ba_budget_after_a_long_sleep(struct kunit *test)
{
	static const u64 jumps[] = { 11, 12, 21, 22, 1000, 1ULL << 33 };
	int i;

	for (i = 0; i < ARRAY_SIZE(jumps); i++) {
		struct ba_budget b = { };
		u64 second;

		for (second = 0; second < 11; second++)
			ba_budget_charge(&b, second, NSEC_PER_SEC / 11);
		KUNIT_ASSERT_LT(test, ba_budget_left(&b, 10), 11ULL);
		ba_budget_charge(&b, 10 + jumps[i], 0);
		KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), NSEC_PER_SEC * 1ULL);
	}
}

static void ba_budget_when_time_stands_still(struct kunit *test)
{
	struct ba_budget b = { };
	int i;

	for (i = 0; i < 100; i++)
		ba_budget_charge(&b, 5, NSEC_PER_SEC / 100);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), 0ULL);
	/* nor does it help to go back */
	ba_budget_charge(&b, 4, 0);
	KUNIT_EXPECT_EQ(test, ba_budget_left(&b, 10), 0ULL);
	KUNIT_EXPECT_EQ(test, b.second, 5ULL);
}

static void ba_budget_suffices_from_a_quarter(struct kunit *test)
{
	/* of 1 s */
	KUNIT_EXPECT_FALSE(test, ba_budget_suffices(NSEC_PER_SEC / 4 - 1, 10));
	KUNIT_EXPECT_TRUE(test, ba_budget_suffices(NSEC_PER_SEC / 4, 10));
	KUNIT_EXPECT_FALSE(test, ba_budget_suffices(0, 1));
	KUNIT_EXPECT_FALSE(test, ba_budget_suffices(0, 0));
	KUNIT_EXPECT_FALSE(test, ba_budget_suffices(U64_MAX, 0));
	KUNIT_EXPECT_TRUE(test, ba_budget_suffices(U64_MAX, 100));
}

static void ba_step_ahead_of_the_last_ones(struct kunit *test)
{
	static const struct { u64 longest, step, ahead; } cases[] = {
		{ 0, 0, 0 }, { 0, 5, 5 }, { 5, 5, 5 }, { 5, 6, 6 },
		{ 3200, 0, 3100 }, { 3200, 3100, 3100 }, { 3200, 3101, 3101 },
		{ 0, U64_MAX, U64_MAX }, { U64_MAX, 0, U64_MAX - U64_MAX / 32 },
	};
	u64 ahead = 0;
	u32 seed = 5;
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ(test, ba_step_ahead(cases[i].longest, cases[i].step),
				cases[i].ahead);
	for (i = 0; i < 1000; i++) {
		u64 step = next_random(&seed), before = ahead;

		ahead = ba_step_ahead(before, step);
		KUNIT_ASSERT_GE(test, ahead, step);
		KUNIT_ASSERT_LE(test, ahead, max(before, step));
	}
	/* one of a second is forgotten after two hundred of nothing */
	for (ahead = NSEC_PER_SEC, i = 0; i < 200; i++)
		ahead = ba_step_ahead(ahead, 0);
	KUNIT_EXPECT_LT(test, ahead, NSEC_PER_SEC / 100ULL);
}

#define RUNS	4000

/*
 * Runs that take no more than is left, at random times: no 10 seconds may hold
 * more than the percentage. The fullest 10 seconds end where a run does.
 */
static void ba_budget_holds_in_any_window(struct kunit *test)
{
	static const unsigned int percents[] = { 1, 5, 10, 50, 99 };
	struct { u64 from, to; } *runs;
	u32 seed = 12;
	int p, i, j;

	runs = kunit_kmalloc_array(test, RUNS, sizeof(*runs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, runs);
	for (p = 0; p < ARRAY_SIZE(percents); p++) {
		u64 most = percents[p] * (10ULL * NSEC_PER_SEC / 100);
		u64 now = 0, done = 0, fullest = 0;
		struct ba_budget b = { };

		for (i = 0; i < RUNS; i++) {
			u64 left, held = 0;

			/* mostly one after the other; some after a long time */
			if (next_random(&seed) % 16)
				now += next_random(&seed) % (100 * NSEC_PER_MSEC);
			else
				now += 6ULL * next_random(&seed);
			ba_budget_charge(&b, div_u64(now, NSEC_PER_SEC), done);
			left = ba_budget_left(&b, percents[p]);
			done = left;
			if (!(next_random(&seed) % 4))
				done = left * (next_random(&seed) % 100) / 100;
			runs[i].from = now;
			now += done;
			runs[i].to = now;
			for (j = i; j >= 0 && runs[j].to + 10ULL * NSEC_PER_SEC > now; j--)
				held += runs[j].to - max_t(s64, runs[j].from,
							   now - 10LL * NSEC_PER_SEC);
			KUNIT_ASSERT_LE(test, held, most);
			fullest = max(fullest, held);
		}
		/* and it is there to be used */
		KUNIT_EXPECT_EQ(test, fullest, most);
	}
}

/* supply: pauses */

struct backoff_case {
	const char *name;
	unsigned int last_ms;
	u64 gain, scanned;
	unsigned int cost_ms;
	unsigned int pause_ms;
};

static const struct backoff_case backoffs[] = {
	{ "the first", 0, 0, 1000, 1, 250 },
	{ "the second", 250, 0, 1000, 1, 1000 },
	{ "the first of dear rounds", 0, 0, 1000, 1000, 32000 },
	{ "the second of dear rounds", 32000, 0, 1000, 1000, 128000 },
	{ "up to 64 s", 64000, 0, 1000, 1, 64000 },
	{ "nearly", 17000, 0, 1000, 1, 64000 },
	{ "128 times the cost", 64000, 0, 1000, 1000, 128000 },
	{ "and no more", 128000, 0, 1000, 1000, 128000 },
	{ "nothing looked at", 0, 0, 0, 0, 1000 },
	{ "nor before", 1000, 0, 0, 0, 1000 },
	{ "nor for long", 64000, 0, 0, 3, 1000 },
	{ "good work", 64000, 1, 256, 1, 0 },
	{ "poor work", 64000, 1, 257, 1, 64000 },
	{ "good work at once", 0, 512, 512, 1, 0 },
	{ "what came by itself", 500, 512, 0, 0, 0 },
	{ "the largest", U32_MAX, 0, U64_MAX, U32_MAX, U32_MAX / 2 },
};

static void backoff_desc(const struct backoff_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(backoff, backoffs, backoff_desc);

static void ba_backoff_after(struct kunit *test)
{
	const struct backoff_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, ba_backoff_next(c->last_ms, c->gain, c->scanned, c->cost_ms),
			c->pause_ms);
}

static void ba_round_gain_counts_what_was_taken(struct kunit *test)
{
	/* now, before, taken */
	KUNIT_EXPECT_EQ(test, ba_round_gain(700, 200, 0), 500ULL);
	KUNIT_EXPECT_EQ(test, ba_round_gain(200, 700, 0), 0ULL);
	/* all of it was taken as it came */
	KUNIT_EXPECT_EQ(test, ba_round_gain(0, 0, 500), 500ULL);
	KUNIT_EXPECT_EQ(test, ba_round_gain(100, 700, 1100), 500ULL);
	/* only what was there was taken */
	KUNIT_EXPECT_EQ(test, ba_round_gain(100, 700, 600), 0ULL);
	KUNIT_EXPECT_EQ(test, ba_round_gain(100, 700, 500), 0ULL);
	/* counters that were read one after another, and such that wrap */
	KUNIT_EXPECT_EQ(test, ba_round_gain(0, 0, -512ULL), 0ULL);
	KUNIT_EXPECT_EQ(test, ba_round_gain(1024, 0, -512ULL), 512ULL);
	KUNIT_EXPECT_EQ(test, ba_round_gain(1ULL << 52, 0, 0), 1ULL << 52);
	KUNIT_EXPECT_EQ(test, ba_round_gain(0, 1ULL << 52, 0), 0ULL);
}

static void ba_backoff_is_monotone_and_bounded(struct kunit *test)
{
	u32 seed = 13;
	int i;

	for (i = 0; i < 100000; i++) {
		unsigned int a = next_random(&seed) >> (next_random(&seed) % 32);
		unsigned int b = next_random(&seed) >> (next_random(&seed) % 32);
		unsigned int cost = next_random(&seed) >> (next_random(&seed) % 32);
		u64 most = max_t(u64, BA_BACKOFF_MAX_MS, cost * 128ULL);

		KUNIT_ASSERT_LE(test, ba_backoff_next(min(a, b), 0, 1000, cost),
				ba_backoff_next(max(a, b), 0, 1000, cost));
		KUNIT_ASSERT_LE(test, ba_backoff_next(0, 0, 1000, min(a, b)),
				ba_backoff_next(0, 0, 1000, max(a, b)));
		KUNIT_ASSERT_LE(test, (u64)ba_backoff_next(a, 0, 1000, cost), most);
		KUNIT_ASSERT_GE(test, ba_backoff_next(a, 0, 1000, cost),
				(unsigned int)BA_BACKOFF_FIRST_MS);
		KUNIT_ASSERT_EQ(test, ba_backoff_next(a, 1000, 1000, cost), 0U);
	}
}

/*
 * Round after round brings nothing: from the second on they take less than 1 percent, and
 * once pauses grow no further any minute has less, unless a round alone has as much.
 */
static void ba_backoff_calms(struct kunit *test)
{
	unsigned int cost;

	for (cost = 1; cost <= 10000; cost += 1 + cost / 16) {
		unsigned int pause = ba_backoff_next(0, 0, 1000000, cost);
		int round;

		for (round = 2; round < 10; round++) {
			pause = ba_backoff_next(pause, 0, 1000000, cost);
			KUNIT_ASSERT_GE(test, pause, cost * 99);
			if (pause >= BA_BACKOFF_MAX_MS && cost < 600)
				KUNIT_ASSERT_LT(test, (60000 / (cost + pause) + 1) * cost, 600U);
		}
		KUNIT_ASSERT_GE(test, pause, (unsigned int)BA_BACKOFF_MAX_MS);
	}
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
	KUNIT_CASE(ba_classify_first_pass_of_a_policy),
	KUNIT_CASE(ba_classify_mandatory_bits_win),
	KUNIT_CASE(ba_screen_agrees_with_classify),
	KUNIT_CASE(ba_may_fail_spares_those_who_cannot),
	KUNIT_CASE_PARAM(ba_keeps_clean_mask, clean_gen_params),
	KUNIT_CASE(ba_keeps_clean_spares_mandatory),
	KUNIT_CASE(ba_gated_above_the_costly_order),
	KUNIT_CASE_PARAM(ba_size_class_of, size_gen_params),
	KUNIT_CASE(ba_size_class_is_the_smallest_that_holds),
	KUNIT_CASE(ba_demand_of_nothing),
	KUNIT_CASE(ba_demand_burst_ends_when_quiet),
	KUNIT_CASE(ba_demand_burst_goes_on_after_a_short_pause),
	KUNIT_CASE(ba_demand_trickle_counts),
	KUNIT_CASE(ba_demand_trickle_never_forgotten),
	KUNIT_CASE(ba_demand_fades_to_nothing),
	KUNIT_CASE(ba_demand_halves_in_three_minutes),
	KUNIT_CASE(ba_demand_at_the_extremes),
	KUNIT_CASE(ba_demand_when_time_stands_still),
	KUNIT_CASE_PARAM(ba_demand_covered_by, history_gen_params),
	KUNIT_CASE(ba_demand_covered_is_the_least_that_serves),
	KUNIT_CASE(ba_peak_holds_the_burst_under_way),
	KUNIT_CASE(ba_peak_remembers_a_burst),
	KUNIT_CASE(ba_peak_is_monotone),
	KUNIT_CASE(ba_governs_from_what_proactive_would_make),
	KUNIT_CASE_PARAM(ba_share_of, share_gen_params),
	KUNIT_CASE(ba_shares_add_up),
	KUNIT_CASE_PARAM(ba_grain_of, grain_gen_params),
	KUNIT_CASE(ba_grain_tells_what_is_of_use),
	KUNIT_CASE(ba_run_pays_by_size_or_age),
	KUNIT_CASE(ba_churn_at_the_bound),
	KUNIT_CASE(ba_churn_is_not_demand),
	KUNIT_CASE(ba_churn_at_the_extremes),
	KUNIT_CASE(ba_budget_of_a_window),
	KUNIT_CASE(ba_budget_at_the_extremes),
	KUNIT_CASE(ba_budget_after_a_long_sleep),
	KUNIT_CASE(ba_budget_when_time_stands_still),
	KUNIT_CASE(ba_budget_suffices_from_a_quarter),
	KUNIT_CASE(ba_step_ahead_of_the_last_ones),
	KUNIT_CASE(ba_budget_holds_in_any_window),
	KUNIT_CASE(ba_round_gain_counts_what_was_taken),
	KUNIT_CASE_PARAM(ba_backoff_after, backoff_gen_params),
	KUNIT_CASE(ba_backoff_is_monotone_and_bounded),
	KUNIT_CASE(ba_backoff_calms),
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
