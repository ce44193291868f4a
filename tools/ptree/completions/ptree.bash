# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What can stand here, in a command line of ptree?  For bash, with or without bash-completion.
#
# Names of commands are chosen by anybody who may run one. So they never go through "compgen -W",
# which would execute a name such as $(reboot), and those that mean something to the shell are not
# offered.

_ptree_add()
{
	local prefix=$1 word=$2 name

	shift 2
	for name; do
		[[ $name == "$word"* ]] && COMPREPLY+=("$prefix$name")
	done
}

_ptree_add_columns()
{
	local prefix=$1 word=${2^^} names

	mapfile -t names < <("${COMP_WORDS[0]}" --list-columns 2>/dev/null)
	_ptree_add "$prefix" "$word" "${names[@]%% *}"
}

# PID,USER or +PID: the last name of the list, with what stands in front of it.
_ptree_add_list()
{
	local list=${1#+} prefix=

	[[ $1 == +* ]] && prefix=+
	[[ $list == *,* ]] && prefix+=${list%,*},
	_ptree_add_columns "$2$prefix" "${list##*,}"
	compopt -o nospace 2>/dev/null
}

_ptree_add_what()
{
	local word=$1 names IFS=$' \t\n'

	if [[ $word == */* || $word == [.~]* ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	names=(/proc/[0-9]*)
	_ptree_add "" "$word" "${names[@]#/proc/}"
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -u -- "$word")
	[[ -n $word ]] || return
	mapfile -t names < <("${COMP_WORDS[0]}" -r --no-headings -o COMM 2>/dev/null |
		LC_ALL=C grep -x '[A-Za-z0-9._][A-Za-z0-9._+-]*' | LC_ALL=C sort -u)
	_ptree_add "" "$word" "${names[@]}"
}

_ptree()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} i

	COMPREPLY=()
	# "--color=al" comes as three words.
	if [[ $prev == = ]] && ((COMP_CWORD > 2)); then
		prev=${COMP_WORDS[COMP_CWORD - 2]}=
	elif [[ $cur == = ]]; then
		prev=$prev= cur=
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			_ptree_add_what "$cur"
			return
		fi
	done
	case $prev in
	--json=) _ptree_add "" "$cur" lines ;;
	--watch=) _ptree_add "" "$cur" 1 2 5 10 60 ;;
	--color | --color=) _ptree_add "" "$cur" auto always never ;;
	--backend | --backend=) _ptree_add "" "$cur" auto bpf pidfd procfs ;;
	--output | --output=) _ptree_add_list "$cur" "" ;;
	--sort | --sort=)
		if [[ $cur == [-+]* ]]; then
			_ptree_add_columns "${cur:0:1}" "${cur:1}"
		else
			_ptree_add_columns "" "$cur"
		fi
		;;
	-o | -[!-]*o) _ptree_add_list "$cur" "" ;;
	*)
		case $cur in
		-o*) _ptree_add_list "${cur#-o}" -o ;;
		-*)
			_ptree_add "" "$cur" --threads --files --all --no-fold --output --sort \
				--watch --watch= --graph --json --json=lines --pids --raw --null \
				--color --backend --no-headings --numeric --list-columns --stats \
				--version --help
			[[ $cur == - ]] &&
				COMPREPLY+=(-t -f -a -c -o -J -q -r -0 -n -H -V -h)
			;;
		*) _ptree_add_what "$cur" ;;
		esac
		;;
	esac
	[[ ${COMPREPLY[*]} == *--watch=* ]] && compopt -o nospace 2>/dev/null
	return 0
}

complete -F _ptree ptree
