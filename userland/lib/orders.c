// SPDX-License-Identifier: GPL-2.0
/*
 * Orders as people write them: "9", "4-9", "4,9", "all".
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "orders.h"

/* One item of -O: "9", "4-9" or "all". */
static bool parse_order_range(const char *text, unsigned int max,
			      unsigned long *from, unsigned long *to)
{
	char *end;

	*from = 0;
	*to = max;
	if (!strcmp(text, "all"))
		return true;
	if (*text < '0' || *text > '9')
		return false;
	*from = *to = strtoul(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		*to = strtoul(end + 1, &end, 10);
	return !*end && *from <= *to && *to <= max;
}

unsigned int parse_orders(const char *text, unsigned int max)
{
	unsigned long from, to;
	unsigned int orders = 0;
	char *copy, *item, *rest;

	copy = strdup(text);
	rest = copy;
	while (rest && (item = strsep(&rest, ","))) {
		if (!parse_order_range(item, max, &from, &to)) {
			complain("-O takes orders from 0 to %u, as 9, 4-9, 4,9 or all, not '%s'",
				 max, item);
			orders = 0;
			break;
		}
		while (from <= to)
			orders |= 1u << from++;
	}
	free(copy);
	return orders;
}

int parse_order(const char *verb, const char *text, unsigned int max)
{
	unsigned int orders = parse_orders(text, max);

	if (!orders)
		return -1;
	if (orders & (orders - 1)) {
		complain("%s takes one order, not '%s'", verb, text);
		return -1;
	}
	return __builtin_ctz(orders);
}
