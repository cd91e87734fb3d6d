/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `set --persist` keeps for the next boot: a sysctl.d(5) file of our own.
 */
#ifndef BUDDY_PERSIST_H
#define BUDDY_PERSIST_H

#include <stdio.h>

#include "replace.h"
#include "tunables.h"

#define PERSIST_DIR	"/etc/sysctl.d"
#define PERSIST_NAME	"90-buddyctl.conf"

struct persisted {
	char (*value)[TUNABLE_TEXT];	/* by index into tunables[]; "": none */
	char *other;			/* all other lines, as they are */
	size_t other_len;
};

/* 0, or a negative errno and nothing to free. */
int persisted_parse(FILE *f, struct persisted *p);
void persisted_print(FILE *f, const struct persisted *p);
void persisted_free(struct persisted *p);

/**
 * persist_begin() - write the new file, beside the one that is there
 * @r: for persist_commit() or replace_drop()
 * @changes: what is to be kept, besides what the file has already
 * @nr: how many
 *
 * In two steps because nothing is to be kept that the kernel then refuses.
 *
 * Return: an exit status, having complained.
 */
int persist_begin(struct replacement *r, const struct change *changes, size_t nr);
int persist_commit(struct replacement *r);

/* A file that is read after ours, and the value that it has. */
struct overruling {
	char file[512];
	char value[TUNABLE_TEXT];
};

/* Whether one sets @c's tunable to something else. */
bool persist_overruled(const struct change *c, struct overruling *by);

#endif
