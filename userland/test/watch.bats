# SPDX-License-Identifier: GPL-2.0
#
# watch on a terminal, which `pty` plays.

load helper

pty() { "$CHECK/pty" "$@"; }
watch=("$buddyctl" -s root watch)

# screen NAME SIZE: the first picture of NAME is expect/NAME-SIZE.screen
screen()
{
	tree "$1"
	pty "$2" -- "${watch[@]}" -c 1 >raw
	frame <raw >got
	[ -z "${UPDATE:-}" ] || cp got "$here/expect/$1-$2.screen"
	diff -u "$here/expect/$1-$2.screen" got
}

@test "watch: two nodes on 24x80" { screen two-nodes 24x80; }
@test "watch: two nodes on 60x200" { LC_ALL=C.UTF-8 screen two-nodes 60x200; }
@test "watch: mode guard on 24x80, in UTF-8" { LC_ALL=C.UTF-8 screen guard 24x80; }
@test "watch: a kernel with supply" { screen supply 24x80; }
@test "watch: an unpatched kernel" { screen stock 24x80; }
@test "watch: orders up to 13, terabytes" { screen huge 20x70; }
@test "watch: a small screen" { screen two-nodes 9x40; }
@test "watch: a screen that is too small" { screen two-nodes 5x30; }

@test "watch: this machine" {
	pty 24x80 -- "$buddyctl" watch -c 2 -i 0.1 >raw
	frame <raw | grep -q 'buddyctl watch'
}

@test "watch: a resize is followed at once" {
	tree two-nodes
	pty 24x80 0.5:size=40x120 1.5:keys=q -- "${watch[@]}" -i 60 >raw
	frame <raw >got
	cat got
	[ "$(awk '{ if (length > n) n = length } END { print n }' got)" -gt 80 ]
	[ "$(wc -l <got)" -gt 24 ]
}

ends_clean()
{
	tail -c 40 raw | grep -qF $'\033[?25h\033[?1049l'
}

@test "watch: q ends it, with 0 and the terminal as it was" {
	tree guard
	pty 24x80 0.7:keys=q -- "${watch[@]}" >raw
	ends_clean
}

@test "watch: ^C ends it, with 0 and the terminal as it was" {
	tree guard
	pty 24x80 0.7:keys='\003' -- "${watch[@]}" >raw
	ends_clean
}

@test "watch: SIGTERM ends it as it should, and the terminal is as it was" {
	tree guard
	status=0
	pty 24x80 0.7:signal=15 -- "${watch[@]}" >raw || status=$?
	[ "$status" = 143 ]
	ends_clean
}

@test "watch: SIGQUIT ends it as it should, and the terminal is as it was" {
	tree guard
	status=0
	ulimit -c 0
	pty 24x80 0.7:signal=3 -- "${watch[@]}" >raw || status=$?
	[ "$status" = 131 ]
	ends_clean
}

@test "watch: stopped and continued it is there again" {
	tree guard
	pty 24x80 0.7:signal=20 1.4:signal=18 2.2:keys=q -- "${watch[@]}" >raw
	[ "$(grep -oF $'\033[?1049h' raw | wc -l)" -ge 1 ]
	ends_clean
}

@test "watch: rates, settings and failures are seen while it runs" {
	tree two-nodes
	sys=root/sys/kernel/mm/buddy_adaptive/order4
	pty 30x100 1:run="echo 2 >root/proc/sys/vm/buddy_adaptive_mode" \
		1:run="echo 9000 >$sys/requests; echo 9 >$sys/failed" \
		3:keys=q -- "${watch[@]}" -i 0.4 >raw
	frame <raw >got
	cat got
	grep -q '2 requests of order 4 failed' got
	grep -q 'vm.buddy_adaptive_mode: 2 (guard), was 1' got
	grep -q 'mode guard, threshold 80 %' got
}

@test "watch: what goes wrong is told on the screen, and it goes on" {
	tree two-nodes
	pty 30x100 0.5:run="mv root/proc/buddyinfo root/proc/away" \
		1.5:run="mv root/proc/away root/proc/buddyinfo" \
		2.5:keys=q -- "${watch[@]}" -i 0.2 >raw
	frame <raw >got
	cat got
	[ "$(grep -c 'cannot read root/proc/buddyinfo' got)" = 1 ]
}

@test "watch: keys pause it and move to another order" {
	tree two-nodes
	pty 24x80 0.5:keys='\e[D' 0.8:keys='\e[D' 1.1:keys='\e[C' 1.4:keys=' ' 2:keys=q -- "${watch[@]}" -i 0.3 >raw
	frame <raw >got
	cat got
	head -n 1 got | grep -q paused
	sed -n 2,3p got | grep -qE '10 +at 8$'
}

@test "watch: no colours with NO_COLOR, and some without" {
	tree guard
	NO_COLOR=1 pty 24x80 -- "${watch[@]}" -c 1 >raw
	not grep -qE $'\033\\[[34][0-9]m' raw
	grep -qE $'\033\\[1m +9 ' raw
	pty 24x80 -- "${watch[@]}" -c 1 >raw
	grep -qE $'\033\\[31m' raw
}

@test "watch: a terminal that can do nothing gets rows" {
	tree guard
	TERM=dumb pty 24x80 -- "${watch[@]}" -i 0.1 -c 2 >raw
	not grep -qF $'\033' raw
	[ "$(wc -l <raw)" = 3 ]
}

@test "watch: an order without room is scrolled to" {
	tree two-nodes
	pty 24x80 0.5:keys='\e[D\e[D\e[D\e[D\e[D\e[D\e[D' 1.2:keys=q -- "${watch[@]}" -i 0.3 >raw
	frame <raw >got
	cat got
	sed -n 2,3p got | grep -qE ' < +2 .* 9 >at 2$'
}

@test "watch: a rate that has moved keeps its line where there is room for one" {
	tree two-nodes
	pty 14x80 0.5:run="echo 9 >root/sys/kernel/mm/buddy_adaptive/order4/failed" \
		1.5:keys=q -- "${watch[@]}" -i 0.3 >raw
	frame <raw >got
	cat got
	grep -q '^ Failed ' got
	not grep -q '^ Requests ' got
	grep -q ' no room for 6 rates$' got
}

@test "watch: rows elsewhere than on a terminal end with ^C, too" {
	tree guard
	: >rows
	"${watch[@]}" -i 0.1 >rows &
	for _ in $(seq 100); do
		[ "$(wc -l <rows)" -lt 4 ] || break
		sleep 0.1
	done
	kill -INT $!
	wait $!
	cat rows
	[ "$(grep -c FRAG rows)" = 1 ]
	[ "$(wc -l <rows)" -ge 4 ]
}

# Screens of this size soon fill what a terminal holds unread.
for_nobody() { pty 200x400 0.3:deaf= "$@" -- "${watch[@]}" -i 0.1 >raw; }

@test "watch: SIGTERM ends it though nobody reads its screen" {
	tree two-nodes
	status=0
	for_nobody 4:end=15 || status=$?
	[ "$status" = 143 ]
}

@test "watch: SIGINT ends it though nobody reads its screen" {
	tree two-nodes
	for_nobody 4:end=2
}

# ends_blocked SIGNAL STATUS: on a pipe that is full
ends_blocked()
{
	"${watch[@]}" -i 0.1 >&8 &
	sleep 2
	kill "-$1" $!
	for _ in $(seq 20); do
		kill -0 $! 2>/dev/null || break
		sleep 0.1
	done
	if kill -KILL $! 2>/dev/null; then
		return 1
	fi
	status=0
	wait $! || status=$?
	[ "$status" = "$2" ]
}

@test "watch: SIGTERM and SIGINT end it though nobody reads its rows" {
	tree two-nodes
	mkfifo pipe
	exec 8<>pipe
	timeout 1 cat /dev/zero >&8 || true
	ends_blocked TERM 143
	ends_blocked INT 0
}

@test "watch: it ends when its terminal is gone, and nothing tells it" {
	tree two-nodes
	for args in "-i 0.2" "-i 60" "-i 0.1 -r"; do
		status=0
		# shellcheck disable=SC2086	# several words
		pty 30x100 1:hangup= -- "${watch[@]}" $args >raw || status=$?
		[ "$status" = 1 ]
	done
}

@test "watch: SIGTERM ends it while keys come without end" {
	tree two-nodes
	keys=$(printf '%0500d' 0)
	many=()
	for i in $(seq 10 99); do
		many+=("0.$i:keys=$keys")
	done
	status=0
	pty 24x80 "${many[@]}" 1:end=15 -- "${watch[@]}" -i 0.2 >raw || status=$?
	[ "$status" = 143 ]
}

@test "watch: rows that were missed while it was stopped are not made up for" {
	tree guard
	: >rows
	"${watch[@]}" -i 0.1 >rows &
	for _ in $(seq 100); do
		[ "$(wc -l <rows)" -lt 4 ] || break
		sleep 0.1
	done
	kill -STOP $!
	was=$(wc -l <rows)
	sleep 3
	kill -CONT $!
	sleep 0.5
	kill $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
	[ "$(wc -l <rows)" -lt $((was + 20)) ]
}

@test "watch: nothing to watch, nothing painted" {
	mkdir root
	status=0
	pty 24x80 -- "${watch[@]}" >raw || status=$?
	[ "$status" = 1 ]
	not grep -qF $'\033' raw
}
