/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sysctls of buddy_adaptive: one table of what they are called, what they
 * may be, and what they mean. The help, the man page, the completion, the
 * sysctl.d file and every message are fed from it.
 *
 * A value is passed around as text, the way the kernel prints it: most are
 * numbers, some are names.
 */
#ifndef BUDDY_TUNABLES_H
#define BUDDY_TUNABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNABLE_TEXT	128	/* room for any value */

/* A value with a name: a mode, or a bit of a mask. */
struct named_value {
	unsigned int value;
	const char *name;
	const char *help;
	const char *needs;	/* the file that comes with it, or NULL */
};

enum tunable_kind {
	TUNABLE_NUMBER,		/* min .. max */
	TUNABLE_ORDER,		/* min .. the kernel's highest order */
	TUNABLE_CHOICE,		/* one of names[] */
	TUNABLE_MASK,		/* an OR of names[] */
	TUNABLE_WORD,		/* one of the words that @words holds */
	TUNABLE_WORDS,		/* words, read-only */
};

struct tunable {
	const char *name;	/* as sysctl(8) knows it */
	enum tunable_kind kind;
	unsigned int min;
	unsigned int max;	/* TUNABLE_NUMBER only: see tunable_max() */
	const char *unit;	/* or NULL */
	const struct named_value *names;
	size_t nr_names;
	const char *words;	/* TUNABLE_WORD: the tunable that lists them */
	const char *usual;	/* the kernel's default */
	const char *label;	/* in `status`; NULL: not there */
	const char *key;	/* the same in JSON */
	const char *help;
};

extern const struct tunable tunables[];
extern const size_t nr_tunables;

/* For the code that needs a certain one. */
extern const struct tunable *const tunable_mode;
extern const struct tunable *const tunable_levers;
extern const struct tunable *const tunable_threshold;
extern const struct tunable *const tunable_min_order;
extern const struct tunable *const tunable_ratio;
extern const struct tunable *const tunable_ratio_min_order;

#define MODE_OFF		0
#define MODE_OBSERVE		1
#define MODE_GUARD		2
#define MODE_REFUSE		3

#define LEVER_DECLINE		1
#define LEVER_PROTECT		2
#define LEVER_SUPPLY		4
#define LEVER_KEEP_CLEAN	8
#define LEVER_GATE		16

#define DEFAULT_THRESHOLD	80	/* the kernel's own default */

/* By name, with or without "vm.", "vm.buddy_", "vm.buddy_adaptive_". */
const struct tunable *tunable_find(const char *name);
/* The same, with a complaint about unknown names. */
const struct tunable *tunable_lookup(const char *name);

const char *tunable_path(const struct tunable *t);
bool tunable_exists(const struct tunable *t);
bool any_tunable_exists(void);
bool tunable_is_number(const struct tunable *t);
unsigned int tunable_max(const struct tunable *t);

/* "0..100 percent", "peak, feedback", "read-only". */
const char *tunable_range(const struct tunable *t);

/* Of a mask's bits or a mode: whether this kernel has it. */
bool named_value_exists(const struct named_value *v);

/* 0 or a negative errno; the others complain, and return an exit status */
int tunable_read(const struct tunable *t, char value[TUNABLE_TEXT]);
int tunable_get(const struct tunable *t, char value[TUNABLE_TEXT]);
int tunable_get_number(const struct tunable *t, uint64_t *value);

/* The names that stand for @value ("guard", "decline,protect"), "" if none. */
const char *tunable_meaning(const struct tunable *t, const char *value);

/*
 * What somebody typed to what the kernel is to get; NULL if it may be set,
 * else what is wrong with it.
 */
const char *tunable_parse(const struct tunable *t, const char *text,
			  char value[TUNABLE_TEXT]);

struct change {
	const struct tunable *tunable;
	char from[TUNABLE_TEXT];
	char to[TUNABLE_TEXT];
};

/**
 * tunables_apply() - make all changes, or on the first failure none
 * @changes: from what to what
 * @nr: how many there are
 *
 * Return: an exit status, having complained.
 */
int tunables_apply(const struct change *changes, size_t nr);

/**
 * tunables_undo() - put back what tunables_apply() has set
 * @changes: the same
 * @nr: how many of them, from the first
 *
 * Return: an exit status, having complained.
 */
int tunables_undo(const struct change *changes, size_t nr);

#endif
