# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=bash
# Completion of memmapsim's arguments in bash. It knows none of them: the command's own help says which
# subcommands, experiments and options there are, and its sentence on an empty value which values.

# The names that --help lists, before its example.
_memmapsim_listed()
{
	local line
	while IFS= read -r line; do
		[[ $line != Example* ]] || break
		[[ ! $line =~ ^\ \ ([a-z][a-z-]*)\ +[^\ ] ]] || printf '%s\n' "${BASH_REMATCH[1]}"
	done < <("$@" --help 2>/dev/null </dev/null)
}

# The options that --help lists, as "--json=", "--csv" and "-j".
_memmapsim_options()
{
	local line
	while IFS= read -r line; do
		[[ $line =~ ^\ {2,6}(-[^\ -])?(,\ )?(--[a-z-]+=?)? ]] || continue
		[[ -z ${BASH_REMATCH[1]} ]] || printf '%s\n' "${BASH_REMATCH[1]}"
		[[ -z ${BASH_REMATCH[3]} ]] || printf '%s\n' "${BASH_REMATCH[3]}"
	done < <("$@" --help 2>/dev/null </dev/null)
}

# What can stand as the last argument, by the sentence on one that can't: "there is no kernel ""; there
# are v6.1, v6.12". Of an option that takes an empty value, --help keeps all from being run.
_memmapsim_values()
{
	local sentence names
	sentence=$("$@" 2>&1 </dev/null)
	sentence=${sentence%%$'\n'*}
	[[ $sentence == *'; there are '* ]] || return 0
	IFS=', ' read -ra names <<<"${sentence##*; there are }"
	printf '%s\n' "${names[@]}"
}

# What the option takes by its help: FILE, NAMES, …; nothing if it takes no value.
_memmapsim_takes()
{
	local option=$1 line
	shift
	while IFS= read -r line; do
		[[ $line =~ ^\ {2,6}(-[^\ -])?(,\ )?(--[a-z-]+)=([^\ ]+) ]] || continue
		[[ $option != "${BASH_REMATCH[1]}" && $option != "${BASH_REMATCH[3]}" ]] ||
			printf '%s\n' "${BASH_REMATCH[4]}"
	done < <("$@" --help 2>/dev/null </dev/null)
}

_memmapsim_reply_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Of all lines from stdin those that begin as what was typed; in a list, behind its last comma.
_memmapsim_reply()
{
	local typed=$1 before=
	if [[ $typed == *,* ]]; then
		before=${typed%,*},
		typed=${typed##*,}
	fi
	mapfile -t COMPREPLY < <(compgen -W "$(cat)" -P "$before" -- "$typed")
}

# No blank behind a single reply like this one, since more belongs to the word.
_memmapsim_go_on()
{
	# shellcheck disable=SC2053 # a pattern
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != $1 ]] || compopt -o nospace 2>/dev/null
}

_memmapsim_value()
{
	local option=$1 typed=$2 takes values
	shift 2
	takes=$(_memmapsim_takes "$option" "$@")
	# Not all subcommands look at the name before they do anything else.
	[[ $option != -i && $option != --initializer ]] || set -- "$1" verify
	values=$(_memmapsim_values "$@" "$option" '' --help)
	[[ $takes != NAMES || $option != -i && $option != --initializer ]] || values+=$'\nauto\nall'
	# "N|auto": a number, or that word.
	[[ $takes != *'|'* ]] || values+=$'\n'${takes#*|}
	# A name, or a file: what has a slash can only be a file.
	if [[ -n $values && $typed != */* ]]; then
		_memmapsim_reply "$typed" <<<"${values//file:PATH/file:}"
		_memmapsim_go_on '*:'
		[[ $takes != NAMES ]] || _memmapsim_go_on '*'
	elif [[ $takes == FILE* || $takes == MACHINE || -n $values ]]; then
		_memmapsim_reply_files "$typed"
	fi
}

_memmapsim()
{
	local typed=${COMP_WORDS[COMP_CWORD]} option='' last=$((COMP_CWORD - 1))
	local command=("${COMP_WORDS[0]}")
	COMPREPLY=()

	# bash takes "--kernel=v7" for three words, and "file:path" too.
	if [[ $typed == = || $typed == : ]]; then
		typed=
		last=$COMP_CWORD
	fi
	case ${COMP_WORDS[last]} in
	=) option=${COMP_WORDS[last - 1]} ;;
	:)
		_memmapsim_reply_files "$typed"
		return
		;;
	-*) option=${COMP_WORDS[last]} ;;
	esac

	if ((COMP_CWORD == 1)); then
		_memmapsim_reply "$typed" < <(
			_memmapsim_listed "${command[@]}"
			printf '%s\n' --help --version
		)
		return
	fi
	command+=("${COMP_WORDS[1]}")
	if [[ ${COMP_WORDS[1]} == bench ]]; then
		if ((COMP_CWORD == 2)); then
			_memmapsim_reply "$typed" < <(_memmapsim_listed "${command[@]}")
			return
		fi
		command+=("${COMP_WORDS[2]}")
	fi

	if [[ $typed == -* ]]; then
		_memmapsim_reply "$typed" < <(_memmapsim_options "${command[@]}")
		_memmapsim_go_on '*='
	elif [[ -n $option && -n $(_memmapsim_takes "$option" "${command[@]}") ]]; then
		_memmapsim_value "$option" "$typed" "${command[@]}"
	elif [[ ${COMP_WORDS[1]} == list ]]; then
		_memmapsim_reply "$typed" < <(_memmapsim_values "${command[@]}" '')
	else
		_memmapsim_reply_files "$typed"
	fi
}
complete -F _memmapsim memmapsim
