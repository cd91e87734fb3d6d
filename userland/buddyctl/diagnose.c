// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl diagnose: from what this host shows to what to set. Each rule looks
 * at the facts and has something to say or not: what it sees, where it sees
 * that, and what can be done. Their order is that of the walk: is it memory at
 * all, how bad is it, whom does it hurt, what is set, what to try.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "buddyctl.h"
#include "counters.h"
#include "host.h"
#include "judge.h"
#include "tunables.h"

enum { LEVEL, ID, FINDING, SEEN, ADVICE, COMMAND };

static const struct column columns[] = {
	[LEVEL]	= { "LEVEL", "level", COL_TEXT | COL_FULL,
		    "problem, or note" },
	[ID]	= { "ID", "id", COL_TEXT | COL_FULL,
		    "name of the rule" },
	[FINDING] = { "FINDING", "finding", COL_TEXT | COL_FULL,
		    "what was found" },
	[SEEN]	= { "SEEN", "seen", COL_FULL,
		    "where, and the numbers" },
	[ADVICE] = { "ADVICE", "advice", COL_FULL,
		    "what can be done" },
	[COMMAND] = { "COMMAND", "command", COL_TEXT | COL_FULL,
		    "how, if it is one command" },
};

const struct column *diagnose_columns(size_t *nr)
{
	*nr = ARRAY_SIZE(columns);
	return columns;
}

struct facts {
	struct buddyinfo nodes;		/* a zone per node */
	struct rules rules;
	struct meminfo mem;
	struct vmstat vm;
	double minutes;			/* since boot; 0: not known */
	bool patched;
	uint64_t mode, levers, cpu_percent;
	struct snapshot counters;
	struct node_rows supply;
};

#define LINE	320

struct finding {
	bool problem;
	char text[LINE];
	char seen[LINE];
	char advice[LINE];
	char command[LINE];
};

static void __attribute__((format(printf, 2, 3))) say(char *line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, LINE, fmt, args);
	va_end(args);
}

/* Below this the kernel is short of memory, and large blocks are no wonder. */
#define SHORT_PERCENT	5

static bool shortage(const struct facts *f, struct finding *to)
{
	char total[SIZE_TEXT], left[SIZE_TEXT];

	if (!f->mem.total_kib ||
	    f->mem.available_kib / SHORT_PERCENT >= f->mem.total_kib / 100)
		return false;
	to->problem = true;
	say(to->text, "memory is short, which is another trouble than fragmentation");
	say(to->seen, "/proc/meminfo: %s of %s available",
	    size_text(left, f->mem.available_kib * 1024),
	    size_text(total, f->mem.total_kib * 1024));
	say(to->advice, "Free or add memory first: no setting here makes any.");
	return true;
}

/* Whether lever supply is there to be pulled, and is not. */
static bool could_supply(const struct facts *f)
{
	return f->patched && tunable_exists(tunable_levers) &&
	       tunable_max(tunable_levers) & LEVER_SUPPLY &&
	       !(f->mode == MODE_GUARD && f->levers & LEVER_SUPPLY);
}

static void advise_supply(const struct facts *f, struct finding *to)
{
	say(to->command, "buddyctl set %slevers=%" PRIu64,
	    f->mode == MODE_GUARD ? "" : "mode=guard ", f->levers | LEVER_SUPPLY);
}

static void advise_fragmented(const struct facts *f, struct finding *to)
{
	bool supplied = f->patched && f->levers & LEVER_SUPPLY;

	if (!f->patched || f->mode == MODE_GUARD) {
		say(to->advice, "Once, this compacts all memory, at the price of a busy CPU. It does not last%s.",
		    could_supply(f) ? "; lever supply compacts as much as is asked for" :
		    f->patched && !supplied ?
		    "; guard spares those who can do without the wait, it makes no large blocks" : "");
		say(to->command, "sysctl vm.compact_memory=1");
	} else if (f->mode == MODE_OFF) {
		say(to->advice, "See whom it hurts: observe counts that and changes nothing.");
		say(to->command, "buddyctl set mode=observe");
	} else {
		say(to->advice, "The counters say whom it hurts.");
		say(to->command, "buddyctl stats");
	}
}

static bool fragmented(const struct facts *f, struct finding *to)
{
	unsigned int order = default_order(&f->nodes), permille, most = 0;
	long page = sysconf(_SC_PAGESIZE);
	char free_text[SIZE_TEXT], block[SIZE_TEXT];
	const struct zone *worst = NULL;
	size_t i;

	for (i = 0; i < f->nodes.nr_zones; i++) {
		const struct zone *node = &f->nodes.zones[i];
		uint64_t free = zone_free(node), suitable = zone_suitable(node, order);

		if (!free || !frag_above(free, suitable, f->rules.threshold))
			continue;
		permille = frag_permille(free, suitable);
		if (worst && permille <= most)
			continue;
		worst = node;
		most = permille;
	}
	if (!worst)
		return false;
	to->problem = true;
	say(to->text, "node %u is fragmented: %u.%u %% of its free memory is in blocks smaller than order %u (%s)",
	    worst->node, most / 10, most % 10, order,
	    size_text(block, (uint64_t)page << order));
	say(to->seen, "/proc/buddyinfo: %s free, %" PRIu64 " blocks of order %u in it; threshold %u %%",
	    size_text(free_text, zone_free(worst) * page),
	    zone_suitable(worst, order) >> order, order, f->rules.threshold);
	advise_fragmented(f, to);
	return true;
}

/* An order's share of what a counter counted, to name the one that matters. */
static unsigned int top_order(const struct snapshot *s, enum counter_id id)
{
	unsigned int order, top = 0;

	for (order = 0; order < MAX_ORDERS; order++)
		if (s->order[order].value[id] > s->order[top].value[id])
			top = order;
	return top;
}

static bool failures(const struct facts *f, struct finding *to)
{
	uint64_t failed = f->patched ? snapshot_total(&f->counters, FAILED) : 0;
	unsigned int order;

	if (!failed)
		return false;
	order = top_order(&f->counters, FAILED);
	to->problem = true;
	say(to->text, "%" PRIu64 " requests failed, most of them of order %u", failed, order);
	say(to->seen, "order%u/failed: %" PRIu64 " of %" PRIu64 " requests", order,
	    f->counters.order[order].value[FAILED], f->counters.order[order].value[REQUESTS]);
	say(to->advice, "Those that could not do without are in the log, with who asked.%s",
	    could_supply(f) ? " Lever supply has blocks made for them before they ask." : "");
	say(to->command, "journalctl -k --grep 'page allocation failure'");
	return true;
}

/* One stall per minute is felt; fewer are an occasional hiccup. */
static bool stalls(const struct facts *f, struct finding *to)
{
	uint64_t n = f->vm.value[EV_STALL];
	char which[64] = "";

	if (!n)
		return false;
	to->problem = f->minutes > 0 && n > f->minutes;
	if (f->patched && snapshot_total(&f->counters, COMPACT_STALLS))
		snprintf(which, sizeof(which), ", most for order %u",
			 top_order(&f->counters, COMPACT_STALLS));
	say(to->text, "tasks stopped %" PRIu64 " times to compact memory themselves%s%s", n,
	    which, to->problem ? ", more than once a minute" : "");
	say(to->seen, "/proc/vmstat: compact_stall %" PRIu64 ", of these in vain: compact_fail %" PRIu64,
	    n, f->vm.value[EV_COMPACT_FAIL]);
	if (could_supply(f)) {
		say(to->advice, "Lever supply has blocks made before they are asked for, so that few stop for them.");
		advise_supply(f, to);
		return true;
	}
	if (f->patched && f->mode != MODE_GUARD)
		say(to->advice, "Mode guard ends those of requests that can do without.");
	else
		say(to->advice, "While the number grows, this records who stops.");
	if (f->patched && f->mode != MODE_GUARD)
		say(to->command, "buddyctl set mode=guard");
	else
		say(to->command, "perf record -a -g -e compaction:mm_compaction_begin sleep 60");
	return true;
}

struct loosening {
	char how[128];
	char settings[64];		/* for `set` */
};

/*
 * What lets more misses of @order through; false if no rule is against any. Where no
 * block of order 8 is left the coarse rule is broken at any number, so off it goes.
 */
static bool loosen(const struct facts *f, unsigned int order, struct loosening *l)
{
	unsigned int threshold = f->rules.threshold;
	bool fine = threshold < 100;
	bool coarse = f->rules.ratio && order >= f->rules.ratio_min_order;
	char rule[80] = "", higher[32] = "";

	if (fine)
		snprintf(higher, sizeof(higher), "frag_threshold=%u",
			 threshold < 90 ? threshold + 10 : 100);
	if (coarse)
		snprintf(rule, sizeof(rule), "%sturn off ratio_threshold, the coarse rule from order %u up",
			 fine ? " and " : "", f->rules.ratio_min_order);
	snprintf(l->how, sizeof(l->how), "%s%s", fine ? "raise the threshold" : "", rule);
	snprintf(l->settings, sizeof(l->settings), "%s%s%s", higher,
		 fine && coarse ? " " : "", coarse ? "ratio_threshold=0" : "");
	return fine || coarse;
}

/* One in twenty is when it begins to cost more than it is worth looking. */
static bool thp_missed(const struct facts *f, struct finding *to)
{
	double got = f->vm.value[EV_THP], missed = f->vm.value[EV_THP_FALLBACK];
	struct loosening l;

	if (missed < 20 || missed < (got + missed) / 20)
		return false;
	say(to->text, "%.0f %% of the huge pages that page faults asked for were not to be had",
	    100 * missed / (got + missed));
	say(to->seen, "/proc/vmstat: thp_fault_alloc %.0f, thp_fault_fallback %.0f", got, missed);
	if (could_supply(f)) {
		say(to->advice, "Harmless for most programs; for a database or a virtual machine it costs speed. Lever supply has them ready before they are asked for.");
		advise_supply(f, to);
	} else if (f->patched && f->mode >= MODE_GUARD && f->levers & LEVER_DECLINE &&
		   snapshot_total(&f->counters, DECLINED) &&
		   loosen(f, default_order(&f->nodes), &l))
		say(to->advice, "Guard turns away those that nobody asked for by madvise(). If they are worth a stall to you, %s.",
		    l.how);
	else
		say(to->advice, "Harmless for most programs; for a database or a virtual machine it costs speed. Reserve pages at boot for those: vm.nr_hugepages.");
	return true;
}

static bool thp_stalls(const struct facts *f, struct finding *to)
{
	char enabled[32], defrag[32];

	if (!thp_setting("enabled", enabled, sizeof(enabled)) ||
	    !thp_setting("defrag", defrag, sizeof(defrag)) ||
	    strcmp(enabled, "always") || strcmp(defrag, "always"))
		return false;
	to->problem = f->vm.value[EV_STALL] > 0;
	say(to->text, "every page fault may stop to make a huge page, asked for or not");
	say(to->seen, "/sys/kernel/mm/transparent_hugepage: enabled and defrag are both always");
	say(to->advice, "Let only those stop that ask by madvise(), and kcompactd work for the others.");
	say(to->command, "echo defer+madvise >/sys/kernel/mm/transparent_hugepage/defrag");
	return true;
}

static bool no_background(const struct facts *f, struct finding *to)
{
	uint64_t value;

	(void)f;
	if (!host_number("/proc/sys/vm/compaction_proactiveness", &value) || value)
		return false;
	say(to->text, "the kernel does not compact memory in the background");
	say(to->seen, "vm.compaction_proactiveness is 0; its default is 20");
	say(to->advice, "Set it back, unless somebody had a reason.");
	say(to->command, "sysctl vm.compaction_proactiveness=20");
	return true;
}

static bool unpatched(const struct facts *f, struct finding *to)
{
	if (f->patched)
		return false;
	say(to->text, "this kernel has no buddy_adaptive: nobody counts requests per order, and nobody spares those that can do without");
	say(to->seen, STATS_DIR ": not there");
	say(to->advice, "`buddyctl frag`, `watch`, `check` and `export` work all the same; the rest needs a kernel with CONFIG_BUDDY_ADAPTIVE.");
	return true;
}

static bool mode_off(const struct facts *f, struct finding *to)
{
	if (!f->patched || f->mode != MODE_OFF)
		return false;
	say(to->text, "nothing is counted");
	say(to->seen, "%s is 0 (off)", tunable_mode->name);
	say(to->advice, "Observe counts and judges, and changes nothing.");
	say(to->command, "buddyctl set mode=observe");
	return true;
}

static bool would_help(const struct facts *f, struct finding *to)
{
	uint64_t decline, refuse;

	if (!f->patched || f->mode != MODE_OBSERVE)
		return false;
	decline = snapshot_total(&f->counters, WOULD_DECLINE);
	refuse = snapshot_total(&f->counters, WOULD_REFUSE);
	if (!decline && !refuse)
		return false;
	say(to->text, "guard would have spared %" PRIu64 " requests that can do without a search for memory, and kept large blocks from %" PRIu64,
	    decline, refuse);
	say(to->seen, STATS_DIR ": would_decline %" PRIu64 ", would_refuse %" PRIu64 " of %" PRIu64 " requests",
	    decline, refuse, snapshot_total(&f->counters, REQUESTS));
	say(to->advice, "Try it; mode=observe takes it back at once.");
	say(to->command, "buddyctl set mode=guard");
	return true;
}

static bool mode_refuse(const struct facts *f, struct finding *to)
{
	if (!f->patched || f->mode != MODE_REFUSE)
		return false;
	to->problem = true;
	say(to->text, "mode refuse turns away requests that cannot do without; it is there to be compared with");
	say(to->seen, "%s is 3; refused: %" PRIu64, tunable_mode->name,
	    snapshot_total(&f->counters, REFUSED));
	say(to->advice, "Guard judges the same memory, and asks who can do without.");
	say(to->command, "buddyctl set mode=guard");
	return true;
}

static bool idle_guard(const struct facts *f, struct finding *to)
{
	uint64_t idle = 0;

	/* other levers do not ask whether memory is fragmented */
	if (f->rules.threshold == 100)
		idle = LEVER_PROTECT | (f->rules.ratio ? 0 : LEVER_DECLINE);
	if (!f->patched || f->mode != MODE_GUARD || f->levers & ~idle)
		return false;
	say(to->text, "guard is on and has nothing to do");
	if (f->levers) {
		say(to->seen, "%s is 100: nothing is ever above it", tunable_threshold->name);
		say(to->command, "buddyctl set frag_threshold=%u", DEFAULT_THRESHOLD);
	} else {
		say(to->seen, "%s is 0: no lever is allowed", tunable_levers->name);
		say(to->command, "buddyctl set levers=%lu",
		    strtoul(tunable_levers->usual, NULL, 10) & tunable_max(tunable_levers));
	}
	say(to->advice, "Set it to its default, or the mode to observe.");
	return true;
}

/* Most optional requests turned away, and enough of them to mean it. */
static bool strict_guard(const struct facts *f, struct finding *to)
{
	uint64_t away, passed;
	struct loosening l;
	unsigned int order;

	if (!f->patched || f->mode != MODE_GUARD || !(f->levers & LEVER_DECLINE))
		return false;
	away = snapshot_total(&f->counters, DECLINED);
	passed = snapshot_total(&f->counters, PASSED);
	order = top_order(&f->counters, DECLINED);
	if (away < 100 || away <= passed || !loosen(f, order, &l))
		return false;
	say(to->text, "guard turns away most of the optional requests that miss: %" PRIu64 " of %" PRIu64,
	    away, away + passed);
	say(to->seen, STATS_DIR ": declined %" PRIu64 ", passed %" PRIu64 "; most for order %u",
	    away, passed, order);
	say(to->advice, "That is its work while memory is fragmented. If it turns away what you want served, %s.",
	    l.how);
	say(to->command, "buddyctl set %s", l.settings);
	return true;
}

/* What may keep supply from its work; of two that were as often, the first. */
static const struct obstacle {
	enum node_item_id id;
	const char *advice, *command;
} obstacles[] = {
	{ NODE_BUDGET, "Most often its CPU time was used up. More makes kcompactd busier, and saves others a stall.", "" },
	{ NODE_PAUSED, "Most often it paused, for its tries had made no blocks: pages that do not move lie in between. This shows who has pageblocks of unmovable pages.",
	  "cat /proc/pagetypeinfo" },
	{ NODE_RECLAIM, "Most often kswapd was at work: little is free, and supply never reclaims. Free or add memory.",
	  "" },
	{ NODE_LOW, "Most often too little was free to move pages into, and supply never reclaims. Free or add memory.",
	  "" },
	{ NODE_CHURN, "Most often memory was taken and given back so fast that its work would have been undone. It goes on once that ends.",
	  "" },
};

/* Of a node's orders, the one that falls short by most pages, as supply looks for it. */
struct shortfall {
	const struct node_row *order;
	uint64_t missing, need;		/* pages */
};

static struct shortfall most_short(const struct facts *f, const struct node_row *node)
{
	struct shortfall most = { 0 };
	const struct node_row *row = node;
	uint64_t room = 0, need = 0, stock, more;
	size_t i;

	/* supply leaves the rest for compaction to move pages into */
	for (i = 0; i < f->nodes.nr_zones; i++)
		if ((int)f->nodes.zones[i].node == node->node)
			room = zone_free(&f->nodes.zones[i]) / 8 * 7;
	while (row + 1 < f->supply.rows + f->supply.nr && row[1].node == node->node)
		row++;
	/* from the top: a larger block serves the smaller orders, but once */
	for (; row > node; row--) {
		if (!row->known[NODE_STOCK] || !row->known[NODE_TARGET])
			continue;
		more = row->value[NODE_TARGET] > room >> row->order ? room :
		       row->value[NODE_TARGET] << row->order;
		need = more > room - need ? room : need + more;
		stock = row->value[NODE_STOCK] > need >> row->order ? need :
			row->value[NODE_STOCK] << row->order;
		if (need - stock > most.missing && (need - stock) >> row->order)
			most = (struct shortfall){ row, need - stock, need };
	}
	return most;
}

/* An eighth may be missing for a moment; a half is felt. */
static bool short_stock(const struct facts *f, struct finding *to)
{
	const struct obstacle *worst = NULL;
	const struct node_row *node = NULL;
	struct shortfall most = { 0 };
	unsigned int order;
	char kept[64] = "";
	size_t i;

	if (!f->patched || f->mode != MODE_GUARD || !(f->levers & LEVER_SUPPLY))
		return false;
	for (i = 0; i < f->supply.nr; i++) {
		struct shortfall this;

		if (f->supply.rows[i].order != WHOLE_NODE)
			continue;
		this = most_short(f, &f->supply.rows[i]);
		if (this.missing > this.need / 8 && this.missing > most.missing) {
			most = this;
			node = &f->supply.rows[i];
		}
	}
	if (!node)
		return false;
	for (i = 0; i < ARRAY_SIZE(obstacles); i++)
		if (node->value[obstacles[i].id] > (worst ? node->value[worst->id] : 0))
			worst = &obstacles[i];
	order = most.order->order;
	to->problem = most.missing > most.need / 2;
	say(to->text, "node %d has %" PRIu64 " of the %" PRIu64 " blocks of order %u that demand says to hold ready",
	    node->node, (most.need - most.missing) >> order, most.need >> order, order);
	if (worst)
		snprintf(kept, sizeof(kept), ", %s %" PRIu64, node_items[worst->id].name,
			 node->value[worst->id]);
	say(to->seen, "node%d: order%u/stock %" PRIu64 ", order%u/target %" PRIu64 "; supply_runs %" PRIu64 "%s",
	    node->node, order, most.order->value[NODE_STOCK], order,
	    most.order->value[NODE_TARGET], node->value[NODE_RUNS], kept);
	if (!f->cpu_percent) {
		say(to->advice, "Supply may take no CPU time. Give it what it has by default, or clear the lever.");
		say(to->command, "buddyctl set cpu_percent=%s", tunable_find("cpu_percent")->usual);
	} else if (worst) {
		say(to->advice, "%s", worst->advice);
		say(to->command, "%s", worst->command);
		if (worst->id == NODE_BUDGET && f->cpu_percent < 100)
			say(to->command, "buddyctl set cpu_percent=%u", f->cpu_percent < 50 ?
			    (unsigned int)f->cpu_percent * 2 : 100);
		else if (worst->id == NODE_BUDGET)
			say(to->advice, "Most often its CPU time was used up, but it has no limit any more. Look again.");
	} else {
		say(to->advice, "Nothing has kept it from that yet: it may have just begun. Look again.");
		say(to->command, "buddyctl stats --nodes");
	}
	return true;
}

static const struct {
	const char *id;
	bool (*look)(const struct facts *f, struct finding *to);
} rules[] = {
	{ "shortage",	shortage },
	{ "fragmented",	fragmented },
	{ "failures",	failures },
	{ "stalls",	stalls },
	{ "thp-missed",	thp_missed },
	{ "thp-stalls",	thp_stalls },
	{ "no-background", no_background },
	{ "unpatched",	unpatched },
	{ "mode-off",	mode_off },
	{ "mode-refuse", mode_refuse },
	{ "would-help",	would_help },
	{ "idle-guard",	idle_guard },
	{ "strict-guard", strict_guard },
	{ "short-stock", short_stock },
};

static int read_facts(struct facts *f)
{
	struct buddyinfo info;
	char uptime[64];
	int status;

	memset(f, 0, sizeof(*f));
	status = read_buddyinfo(&info);
	if (status)
		return status;
	status = read_rules(&f->rules);
	if (!status && buddyinfo_nodes(&info, &f->nodes)) {
		complain("out of memory");
		status = EXIT_FAILED;
	}
	buddyinfo_free(&info);
	if (status)
		return status;
	meminfo_read(&f->mem);
	vmstat_read(&f->vm);
	if (host_line("/proc/uptime", uptime, sizeof(uptime)))
		f->minutes = strtod(uptime, NULL) / 60;
	f->patched = counters_exist() && any_tunable_exists();
	if (f->patched)
		status = snapshot_read(&f->counters);
	/* A kernel that does not let one choose its levers has some all the same. */
	f->levers = tunable_max(tunable_levers);
	if (tunable_exists(tunable_mode) && !status)
		status = tunable_get_number(tunable_mode, &f->mode);
	if (tunable_exists(tunable_levers) && !status)
		status = tunable_get_number(tunable_levers, &f->levers);
	if (tunable_exists(tunable_find("cpu_percent")) && !status)
		status = tunable_get_number(tunable_find("cpu_percent"), &f->cpu_percent);
	if (f->patched && !status)
		status = node_rows_read(&f->supply);
	if (status)
		buddyinfo_free(&f->nodes);
	return status;
}

/* Words to lines of 78 characters, all but the first behind @indent blanks. */
static void print_wrapped(int indent, const char *first, const char *text)
{
	int column = printf("%*s", indent, first);
	size_t len;

	for (; *text; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (column > indent && column + 1 + len > 78) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		column += printf("%s%.*s", column > indent ? " " : "", (int)len, text);
	}
	putchar('\n');
}

static void print_finding(unsigned int n, const struct finding *to)
{
	bool color = colors_wanted();
	const char *level = to->problem ? "problem" : "note";

	if (n > 1)
		putchar('\n');
	printf("%s%s%s\n", !color ? "" : to->problem ? "\033[31m" : "\033[33m",
	       level, color ? "\033[0m" : "");
	print_wrapped(2, "", to->text);
	print_wrapped(8, "  seen  ", to->seen);
	print_wrapped(8, "  so    ", to->advice);
	if (*to->command)
		printf("  do    %s\n", to->command);
}

static void add_row(struct table *t, const char *id, const struct finding *to)
{
	table_row(t);
	table_set(t, LEVEL, "%s", to->problem ? "problem" : "note");
	table_set(t, ID, "%s", id);
	table_set(t, FINDING, "%s", to->text);
	table_set(t, SEEN, "%s", to->seen);
	table_set(t, ADVICE, "%s", to->advice);
	if (*to->command)
		table_set(t, COMMAND, "%s", to->command);
}

int cmd_diagnose(const struct options *opt, int argc, char **argv)
{
	const struct format *fmt = &opt->format;
	unsigned int n = 0;
	struct table *t = NULL;
	struct facts facts;
	int status;
	size_t i;

	(void)argc;
	(void)argv;
	status = read_facts(&facts);
	if (status)
		return status;
	if (wants_table(fmt) || fmt->noheadings) {
		t = table_new(fmt, "findings", columns, ARRAY_SIZE(columns));
		if (!t) {
			status = EXIT_USAGE;
			goto out;
		}
	}
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		struct finding to = { 0 };

		if (!rules[i].look(&facts, &to))
			continue;
		n++;
		if (t)
			add_row(t, rules[i].id, &to);
		else
			print_finding(n, &to);
	}
	if (t)
		table_print(t);
	else if (!n)
		printf("nothing stands out: no node is fragmented, nobody stalled or failed\n");
out:
	buddyinfo_free(&facts.nodes);
	node_rows_free(&facts.supply);
	return status;
}
