/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every file of the kernel's that buddyctl touches goes through here, named
 * as on a running system ("/proc/buddyinfo") and looked up below --sysroot,
 * so that a recorded tree can stand in for a kernel.
 */
#ifndef BUDDY_SYSROOT_H
#define BUDDY_SYSROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* All return 0 (or a handle), or a negative errno (or NULL with errno set). */
int sysroot_set(const char *dir);
const char *sysroot_name(const char *path);

bool sysroot_has(const char *path);
FILE *sysroot_fopen(const char *path);
DIR *sysroot_opendir(const char *path);
int sysroot_read_number(const char *path, uint64_t *value);

/*
 * A file of one line: -EBADMSG if it has more or other than printable
 * characters, -ERANGE if @text is too small for it.
 */
int sysroot_read_line(const char *path, char *text, size_t size);
int sysroot_write_line(const char *path, const char *text);

/* For what is to be replaced below the sysroot: see replace.h. */
int sysroot_open_dir(const char *path, bool create);

/* The whole of @text as one decimal number, one newline allowed at its end. */
int parse_decimal(const char *text, uint64_t *value);

/* The @n of a directory entry called <prefix>@n, or -1. */
int numbered_entry(const char *name, const char *prefix);

#endif
