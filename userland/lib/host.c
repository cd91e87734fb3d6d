// SPDX-License-Identifier: GPL-2.0
/*
 * Read /proc/vmstat, /proc/meminfo and what is set.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "sysroot.h"

const struct event events[NR_EVENTS] = {
	[EV_STALL] = { "compact_stall", "vm_compact_stall", "C-STALL", "Compact stalls",
		"times that a task compacted memory itself, any order" },
	[EV_COMPACT_FAIL] = { "compact_fail", "vm_compact_fail", "C-FAIL", "  in vain",
		"of these, the times that it was in vain" },
	[EV_MIGRATED] = { "pgmigrate_success", "vm_migrated", "MIGRATED", "Pages moved",
		"pages moved, mostly to make room for large blocks" },
	[EV_DAEMON] = { "compact_daemon_wake", "vm_kcompactd_wake", "KCOMPACTD", "kcompactd",
		"times that kcompactd was woken, by whomever" },
	[EV_THP] = { "thp_fault_alloc", "vm_thp_fault_alloc", "THP", "Huge pages",
		"huge pages got by a page fault" },
	[EV_THP_FALLBACK] = { "thp_fault_fallback", "vm_thp_fault_fallback", "THP-MISS", "  missed",
		"page faults that got small pages in place of a huge one" },
	[EV_RECLAIM] = { "allocstall_*", "vm_allocstall", "RECLAIM", "Direct reclaim",
		"times that a task reclaimed memory itself" },
};

static bool is_event(const struct event *e, const char *name, size_t len)
{
	size_t n = strlen(e->name);

	if (e->name[n - 1] == '*')
		return len > n - 1 && !strncmp(e->name, name, n - 1);
	return len == n && !strncmp(e->name, name, n);
}

bool vmstat_parse(FILE *f, struct vmstat *vm)
{
	char line[256];
	uint64_t value;
	size_t len;
	int i;

	memset(vm, 0, sizeof(*vm));
	while (fgets(line, sizeof(line), f)) {
		len = strcspn(line, " ");
		if (!line[len] || parse_decimal(line + len + 1, &value))
			return false;
		for (i = 0; i < NR_EVENTS; i++) {
			if (!is_event(&events[i], line, len))
				continue;
			vm->value[i] += value;	/* wraps where the kernel's do */
			vm->known[i] = true;
		}
	}
	return !ferror(f);
}

void vmstat_read(struct vmstat *vm)
{
	FILE *f = sysroot_fopen("/proc/vmstat");

	memset(vm, 0, sizeof(*vm));
	if (!f)
		return;
	if (!vmstat_parse(f, vm))
		memset(vm, 0, sizeof(*vm));
	fclose(f);
}

/* "MemTotal:       24626436 kB" */
bool meminfo_parse(FILE *f, struct meminfo *mem)
{
	char line[256], *end;

	memset(mem, 0, sizeof(*mem));
	while (fgets(line, sizeof(line), f)) {
		uint64_t *field = !strncmp(line, "MemTotal:", 9) ? &mem->total_kib :
			!strncmp(line, "MemAvailable:", 13) ? &mem->available_kib : NULL;
		char *number;

		if (!field)
			continue;
		number = strchr(line, ':') + 1;
		number += strspn(number, " ");
		end = number + strspn(number, "0123456789");
		if (strcmp(end, " kB\n"))
			return false;
		*end = '\0';
		if (parse_decimal(number, field) || *field > UINT64_MAX / 1024)
			return false;
	}
	return mem->total_kib && mem->available_kib <= mem->total_kib;
}

void meminfo_read(struct meminfo *mem)
{
	FILE *f = sysroot_fopen("/proc/meminfo");

	memset(mem, 0, sizeof(*mem));
	if (!f)
		return;
	if (!meminfo_parse(f, mem))
		memset(mem, 0, sizeof(*mem));
	fclose(f);
}

bool chosen_word(const char *line, char *word, size_t size)
{
	const char *from = strchr(line, '['), *to = from ? strchr(from, ']') : NULL;
	size_t len;

	if (!to)
		return false;
	len = to - from - 1;
	if (!len || len >= size || memchr(from, ' ', len))
		return false;
	memcpy(word, from + 1, len);
	word[len] = '\0';
	return true;
}

bool thp_setting(const char *file, char *word, size_t size)
{
	char path[128], line[128];

	snprintf(path, sizeof(path), "/sys/kernel/mm/transparent_hugepage/%s", file);
	return host_line(path, line, sizeof(line)) && chosen_word(line, word, size);
}

bool host_number(const char *path, uint64_t *value)
{
	return !sysroot_read_number(path, value);
}

bool host_line(const char *path, char *line, size_t size)
{
	return !sysroot_read_line(path, line, size) && *line;
}

const char *kernel_release(void)
{
	static char release[128];

	if (!host_line("/proc/sys/kernel/osrelease", release, sizeof(release)))
		release[0] = '\0';
	return release;
}
