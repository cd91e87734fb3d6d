// SPDX-License-Identifier: GPL-2.0
/*
 * buddy_adaptive: its settings, as sysctls in /proc/sys/vm
 *
 * Settings live here and only here; what is counted is in sysfs.
 */

#include <linux/capability.h>
#include <linux/init.h>
#include <linux/sysctl.h>

#include "buddy_adaptive.h"

/**
 * buddy_adaptive_setting_handler - proc_handler of a number
 * @table: its range in extra1 and extra2, both int
 * @write: true to set, false to show
 * @buffer: what is written or shown
 * @lenp: its length
 * @ppos: position in the file
 *
 * Exactly one number in the range, from someone entitled; or nothing.
 *
 * Return: 0, -EPERM or -EINVAL; on error nothing has changed.
 */
int buddy_adaptive_setting_handler(ba_ctl_table *table, int write,
				   void *buffer, size_t *lenp, loff_t *ppos)
{
	unsigned int value;
	int err;

	if (!write)
		return proc_douintvec(table, write, buffer, lenp, ppos);
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* the rest of a number that was not written in one go */
	if (*ppos)
		return -EINVAL;
	err = ba_parse_setting(buffer, *lenp, *(int *)table->extra1,
			       *(int *)table->extra2, &value);
	if (err)
		return err;
	/* a mask may have gaps */
	if (table->data == &ba_settings.levers && (value & ~BA_LEVERS_BUILT))
		return -EINVAL;

	buddy_adaptive_set(table->data, value);
	*ppos += *lenp;
	return 0;
}

/* Bounds of ba_sysctls[] for which the kernel has no ready constant. */
static const int ba_first_order = BA_FIRST_ORDER;
static const int ba_first_judged_order = PAGE_ALLOC_COSTLY_ORDER + 1;
static const int ba_max_order = MAX_PAGE_ORDER;
static const int ba_max_mode = BA_NR_MODES - 1;
static const int ba_max_ratio = 10000;
static const int ba_max_levers = BA_LEVERS_BUILT;

static struct ctl_table ba_sysctls[] = {
	BA_SYSCTL("buddy_frag_threshold", &ba_settings.threshold,
		  SYSCTL_ZERO, SYSCTL_ONE_HUNDRED),
	BA_SYSCTL("buddy_adaptive_mode", &ba_settings.mode, SYSCTL_ZERO, &ba_max_mode),
	BA_SYSCTL("buddy_adaptive_min_order", &ba_settings.min_order,
		  &ba_first_order, &ba_max_order),
	BA_SYSCTL("buddy_adaptive_ratio_threshold", &ba_settings.ratio_threshold,
		  SYSCTL_ZERO, &ba_max_ratio),
	BA_SYSCTL("buddy_adaptive_ratio_min_order", &ba_settings.ratio_min_order,
		  &ba_first_judged_order, &ba_max_order),
	BA_SYSCTL("buddy_adaptive_levers", &ba_settings.levers, SYSCTL_ZERO, &ba_max_levers),
	BA_SYSCTL_END
};

/* Before the kernel reads the sysctl.* parameters of its command line. */
static int __init ba_sysctl_init(void)
{
	register_sysctl_init("vm", ba_sysctls);
	return 0;
}
late_initcall_sync(ba_sysctl_init);
