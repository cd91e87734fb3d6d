#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The levers, in memory that has no block of order 4 left: lever 1 (decline) turns optional
# requests away that missed the free lists, lever 2 (protect) those that have a fallback in
# small pages, before they try. Mandatory requests are turned away by neither: exactly 0.
#
# Who is optional is the load module's own list, not the kernel's.
. "$(dirname "$0")"/lib.sh

need_fragmented
# The kernel warns of __GFP_NOFAIL above order 1: not where a warning is the end.
read -r panic </proc/sys/kernel/panic_on_warn
plan $((23 + (panic == 0) + ${#MANDATORY[@]} + ${#MUST[@]}))
[ "$panic" = 0 ] || echo "# left out: mandatory class nofail, because kernel.panic_on_warn is set"
fragment

UNMOVABLE=()			# optional, and with a fallback in small pages
for class in "${OPTIONAL[@]}"; do
	[ "${MOVABLE[$class]}" = 1 ] || UNMOVABLE+=("$class")
done

# ask_all COUNT ORDER… -- CLASS…: what came of all of them, in all_asked, all_lost,
# all_stalled and the counters. kcompactd, once woken, may make a block or two out of what is
# movable: they are taken away before each class.
ask_all()
{
	local count=$1 orders=() class order

	shift
	while [ "$1" != -- ]; do
		orders+=("$1")
		shift
	done
	shift
	all_asked=0 all_lost=0 all_stalled=0
	snapshot before
	for class; do
		soak
		for order in "${orders[@]}"; do
			ask "$class" "$order" "$count"
			all_asked=$((all_asked + asked)) all_lost=$((all_lost + lost))
			all_stalled=$((all_stalled + stalled))
		done
	done
	snapshot after
	count_turned_away
}

# ---- observe, and guard without a lever: nobody is turned away, but it is said who would be

for row in "1 3 observe" "2 0 guard without levers"; do
	read -r mode levers text <<<"$row"
	settings "$mode" "$levers"
	set_vm buddy_frag_threshold 0
	ask_all 2 "${LARGE[@]}" -- "${OPTIONAL[@]}"
	check "$text: of $all_asked optional requests none is turned away" [ $turned_away = 0 ]
	grown would_decline
	check "$text: $grown would be declined" [ $grown -gt 0 ]
	grown would_refuse
	check "$text: $grown would be refused" [ $grown -gt 0 ]
done
# So many that compaction, once deferred, is tried again.
soak
ask noretry 6 200
check "$text: direct compaction runs for $stalled of $asked optional requests" [ "$stalled" -gt 0 ]

# ---- decline

settings 2 1
set_vm buddy_frag_threshold 0
ask_all 2 "${LARGE[@]}" -- "${OPTIONAL[@]}"
check "decline: $declined of $all_asked optional requests are turned away" \
	[ $declined -gt $((all_asked / 2)) ]
check "decline: all that got nothing were declined" [ $declined = $all_lost ]
soak
ask noretry 6 200
check "decline: direct compaction runs for $((all_stalled + stalled)) of $((all_asked + asked))" \
	[ $((all_stalled + stalled)) = 0 ]
check "decline: none is refused before it has tried" [ $refused = 0 ]
grown would_refuse
check "decline: $grown would be refused with lever 2" [ $grown -gt 0 ]

set_vm buddy_adaptive_min_order 6
ask_all 4 4 5 -- noretry
check "decline: $turned_away turned away below min_order" [ $turned_away = 0 ]
ask_all 4 6 7 -- noretry
check "decline: $declined of $all_asked declined from min_order on" [ $declined = $all_asked ]

# By threshold 0 every zone is fragmented, and yet: whom a block can serve gets it.
set_vm buddy_adaptive_min_order 4
release
snapshot before
ask noretry 6 8
snapshot after
count_turned_away
check "decline: who finds a block gets it ($got of $asked)" [ "$got" = 8 ]
check "decline: and is not turned away" [ $turned_away = 0 ]

# ---- protect: large blocks are there

settings 2 2
set_vm buddy_frag_threshold 0
snapshot before
ask noretry 6 8
snapshot after
count_turned_away
check "protect: $refused of 8 refused although there are blocks" [ $refused = 8 ]
set_vm buddy_frag_threshold 100
snapshot before
ask noretry 6 8
snapshot after
count_turned_away
check "protect: at threshold 100 none is refused, and all are served" \
	[ "$turned_away $got" = "0 8" ]

# ---- protect: no large block is there

set_vm buddy_frag_threshold 0
ask_all 2 "${LARGE[@]}" -- "${UNMOVABLE[@]}"
check "protect: all $all_asked requests with a small-page fallback are refused" \
	[ "$refused $all_lost" = "$all_asked $all_asked" ]
movable=()
for class in "${OPTIONAL[@]}"; do
	[ "${MOVABLE[$class]}" = 0 ] || movable+=("$class")
done
ask_all 2 "${LARGE[@]}" -- "${movable[@]}"
check "protect: none of $all_asked that have none" [ $turned_away = 0 ]

# ---- both, and who is exempt

settings 2 3
set_vm buddy_frag_threshold 0
exempt=0
for class in "${MANDATORY[@]}"; do
	ask_all 2 "${ORDERS[@]}" -- "$class"
	why=("$declined declined, $refused refused")
	check "mandatory class $class: $turned_away of $all_asked turned away" \
		[ "$turned_away $((all_asked > 0))" = "0 1" ]
	grown exempt
	exempt=$((exempt + grown))
done
check "$exempt mandatory requests missed the free lists and were exempt" \
	[ $exempt -gt ${#MANDATORY[@]} ]
ask_all 2 3 -- "${CLASSES[@]}"
check "no class is turned away at order 3" [ $turned_away = 0 ]

# A request with __GFP_NOFAIL that misses may never return: so with blocks there, which makes
# lever protect alone look at it.
if [ "$panic" = 0 ]; then
	release
	snapshot before
	ask nofail 4 4
	snapshot after
	count_turned_away
	check "mandatory class nofail: $turned_away of $asked turned away" \
		[ "$turned_away $got" = "0 4" ]
fi

# ---- refuse turns away all that may fail, and nobody else

settings 3 3
set_vm buddy_frag_threshold 0
for class in "${MUST[@]}"; do
	ask_all 2 "${ORDERS[@]}" -- "$class"
	check "refuse: class $class, which cannot fail: $turned_away of $all_asked turned away" \
		[ "$turned_away $((all_asked > 0))" = "0 1" ]
done
ask_all 4 5 9 -- kernel
check "refuse: class kernel: all $all_asked turned away" \
	[ "$refused $all_lost" = "$all_asked $all_asked" ]

finish
