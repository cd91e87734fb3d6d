#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The memory of a node goes online and offline, 20 times, while all statistics are read: the
# node's directory comes with its first block of memory and goes with its last.
#
# Wants a node whose memory is all offline, for instance that of QEMU's
#
#	-m 2G,slots=1,maxmem=4G -object memory-backend-ram,id=base,size=2G
#	-numa node,nodeid=0,memdev=base -numa node,nodeid=1
#	-object memory-backend-ram,id=more,size=256M -device pc-dimm,memdev=more,node=1
#
# shellcheck disable=SC2317	# functions that are called by name
. "$(dirname "$0")"/lib.sh
shopt -s nullglob

CYCLES=20

need_buddy_adaptive

# The first node that has blocks of memory, all of them offline, into $node and $blocks.
find_node()
{
	local dir block state

	for dir in /sys/devices/system/node/node*; do
		blocks=()
		for block in "$dir"/memory[0-9]*; do
			read -r state <"$block/state"
			[ "$state" = offline ] || continue 2
			blocks+=("$block")
		done
		node=${dir##*/node}
		[ ${#blocks[@]} = 0 ] || return 0
	done
	return 1
}
find_node || skip_all "no node whose memory is all hot-pluggable and offline"
plan 8

# change STATE BLOCK…: a block may be busy for a moment.
change()
{
	local state=$1 block tries

	shift
	for block; do
		for ((tries = 0; tries < 10; tries++)); do
			! { echo "$state" >"$block/state"; } 2>/dev/null || continue 2
			sleep 0.1
		done
		why+=("cycle $cycle: $block does not go $state")
		return 1
	done
}

cleanup()
{
	local block state

	for block in "${blocks[@]}"; do
		read -r state <"$block/state"
		[ "$state" = offline ] || echo offline >"$block/state"
	done
}

read_all()
{
	local file

	for file in "$SYS"/abi_version "$SYS"/order*/* "$SYS"/node*/{threshold,supply_*} \
		"$SYS"/node*/order*/*; do
		read -r _ <"$file"
	done
}

dir=$SYS/node$node
check "no memory, no directory of node $node" [ ! -e "$dir" ]

# Each kind of mistake is collected, to be told once.
background read_all
changes=() missing=() wrong=() stale=() left=() open=()
for ((cycle = 0; cycle < CYCLES; cycle++)); do
	change online_movable "${blocks[@]}"
	for order in "${ORDERS[@]}"; do
		[ -f "$dir/order$order/fragmentation" ] ||
			missing+=("cycle $cycle: no $dir/order$order/fragmentation")
	done
	for other in "${NODES[@]}"; do
		[ -d "$SYS/node$other" ] || missing+=("cycle $cycle: no $SYS/node$other")
	done
	percent=unreadable held=''
	if [ -e "$dir" ]; then
		read -r percent <"$dir/order$MAX_ORDER/fragmentation"
		exec {held}<"$dir/order$MAX_ORDER/fragmentation"
	fi
	[[ $percent =~ ^([0-9]{1,2}|100)$ ]] || wrong+=("cycle $cycle: fragmentation is $percent")

	[ ${#blocks[@]} = 1 ] || {
		change offline "${blocks[@]:1}"
		[ -d "$dir" ] || open+=("cycle $cycle: gone with a block left")
	}
	change offline "${blocks[0]}"
	[ ! -e "$dir" ] || left+=("cycle $cycle: $dir is still there")
	if [ -n "$held" ]; then
		! read -r -u "$held" percent 2>/dev/null ||
			stale+=("cycle $cycle: an open file still says $percent")
		exec {held}<&-
	fi
	changes+=("${why[@]}")
	why=()
done
stop_background

why=("${changes[@]}")
check "${#blocks[@]} blocks of memory of node $node go online and offline, $CYCLES times" none
why=("${missing[@]}")
check "the directory comes with the memory, the others stay" none
why=("${wrong[@]}")
check "it can be read" none
if [ ${#blocks[@]} -gt 1 ]; then
	why=("${open[@]}")
	check "it stays while there is a block left" none
else
	skip "it stays while there is a block left" "the node has but one"
fi
why=("${left[@]}")
check "it goes with the last" none
why=("${stale[@]}")
check "a file held open says no more" none
for other in "${NODES[@]}"; do
	[ -d "$SYS/node$other/order$MAX_ORDER" ] || why+=("no $SYS/node$other")
done
[ ! -e "$dir" ] || why+=("$dir is there")
check "in the end the tree is what it was" none

finish
