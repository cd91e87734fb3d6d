#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mode, levers and thresholds change all the time while requests are made. In no moment in
# between may a request be turned away that the old and the new settings let pass, and no
# counter may be lost.
#
# shellcheck disable=SC2317	# functions that are called by name
. "$(dirname "$0")"/lib.sh

need_fragmented
plan $((9 + ${#ORDERS[@]}))
fragment
RANDOM=1
SECONDS_EACH=2
awaited=			# must somebody be turned away? Then for as long as that takes

load()
{
	local class order

	for class; do
		for order in "${ORDERS[@]}"; do
			echo "$class $order 10" >"$LOAD"/run
		done
	done
}

# Have there been changes under requests? Of those, their number into $asked. And has anybody
# been turned away, where that is $awaited?
enough()
{
	local count

	asked=0
	while IFS=, read -r _ _ _ _ count _; do
		[ "$count" = requests ] || asked=$((asked + count))
	done <$LOAD/results
	[ "$((flips >= 20 && asked >= 100))" = 1 ] || return
	[ -n "$awaited" ] || return 0
	snapshot after
	count_turned_away
	[ $turned_away -gt 0 ]
}

# flip MOST-MODE CLASS…: settings change for some seconds, while these requests are made.
flip()
{
	local most=$1 end=$((SECONDS + SECONDS_EACH))

	shift
	soak
	settings 1 3
	echo clear >$LOAD/run
	snapshot before
	background load "$@"
	flips=0
	# a machine that is slow, or in the middle of compaction, gets more time
	while [ $SECONDS -lt $end ] || { ! enough && [ $SECONDS -lt $((end + 90)) ]; }; do
		set_vm buddy_adaptive_mode $((RANDOM % (most + 1))) \
			buddy_adaptive_levers $((RANDOM % 32)) \
			buddy_frag_threshold $((RANDOM % 101)) \
			buddy_adaptive_min_order $((3 + RANDOM % 4)) \
			buddy_adaptive_ratio_threshold $((RANDOM % 301)) \
			buddy_adaptive_ratio_min_order $((4 + RANDOM % 6))
		flips=$((flips + 6))
		if [ $((flips % 120)) = 0 ]; then
			snapshot after
			find_sunk
		fi
	done
	stop_background
	snapshot after
	count_turned_away
	enough || why+=("these are too few${awaited:+, or all of them got what they asked for}")
}

flip 2 "${MANDATORY[@]}"
check "off, observe, guard: $flips settings written under $asked requests" none
check "of which none is turned away: all are mandatory" [ $turned_away = 0 ]

flip 3 "${MUST[@]}"
check "and refuse: $flips settings written under $asked requests" none
check "of which none is turned away: none may fail" [ $turned_away = 0 ]

awaited=yes
flip 3 "${CLASSES[@]}"
check "all classes: $flips settings written under $asked requests, no counter sank" none
check "$turned_away of them are turned away" [ $turned_away -gt 0 ]
for order in "${ORDERS[@]}"; do
	! broken "$order" || :
	check "order $order: slowpath is the sum of its parts" none
done

# Whatever came before, the last word counts.
settings 0 3
background load "${CLASSES[@]}"
sleep 0.2
snapshot before
sleep 1
snapshot after
for key in "${!after[@]}"; do
	[ "${after[$key]}" = "${before[$key]}" ] ||
		why+=("$key: ${before[$key]}, then ${after[$key]}")
done
check "off at last: all counters stand still" none
settings 2 3
set_vm buddy_frag_threshold 0
for _ in {1..30}; do		# until it is some optional class's turn
	sleep 1
	snapshot after
	count_turned_away
	[ $turned_away = 0 ] || break
done
grown requests
check "guard at last: $grown requests are counted" [ $grown -gt 0 ]
check "and $turned_away turned away" [ $turned_away -gt 0 ]

finish
