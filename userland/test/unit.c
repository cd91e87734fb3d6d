// SPDX-License-Identifier: GPL-2.0
/*
 * What transcripts cannot reach: a kernel that refuses in the middle of a set,
 * formulas at their bounds, and parsers on every cut of their input. Linked
 * with --wrap=sysroot_write_number, so that writes can be made to fail.
 */
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
#include "judge.h"
#include "message.h"
#include "sysroot.h"
#include "tunables.h"

static int failed;

static void ok(bool good, const char *text)
{
	printf("%s - %s\n", good ? "ok" : "not ok", text);
	failed |= !good;
}

/* The nth write fails with an errno, or pretends to have worked. */
static int fail_at, fail_with, writes;
#define PRETEND	1

int __real_sysroot_write_number(const char *path, uint64_t value);
int __wrap_sysroot_write_number(const char *path, uint64_t value);
int __wrap_sysroot_write_number(const char *path, uint64_t value)
{
	if (++writes != fail_at)
		return __real_sysroot_write_number(path, value);
	return fail_with == PRETEND ? 0 : fail_with;
}

static uint64_t value_of(const struct tunable *t)
{
	uint64_t value = UINT64_MAX;

	tunable_read(t, &value);
	return value;
}

/* Two changes, of which the second goes wrong. */
static int apply(int at, int with)
{
	struct change changes[] = {
		{ tunable_threshold, 80, 50 },
		{ tunable_mode, 2, 3 },
	};

	writes = 0;
	fail_at = 0;
	sysroot_write_number(tunable_path(tunable_threshold), 80);
	sysroot_write_number(tunable_path(tunable_mode), 2);
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

static void test_set(void)
{
	char root[] = "/tmp/buddyctl-unit-XXXXXX", command[64];

	if (!mkdtemp(root)) {
		ok(false, "a folder for the set tests");
		return;
	}
	make_file(root, tunable_path(tunable_threshold));
	make_file(root, tunable_path(tunable_mode));
	sysroot_set(root);

	/* The complaints are read elsewhere; here they would be noise. */
	if (!freopen("/dev/null", "w", stderr))
		abort();
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

static void test_buddyinfo(void)
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

static void test_formulas(void)
{
	struct zone zone = { .blocks = { [0] = 488, [9] = 1 } };
	const struct rules rules = { 80, 200, 8 };
	unsigned int t, s;
	bool same = true;
	uint64_t ratio;

	ok(zone_free(&zone) == 1000 && zone_suitable(&zone, 9) == 512 &&
	   frag_permille(1000, 512) == 488, "frag: the example at the head of buddyinfo.h");
	ok(!frag_above(100, 20, 80) && frag_above(1000, 199, 80) &&
	   !frag_above(1000, 0, 100) && frag_above(1000, 999, 0) &&
	   !frag_above(1000, 1000, 0), "frag: strictly above, and never at 100");
	for (t = 0; t <= 100; t++)
		for (s = 0; s <= 1000; s++)
			same &= frag_above(1000, s, t) == (1000 - s > 10 * t);
	ok(same, "frag: multiplied out equals divided, on the whole grid");
	ok(frag_permille(MAX_ZONE_PAGES, 0) == 1000 &&
	   frag_permille(MAX_ZONE_PAGES, MAX_ZONE_PAGES) == 0 &&
	   frag_above(MAX_ZONE_PAGES, MAX_ZONE_PAGES / 5 - 1, 80) &&
	   !frag_above(MAX_ZONE_PAGES, MAX_ZONE_PAGES / 5 + 1, 80),
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

static void test_numbers(void)
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

static void test_saved(void)
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

static void test_tunables(void)
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
		{ "ratio_threshold", "10001", -1 },
	};
	uint64_t value;
	char text[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct tunable *t = tunable_find(cases[i].name);
		const char *wrong = tunable_parse(t, cases[i].text, &value);
		bool good = cases[i].value < 0 ? !!wrong :
			!wrong && value == (uint64_t)cases[i].value;

		snprintf(text, sizeof(text), "tunable: %s, case %zu", cases[i].name, i);
		ok(good, text);
	}
	ok(tunable_find("vm.buddy_adaptive_mode") == tunable_mode &&
	   tunable_find("buddy_adaptive_mode") == tunable_mode &&
	   tunable_find("adaptive_mode") == tunable_mode && tunable_find("mode") == tunable_mode &&
	   !tunable_find("") && !tunable_find("vm.") && !tunable_find("vm.mode"),
	   "tunable: long and short names");
	ok(!strcmp(tunable_meaning(tunable_levers, 0), "none") &&
	   !strcmp(tunable_meaning(tunable_levers, 3), "decline,protect") &&
	   !strcmp(tunable_meaning(tunable_levers, 6), "protect,4") &&
	   !strcmp(tunable_meaning(tunable_mode, 9), ""), "tunable: names of values");
}

static void test_nearest(void)
{
	struct nearest near = { .word = "statu" };

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

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_buddyinfo();
	test_formulas();
	test_numbers();
	test_saved();
	test_tunables();
	test_nearest();
	test_set();
	return failed;
}
