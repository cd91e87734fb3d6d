// SPDX-License-Identifier: GPL-2.0
/*
 * Files below the sysroot; "/" unless --sysroot says otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sysroot.h"

static int root_fd = AT_FDCWD;
static const char *root_dir = "";

int sysroot_set(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	root_fd = fd;
	root_dir = strcmp(dir, "/") ? dir : "";
	return 0;
}

/* @path as messages show it: with the sysroot that it was looked up in. */
const char *sysroot_name(const char *path)
{
	static char name[4096];

	snprintf(name, sizeof(name), "%s%s", root_dir, path);
	return name;
}

/* With a sysroot the same name without its slash is relative to root_fd. */
static const char *below(const char *path)
{
	return root_fd == AT_FDCWD ? path : path + 1;
}

bool sysroot_has(const char *path)
{
	return faccessat(root_fd, below(path), F_OK, 0) == 0;
}

FILE *sysroot_fopen(const char *path)
{
	int fd = openat(root_fd, below(path), O_RDONLY | O_CLOEXEC);
	FILE *f;

	if (fd < 0)
		return NULL;
	f = fdopen(fd, "r");
	if (!f)
		close(fd);
	return f;
}

DIR *sysroot_opendir(const char *path)
{
	int fd = openat(root_fd, below(path),
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

int parse_decimal(const char *text, uint64_t *value)
{
	uint64_t v = 0;

	if (*text < '0' || *text > '9')
		return -EBADMSG;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, *text - '0', &v))
			return -ERANGE;
	if (*text == '\n')
		text++;
	if (*text)
		return -EBADMSG;
	*value = v;
	return 0;
}

int sysroot_read_line(const char *path, char *text, size_t size)
{
	ssize_t len, i;
	int fd;

	fd = openat(root_fd, below(path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, text, size);
	if (len < 0)
		len = -errno;
	close(fd);
	if (len < 0)
		return len;
	if ((size_t)len == size)
		return -ERANGE;
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	for (i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return -EBADMSG;
	return 0;
}

int sysroot_read_number(const char *path, uint64_t *value)
{
	char text[32];
	int err = sysroot_read_line(path, text, sizeof(text));

	return err ? err : parse_decimal(text, value);
}

/* One write() call, as a sysctl wants it. O_TRUNC is for recorded trees. */
int sysroot_write_line(const char *path, const char *text)
{
	char buf[256];
	int len = snprintf(buf, sizeof(buf), "%s\n", text);
	int fd, err = 0;
	ssize_t n;

	if (len >= (int)sizeof(buf))
		return -EINVAL;
	fd = openat(root_fd, below(path), O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, buf, len);
	if (n < 0)
		err = -errno;
	else if (n != len)
		err = -EIO;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* A folder to work in, made if @create says so; its parent must be there. */
int sysroot_open_dir(const char *path, bool create)
{
	int fd;

	if (create && mkdirat(root_fd, below(path), 0755) && errno != EEXIST)
		return -errno;
	fd = openat(root_fd, below(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int numbered_entry(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);
	uint64_t n;

	if (strncmp(name, prefix, len) || strchr(name, '\n') ||
	    parse_decimal(name + len, &n) || n > 9999)
		return -1;
	return n;
}
