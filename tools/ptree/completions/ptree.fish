# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What can stand here, in a command line of ptree?  For fish.

function __ptree_columns
    ptree --list-columns 2>/dev/null | string replace -r ' +' \t
end

# The value that is being written, without the option that it may stick to.
function __ptree_value
    commandline -ct | string replace -r '^(--[a-z-]+=|-[a-zA-Z0]*o)' ''
end

# PID,USER or +PID: what stands in front of the last name goes in front of all.
function __ptree_list
    set -l prefix (__ptree_value | string match -r '^\+?(?:.*,)?')
    for column in (__ptree_columns)
        echo $prefix[1]$column
    end
end

function __ptree_sort
    set -l sign (__ptree_value | string match -r '^[-+]?')
    for column in (__ptree_columns)
        echo $sign[1]$column
    end
end

# Names of commands are anybody's choice: fish quotes what means something to it.
function __ptree_commands
    ptree -r --no-headings -o COMM 2>/dev/null | string match -rv '\\\\' | sort -u
end

complete -c ptree -s t -l threads -d 'show threads, and which descriptor table each uses'
complete -c ptree -s f -l files -d 'show each descriptor table, once, under its owner'
complete -c ptree -s a -l all -d 'show what matches every WHAT, not only one of them'
complete -c ptree -s c -l no-fold -d 'give a line to each of what looks alike'
complete -c ptree -s o -l output -x -a '(__ptree_list)' -d 'show these columns; +NAME adds to the default'
complete -c ptree -l sort -x -a '(__ptree_sort)' -d 'a list instead of a tree; -COLUMN: the greatest first'
complete -c ptree -l watch -f -a '1 2 5 10 60' -d 'show it again and again, and what changed'
complete -c ptree -l graph -d 'write who talks to whom, for dot(1) of Graphviz'
complete -c ptree -s J -l json -f -a lines -d 'write JSON: one document, or one object a line'
complete -c ptree -s q -l pids -d 'show only the process ids of what matched, one a line'
complete -c ptree -s r -l raw -d 'for programs: a blank between columns, no tree'
complete -c ptree -s 0 -l null -d 'NUL ends a line, with --pids, --raw, --json=lines'
complete -c ptree -l color -x -a 'auto always never' -d 'use colours'
complete -c ptree -l backend -x -a 'auto bpf pidfd procfs' -d 'take facts from'
complete -c ptree -l no-headings -d 'no line of headings'
complete -c ptree -s n -l numeric -d 'users as numbers'
complete -c ptree -s H -l list-columns -d 'list the columns'
complete -c ptree -l stats -d 'what it cost'
complete -c ptree -s V -l version -d 'show the version'
complete -c ptree -s h -l help -d 'show this help'

complete -c ptree -a '(__fish_complete_pids)'
complete -c ptree -a '(__fish_complete_users)'
complete -c ptree -a '(__ptree_commands)' -d command
