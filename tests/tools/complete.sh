#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# complete.sh SCRIPT WORD...: what bash would offer for the last WORD, one a line, with the completion that
# SCRIPT is. Words are split as bash splits them: "--kernel = v7".
# shellcheck source=tools/memmapsim.bash
. "$1"
COMP_WORDS=("${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[[ $(complete -p memmapsim) == *-F\ _memmapsim\ * ]] || exit 1
_memmapsim
((!${#COMPREPLY[@]})) || printf '%s\n' "${COMPREPLY[@]}"
