#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The statistics: are the documented files there and no other, can everybody read them and
# nobody write them, and is the fragmentation of a node what /proc/buddyinfo gives?
. "$(dirname "$0")"/lib.sh
shopt -s globstar nullglob dotglob

need_buddy_adaptive
plan 6

# The nodes with memory: "0-1,3" as 0 1 3; a kernel without NUMA has node 0.
nodes_with_memory()
{
	local file=/sys/devices/system/node/has_memory list=0 range

	nodes=()
	[ ! -e $file ] || read -r list <$file
	for range in ${list//,/ }; do
		for ((node = ${range%-*}; node <= ${range#*-}; node++)); do
			nodes+=("$node")
		done
	done
}

# "Node 0, zone NAME" and a column for each order
read -ra columns </proc/buddyinfo
largest=$((${#columns[@]} - 5))
nodes_with_memory

[ -e $VM/buddy_adaptive_governor ] || NODE_FILES=() NODE_ORDER_FILES=()
declare -A want
want[$SYS/abi_version]='file'
for order in 1 2; do
	want[$SYS/order$order]=dir
	for counter in "${CLEAN_COUNTERS[@]}"; do
		want[$SYS/order$order/$counter]='file'
	done
done
for ((order = 3; order <= largest; order++)); do
	want[$SYS/order$order]=dir
	for counter in "${COUNTERS[@]}"; do
		want[$SYS/order$order/$counter]='file'
	done
	for node in "${nodes[@]}"; do
		want[$SYS/node$node]=dir
		want[$SYS/node$node/order$order]=dir
		for name in fragmentation "${NODE_ORDER_FILES[@]}"; do
			want[$SYS/node$node/order$order/$name]='file'
		done
	done
done
for node in "${nodes[@]}"; do
	for name in "${NODE_FILES[@]}"; do
		want[$SYS/node$node/$name]='file'
	done
done

files=()
for path in "$SYS"/**; do
	path=${path%/}
	[ "$path" != $SYS ] || continue
	type='file'
	[ ! -d "$path" ] || type=dir
	[ $type = dir ] || files+=("$path")
	[ "${want[$path]-}" = $type ] || why+=("there is a $type $path")
	unset "want[$path]"
done
for path in "${!want[@]}"; do
	why+=("there is no ${want[$path]} $path")
done
check "the documented files for orders 1 to $largest and nodes ${nodes[*]}, and no other" none

while read -r mode file; do
	[ "$mode" = 444 ] || why+=("$file has mode $mode")
done < <(stat -c '%a %n' "${files[@]}")
check "each has mode 0444" none

for file in "${files[@]}"; do
	! { : >"$file"; } 2>/dev/null || why+=("$file can be opened for writing")
done
check "not even root can write one" none

# As nobody: which are not one decimal number?
numbers=$(setpriv --reuid 65534 --regid 65534 --clear-groups grep -cxE '[0-9]+' "${files[@]}" 2>&1)
while read -r line; do
	[ "${line##*:}" = 1 ] || why+=("$line")
done <<<"$numbers"
[ "$(wc -l <<<"$numbers")" = ${#files[@]} ] || why+=("$(wc -l <<<"$numbers") of ${#files[@]} read")
[ "$(cat "${files[@]}" | wc -l)" = ${#files[@]} ] || why+=("some have more than a line")
check "everybody can read each, and it holds one decimal number" none

read -r version <$SYS/abi_version
check "abi_version is 1" [ "$version" = 1 ]

# Free pages of a node, and those in blocks of at least an order, from /proc/buddyinfo.
look()
{
	local line i

	free=0 suitable=0
	while read -ra line; do
		[ "${line[1]}" = "$1," ] || continue
		for ((i = 0; i <= largest; i++)); do
			free=$((free + (line[i + 4] << i)))
			[ $i -lt "$2" ] || suitable=$((suitable + (line[i + 4] << i)))
		done
	done </proc/buddyinfo
}

# said PERCENT: is it, within 1? Twice looked at, since memory moves meanwhile.
agrees()
{
	local off=$((said * free - 100 * (free - suitable)))

	[ "${off#-}" -le "$free" ]
}

for node in "${nodes[@]}"; do
	for order in "${ORDERS[@]}"; do
		for ((tries = 0; tries < 10; tries++)); do
			read -r said <"$SYS/node$node/order$order/fragmentation"
			look "$node" "$order"
			! agrees || continue 2
			sleep 0.05
		done
		why+=("node $node, order $order says $said; $suitable of $free pages are suitable")
	done
done
check "fragmentation agrees with /proc/buddyinfo within 1" none

finish
