#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# embed.sh FILE...: C initializers {name, text}, one for each file, on stdout.
set -eu
for file; do
	printf '{"%s",\n' "$(basename "$file")"
	sed 's/[\\"]/\\&/g; s/\t/\\t/g; s/.*/"&\\n"/' "$file"
	printf '},\n'
done
