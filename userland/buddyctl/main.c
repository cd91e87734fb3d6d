// SPDX-License-Identifier: GPL-2.0
/*
 * buddyctl: look at the buddy allocator's fragmentation, and at how
 * buddy_adaptive deals with it.
 *
 *	buddyctl [OPTION...] [COMMAND [ARGUMENT...]]
 *
 * Here the command line is taken apart; what may be in it is in verbs.c.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buddyctl.h"
#include "sysroot.h"

struct invocation {
	struct options opt;
	const struct verb *verb;
	char seen[MAX_OPTIONS + 1];	/* the ids of the options given, once each */
	bool help;
	bool version;
};

static const struct option_spec *option_by_id(int id)
{
	size_t i;

	for (i = 0; options[i].id != id; i++)
		;
	return &options[i];
}

/* Of two options with one letter the one that the verb takes. */
static const struct option_spec *option_by_letter(const struct verb *verb, int letter)
{
	const struct option_spec *first = NULL;
	size_t i;

	for (i = 0; i < nr_options; i++) {
		if (options[i].letter != letter)
			continue;
		if (takes(verb, options[i].id))
			return &options[i];
		if (!first)
			first = &options[i];
	}
	return first;
}

static int complain_value(const struct option_spec *o, const char *text,
			  const char *wanted)
{
	complain("--%s takes %s, not '%s'", o->name, wanted, text);
	return EXIT_USAGE;
}

static int take_percent(const struct option_spec *o, const char *text, int *percent)
{
	uint64_t value;

	if (parse_decimal(text, &value) || value > 100)
		return complain_value(o, text, "a percentage from 0 to 100");
	*percent = value;
	return EXIT_OK;
}

static int take_interval(const struct option_spec *o, const char *text, double *s)
{
	char *end;

	*s = strtod(text, &end);
	if (end == text || *end || !(*s >= 0.1 && *s <= 3600))
		return complain_value(o, text, "seconds from 0.1 to 3600");
	return EXIT_OK;
}

static int take_count(const struct option_spec *o, const char *text, unsigned int *n)
{
	uint64_t value;

	if (parse_decimal(text, &value) || !value || value > 1000000000)
		return complain_value(o, text, "a number from 1 to 1000000000");
	*n = value;
	return EXIT_OK;
}

static int take_option(struct invocation *in, const struct option_spec *o, char *arg)
{
	struct options *opt = &in->opt;
	size_t seen = strlen(in->seen);
	int err;

	if (!strchr(in->seen, o->id))
		in->seen[seen] = o->id;
	switch (o->id) {
	case 'J':
		opt->format.json = true;
		break;
	case 'r':
		opt->format.raw = true;
		break;
	case 'n':
		opt->format.noheadings = true;
		break;
	case 'b':
		opt->format.bytes = true;
		break;
	case 'o':
		opt->format.columns = arg;
		break;
	case 'O':
		opt->orders = arg;
		break;
	case 'S':
		opt->since = arg;
		break;
	case 'N':
		opt->nodes = true;
		break;
	case 'i':
		return take_interval(o, arg, &opt->interval);
	case 'C':
		return take_count(o, arg, &opt->count);
	case 'w':
		return take_percent(o, arg, &opt->warning);
	case 'c':
		return take_percent(o, arg, &opt->critical);
	case 'f':
		opt->file = arg;
		break;
	case 'p':
		opt->persist = true;
		break;
	case 's':
		err = sysroot_set(arg);
		if (err) {
			complain("cannot use sysroot %s: %s", arg, strerror(-err));
			return EXIT_FAILED;
		}
		break;
	case 'q':
		quiet = true;
		break;
	case 'h':
		in->help = true;
		break;
	case 'V':
		in->version = true;
		break;
	}
	return EXIT_OK;
}

/* What getopt_long() did not like: @key is its answer, @word where it stopped. */
static int complain_option(const struct verb *verb, int key, const char *word)
{
	const struct option_spec *o = NULL;
	struct nearest near = { 0 };
	size_t i;

	if (optopt > UCHAR_MAX)
		o = option_by_id(optopt - UCHAR_MAX);
	else if (optopt)
		o = option_by_letter(verb, optopt);
	if (o && key == ':') {
		complain("--%s needs its %s", o->name, o->arg);
	} else if (o) {
		complain("--%s takes no value", o->name);
	} else if (optopt) {
		complain("there is no option '-%c'; `buddyctl --help` lists them", optopt);
	} else {
		near.word = word + strspn(word, "-");
		for (i = 0; i < nr_options; i++)
			nearest_offer(&near, options[i].name, options[i].name);
		complain(nearest_name(&near) ? "there is no option '%s'; did you mean '--%s'?" :
			 "there is no option '%s'; `buddyctl --help` lists them",
			 word, nearest_name(&near));
	}
	return EXIT_USAGE;
}

/*
 * The next option, as getopt_long() has it; up to the first other word if @before,
 * for that is the verb.
 */
static int next_option(int argc, char **argv, bool before)
{
	struct option longs[MAX_OPTIONS + 1] = { 0 };
	char shorts[3 * MAX_OPTIONS + 3], *p = shorts;
	size_t i;

	if (before)
		*p++ = '+';
	*p++ = ':';
	for (i = 0; i < nr_options; i++) {
		longs[i].name = options[i].name;
		longs[i].has_arg = !!options[i].arg;
		longs[i].val = options[i].id + UCHAR_MAX;
		*p++ = options[i].letter;
		if (options[i].arg)
			*p++ = ':';
	}
	*p = '\0';
	opterr = 0;
	return getopt_long(argc, argv, shorts, longs, NULL);
}

/* What an option in front means may be the verb's to say: so that is looked for first. */
static const char *word_of_verb(int argc, char **argv)
{
	optind = 0;
	while (next_option(argc, argv, true) != -1)
		;
	return argv[optind];
}

/* The options of argv[1] and on. What is left begins at optind. */
static int parse_options(struct invocation *in, int argc, char **argv, bool before)
{
	int key, status = EXIT_OK;

	optind = 0;
	while (!status && (key = next_option(argc, argv, before)) != -1) {
		if (key == '?' || key == ':')
			return complain_option(in->verb, key, argv[optind - 1]);
		status = take_option(in, key > UCHAR_MAX ? option_by_id(key - UCHAR_MAX) :
				     option_by_letter(in->verb, key), optarg);
	}
	return status;
}

/* Options and arguments that are options and arguments, but not this verb's. */
static bool misused(const struct invocation *in, int argc, char **argv)
{
	const struct verb *verb = in->verb;
	const char *seen;

	for (seen = in->seen; *seen; seen++)
		if (!takes(verb, *seen)) {
			complain("%s does not take --%s; see `buddyctl help %s`",
				 verb->name, option_by_id(*seen)->name, verb->name);
			return true;
		}
	if (in->opt.format.json && in->opt.format.raw) {
		complain("--json and --raw exclude each other");
		return true;
	}
	if (argc && !*verb->args) {
		complain("%s takes no argument like '%s'; see `buddyctl help %s`",
			 verb->name, argv[0], verb->name);
		return true;
	}
	return false;
}

/* Monitoring looks at stdout, and at 0 to 3 with meanings of its own. */
static bool is_plugin(const struct verb *verb)
{
	return verb && verb->run == cmd_check;
}

static void say_unknown(const char *text)
{
	static bool said;

	if (!said)
		printf("BUDDY UNKNOWN - %s\n", text);
	said = true;
}

/*
 * Everything up to running the verb, whose arguments are then from *argc and
 * *argv. Returns an exit status, having complained.
 */
static int prepare(struct invocation *in, int *argc, char ***argv)
{
	const char *word = word_of_verb(*argc, *argv);
	int status;

	if (word) {
		in->verb = find_verb(word);
		if (!in->verb)
			return EXIT_USAGE;
		if (is_plugin(in->verb))
			message_sink(say_unknown);
	}
	status = parse_options(in, *argc, *argv, true);
	if (status)
		return status;
	*argc -= optind;
	*argv += optind;
	if (word) {
		status = parse_options(in, *argc, *argv, false);
		if (status)
			return status;
		*argc -= optind;
		*argv += optind;
	}
	if (in->help || in->version)
		return EXIT_OK;
	if (!in->verb)
		in->verb = &verbs[0];
	return misused(in, *argc, *argv) ? EXIT_USAGE : EXIT_OK;
}

int main(int argc, char **argv)
{
	struct invocation in = {
		.opt = { .interval = 1, .warning = -1, .critical = -1 },
	};
	int status;
	bool set;

	setlocale(LC_CTYPE, "");	/* for the bars of watch */
	status = prepare(&in, &argc, &argv);
	if (status)
		status = is_plugin(in.verb) ? PLUGIN_UNKNOWN : status;
	else if (in.version)
		printf("buddyctl %s\n", VERSION);
	else if (in.help)
		status = print_help(in.verb);
	else
		status = in.verb->run(&in.opt, argc, argv);

	/* A full disk behind a redirection is a failure, not a short answer. */
	set = !status && !in.version && !in.help && in.verb->run == cmd_set;
	if (fflush(stdout) || ferror(stdout)) {
		message_sink(NULL);
		complain("cannot write the output: %s%s", strerror(errno),
			 set ? "; what was to be set is set" : "");
		status = is_plugin(in.verb) ? PLUGIN_UNKNOWN : EXIT_FAILED;
	}
	return status;
}
