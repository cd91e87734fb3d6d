# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What all .bats files share. run.sh says where things are: CHECK has buddyctl, fuzz and
# pty built for the tests, BUILD what is shipped.

here=$(cd "$BATS_TEST_DIRNAME" && pwd)
# shellcheck disable=SC2034	# for those who load this
buddyctl=$CHECK/buddyctl

# A leak or an undefined shift ends a command with 99, which no test expects.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
export LC_ALL=C TERM=xterm TZ=UTC
unset NO_COLOR COLUMNS LINES

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
}

# tree NAME [DIR]: the recorded sysroot NAME, as ./root
tree() { "$here/../doc/unpack" "$here/sysroot/$1" "${2:-root}"; }

# A "!" in front would let a test go on: bash takes it for an intention.
not() { ! "$@"; }

# need COMMAND: or skip the test
need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

# frame: of what `pty` printed the last picture, as a person sees it
frame()
{
	awk 'BEGIN { RS = "\033\\[H" } { last = $0 } END { printf "%s", last }' |
		sed 's/\x1b\[J.*//; s/\x1b\[[0-9;?]*[a-zA-Z]//g; s/\r//g; s/ *$//' |
		sed 's/[0-2][0-9]:[0-5][0-9]:[0-5][0-9]/12:34:56/'
}
