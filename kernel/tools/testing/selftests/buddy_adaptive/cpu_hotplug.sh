#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CPU goes offline and comes back, 50 times, while requests are made on it and elsewhere.
# What it counted must not go with it: in the end the counters have grown by what the load
# module says it asked for.
#
# shellcheck disable=SC2317	# functions that are called by name
. "$(dirname "$0")"/lib.sh

CYCLES=50
ORDER=5				# of the requests whose number is compared
OTHER=4				# and of those that go on in the background
EACH=7

need_load
command -v taskset >/dev/null || skip_all "no taskset: install util-linux"
for online in /sys/devices/system/cpu/cpu[1-9]*/online; do
	[ -w "$online" ] || skip_all "no CPU that can go offline: boot with more than one"
	break
done
cpu=${online%/online}
cpu=${cpu##*/cpu}
read -r state <"$online"
[ "$state" = 1 ] || skip_all "CPU $cpu is offline already"
plan 7

cleanup() { echo 1 >"$online"; }

load() { echo "noretry $OTHER 20" >"$LOAD"/run; }

# Protect refuses each of them: it is counted twice, and takes no block.
settings 2 3
set_vm buddy_frag_threshold 0
echo clear >$LOAD/run
snapshot before
background load
offline=0 online_again=0
for ((cycle = 0; cycle < CYCLES; cycle++)); do
	taskset -cp "$cpu" $$ >/dev/null && echo "noretry $ORDER $EACH" >$LOAD/run
	! echo 0 >"$online" || offline=$((offline + 1))
	echo "noretry $ORDER $EACH" >$LOAD/run
	! echo 1 >"$online" || online_again=$((online_again + 1))
done
stop_background
snapshot after

declare -A made=([$ORDER]=0 [$OTHER]=0)
while IFS=, read -r _ order _ _ count _; do
	[ "$count" = requests ] || made[$order]=$count
done <$LOAD/results

check "CPU $cpu went offline $offline times of $CYCLES" [ $offline = $CYCLES ]
check "and came back $online_again times" [ $online_again = $CYCLES ]
check "${made[$ORDER]} requests made on it and elsewhere" \
	[ "${made[$ORDER]}" = $((2 * CYCLES * EACH)) ]
for order in $ORDER $OTHER; do
	grown requests "$order"
	requests=$grown
	grown refused "$order"
	[ "${made[$order]}" -gt 0 ] && [ "$requests" -ge "${made[$order]}" ] &&
		[ "$grown" -ge "${made[$order]}" ] || why+=("$requests counted, $grown refused")
	check "order $order: all ${made[$order]} are counted, and refused" none
done
find_sunk
check "no counter sank" none
for order in "${ORDERS[@]}"; do
	! broken "$order" || :
done
check "slowpath is the sum of its parts at every order" none

finish
