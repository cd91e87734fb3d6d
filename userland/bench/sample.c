// SPDX-License-Identifier: GPL-2.0
/*
 * sample - write what the allocator says about itself, every so often, as CSV
 *
 *	sample [-p MS] [-r ROOT] DIR
 *
 * until it gets SIGTERM or SIGINT; the last sample is taken then, so that
 * "start, load, stop" brackets the load. In DIR it leaves
 *
 *	buddyinfo.csv		ms,node,zone,order0,...,order10
 *	vmstat.csv		ms,<the counters of /proc/vmstat named below>
 *	counters.csv		ms,order,requests,slowpath,...
 *	fragmentation.csv	ms,node,order3,...,order10
 *	supply.csv		ms,node,demand,target,stock: huge blocks
 *
 * the last three only on a kernel with buddy_adaptive. "ms" is the time since
 * boot, the first number of /proc/uptime in milliseconds, so that a shell can
 * write marks on the same clock.
 *
 * A monitor must not make the requests it counts: everything is opened once,
 * nothing is forked, memory is locked, and each read fits the one page that
 * the kernel sets aside for it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define FIRST_ORDER	3
#define LAST_ORDER	10
#define NR_ORDERS	(LAST_ORDER - FIRST_ORDER + 1)
#define HUGE_ORDER	9
#define MAX_NODES	64
#define TREE		"/sys/kernel/mm/buddy_adaptive"

/* One line here is one column of vmstat.csv; what a kernel lacks stays empty. */
static const char * const vmstat_columns[] = {
	"nr_free_pages",
	"allocstall_dma32",
	"allocstall_normal",
	"allocstall_movable",
	"compact_stall",
	"compact_fail",
	"compact_success",
	"compact_migrate_scanned",
	"compact_free_scanned",
	"compact_daemon_wake",
	"compact_daemon_migrate_scanned",
	"compact_daemon_free_scanned",
	"pgmigrate_success",
	"pgmigrate_fail",
	"thp_fault_alloc",
	"thp_fault_fallback",
	"pgscan_kswapd",
	"pgscan_direct",
	"pswpout",
	"oom_kill",
};

/* One line here is one file per order of our tree, and a column. */
static const char * const counter_columns[] = {
	"requests",
	"slowpath",
	"failed",
	"compact_stalls",
	"passed",
	"exempt",
	"declined",
	"would_decline",
	"refused",
	"would_refuse",
	"wakes",
	"wakes_suppressed",
};

/* One line here is one file per node, of the order of a huge page, and a column. */
static const char * const supply_columns[] = {
	"demand",
	"target",
	"stock",
};

static const char *root = "";
static volatile sig_atomic_t stop;
static char text[65536];

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* Open ROOT/<path>; -1 when there is no such file. */
__attribute__((format(printf, 1, 2)))
static int open_under_root(const char *format, ...)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s", root);
	va_list ap;

	va_start(ap, format);
	vsnprintf(path + n, sizeof(path) - n, format, ap);
	va_end(ap);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The whole of an open file into text[]; a proc file comes in several reads. */
static char *read_again(int fd)
{
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(text) - 1) {
		got = pread(fd, text + n, sizeof(text) - 1 - n, n);
		if (got < 0)
			die("cannot read: %m");
		if (!got)
			break;
		n += got;
	}
	text[n] = '\0';
	return text;
}

/* A file of our tree: the number without its newline, "" without the file. */
static const char *read_number(int fd)
{
	char *s;

	if (fd < 0)
		return "";
	s = read_again(fd);
	s[strcspn(s, "\n")] = '\0';
	return s;
}

static FILE *create(const char *dir, const char *name)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	if (!f)
		die("%s: %m", path);
	return f;
}

static FILE *buddyinfo_csv, *vmstat_csv, *counters_csv, *fragmentation_csv, *supply_csv;

/* The first file that could not be written, and why. */
static const char *unwritten;
static int unwritten_errno;

/* Told at the end: the other files are of use all the same. */
static void note_unwritten(const char *name)
{
	if (unwritten)
		return;
	unwritten = name;
	unwritten_errno = errno;
}

static void flush(FILE *f, const char *name)
{
	if (fflush(f))
		note_unwritten(name);
}

static void finish(FILE *f, const char *name)
{
	if (!f)
		return;
	errno = EIO;		/* why a write failed before a flush is not kept */
	if (ferror(f))
		note_unwritten(name);
	if (fclose(f))
		note_unwritten(name);
}

static int buddyinfo, vmstat;
static int counters[NR_ORDERS][ARRAY_SIZE(counter_columns)];
static int fragmentation[MAX_NODES][NR_ORDERS];
static int supply[MAX_NODES][ARRAY_SIZE(supply_columns)];

static void open_all(const char *dir)
{
	unsigned int i, order, node;

	buddyinfo = open_under_root("/proc/buddyinfo");
	if (buddyinfo < 0)
		die("/proc/buddyinfo: %m");
	buddyinfo_csv = create(dir, "buddyinfo.csv");
	fputs("ms,node,zone", buddyinfo_csv);
	for (order = 0; order <= LAST_ORDER; order++)
		fprintf(buddyinfo_csv, ",order%u", order);
	fputc('\n', buddyinfo_csv);

	vmstat = open_under_root("/proc/vmstat");
	if (vmstat < 0)
		die("/proc/vmstat: %m");
	vmstat_csv = create(dir, "vmstat.csv");
	fputs("ms", vmstat_csv);
	for (i = 0; i < ARRAY_SIZE(vmstat_columns); i++)
		fprintf(vmstat_csv, ",%s", vmstat_columns[i]);
	fputc('\n', vmstat_csv);

	for (order = 0; order < NR_ORDERS; order++) {
		for (i = 0; i < ARRAY_SIZE(counter_columns); i++)
			counters[order][i] =
				open_under_root(TREE "/order%u/%s",
						order + FIRST_ORDER,
						counter_columns[i]);
		for (node = 0; node < MAX_NODES; node++)
			fragmentation[node][order] =
				open_under_root(TREE "/node%u/order%u/fragmentation",
						node, order + FIRST_ORDER);
	}
	for (node = 0; node < MAX_NODES; node++)
		for (i = 0; i < ARRAY_SIZE(supply_columns); i++)
			supply[node][i] =
				open_under_root(TREE "/node%u/order%u/%s", node,
						HUGE_ORDER, supply_columns[i]);
	if (counters[0][0] < 0)
		return;

	counters_csv = create(dir, "counters.csv");
	fputs("ms,order", counters_csv);
	for (i = 0; i < ARRAY_SIZE(counter_columns); i++)
		fprintf(counters_csv, ",%s", counter_columns[i]);
	fputc('\n', counters_csv);

	fragmentation_csv = create(dir, "fragmentation.csv");
	fputs("ms,node", fragmentation_csv);
	for (order = FIRST_ORDER; order <= LAST_ORDER; order++)
		fprintf(fragmentation_csv, ",order%u", order);
	fputc('\n', fragmentation_csv);

	supply_csv = create(dir, "supply.csv");
	fputs("ms,node", supply_csv);
	for (i = 0; i < ARRAY_SIZE(supply_columns); i++)
		fprintf(supply_csv, ",%s", supply_columns[i]);
	fputc('\n', supply_csv);
}

/* "Node 0, zone   Normal    216     55 ..." */
static void sample_buddyinfo(unsigned long long ms)
{
	char *line, *save, *word, *words, zone[32];
	unsigned int node;
	int skip;

	for (line = strtok_r(read_again(buddyinfo), "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "Node %u, zone %31s%n", &node, zone, &skip) != 2)
			continue;
		fprintf(buddyinfo_csv, "%llu,%u,%s", ms, node, zone);
		for (word = strtok_r(line + skip, " ", &words); word;
		     word = strtok_r(NULL, " ", &words))
			fprintf(buddyinfo_csv, ",%s", word);
		fputc('\n', buddyinfo_csv);
	}
	flush(buddyinfo_csv, "buddyinfo.csv");
}

/* "name value" lines, in an order that differs between kernels. */
static void sample_vmstat(unsigned long long ms)
{
	const char *all = read_again(vmstat);
	unsigned int i;

	fprintf(vmstat_csv, "%llu", ms);
	for (i = 0; i < ARRAY_SIZE(vmstat_columns); i++) {
		const char *name = vmstat_columns[i];
		size_t length = strlen(name);
		const char *s = all;

		while (s && (strncmp(s, name, length) || s[length] != ' ')) {
			s = strchr(s, '\n');
			if (s)
				s++;
		}
		fputc(',', vmstat_csv);
		if (s)
			fprintf(vmstat_csv, "%llu",
				strtoull(s + length, NULL, 10));
	}
	fputc('\n', vmstat_csv);
	flush(vmstat_csv, "vmstat.csv");
}

static void sample_tree(unsigned long long ms)
{
	unsigned int i, order, node;

	if (!counters_csv)
		return;
	for (order = 0; order < NR_ORDERS; order++) {
		fprintf(counters_csv, "%llu,%u", ms, order + FIRST_ORDER);
		for (i = 0; i < ARRAY_SIZE(counter_columns); i++)
			fprintf(counters_csv, ",%s",
				read_number(counters[order][i]));
		fputc('\n', counters_csv);
	}
	for (node = 0; node < MAX_NODES; node++) {
		if (fragmentation[node][0] < 0)
			continue;
		fprintf(fragmentation_csv, "%llu,%u", ms, node);
		for (order = 0; order < NR_ORDERS; order++)
			fprintf(fragmentation_csv, ",%s",
				read_number(fragmentation[node][order]));
		fputc('\n', fragmentation_csv);
	}
	/* none where lever supply is not built */
	for (node = 0; node < MAX_NODES; node++) {
		if (supply[node][0] < 0)
			continue;
		fprintf(supply_csv, "%llu,%u", ms, node);
		for (i = 0; i < ARRAY_SIZE(supply_columns); i++)
			fprintf(supply_csv, ",%s", read_number(supply[node][i]));
		fputc('\n', supply_csv);
	}
	flush(counters_csv, "counters.csv");
	flush(fragmentation_csv, "fragmentation.csv");
	flush(supply_csv, "supply.csv");
}

static void sample(const struct timespec *now)
{
	unsigned long long ms = now->tv_sec * 1000ULL + now->tv_nsec / 1000000;

	sample_buddyinfo(ms);
	sample_vmstat(ms);
	sample_tree(ms);
}

static void usage(int status)
{
	fputs("usage: sample [-p MS] [-r ROOT] DIR\n"
	      "write CSV samples of the allocator to DIR until SIGTERM\n"
	      "  -p MS    one sample every MS milliseconds (250)\n"
	      "  -r ROOT  read ROOT/proc and ROOT/sys, for tests\n",
	      status ? stderr : stdout);
	exit(status);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct timespec now, next;
	long period = 250;
	char *end;
	int c;

	while ((c = getopt(argc, argv, "hp:r:")) != -1) {
		switch (c) {
		case 'p':
			period = strtol(optarg, &end, 10);
			if (*end || !isdigit(*optarg) || period < 10) {
				fprintf(stderr,
					"sample: -p wants milliseconds, at least 10, not '%s'\n",
					optarg);
				return 2;
			}
			break;
		case 'r':
			root = optarg;
			break;
		case 'h':
			usage(0);
			break;
		default:
			usage(2);
		}
	}
	if (argc - optind != 1)
		usage(2);

	/* Late samples are worse than a busy one; lacking the right is fine. */
	if (setpriority(PRIO_PROCESS, 0, -20) && errno != EPERM && errno != EACCES)
		die("cannot set the priority: %m");
	if (mlockall(MCL_CURRENT | MCL_FUTURE) && errno != EPERM && errno != ENOMEM)
		die("cannot lock memory: %m");
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);

	open_all(argv[optind]);
	clock_gettime(CLOCK_BOOTTIME, &next);
	do {
		clock_gettime(CLOCK_BOOTTIME, &now);
		sample(&now);
		next.tv_nsec += period % 1000 * 1000000;
		next.tv_sec += period / 1000 + next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		if (next.tv_sec < now.tv_sec)	/* far behind: don't catch up */
			next = now;
		clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &next, NULL);
	} while (!stop);
	clock_gettime(CLOCK_BOOTTIME, &now);
	sample(&now);
	finish(buddyinfo_csv, "buddyinfo.csv");
	finish(vmstat_csv, "vmstat.csv");
	finish(counters_csv, "counters.csv");
	finish(fragmentation_csv, "fragmentation.csv");
	finish(supply_csv, "supply.csv");
	errno = unwritten_errno;
	if (unwritten)
		die("%s/%s: %m", argv[optind], unwritten);
	return 0;
}
