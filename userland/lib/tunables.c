// SPDX-License-Identifier: GPL-2.0
/*
 * The table of tunables, and what can be done with one.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "counters.h"
#include "message.h"
#include "sysroot.h"
#include "tunables.h"

static const struct named_value modes[] = {
	{ 0, "off",	"as the unpatched kernel" },
	{ 1, "observe",	"counts and judges, changes nothing" },
	{ 2, "guard",	"turns away fragmented requests that can do without" },
	{ 3, "refuse",	"the original study's rules, for comparison only" },
};

#define GOVERNOR	"vm.buddy_adaptive_governor"
#define GOVERNORS	"vm.buddy_adaptive_available_governors"

static const struct named_value levers[] = {
	{ LEVER_DECLINE, "decline",	"no reclaim or compaction for optional requests" },
	{ LEVER_PROTECT, "protect",	"large blocks are kept from unmovable optional requests" },
	{ LEVER_SUPPLY, "supply",	"large blocks are made before they are asked for",
	  "/proc/sys/vm/buddy_adaptive_governor" },
	{ LEVER_KEEP_CLEAN, "keep_clean", "optional requests take no part of another's pageblock",
	  STATS_DIR "/order4/kept_clean" },
	{ LEVER_GATE, "gate",	"the HighAtomic reserve is for orders up to 3",
	  STATS_DIR "/order4/gated" },
};

#define NAMES(array)	.names = array, .nr_names = ARRAY_SIZE(array)

enum { MODE, LEVERS, THRESHOLD, MIN_ORDER, RATIO, RATIO_MIN_ORDER };

/* Which of them a kernel has it says itself: tunable_exists(). */
const struct tunable tunables[] = {
	[MODE] = {
		"vm.buddy_adaptive_mode", TUNABLE_CHOICE, NAMES(modes),
		.usual = "0", .label = "Mode", .key = "mode",
		.help = "what is done about fragmentation" },
	[LEVERS] = {
		"vm.buddy_adaptive_levers", TUNABLE_MASK, NAMES(levers),
		.usual = "5", .label = "Levers", .key = "levers",
		.help = "what mode guard may do" },
	[THRESHOLD] = {
		"vm.buddy_frag_threshold", TUNABLE_NUMBER, 0, 100, "percent",
		.usual = "80", .label = "Threshold", .key = "threshold",
		.help = "above it, a zone is fragmented for an order" },
	[MIN_ORDER] = {
		"vm.buddy_adaptive_min_order", TUNABLE_ORDER, .min = 3,
		.usual = "4", .label = "Smallest order", .key = "min_order",
		.help = "smaller requests are never judged" },
	[RATIO] = {
		"vm.buddy_adaptive_ratio_threshold", TUNABLE_NUMBER,
		0, 10000, "percent", .usual = "200",
		.help = "coarse rule: most free memory in orders 0-2 against 8 and up; 0: off" },
	[RATIO_MIN_ORDER] = {
		"vm.buddy_adaptive_ratio_min_order", TUNABLE_ORDER, .min = 4,
		.usual = "8",
		.help = "the coarse rule judges no smaller request" },
	{
		GOVERNOR, TUNABLE_WORD, .words = GOVERNORS,
		.usual = "peak", .label = "Governor", .key = "governor",
		.help = "how the stock of large blocks is sized" },
	{
		GOVERNORS, TUNABLE_WORDS, .usual = "peak",
		.help = "the governors that this kernel has" },
	{
		"vm.buddy_adaptive_service_level", TUNABLE_NUMBER,
		50, 99, "percent", .usual = "95",
		.label = "Service level", .key = "service_level",
		.help = "large requests that the stock is to serve" },
	{
		"vm.buddy_adaptive_cpu_percent", TUNABLE_NUMBER,
		0, 100, "percent", .usual = "10",
		.label = "CPU budget", .key = "cpu_percent",
		.help = "most of one CPU per node for background compaction" },
};

const size_t nr_tunables = ARRAY_SIZE(tunables);

const struct tunable *const tunable_mode = &tunables[MODE];
const struct tunable *const tunable_levers = &tunables[LEVERS];
const struct tunable *const tunable_threshold = &tunables[THRESHOLD];
const struct tunable *const tunable_min_order = &tunables[MIN_ORDER];
const struct tunable *const tunable_ratio = &tunables[RATIO];
const struct tunable *const tunable_ratio_min_order = &tunables[RATIO_MIN_ORDER];

/* What may be left off in front of a name, longest last. */
static const char *const prefixes[] = { "", "vm.", "vm.buddy_", "vm.buddy_adaptive_" };

const struct tunable *tunable_find(const char *name)
{
	size_t i, j;

	for (i = 0; i < nr_tunables; i++)
		for (j = 0; j < ARRAY_SIZE(prefixes); j++) {
			size_t len = strlen(prefixes[j]);

			if (!strncmp(tunables[i].name, prefixes[j], len) &&
			    !strcmp(tunables[i].name + len, name))
				return &tunables[i];
		}
	return NULL;
}

const struct tunable *tunable_lookup(const char *name)
{
	struct nearest near = { .word = name };
	const struct tunable *t = tunable_find(name);
	size_t i, j;

	if (t)
		return t;
	for (i = 0; i < nr_tunables; i++)
		for (j = 0; j < ARRAY_SIZE(prefixes); j++) {
			size_t len = strlen(prefixes[j]);

			if (!strncmp(tunables[i].name, prefixes[j], len))
				nearest_offer(&near, tunables[i].name + len,
					      tunables[i].name);
		}
	complain("there is no tunable '%s'%s", name,
		 nearest_name(&near) ? nearest_hint(&near) :
		 "; `buddyctl get` lists them");
	return NULL;
}

/* "vm.buddy_frag_threshold" is /proc/sys/vm/buddy_frag_threshold. */
const char *tunable_path(const struct tunable *t)
{
	static char path[128];

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", strchr(t->name, '.') + 1);
	return path;
}

bool tunable_exists(const struct tunable *t)
{
	return sysroot_has(tunable_path(t));
}

bool any_tunable_exists(void)
{
	size_t i;

	for (i = 0; i < nr_tunables; i++)
		if (tunable_exists(&tunables[i]))
			return true;
	return false;
}

bool tunable_is_number(const struct tunable *t)
{
	return t->kind != TUNABLE_WORD && t->kind != TUNABLE_WORDS;
}

bool named_value_exists(const struct named_value *v)
{
	return !v->needs || sysroot_has(v->needs);
}

unsigned int tunable_max(const struct tunable *t)
{
	unsigned int max = 0;
	size_t i;

	switch (t->kind) {
	case TUNABLE_NUMBER:
		return t->max;
	case TUNABLE_ORDER:
		return counters_max_order();
	case TUNABLE_CHOICE:
		return t->nr_names - 1;
	case TUNABLE_MASK:
		for (i = 0; i < t->nr_names; i++)
			if (named_value_exists(&t->names[i]))
				max |= t->names[i].value;
		break;
	case TUNABLE_WORD:
	case TUNABLE_WORDS:
		break;
	}
	return max;
}

const char *tunable_range(const struct tunable *t)
{
	static char text[TUNABLE_TEXT + 32];
	char words[TUNABLE_TEXT];

	if (t->kind == TUNABLE_WORDS)
		return "read-only";
	if (t->kind == TUNABLE_WORD) {
		if (tunable_read(tunable_find(t->words), words))
			snprintf(text, sizeof(text), "one of %s", t->words);
		else
			snprintf(text, sizeof(text), "one of: %s", words);
		return text;
	}
	snprintf(text, sizeof(text), "%u..%u%s%s", t->min, tunable_max(t),
		 t->unit ? " " : "", t->unit ? t->unit : "");
	return text;
}

/* Numbers are kept without leading zeros, as the kernel prints them. */
int tunable_read(const struct tunable *t, char value[TUNABLE_TEXT])
{
	uint64_t number;
	int err = sysroot_read_line(tunable_path(t), value, TUNABLE_TEXT);

	if (err)
		return err;
	if (!tunable_is_number(t))
		return *value ? 0 : -EBADMSG;
	err = parse_decimal(value, &number);
	if (!err)
		snprintf(value, TUNABLE_TEXT, "%" PRIu64, number);
	return err;
}

int tunable_get(const struct tunable *t, char value[TUNABLE_TEXT])
{
	int err = tunable_read(t, value);

	switch (err) {
	case 0:
		return EXIT_OK;
	case -ENOENT:
		complain("this kernel has no %s", t->name);
		return EXIT_UNSUPPORTED;
	case -EACCES:
	case -EPERM:
		complain("%s may not be read: %s",
			 sysroot_name(tunable_path(t)), strerror(-err));
		return EXIT_NOPERM;
	case -EBADMSG:
	case -ERANGE:
		complain("%s does not hold one %s", sysroot_name(tunable_path(t)),
			 tunable_is_number(t) ? "number" : "line of words");
		return EXIT_FAILED;
	default:
		complain("cannot read %s: %s",
			 sysroot_name(tunable_path(t)), strerror(-err));
		return EXIT_FAILED;
	}
}

int tunable_get_number(const struct tunable *t, uint64_t *value)
{
	char text[TUNABLE_TEXT];
	int status = tunable_get(t, text);

	if (!status)
		parse_decimal(text, value);
	return status;
}

const char *tunable_meaning(const struct tunable *t, const char *value)
{
	static char text[128];
	uint64_t number = 0;
	size_t i, len = 0;

	text[0] = '\0';
	if (!t->nr_names || parse_decimal(value, &number))
		return text;
	if (t->kind == TUNABLE_CHOICE) {
		for (i = 0; i < t->nr_names; i++)
			if (t->names[i].value == number)
				return t->names[i].name;
		return text;
	}
	if (!number)
		return "none";
	for (i = 0; i < t->nr_names; i++) {
		if (!(number & t->names[i].value))
			continue;
		number &= ~(uint64_t)t->names[i].value;
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				len ? "," : "", t->names[i].name);
	}
	if (number)	/* bits that this program does not know */
		snprintf(text + len, sizeof(text) - len, "%s%" PRIu64,
			 len ? "," : "", number);
	return text;
}

/* One name of a choice or mask, by its exact spelling. */
static const struct named_value *find_name(const struct tunable *t,
					   const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < t->nr_names; i++)
		if (strlen(t->names[i].name) == len &&
		    !strncasecmp(t->names[i].name, word, len))
			return &t->names[i];
	return NULL;
}

/* What is wrong with a word where names are expected. */
static const char *not_a_name(const struct tunable *t, const char *word)
{
	struct nearest near = { .word = word };
	static char why[384];
	size_t i, len;

	len = snprintf(why, sizeof(why), "'%s' is none of ", word);
	for (i = 0; i < t->nr_names; i++) {
		if (!named_value_exists(&t->names[i]))
			continue;
		len += snprintf(why + len, sizeof(why) - len, "%s%s",
				i ? ", " : "", t->names[i].name);
		nearest_offer(&near, t->names[i].name, t->names[i].name);
	}
	if (t->kind == TUNABLE_MASK)
		len += snprintf(why + len, sizeof(why) - len, ", all, none");
	snprintf(why + len, sizeof(why) - len, "%s", nearest_hint(&near));
	return why;
}

/* "guard", or for a mask "decline,protect", "none", "all". */
static const char *parse_names(const struct tunable *t, const char *text,
			       uint64_t *value)
{
	bool mask = t->kind == TUNABLE_MASK;
	const struct named_value *v;
	char word[64];
	size_t len;

	*value = 0;
	if (mask && !strcasecmp(text, "none"))
		return NULL;
	if (mask && !strcasecmp(text, "all")) {
		*value = tunable_max(t);
		return NULL;
	}
	for (;; text += len + 1) {
		len = mask ? strcspn(text, ",") : strlen(text);
		v = find_name(t, text, len);
		if (!v || !named_value_exists(v)) {
			snprintf(word, sizeof(word), "%.*s", (int)len, text);
			return not_a_name(t, word);
		}
		*value |= v->value;
		if (!text[len])
			return NULL;
	}
}

/* One of the words of another file; if that cannot be read the kernel judges. */
static const char *parse_word(const struct tunable *t, const char *text,
			      char value[TUNABLE_TEXT])
{
	char words[TUNABLE_TEXT], *rest = words, *word;
	struct nearest near = { .word = text };
	static char why[2 * TUNABLE_TEXT + 160];
	bool readable = !tunable_read(tunable_find(t->words), words);

	snprintf(value, TUNABLE_TEXT, "%s", text);
	if (!*text || strlen(text) >= TUNABLE_TEXT ||
	    text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")]) {
		snprintf(why, sizeof(why), "'%.60s' is not a word of small letters", text);
		return why;
	}
	if (!readable)
		return NULL;
	while ((word = strsep(&rest, " "))) {
		if (!strcmp(word, text))
			return NULL;
		nearest_offer(&near, word, word);
	}
	tunable_read(tunable_find(t->words), words);
	snprintf(why, sizeof(why), "'%.60s' is none of: %s%s", text, words,
		 nearest_hint(&near));
	return why;
}

/*
 * As the kernel reads it: decimal, or hexadecimal after 0x. Not as the
 * kernel: a leading 0 does not mean octal, since nobody means it.
 * Returns 1 for a number, 0 for no number, -1 for one out of any range.
 */
static int parse_number(const char *text, uint64_t *value)
{
	bool negative = *text == '-';
	const char *digits = text + negative;
	bool hex = !strncasecmp(digits, "0x", 2);
	const char *set = hex ? "0123456789abcdefABCDEF" : "0123456789";

	digits += hex ? 2 : 0;
	if (!*digits || digits[strspn(digits, set)])
		return 0;
	errno = 0;
	*value = strtoull(digits, NULL, hex ? 16 : 10);
	return errno || (negative && *value) ? -1 : 1;
}

const char *tunable_parse(const struct tunable *t, const char *text,
			  char value[TUNABLE_TEXT])
{
	unsigned int max = tunable_max(t);
	const char *wrong = NULL;
	static char why[192];
	uint64_t n;
	int number;

	if (t->kind == TUNABLE_WORDS)
		return "it is read-only";
	if (t->kind == TUNABLE_WORD)
		return parse_word(t, text, value);
	number = parse_number(text, &n);
	if (!number && t->nr_names) {
		wrong = parse_names(t, text, &n);
	} else if (!number) {
		snprintf(why, sizeof(why), "'%.60s' is not a number in %s", text,
			 tunable_range(t));
		wrong = why;
	} else if (number < 0 || n < t->min || n > max) {
		snprintf(why, sizeof(why), "%.60s is outside %u..%u", text,
			 t->min, max);
		wrong = why;
	} else if (t->kind == TUNABLE_MASK && (n & ~(uint64_t)max)) {
		/* A mask with holes is a range with holes. */
		snprintf(why, sizeof(why), "%.60s asks for %u, which this kernel does not have",
			 text, (unsigned int)(n & ~(uint64_t)max));
		wrong = why;
	}
	if (!wrong)
		snprintf(value, TUNABLE_TEXT, "%" PRIu64, n);
	return wrong;
}

static int complain_write(const struct change *c, int err)
{
	const char *name = c->tunable->name;

	switch (err) {
	case -EPERM:
	case -EACCES:
		complain("changing %s needs root (CAP_SYS_ADMIN); nothing was changed",
			 name);
		return EXIT_NOPERM;
	case -EROFS:
		complain("%s is read-only here, as in containers: change %s on the host",
			 sysroot_name("/proc/sys"), name);
		return EXIT_NOPERM;
	case -EINVAL:
		complain("%s: the kernel refused %s (still %s)", name, c->to, c->from);
		return EXIT_REFUSED;
	case -ESTALE:
		complain("%s: the kernel took %s but does not hold it; nothing changed",
			 name, c->to);
		return EXIT_FAILED;
	default:
		complain("cannot write %s: %s; nothing was changed",
			 sysroot_name(tunable_path(c->tunable)), strerror(-err));
		return EXIT_FAILED;
	}
}

/* Write and look: a value that does not stick is a failure too. */
static int change_one(const struct change *c)
{
	int err = sysroot_write_line(tunable_path(c->tunable), c->to);
	char now[TUNABLE_TEXT];

	if (!err)
		err = tunable_read(c->tunable, now);
	if (!err && strcmp(now, c->to))
		err = -ESTALE;
	return err;
}

int tunables_undo(const struct change *changes, size_t nr)
{
	int err, status = EXIT_OK;

	while (nr--) {
		const struct change *c = &changes[nr];

		err = sysroot_write_line(tunable_path(c->tunable), c->from);
		if (!err)
			continue;
		status = EXIT_FAILED;
		complain("cannot put %s back to %s: %s; now it is %s",
			 c->tunable->name, c->from, strerror(-err), c->to);
	}
	return status;
}

int tunables_apply(const struct change *changes, size_t nr)
{
	int status, err = 0;
	size_t done;

	for (done = 0; done < nr; done++) {
		err = change_one(&changes[done]);
		if (err)
			break;
	}
	if (!err)
		return EXIT_OK;
	status = complain_write(&changes[done], err);

	/* The one that did not stick has been written too. */
	if (err == -ESTALE)
		done++;
	if (tunables_undo(changes, done))
		status = EXIT_FAILED;
	return status;
}
