#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fuzz.sh BUILD_DIR SECONDS [PARSER…]: every parser under AFL++ for that long, two at a
# time, from the corpus. TAP: a crash or a hang is "not ok", with the input in a form for
# test/corpus/PARSER, where it then stays. What AFL++ kept is below BUILD_DIR/fuzz.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/fuzz"
out=$(cd "$1/fuzz" && pwd)
seconds=$2
shift 2
command -v afl-fuzz >/dev/null || { echo "not ok - afl++ is installed"; exit 1; }

export AFL_USE_ASAN=1 AFL_USE_UBSAN=1 AFL_QUIET=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
cd "$here/.."
# shellcheck disable=SC2046	# a list of files
afl-cc -O1 -g -std=gnu11 -D_GNU_SOURCE -Ilib -Ibuddyctl -o "$out/fuzz" \
	lib/*.c $(find buddyctl -name '*.c' ! -name main.c) test/fuzz.c -lsmartcols 2>"$out/cc.log" ||
	{ cat "$out/cc.log"; echo "not ok - the harness builds with afl-cc"; exit 1; }
echo "ok - the harness builds with afl-cc"

one()
{
	local parser=$1 dir=$out/$1 bad runs
	rm -rf "$dir"
	mkdir -p "$dir/in"
	"$out/fuzz" "$parser" unpack "test/corpus/$parser" "$dir/in"
	afl-fuzz -V "$seconds" -m none -t 2000 -i "$dir/in" -o "$dir/out" -- "$out/fuzz" "$parser" >"$dir/log" 2>&1 || {
		echo "not ok - fuzz $parser: afl-fuzz failed"
		tail -5 "$dir/log" | sed 's/^/# /'
		return
	}
	runs=$(sed -n 's/^execs_done *: //p' "$dir/out/default/fuzzer_stats")
	bad=$(find "$dir/out/default/crashes" "$dir/out/default/hangs" -type f -name 'id:*')
	if [ -z "$bad" ]; then
		echo "ok - fuzz $parser: $runs runs in $seconds s"
	else
		echo "not ok - fuzz $parser: $runs runs"
		# shellcheck disable=SC2086	# a list of files
		AFL_USE_ASAN=0 "$out/fuzz" "$parser" pack $bad | head -20 | sed 's/^/# /'
	fi
}

[ $# -gt 0 ] || mapfile -t parsers < <("$out/fuzz" list)
[ $# = 0 ] || parsers=("$@")
for parser in "${parsers[@]}"; do
	one "$parser" &
	[ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
done >"$out/tap"
wait
cat "$out/tap"
! grep -q '^not ok' "$out/tap"
