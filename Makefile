# SPDX-License-Identifier: GPL-2.0
#
# buddy_adaptive: "make" alone says what there is. Every target installs, fetches and builds
# what it lacks; the work is done by the scripts of the same name in scripts/.

K	?= 6.1
export K V BTF KSRC FULL SEED RUNS PAIRS QUICK REVISION
unexport MAKEFLAGS MFLAGS

.PHONY: help demo check tree series kernel kunit userland lint bench-overhead \
	bench-slab lab deb check-series check-matrix check-debug check-mm check-deb clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@echo 'make TARGET [K=6.1] [V=1] [BTF=1] [KSRC=tree or tarball]'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 18 | sed 's/^/  /'
	@echo
	@echo '  K     kernel, one of scripts/versions: $(shell awk '/^[0-9]/ { print $$1 }' scripts/versions)'
	@echo '  V     1: full output          BTF   1: with BTF; builds take longer'
	@echo '  KSRC  another source of kernel K than Debian'"'"'s package: a clean tree or a tarball'

demo:		## build and boot the patched kernel, run the workloads, draw the report (FULL=1: more of it)
	@scripts/demo $(K)
check:		## test on all kernels, or K's only; ends with "N passed, N failed"
	@scripts/check $(if $(filter-out file,$(origin K)),$(K))
tree:		## the patched source, in build/$K/linux
	@scripts/tree $(K)
series:		## the patches, in build/$K/patches, and build/$K/cover-letter.txt
	@scripts/mkseries $(K)
kernel:		## the patched kernel and its modules, built in build/$K/linux
	@scripts/kernel $(K)
kunit:		## the KUnit tests, under User Mode Linux
	@scripts/kunit $(K)
userland:	## build/userland/buddyctl and the bench programs
	@scripts/userland
lint:		## checkpatch, sparse, kernel-doc, shellcheck and their like
	@scripts/lint $(K)
bench-overhead:	## instructions per alloc and free, patched against unpatched
	@scripts/bench-overhead $(K)
bench-slab:	## SLAB, SLUB and SLOB in the kernel: half an hour; QUICK=1: 5 minutes (RUNS=5)
	@scripts/bench-slab $(if $(filter-out file,$(origin K)),$(K))
lab:		## measure guard against mainline at its best: hours; QUICK=1: 15 minutes (RUNS=5, FULL=1)
	@scripts/lab $(K)
deb:		## Debian packages of buddyctl and the kernel, in build/$K/deb (REVISION=2: newer ones)
	@scripts/deb $(K)
check-series:	## every patch builds and boots; coccicheck, W=1, KUnit on x86_64 (all kernels, or K)
	@scripts/check-series $(if $(filter-out file,$(origin K)),$(K))
check-matrix:	## build and boot in configurations from 32-bit HIGHMEM to PREEMPT
	@scripts/check-matrix $(K)
check-debug:	## selftests, KUnit, workloads and 100,000 faults under KASAN, lockdep and their like
	@scripts/check-debug $(K)
check-mm:	## the kernel's own mm tests, patched against unpatched, verdict by verdict
	@scripts/check-mm $(K)
check-deb:	## install, use, upgrade and purge these packages in a fresh Debian
	@scripts/check-deb $(K)
clean:		## remove build/ (the cache in ~/.cache/buddy_adaptive stays)
	rm -rf build
