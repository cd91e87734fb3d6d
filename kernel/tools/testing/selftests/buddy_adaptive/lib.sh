# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034	# what is set here is used by the tests
#
# What the tests of buddy_adaptive share: KTAP, settings that are put back, counters,
# and, through the load module, fragmented memory and requests of every class.
#
# A test begins with
#
#	. "$(dirname "$0")"/lib.sh
#	need_load				# or need_buddy_adaptive
#	plan NUMBER
#
# and ends with "finish". Whatever ends it, its settings, memory and processes go back to
# what they were. Counters count for everybody, so run them on a machine that is idle.
#
# Values are handed back in variables, not through $( ): a subshell is a fork, and forks
# allocate.
set -u

readonly KSFT_PASS=0 KSFT_FAIL=1 KSFT_SKIP=4

SYS=/sys/kernel/mm/buddy_adaptive
VM=/proc/sys/vm
LOAD=/sys/kernel/debug/buddy_adaptive_load
MODULE=buddy_adaptive_load
THP=/sys/kernel/mm/transparent_hugepage/enabled

COUNTERS=(requests slowpath failed compact_stalls passed exempt declined would_decline
	  refused would_refuse wakes wakes_suppressed gated would_gate)
# Of orders 1 and 2 as well.
CLEAN_COUNTERS=(steals kept_clean would_keep_clean)
COUNTERS+=("${CLEAN_COUNTERS[@]}")
# With lever supply, of each node, and of each order there.
NODE_FILES=(threshold supply_runs supply_met supply_fruitless supply_yielded supply_reclaim
	    supply_low supply_budget supply_churn supply_paused)
NODE_ORDER_FILES=(demand stock target)
MAX_MIB=16384			# more takes minutes to break into pieces

# ---- KTAP -----------------------------------------------------------------

planned=0 passed=0 failed=0 skipped=0
why=()				# what to say of the next result, should it be bad

plan()
{
	planned=$1
	echo "TAP version 13"
	echo "1..$planned"
}

skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit $KSFT_SKIP
}

bail()
{
	echo "Bail out! $*"
	exit $KSFT_FAIL
}

# check TEXT COMMAND…: one result, good if COMMAND succeeds.
check()
{
	local text=$1 nr=$((passed + failed + skipped + 1))

	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok $nr $text"
	else
		failed=$((failed + 1))
		echo "not ok $nr $text"
		[ ${#why[@]} = 0 ] || printf '# %s\n' "${why[@]:0:10}"
		[ ${#why[@]} -le 10 ] || echo "# and $((${#why[@]} - 10)) more like these"
	fi
	why=()
}

skip()
{
	skipped=$((skipped + 1))
	echo "ok $((passed + failed + skipped)) $1 # SKIP $2"
}

none() { [ ${#why[@]} = 0 ]; }	# check TEXT none: nothing is wrong

finish()
{
	echo "# Totals: pass:$passed fail:$failed xfail:0 xpass:0 skip:$skipped error:0"
	[ $failed = 0 ] && [ $((passed + skipped)) = "$planned" ] || exit $KSFT_FAIL
	exit $KSFT_PASS
}

# ---- what is changed is put back ------------------------------------------

saved=()			# file, value, file, value …
children=()			# processes of ours that run until they are stopped
module_is_ours=
WORK=				# a file system in memory

# set_file FILE VALUE: write it, and put back at the end what was there.
set_file()
{
	local i old

	for ((i = 0; i < ${#saved[@]}; i += 2)); do
		[ "${saved[i]}" != "$1" ] || break
	done
	if [ $i -ge ${#saved[@]} ]; then
		read -r old <"$1" || bail "$1 cannot be read"
		# one of several words, in brackets
		case $old in *\[*\]*) old=${old#*\[} old=${old%%\]*} ;; esac
		saved+=("$1" "$old")
	fi
	echo "$2" >"$1" || bail "'$2' cannot be written to $1"
}

# set_vm NAME VALUE …: sysctls.
set_vm()
{
	while [ $# -ge 2 ]; do
		set_file "$VM/$1" "$2"
		shift 2
	done
}

# All settings of buddy_adaptive, with two of them given: mode and levers.
settings()
{
	set_vm buddy_adaptive_levers "$2" buddy_frag_threshold 80 buddy_adaptive_min_order 4 \
		buddy_adaptive_ratio_threshold 200 buddy_adaptive_ratio_min_order 8 \
		buddy_adaptive_mode "$1"
}

# background COMMAND…: run it over and over.
background()
{
	while :; do "$@"; done >/dev/null 2>&1 &
	children+=("$!")
}

stop_background()
{
	[ ${#children[@]} = 0 ] || kill "${children[@]}" 2>/dev/null
	wait
	children=()
}

cleanup() { :; }		# a test may have more to do

put_back()
{
	local i

	trap - EXIT
	trap '' INT TERM
	stop_background
	cleanup
	unfragment
	[ -z "$WORK" ] || {
		! mountpoint -q "$WORK" || umount "$WORK"
		rmdir "$WORK"
	}
	for ((i = 0; i < ${#saved[@]}; i += 2)); do
		echo "${saved[i + 1]}" >"${saved[i]}"
	done
	[ -z "$module_is_ours" ] || rmmod $MODULE
}
trap put_back EXIT
trap 'exit 1' INT TERM

# A file system in memory, as large as what is free: its pages can be moved.
mount_work()
{
	local kib

	[ -z "$WORK" ] || return 0
	mem_kib MemFree
	WORK=$(mktemp -d) || bail "no folder for a file system in memory"
	mount -t tmpfs -o size="${kib}k" tmpfs "$WORK" || bail "no file system in memory"
}

# whole FILE: its lines into $lines, in one go. A loop of `read` gives back what it has not
# used, and the kernel then makes all of a file in /proc anew up to there: a number that has
# grown a digit since shifts what follows, and a line begins in its middle.
whole() { mapfile -t lines <"$1"; }

# mem_kib NAME: how much /proc/meminfo says, into $kib.
mem_kib()
{
	local key

	while read -r key kib _; do
		[ "$key" != "$1:" ] || break
	done </proc/meminfo
}

# Free pages in blocks of at least an order, of all zones, into $suitable.
suitable()
{
	local line i

	suitable=0
	while read -ra line; do
		for ((i = $1; i + 4 < ${#line[@]}; i++)); do
			suitable=$((suitable + (line[i + 4] << i)))
		done
	done </proc/buddyinfo
}

# Pageblocks of the reserve, and free pages in it that are in blocks of order $1 up, of all
# zones: into $reserved and $free; and how many pages a pageblock has, into $block.
reserve()
{
	local line i column=

	reserved=0 free=0
	while read -ra line; do
		case "${line[*]}" in
		"Pages per block: "*)
			block=${line[3]} ;;
		"Number of blocks type"*)
			for ((i = 4; i < ${#line[@]}; i++)); do
				[ "${line[i]}" != HighAtomic ] || column=$i
			done ;;
		"Node "*" type HighAtomic "*)
			# Node 0, zone DMA32, type HighAtomic 0 0 ...
			for ((i = $1; i + 6 < ${#line[@]}; i++)); do
				free=$((free + (line[i + 6] << i)))
			done ;;
		"Node "*)	# Node 0, zone DMA32 and a column for each type
			[ -z "$column" ] || reserved=$((reserved + line[column])) ;;
		esac
	done </proc/pagetypeinfo
	[ -n "$column" ] || bail "/proc/pagetypeinfo has no column HighAtomic"
}

# Can there be a reserve? At most 1 % of a zone is set aside, in whole pageblocks.
can_reserve()
{
	local line lines

	reserve 0
	whole /proc/zoneinfo
	for line in "${lines[@]}"; do
		[[ ! $line =~ ^\ *managed\ +([0-9]+)$ ]] ||
			[ "${BASH_REMATCH[1]}" -lt $((100 * block)) ] || return 0
	done
	return 1
}

# ---- what is needed -------------------------------------------------------

need_buddy_adaptive()
{
	local dir

	[ "$EUID" = 0 ] || skip_all "must be run by root"
	[ -d $SYS ] || skip_all "this kernel has no buddy_adaptive: set CONFIG_BUDDY_ADAPTIVE"

	ORDERS=()
	for ((order = 3; order < 32; order++)); do
		[ ! -d $SYS/order$order ] || ORDERS+=("$order")
	done
	LARGE=("${ORDERS[@]:1}")	# those that may be turned away
	MAX_ORDER=${ORDERS[-1]}
	NODES=()
	for dir in "$SYS"/node*; do
		NODES+=("${dir##*/node}")
	done
}

# The load module, and nobody else who asks for large blocks, or makes them unasked.
need_load()
{
	need_buddy_adaptive
	if [ ! -e $LOAD/run ]; then
		grep -q ' /sys/kernel/debug debugfs ' /proc/mounts ||
			skip_all "debugfs is not mounted at /sys/kernel/debug"
		modprobe -q $MODULE ||
			skip_all "no module $MODULE: set CONFIG_BUDDY_ADAPTIVE_LOAD=m"
		module_is_ours=yes
	fi
	[ ! -e $THP ] || set_file $THP never
	[ ! -e $VM/compaction_proactiveness ] || set_vm compaction_proactiveness 0
	read_classes
}

# Its own list of who may be turned away. CLASSES: all of them but nofail, of which the
# kernel itself warns, once, above order 1.
read_classes()
{
	local class kind may_fail movable

	CLASSES=() OPTIONAL=() MANDATORY=() MUST=()
	declare -gA MOVABLE=()
	while IFS=, read -r class kind may_fail movable _; do
		[ "$class" != class ] || continue
		MOVABLE[$class]=$movable
		[ "$class" != nofail ] || continue
		CLASSES+=("$class")
		case $kind in
		optional)	OPTIONAL+=("$class") ;;
		mandatory)	MANDATORY+=("$class") ;;
		esac
		[ "$may_fail" = 1 ] || MUST+=("$class")
	done <$LOAD/classes
	[ $((${#OPTIONAL[@]} * ${#MANDATORY[@]} * ${#MUST[@]})) != 0 ] ||
		bail "$LOAD/classes has not classes of every kind"
}

# ---- counters -------------------------------------------------------------

# All of them, into the associative array that is named: [counter/order].
snapshot()
{
	local -n into=$1
	local counter order value

	for order in 1 2; do
		for counter in "${CLEAN_COUNTERS[@]}"; do
			read -r value <"$SYS/order$order/$counter"
			# shellcheck disable=SC2004	# the key is a text
			into[$counter/$order]=$value
		done
	done
	for order in "${ORDERS[@]}"; do
		for counter in "${COUNTERS[@]}"; do
			read -r value <"$SYS/order$order/$counter"
			# shellcheck disable=SC2004	# the key is a text
			into[$counter/$order]=$value
		done
	done
}

declare -A before after

# grown COUNTER [ORDER…]: by how much, from "before" to "after", into $grown.
grown()
{
	local counter=$1 order

	shift
	[ $# -gt 0 ] || set -- "${ORDERS[@]}"
	grown=0
	for order; do
		grown=$((grown + after[$counter/$order] - before[$counter/$order]))
	done
}

# Sets $turned_away, and $declined and $refused of which it is the sum.
count_turned_away()
{
	grown declined
	declined=$grown
	grown refused
	refused=$grown
	turned_away=$((declined + refused))
}

# Which counters are lower in "after" than in "before", into $why.
find_sunk()
{
	local key

	for key in "${!after[@]}"; do
		[ "${after[$key]}" -ge "${before[$key]}" ] ||
			why+=("$key: ${before[$key]}, then ${after[$key]}")
	done
}

# broken ORDER: is slowpath not the sum of what became of it? Looks again until quiet.
broken()
{
	local counter value sum=0 slowpath=0 tries

	for ((tries = 0; tries < 20; tries++)); do
		sum=0
		read -r slowpath <"$SYS/order$1/slowpath"
		for counter in passed exempt declined would_decline; do
			read -r value <"$SYS/order$1/$counter"
			sum=$((sum + value))
		done
		[ "$slowpath" != $sum ] || return 1
		sleep 0.1
	done
	why+=("order $1: slowpath $slowpath, sum of the four $sum")
}

# ---- requests -------------------------------------------------------------

# ask CLASS ORDER COUNT [hold]: what came of it, in asked, got, lost and stalled.
ask()
{
	echo clear >$LOAD/run
	echo "$*" >$LOAD/run || bail "the load module refused '$*'"
	asked=0 got=0 lost=0 stalled=0
	{
		read -r _
		IFS=, read -r _ _ _ _ asked got lost stalled _
	} <$LOAD/results || asked=0 got=0 lost=0 stalled=0
}

# ---- fragmented memory ----------------------------------------------------

# soak [ORDER]: take every free block of order 4 and more, or of this one, to give it back in
# unfragment. Mode off, so that nobody stops us; the class "light" neither reclaims nor compacts.
soak()
{
	local i mode

	read -r mode <$VM/buddy_adaptive_mode
	set_vm buddy_adaptive_mode 0
	for ((i = MAX_ORDER; i >= ${1-4}; i--)); do
		got=1
		while [ "$got" -gt 0 ]; do
			ask light "$i" 1000 hold
		done
	done
	set_vm buddy_adaptive_mode "$mode"
}

# KASAN keeps freed objects for a while, and so their slabs, unless a cache is told to shrink.
shrink()
{
	local file=/sys/kernel/slab/$MODULE/shrink

	[ ! -e "$file" ] || echo 1 >"$file"
}

# Over more than half of what is free, a slab object stays in 64 KiB each. The rest is free.
pin()
{
	local kib

	mem_kib MemFree
	# objects of 1 KiB; the module makes no more than would fill 60 %
	echo "$((kib * 58 / 100)) 64" >$LOAD/pins || bail "memory cannot be pinned"
	shrink
}

unpin()
{
	echo 0 0 >$LOAD/pins
	shrink
}

# After this no block of order 4 is free, and none can be made: there are pins, and what is
# free without them is taken. Unmovable, so it lasts while kcompactd is woken.
fragment()
{
	local kib reserved free block suitable

	for _ in 1 2 3; do
		pin
		soak
		# of the HighAtomic reserve only atomic requests get anything
		suitable 4
		reserve 4
		mem_kib MemFree
		[ $(((suitable - free) * 400)) -ge "$kib" ] || return 0
	done
	bail "not fragmented: $((suitable - free)) free pages are in blocks of order 4 and more"
}

# fragment_movable ORDER PERCENT: after this no block of that order is free but in the HighAtomic
# reserve, and all of what lies between can be moved. Over so much of what is free, tee writes two
# pages to one file after the other, and all of them but "stays" are removed; the rest is taken.
#
# As many files as make holes two pages shorter than they may be, so that the pattern does not
# repeat itself every 32 pages: once it has met a full pageblock, compaction looks for free memory
# only there (isolate_freepages(), stride), and would find none in all of a zone.
fragment_movable()
{
	local kib i files=$(((1 << ($1 - 1)) - 1)) names=()

	mount_work
	mem_kib MemFree
	for ((i = 1; i < files; i++)); do
		names+=("$WORK/$i")
	done
	head -c $((kib * $2 / files / 100))k /dev/zero | tee "$WORK/stays" "${names[@]}" >/dev/null
	rm "${names[@]}"
	soak "$1"
}

# release: what is held, so that there are large blocks among the small ones.
release() { echo free >$LOAD/run; }

unfragment()
{
	[ -e $LOAD/run ] || return
	release
	unpin
}

need_fragmented()
{
	local kib

	need_load
	mem_kib MemFree
	[ $((kib / 1024)) -le $MAX_MIB ] ||
		skip_all "$((kib / 1024)) MiB are free, too much to fragment: boot with mem=4G"
}
