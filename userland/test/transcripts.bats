# SPDX-License-Identifier: GPL-2.0
#
# sysroot/NAME is a recorded /proc and /sys, many files in one, as `tail -n +1 FILE…`
# prints them; expect/NAME is what a terminal would show of commands run on it: "$ " and
# the command, its output, "! " before what went to stderr, and "[N]" if the exit status
# was N. The commands of one transcript share the tree, so that a `get` shows what a
# `set` did; "$ sh " starts a line of shell. To add a command add its "$ " line, run
# UPDATE=1 test/run.sh …, and read the difference. To record a machine:
#
#	cd / && tail -n +1 proc/buddyinfo proc/vmstat proc/sys/vm/buddy_* \
#		$(find sys/kernel/mm/buddy_adaptive -type f)

load helper

# Run one line of a transcript, in the folder where "root" is.
perform()
{
	local status=0

	case $1 in
	"sh "*)		(eval "${1#sh }") >out 2>err </dev/null || status=$? ;;
	"buddyctl"*)	(eval "\"\$buddyctl\" --sysroot root ${1#buddyctl}") \
				>out 2>err </dev/null || status=$? ;;
	*)		echo "not a command: $1" >out ;;
	esac
	echo "\$ $1"
	cat out
	sed 's/^/! /' err
	[ "$status" = 0 ] || echo "[$status]"
}

# What the head of the transcript names as its sysroot, or the one of its own name.
transcript()
{
	local expected=$here/expect/$1 sysroot line

	sysroot=$(sed -n 's/^# sysroot: //p' "$expected")
	tree "${sysroot:-$1}"
	sed '/^\$ /,$d' "$expected" >all
	while IFS= read -r line; do
		perform "$line" >>all
	done < <(sed -n 's/^\$ //p' "$expected")
	[ -z "${UPDATE:-}" ] || cp all "$expected"
	diff -u "$expected" all
}

@test "transcript: a patched kernel in mode guard" { transcript guard; }
@test "transcript: a patched guest with two nodes" { transcript guest; }
@test "transcript: two nodes, one zone empty, mode observe" { transcript two-nodes; }
@test "transcript: an unpatched kernel" { transcript stock; }
@test "transcript: nothing at all" { transcript empty; }
@test "transcript: a kernel whose memory is on no node" { transcript no-node; }
@test "transcript: counters about to wrap" { transcript huge; }
@test "transcript: files that hold what they should not" { transcript garbled; }
@test "transcript: an older abi_version" { transcript older; }
@test "transcript: a newer abi_version" { transcript newer; }
@test "transcript: a kernel with supply" { transcript supply; }
@test "transcript: check" { transcript check; }
@test "transcript: diagnose" { transcript diagnose; }
@test "transcript: export" { transcript export; }
@test "transcript: features" { transcript features; }
@test "transcript: set --persist" { transcript persist; }
@test "transcript: help" { transcript help; }

@test "each transcript is tested" {
	for file in "$here"/expect/*; do
		case $file in *.screen) continue ;; esac
		grep -q "transcript ${file##*/};" "$here/transcripts.bats"
	done
}

@test "every verb has its output in a transcript, as text and as JSON" {
	"$buddyctl" tables >tables
	for verb in $(awk -F '\t' '$1 == "verb" { print $2 }' tables); do
		grep -qE "^\\$ buddyctl( -[a-zA-Z]+)* $verb" "$here"/expect/*
		! grep -qP "^takes\t$verb\tjson" tables ||
			grep -qE "^\\$ buddyctl.*( -[a-z]*J[a-z]*.* $verb| $verb.* -[a-z]*J)" "$here"/expect/*
	done
}
