#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# manual-page.sh SCDOC PAGE.scd: the manual page on stdout. A line "; include FILE" stands for the
# lines of FILE: options that several subcommands share, or an example. scdoc begins a paragraph after
# everything; those that are empty are left out, and those at the end of an indented part begin behind it.
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
' "$2" | "$1" | awk '
	$1 == ".P" || $1 == ".PP" {
		waiting = !fresh
		next
	}
	/^\.(TH|SH|SS)/ {
		waiting = 0
		fresh = 1
		print
		next
	}
	/^\.RE/ {
		print
		next
	}
	{
		if (waiting)
			print ".P"
		waiting = fresh = 0
		print
	}
'
