#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# manual-page.sh SCDOC PAGE.scd: the manual page on stdout. A line "; include FILE" stands for the
# lines of FILE: options that several subcommands share, or an example.
set -euo pipefail

awk -v folder="$(dirname "$2")" '
	!/^; include / {
		print
		next
	}
	{
		file = folder "/" $3
		code = file ~ /\.(c|kernel)$/
		while ((got = (getline line < file)) > 0) {
			if (code) { # literal but for backslashes; narrower, for terminals
				gsub(/\\/, "&&", line)
				gsub(/\t/, "    ", line)
			}
			print line
		}
		if (got < 0) {
			print FILENAME " includes " file ", which can not be read" > "/dev/stderr"
			exit 1
		}
	}
' "$2" | "$1"
