# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Do the lines that say the same become one, and only those?  And what does the picture tell by
# itself of limits and of tables that are shared?

import os
import re
import resource
import signal
import subprocess
import sys
import unittest

from ptree_cli import Scene, await_sleep, run, run_on_terminal

SELF = os.getpid()
TIME = f"100.{SELF}"
SLEEP = ["sleep", TIME]


class Sleepers:
    """Children that look alike, some with other arguments."""

    def __init__(self, n, *others, fds=(), cwd=None):
        self.children = [subprocess.Popen(SLEEP, pass_fds=fds, cwd=cwd) for _ in range(n)]
        self.children += [subprocess.Popen(other) for other in others]
        for child in self.children:
            await_sleep(child.pid, "sleep")

    def __enter__(self):
        return sorted(child.pid for child in self.children)

    def __exit__(self, *error):
        for child in self.children:
            child.kill()
            child.wait()


class Limited:
    """A process that has three descriptors and has lowered its limit since it runs."""

    def __init__(self, soft):
        code = f"import resource; r = resource.RLIMIT_NOFILE; resource.setrlimit(r, ({soft},) * 2)"
        command = [sys.executable, "-c", code + "; print(flush=True); input()"]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        self.child.stdout.readline()
        return self.child.pid

    def __exit__(self, *error):
        self.child.communicate(b"\n")


def rows_of(word, *args, **options):
    return [line for line in run(*args, **options).lines if word in line]


class Folding(unittest.TestCase):
    def test_what_is_alike_is_one_line(self):
        with Sleepers(5, ["sleep", TIME + "1"]) as pids:
            rows = rows_of(f"sleep {TIME}", SELF)
            self.assertEqual(len(rows), 2, rows)
            folded = next(row for row in rows if f"5*[sleep {TIME}]" in row)
            self.assertTrue(folded.lstrip().startswith(f"{pids[0]}+ "), folded)
            self.assertTrue(any(row.endswith(f"-sleep {TIME}1") for row in rows), rows)

    def test_each_has_a_line(self):
        with Sleepers(4) as pids:
            for args in (["-c", SELF], ["--no-fold", SELF], pids):
                rows = rows_of(f"sleep {TIME}", *args)
                self.assertEqual([int(row.split()[0]) for row in rows], pids, args)
            rows = rows_of(f"sleep\\x20{TIME}", "-r", "-o", "PID,COMMAND")
            self.assertEqual([int(row.split()[0]) for row in rows], pids)
            pids_alone = [int(line) for line in run("-q").lines]
            self.assertTrue(set(pids) <= set(pids_alone))

    def test_who_matched_is_not_folded(self):
        with Sleepers(4) as pids:
            rows = rows_of(f"sleep {TIME}", SELF, pids[2])
            self.assertEqual(len(rows), 2, rows)
            self.assertEqual(sum(f"3*[sleep {TIME}]" in row for row in rows), 1, rows)
            self.assertEqual([row.split()[0] for row in rows if "*[" not in row], [str(pids[2])])

    def test_what_differs_in_a_shown_column_is_not_folded(self):
        with Sleepers(3), Sleepers(1, cwd="/"):
            self.assertEqual(len(rows_of(f"sleep {TIME}", "-o", "+PGID", SELF)), 1)
            rows = rows_of(f"sleep {TIME}", "-o", "+CWD", SELF)
            self.assertEqual(len(rows), 2, rows)

    def test_amounts_are_a_range(self):
        with Sleepers(2), open("/dev/null", "rb") as null, Sleepers(1, fds=[null.fileno()]):
            (row,) = rows_of(f"3*[sleep {TIME}]", "-o", "PID,FDS,FDS%,START,COMMAND", SELF)
            self.assertRegex(row, r"^ *\d+\+ +3-4 +\d\.\d(-\d\.\d)? +\d+\.\d\d(-\d+\.\d\d)? ")

    def test_with_files_only_what_has_none_below(self):
        with Sleepers(3):
            self.assertEqual(len(rows_of(f"sleep {TIME}", "-f")), 3)
            self.assertEqual(len(rows_of(f"3*[sleep {TIME}]", "-f", SELF)), 1)

    def test_threads(self):
        with Scene("unshared-thread", "T=6") as scene:
            pid = scene.pids[0]
            own = next(tid for table in scene.tables if len(table) == 1 for tid in table)
            rows = rows_of("{workload}", "-t", pid)
            self.assertEqual(sorted(re.sub(r".*-", "", row) for row in rows),
                             sorted(["4*{workload}", "{workload}"]), rows)
            self.assertIn(str(own), next(row for row in rows if "*{" not in row).split())
            self.assertEqual(len(rows_of("{workload}", "-tc", pid)), 5)
            named = max(set().union(*scene.tables) - {pid, own})
            rows = rows_of("{workload}", "-t", named)
            self.assertEqual(len([row for row in rows if "3*{workload}" in row]), 1, rows)

    def test_defunct(self):
        with Sleepers(3) as pids:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            rows = rows_of("<defunct>", SELF)
            self.assertEqual(len(rows), 1, rows)
            self.assertRegex(rows[0], rf"^ *{pids[0]}\+ .*3\*\[sleep\] <defunct>$")

    def test_of_kernel_threads_what_they_have_in_common(self):
        rows = rows_of("[kworker/")
        names = {name for name in os.listdir("/proc") if name.isdigit()}
        if not rows:
            self.skipTest("no kernel threads here")
        self.assertTrue(names)
        self.assertEqual(len([row for row in rows if re.search(r"-\d+\*\[kworker/\.\.\.\]", row)]),
                         1, rows)
        self.assertGreater(len(rows_of("[kworker/", "-c")), len(rows))


class Limits(unittest.TestCase):
    def limit_of(self, soft, *args):
        with Limited(soft) as pid:
            return run("-o", "LIMIT,FDS,FDS%,PID", "--no-headings", *args, pid).lines[-1].split()

    def test_short_and_exact(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        for soft, short in ((100, "100"), (1024, "1024"), (4096, "4096"), (9999, "9999"),
                            (10001, "10001"), (10240, "10K"), (20000, "20000"), (65536, "64K"),
                            (65535, "65535"), (1048576, "1M")):
            if soft <= hard:
                self.assertEqual(self.limit_of(soft)[0], short)
                self.assertEqual(self.limit_of(soft, "-r")[0], str(soft))

    def test_nearly_used_up(self):
        for soft, mark in ((30, ""), (4, ""), (3, "!")):
            limit, fds, percent, _ = self.limit_of(soft)
            self.assertEqual((limit, fds), (str(soft), "3" + ("!" if 3 / soft >= 0.8 else "")))
            self.assertEqual(percent, f"{300 / soft:.1f}")
            self.assertEqual(mark, "!" if fds.endswith("!") else "")
            self.assertEqual(self.limit_of(soft, "-r")[1:3], ["3", f"{300 / soft:.4f}"])

    def test_color_says_it_where_there_are_some(self):
        for soft, color in ((3, b"\x1b[37;41m"), (30, None)):
            with Limited(soft) as pid:
                _, out = run_on_terminal(200, "-o", "PID,FDS,LIMIT", pid)
            self.assertNotIn(b"!", out)
            self.assertEqual(b"\x1b[3" in out, color is not None, out)
            self.assertIn(color or b"", out)

    def test_kernel_threads_have_none(self):
        rows = rows_of("[kthreadd]", "-o", "PID,LIMIT,COMMAND")
        for row in rows:
            self.assertEqual(len(row.split()), 2, row)


class Glance(unittest.TestCase):
    def test_two_processes(self):
        with Scene("clone-files") as scene:
            lines = run(*scene.pids).lines
            self.assertIn("TABLE", lines[0])
            said = [line.split()[5] for line in lines[1:]
                    if line.split()[0] in map(str, scene.pids)]
            self.assertEqual(len(said), 2)
            self.assertEqual(len(set(said)), 1, lines)
            self.assertRegex(said[0], r"^#\d+$")

    def test_threads_with_tables_of_their_own(self):
        with Scene("leavers") as scene:
            lines = run(scene.pids[0]).lines
            row = next(line for line in lines if line.split()[0] == str(scene.pids[0]))
            n = len([table for table in scene.tables if table]) - 1
            if n > 0:
                self.assertRegex(row.split()[5], rf"^#\d+\+{n}$")
        with Scene("unshared-thread") as scene:
            row = run(scene.pids[0]).lines[-1].split()
            self.assertRegex(row[5], r"^#\d+\+1$")

    def test_nothing_to_tell(self):
        with Scene("threads") as scene:
            self.assertNotIn("TABLE", run(scene.pids[0]).lines[0])
            self.assertIn("TABLE", run("-t", scene.pids[0]).lines[0])

    def test_who_names_columns_gets_those(self):
        with Scene("clone-files") as scene:
            self.assertNotIn("TABLE", run("-o", "PID,COMMAND", *scene.pids).lines[0])
            self.assertNotIn("TABLE", run("-r", *scene.pids).lines[0])
            self.assertIn("TABLE", run("-o", "+EXE", *scene.pids).lines[0])


if __name__ == "__main__":
    unittest.main()
