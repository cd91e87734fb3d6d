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

# no_room: which of the folders that we write to has no room left, if any.
no_room()
{
	local dir free
	for dir in "$top/build" "$cache" "${TMPDIR:-/tmp}"; do
		free=$(df -Pk "$dir" 2>/dev/null | awk 'NR == 2 { print $4 }')
		[ "${free:-1024}" -ge 1024 ] || { echo "$dir"; return 0; }
	done
}

# die SENTENCE: a full disk is the reason of whatever fails on it.
said=''
die()
{
	local full
	full=$(no_room)
	said=yes
	if [ -n "$full" ]; then
		msg "no room is left in $full: make some and run this again (it ended with: ${*%.})."
	else
		msg "$*"
	fi
	exit 1
}

# Whoever runs us, and whoever runs that, ends with ^C or a signal, and the outermost, which a
# person knows of, says so. Bash goes on if the command that it waits for took the signal for a
# mere failure, hence the traps; and it lets that command finish first, hence group().
group=''		# the process group of what runs now
kept='what is finished is kept: run this again'
inner=${BUDDY_ADAPTIVE_INNER:-}
export BUDDY_ADAPTIVE_INNER=yes
stop()
{
	trap '' INT TERM HUP
	# shellcheck disable=SC2034	# for traps on EXIT
	said=yes
	[ -z "$group" ] || { kill -- "-$group"; wait "$group"; } 2>/dev/null || true
	[ ! -t 2 ] || [ -n "$inner" ] || echo >&2
	[ -n "$inner" ] || msg "stopped; $kept."
	exit "$1"
}
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# group COMMAND…: what takes long, as a process group of its own, which stop() ends at once. Let
# COMMAND be a function if its output goes elsewhere: what stop() says would go there, too.
group()
{
	local status=0
	set -m
	"$@" &
	group=$!
	set +m
	wait "$group" || status=$?
	group=''
	return "$status"
}

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
	[ "$free" -ge "$2" ] || {
		# shellcheck disable=SC2034	# for traps on EXIT
		said=yes
		msg "$3 needs $2 MiB and $1 has $free MiB free: make room and run this again."
		exit 1
	}
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
	# Not the count of builds in this tree: the same source makes the same kernel, and the lab
	# knows it again.
	export KBUILD_BUILD_VERSION=1
	unset MAKEFLAGS MFLAGS MAKELEVEL
}

# jobs: how many a build may run at a time; JOBS= is for who runs two builds beside each other.
jobs() { echo "${JOBS:-$(nproc)}"; }

# kmake MAKE-ARGUMENT…: the kernel's make. It keeps our lock: if we are killed, the tree is
# free again when it has ended.
kmake() { (ccache_environment; exec make --no-print-directory "-j$(jobs)" CC="ccache gcc" "$@"); }

# ask_password GROUP…: install as scripts/setup does, if sudo may have to ask for a password: it
# does so on the terminal, which what runs as a group of its own may not read.
ask_password() { [ "$(id -u)" = 0 ] || [ ! -t 0 ] || "$top/scripts/setup" "$@"; }

# apt_says LOG: why apt-get failed, in its own words; what it says last is seldom the cause.
apt_says()
{
	{ grep -E -m1 'Could not|Temporary failure|No space left|sudo:' "$1" || grep '^E:' "$1"; } |
		tail -1 | sed 's/^ *//'
}

# minutes SECONDS: "3 min 20 s".
minutes() { if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi; }
