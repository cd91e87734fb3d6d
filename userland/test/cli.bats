# SPDX-License-Identifier: GPL-2.0
#
# What a transcript cannot show: who may, terminals, full disks, this very machine.

load helper

# Memory moves between two looks, so both look at one copy.
agrees()
{
	mkdir -p root/proc
	cat /proc/buddyinfo >root/proc/buddyinfo
	awk -v order="$1" -v page="$(getconf PAGESIZE)" '{
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
	}' root/proc/buddyinfo >awk
	"$BUILD/buddyctl" --sysroot root frag -nrb -O "$1" \
		-o node,zone,order,blocks,free,suitable,frag,verdict >frag
	[ -s frag ]
	diff -u awk frag
}

@test "frag -O 0 agrees with awk on this machine's buddyinfo" { agrees 0; }
@test "frag -O 3 agrees with awk on this machine's buddyinfo" { agrees 3; }
@test "frag -O 9 agrees with awk on this machine's buddyinfo" { agrees 9; }
@test "frag -O 10 agrees with awk on this machine's buddyinfo" { agrees 10; }

@test "frag shows every zone of this machine" {
	[ "$("$BUILD/buddyctl" frag -n | wc -l)" = "$(wc -l </proc/buddyinfo)" ]
}

@test "status on this machine: what there is, or what is missing and what works" {
	status=0
	"$buddyctl" status >out 2>err || status=$?
	cat out err
	if [ -d /sys/kernel/mm/buddy_adaptive ]; then
		[ "$status" = 0 ]
	else
		[ "$status" = 3 ]
		[ ! -s out ]
		[ "$(wc -l <err)" = 1 ]
		grep -q 'this kernel has no buddy_adaptive.*`frag`, `watch`, `check`, `diagnose`, `export` and `features` still work' err
	fi
}

@test "check, diagnose, export and features work on this machine" {
	"$buddyctl" check -w 100 -c 100
	"$buddyctl" -q diagnose
	"$buddyctl" -q export | grep '^buddy_adaptive_fragmentation_ratio{node="0",order="9"}'
	"$buddyctl" -q features | grep -E '^file +buddyinfo +yes'
}

# Whoever may not write: the first file is open to all, the second is not. Root becomes
# nobody for this.
without_permission()
{
	as=()
	tree guard
	cp "$buddyctl" mine
	chmod 755 . "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test
	chmod 666 root/proc/sys/vm/*
	chmod 444 root/proc/sys/vm/buddy_adaptive_mode
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	status=0
	"${as[@]}" ./mine --sysroot root "$@" >out 2>err || status=$?
	cat out err
}

@test "set without permission: exit 4, one sentence, and all is as before" {
	without_permission set frag_threshold=50 mode=off
	[ "$status" = 4 ]
	[ ! -s out ]
	[ "$(grep -c ^buddyctl: err)" = 1 ]
	grep -q 'changing vm.buddy_adaptive_mode needs root (CAP_SYS_ADMIN); nothing was changed' err
	[ "$(cat root/proc/sys/vm/buddy_frag_threshold)" = 80 ]
	[ "$(cat root/proc/sys/vm/buddy_adaptive_mode)" = 2 ]
}

@test "set --persist without permission: exit 4, and all is as before" {
	tree guard
	chmod 555 root/etc/sysctl.d
	without_permission set --persist frag_threshold=50
	chmod 755 root/etc/sysctl.d
	[ "$status" = 4 ]
	[ "$(grep -c ^buddyctl: err)" = 1 ]
	[ "$(cat root/proc/sys/vm/buddy_frag_threshold)" = 80 ]
	[ "$(ls -A root/etc/sysctl.d)" = 99-local.conf ]
}

@test "set --persist keeps nothing that could not be set" {
	tree guard
	chmod 777 root/etc/sysctl.d
	without_permission set --persist mode=off
	[ "$status" = 4 ]
	grep -q 'needs root' err
	[ "$(ls -A root/etc/sysctl.d)" = 99-local.conf ]
}

@test "a file that may not be read: exit 4" {
	without_permission get
	chmod 000 root/proc/sys/vm/buddy_frag_threshold root/proc/buddyinfo
	status=0
	"${as[@]}" ./mine -s root get || status=$?
	[ "$status" = 4 ]
	status=0
	"${as[@]}" ./mine -s root frag || status=$?
	[ "$status" = 4 ]
	chmod 000 root/sys/kernel/mm/buddy_adaptive/order4/failed
	status=0
	"${as[@]}" ./mine -s root stats || status=$?
	[ "$status" = 4 ]
}

@test "a fragmented zone is red on a terminal" {
	tree guard
	"$CHECK/pty" 24x80 -- "$buddyctl" -s root frag >out
	grep -q $'\033\[31mfragmented' out
	"$CHECK/pty" 24x80 -- "$buddyctl" -s root status | grep -q $'\033\[31mfragmented'
	"$CHECK/pty" 24x80 -- "$buddyctl" -s root diagnose | grep -q $'\033\[31mproblem'
}

@test "nothing is red with NO_COLOR, on a dumb terminal, in a file or in JSON" {
	tree guard
	for verb in frag status diagnose "frag -J" "frag -r"; do
		# shellcheck disable=SC2086	# words of a command
		NO_COLOR=1 "$CHECK/pty" 24x80 -- "$buddyctl" -s root $verb >out
		# shellcheck disable=SC2086
		TERM=dumb "$CHECK/pty" 24x80 -- "$buddyctl" -s root $verb >>out
		# shellcheck disable=SC2086
		"$buddyctl" -s root $verb >>out
		not grep -q $'\033' out
		[ -s out ]
	done
	"$CHECK/pty" 24x80 -- "$buddyctl" -s root frag -J | tee out
	not grep -q $'\033' out
}

@test "a full disk behind the output is a failure" {
	status=0
	"$buddyctl" frag >/dev/full 2>err || status=$?
	[ "$status" = 1 ]
	grep -q 'cannot write the output' err
	status=0
	"$buddyctl" check >/dev/full 2>err || status=$?
	[ "$status" = 3 ]
	status=0
	timeout 20 "$buddyctl" watch -i 0.1 >/dev/full 2>err || status=$?
	[ "$status" = 1 ]
}

@test "a full disk behind set: a failure, but it says that the value was set" {
	tree guard
	for args in "" -J; do
		status=0
		# shellcheck disable=SC2086	# none, or an option
		"$buddyctl" -s root set frag_threshold=50 $args >/dev/full 2>err || status=$?
		cat err
		[ "$status" = 1 ]
		grep -q 'cannot write the output: No space left on device; what was to be set is set' err
		[ "$(cat root/proc/sys/vm/buddy_frag_threshold)" = 50 ]
	done
	for args in "--help" "frag_threshold=500"; do
		"$buddyctl" -s root set "$args" >/dev/full 2>err || true
		not grep -q 'is set' err
	done
}

@test "a full disk behind export -f leaves the old file" {
	need unshare
	tree guard
	unshare -m true 2>/dev/null || skip "may not mount"
	unshare -m sh -c 'mkdir small && mount -t tmpfs -o size=4k none small && echo old >small/a.prom &&
		! "$1" -s root export -f small/a.prom 2>err && cat err small/a.prom && ls -A small' - "$buddyctl" >out
	cat out
	grep -q 'cannot write small/a.prom: No space left on device; what was there still is' out
	[ "$(tail -n 2 out | tr '\n' ' ')" = "old a.prom " ]
}

@test "sysctls that are read-only are told from those that need root" {
	need unshare
	tree guard
	unshare -m true 2>/dev/null || skip "may not mount"
	status=0
	unshare -m sh -c 'mount --bind root/proc root/proc && mount -o remount,bind,ro root/proc &&
		"$1" -s root set mode=off' - "$buddyctl" 2>err || status=$?
	[ "$status" = 4 ]
	grep -q 'is read-only here, as in containers: change vm.buddy_adaptive_mode on the host' err
}

@test "no line of help is longer than 80 characters" {
	for verb in "" $("$buddyctl" tables | awk -F '\t' '$1 == "verb" { print $2 }'); do
		# shellcheck disable=SC2086	# none for the general help
		"$buddyctl" help $verb
	done >help
	awk 'length > 80 { print; bad = 1 } END { exit bad }' help
}

@test "the help names all that the tables have" {
	"$buddyctl" tables >tables
	"$buddyctl" help >help
	for verb in $(awk -F '\t' '$1 == "verb" { print $2 }' tables); do
		grep -q "^  $verb " help
		"$buddyctl" help "$verb" >"help.$verb"
		awk -F '\t' -v v="$verb" '$1 == "column" && $2 == v { print $3 }' tables |
			while read -r column; do grep -q "^  $column " "help.$verb"; done
	done
	sed -n '/^Columns with --nodes:/,$p' help.stats >help.nodes
	for column in node order $(awk -F '\t' '$1 == "node" { print $2 }' tables); do
		grep -q "^  $column " help.nodes
	done
	[ "$(grep -c '^  vm\.' help.set)" = "$(grep -c ^tunable tables)" ]
}

# What a shell needs to start anything and to hear of its end is not ours: on a busy machine that
# alone may be 5 ms. The best of the runs tells what a program takes from what it had to wait for.
best_of_20()
{
	# shellcheck disable=SC2016	# the other shell expands it
	bash -c 'for _ in {1..20}; do
			begun=${EPOCHREALTIME/./}
			"$@" >out || exit
			echo $((${EPOCHREALTIME/./} - begun))
		done' bash "$@" | sort -n >microseconds
	[ "$(wc -l <microseconds)" = 20 ]
	best=$(head -1 microseconds)
}

# As it is shipped, without sanitizers.
@test "frag starts in less than 10 ms, beyond what true takes: the best of 20 runs of each" {
	best_of_20 "$(type -P true)"
	nothing=$best
	best_of_20 "$BUILD/buddyctl" frag
	echo "$best us, true $nothing us"
	[ $((best - nothing)) -lt 10000 ]
}
