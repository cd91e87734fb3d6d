/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BUDDY_ARRAY_H
#define BUDDY_ARRAY_H

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif
