# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
"""psutil as a contestant of the benchmark: what regular files each process has open.

Speaks as worker.c does: a line when it is ready; then, for each line on stdin with a process id or
0 for all, a line with what it took.
"""

import os
import resource
import sys
import time

DISTRIBUTION = "/usr/bin/python3"

try:
    import psutil
except ImportError as error:
    # The python that came first may not be the one that the distribution's modules are for.
    if os.path.exists(DISTRIBUTION) and "--again" not in sys.argv:
        os.execv(DISTRIBUTION, [DISTRIBUTION, __file__, "--again"])
    print(f"cannot {error}", flush=True)
    sys.exit(0)


def scan(pid):
    n_processes = n_files = 0
    for process in [psutil.Process(pid)] if pid else psutil.process_iter():
        try:
            n_files += len(process.open_files())
            n_processes += 1
        except psutil.Error:
            pass
    return n_processes, n_files


def main():
    print(f"open 0 {psutil.__version__}", flush=True)
    for line in sys.stdin:
        wall, cpu = time.monotonic_ns(), time.process_time_ns()
        n_processes, n_files = scan(int(line))
        wall, cpu = time.monotonic_ns() - wall, time.process_time_ns() - cpu
        rss_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"done {wall} {cpu} {rss_kib} {n_processes} 0 0 {n_files}", flush=True)


main()
