#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests are declined for seconds on end. Each that allows reclaim wakes kcompactd or is
# counted as suppressed; a node is woken at most once in 500 ms; who allows no reclaim wakes
# nobody, and neither does observe.
. "$(dirname "$0")"/lib.sh

need_fragmented
plan 6
fragment

INTERVAL=500			# ms: BA_WAKE_INTERVAL_MS

# Milliseconds since boot, to a hundredth of a second.
now()
{
	read -r now _ </proc/uptime
	now=$((10#${now/./} * 10))
}

# ask_for SECONDS CLASS: over and over. What is got is held, or the first block that
# kcompactd makes would serve all requests after it.
ask_for()
{
	local begun

	soak
	snapshot before
	now
	begun=$now
	while [ $now -lt $((begun + $1 * 1000)) ]; do
		ask "$2" 6 20 hold
		now
	done
	elapsed=$((now - begun))
	snapshot after
	grown wakes
	wakes=$grown
	grown wakes_suppressed
	suppressed=$grown
	grown would_decline
	would_decline=$grown
	count_turned_away
}

settings 2 1
set_vm buddy_frag_threshold 0
ask_for 3 noretry
check "requests are declined: $declined" [ $declined -gt 100 ]
check "each of them wakes kcompactd ($wakes) or is suppressed ($suppressed)" \
	[ $((wakes + suppressed)) = $declined ]
most=$(((1 + elapsed / INTERVAL) * ${#NODES[@]}))
check "2 to $most wakes in $elapsed ms" [ "$((wakes >= 2 && wakes <= most))" = 1 ]

ask_for 1 light
check "without reclaim: $declined are declined" [ $declined -gt 0 ]
check "without reclaim: they wake nobody" [ $((wakes + suppressed)) = 0 ]

settings 1 1
set_vm buddy_frag_threshold 0
ask_for 1 noretry
why=("$wakes wakes, $suppressed suppressed")
check "observe wakes nobody: $would_decline would be declined" \
	[ "$((would_decline > 0)) $((wakes + suppressed))" = "1 0" ]

finish
