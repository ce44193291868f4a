#!/usr/bin/env gjs
// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Who shares which descriptor table, how full it is, and its sockets: see README.md.

imports.gi.versions.Procview = '0';
const {GLib, Procview} = imports.gi;

// A name is bytes. JavaScript has no string for those that are not UTF-8, and gjs throws.
function nameOf(task) {
    try {
        return GLib.strescape(task.get_comm() ?? '-', null);
    } catch (error) {
        return '-';
    }
}

function printTable(table) {
    const owner = table.get_owner();
    const [isLimited, limit] = owner.get_fd_limit();
    print(owner.get_pid(), nameOf(owner.get_leader()), Procview.status_to_string(table.get_status()),
        `tasks=${table.get_n_tasks()}`, `descriptors=${table.get_n_descriptors()}`,
        ...isLimited ? [`limit=${limit}`] : []);
    for (let i = 0; i < table.get_n_descriptors(); i++) {
        const descriptor = table.get_descriptor(i);
        const socket = descriptor.get_file().get_socket();
        if (socket !== null) {
            print(' ', descriptor.get_fd(), socket.get_family_name() ?? '-',
                socket.get_state_name() ?? '-', socket.dup_local() ?? '-', socket.dup_remote() ?? '-');
        }
    }
}

try {
    const query = Procview.Query.new();
    query.set_collect(Procview.Collect.LIMITS | Procview.Collect.SOCKETS);
    ARGV.forEach(pid => query.add_pid(Number(pid)));
    const snapshot = Procview.Scanner.new().scan(query);
    for (let i = 0; i < snapshot.get_n_fd_tables(); i++)
        printTable(snapshot.get_fd_table(i));
} catch (error) {
    printerr(error.message);
    imports.system.exit(1);
}
