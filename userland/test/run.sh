#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh CHECK_DIR BUILD_DIR [FILE.bats…]: the tests of the userland, as TAP lines
# "ok - …" and "not ok - …", and "# skipped - …".
#
# CHECK_DIR has buddyctl, unit, fuzz, pty and perhaps math_host, built for the tests;
# BUILD_DIR is what is shipped. UPDATE=1 writes expect/ anew: read the difference.
set -u -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
CHECK=$(cd "$1" && pwd) || exit
BUILD=$(cd "$2" && pwd) || exit
export CHECK BUILD
shift 2
failed=0

command -v bats >/dev/null || { echo "not ok - bats is installed, which these tests are written for"; exit 1; }

# Numbers are for those who run one test; scripts/check wants names. A skipped test has not passed.
names()
{
	sed -uE '/^1\.\.[0-9]+$/d
		s/^ok [0-9]+ (- )?(.*)# *skip *(.*)$/# skipped - \2(\3)/I
		/^# skipped - /s/ *\(\)$//
		s/^(not )?ok [0-9]+ (- )?/\1ok - /'
}

[ $# -gt 0 ] || set -- "$here"/*.bats
bats --formatter tap "$@" | names || failed=1
for program in unit math_host; do
	[ -x "$CHECK/$program" ] || continue
	"$CHECK/$program" 2>&1 | grep -v '^# ok - unit' | names || {
		echo "not ok - $program ends well"
		failed=1
	}
done
exit $failed
