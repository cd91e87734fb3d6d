// SPDX-License-Identifier: GPL-2.0
/*
 * Read, change and write /etc/sysctl.d/90-buddyctl.conf. Lines that are not
 * about our tunables are somebody else's, and kept.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "message.h"
#include "persist.h"
#include "sysroot.h"

#define MAX_FILE	(1 << 20)	/* ours has a dozen lines */

/* "-vm.buddy_frag_threshold = 80": the tunable, *@value its value. */
static const struct tunable *parse_line(char *line, char **value)
{
	const struct tunable *t;
	char *name, *end;

	name = line + strspn(line, " \t");
	name += *name == '-';		/* "do not mind if it is not there" */
	end = strchr(name, '=');
	if (!end)
		return NULL;
	*value = end + 1;
	while (end > name && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	if (!strncmp(name, "vm/", 3))	/* sysctl.d(5) allows both */
		name[2] = '.';
	t = tunable_find(name);
	if (!t || strcmp(t->name, name))	/* no short names here */
		return NULL;
	*value += strspn(*value, " \t");
	end = *value + strlen(*value);
	while (end > *value && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return t;
}

static int keep_line(struct persisted *p, const char *line, size_t len)
{
	char *longer;

	if (p->other_len + len > MAX_FILE)
		return -EFBIG;
	longer = realloc(p->other, p->other_len + len + 2);
	if (!longer)
		return -ENOMEM;
	p->other = longer;
	memcpy(p->other + p->other_len, line, len);
	p->other_len += len;
	if (len && line[len - 1] != '\n')
		p->other[p->other_len++] = '\n';
	p->other[p->other_len] = '\0';
	return 0;
}

int persisted_parse(FILE *f, struct persisted *p)
{
	char *line = NULL, *copy, *value;
	size_t alloc = 0;
	ssize_t len;
	int err = 0;

	memset(p, 0, sizeof(*p));
	p->value = calloc(nr_tunables, sizeof(*p->value));
	if (!p->value)
		return -ENOMEM;
	while (!err && (len = getline(&line, &alloc, f)) > 0) {
		const struct tunable *t;

		copy = strdup(line);
		if (!copy) {
			err = -ENOMEM;
			break;
		}
		t = parse_line(copy, &value);
		if (t && strlen(value) < TUNABLE_TEXT)
			strcpy(p->value[t - tunables], value);
		else
			err = keep_line(p, line, len);
		free(copy);
	}
	if (!err && ferror(f))
		err = -EIO;
	free(line);
	if (err)
		persisted_free(p);
	return err;
}

void persisted_free(struct persisted *p)
{
	free(p->value);
	free(p->other);
	memset(p, 0, sizeof(*p));
}

static void print_one(FILE *f, const struct persisted *p, size_t i)
{
	/* The dash: another kernel may not have it, and boots all the same. */
	if (*p->value[i])
		fprintf(f, "-%s = %s\n", tunables[i].name, p->value[i]);
}

/* The mode comes last, so that it starts with the others in place. */
void persisted_print(FILE *f, const struct persisted *p)
{
	size_t mode = tunable_mode - tunables, i;

	if (p->other)
		fwrite(p->other, 1, p->other_len, f);
	for (i = 0; i < nr_tunables; i++)
		if (i != mode)
			print_one(f, p, i);
	print_one(f, p, mode);
}

static int complain_file(const char *what, int err)
{
	complain("cannot %s %s: %s; nothing was changed", what,
		 sysroot_name(PERSIST_DIR "/" PERSIST_NAME),
		 err == -EEXIST ? "it is not a plain file" : strerror(-err));
	return err == -EACCES || err == -EPERM || err == -EROFS ?
		EXIT_NOPERM : EXIT_FAILED;
}

static int read_old(struct persisted *p)
{
	FILE *f = sysroot_fopen(PERSIST_DIR "/" PERSIST_NAME);
	static char heading[] =
		"# SPDX-License-Identifier: GPL-2.0\n"
		"# Written by `buddyctl set --persist`, read at boot; see sysctl.d(5).\n";
	int err;

	if (!f && errno != ENOENT)
		return -errno;
	if (!f)
		f = fmemopen(heading, strlen(heading), "r");
	if (!f)
		return -ENOMEM;
	err = persisted_parse(f, p);
	fclose(f);
	return err;
}

int persist_begin(struct replacement *r, const struct change *changes, size_t nr)
{
	struct persisted p;
	size_t i;
	int err;

	err = read_old(&p);
	if (err)
		return complain_file("read", err);
	for (i = 0; i < nr; i++)
		memcpy(p.value[changes[i].tunable - tunables], changes[i].to, TUNABLE_TEXT);
	err = sysroot_open_dir(PERSIST_DIR, true);
	if (err >= 0)
		err = replace_begin(r, err, PERSIST_NAME);
	if (!err)
		persisted_print(r->f, &p);
	persisted_free(&p);
	return err ? complain_file("write", err) : EXIT_OK;
}

int persist_commit(struct replacement *r)
{
	int err = replace_commit(r);

	return err ? complain_file("write", err) : EXIT_OK;
}

/* Files are read by name, wherever they are; of one name only the first. */
static const char *const dirs[] = {
	PERSIST_DIR, "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
	"/lib/sysctl.d",
};

static bool is_hidden(const char *name, size_t dir)
{
	char path[512];

	while (dir--) {
		snprintf(path, sizeof(path), "%s/%s", dirs[dir], name);
		if (sysroot_has(path))
			return true;
	}
	return false;
}

static bool sets(const char *path, const struct tunable *t, struct overruling *by)
{
	FILE *f = sysroot_fopen(path);
	struct persisted p;
	const char *value;
	bool found = false;

	if (!f)
		return false;
	if (!persisted_parse(f, &p)) {
		value = p.value[t - tunables];
		found = *value;
		if (found) {
			strcpy(by->value, value);
			snprintf(by->file, sizeof(by->file), "%s", path);
		}
		persisted_free(&p);
	}
	fclose(f);
	return found;
}

bool persist_overruled(const struct change *c, struct overruling *by)
{
	char last[NAME_MAX + 1] = PERSIST_NAME, path[512];
	struct dirent *entry;
	const char *dot;
	size_t i;
	DIR *dir;

	*by->value = '\0';
	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		dir = sysroot_opendir(dirs[i]);
		while (dir && (entry = readdir(dir))) {
			dot = strrchr(entry->d_name, '.');
			if (!dot || strcmp(dot, ".conf") || strcmp(entry->d_name, last) <= 0 ||
			    is_hidden(entry->d_name, i))
				continue;
			snprintf(path, sizeof(path), "%s/%s", dirs[i], entry->d_name);
			if (sets(path, c->tunable, by))
				snprintf(last, sizeof(last), "%s", entry->d_name);
		}
		if (dir)
			closedir(dir);
	}
	sets("/etc/sysctl.conf", c->tunable, by);	/* by sysctl(8), at last */
	return *by->value && strcmp(by->value, c->to);
}
