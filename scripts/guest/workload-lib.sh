# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the workloads of the demo share, inside a guest. Sourced after "set -eu"; whoever
# does so then sets $dir, where the samples go.

tree=/sys/kernel/mm/buddy_adaptive
dir=
load=/sys/kernel/debug/buddy_adaptive_load
me=${0##*/}

die() { echo "$me: $*" >&2; exit 1; }

# mark WHAT: what begins now, on the clock of `sample`. Forks nothing.
mark()
{
	local up
	read -r up _ </proc/uptime
	echo "${up/./}0,$1" >>"$dir/marks.csv"
}

# Everything that can be a huge page should be one, at the price of a stall.
huge_pages_always()
{
	echo always >/sys/kernel/mm/transparent_hugepage/enabled
	echo always >/sys/kernel/mm/transparent_hugepage/defrag
}

# Nothing should tidy up between the fragmenting and the burst but what is looked at. As it
# was before, at the workload's end.
no_proactive_compaction()
{
	local knob=/proc/sys/vm/compaction_proactiveness was
	read -r was <$knob
	# shellcheck disable=SC2064	# the value of now
	trap "echo $was >$knob" EXIT
	echo 0 >$knob
}

load_module()
{
	[ -d "$load" ] || insmod /payload/modules/buddy_adaptive_load.ko ||
		die "buddy_adaptive_load.ko does not load: is it built for this kernel?"
}

# Samples go to $dir from here to stop_sampling.
start_sampling()
{
	mkdir -p "$dir"
	echo ms,what >"$dir/marks.csv"
	sample -p 200 "$dir" &
	sampler=$!
}

stop_sampling()
{
	kill "$sampler"
	wait "$sampler" || die "sample ended with an error: see above."
}

# value FILE: the number in a file of our tree, 0 on a kernel without it.
value()
{
	local n=0
	[ ! -e "$tree/$1" ] || read -r n <"$tree/$1"
	echo "$n"
}
