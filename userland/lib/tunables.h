/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sysctls of buddy_adaptive: one table of what they are called, what they
 * may be, and what they mean. The help and every message are fed from it.
 */
#ifndef BUDDY_TUNABLES_H
#define BUDDY_TUNABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value with a name: a mode, or a bit of a mask. */
struct named_value {
	unsigned int value;
	const char *name;
	const char *help;
};

enum tunable_kind {
	TUNABLE_NUMBER,		/* min .. max */
	TUNABLE_ORDER,		/* min .. the kernel's highest order */
	TUNABLE_CHOICE,		/* one of names[] */
	TUNABLE_MASK,		/* an OR of names[] */
};

struct tunable {
	const char *name;	/* as sysctl(8) knows it */
	enum tunable_kind kind;
	unsigned int min;
	unsigned int max;	/* TUNABLE_NUMBER only: see tunable_max() */
	const char *unit;	/* or NULL */
	const struct named_value *names;
	size_t nr_names;
	const char *help;
};

extern const struct tunable tunables[];
extern const size_t nr_tunables;

/* For the code that needs a certain one. */
extern const struct tunable *const tunable_threshold;
extern const struct tunable *const tunable_mode;
extern const struct tunable *const tunable_min_order;
extern const struct tunable *const tunable_ratio;
extern const struct tunable *const tunable_ratio_min_order;
extern const struct tunable *const tunable_levers;

#define DEFAULT_THRESHOLD	80	/* the kernel's own default */

/* By name, with or without "vm.", "vm.buddy_", "vm.buddy_adaptive_". */
const struct tunable *tunable_find(const char *name);
/* The same, with a complaint about unknown names. */
const struct tunable *tunable_lookup(const char *name);

const char *tunable_path(const struct tunable *t);
bool tunable_exists(const struct tunable *t);
bool any_tunable_exists(void);
unsigned int tunable_max(const struct tunable *t);

/* 0 or a negative errno; the second complains itself, returns an exit status */
int tunable_read(const struct tunable *t, uint64_t *value);
int tunable_get(const struct tunable *t, uint64_t *value);

/* The names that stand for @value ("guard", "decline,protect"), "" if none. */
const char *tunable_meaning(const struct tunable *t, uint64_t value);

/* Text to value; NULL if it may be set, else what is wrong with it. */
const char *tunable_parse(const struct tunable *t, const char *text,
			  uint64_t *value);

struct change {
	const struct tunable *tunable;
	uint64_t from;
	uint64_t to;
};

/*
 * Make all changes, or on the first failure none: undo those already made.
 * Returns an exit status, having complained.
 */
int tunables_apply(const struct change *changes, size_t nr);

#endif
