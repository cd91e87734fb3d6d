// SPDX-License-Identifier: GPL-2.0
/*
 * buddy_adaptive: what it counts, as /sys/kernel/mm/buddy_adaptive
 *
 *	abi_version
 *	order3/ ... order10/		one file per counter, since boot
 *	order1/, order2/		the same for lever keep clean alone
 *	node0/order3/ ... order10/	fragmentation, computed when read; with
 *					lever supply demand, stock and target
 *	node0/				with lever supply: what befell it
 *
 * All files are read-only and hold one number; the settings are sysctls.
 * Directories of nodes come and go with the memory of the node. Should there
 * be no memory for a directory, it is missing and the rest works.
 */

#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "buddy_adaptive.h"

#undef pr_fmt
#define pr_fmt(fmt) "buddy_adaptive: " fmt

/* Goes up when a file changes its meaning or is gone, not for a new one. */
#define BA_ABI_VERSION	1

/* A directory orderN, of the system or of a node. */
struct ba_dir {
	struct kobject kobj;
	int nid;
	unsigned int order;
};

struct ba_node {
	struct kobject *dir;
	struct ba_dir *orders[NR_PAGE_ORDERS];
};

static struct kobject *ba_root;
static struct ba_node *ba_nodes[MAX_NUMNODES];

static struct ba_dir *to_ba_dir(struct kobject *kobj)
{
	return container_of(kobj, struct ba_dir, kobj);
}

static void ba_dir_release(struct kobject *kobj)
{
	kfree(to_ba_dir(kobj));
}

static const char * const ba_counter_names[BA_NR_COUNTERS] = {
	[BA_NR_REQUESTS]	 = "requests",
	[BA_NR_SLOWPATH]	 = "slowpath",
	[BA_NR_FAILED]		 = "failed",
	[BA_NR_COMPACT_STALLS]	 = "compact_stalls",
	[BA_NR_PASSED]		 = "passed",
	[BA_NR_EXEMPT]		 = "exempt",
	[BA_NR_DECLINED]	 = "declined",
	[BA_NR_WOULD_DECLINE]	 = "would_decline",
	[BA_NR_REFUSED]		 = "refused",
	[BA_NR_WOULD_REFUSE]	 = "would_refuse",
	[BA_NR_WAKES]		 = "wakes",
	[BA_NR_WAKES_SUPPRESSED] = "wakes_suppressed",
	[BA_NR_GATED]		 = "gated",
	[BA_NR_WOULD_GATE]	 = "would_gate",
	[BA_NR_STEALS]		 = "steals",
	[BA_NR_KEPT_CLEAN]	 = "kept_clean",
	[BA_NR_WOULD_KEEP_CLEAN] = "would_keep_clean",
};

/* The files of orderN/, made of the names by ba_name_counters(). */
static struct kobj_attribute ba_counter_attrs[BA_NR_COUNTERS];
static struct attribute *ba_order_attrs[BA_NR_COUNTERS + 1];

static umode_t ba_order_visible(struct kobject *kobj, struct attribute *attr,
				int counter)
{
	return to_ba_dir(kobj)->order >= BA_FIRST_ORDER ||
	       counter >= BA_NR_STEALS ? attr->mode : 0;
}

static const struct attribute_group ba_order_group = {
	.attrs		= ba_order_attrs,
	.is_visible	= ba_order_visible,
};
__ATTRIBUTE_GROUPS(ba_order);

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	enum ba_counter counter = attr - ba_counter_attrs;

	return sysfs_emit(buf, "%lu\n",
			  buddy_adaptive_sum(counter, to_ba_dir(kobj)->order));
}

static void __init ba_name_counters(void)
{
	int i;

	for (i = 0; i < BA_NR_COUNTERS; i++) {
		struct kobj_attribute *attr = &ba_counter_attrs[i];

		sysfs_attr_init(&attr->attr);
		attr->attr.name = ba_counter_names[i];
		attr->attr.mode = 0444;
		attr->show = counter_show;
		ba_order_attrs[i] = &attr->attr;
	}
}

static const struct kobj_type ba_order_ktype = {
	.release	= ba_dir_release,
	.sysfs_ops	= &kobj_sysfs_ops,
	.default_groups	= ba_order_groups,
};

static ssize_t fragmentation_show(struct kobject *kobj,
				  struct kobj_attribute *attr, char *buf)
{
	const struct ba_dir *dir = to_ba_dir(kobj);

	return sysfs_emit(buf, "%u\n",
			  buddy_adaptive_node_fragmentation(dir->nid,
							    dir->order));
}

static struct kobj_attribute fragmentation_attr = __ATTR_RO(fragmentation);

#ifdef CONFIG_BUDDY_ADAPTIVE_SUPPLY

#define BA_FIGURE(_name, _what)						\
static ssize_t _name##_show(struct kobject *kobj,			\
			    struct kobj_attribute *attr, char *buf)	\
{									\
	const struct ba_dir *dir = to_ba_dir(kobj);			\
									\
	return sysfs_emit(buf, "%lu\n",					\
			  buddy_adaptive_supply_show(_what, dir->nid,	\
						     dir->order));	\
}									\
static struct kobj_attribute _name##_attr = __ATTR_RO(_name)

BA_FIGURE(demand, BA_DEMAND);
BA_FIGURE(stock, BA_STOCK);
BA_FIGURE(target, BA_TARGET);

/* In the order of enum ba_supply_event, which has no file for the first. */
static const char * const ba_supply_names[BA_NR_SUPPLY_EVENTS] = {
	[BA_SUPPLY_RUN]		= "supply_runs",
	[BA_SUPPLY_MET]		= "supply_met",
	[BA_SUPPLY_FRUITLESS]	= "supply_fruitless",
	[BA_SUPPLY_YIELDED]	= "supply_yielded",
	[BA_SUPPLY_RECLAIM]	= "supply_reclaim",
	[BA_SUPPLY_LOW]		= "supply_low",
	[BA_SUPPLY_BUDGET]	= "supply_budget",
	[BA_SUPPLY_CHURN]	= "supply_churn",
	[BA_SUPPLY_PAUSED]	= "supply_paused",
};

static struct kobj_attribute ba_supply_attrs[BA_NR_SUPPLY_EVENTS];

/* The number of a node's directory is in its name alone. */
static int ba_nid_of(struct kobject *kobj)
{
	int nid;

	/* not ba_nodes[]: another node's may go away meanwhile */
	if (sscanf(kobject_name(kobj), "node%d", &nid) != 1)
		return NUMA_NO_NODE;
	return nid;
}

static ssize_t supply_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	enum ba_supply_event event = attr - ba_supply_attrs;
	int nid = ba_nid_of(kobj);

	return nid < 0 ? -ENODEV :
	       sysfs_emit(buf, "%lu\n", buddy_adaptive_supply_sum(event, nid));
}

static ssize_t threshold_show(struct kobject *kobj,
			      struct kobj_attribute *attr, char *buf)
{
	int nid = ba_nid_of(kobj);

	return nid < 0 ? -ENODEV :
	       sysfs_emit(buf, "%u\n", buddy_adaptive_node_threshold(nid));
}

static struct kobj_attribute threshold_attr = __ATTR_RO(threshold);

static struct attribute *ba_node_attrs[BA_NR_SUPPLY_EVENTS + 1] = {
	&threshold_attr.attr,
};

static const struct attribute_group ba_node_group = {
	.attrs = ba_node_attrs,
};

static void __init ba_name_supply(void)
{
	int i;

	for (i = BA_SUPPLY_NONE + 1; i < BA_NR_SUPPLY_EVENTS; i++) {
		struct kobj_attribute *attr = &ba_supply_attrs[i];

		sysfs_attr_init(&attr->attr);
		attr->attr.name = ba_supply_names[i];
		attr->attr.mode = 0444;
		attr->show = supply_show;
		ba_node_attrs[i] = &attr->attr;
	}
}

static int ba_add_node_files(struct kobject *dir)
{
	return sysfs_create_group(dir, &ba_node_group);
}

#else /* !CONFIG_BUDDY_ADAPTIVE_SUPPLY */

static void __init ba_name_supply(void)
{
}

static int ba_add_node_files(struct kobject *dir)
{
	return 0;
}

#endif /* CONFIG_BUDDY_ADAPTIVE_SUPPLY */

static struct attribute *ba_node_order_attrs[] = {
	&fragmentation_attr.attr,
#ifdef CONFIG_BUDDY_ADAPTIVE_SUPPLY
	&demand_attr.attr,
	&stock_attr.attr,
	&target_attr.attr,
#endif
	NULL
};
ATTRIBUTE_GROUPS(ba_node_order);

static const struct kobj_type ba_node_order_ktype = {
	.release	= ba_dir_release,
	.sysfs_ops	= &kobj_sysfs_ops,
	.default_groups	= ba_node_order_groups,
};

static ssize_t abi_version_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", BA_ABI_VERSION);
}

static struct kobj_attribute abi_version_attr = __ATTR_RO(abi_version);

static struct ba_dir *ba_add_order(struct kobject *parent,
				   const struct kobj_type *ktype, int nid,
				   unsigned int order)
{
	struct ba_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return NULL;
	dir->nid = nid;
	dir->order = order;
	if (kobject_init_and_add(&dir->kobj, ktype, parent, "order%u", order)) {
		kobject_put(&dir->kobj);
		return NULL;
	}
	return dir;
}

static void ba_remove_node(int nid)
{
	struct ba_node *node = ba_nodes[nid];
	unsigned int order;

	if (!node)
		return;
	ba_nodes[nid] = NULL;
	/* gone before this returns: the node may come back at once */
	for (order = BA_FIRST_ORDER; order < NR_PAGE_ORDERS; order++) {
		if (!node->orders[order])
			continue;
		kobject_del(&node->orders[order]->kobj);
		kobject_put(&node->orders[order]->kobj);
	}
	kobject_del(node->dir);
	kobject_put(node->dir);
	kfree(node);
}

static void ba_add_node(int nid)
{
	struct ba_node *node;
	unsigned int order;
	char name[16];

	if (ba_nodes[nid])
		return;
	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		goto warn;
	snprintf(name, sizeof(name), "node%d", nid);
	node->dir = kobject_create_and_add(name, ba_root);
	if (!node->dir) {
		kfree(node);
		goto warn;
	}
	ba_nodes[nid] = node;
	if (ba_add_node_files(node->dir))
		goto remove;
	for (order = BA_FIRST_ORDER; order < NR_PAGE_ORDERS; order++) {
		node->orders[order] = ba_add_order(node->dir,
						   &ba_node_order_ktype,
						   nid, order);
		if (!node->orders[order])
			goto remove;
	}
	return;
remove:
	ba_remove_node(nid);
warn:
	pr_warn("no statistics directory for node %d\n", nid);
}

/*
 * A directory for each node that has memory, and for no other. Whether an event
 * concerns a node as a whole is said in another way from kernel to kernel; that
 * N_MEMORY is right when it arrives holds for all. The memory hotplug lock
 * serialises this with ba_sysfs_init().
 */
static int ba_memory_event(struct notifier_block *nb, unsigned long event,
			   void *unused)
{
	int nid;

	if (event != MEM_ONLINE && event != MEM_OFFLINE)
		return NOTIFY_OK;
	for_each_node(nid) {
		if (node_state(nid, N_MEMORY))
			ba_add_node(nid);
		else
			ba_remove_node(nid);
	}
	return NOTIFY_OK;
}

static int __init ba_sysfs_init(void)
{
	unsigned int order;
	int nid;

	ba_root = kobject_create_and_add("buddy_adaptive", mm_kobj);
	if (!ba_root || sysfs_create_file(ba_root, &abi_version_attr.attr)) {
		pr_warn("no statistics tree\n");
		kobject_put(ba_root);
		return -ENOMEM;
	}
	ba_name_counters();
	ba_name_supply();
	for (order = 1; order < NR_PAGE_ORDERS; order++)
		if (!ba_add_order(ba_root, &ba_order_ktype, NUMA_NO_NODE,
				  order))
			pr_warn("no statistics directory for order %u\n",
				order);

	get_online_mems();
	for_each_node_state(nid, N_MEMORY)
		ba_add_node(nid);
	hotplug_memory_notifier(ba_memory_event, 0);
	put_online_mems();
	return 0;
}
late_initcall(ba_sysfs_init);
