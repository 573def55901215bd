#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# measure.sh [NAME…]: measure anew what docs/results holds, all of it or what is named, with an
# optimized build, and make the tables of README.md and docs/ from it. For a machine on which nothing
# else runs; the whole takes about half an hour. What ends in -zen5 is of another machine, and stays. What
# begins with "imported" needs kernel trees, TREES/linux-source-7.2 and others, as Debian's packages have
# them, and is left out without TREES.
set -euo pipefail
cd "$(dirname "$0")/.."

# NAME, and the arguments of memmapsim that make docs/results/NAME.json.
results=(
	"stores-v7.2 verify --stores --kernel v7.2"
	"fsdax-100g-v6.12 bench rebind --preset fsdax-100g --kernel v6.12 -i all"
	"fsdax-100g-v7.1 bench rebind --preset fsdax-100g --kernel v7.1 -i all"
	"fsdax-100g-v7.2 bench rebind --preset fsdax-100g -i all"
	"devdax-100g-v6.12 bench rebind --preset devdax-100g --kernel v6.12 -i all"
	"devdax-100g-v7.1 bench rebind --preset devdax-100g --kernel v7.1 -i all"
	"devdax-100g-v7.2 bench rebind --preset devdax-100g -i all"
	"sizes-fsdax bench rebind --size 1G,10G,100G,1T -i naive,template-movnti,auto"
	"threads-fsdax-100g bench rebind --preset fsdax-100g -i naive,auto --threads 1,2"
	"background-fsdax-1g bench background --preset fsdax-1g -i auto --threads 2"
	"background-fsdax-100g bench background --preset fsdax-100g -i naive,auto --threads 1,2"
	"boot-8x12g bench boot --namespaces 8x12G -i naive,auto --threads 2"
	"aftermath-fsdax-100g bench aftermath --preset fsdax-100g -i naive,template-movnti,auto"
	"normal-64g bench normal --size 64G -i naive,template,template-movnti,auto --threads 1,2"
)

# Imported code beside naive, by the rules that the trees follow.
imported=(
	"v6.1 6.1"
	"v6.12 6.12"
	"v7.2 7.2 7.3"
)
for import in "${imported[@]}"; do
	read -ra words <<<"$import"
	for preset in fsdax-100g devdax-100g; do
		results+=("imported-$preset-${words[0]} bench rebind --preset $preset --kernel ${words[0]} -i naive$(
			printf ',./linux-%s.so' "${words[@]:1}")")
	done
done

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
memmapsim=$PWD/build/release/tools/memmapsim
results_folder=$PWD/docs/results
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [[ ${TREES:-} ]]; then
	for version in $(printf '%s\n' "${imported[@]#* }"); do
		"$memmapsim" import-kernel "$TREES/linux-source-$version" -o "$folder/linux-$version.so" >&2
	done
fi
for result in "${results[@]}"; do
	read -ra words <<<"$result"
	name=${words[0]}
	[[ $name != imported-* || ${TREES:-} ]] || continue
	if (($# == 0)) || [[ " $* " == *" $name "* ]]; then
		echo "== $name: memmapsim ${words[*]:1}"
		(cd "$folder" && "$memmapsim" "${words[@]:1}" --json "$results_folder/$name.json")
	fi
done
scripts/figures.py build/release/tools/memmapsim
