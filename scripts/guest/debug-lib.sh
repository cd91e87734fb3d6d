# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154	# $bad is read, and $me was set, by who sources this
#
# What the parts of scripts/check-debug share: TAP, and what must hold in a kernel that checks
# itself, whatever was done to it. Sourced in the guest after workload-lib.sh, and by scripts
# of the host for what a dead guest's console says.

# What the kernel's checks print when they object. KASAN, bad pages and sleepers say BUG, most
# of lockdep WARNING.
splats='WARNING:|BUG:|INFO: (possible|task|rcu|trying|lockdep)|pagealloc: (memory|single)'
bad=0

# check TEXT COMMAND…: a line of TAP, good if COMMAND succeeds.
check()
{
	text=$1
	shift
	if "$@"; then
		echo "ok - $me: $text"
	else
		echo "not ok - $me: $text"
		bad=1
	fi
}

# last_words CONSOLE: of a guest that died. The first objection is what counts, and the panic
# that may have followed.
last_words()
{
	{
		grep -E -m1 -A50 "$splats" "$1" || tail -20 "$1"
		grep "Kernel panic" "$1" || true
	} | sed 's/^/# /'
}

# Whatever happened, each miss was counted under exactly one verdict. Requests that are under
# way are between the two, so it looks again until all is quiet.
identity()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		wrong=''
		for order in 3 4 5 6 7 8 9 10; do
			parts=0
			for part in passed exempt declined would_decline; do
				parts=$((parts + $(value "order$order/$part")))
			done
			[ "$(value "order$order/slowpath")" = "$parts" ] || wrong="$wrong $order"
		done
		[ -n "$wrong" ] || break
		sleep 1
	done
	check "slowpath is the sum of its parts at every order${wrong:+, but not at$wrong}" [ -z "$wrong" ]
}

# What must hold at the end of each part.
healthy()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		stuck=$(ps -eo state=,comm= | awk '$1 == "D" { print $2 }')
		[ -n "$stuck" ] || break
		sleep 1
	done
	check "no task is stuck${stuck:+, but $stuck}" [ -z "$stuck" ]
	check "lockdep is on and has nothing to say" grep -q 'debug_locks: *1' /proc/lockdep_stats

	# The log may have lost its beginning; these flags stay: bad page, oops, warning, lockup.
	taint=$(($(cat /proc/sys/kernel/tainted) & (32 | 128 | 512 | 16384)))
	found=$(dmesg | grep -E -A25 "$splats" | head -80)
	check "no splat" [ "$taint:$found" = 0: ]
	[ "$taint" = 0 ] || echo "# the kernel is tainted: $taint"
	[ -z "$found" ] || echo "$found" | sed 's/^/# /'
}
