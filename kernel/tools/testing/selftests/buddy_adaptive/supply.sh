#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lever 4 (supply): after a burst of requests for blocks that are not there, kcompactd makes
# as many, if memory can be moved, and soon leaves it alone if not. Where nothing falls short,
# without the lever and without CPU time it does nothing.
#
# Two kinds of fragmented memory: pages of a file system in memory, which move, and the load
# module's objects, which do not. Requests of class "light" make no block themselves, so what
# is there later is kcompactd's work.
#
# shellcheck disable=SC2317	# functions that are called by name
. "$(dirname "$0")"/lib.sh

need_fragmented
[ -e $VM/buddy_adaptive_governor ] ||
	skip_all "this kernel has no lever supply: set CONFIG_COMPACTION"
ORDER=$((MAX_ORDER < 9 ? MAX_ORDER : 9))
# Large enough to be seen, and a sixteenth of what is free at most. Of that, fragment_movable
# leaves 60 % free, of which supply would make 7/8 into blocks; but the load module stops asking
# before it holds 60 % of what is free or held, and holds 30 % of it already: so a quarter of
# what is free is left to ask for. The target may be twice the burst, as others have asked before.
mem_kib MemFree
BURST=$((kib / 16 / (4 << ORDER)))
BURST=$((BURST < 40 ? BURST : 40))
[ $BURST -ge 8 ] || skip_all "$((kib / 1024)) MiB are free, too little for bursts of order $ORDER"
PERCENT=70			# of what is free to be fragmented by files
plan 31

# sum FILE: of all nodes, into $sum.
sum()
{
	local node value

	sum=0
	for node in "${NODES[@]}"; do
		read -r value <"$SYS/node$node/$1"
		sum=$((sum + value))
	done
}

# count EVENT: how often since the last count of it, into $count.
declare -A counted
count()
{
	sum "supply_$1"
	count=$((sum - ${counted[$1]-0}))
	counted[$1]=$sum
}

# Has a node less than it should? Into $why.
short()
{
	local node order stock target

	why=()
	for node in "${NODES[@]}"; do
		for order in "${LARGE[@]}"; do
			read -r stock <"$SYS/node$node/order$order/stock"
			read -r target <"$SYS/node$node/order$order/target"
			[ "$stock" -ge "$target" ] ||
				why+=("node $node, order $order: stock $stock, target $target")
		done
	done
	! none
}

stocked() { ! short; }
worked() { stocked && sum supply_runs && [ $((sum - counted[runs])) -ge 1 ]; }
met() { stocked && sum supply_met && [ $((sum - counted[met])) -ge 1 ]; }
hindered() { sum supply_budget; [ $((sum - counted[budget])) -ge 1 ]; }
aimed() { sum "order$ORDER/target"; [ $((sum >= BURST)) = 1 ]; }
burst_seen() { sum "order$ORDER/demand"; [ $((sum >= BURST)) = 1 ]; }
given_up() { sum supply_fruitless; [ $((sum - in_vain)) -ge 4 ]; }
fruitless() { sum supply_fruitless; [ $((sum - counted[fruitless])) -ge 3 ]; }

# within SECONDS COMMAND: wait until it succeeds; how long it took, into $took.
within()
{
	local tenths

	for ((tenths = 0; tenths < $1 * 10; tenths++)); do
		took=$((tenths / 10)).$((tenths % 10))
		! "$2" || return 0
		sleep 0.1
	done
	"$2"
}

# Hundredths of a second since boot, into $now.
now()
{
	local up

	read -r up _ </proc/uptime
	now=$((10#${up/./}))
}

# Refused with this error, and nothing changed?
refused()
{
	local file=$VM/$1 text=$2 error=$3 before after said

	before=$(<"$file")
	said=$({ printf '%b' "$text" >"$file"; } 2>&1)
	after=$(<"$file")
	[[ $said == *"$error"* ]] || why+=("'$text': '$said'")
	[ "$before" = "$after" ] || why+=("'$text': it was '$before' and is '$after'")
}

# Memory in which no block of order 4 is free, and all of what lies between can be moved.
need_movable_holes()
{
	local node percent whole

	fragment_movable 4 $PERCENT
	for _ in 1 2 3; do
		whole=()
		for node in "${NODES[@]}"; do
			read -r percent <"$SYS/node$node/order4/fragmentation"
			[ "$percent" -ge 99 ] || whole+=("node $node: $percent")
		done
		[ ${#whole[@]} -gt 0 ] || return 0
		soak 4		# what came back since
	done
	bail "memory is not fragmented at order 4, in percent: ${whole[*]}"
}

# ---- how soon demand is seen

# Where no stock is held it is looked at once a second, and where one is twice; a burst may be over
# sooner. The last one is forgotten at such a look, so by the timer of a second alone the next
# request would be seen most of a second later, and by the other half a second later. Not judged is
# a request that did not fare as it should (reclaim may have left a block, or somebody taken one),
# one that was seen so late that the wrong timer may have been first, and one while which we stood
# still, as what sees it may have done.
forgotten() { sum "order$ORDER/demand"; [ "$sum" = 0 ]; }

# seen missed|served CLASS TEXT: is a request of that class, which misses its block or gets one,
# seen within 600 ms?
seen()
{
	local fares=$1 class=$2 text=$3 try before missed asked_at was gap
	local tries=0 seen=0 others=0 late=0

	for try in {1..10}; do
		[ "$fares" = served ] || soak $ORDER
		within 10 forgotten
		read -r before <$SYS/order$ORDER/slowpath
		now; asked_at=$now was=$now gap=0
		ask "$class" $ORDER 1
		while sum "order$ORDER/demand"; now
		      gap=$((now - was > gap ? now - was : gap)) was=$now
		      [ "$sum" = 0 ] && [ $((now - asked_at)) -lt 60 ]; do
			:
		done
		read -r missed <$SYS/order$ORDER/slowpath
		missed=$((missed - before))
		if [ "$fares $((missed > 0))" != "missed 1" ] &&
		   [ "$fares $((missed > 0))" != "served 0" ]; then
			others=$((others + 1))
			continue
		elif [ "$sum" -ge 1 ] && [ $((now - asked_at)) -ge 60 ]; then
			late=$((late + 1))
			continue
		elif [ "$sum" = 0 ] && [ $gap -ge 15 ]; then
			late=$((late + 1))
			continue
		fi
		tries=$((tries + 1))
		[ "$sum" -ge 1 ] && seen=$((seen + 1)) ||
			why+=("$try: asked $asked, got $got, demand $sum, unseen for ${gap}0 ms")
		[ $tries -lt 5 ] || break
	done
	text+=": $seen of $tries times"
	if [ $tries -ge 3 ]; then
		check "$text" [ $seen = $tries ]
	else
		skip "$text" "$others of 10 were not $fares, and $late were seen or looked at late"
	fi
}

# ---- settings that are names

check "the governor is one of those available" \
	grep -qwF "$(<$VM/buddy_adaptive_governor)" $VM/buddy_adaptive_available_governors
check "peak is available" grep -qw peak $VM/buddy_adaptive_available_governors
set_vm buddy_adaptive_governor peak
for text in peak 'peak\n' ' \tpeak \n'; do
	{ printf '%b' "$text" >$VM/buddy_adaptive_governor; } 2>/dev/null ||
		why+=("'$text' is refused")
	[ "$(<$VM/buddy_adaptive_governor)" = peak ] || why+=("after '$text' it is another")
done
check "a governor is taken by its name" none
for text in '\n' 'nonsense\n' 'Peak\n' 'pea\n' 'peaks\n' 'peak peak\n' 'peak,\n' '0\n' \
	'peak5678901234567890123456789012345678901234567890\n'; do
	refused buddy_adaptive_governor "$text" "Invalid argument"
done
check "what is none is refused, and nothing changes" none
refused buddy_adaptive_available_governors 'peak\n' "Permission denied"
[ "$(stat -c %a $VM/buddy_adaptive_available_governors)" = 444 ] || why+=("it has another mode")
check "the list can only be read" none
# shellcheck disable=SC2016	# the child's shell expands it
said=$(setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	bash -c 'echo peak >"$1"' bash $VM/buddy_adaptive_governor 2>&1)
why=("said '$said'")
check "without CAP_SYS_ADMIN a name is refused" \
	[ "$said" != "${said/not permitted}" ]

# ---- files

for node in "${NODES[@]}"; do
	files=("${NODE_FILES[@]/#/$SYS/node$node/}")
	for order in "${ORDERS[@]}"; do
		files+=("${NODE_ORDER_FILES[@]/#/$SYS/node$node/order$order/}")
	done
	while IFS=: read -r file lines; do
		[ "$lines" = 1 ] || why+=("$file: ${lines:-unreadable}")
	done < <(setpriv --reuid 65534 --regid 65534 --clear-groups \
		grep -cxE '[0-9]+' "${files[@]}" 2>&1)
done
check "demand, stock, target and what befell supply can be read by everybody" none

# ---- nothing falls short

settings 2 4
set_vm buddy_adaptive_cpu_percent 100 buddy_adaptive_service_level 95
within 5 stocked
check "nothing falls short in memory that is whole" none
count runs
sleep 2
count runs
check "and kcompactd is left alone: $count runs" [ $count = 0 ]

# ---- proactive compaction, where there is no demand yet

# kcompactd_ticks: CPU time of all kcompactd in clock ticks, of which a second has 100, into $ticks.
kcompactd_ticks()
{
	local stat field

	ticks=0
	for stat in /proc/[0-9]*/stat; do
		read -ra field 2>/dev/null <"$stat" || continue
		[[ ${field[1]-} != "(kcompactd"* ]] ||
			ticks=$((ticks + field[13] + field[14]))	# utime and stime of proc(5)
	done
}

# Pages that compaction has looked at, into $scanned.
compaction_scanned()
{
	local line lines

	whole /proc/vmstat
	for line in "${lines[@]}"; do
		[[ $line != "compact_migrate_scanned "* ]] || scanned=${line#* }
	done
}

# proactive SECONDS: have kcompactd compact, and see each second whether it is to go on, as it
# takes a long break after a time that has brought nothing. What it did into $used, in ticks,
# $looked, in pages, and $count, how often it was stopped.
proactive()
{
	local i ticks scanned

	kcompactd_ticks
	compaction_scanned
	used=$ticks looked=$scanned
	count budget
	for ((i = 0; i < $1; i++)); do
		set_vm compaction_proactiveness 100
		sleep 1
	done
	set_vm compaction_proactiveness 0
	kcompactd_ticks
	compaction_scanned
	used=$((ticks - used)) looked=$((scanned - looked))
	count budget
}

text="proactive compaction is stopped at its limit"
if [ -e $VM/compaction_proactiveness ]; then
	need_movable_holes
	set_vm buddy_adaptive_cpu_percent 1
	settings 2 4
	# whoever has asked for huge pages before is no demand now
	set_vm buddy_adaptive_min_order "$MAX_ORDER"
	sleep 11		# until what was done before has left the window
	proactive 8
	limited=$used stops=$count
	set_vm buddy_adaptive_levers 0
	proactive 4
	why=("then, without the lever, it took $used ticks and looked at $looked pages")
	# of 10 seconds 1 percent is 10 ticks, and a pageblock that was begun is finished
	if [ "$stops" = 0 ] && [ $((limited + used)) -le 10 ]; then
		skip "$text" "it would take $((limited + used)) ticks for all, and 10 are allowed"
	else
		text+=": $stops times in $limited ticks, and has $looked pages more to look at"
		check "$text" [ "$((stops > 0)) $((limited <= 15)) $((looked > 0))" = "1 1 1" ]
	fi
	rm "$WORK/stays"
	release
else
	skip "$text" "this kernel has none"
fi

# ---- blocks fall short, and may not be made

need_movable_holes
settings 1 4
count runs
ask light $ORDER $BURST
check "$BURST blocks are asked for, and $got are there" [ "$asked $got" = "$BURST 0" ]
within 3 aimed
check "observe: the target goes to $sum in $took s" aimed
for node in "${NODES[@]}"; do
	read -r percent <"$SYS/node$node/threshold"
	[ "$percent" -le 80 ] || why+=("node $node: $percent")
done
check "the threshold of a node is not above that of all" none
count runs
check "observe: $count runs" [ $count = 0 ]
settings 2 3
sleep 1
count runs
check "without the lever: $count runs" [ $count = 0 ]
set_vm buddy_adaptive_cpu_percent 0
count budget
settings 2 4
within 10 hindered
sleep 1
count runs
check "without CPU time: $count runs" [ $count = 0 ]
count budget
check "which is told $count times, first after $took s" [ $count -ge 1 ]
check "until now stock falls short" short

# ---- blocks can be made

# A run that is under way uses free blocks, too: until it has ended.
count met
set_vm buddy_adaptive_cpu_percent 100
within 15 met
check "stock meets target in $took s" met
count runs
check "in $count runs" [ $count -ge 1 ]
# The target is a part of what is free, and proactive compaction would make blocks of nearly all.
text="beyond a stock proactive compaction goes on"
if [ -e $VM/compaction_proactiveness ]; then
	proactive 3
	count runs
	text+=": $looked pages, while supply ran $count times"
	check "$text" [ "$((looked > 0)) $count" = "1 0" ]
else
	skip "$text" "this kernel has none"
fi
seen served light "a request that a stock serves is seen in half a second"
ask kernel_nowarn $ORDER $BURST
why=("$asked asked, $got got, $stalled stalled")
# one in twenty: the last blocks lie near the watermarks, which move with free memory
check "the next $BURST requests get $got blocks at $stalled stalls" \
	[ "$asked $got $((stalled * 20 <= BURST))" = "$BURST $BURST 1" ]

# ---- and cannot

# Objects where pages that move were, and between such pages.
settings 2 0
rm "$WORK/stays"
release
fragment_movable $ORDER $PERCENT
pin
settings 2 4
count fruitless
in_vain=$sum
# Half of what is free: blocks can be made where no object happens to lie, in a whole zone even.
mem_kib MemFree
ask light $ORDER $((kib / 2 / (4 << ORDER)))
check "$asked blocks are asked for in memory that cannot be moved, and $got are there" \
	[ "$((got * 2 < asked))" = 1 ]
within 30 fruitless
short || :			# what is, should it be asked
count fruitless
check "$count rounds bring nothing in $took s" [ $count -ge 3 ]
count runs
sleep 3
count runs
check "runs become rare: $count in 3 s" [ $count -le 4 ]

# ---- once they can

# After the fourth round in vain it would pause for 16 s and more.
within 60 given_up || :
check "while they last stock falls short" short
count runs
unpin
within 10 worked
count runs
check "with the objects gone stock meets target in $took s, in $count runs" \
	[ "${#why[@]} $((count > 0))" = "0 1" ]
rm "$WORK/stays"
release

# ---- demand is seen at once

settings 1 4
fragment
seen missed noretry "a request that misses its block is seen at once"
seen missed nowait_warn "so is one that may not sleep"

# While the mode is off who sees it comes to rest, and what was asked for before the next first look
# is no demand. A realtime task that does not sleep lets nobody look but while the write waits.
text="what is asked for right after a setting is seen"
settings 0 4
for _ in {1..25}; do sleep 0.1; done	# its timer does not wake an idle CPU
echo clear >$LOAD/run
# shellcheck disable=SC2016	# the child's shell expands it
if said=$(chrt -f 50 bash -c 'echo 1 >"$1" && echo "$2" >"$3"' bash \
		$VM/buddy_adaptive_mode "light $ORDER $BURST" $LOAD/run 2>&1); then
	within 1 burst_seen || :
	check "$text: $sum of $BURST" [ "$sum" -ge "$BURST" ]
else
	skip "$text" "no task may be realtime: $said"
fi

finish
