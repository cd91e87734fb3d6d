# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script here shares: messages, paths, the table of kernels. Sourced by
#
#	. "$(dirname "$0")/lib.sh"
#
# after "set -eu". Data goes to stdout, everything said to a person to stderr.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?is not set: it says where downloads are kept}/.cache}/buddy_adaptive
me=${0##*/}

msg() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { msg "$*"; exit 1; }

# need COMMAND WHAT: WHAT (a group of scripts/setup) brings COMMAND.
need()
{
	command -v "$1" >/dev/null || "$top/scripts/setup" "$2"
	command -v "$1" >/dev/null || die "$1 is missing: install it, or run scripts/setup $2."
}

# version K FIELD: look a kernel up in scripts/versions (1 name, 2 package, 3 suite).
version()
{
	awk -v k="$1" -v f="$2" '$1 == k { print $f; found = 1 } END { exit !found }' \
		"$top/scripts/versions" ||
		die "no kernel $1 in scripts/versions; there is: $(awk '!/^#/ { printf "%s ", $1 }' "$top/scripts/versions")"
}

# room DIR MIB WHAT: say so before a full disk does.
room()
{
	local free
	mkdir -p "$1" || die "cannot make $1: choose another place or mend its permissions."
	free=$(df -Pk "$1" | awk 'NR == 2 { print int($4 / 1024) }')
	[ "$free" -ge "$2" ] ||
		die "$3 needs $2 MiB and $1 has $free MiB free: make room and run this again."
}

# lock FILE WHAT: one run at a time; the second says that it waits.
lock()
{
	mkdir -p "$(dirname "$1")"
	exec 9>"$1"
	flock -n 9 && return
	msg "another run is busy with $2: waiting for it."
	flock 9
}

# fingerprint WORD…: one hash over all that a kernel tree is made of, and the words.
fingerprint()
{
	{
		printf '%s\n' "$@"
		cd "$top" && find kernel kunit Documentation/{ABI,admin-guide,mm} scripts/config/*.config scripts/lib.sh \
			scripts/mkseries scripts/tree -type f -print0 2>/dev/null |
			LC_ALL=C sort -z | xargs -0 sha256sum
	} | sha256sum | cut -d' ' -f1
}

# What every kernel build shares, so that ccache hits across trees, and from run to run.
ccache_environment()
{
	export CCACHE_DIR=$cache/ccache CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=8G
	export KBUILD_BUILD_TIMESTAMP='Thu Jan 1 00:00:00 UTC 2026'
	export KBUILD_BUILD_USER=buddy KBUILD_BUILD_HOST=adaptive
	unset MAKEFLAGS MFLAGS MAKELEVEL
}

# kmake MAKE-ARGUMENT…: the kernel's make.
kmake() { (ccache_environment; make --no-print-directory "-j$(nproc)" CC="ccache gcc" "$@" 9>&-); }

# apt_says LOG: why apt-get failed, in its own words; what it says last is seldom the cause.
apt_says()
{
	{ grep -E -m1 'Could not|Temporary failure|No space left|sudo:' "$1" || grep '^E:' "$1"; } |
		tail -1 | sed 's/^ *//'
}

# minutes SECONDS: "3 min 20 s".
minutes() { if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi; }
