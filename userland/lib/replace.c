// SPDX-License-Identifier: GPL-2.0
/*
 * A new file beside the old one, then rename(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace.h"

int replace_begin(struct replacement *r, int dir, const char *name)
{
	struct stat st;
	int fd = -1, err;

	memset(r, 0, sizeof(*r));
	r->dir = dir;
	snprintf(r->name, sizeof(r->name), "%s", name);
	/* A dot in front and no known suffix: whoever collects passes it over. */
	snprintf(r->temp, sizeof(r->temp), ".%s.%d.tmp", r->name, (int)getpid());
	err = strlen(name) >= sizeof(r->name) ? -ENAMETOOLONG : 0;
	if (!err && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && !S_ISREG(st.st_mode))
		err = -EEXIST;
	if (!err) {
		unlinkat(dir, r->temp, 0);	/* of a process that was killed */
		fd = openat(dir, r->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		err = fd < 0 ? -errno : 0;
	}
	if (!err) {
		fchmod(fd, 0644);		/* whatever the umask */
		r->f = fdopen(fd, "w");
		if (!r->f) {
			err = -ENOMEM;
			close(fd);
			unlinkat(dir, r->temp, 0);
		}
	}
	if (err)
		close(dir);
	return err;
}

int replace_commit(struct replacement *r)
{
	int err = 0;

	/* On the disk first, or a crash could leave an empty file by this name. */
	if (fflush(r->f) || ferror(r->f) || (fsync(fileno(r->f)) && errno != EINVAL))
		err = errno ? -errno : -EIO;
	if (fclose(r->f) && !err)
		err = -errno;
	if (!err && renameat(r->dir, r->temp, r->dir, r->name))
		err = -errno;
	if (err)
		unlinkat(r->dir, r->temp, 0);
	close(r->dir);
	return err;
}

void replace_drop(struct replacement *r)
{
	fclose(r->f);
	unlinkat(r->dir, r->temp, 0);
	close(r->dir);
}
