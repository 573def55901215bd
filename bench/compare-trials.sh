#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# compare-trials.sh BUILD_DIRECTORY [TRIES [PRECISION [REBINDS [SEED]]]]
#
# Whether memmapsim compare can be trusted on this machine: how often it calls naive different from
# itself, and how often it finds a tenth of extra work, which is done for real. Each try is a run of
# its own, at 10 GiB, in which naive, the same again and one that does a tenth twice take turns until
# intervals are narrower than PRECISION percent (4), or there were REBINDS (1000). Two results of the
# same are compared as well, A of one try and B of the next. Where the machine has other work to do, give
# this priority, with nice -n -10 say, or have patience.
#
# Exit status: 0 if at most 5 % of the former and at least 95 % of the latter; 1 if not; 2 and 3 as
# those of memmapsim.
set -euo pipefail

build=${1:?the build directory is missing}
tries=${2:-200}
precision=${3:-4}
rebinds=${4:-1000}
seed=${5:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The verdict on rebinds of a comparison: same, unclear, faster or slower.
verdict() {
	local status=0
	"$build/tools/memmapsim" compare "$@" --json "$folder/verdict.json" >/dev/null 2>&1 || status=$?
	((status <= 1)) || exit "$status"
	python3 -c 'import json, sys
print(next(one["verdict"] for one in json.load(open(sys.argv[1]))["comparisons"]
           if one["measure"] == "rebind"))' "$folder/verdict.json"
}

declare -A same=() more=() runs=()
for ((try = 1; try <= tries; try++)); do
	"$build/bench/trials" 10 "$rebinds" "$precision" "$((seed + try))" "$folder/now.json"
	one=$(verdict "$folder/now.json" -i naive,again)
	two=$(verdict "$folder/now.json" -i naive,tenth-more)
	same[$one]=$((${same[$one]:-0} + 1))
	more[$two]=$((${more[$two]:-0} + 1))
	if ((try > 1)); then
		three=$(verdict "$folder/before.json" "$folder/now.json" -i naive)
		runs[$three]=$((${runs[$three]:-0} + 1))
	fi
	mv "$folder/now.json" "$folder/before.json"
	[[ ! -t 2 ]] || printf '\r%d of %d' "$try" "$tries" >&2
done
[[ ! -t 2 ]] || printf '\r' >&2

counts() {
	local -n of=$1
	printf '%-34s same %4d, unclear %4d, faster %4d, slower %4d\n' "$2" "${of[same]:-0}" \
		"${of[unclear]:-0}" "${of[faster]:-0}" "${of[slower]:-0}"
}
echo "$tries tries at 10 GiB, precision $precision %, at most $rebinds rebinds; threshold 5 %:"
counts same "naive to itself, in one run:"
counts more "to one with a tenth more work:"
counts runs "naive to itself, in two runs:"
different=$((${same[faster]:-0} + ${same[slower]:-0}))
found=${more[slower]:-0}
echo "$different of $tries called different, at most $((tries * 5 / 100)) may be;" \
	"$found of $tries found, at least $(((tries * 95 + 99) / 100)) must be."
((different * 100 <= tries * 5 && found * 100 >= tries * 95))
