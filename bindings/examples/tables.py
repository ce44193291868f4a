#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Who shares which descriptor table, how full it is, and its sockets: see README.md.

import sys

import gi

gi.require_version("Procview", "0")
from gi.repository import GLib, Procview


def print_table(table):
    owner, limit = table.owner, table.owner.fd_limit
    words = [owner.pid, Procview.printable(owner.comm or "-"), table.status,
             f"tasks={len(table.tasks)}", f"descriptors={len(table.descriptors)}"]
    print(*words, *([f"limit={limit.soft}"] if limit else []))
    for descriptor in table.descriptors:
        if socket := descriptor.file.socket:
            words = (socket.family_name, socket.state_name, socket.local, socket.remote)
            print(" ", descriptor.fd, *(word or "-" for word in words))


collect = Procview.Collect.LIMITS | Procview.Collect.SOCKETS
try:
    with Procview.Scanner.open() as scanner:
        for table in scanner.scan(pids=map(int, sys.argv[1:]), collect=collect).fd_tables:
            print_table(table)
except GLib.Error as error:
    sys.exit(error.message)
