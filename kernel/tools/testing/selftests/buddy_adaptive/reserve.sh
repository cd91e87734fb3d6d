#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lever 16 (reserve gate): the HighAtomic reserve is neither grown nor used by atomic requests
# above order 3. Those of orders 1 to 3 grow and use it with the lever as without.
#
# How large the reserve is, and what is free in it, is what /proc/pagetypeinfo says. It grows
# when an atomic request finds memory between the min and the low watermark: most of memory is
# filled, and the distance of the watermarks set to 30 percent. Requests without the lever make
# the reserve, before those with it, and use it and grow it once more after them: so there was
# something that the lever kept them from, and room to grow.
. "$(dirname "$0")"/lib.sh

need_load
[ -r /proc/pagetypeinfo ] || skip_all "no /proc/pagetypeinfo to see the reserve in"
[ -w $VM/watermark_scale_factor ] || skip_all "vm.watermark_scale_factor cannot be set"
command -v fallocate >/dev/null || skip_all "no fallocate(1) to fill memory with"

can_reserve || skip_all "no zone has a hundred pageblocks, of which one could be reserved"

# Only pressure makes it less.
mem_kib MemTotal
reserve 0
[ $((reserved * (block << 2) * 2)) -lt $((kib / 100)) ] ||
	skip_all "$reserved pageblocks are reserved already: run this after a reboot"
plan 17

SMALL=3
LARGE_ORDER=5
SPARE=256			# MiB that are not filled
# Pages to ask for, a fifth of these: a zone with all the reserve that it may have goes first.
MOST=12800
STEP=128			# pages to ask for at once, a quarter of a pageblock

# ask_of CLASS ORDER COUNT [hold [alone]]: what came of it, how the reserve and the counters grew.
# "alone" takes all other blocks before; right before, for kcompactd makes some meanwhile.
ask_of()
{
	reserve "$2"
	was=$reserved had=$free
	snapshot before
	[ -z "${5-}" ] || soak $SMALL
	ask "${@:1:4}"
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

# strain ORDER: atomic requests, held, a few at a time, until some have made the reserve grow and
# some were served from what was free in it, or enough were made to see that none do. By how
# many pageblocks it grew, into $more; how many pages of it they used, as far as that can be
# told from the growth, into $used. Before 7.3, requests up to order 3 use nothing of it while
# there is anything else, and need not.
strain()
{
	local all_asked=0 all_got=0 all_gated=0 all_would=0 all_more=0 all_used=0 first last

	reserve "$1"
	first="$reserved pageblocks, $free pages free"
	while [ $((all_asked << $1)) -lt $MOST ]; do
		ask_of atomic "$1" $((STEP >> $1)) hold
		all_asked=$((all_asked + asked)) all_got=$((all_got + got))
		all_gated=$((all_gated + gated)) all_would=$((all_would + would))
		all_more=$((all_more + more))
		[ "$used" -le 0 ] || all_used=$((all_used + used))
		[ "$asked" = "$got" ] || break
		[ $all_more -le 0 ] || { [ "$1" -gt $SMALL ] && [ $all_used = 0 ]; } || break
	done
	last="$reserved pageblocks, $free pages free"
	release
	reserve "$1"
	asked=$all_asked got=$all_got gated=$all_gated would=$all_would
	more=$all_more used=$all_used
	why=("$asked asked, $got got; $gated gated, $would would be"
	     "the reserve: $first, then $last, at the end $free pages")
}

mount_work
mem_kib MemFree
fallocate -l $(((kib - SPARE * 1024) / 1024))M "$WORK/fill" || bail "memory cannot be filled"
set_vm watermark_scale_factor 3000

# ---- without the lever

# grows_and_uses TEXT: requests of a large order, with the settings as they are.
grows_and_uses()
{
	strain $LARGE_ORDER
	check "$1: order $LARGE_ORDER makes $more pageblocks more of it, and uses $used pages" \
		[ "$((more > 0)) $((used > 0))" = "1 1" ]
	why=("$asked asked; $gated gated, $would would be")
	check "$1: $would would be gated, and none is" [ "$((would > 0)) $gated" = "1 0" ]
}

settings 1 16
grows_and_uses observe

# ---- with it

reserve $LARGE_ORDER
check "the reserve has blocks of order $LARGE_ORDER, $free pages" [ $free -gt 0 ]
settings 2 16
# Somebody else's small atomic requests may make it grow meanwhile: then once more.
for _ in 1 2 3; do
	strain $LARGE_ORDER
	[ "$more" -gt 0 ] || break
done
seen=$asked
check "lever 16: $got of $asked atomic requests of order $LARGE_ORDER get a block" \
	[ "$((asked << LARGE_ORDER)) $got" = "$MOST $asked" ]
check "lever 16: they do not grow the reserve ($more pageblocks)" [ "$more" -le 0 ]
check "lever 16: and use nothing of it ($used pages)" [ $used = 0 ]
why=("$asked asked; $gated gated, $would would be")
check "lever 16: $gated were kept from it, which are all" [ "$gated $would" = "$asked 0" ]

# ---- small ones, with it

strain $SMALL
check "lever 16: all $asked atomic requests of order $SMALL get a block" [ "$got" = "$asked" ]
check "lever 16: they grow the reserve, by $more pageblocks" [ $more -gt 0 ]
check "lever 16: none of them is gated" [ "$gated $would" = "0 0" ]

# ---- without it again: had those with the lever been able to?

settings 2 15
grows_and_uses "guard without lever 16"
check "$asked requests were enough for that, no more than the $seen with the lever" \
	[ "$asked" -le "$seen" ]

# ---- when nothing else is free

set_vm watermark_scale_factor 10
fragment_movable $SMALL 80

# ask_alone ORDER COUNT NAME: requests when only the reserve has blocks of order 3 and above, so
# that $NAME is not 0. kcompactd, once woken, may make others: they are taken away, and those
# who have got one ask again.
ask_alone()
{
	local -n wanted=$3
	local tries=0 begun=$SECONDS

	while
		tries=$((tries + 1))
		ask_of atomic "$1" "$2" hold alone
		[ "$wanted" -le 0 ] && [ $tries -lt 20 ] && [ $((SECONDS - begun)) -lt 30 ]
	do :; done
	why+=("that was after $tries tries")
}

reserve $LARGE_ORDER
check "the reserve has blocks of order $LARGE_ORDER, $free pages" [ $free -gt 0 ]
settings 2 16
ask_alone $LARGE_ORDER 8 lost
check "lever 16: of $asked atomic requests of order $LARGE_ORDER $lost fail and leave $free pages" \
	[ "$((lost > 0 && gated >= lost)) $((used <= 0)) $((free > 0))" = "1 1 1" ]
settings 2 0
ask_alone $LARGE_ORDER 1 used
check "without it: of $asked of order $LARGE_ORDER $got, with $used pages of the reserve" \
	[ "$got $((used > 0))" = "$asked 1" ]
settings 2 16
ask_alone $SMALL 8 used
check "lever 16: of $asked of order $SMALL $got, with $used pages of it" \
	[ "$got $((used > 0))" = "$asked 1" ]

finish
