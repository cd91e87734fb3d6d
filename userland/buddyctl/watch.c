// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl watch: look again and again. On a terminal it paints a screen;
 * elsewhere, or when asked for columns, it prints a row per look, as vmstat(8)
 * does.
 */
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "array.h"
#include "buddyctl.h"
#include "sample.h"
#include "screen.h"

enum { TIME, FRAG, FREE, FIRST_RATE };
#define FIRST_EVENT	(FIRST_RATE + NR_COUNTERS)

/* Of the worst node, then the rate of everything that is counted. */
const struct column *watch_columns(size_t *nr)
{
	static struct column columns[FIRST_EVENT + NR_EVENTS] = {
		[TIME]	= { "TIME", "time", COL_TEXT | COL_FULL,
			    "when this was so" },
		[FRAG]	= { "FRAG%", "frag", COL_NUMBER | COL_TEXT | COL_FULL,
			    "fragmentation of the worst node at the order (-O)" },
		[FREE]	= { "FREE", "free", COL_NUMBER | COL_TEXT | COL_FULL,
			    "free memory of all nodes" },
	};
	int i;

	for (i = 0; i < NR_COUNTERS; i++) {
		bool text = counters[i].flags == COUNTER_IN_STATUS;

		columns[FIRST_RATE + i] = (struct column){
			counters[i].heading, counters[i].name,
			COL_NUMBER | COL_FULL | (text ? COL_TEXT : 0), counters[i].help };
	}
	for (i = 0; i < NR_EVENTS; i++)
		columns[FIRST_EVENT + i] = (struct column){
			events[i].heading, events[i].key,
			COL_NUMBER | COL_FULL | COL_TEXT, events[i].help };
	*nr = FIRST_EVENT + NR_EVENTS;
	return columns;
}

static volatile sig_atomic_t got_end, got_resize, got_stop;

static void on_signal(int sig)
{
	if (sig == SIGWINCH)
		got_resize = 1;
	else if (sig == SIGTSTP)
		got_stop = 1;
	else if (sig != SIGALRM)
		got_end = sig;
}

static const int signals[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGALRM
};

static sigset_t waiting;	/* what is blocked while we wait: none of these */

/* Handled, and blocked but for while we wait, so that none is missed. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;
	size_t i;

	sigemptyset(&block);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &sa, NULL);
		sigaddset(&block, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &block, &waiting);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigdelset(&waiting, signals[i]);
}

/*
 * ^C is how one leaves; who sends another signal wants to see it obeyed. What is
 * left to be done may be ended by either.
 */
static void release_signals(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, &waiting, NULL);
	if (got_end && got_end != SIGINT)
		raise(got_end);
}

/* Until @when, a key or a signal; 1 if it was a key. */
static int wait_until(double when, bool keys)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	double s = when - sample_clock();
	struct timespec left;
	int ready;

	if (s < 0)
		s = 0;
	left.tv_sec = s;
	left.tv_nsec = (s - left.tv_sec) * 1e9;
	ready = ppoll(&in, keys, &left, &waiting);
	if (ready > 0) {
		/* It has not looked at signals then, and keys may come for ever. */
		left = (struct timespec){ 0 };
		ppoll(NULL, 0, &left, &waiting);
	}
	return ready > 0;
}

#define TICK	100000		/* us after which a write() returns */

static void tick(int us)
{
	struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/*
 * Write it all, but give up after @patience seconds, or, if that is 0, at a
 * signal that wants us elsewhere: nobody may read what the terminal gets. One
 * that comes just before write() does not interrupt that; the timer does.
 */
static int put_out(const char *text, size_t len, double patience)
{
	double until = sample_clock() + patience;
	sigset_t blocked;
	ssize_t n = 0;

	tick(TICK);
	sigprocmask(SIG_SETMASK, &waiting, &blocked);
	while (len && (patience > 0 ? sample_clock() < until : !got_end && !got_stop)) {
		n = write(STDOUT_FILENO, text, len);
		if (n >= 0) {
			text += n;
			len -= n;
		} else if (errno == EAGAIN) {
			usleep(TICK / 5);
		} else if (errno != EINTR) {
			break;
		}
		n = 0;
	}
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	tick(0);
	return n < 0 ? EXIT_FAILED : EXIT_OK;
}

static void tell_clock(char *text, size_t size, const char *format)
{
	time_t now = time(NULL);

	strftime(text, size, format, localtime(&now));
}

static int order_of(const struct options *opt, const struct buddyinfo *info)
{
	return opt->orders ? parse_order("watch", opt->orders, info->nr_orders - 1) :
		(int)default_order(info);
}

/* Of the nodes that have free memory; -1 if none has. */
static int worst_permille(const struct buddyinfo *info, unsigned int order)
{
	struct buddyinfo nodes;
	int worst = -1, permille;
	size_t i;

	if (buddyinfo_nodes(info, &nodes))
		return -1;
	for (i = 0; i < nodes.nr_zones; i++) {
		uint64_t free = zone_free(&nodes.zones[i]);

		permille = free ? (int)frag_permille(free,
				zone_suitable(&nodes.zones[i], order)) : -1;
		if (permille > worst)
			worst = permille;
	}
	buddyinfo_free(&nodes);
	return worst;
}

/* Right under its heading in each look's table; programs get the number. */
static void set_rate(struct table *t, const struct options *opt, unsigned int column,
		     const char *heading, double value)
{
	int width = strlen(heading) > 5 ? strlen(heading) : 5;
	char text[RATE_TEXT];

	if (opt->format.json || opt->format.raw)
		table_set(t, column, "%.6g", value);
	else
		table_set(t, column, "%*s", width, rate_text(text, value));
}

/* The first row takes an interval to come: a mistyped column is told before. */
static bool columns_exist(const struct options *opt)
{
	const struct column *columns;
	struct table *t;
	size_t nr;

	columns = watch_columns(&nr);
	t = table_new(&opt->format, "watch", columns, nr);
	if (t)
		table_drop(t);
	return t;
}

static int print_look(const struct options *opt, const struct sample *now,
		      const struct sample *then, unsigned int order, bool first)
{
	struct format format = opt->format;
	bool text = !format.json && !format.raw;
	const struct column *columns;
	uint64_t free = 0;
	struct table *t;
	char clock[32];
	int permille, i;
	size_t nr, z;

	format.noheadings |= !first;
	columns = watch_columns(&nr);
	t = table_new(&format, "watch", columns, nr);
	if (!t)
		return EXIT_USAGE;
	for (i = 0; i < NR_COUNTERS; i++)
		if (!now->patched)
			table_hide(t, FIRST_RATE + i);
	for (i = 0; i < NR_EVENTS; i++)
		if (now->patched || !now->vm.known[i])
			table_hide(t, FIRST_EVENT + i);
	table_row(t);
	tell_clock(clock, sizeof(clock), text ? "%H:%M:%S" : "%Y-%m-%dT%H:%M:%S%z");
	table_set(t, TIME, "%s", clock);
	permille = worst_permille(&now->info, order);
	if (permille >= 0)
		table_set(t, FRAG, "%*d.%d", text ? 3 : 0, permille / 10, permille % 10);
	for (z = 0; z < now->info.nr_zones; z++)
		free += zone_free(&now->info.zones[z]);
	free *= sysconf(_SC_PAGESIZE);
	if (format.json || format.raw)
		table_set(t, FREE, "%" PRIu64, free);
	else
		table_set(t, FREE, "%6s", size_text(clock, free));
	for (i = 0; i < NR_COUNTERS; i++)
		if (snapshot_counts(&now->counters, i))
			set_rate(t, opt, FIRST_RATE + i, counters[i].heading,
				 counter_rate(now, then, i, ALL_ORDERS));
	for (i = 0; i < NR_EVENTS; i++)
		if (now->vm.known[i])
			set_rate(t, opt, FIRST_EVENT + i, events[i].heading,
				 event_rate(now, then, i));
	table_print(t);
	fflush(stdout);
	return ferror(stdout) ? EXIT_FAILED : EXIT_OK;
}

/* A row is written as a whole, and there is nothing to be put back. */
static void end_lines(int sig)
{
	(void)sig;
	_exit(EXIT_OK);
}

/*
 * ^C is how one leaves. Nothing is blocked: whoever reads the rows may have
 * ceased to, and to write them be where a signal finds us.
 */
static void catch_end(void)
{
	struct sigaction sa = { .sa_handler = end_lines };
	sigset_t end;

	sigaction(SIGINT, &sa, NULL);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&end);
	sigaddset(&end, SIGINT);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &end, NULL);
	sigprocmask(SIG_BLOCK, NULL, &waiting);
}

/* A row per look, the first after one interval. */
static int watch_lines(const struct options *opt)
{
	struct sample now, then;
	unsigned int looks = 0;
	int status, order;
	double next;

	if (!columns_exist(opt))
		return EXIT_USAGE;
	status = sample_take(&then);
	if (status)
		return status;
	order = order_of(opt, &then.info);
	if (order < 0) {
		sample_drop(&then);
		return EXIT_USAGE;
	}
	quiet = true;		/* a note once is enough */
	catch_end();
	next = then.when;
	while (!status && (!opt->count || looks < opt->count)) {
		next += opt->interval;
		/* What was missed while stopped or blocked stays missed. */
		if (next < sample_clock())
			next = sample_clock() + opt->interval;
		while (sample_clock() < next)
			wait_until(next, false);
		status = sample_take(&now);
		if (status)
			break;
		status = print_look(opt, &now, &then, order, !looks++);
		sample_drop(&then);
		then = now;
	}
	sample_drop(&then);
	return status;
}

static struct termios before;
static bool have_keys, on_screen;
static bool cut_off;		/* the last picture is not all written */

#define LEAVE_PATIENCE	0.3	/* seconds */

static int put_text(const char *text, double patience)
{
	return put_out(text, strlen(text), patience);
}

/*
 * The screen that was there comes back, whatever happened on ours, if the
 * terminal takes it. In the background it is no longer ours to be set.
 */
static void leave_screen(void)
{
	bool ours = tcgetpgrp(STDIN_FILENO) == getpgrp();

	if (!on_screen)
		return;
	on_screen = false;
	if (cut_off && ours)
		tcflush(STDOUT_FILENO, TCOFLUSH);
	put_text("\033[0m\033[?7h\033[?25h\033[?1049l", LEAVE_PATIENCE);
	if (have_keys && ours)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/* In the background this stops us, where a signal is to be heard. */
static void enter_screen(void)
{
	struct termios raw;
	sigset_t blocked;

	have_keys = !tcgetattr(STDIN_FILENO, &before);
	on_screen = true;
	if (have_keys) {
		raw = before;
		raw.c_lflag &= ~(ICANON | ECHO);
		raw.c_cc[VMIN] = 0;
		raw.c_cc[VTIME] = 0;
		sigprocmask(SIG_SETMASK, &waiting, &blocked);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
		sigprocmask(SIG_SETMASK, &blocked, NULL);
	}
	put_text("\033[?1049h\033[?25l\033[?7l\033[2J", 0);
}

/* ^Z: out of the way while stopped, and back as before. */
static void stop_here(void)
{
	sigset_t stop;

	leave_screen();
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);	/* we stop here, and go on here */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	signal(SIGTSTP, on_signal);
	enter_screen();
}

static void measure_screen(struct screen *s)
{
	struct winsize size;

	s->rows = 24;
	s->cols = 80;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col) {
		s->rows = size.ws_row;
		s->cols = size.ws_col;
	}
}

/* One write per picture, so that none is seen half painted. */
static int paint(const struct screen *s)
{
	char *text = NULL;
	int status;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return EXIT_FAILED;
	screen_paint(f, s);
	fclose(f);
	status = put_out(text, size, 0);
	cut_off = got_end || got_stop;
	free(text);
	return status;
}

/*
 * One byte of what the keyboard sends; true if it was to quit. An arrow is three
 * bytes, which may come one by one: ESC, [ or O, and a letter.
 */
static bool take_key(struct screen *s, char c)
{
	static int arrow;	/* how many bytes of it have come */
	int order = s->order;

	if (arrow == 2) {
		arrow = 0;
		order += (c == 'C') - (c == 'D');
		if (order >= 1 && order < (int)s->now->info.nr_orders)
			s->order = order;
		return false;
	}
	if (arrow == 1 && (c == '[' || c == 'O')) {
		arrow = 2;
		return false;
	}
	arrow = c == '\033';
	if (c == ' ')
		s->paused = !s->paused;
	return c == 'q';
}

/* The keys that were pressed; true if one was to quit. */
static bool take_keys(struct screen *s)
{
	char keys[64];
	ssize_t len = read(STDIN_FILENO, keys, sizeof(keys)), i;

	if (len <= 0)		/* the terminal is gone */
		have_keys = false;
	for (i = 0; i < len; i++)
		if (take_key(s, keys[i]))
			return true;
	return false;
}

static struct history history;
static char clock_text[12];

/* What goes wrong while the screen is up is news on it, once while it goes on. */
static void note_message(const char *text)
{
	struct change_line *c = &history.changes[(history.nr_changes - 1) % CHANGES];

	if (history.nr_changes && !strncmp(c->text, text, sizeof(c->text) - 1))
		snprintf(c->clock, sizeof(c->clock), "%s", clock_text);
	else
		history_note(&history, clock_text, TONE_BAD, "%s", text);
}

static int watch_screen(const struct options *opt)
{
	struct screen s = {
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.color = colors_wanted(), .interval = opt->interval,
		.kernel = kernel_release(), .clock = clock_text, .history = &history,
	};
	struct sample samples[2], fresh;
	unsigned int looks = 1;
	int status, order;
	double next;

	status = sample_take(&samples[0]);
	if (status)
		return status;
	order = order_of(opt, &samples[0].info);
	if (order < 0) {
		sample_drop(&samples[0]);
		return EXIT_USAGE;
	}
	quiet = true;
	s.order = order;
	s.now = &samples[0];
	next = s.now->when + opt->interval;
	tell_clock(clock_text, sizeof(clock_text), "%H:%M:%S");
	history_add(&history, s.now, NULL, s.order, clock_text);
	message_sink(note_message);
	catch_signals();
	atexit(leave_screen);
	enter_screen();
	measure_screen(&s);
	while (!got_end) {
		status = paint(&s);
		if (status || (opt->count && looks >= opt->count))
			break;
		if (wait_until(next, have_keys) && take_keys(&s))
			break;
		if (got_stop) {
			got_stop = 0;
			stop_here();
			got_resize = 1;
		}
		if (got_resize) {
			got_resize = 0;
			measure_screen(&s);
		}
		if (sample_clock() < next)
			continue;
		/* Not to catch up after a pause, or while the machine is slow. */
		next = sample_clock() + opt->interval;
		if (s.paused)
			continue;
		tell_clock(clock_text, sizeof(clock_text), "%H:%M:%S");
		looks++;
		if (sample_take(&fresh))
			continue;
		if (s.then)
			sample_drop(&samples[1]);
		samples[1] = samples[0];
		samples[0] = fresh;
		s.then = &samples[1];
		history_add(&history, s.now, s.then, s.order, clock_text);
	}
	leave_screen();
	message_sink(NULL);
	release_signals();
	history_free(&history);
	sample_drop(&samples[0]);
	if (s.then)
		sample_drop(&samples[1]);
	return status;
}

int cmd_watch(const struct options *opt, int argc, char **argv)
{
	const struct format *f = &opt->format;
	const char *term = getenv("TERM");
	bool dumb = !term || !*term || !strcmp(term, "dumb");
	bool lines = wants_table(f) || f->noheadings || !isatty(STDOUT_FILENO) || dumb;

	(void)argc;
	(void)argv;
	return lines ? watch_lines(opt) : watch_screen(opt);
}
