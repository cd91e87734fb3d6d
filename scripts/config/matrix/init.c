// SPDX-License-Identifier: GPL-2.0
/*
 * The whole userland of a guest of scripts/check-matrix: one static program without a libc,
 * so that it runs under 32-bit and 64-bit kernels alike.
 *
 * It reads every file of /sys/kernel/mm/buddy_adaptive, sets mode 2, makes large requests and
 * sees that they are counted, and loads the modules /1.ko, /2.ko, ... that the image holds.
 * With the argument "off" it sees that a kernel without buddy_adaptive shows nothing of it.
 * What it finds goes to the kernel log, where no other line can come in between: "matrix: ok
 * TEXT", "matrix: not ok TEXT", "matrix: zones NODE:ZONE ...", and "matrix: end" as the last.
 */
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/reboot.h>
#include <linux/stat.h>

#define TREE	"/sys/kernel/mm/buddy_adaptive"
#define MODE	"/proc/sys/vm/buddy_adaptive_mode"
#define TIMES	16

static long call(long nr, long a, long b, long c, long d, long e)
{
	long ret;
#ifdef __i386__
	asm volatile("int $0x80" : "=a" (ret)
		     : "a" (nr), "b" (a), "c" (b), "d" (c), "S" (d), "D" (e) : "memory");
#else
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;

	asm volatile("syscall" : "=a" (ret)
		     : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8)
		     : "rcx", "r11", "memory");
#endif
	return ret;
}

#define sys(name, a, b, c) \
	call(__NR_##name, (long)(a), (long)(b), (long)(c), 0, 0)

/* gcc may ask for these two by itself. */
void *memset(void *to, int byte, unsigned long n)
{
	for (char *p = to; n--; p++)
		*(volatile char *)p = byte;
	return to;
}

void *memcpy(void *to, const void *from, unsigned long n)
{
	for (char *p = to; n--; p++, from++)
		*(volatile char *)p = *(const char *)from;
	return to;
}

/* Copies as much as fits; says where the end is now. */
static char *append(char *at, const char *end, const char *text)
{
	while (*text && at < end - 1)
		*at++ = *text++;
	*at = 0;
	return at;
}

static char *append_number(char *at, const char *end, unsigned long n)
{
	char digits[24], *p = digits + sizeof(digits) - 1;

	for (*p = 0; n || !*p; n /= 10)
		*--p = '0' + n % 10;
	return append(at, end, p);
}

static int starts(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

static int kmsg = -1;

static void say(const char *a, const char *b)
{
	char line[512];
	char *at = append(line, line + sizeof(line), "matrix: ");

	at = append(at, line + sizeof(line), a);
	at = append(at, line + sizeof(line), b);
	sys(write, kmsg, line, at - line);
}

/* One line of a verdict: TEXT, NUMBER of WHAT. */
static void verdict(int good, const char *text, unsigned long number, const char *what)
{
	char line[400];
	char *at = append(line, line + sizeof(line), text);

	at = append(at, line + sizeof(line), ", ");
	at = append_number(at, line + sizeof(line), number);
	append(at, line + sizeof(line), what);
	say(good ? "ok " : "not ok ", line);
}

/* The bytes read of a file, ended by a 0, or a negative error. */
static long contents(const char *path, char *into, long size)
{
	long fd = sys(open, path, O_RDONLY, 0), n, got = 0;

	*into = 0;
	if (fd < 0)
		return fd;
	while (got < size - 1 && (n = sys(read, fd, into + got, size - 1 - got)) > 0)
		got += n;
	into[got] = 0;
	sys(close, fd, 0, 0);
	return got;
}

/* A decimal number and a newline, nothing else; -1 if it is not that. */
static long number(const char *text)
{
	long n = 0;

	if (*text < '0' || *text > '9')
		return -1;
	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + *text - '0';
	return text[0] == '\n' && !text[1] ? n : -1;
}

static unsigned long files, strange;
static unsigned long requests;

struct dirent64 {
	unsigned long long ino, off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/* Reads every file under path, and adds the counters "requests" up. */
static void walk(const char *path)
{
	char entries[2048] __attribute__((aligned(8))), name[300], text[64];
	long fd = sys(open, path, O_RDONLY | O_DIRECTORY, 0), n, value;

	if (fd < 0)
		return;
	while ((n = sys(getdents64, fd, entries, sizeof(entries))) > 0) {
		for (char *p = entries; p < entries + n;) {
			struct dirent64 *d = (struct dirent64 *)p;
			char *at = append(name, name + sizeof(name), path);

			p += d->reclen;
			if (d->name[0] == '.')
				continue;
			at = append(at, name + sizeof(name), "/");
			append(at, name + sizeof(name), d->name);
			if (d->type == 4) {		/* DT_DIR */
				walk(name);
				continue;
			}
			files++;
			contents(name, text, sizeof(text));
			value = number(text);
			if (value < 0) {
				strange++;
				say("not a number: ", name);
			} else if (starts(d->name, "requests")) {
				requests += value;
			}
		}
	}
	sys(close, fd, 0, 0);
}

static int exists(const char *path)
{
	long fd = sys(open, path, O_RDONLY, 0);

	if (fd >= 0)
		sys(close, fd, 0, 0);
	return fd >= 0;
}

/* "0:DMA32 1:Normal": the zones that manage pages. Each node must have its directory. */
static void zones(int on)
{
	static char info[65536], found[256];
	char node[8] = "", zone[16] = "", dir[64];
	char *at = found, *p = info, *to;

	contents("/proc/zoneinfo", info, sizeof(info));
	while (*p) {
		if (starts(p, "Node ")) {
			for (p += 5, to = node; *p != ','; p++)
				*to++ = *p;
			*to = 0;
			for (p += 6; *p == ' '; p++)
				;
			for (to = zone; *p != '\n'; p++)
				*to++ = *p;
			*to = 0;
		}
		while (*p == ' ')
			p++;
		if (starts(p, "managed ")) {
			for (p += 8; *p == ' '; p++)
				;
			if (*p != '0') {
				at = append(at, found + sizeof(found), " ");
				at = append(at, found + sizeof(found), node);
				at = append(at, found + sizeof(found), ":");
				at = append(at, found + sizeof(found), zone);
				to = append(dir, dir + sizeof(dir), TREE "/node");
				append(to, dir + sizeof(dir), node);
				if (on && !exists(dir))
					say("not ok there is no ", dir);
			}
		}
		while (*p && *p++ != '\n')
			;
	}
	say("zones", found);
}

/*
 * A pipe of 16 MiB needs 4096 slots in one piece: order 5 or 6, by kcalloc() with
 * __GFP_NOWARN.
 */
static void count(void)
{
	unsigned long before;
	int fds[2], done = 0;

	requests = 0;
	walk(TREE);
	before = requests;
	if (sys(pipe, fds, 0, 0) == 0) {
		for (int i = 0; i < TIMES; i++) {
			done += sys(fcntl, fds[0], F_SETPIPE_SZ, 1 << 24) > 0;
			sys(fcntl, fds[0], F_SETPIPE_SZ, 1 << 12);
		}
	}
	requests = 0;
	walk(TREE);
	verdict(done > 0, "large requests are served", done, " of 16");
	verdict(requests - before >= TIMES, "large requests are counted", requests - before, " of 16 or more");
}

static void modules(void)
{
	char path[] = "/1.ko";
	long fd, ret;

	/* kunit.ko, the first, may need to be told; others only say that they know none of it */
	for (; (fd = sys(open, path, O_RDONLY, 0)) >= 0; path[1]++) {
		ret = sys(finit_module, fd, path[1] == '1' ? "enable=1 autorun=1" : "", 0);
		verdict(!ret, "a module loads", -ret, " is the error");
		sys(close, fd, 0, 0);
	}
}

static void check(int on)
{
	char text[16];
	long fd;

	if (!on) {
		verdict(!exists(TREE) && !exists(MODE), "there is no trace of it", 0, " files");
		zones(on);
		return;
	}
	walk(TREE);
	verdict(files > 50 && !strange, "the tree is readable", files, " files");
	fd = sys(open, MODE, O_WRONLY, 0);
	sys(write, fd, "2\n", 2);
	sys(close, fd, 0, 0);
	contents(MODE, text, sizeof(text));
	verdict(number(text) == 2, "mode 2 is set", number(text) & 0xff, " is read back");
	count();
	zones(on);
}

__attribute__((used)) static void run(long *stack)
{
	long argc = stack[0];
	char **argv = (char **)(stack + 1);

	call(__NR_mount, (long)"dev", (long)"/dev", (long)"devtmpfs", 0, 0);
	call(__NR_mount, (long)"proc", (long)"/proc", (long)"proc", 0, 0);
	call(__NR_mount, (long)"sys", (long)"/sys", (long)"sysfs", 0, 0);
	kmsg = sys(open, "/dev/kmsg", O_WRONLY, 0);
	check(!(argc > 1 && starts(argv[1], "off")));
	modules();
	say("end", "");
	call(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, 0, 0);
	for (;;)
		;
}

#ifdef __i386__
asm(".globl _start\n_start: mov %esp, %eax\n push %eax\n call run\n");
#else
asm(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call run\n");
#endif
