/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BUDDY_ORDERS_H
#define BUDDY_ORDERS_H

/* -O as a bit mask of orders up to @max; 0, having complained, if bad. */
unsigned int parse_orders(const char *text, unsigned int max);

/* The same for a @verb that takes one only; -1, having complained. */
int parse_order(const char *verb, const char *text, unsigned int max);

#endif
