# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Ports that nobody else has: who asks the kernel for one, or connects, gets it out of a range. Other
# tests do so at the same time, in other namespaces too, and so those below are taken.

import errno
import random

with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as limits:
    FIRST_GIVEN = int(limits.read().split()[0])


def bind(made, address):
    while True:
        try:
            return made.bind((address, random.randrange(FIRST_GIVEN - 9999, FIRST_GIVEN)))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
