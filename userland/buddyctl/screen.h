/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The picture that `watch` paints: from samples to text, without a terminal,
 * a clock or a file, so that a test can look at it.
 */
#ifndef BUDDYCTL_SCREEN_H
#define BUDDYCTL_SCREEN_H

#include <stdio.h>

#include "sample.h"

struct screen {
	int rows, cols;
	bool utf8;		/* may show eighths of a block */
	bool color;
	bool paused;
	double interval;
	unsigned int order;	/* that the history and the changes are about */
	const char *kernel;
	const char *clock;
	const struct sample *now;
	const struct sample *then;	/* NULL at the first look */
	const struct history *history;
};

/* Exactly the size of the screen: no line is longer, and none too many. */
void screen_paint(FILE *f, const struct screen *s);

#endif
