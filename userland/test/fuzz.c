// SPDX-License-Identifier: GPL-2.0
/*
 * Every parser on any input, and what must hold of what it took.
 *
 *	fuzz PARSER			one input from stdin; under AFL++ many
 *	fuzz PARSER replay CORPUS	each line of a file, and every cut of it
 *	fuzz PARSER unpack CORPUS DIR	each line to a file, for afl-fuzz
 *	fuzz PARSER pack FILE...	files to lines
 *
 * A line of a corpus is one input, with \n, \\ and \xHH for what has no place in
 * a line; lines with a # in front are comments.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "buddyctl.h"
#include "buddyinfo.h"
#include "counters.h"
#include "host.h"
#include "judge.h"
#include "orders.h"
#include "persist.h"
#include "sysroot.h"
#include "tunables.h"

#define LONGEST_INPUT	65536

#define must(what) \
	do { if (!(what)) { fprintf(stderr, "broken: %s\n", #what); abort(); } } while (0)

static FILE *as_file(const char *text, size_t len)
{
	return len ? fmemopen((void *)text, len, "r") : fopen("/dev/null", "r");
}

static void fuzz_buddyinfo(const char *text, size_t len)
{
	const struct rules rules = { 80, 200, 8 };
	FILE *f = as_file(text, len);
	struct buddyinfo info, nodes;
	unsigned int order;
	char why[64];
	uint64_t r;
	size_t i;
	int bad;

	if (!f)
		return;
	bad = buddyinfo_parse(f, &info, why, sizeof(why));
	fclose(f);
	must(!bad == !*why);
	if (bad)
		return;
	must(info.nr_zones && info.nr_orders && info.nr_orders <= MAX_ORDERS);
	must(!buddyinfo_nodes(&info, &nodes) && nodes.nr_zones <= info.nr_zones);
	for (i = 0; i < nodes.nr_zones; i++) {
		const struct zone *z = &nodes.zones[i];
		uint64_t free = zone_free(z);

		must(free <= MAX_PAGES);
		zone_ratio(z, &r);
		for (order = 0; order < MAX_ORDERS; order++) {
			uint64_t suitable = zone_suitable(z, order);

			must(suitable <= free);
			must(!free || frag_permille(free, suitable) <= 1000);
			must(free || judge(&rules, z, order) == VERDICT_EMPTY);
		}
	}
	buddyinfo_free(&nodes);
	buddyinfo_free(&info);
}

static void fuzz_saved(const char *text, size_t len)
{
	static struct snapshot s;

	(void)len;
	if (snapshot_parse(&s, text))
		must(snapshot_has(&s, ~0u));
}

static void fuzz_number(const char *text, size_t len)
{
	uint64_t value = 0;
	char *end;

	(void)len;
	must(numbered_entry(text, "order") < 10000);
	if (!parse_decimal(text, &value)) {
		must(strtoull(text, &end, 10) == value);
		must(!*end || !strcmp(end, "\n"));
	}
}

static void fuzz_tunable(const char *text, size_t len)
{
	char value[TUNABLE_TEXT], again[TUNABLE_TEXT];
	size_t i;

	(void)len;
	tunable_find(text);
	for (i = 0; i < nr_tunables; i++) {
		const struct tunable *t = &tunables[i];

		if (tunable_parse(t, text, value))
			continue;
		/* What was taken is in the range, and taken again as it is. */
		must(!tunable_parse(t, value, again) && !strcmp(value, again));
		tunable_meaning(t, value);
		if (tunable_is_number(t))
			must(strtoull(value, NULL, 10) <= tunable_max(t));
	}
}

static void fuzz_meaning(const char *text, size_t len)
{
	size_t i;

	(void)len;
	for (i = 0; i < nr_tunables; i++)
		must(strlen(tunable_meaning(&tunables[i], text)) < 128);
}

/* Printed and read again nothing has changed. */
static void fuzz_persisted(const char *text, size_t len)
{
	char *once = NULL, *twice = NULL;
	struct persisted p;
	size_t size;
	FILE *f = as_file(text, len);
	int i;

	for (i = 0; i < 2 && f; i++) {
		char **to = i ? &twice : &once;
		int bad = persisted_parse(f, &p);

		fclose(f);
		if (bad)
			goto out;
		f = open_memstream(to, &size);
		persisted_print(f, &p);
		fclose(f);
		persisted_free(&p);
		f = as_file(*to, size);
	}
	if (f)
		fclose(f);
	must(!once || !twice || !strcmp(once, twice));
out:
	free(once);
	free(twice);
}

static void fuzz_vmstat(const char *text, size_t len)
{
	struct vmstat vm;
	FILE *f = as_file(text, len);

	if (!f)
		return;
	vmstat_parse(f, &vm);
	fclose(f);
}

static void fuzz_meminfo(const char *text, size_t len)
{
	struct meminfo mem;
	FILE *f = as_file(text, len);

	if (!f)
		return;
	if (meminfo_parse(f, &mem))
		must(mem.available_kib <= mem.total_kib);
	fclose(f);
}

static void fuzz_bracket(const char *text, size_t len)
{
	char word[16];

	(void)len;
	if (chosen_word(text, word, sizeof(word)))
		must(strlen(word) < sizeof(word) && *word);
}

static void fuzz_orders(const char *text, size_t len)
{
	unsigned int orders = parse_orders(text, 10);

	(void)len;
	must(orders < 1 << 11);
	must(parse_order("x", text, 10) <= 10);
}

static void fuzz_columns(const char *text, size_t len)
{
	struct format format = { .columns = text };
	const struct column *columns;
	struct table *t;
	size_t nr;

	(void)len;
	columns = frag_columns(&nr);
	t = table_new(&format, "fuzz", columns, nr);
	if (t)
		table_drop(t);
}

static const struct parser {
	const char *name;
	void (*run)(const char *text, size_t len);
} parsers[] = {
	{ "buddyinfo",	fuzz_buddyinfo },
	{ "saved",	fuzz_saved },
	{ "number",	fuzz_number },
	{ "tunable",	fuzz_tunable },
	{ "meaning",	fuzz_meaning },
	{ "persisted",	fuzz_persisted },
	{ "vmstat",	fuzz_vmstat },
	{ "meminfo",	fuzz_meminfo },
	{ "bracket",	fuzz_bracket },
	{ "orders",	fuzz_orders },
	{ "columns",	fuzz_columns },
};

static void silence(const char *text)
{
	(void)text;
}

/* On memory of just that size and a zero, so that ASan sees a step too far. */
static void run(const struct parser *p, const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		err(2, "no memory");
	memcpy(copy, text, len);
	copy[len] = '\0';
	p->run(copy, len);
	free(copy);
}

/* A line of a corpus in place; its length. */
static size_t unescape(char *line)
{
	char *to = line, *from;
	unsigned int byte;

	for (from = line; *from && *from != '\n'; from++) {
		if (*from != '\\') {
			*to++ = *from;
		} else if (*++from == 'n') {
			*to++ = '\n';
		} else if (*from == 'x' && sscanf(from + 1, "%2x", &byte) == 1) {
			*to++ = byte;
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	return to - line;
}

static void escape(FILE *f)
{
	bool first = true;
	int c;

	for (; (c = getc(f)) != EOF; first = false) {
		if (c == '#' && first)
			fputs("\\#", stdout);
		else if (c == '\n')
			fputs("\\n", stdout);
		else if (c == '\\')
			fputs("\\\\", stdout);
		else if (c < ' ' || c > '~')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('\n');
}

/* Each input of a corpus: run it and its cuts, or write it to @dir. */
static int each_line(const struct parser *p, const char *corpus, const char *dir)
{
	FILE *f = fopen(corpus, "r"), *out;
	char *line = NULL, name[4096];
	size_t alloc = 0, len, i;
	int n = 0;

	if (!f)
		err(2, "%s", corpus);
	while (getline(&line, &alloc, f) > 0) {
		if (*line == '#')
			continue;
		len = unescape(line);
		n++;
		if (!dir) {
			for (i = 0; i <= len; i++)
				run(p, line, i);
			continue;
		}
		snprintf(name, sizeof(name), "%s/%03d", dir, n);
		out = fopen(name, "w");
		if (!out || (fwrite(line, 1, len, out), fclose(out)))
			err(2, "%s", name);
	}
	free(line);
	fclose(f);
	return n;
}

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();
#endif

int main(int argc, char **argv)
{
	const struct parser *p = NULL;
	size_t i;

	message_sink(silence);
	if (argc == 2 && !strcmp(argv[1], "list")) {
		for (i = 0; i < ARRAY_SIZE(parsers); i++)
			puts(parsers[i].name);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(parsers); i++)
		if (argc > 1 && !strcmp(argv[1], parsers[i].name))
			p = &parsers[i];
	if (!p)
		errx(2, "usage: fuzz list, or fuzz PARSER [replay CORPUS|unpack CORPUS DIR|pack FILE...]");

	/* Nothing of this machine's has a say. */
	if (sysroot_set("/var/empty") && sysroot_set("/dev"))
		errx(2, "no empty folder");
	if (argc == 4 && !strcmp(argv[2], "replay")) {
		printf("%d inputs\n", each_line(p, argv[3], NULL));
	} else if (argc == 5 && !strcmp(argv[2], "unpack")) {
		each_line(p, argv[3], argv[4]);
	} else if (argc > 2 && !strcmp(argv[2], "pack")) {
		for (i = 3; i < (size_t)argc; i++) {
			FILE *f = fopen(argv[i], "r");

			if (!f)
				err(2, "%s", argv[i]);
			escape(f);
			fclose(f);
		}
	} else {
#ifdef __AFL_FUZZ_TESTCASE_LEN
		__AFL_INIT();
		while (__AFL_LOOP(10000))
			run(p, (char *)__AFL_FUZZ_TESTCASE_BUF, __AFL_FUZZ_TESTCASE_LEN);
#else
		static char text[LONGEST_INPUT];

		run(p, text, fread(text, 1, sizeof(text), stdin));
#endif
	}
	return 0;
}
