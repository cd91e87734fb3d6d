#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The counters: in each mode, after requests of every class and order in fragmented memory,
# is slowpath = passed + exempt + declined + would_decline once all is quiet? Was each request
# counted? Does none ever sink? And in mode off, do all of them stand still?
. "$(dirname "$0")"/lib.sh

need_fragmented
plan $((3 * (${#ORDERS[@]} + 4) + 1))
fragment

MODES=(off observe guard refuse)
EACH=3

# Requests of each class and order, most of which miss the free lists; how many of each
# order, into made[].
load()
{
	local class order

	made=()
	for class in "${CLASSES[@]}"; do
		soak
		for order in "${ORDERS[@]}"; do
			ask "$class" "$order" $EACH
			made[order]=$((${made[order]-0} + asked))
		done
	done
}

for mode in 1 2 3; do
	settings $mode 3
	snapshot before
	load
	snapshot after

	for order in "${ORDERS[@]}"; do
		! broken "$order" || :
		check "${MODES[mode]}, order $order: slowpath is the sum of its four parts" none
	done
	for order in "${ORDERS[@]}"; do
		grown requests "$order"
		[ $grown -ge "${made[order]}" ] && [ "${made[order]}" -gt 0 ] ||
			why+=("order $order: ${made[order]} made, $grown counted")
	done
	check "${MODES[mode]}: each request is counted" none
	find_sunk
	check "${MODES[mode]}: no counter sank" none
	for order in "${LARGE[@]}"; do
		grown slowpath "$order"
		[ $grown -gt 0 ] || why+=("order $order: none")
	done
	grown slowpath
	check "${MODES[mode]}: $grown requests missed the free lists" none
	count_turned_away
	if [ $mode = 1 ]; then
		check "${MODES[mode]}: nobody is turned away" [ $turned_away = 0 ]
	else
		check "${MODES[mode]}: $declined requests are declined, $refused refused" \
			[ $turned_away -gt 0 ]
	fi
done

settings 0 3
sleep 0.2
snapshot before
load
snapshot after
for key in "${!after[@]}"; do
	[ "${after[$key]}" = "${before[$key]}" ] ||
		why+=("$key: ${before[$key]}, then ${after[$key]}")
done
check "off: all counters stand still under load" none

finish
