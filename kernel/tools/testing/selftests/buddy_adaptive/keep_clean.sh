#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lever 8 (keep clean): requests that are __GFP_NOWARN and __GFP_NORETRY do not get part of a
# movable pageblock, though nothing else is free, and fail without compacting for it; all
# others get it, and without the lever these as well. A whole free pageblock is for everybody.
#
# Memory is filled with pages of a file system in memory, which are movable, and an eighth of
# each pageblock of it is given back. Before that, requests make a HighAtomic reserve, which must
# be left alone as well.
. "$(dirname "$0")"/lib.sh

need_load
ORDER=5
BLOCKS=100

# Is there a zone in which the kernel itself avoids to mix types? Elsewhere lever 8 is inert.
grep -q 'zone  *Normal' /proc/buddyinfo ||
	skip_all "this machine has no ZONE_NORMAL, where the kernel avoids to mix types"
[ -r /proc/pagetypeinfo ] || skip_all "no /proc/pagetypeinfo to see the HighAtomic reserve in"
command -v fallocate >/dev/null || skip_all "no fallocate(1) to make holes in files with"
! grep -qw kasan_quarantine_reduce /proc/kallsyms ||
	skip_all "KASAN gives slabs back at any time, and nobody knows what is free to the block"

COVERED=(noretry slab frag)	# by the lever, and not movable
OTHERS=()			# not covered
for class in "${CLASSES[@]}"; do
	case $class in
	noretry|slab|frag|folio|thp) ;;
	*)	OTHERS+=("$class") ;;
	esac
done
plan $((25 + ${#OTHERS[@]}))

# Memory whose only large free blocks are parts of movable pageblocks, 256 KiB of each. The
# kernel claims a pageblock as a whole when half of it is free.
#
# And a HighAtomic reserve: while all but 64 MiB is filled, and the watermarks are set far apart,
# atomic requests find memory short, and the pageblocks that they get half of are reserved.
mix()
{
	local kib i mib

	mount_work
	mem_kib MemFree
	mib=$(((kib / 1024 - 64) & ~1))
	fallocate -l ${mib}M "$WORK/fill" || bail "$mib MiB do not fit into a file system in memory"
	settings 1 8
	set_vm watermark_scale_factor 3000
	ask atomic 8 4
	set_vm watermark_scale_factor 10
	for ((i = 0; i < mib; i += 2)); do
		fallocate -p -o ${i}M -l 256K "$WORK/fill" || bail "no hole can be made in a file"
	done
}

mix_again()
{
	release
	rm "$WORK/fill"
	mix
}

# What is free elsewhere, whole pageblocks and blocks of the same type, is taken and held. Of
# each order, or a block that is left over would serve the smaller. Class slab wakes nobody.
drain()
{
	local order

	settings 2 8
	for ((order = 8; order > 0; order--)); do
		got=1
		while [ "$got" -gt 0 ]; do
			ask slab "$order" 500 hold
		done
	done
}

# ask_of CLASS ORDER COUNT: what came of it, and how the counters grew.
ask_of()
{
	snapshot before
	ask "$@"
	snapshot after
	grown steals "$2"
	steals=$grown
	grown kept_clean "$2"
	kept=$grown
	grown would_keep_clean "$2"
	would=$grown
	grown compact_stalls
	why=("$asked asked, $got got; $steals steals, $kept kept, $would would be; $grown stalls")
}

# The same of who is to be kept clean. kcompactd, which others have woken, may have made a whole
# pageblock since all were taken, and that one may have: then once more. What is free in the
# reserve before it and after it, into $had and $free.
ask_covered()
{
	for _ in 1 2 3 4 5; do
		drain
		reserve 3
		had=$free
		ask_of "$@"
		reserve 3
		why+=("free in the reserve: $had pages, then $free")
		[ $((lost * 2 > asked || steals + would > 0 || free < had)) = 0 ] || break
	done
}

mix
drain
suitable $ORDER			# of any type
check "there are blocks of order $ORDER, $suitable pages" [ $suitable -gt $((BLOCKS << ORDER)) ]

# ---- with the lever: nothing of this is for who is covered

for class in "${COVERED[@]}"; do
	stalls=0
	for order in 1 3 $ORDER; do
		# held, lest one block that somebody gave back serves all
		ask_covered "$class" "$order" $BLOCKS hold
		grown compact_stalls
		stalls=$((stalls + stalled + grown))
		# Slabs of somebody else are kept clean as well; and he may have taken part of a
		# pageblock meanwhile, of which 6.1 gives all that is free to the same type.
		check "lever 8: class $class, order $order: $lost of $asked fail, $kept kept" \
			[ "$((lost * 2 > asked)) $((kept >= lost)) $steals $would" = "1 1 0 0" ]
	done
	check "lever 8: class $class fails without compacting: $stalls stalls" [ $stalls = 0 ]
done

# Who cannot wait may take from the HighAtomic reserve before failing.
if can_reserve; then
	ask_covered frag 3 $BLOCKS hold
	check "there is a reserve for atomic requests, with $had pages in blocks of order 3" \
		[ "$had" -gt 0 ]
	why=("$asked asked, $got got; free in the reserve: $had pages, then $free")
	check "lever 8: class frag is kept clean ($lost of $asked) and takes nothing of it" \
		[ "$((lost * 2 > asked)) $((free >= had))" = "1 1" ]
else
	for text in "there is a reserve for atomic requests" "class frag takes nothing of it"; do
		skip "$text" "no zone has a hundred pageblocks, of which one could be reserved"
	done
fi

# ---- everybody else is served, as there are blocks

for class in "${OTHERS[@]}"; do
	for _ in 1 2 3; do
		drain		# what the one before has taken and given back
		ask_of "$class" 4 4
		[ "$asked" = 0 ] || break
		mix_again	# so much is held by now that the module makes no more
	done
	check "lever 8: class $class is not covered: $got of $asked got a block" \
		[ "$asked $got $kept" = "4 4 0" ]
done
ask_of folio 4 4
check "lever 8: movable class folio finds blocks of its own type: $got of $asked" \
	[ "$got $kept" = "$asked 0" ]
ask_of noretry 9 4
check "lever 8: nobody is kept from a whole pageblock" [ "$kept" = 0 ]

# ---- without it

for row in "1 8 observe" "2 19 guard without lever 8"; do
	read -r mode levers text <<<"$row"
	# what kcompactd has made meanwhile is no mixture any more, and is held: then all anew
	for _ in 1 2 3; do
		drain
		settings "$mode" "$levers"
		set_vm buddy_frag_threshold 100
		ask_of noretry $ORDER $BLOCKS hold
		[ "$((steals > 0)) $asked" != "1 $BLOCKS" ] || break
		mix_again
	done
	check "$text: $got of $asked got a block" [ "$asked $got" = "$BLOCKS $BLOCKS" ]
	check "$text: they took part of movable pageblocks $steals times" [ $steals -gt 0 ]
	check "$text: $would would have been kept from it, and none was" \
		[ "$((would > 0)) $kept" = "1 0" ]
done

settings 0 8
ask_of noretry $ORDER $BLOCKS hold
check "off: nothing is counted" [ "$got $steals $kept $would" = "$asked 0 0 0" ]

# ---- whole pageblocks may be claimed

settings 2 8
rm "$WORK/fill"
ask_of noretry $ORDER $BLOCKS
check "lever 8: where pageblocks are free, $got of $asked got a block" [ "$got $kept" = "$asked 0" ]

finish
