// SPDX-License-Identifier: GPL-2.0
/*
 * The sysctls of buddy_adaptive: their ranges, how a value may be written, and
 * who may write it.
 *
 * In C, because each write must be a single system call of exactly these bytes,
 * and some are made by others than root. The ranges are the documented ones, kept
 * here a second time on purpose.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../kselftest.h"

#define VM	"/proc/sys/vm"
#define PREFIX	"buddy_"
#define NOBODY	65534
#define LARGE	(1024 * 1024)

struct setting {
	const char *name;
	unsigned int least;
	unsigned int most;
	unsigned int usual;
	char saved[32];		/* what it was before us */
};

static struct setting settings[] = {
	{ "buddy_frag_threshold", 0, 100, 80 },
	{ "buddy_adaptive_mode", 0, 3, 1 },
	{ "buddy_adaptive_min_order", 3, 0, 4 },
	{ "buddy_adaptive_ratio_threshold", 0, 10000, 200 },
	{ "buddy_adaptive_ratio_min_order", 4, 0, 8 },
	{ "buddy_adaptive_levers", 0, 31, 5 },
	/* last, for they are there with lever supply only */
	{ "buddy_adaptive_service_level", 50, 99, 95 },
	{ "buddy_adaptive_cpu_percent", 0, 100, 10 },
};

static const char * const names[] = {	/* supply.sh tests what they take */
	"buddy_adaptive_governor", "buddy_adaptive_available_governors",
};

static unsigned int nr_settings = ARRAY_SIZE(settings);
static unsigned int nr_names = ARRAY_SIZE(names);

#define LEVER_SUPPLY	4

static bool supplies = true;

/* CONFIG_COMPACTION is not set: all levers but one, and no setting that is of that. */
static void leave_out_supply(void)
{
	supplies = false;
	nr_settings -= 2;
	nr_names = 0;
	settings[nr_settings - 1].most -= LEVER_SUPPLY;
	settings[nr_settings - 1].usual -= LEVER_SUPPLY;
}

/* The kernel's largest order: /proc/buddyinfo has a column for each. */
static unsigned int largest_order(void)
{
	FILE *f = fopen("/proc/buddyinfo", "r");
	unsigned int columns = 0;
	char line[1024];
	char *word;

	if (!f || !fgets(line, sizeof(line), f))
		ksft_exit_fail_msg("/proc/buddyinfo cannot be read\n");
	fclose(f);
	for (word = strtok(line, "\n "); word; word = strtok(NULL, "\n "))
		columns++;
	return columns - 5;	/* "Node 0, zone NAME", and order 0 */
}

/* One write of exactly these bytes; 0 or what went wrong. */
static int put(const char *file, const char *bytes, size_t len)
{
	int fd = open(file, O_WRONLY);
	ssize_t n;
	int err;

	if (fd < 0)
		return errno;
	n = write(fd, bytes, len);
	err = n < 0 ? errno : n == (ssize_t)len ? 0 : EIO;
	close(fd);
	return err;
}

static int put_number(const char *file, unsigned int number)
{
	char text[16];

	return put(file, text, snprintf(text, sizeof(text), "%u\n", number));
}

/* What the file says, if it is one number and a newline; else -1. */
static long get(const char *file)
{
	int fd = open(file, O_RDONLY);
	char text[32], *end;
	ssize_t n;
	long value;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 2)
		return -1;
	text[n] = 0;
	value = strtol(text, &end, 10);
	return end == text + n - 1 && *end == '\n' ? value : -1;
}

static void save(void)
{
	size_t i;

	for (i = 0; i < nr_settings; i++) {
		struct setting *s = &settings[i];
		int fd = open(s->name, O_RDONLY);

		if (fd < 0 || read(fd, s->saved, sizeof(s->saved) - 1) <= 0)
			ksft_exit_fail_msg("%s cannot be read\n", s->name);
		close(fd);
	}
}

static void restore(void)
{
	size_t i;

	for (i = 0; i < nr_settings; i++)
		put(settings[i].name, settings[i].saved, strlen(settings[i].saved));
}

static void restore_and_die(int sig)
{
	restore();
	_exit(128 + sig);
}

/* ---- values ------------------------------------------------------------- */

static void test_good(const struct setting *s)
{
	const unsigned int values[] = { s->least, s->most, s->usual };
	static const char * const formats[] = {
		"%u\n", "%u", " \t%u\n ", "0x%x\n", "0%o\n",
	};
	unsigned int wrong = 0;
	size_t i, j;

	for (i = 0; i < 3; i++) {
		for (j = 0; j < ARRAY_SIZE(formats); j++) {
			char text[32];
			long now;
			int err;

			put_number(s->name, values[i] == s->least ? s->most : s->least);
			snprintf(text, sizeof(text), formats[j], values[i]);
			err = put(s->name, text, strlen(text));
			now = get(s->name);
			if (err || now != values[i]) {
				ksft_print_msg("'%s': errno %d, then it reads %ld\n",
					       text, err, now);
				wrong++;
			}
		}
	}
	ksft_test_result(!wrong, "%s: takes %u, %u and %u, decimal, hex and octal\n",
			 s->name, s->least, s->most, s->usual);
}

struct bad {
	const char *what;
	const char *bytes;
	size_t len;
};

/* None of these may be taken, whatever the setting was before. */
static unsigned int try_bad(const struct setting *s, const struct bad *bad,
			    unsigned int count, unsigned int before)
{
	unsigned int i, wrong = 0;

	put_number(s->name, before);
	for (i = 0; i < count; i++) {
		int err = put(s->name, bad[i].bytes, bad[i].len);
		long now = get(s->name);

		if (err == EINVAL && now == before)
			continue;
		ksft_print_msg("%s: errno %d, then it reads %ld instead of %u\n",
			       bad[i].what, err, now, before);
		put_number(s->name, before);
		wrong++;
	}
	return wrong;
}

static void test_bad(const struct setting *s, const char *letters, const char *zeros)
{
	char text[16][48];
	unsigned int n = 0, wrong;
	struct bad bad[32];
	unsigned int count = 0;

#define BAD(_what, _bytes, _len)	\
	(bad[count++] = (struct bad){ _what, _bytes, _len })
#define BAD_TEXT(_what, ...)	do {					\
		snprintf(text[n], sizeof(text[n]), __VA_ARGS__);	\
		BAD(_what, text[n], strlen(text[n]));			\
		n++;							\
	} while (0)
#define BAD_STRING(_what, _text)	BAD(_what, _text, sizeof(_text) - 1)

	BAD_TEXT("one above the range", "%u\n", s->most + 1);
	if (s->least)
		BAD_TEXT("one below the range", "%u\n", s->least - 1);
	BAD_TEXT("a plus sign", "+%u\n", s->most);
	BAD_TEXT("two numbers", "%u %u\n", s->usual, s->most);
	BAD_TEXT("two lines", "%u\n%u\n", s->usual, s->most);
	BAD_TEXT("a list", "%u,%u\n", s->usual, s->most);
	BAD_TEXT("a tail", "%uz\n", s->usual);
	BAD_TEXT("hex with a tail", "0x%xz\n", s->usual);
	BAD_TEXT("a fraction", "%u.0\n", s->usual);
	BAD_TEXT("quotes", "\"%u\"\n", s->usual);
	BAD_TEXT("2^32 more than a good one", "%llu\n", (1ULL << 32) + s->usual);
	BAD_TEXT("10^20", "1%020d\n", 0);
	BAD_STRING("-1", "-1\n");
	BAD_STRING("-0", "-0\n");
	BAD_STRING("a word", "abc\n");
	BAD_STRING("a newline", "\n");
	BAD_STRING("nothing", "");
	BAD_STRING("blanks", "  \t\n ");
	BAD_STRING("hex without digits", "0x\n");
	BAD_STRING("a NUL first", "\0004\n");
	BAD_STRING("a NUL inside", "4\0004\n");
	BAD("5 KB of zeros and a digit", zeros, 5120);
	BAD("1 MB of a letter", letters, LARGE);

	wrong = try_bad(s, bad, count, s->usual);
	wrong += try_bad(s, bad, count, s->most == s->usual ? s->least : s->most);
	ksft_test_result(!wrong, "%s: refuses %u bad values with EINVAL and stays what it was\n",
			 s->name, count);
}

/* The levers are a mask: a number in the range may have a bit of a lever that is not there. */
static void test_mask(void)
{
	const char *name = "buddy_adaptive_levers";
	unsigned int levers, wrong = 0;

	for (levers = 0; levers < 64; levers++) {
		bool good = levers < 32 && (supplies || !(levers & LEVER_SUPPLY));
		int err;
		long now;

		put_number(name, 1);
		err = put_number(name, levers);
		now = get(name);
		if (err == (good ? 0 : EINVAL) && now == (good ? levers : 1))
			continue;
		ksft_print_msg("levers %u: errno %d, then it reads %ld\n", levers, err, now);
		wrong++;
	}
	ksft_test_result(!wrong, "%s: takes each sum of levers, and no other\n", name);
}

/* A number that comes in two parts is not one number. */
static void test_parts(const struct setting *s)
{
	int fd = open(s->name, O_WRONLY);
	int first = 0, second = 0, beyond = 0;
	char text[16];
	long before, now;

	put_number(s->name, s->usual);
	snprintf(text, sizeof(text), "%u\n", s->most);
	if (write(fd, text, 1) != 1)
		first = errno;
	before = get(s->name);
	if (write(fd, text, strlen(text)) < 0)
		second = errno;
	if (pwrite(fd, text, strlen(text), 1) < 0)
		beyond = errno;
	now = get(s->name);
	close(fd);
	/* the first part may be a good number of its own */
	ksft_test_result((!first || first == EINVAL) &&
			 (first ? !second : second == EINVAL) &&
			 beyond == EINVAL && now == (first ? s->most : before),
			 "%s: refuses the second part of a number\n", s->name);
}

/* ---- rights ------------------------------------------------------------- */

static int become_nobody(void)
{
	return setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	       setresuid(NOBODY, NOBODY, NOBODY);
}

static int become_userns_root(void)
{
	if (unshare(CLONE_NEWUSER))
		return -1;
	return put("/proc/self/setgroups", "deny", 4) ||
	       put("/proc/self/uid_map", "0 0 1\n", 6);
}

static int drop_sys_admin(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { };

	if (syscall(SYS_capget, &head, data))
		return -1;
	data[0].effective &= ~(1u << CAP_SYS_ADMIN);
	data[0].permitted &= ~(1u << CAP_SYS_ADMIN);
	return syscall(SYS_capset, &head, data);
}

static int stay_root(void)
{
	return 0;
}

enum { CANNOT_BECOME = 255 };

/*
 * A child that is somebody else writes another value of @s; what errno said. Either
 * it opens the file itself, or it got @fd from us.
 */
static int put_as(int (*become)(void), const struct setting *s, int fd)
{
	long now = get(s->name);
	char text[16];
	int status, len;
	pid_t pid;

	len = snprintf(text, sizeof(text), "%u\n",
		       now == s->least ? s->most : s->least);
	pid = fork();
	if (!pid) {
		if (become())
			_exit(CANNOT_BECOME);
		if (fd < 0)
			_exit(put(s->name, text, len));
		_exit(write(fd, text, len) < 0 ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return CANNOT_BECOME;
	return WEXITSTATUS(status);
}

static void test_rights(const char *who, int (*become)(void), bool opened,
			int err1, int err2)
{
	unsigned int wrong = 0;
	size_t i;

	for (i = 0; i < nr_settings; i++) {
		const struct setting *s = &settings[i];
		int fd = opened ? open(s->name, O_WRONLY) : -1;
		long before = get(s->name), now;
		int err = put_as(become, s, fd);
		bool changed;

		if (fd >= 0)
			close(fd);
		if (err == CANNOT_BECOME) {
			ksft_test_result_skip("cannot be %s here\n", who);
			return;
		}
		now = get(s->name);
		changed = now != before;
		if ((err == err1 || err == err2) && changed == !err)
			continue;
		ksft_print_msg("%s: errno %d, before %ld, now %ld\n", s->name, err, before, now);
		wrong++;
	}
	ksft_test_result(!wrong, "%s %s change the sysctls\n", who,
			 err1 ? "cannot" : "can");
}

/* Those that are documented are there, and no other. */
static void test_names(void)
{
	DIR *dir = opendir(".");
	unsigned int there = 0, wrong = 0;
	struct dirent *entry;
	size_t i;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, PREFIX, strlen(PREFIX)))
			there++;
	closedir(dir);

	for (i = 0; i < nr_settings; i++) {
		struct stat st = { };

		if (stat(settings[i].name, &st) || (st.st_mode & 07777) != 0644) {
			ksft_print_msg("%s has mode %o\n", settings[i].name,
				       st.st_mode & 07777);
			wrong++;
		}
	}
	ksft_test_result(there == nr_settings + nr_names, "%u sysctls, %u documented\n",
			 there, nr_settings + nr_names);
	ksft_test_result(!wrong, "each has mode 0644\n");
}

int main(void)
{
	char *letters = malloc(LARGE), *zeros = malloc(5120);
	size_t i;

	ksft_print_header();
	if (getuid())
		ksft_exit_skip("must be run by root\n");
	if (chdir(VM) || access(settings[0].name, F_OK))
		ksft_exit_skip("this kernel has no buddy_adaptive: set CONFIG_BUDDY_ADAPTIVE\n");
	if (!letters || !zeros)
		ksft_exit_fail_msg("out of memory\n");
	memset(letters, 'x', LARGE);
	memset(zeros, '0', 5120);
	zeros[5119] = '4';

	if (access(names[0], F_OK))
		leave_out_supply();
	ksft_set_plan(nr_settings * 3 + 1 + 2 + 6);
	for (i = 0; i < nr_settings; i++)
		if (!settings[i].most)
			settings[i].most = largest_order();
	save();
	atexit(restore);
	signal(SIGINT, restore_and_die);
	signal(SIGTERM, restore_and_die);

	for (i = 0; i < nr_settings; i++) {
		test_good(&settings[i]);
		test_bad(&settings[i], letters, zeros);
		test_parts(&settings[i]);
	}
	test_mask();
	test_names();
	test_rights("a user", become_nobody, false, EACCES, EACCES);
	test_rights("a user, to whom root opened them,", become_nobody, true, EPERM, EPERM);
	test_rights("the root of a user namespace", become_userns_root, false, EACCES, EPERM);
	test_rights("the root of a user namespace, to whom root opened them,",
		    become_userns_root, true, EPERM, EPERM);
	test_rights("root without CAP_SYS_ADMIN", drop_sys_admin, false, EPERM, EPERM);
	/* the same call with all rights: the above can fail */
	test_rights("root", stay_root, false, 0, 0);

	if (ksft_get_fail_cnt())
		ksft_exit_fail();
	ksft_exit_pass();
}
