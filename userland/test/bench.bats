# SPDX-License-Identifier: GPL-2.0
#
# The programs of bench/, as far as no guest is needed.

load helper

# `sample` of ./root to ./out, until it has taken some
sample_and_stop()
{
	local order3=root/sys/kernel/mm/buddy_adaptive/order3
	echo 'nr_free_pages 1' >root/proc/vmstat
	mkdir -p out "$order3"
	echo 1 >"$order3/requests"
	"$BUILD/sample" -p 10 -r root out &
	for _ in $(seq 100); do
		[ ! -s out/vmstat.csv ] || break
		sleep 0.1
	done
	kill $!
	status=0
	wait $! || status=$?
}

# sampled FILE: what `sample` says of the tree when FILE lies on a full disk
sampled()
{
	tree supply
	mkdir out
	ln -s /dev/full "out/$1"
	sample_and_stop 2>err
	cat err
	[ "$status" = 1 ]
	grep -qx "sample: out/$1: No space left on device" err
}

@test "sample: a full disk behind buddyinfo.csv is a failure" { sampled buddyinfo.csv; }
@test "sample: a full disk behind supply.csv is a failure" { sampled supply.csv; }

@test "sample: all of its files, and 0" {
	tree supply
	sample_and_stop
	[ "$status" = 0 ]
	for file in buddyinfo vmstat counters supply; do
		[ "$(wc -l <out/$file.csv)" -ge 3 ]
	done
}
