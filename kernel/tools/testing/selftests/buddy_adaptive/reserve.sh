#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lever 16 (reserve gate): the HighAtomic reserve is neither grown nor used by atomic requests
# above order 3. Those of orders 1 to 3 grow and use it with the lever as without.
#
# How large the reserve is, and what is free in it, is what /proc/pagetypeinfo says. It grows
# when an atomic request finds memory between the min and the low watermark: most of memory is
# filled, and the distance of the watermarks set to 30 percent.
. "$(dirname "$0")"/lib.sh

need_load
[ -r /proc/pagetypeinfo ] || skip_all "no /proc/pagetypeinfo to see the reserve in"
[ -w $VM/watermark_scale_factor ] || skip_all "vm.watermark_scale_factor cannot be set"
command -v fallocate >/dev/null || skip_all "no fallocate(1) to fill memory with"

# At most 1 % of memory is set aside, and only pressure makes it less.
mem_kib MemTotal
reserve 0
[ $((reserved * (block << 2) * 2)) -lt $((kib / 100)) ] ||
	skip_all "$reserved pageblocks are reserved already: run this after a reboot"
plan 15

SMALL=3
LARGE_ORDER=5

# ask_of CLASS ORDER COUNT [hold]: what came of it, how the reserve and the counters grew.
ask_of()
{
	reserve "$2"
	was=$reserved had=$free
	snapshot before
	ask "$@"
	snapshot after
	reserve "$2"
	more=$((reserved - was)) used=$((had - free))
	grown gated
	gated=$grown
	grown would_gate
	would=$grown
	why=("$asked asked, $got got; $gated gated, $would would be"
	     "the reserve: $was pageblocks, then $reserved; free in it: $had pages, then $free")
}

mount_work
mem_kib MemFree
fallocate -l $(((kib - 200 * 1024) / 1024))M "$WORK/fill" || bail "memory cannot be filled"
set_vm watermark_scale_factor 3000

# ---- with the lever

settings 2 16
ask_of atomic $LARGE_ORDER 40 hold
check "lever 16: $got of $asked atomic requests of order $LARGE_ORDER get a block" [ "$got" -gt 0 ]
check "lever 16: they do not grow the reserve" [ $more = 0 ]
check "lever 16: $gated were kept from it, which are all" [ "$gated $would" = "$asked 0" ]
release

ask_of atomic $SMALL 40 hold
check "lever 16: all $asked atomic requests of order $SMALL get a block" [ "$got" = "$asked" ]
check "lever 16: and grow the reserve, by $more pageblocks" [ $more -gt 0 ]
check "lever 16: none of them is gated" [ "$gated $would" = "0 0" ]
release
ask_of atomic $LARGE_ORDER 40 hold
check "lever 16: atomic requests of order $LARGE_ORDER use nothing of it" \
	[ "$((used <= 0)) $more" = "1 0" ]
release

# ---- without it

for row in "1 16 observe" "2 15 guard without lever 16"; do
	read -r mode levers text <<<"$row"
	settings "$mode" "$levers"
	ask_of atomic $LARGE_ORDER 60 hold
	# 7.3 lets small requests use it up first: then there is nothing to be seen
	check "$text: order $LARGE_ORDER grows the reserve by $more pageblocks, or uses it ($had)" \
		[ $((more + used > 0 || had == 0)) = 1 ]
	check "$text: $would would be gated, and none is" [ "$((would > 0)) $gated" = "1 0" ]
	release
done

# ---- when nothing else is free

set_vm watermark_scale_factor 10
rm "$WORK/fill"
fragment
reserve $LARGE_ORDER
suitable $LARGE_ORDER
why=("$suitable pages are free in blocks of order $LARGE_ORDER, $free of them in the reserve")
check "only the reserve has blocks of order $LARGE_ORDER, $free pages" \
	[ "$((free > 0)) $suitable" = "1 $free" ]
settings 2 16
# kcompactd, once woken, may make blocks: they are taken away, until a request misses
for _ in 1 2 3 4 5; do
	soak
	ask_of atomic $LARGE_ORDER 8
	[ $gated = 0 ] || break
done
check "lever 16: of $asked atomic requests of order $LARGE_ORDER $gated miss, and get none" \
	[ "$((gated > 0)) $lost $((used <= 0))" = "1 $gated 1" ]
ask_of atomic $SMALL 40
check "lever 16: of $asked of order $SMALL $got" [ "$asked $got" = "40 40" ]
settings 2 0
ask_of atomic $LARGE_ORDER 4
check "without it: of $asked of order $LARGE_ORDER $got" [ "$got" -gt 0 ]

finish
