#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# measure.sh [NAME…]: measure anew what docs/results holds, all of it or what is named, with an
# optimized build, and make the tables of README.md and docs/ from it. For a machine on which nothing
# else runs; the whole takes about half an hour.
set -euo pipefail
cd "$(dirname "$0")/.."

# NAME, and the arguments of memmapsim that make docs/results/NAME.json.
results=(
	"fsdax-100g-v7.1 bench rebind --preset fsdax-100g --kernel v7.1 -i all"
	"fsdax-100g-v7.2 bench rebind --preset fsdax-100g -i all"
	"devdax-100g-v7.1 bench rebind --preset devdax-100g --kernel v7.1 -i all"
	"devdax-100g-v7.2 bench rebind --preset devdax-100g -i all"
	"sizes-fsdax bench rebind --size 1G,10G,100G,1T -i naive,template-movnti,auto"
	"background-fsdax-100g bench background --preset fsdax-100g -i naive,auto --threads 1,2"
	"boot-8x12g bench boot --namespaces 8x12G -i naive,auto --threads 2"
	"aftermath-fsdax-100g bench aftermath --preset fsdax-100g -i naive,template-movnti,auto"
	"normal-64g bench normal --size 64G -i naive,template,template-movnti,auto --threads 1,2"
)

known=()
for result in "${results[@]}"; do
	known+=("${result%% *}")
done
for name; do
	if [[ " ${known[*]} " != *" $name "* ]]; then
		echo "measure.sh: there is no result \"$name\"; there are ${known[*]}" >&2
		exit 2
	fi
done

{
	[[ -f build/release/build.ninja ]] ||
		meson setup build/release --buildtype=release -Dtests=false -Ddocs=disabled
	ninja -C build/release
} >&2
for result in "${results[@]}"; do
	read -ra words <<<"$result"
	name=${words[0]}
	if (($# == 0)) || [[ " $* " == *" $name "* ]]; then
		echo "== $name: memmapsim ${words[*]:1}"
		build/release/tools/memmapsim "${words[@]:1}" --json "docs/results/$name.json"
	fi
done
scripts/figures.py build/release/tools/memmapsim
