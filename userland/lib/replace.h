/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replace a file at once: who reads it sees the old contents or the new ones,
 * never half of either, and never nothing.
 */
#ifndef BUDDY_REPLACE_H
#define BUDDY_REPLACE_H

#include <stdio.h>

struct replacement {
	FILE *f;		/* write here */
	int dir;
	char name[256];
	char temp[300];
};

/**
 * replace_begin() - open what is to become @name
 * @r: filled in
 * @dir: file descriptor of the folder; taken over, closed even on failure
 * @name: file name in it, without slash
 *
 * A file that is there but not a plain one, a symlink or /dev/stdout, is not
 * replaced: -EEXIST.
 *
 * Return: 0 or a negative errno.
 */
int replace_begin(struct replacement *r, int dir, const char *name);

/* 0 or a negative errno; either way there is nothing left to do. */
int replace_commit(struct replacement *r);
void replace_drop(struct replacement *r);

#endif
