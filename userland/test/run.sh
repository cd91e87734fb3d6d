#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh CHECK_DIR BUDDYCTL: the tests of the userland, as TAP lines.
#
# The heart of it are transcripts. sysroot/NAME is a recorded /proc and /sys, many
# files in one, as `tail -n +1 FILE…` prints them; expect/NAME is what a terminal
# would show of commands run on it: "$ " and the command, its output, "! " before
# what went to stderr, and "[N]" if the exit status was N. The commands of one
# transcript share the tree, so that a `get` shows what a `set` did; "$ sh " starts a
# line of shell. To add a test add its "$ " line, run UPDATE=1 run.sh …, and read
# the difference. To record a machine:
#	cd / && tail -n +1 proc/buddyinfo proc/sys/vm/buddy_* \
#		$(find sys/kernel/mm/buddy_adaptive -type f)
#
# CHECK_DIR has buddyctl, unit and perhaps math_host built with sanitizers; BUDDYCTL
# is the one that is shipped.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
check=$(cd "$1" && pwd)
shipped=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
failed=0

# A leak or an undefined shift ends a command with 99, which no transcript expects.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
export LC_ALL=C TERM=xterm
unset NO_COLOR COLUMNS

ok()		{ echo "ok - $1"; }
not_ok()	{ echo "not ok - $1"; failed=1; }
verdict()	{ if [ "$1" = 0 ]; then ok "$2"; else not_ok "$2"; fi; }

# unpack FILE DIR: the tree that FILE has in it.
unpack()
{
	mkdir -p "$2"
	awk -v top="$2" '
		/^==> .* <==$/ {
			if (file) close(file)
			file = top "/" $2
			dir = file
			sub("/[^/]*$", "", dir)
			system("mkdir -p \"" dir "\"")
			printf "" > file
			next
		}
		file && $0 != "" { print > file }' "$1"
}

# Run one line of a transcript, in the folder where "root" is.
perform()
{
	local status=0

	case $1 in
	"sh "*)		(eval "${1#sh }") >out 2>err </dev/null || status=$? ;;
	"buddyctl"*)	(eval "\"\$check/buddyctl\" --sysroot root ${1#buddyctl}") \
				>out 2>err </dev/null || status=$? ;;
	*)		echo "not a command: $1" >out ;;
	esac
	echo "\$ $1"
	cat out
	sed 's/^/! /' err
	[ "$status" = 0 ] || echo "[$status]"
}

# transcript NAME: run the commands of expect/NAME one by one and compare each.
transcript()
{
	local expected=$here/expect/$1 line n=0 file

	mkdir "$work/$1"
	cd "$work/$1"
	unpack "$here/sysroot/$1" root
	: >all
	while IFS= read -r line; do
		perform "$line" >>all
	done < <(sed -n 's/^\$ //p' "$expected")
	if [ -n "${UPDATE:-}" ]; then
		{ sed '/^\$ /,$d' "$expected"; cat all; } >new
		cp new "$expected"
	fi
	sed -n '/^\$ /,$p' "$expected" >wanted

	# One test per command: both files are cut at their "$ " lines.
	grep -c '^\$ ' all >count
	while [ "$n" -lt "$(cat count)" ]; do
		n=$((n + 1))
		for file in wanted all; do
			awk -v n=$n '/^\$ / { i++ } i == n' $file >$file.cut
		done
		line=$(head -n 1 all.cut)
		if diff -u wanted.cut all.cut >diff.out; then
			ok "$1: $line"
		else
			not_ok "$1: $line"
			sed 's/^/# /' diff.out
		fi
	done
	cd "$here"
}

# Does frag say what a plain computation from /proc/buddyinfo says? Memory moves
# between two looks, so both look at one copy.
agrees_with_awk()
{
	local order

	mkdir -p "$work/here/proc"
	cat /proc/buddyinfo >"$work/here/proc/buddyinfo"
	for order in 0 3 9 10; do
		awk -v order="$order" -v page="$(getconf PAGESIZE)" '{
			free = large = 0
			for (i = 5; i <= NF; i++) {
				free += $i * 2^(i - 5)
				if (i - 5 >= order)
					large += $i * 2^(i - 5)
			}
			sub(",", "", $2)
			frag = free ? sprintf("%.1f", int((free - large) * 1000 / free) / 10) : "-"
			verdict = !free ? "empty" : large * 100 < free * 20 ? "fragmented" : "ok"
			printf "%s %s %d %d %.0f %.0f %s %s\n", $2, $4, order,
				int(large / 2^order), free * page, large * page, frag, verdict
		}' "$work/here/proc/buddyinfo" >"$work/awk"
		"$shipped" --sysroot "$work/here" frag -nrb -O $order \
			-o node,zone,order,blocks,free,suitable,frag,verdict >"$work/frag"
		if diff -u "$work/awk" "$work/frag" >"$work/diff" && [ -s "$work/frag" ]; then
			ok "frag -O $order agrees with awk on this machine's buddyinfo"
		else
			not_ok "frag -O $order agrees with awk on this machine's buddyinfo"
			sed 's/^/# /' "$work/diff"
		fi
	done
	"$shipped" frag >"$work/frag"
	[ "$(wc -l <"$work/frag")" = $(($(wc -l </proc/buddyinfo) + 1)) ]
	verdict $? "frag shows every zone of this machine"
}

# Whoever may not write: exit 4, and what was written before it is undone. The first
# file is open to all, the second is not. Root becomes nobody for this.
no_permission()
{
	local tree=$work/perm/root status=0 as=()

	mkdir "$work/perm"
	unpack "$here/sysroot/guard" "$tree"
	cp "$check/buddyctl" "$work/perm/buddyctl"
	chmod 666 "$tree/proc/sys/vm/buddy_frag_threshold"
	chmod 444 "$tree/proc/sys/vm/buddy_adaptive_mode"
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	"${as[@]}" "$work/perm/buddyctl" --sysroot "$tree" \
		set frag_threshold=50 mode=off >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = 4 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ]
	verdict $? "set without permission: exit 4 and one sentence"
	[ "$(cat "$tree/proc/sys/vm/buddy_frag_threshold")" = 80 ] &&
		[ "$(cat "$tree/proc/sys/vm/buddy_adaptive_mode")" = 2 ]
	verdict $? "set without permission: all is as before"
}

# Colours go to a terminal, and only if nobody minds.
colours()
{
	local esc

	esc=$(printf '\033')
	mkdir "$work/tty"
	unpack "$here/sysroot/guard" "$work/tty/root"
	cd "$work/tty"
	script -qec "'$check/buddyctl' -s root frag" /dev/null </dev/null >with
	NO_COLOR=1 script -qec "'$check/buddyctl' -s root frag" /dev/null </dev/null >without
	"$check/buddyctl" -s root frag >file
	cd "$here"
	grep -q "$esc\[31m" "$work/tty/with"
	verdict $? "a fragmented zone is red on a terminal"
	! grep -q "$esc\[3" "$work/tty/without" && grep -q fragmented "$work/tty/without"
	verdict $? "nothing is red with NO_COLOR"
	! grep -q "$esc" "$work/tty/file" && grep -q fragmented "$work/tty/file"
	verdict $? "nothing is red in a file"
}

# The help is made from the tables; so it must name all that is in the tables.
help_names_all()
{
	local verb

	"$check/buddyctl" --help >"$work/help"
	for verb in status frag stats get set; do
		grep -q "^  $verb " "$work/help" && "$check/buddyctl" help "$verb" |
			grep -q "^Usage: buddyctl $verb "
		verdict $? "help on $verb"
	done
	! "$check/buddyctl" help | awk 'length > 80 { found = 1 } END { exit !found }' &&
		! for verb in status frag stats get set; do
			"$check/buddyctl" help $verb
		done | awk 'length > 80 { found = 1 } END { exit !found }'
	verdict $? "no line of help is longer than 80 characters"
	[ "$("$check/buddyctl" help set | grep -c '^  vm\.')" = \
		"$(grep -c '^		"vm\.' "$here/../lib/tunables.c")" ]
	verdict $? "help on set names every tunable"
}

full_disk()
{
	local status=0

	"$check/buddyctl" frag >/dev/full 2>"$work/err" || status=$?
	[ "$status" = 1 ] && grep -q 'cannot write the output' "$work/err"
	verdict $? "a full disk behind the output is a failure"
}

set +e
for expected in "$here"/expect/*; do
	transcript "$(basename "$expected")"
done
agrees_with_awk
no_permission
colours
help_names_all
full_disk
for program in unit math_host; do
	[ -x "$check/$program" ] || continue
	"$check/$program"
	status=$?
	[ $status = 0 ] || not_ok "$program ends well (status $status)"
done
exit $failed
