// SPDX-License-Identifier: GPL-2.0
/*
 * What transcripts cannot reach: a kernel that refuses in the middle of a set,
 * formulas at their bounds, parsers on every cut of their input, and watch's
 * picture at all sizes. Linked with --wrap=sysroot_write_line, so that writes
 * can be made to fail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "buddyinfo.h"
#include "counters.h"
#include "host.h"
#include "judge.h"
#include "message.h"
#include "orders.h"
#include "persist.h"
#include "sample.h"
#include "screen.h"
#include "sysroot.h"
#include "table.h"
#include "tunables.h"

static void ok(bool good, const char *text)
{
	if (!good)
		fail_msg("%s", text);
}

/* Complaints are read elsewhere; here they would be noise. */
static void silence(const char *text)
{
	(void)text;
}

/* The nth write fails with an errno, or pretends to have worked. */
static int fail_at, fail_with, writes;
#define PRETEND	1

int __real_sysroot_write_line(const char *path, const char *text);
int __wrap_sysroot_write_line(const char *path, const char *text);
int __wrap_sysroot_write_line(const char *path, const char *text)
{
	if (++writes != fail_at)
		return __real_sysroot_write_line(path, text);
	return fail_with == PRETEND ? 0 : fail_with;
}

static uint64_t value_of(const struct tunable *t)
{
	char text[TUNABLE_TEXT];

	return tunable_read(t, text) ? UINT64_MAX : strtoull(text, NULL, 10);
}

/* Two changes, of which the second goes wrong. */
static int apply(int at, int with)
{
	struct change changes[] = {
		{ tunable_threshold, "80", "50" },
		{ tunable_mode, "2", "3" },
	};

	fail_at = 0;
	sysroot_write_line(tunable_path(tunable_threshold), "80");
	sysroot_write_line(tunable_path(tunable_mode), "2");
	writes = 0;
	fail_at = at;
	fail_with = with;
	return tunables_apply(changes, 2);
}

static bool unchanged(void)
{
	return value_of(tunable_threshold) == 80 && value_of(tunable_mode) == 2;
}

static void make_file(const char *root, const char *path)
{
	char name[512];
	char *slash;
	int fd;

	snprintf(name, sizeof(name), "%s%s", root, path);
	for (slash = strchr(name + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(name, 0755);
		*slash = '/';
	}
	fd = open(name, O_CREAT | O_WRONLY, 0644);
	if (fd >= 0)
		close(fd);
}

static void test_set(void **state)
{
	char root[] = "/tmp/buddyctl-unit-XXXXXX", command[64];

	(void)state;
	if (!mkdtemp(root)) {
		ok(false, "a folder for the set tests");
		return;
	}
	make_file(root, tunable_path(tunable_threshold));
	make_file(root, tunable_path(tunable_mode));
	sysroot_set(root);

	ok(apply(0, 0) == EXIT_OK && value_of(tunable_threshold) == 50 &&
	   value_of(tunable_mode) == 3, "set: both values are written");
	ok(apply(1, -EINVAL) == EXIT_REFUSED && writes == 1 && unchanged(),
	   "set: the first is refused, the second never tried");
	ok(apply(2, -EINVAL) == EXIT_REFUSED && unchanged(),
	   "set: the kernel refuses the second, the first is put back");
	ok(apply(2, -EPERM) == EXIT_NOPERM && unchanged(),
	   "set: no permission for the second, the first is put back");
	ok(apply(2, -EROFS) == EXIT_NOPERM && unchanged(),
	   "set: read-only in the middle, the first is put back");
	ok(apply(2, -EIO) == EXIT_FAILED && unchanged(),
	   "set: any other error, the first is put back");
	ok(apply(2, PRETEND) == EXIT_FAILED && unchanged(),
	   "set: a write that does not stick is a failure");

	sysroot_set("/");
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ok(!system(command), "set: cleaned up");
}

static bool parses(const char *text, size_t len)
{
	FILE *f = fmemopen((void *)text, len, "r");
	struct buddyinfo info;
	char why[64] = "";
	bool good;

	if (!f)		/* of length 0: no such stream */
		return false;
	good = !buddyinfo_parse(f, &info, why, sizeof(why));
	fclose(f);
	if (good)
		buddyinfo_free(&info);
	else
		good = !*why;	/* without a reason: a fault of its own */
	return good;
}

static void test_buddyinfo(void **state)
{
	static const char line[] = "Node 0, zone   Normal      1      2      3 \n";
	static const char *const bad[] = {
		"", "\n", "Node", "Node 0", "Node 0,", "Node x, zone DMA 1\n",
		"Node 0, zone\n", "Node 0, zone DMA\n", "Node 0, zone DMA x\n",
		"Node 0, zone DMA 1 2x 3\n", "Node 0, zone DMA +1\n",
		"Node 0, zone DMA 0x10\n", "Node -1, zone DMA 1\n",
		"Node 99999, zone DMA 1\n", "Node 0, zone 0123456789abcdef 1\n",
		"Node 0, zone DMA 140737488355329\n",
		"Node 0, zone DMA 140737488355328 1\n",
		"Node 0, zone DMA 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
	};
	char *big = malloc(1 << 20);
	bool good = true;
	size_t i;

	(void)state;
	ok(parses(line, sizeof(line) - 1), "buddyinfo: a line of the kernel's");
	ok(parses(line, sizeof(line) - 2), "buddyinfo: without a newline at the end");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (parses(bad[i], strlen(bad[i]))) {
			printf("# took %s", bad[i]);
			good = false;
		}
	ok(good, "buddyinfo: refuses what is no zone");

	/* Cuts that leave a number are fine, none may crash. */
	for (i = 1; i < sizeof(line); i++)
		parses(line, i);
	ok(true, "buddyinfo: every cut of a line is survived");
	if (big) {
		memset(big, '1', 1 << 20);
		ok(!parses(big, 1 << 20), "buddyinfo: a megabyte of digits");
	}
	free(big);
}

static void test_formulas(void **state)
{
	struct zone zone = { .blocks = { [0] = 488, [9] = 1 } };
	const struct rules rules = { 80, 200, 8 };
	unsigned int t, s;
	bool same = true;
	uint64_t ratio;

	(void)state;
	ok(zone_free(&zone) == 1000 && zone_suitable(&zone, 9) == 512 &&
	   frag_permille(1000, 512) == 488, "frag: the example at the head of buddyinfo.h");
	ok(!frag_above(100, 20, 80) && frag_above(1000, 199, 80) &&
	   !frag_above(1000, 0, 100) && frag_above(1000, 999, 0) &&
	   !frag_above(1000, 1000, 0), "frag: strictly above, and never at 100");
	for (t = 0; t <= 100; t++)
		for (s = 0; s <= 1000; s++)
			same &= frag_above(1000, s, t) == (1000 - s > 10 * t);
	ok(same, "frag: multiplied out equals divided, on the whole grid");
	ok(frag_permille(MAX_PAGES, 0) == 1000 &&
	   frag_permille(MAX_PAGES, MAX_PAGES) == 0 &&
	   frag_above(MAX_PAGES, MAX_PAGES / 5 - 1, 80) &&
	   !frag_above(MAX_PAGES, MAX_PAGES / 5 + 1, 80),
	   "frag: the largest zone does not overflow");

	zone.blocks[0] = 1024;
	ok(zone_ratio(&zone, &ratio) && ratio == 200 && !ratio_above(&zone, 200),
	   "ratio: 200 is not above 200");
	zone.blocks[0] = 1025;
	ok(ratio_above(&zone, 200) && !ratio_above(&zone, 0), "ratio: above, and off at 0");
	ok(judge(&rules, &zone, 9) == VERDICT_RATIO && judge(&rules, &zone, 7) == VERDICT_OK,
	   "ratio: judges from its smallest order up only");
	zone.blocks[9] = 0;
	ok(!zone_ratio(&zone, &ratio) && ratio_above(&zone, 10000),
	   "ratio: without any large block above every bound");
	zone.blocks[0] = 0;
	ok(judge(&rules, &zone, 9) == VERDICT_EMPTY, "judge: an empty zone is just empty");
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		int result;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 }, { "7\n", 0, 7 }, { "007", 0, 7 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999", -ERANGE, 0 },
		{ "", -EBADMSG, 0 }, { "\n", -EBADMSG, 0 }, { " 1", -EBADMSG, 0 },
		{ "1 ", -EBADMSG, 0 }, { "1\n\n", -EBADMSG, 0 }, { "1 2", -EBADMSG, 0 },
		{ "-1", -EBADMSG, 0 }, { "0x1", -EBADMSG, 0 }, { "1.5", -EBADMSG, 0 },
	};
	uint64_t value;
	char text[96];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int result = parse_decimal(cases[i].text, &value);
		bool good = result == cases[i].result &&
			(result || value == cases[i].value);

		snprintf(text, sizeof(text), "number: case %zu", i);
		ok(good, text);
	}
	ok(numbered_entry("order10", "order") == 10 && numbered_entry("order", "order") < 0 &&
	   numbered_entry("order1x", "order") < 0 && numbered_entry("node1", "order") < 0 &&
	   numbered_entry("order99999", "order") < 0, "number: entries of a folder");
}

static void test_saved(void **state)
{
	static const char json[] =
		"{\n \"orders\": [\n {\n \"order\": 9, \"requests\": 18446744073709551615,"
		" \"slowpath\": null, \"later\": 3\n },{\"wakes\":4,\"order\":10}\n ]\n}\n";
	static const char *const bad[] = {
		"", "{", "{}", "[]", "{\"orders\": []}", "{\"orders\": [{}]}",
		"{\"orders\": [{\"requests\": 1}]}", "{\"orders\": [{\"order\": 32}]}",
		"{\"orders\": [{\"order\": -1}]}", "{\"orders\": [{\"order\": 9}{\"order\": 10}]}",
		"{\"orders\": [{\"order\": 9},{\"order\": 9}]}", "{\"zones\": [{\"order\": 9}]}",
		"{\"orders\": [{\"order\": 9}]} x", "{\"orders\": [{\"or\\\"der\": 9}]}",
		"{\"orders\": [{\"order\": 99999999999999999999}]}",
		"{\"orders\": [{\"order\": 9, \"requests\": \"1\"}]}",
		"{\"orders\": [{\"order\": 9, \"requests\": 1.5}]}",
	};
	struct snapshot s;
	char cut[sizeof(json)];
	bool good = true;
	size_t i;

	(void)state;
	ok(snapshot_parse(&s, json) && s.order[9].value[REQUESTS] == UINT64_MAX &&
	   s.order[9].known[REQUESTS] && !s.order[9].known[SLOWPATH] &&
	   s.order[10].value[WAKES] == 4 && !s.order[8].present, "saved: what stats writes");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (snapshot_parse(&s, bad[i])) {
			printf("# took %s\n", bad[i]);
			good = false;
		}
	ok(good, "saved: refuses everything else");
	good = true;
	for (i = 0; i < sizeof(json) - 2; i++) {
		memcpy(cut, json, i);
		cut[i] = '\0';
		good &= !snapshot_parse(&s, cut);
	}
	ok(good, "saved: refuses every cut");
}

static void test_tunables(void **state)
{
	static const struct {
		const char *name, *text;
		int64_t value;		/* -1: refused */
	} cases[] = {
		{ "frag_threshold", "0", 0 }, { "frag_threshold", "100", 100 },
		{ "frag_threshold", "0x64", 100 }, { "frag_threshold", "0X64", 100 },
		{ "frag_threshold", "-0", 0 }, { "frag_threshold", "010", 10 },
		{ "frag_threshold", "101", -1 }, { "frag_threshold", "0x", -1 },
		{ "frag_threshold", "", -1 }, { "frag_threshold", " 80", -1 },
		{ "frag_threshold", "80\n", -1 }, { "frag_threshold", "8e1", -1 },
		{ "frag_threshold", "guard", -1 }, { "frag_threshold", "--1", -1 },
		{ "mode", "off", 0 }, { "mode", "REFUSE", 3 }, { "mode", "3", 3 },
		{ "mode", "off,guard", -1 }, { "mode", "of", -1 }, { "mode", "none", -1 },
		{ "levers", "none", 0 }, { "levers", "all", 3 }, { "levers", "decline", 1 },
		{ "levers", "protect,decline", 3 }, { "levers", "decline,decline", 1 },
		{ "levers", "decline,", -1 }, { "levers", ",", -1 }, { "levers", "", -1 },
		{ "levers", "1,2", -1 }, { "min_order", "3", 3 }, { "min_order", "2", -1 },
		{ "ratio_min_order", "3", -1 }, { "ratio_threshold", "10000", 10000 },
		{ "ratio_threshold", "10001", -1 }, { "levers", "supply", -1 },
		{ "service_level", "49", -1 }, { "service_level", "50", 50 },
		{ "cpu_percent", "100", 100 }, { "cpu_percent", "101", -1 },
		{ "available_governors", "peak", -1 }, { "governor", "", -1 },
		{ "governor", "Peak", -1 }, { "governor", "peak feedback", -1 },
	};
	char value[TUNABLE_TEXT], text[96];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct tunable *t = tunable_find(cases[i].name);
		const char *wrong = tunable_parse(t, cases[i].text, value);
		bool good = cases[i].value < 0 ? !!wrong :
			!wrong && strtoll(value, NULL, 10) == cases[i].value;

		snprintf(text, sizeof(text), "tunable: %s, case %zu", cases[i].name, i);
		ok(good, text);
	}
	ok(tunable_find("vm.buddy_adaptive_mode") == tunable_mode &&
	   tunable_find("buddy_adaptive_mode") == tunable_mode &&
	   tunable_find("adaptive_mode") == tunable_mode && tunable_find("mode") == tunable_mode &&
	   !tunable_find("") && !tunable_find("vm.") && !tunable_find("vm.mode"),
	   "tunable: long and short names");
	ok(!strcmp(tunable_meaning(tunable_levers, "0"), "none") &&
	   !strcmp(tunable_meaning(tunable_levers, "3"), "decline,protect") &&
	   !strcmp(tunable_meaning(tunable_levers, "10"), "protect,keep_clean") &&
	   !strcmp(tunable_meaning(tunable_levers, "34"), "protect,32") &&
	   !strcmp(tunable_meaning(tunable_mode, "9"), "") &&
	   !strcmp(tunable_meaning(tunable_threshold, "80"), ""), "tunable: names of values");
}

static void test_nearest(void **state)
{
	struct nearest near = { .word = "statu" };

	(void)state;
	nearest_offer(&near, "frag", "frag");
	ok(!nearest_name(&near), "nearest: nothing near, nothing suggested");
	nearest_offer(&near, "stats", "stats");
	nearest_offer(&near, "status", "status");
	ok(nearest_name(&near) && !strncmp(nearest_name(&near), "stat", 4),
	   "nearest: one letter off");
	near = (struct nearest){ .word = "" };
	nearest_offer(&near, "get", "get");
	ok(!nearest_name(&near), "nearest: nothing is like no word");
}

static FILE *text_file(const char *text)
{
	return fmemopen((void *)text, strlen(text), "r");
}

static void test_vmstat(void **state)
{
	struct vmstat vm;
	FILE *f;

	(void)state;
	f = text_file("compact_stall 7\nallocstall_dma 1\nallocstall_normal 2\ncompact_stalled 9\n");
	ok(vmstat_parse(f, &vm) && vm.value[EV_STALL] == 7 && vm.value[EV_RECLAIM] == 3 &&
	   vm.known[EV_RECLAIM] && !vm.known[EV_THP], "vmstat: names and prefixes");
	fclose(f);
	f = text_file("compact_stall 7\ncompact_fail x\n");
	ok(!vmstat_parse(f, &vm), "vmstat: not a number");
	fclose(f);
	f = text_file("compact_stall\n");
	ok(!vmstat_parse(f, &vm), "vmstat: no number");
	fclose(f);
}

static void test_meminfo(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "MemTotal:  100 kB\nMemFree: 7 kB\nMemAvailable:   50 kB\n", true },
		{ "MemTotal:  100 kB\n", true },
		{ "MemAvailable:  100 kB\n", false },
		{ "MemTotal:  100 kB\nMemAvailable:  101 kB\n", false },
		{ "MemTotal:  100 MB\n", false },
		{ "MemTotal:  -1 kB\n", false },
		{ "MemTotal:  18446744073709551615 kB\n", false },
	};
	struct meminfo mem;
	char word[8];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		FILE *f = text_file(cases[i].text);

		ok(meminfo_parse(f, &mem) == cases[i].good, cases[i].text);
		fclose(f);
	}
	ok(chosen_word("always [madvise] never", word, sizeof(word)) && !strcmp(word, "madvise"),
	   "bracket: the chosen word");
	ok(!chosen_word("always", word, sizeof(word)) && !chosen_word("a [b", word, sizeof(word)) &&
	   !chosen_word("[]", word, sizeof(word)) && !chosen_word("[a b]", word, sizeof(word)) &&
	   !chosen_word("[12345678]", word, sizeof(word)), "bracket: none");
}

static void test_persisted(void **state)
{
	static const char before[] =
		"# mine\nvm.swappiness = 10\n -vm/buddy_frag_threshold=70 \n"
		"vm.buddy_adaptive_mode = 1\nfrag_threshold = 3\nnonsense";
	static const char after[] =
		"# mine\nvm.swappiness = 10\nfrag_threshold = 3\nnonsense\n"
		"-vm.buddy_frag_threshold = 70\n-vm.buddy_adaptive_mode = 1\n";
	struct persisted p;
	char *text = NULL;
	size_t size;
	FILE *f;

	(void)state;
	f = text_file(before);
	ok(!persisted_parse(f, &p), "persisted: read");
	fclose(f);
	f = open_memstream(&text, &size);
	persisted_print(f, &p);
	fclose(f);
	assert_string_equal(text, after);
	persisted_free(&p);
	free(text);
}

static void test_orders(void **state)
{
	(void)state;
	ok(parse_orders("9", 10) == 1 << 9 && parse_orders("4-6,8", 10) == 0x170 &&
	   parse_orders("all", 3) == 15 && !parse_orders("4-", 10) && !parse_orders("11", 10) &&
	   !parse_orders("4,,5", 10) && !parse_orders("99999999999999999999", 10) &&
	   !parse_orders("4294967305", 10) && !parse_orders("4-4294967305", 10), "orders");
	ok(parse_order("x", "9", 10) == 9 && parse_order("x", "4,5", 10) == -1, "one order");
}

static void test_sizes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" }, { 1023, "1023B" }, { 1024, "1K" }, { 1536, "1.5K" },
		{ 2047, "2K" }, { 1048575, "1024K" }, { UINT64_MAX, "16E" },
	};
	char text[SIZE_TEXT], out[RATE_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(size_text(text, cases[i].bytes), cases[i].text);
	assert_string_equal(rate_text(out, 0), "0");
	assert_string_equal(rate_text(out, 0.04), "0.0");
	assert_string_equal(rate_text(out, 9.94), "9.9");
	assert_string_equal(rate_text(out, 9.96), "10");
	assert_string_equal(rate_text(out, 999.6), "1.0k");
	assert_string_equal(rate_text(out, 12345), "12k");
	assert_string_equal(rate_text(out, 1e30), "1000000000000E");
	ok(rate(5, 3, 2) == 1 && rate(3, 5, 2) == 0 && rate(5, 3, 0) == 0, "rate");
}

/* Two nodes and a Movable zone that is empty, as the screens below want it. */
static void make_sample(struct sample *s, double when, uint64_t scale)
{
	unsigned int order, i;

	memset(s, 0, sizeof(*s));
	s->when = when;
	s->rules = (struct rules){ 80, 200, 8 };
	s->patched = true;
	s->info.nr_orders = 11;
	s->info.nr_zones = 3;
	s->info.zones = calloc(3, sizeof(*s->info.zones));
	s->info.zones[0] = (struct zone){ 0, "Normal", { 4000 * scale, 200, 0, 9, [9] = 2 } };
	s->info.zones[1] = (struct zone){ 1, "Normal", { 10, 20, 30, [10] = 512 } };
	s->info.zones[2] = (struct zone){ 1, "Movable", { 0 } };
	for (order = 3; order <= 10; order++) {
		s->counters.order[order].present = true;
		for (i = 0; i < NR_COUNTERS; i++) {
			s->counters.order[order].known[i] = true;
			s->counters.order[order].value[i] = scale * (i + 1) * order;
		}
	}
	for (i = 0; i < NR_EVENTS; i++) {
		s->vm.known[i] = true;
		s->vm.value[i] = scale * 1000 * i;
	}
	strcpy(s->setting[tunable_mode - tunables], scale == 1 ? "1" : "2");
	strcpy(s->setting[tunable_levers - tunables], "3");
}

/* The columns that a line takes: without escapes, a UTF-8 sequence being one. */
static int width_of(const char *line, size_t len)
{
	int width = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (line[i] == '\033') {
			for (i += 2; i < len && (line[i] < '@' || line[i] > '~'); i++)
				;
			continue;
		}
		width += line[i] != '\r' && (line[i] & 0xc0) != 0x80;
	}
	return width;
}

/* Every line fits, and there are not more of them than rows. */
static bool picture_fits(const struct screen *s)
{
	char *text = NULL, *line, *end;
	bool fits = true;
	int lines = 0;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	screen_paint(f, s);
	fclose(f);
	for (line = text; line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (width_of(line, end ? (size_t)(end - line) : strlen(line)) > s->cols)
			fits = false;
		lines++;
	}
	free(text);
	return fits && lines <= s->rows;
}

static void test_screen(void **state)
{
	static struct history h;
	struct sample now, then;
	struct screen s = {
		.interval = 1, .order = 9, .kernel = "6.1.0", .clock = "12:00:00",
		.now = &now, .history = &h,
	};
	char what[64];

	(void)state;
	make_sample(&then, 100, 1);
	make_sample(&now, 101, 2);
	history_add(&h, &then, NULL, 9, "12:00:00");
	history_add(&h, &now, &then, 9, "12:00:01");
	for (s.rows = 1; s.rows < 70; s.rows++)
		for (s.cols = 1; s.cols < 260; s.cols += 3) {
			s.utf8 = s.cols & 1;
			s.color = s.rows & 1;
			s.paused = s.rows & 2;
			s.then = s.cols & 4 ? &then : NULL;
			snprintf(what, sizeof(what), "screen of %dx%d", s.cols, s.rows);
			ok(picture_fits(&s), what);
		}
	history_free(&h);
	sample_drop(&now);
	sample_drop(&then);
}

static bool was_noted(const struct history *h, const char *text)
{
	unsigned int i;

	for (i = 0; i < h->nr_changes; i++)
		if (strstr(h->changes[i].text, text))
			return true;
	return false;
}

static void test_changes(void **state)
{
	struct sample a, b, c;
	static struct history h;

	(void)state;
	make_sample(&a, 100, 1);
	make_sample(&b, 102, 1);
	history_add(&h, &a, NULL, 9, "0");
	ok(h.nr_changes == 1 && was_noted(&h, "node 0 Normal: fragmented at order 9 (81.3 > 80 %)"),
	   "changes: what is fragmented at the start is said");
	history_add(&h, &b, &a, 9, "1");
	ok(h.nr_changes == 1, "changes: nothing changed, nothing said");

	b.info.zones[0].blocks[9] = 400;
	b.info.zones[2].node = 2;
	b.counters.order[9].value[FAILED] += 2;
	strcpy(b.setting[tunable_mode - tunables], "2");
	history_add(&h, &b, &a, 9, "2");
	ok(was_noted(&h, "node 0 Normal: no longer fragmented at order 9"), "changes: better");
	ok(was_noted(&h, "node 2 Movable appeared") && was_noted(&h, "node 1 Movable is gone"),
	   "changes: zones come and go");
	ok(was_noted(&h, "2 requests of order 9 failed"), "changes: failures");
	ok(was_noted(&h, "vm.buddy_adaptive_mode: 2 (guard), was 1"), "changes: settings");
	ok(counter_rate(&b, &a, FAILED, 9) == 1 && counter_rate(&b, &a, FAILED, ALL_ORDERS) == 1 &&
	   event_rate(&b, &a, EV_STALL) == 0, "changes: rates");

	b.info.zones[0].blocks[9] = 1;
	history_add(&h, &b, &a, 9, "3");
	ok(was_noted(&h, "fragmented at order 9 (89.7 > 80 %)"), "changes: worse");

	/* 79 % is calm again only at 78: neither a change nor a chatter. */
	b.info.zones[0] = (struct zone){ 0, "Normal", { [0] = 2000, [9] = 1 } };
	b.rules.ratio = 0;
	{
		unsigned int before = h.nr_changes;

		history_add(&h, &b, &b, 9, "4");
		ok(h.nr_changes == before, "changes: no chatter at the threshold");
	}
	/* Another order: what is so there is no change. */
	{
		unsigned int before = h.nr_changes;

		history_add(&h, &b, &b, 1, "5");
		history_add(&h, &b, &b, 9, "6");
		ok(h.nr_changes == before, "changes: none by looking at another order");
	}
	history_note(&h, "6", TONE_PLAIN, "something else");
	c = b;
	b.counters.order[9].value[FAILED] += 3;
	b.counters.order[4].value[FAILED] += 1;
	history_add(&h, &b, &c, 9, "7");
	{
		unsigned int before = h.nr_changes;

		history_add(&h, &b, &c, 9, "8");
		ok(h.nr_changes == before && was_noted(&h, "6 requests of order 9 failed since 7") &&
		   was_noted(&h, "2 requests of order 4 failed since 7"),
		   "changes: failures that go on are one line");
		history_note(&h, "9", TONE_PLAIN, "something else");
		history_add(&h, &b, &c, 9, "9");
		ok(h.nr_changes == before + 3, "changes: and another one after something else");
	}
	ok(counter_watched(&a, WOULD_DECLINE) && !counter_watched(&a, DECLINED) &&
	   !counter_watched(&b, WOULD_DECLINE) && counter_watched(&b, DECLINED) &&
	   !counter_watched(&b, PASSED) && !event_watched(&b, EV_STALL),
	   "changes: lines that the mode can have");
	history_free(&h);
	sample_drop(&a);
	sample_drop(&b);
}

static void test_nodes(void **state)
{
	struct zone zones[] = {
		{ 1, "DMA", { 1, 2 } }, { 0, "Normal", { 5, 0 } }, { 1, "Normal", { 3, 4 } },
	};
	struct buddyinfo info = { zones, 3, 2 }, nodes;

	(void)state;
	ok(!buddyinfo_nodes(&info, &nodes) && nodes.nr_zones == 2 && nodes.nr_orders == 2 &&
	   nodes.zones[0].node == 1 && nodes.zones[0].blocks[0] == 4 &&
	   nodes.zones[0].blocks[1] == 6 && nodes.zones[1].blocks[0] == 5, "nodes: added up");
	buddyinfo_free(&nodes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buddyinfo), cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_formulas), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_orders), cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_saved), cmocka_unit_test(test_vmstat),
		cmocka_unit_test(test_meminfo), cmocka_unit_test(test_tunables),
		cmocka_unit_test(test_nearest), cmocka_unit_test(test_set),
		cmocka_unit_test(test_persisted), cmocka_unit_test(test_screen),
		cmocka_unit_test(test_changes),
	};

	message_sink(silence);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
