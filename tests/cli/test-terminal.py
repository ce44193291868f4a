# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the picture fit the terminal, and does it use only what the terminal has?

import os
import re
import subprocess
import unicodedata
import unittest

from ptree_cli import ESCAPE, Scene, run, run_on_terminal

SELF = os.getpid()
COLOR = re.compile(rb"\x1b\[[\d;]*m")


def width_of(line):
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide - sum(unicodedata.combining(c) > 0 for c in line)

# Less than command lines here take, and enough for however deep a tree the tests run in.
WIDE = 120


class Terminal(unittest.TestCase):
    def test_no_line_is_wider(self):
        with Scene("names") as scene:
            for width in (5, 12, 20, 40, 80, 133):
                for args in ([], ["-tf"], ["-o", "+EXE,LIMIT,STATE,SID,PGID"], ["-o", "EXE,PID"]):
                    with self.subTest(width=width, args=args):
                        status, out = run_on_terminal(width, *args, scene.pids[0])
                        lines = COLOR.sub(b"", out).decode().splitlines()
                        self.assertEqual(status, 0)
                        self.assertGreater(len(lines), 2)
                        self.assertLessEqual(max(map(width_of, lines)), width)

    def test_other_columns_stay(self):
        with Scene("names") as scene:
            columns = "PID,COMMAND,FD,NAME"
            env = {"NO_COLOR": "1"}
            _, out = run_on_terminal(WIDE, "-f", "-o", columns, scene.pids[0], env=env)
            shown = {}
            for line in out.decode().splitlines()[1:]:
                self.assertLessEqual(width_of(line), WIDE)
                found = re.search(r" (\d+) (\S.*)$", line)
                # However deep the tree: of a descriptor's own cell the mode at least is left.
                if re.search("[├└]─(rw|r|w|-) ", line) and found:
                    shown[int(found[1])] = found[2]
            for _, fd, path in scene.files():
                self.assertIn(fd, shown)
            deleted = [name for name in shown.values() if name.endswith("/deleted (deleted)")]
            self.assertEqual(len(deleted), 1, shown)

    def test_what_is_cut_ends_with_an_ellipsis(self):
        long = ["sh", "-c", "read x; exit", "x" * 2000]
        with subprocess.Popen(long, stdin=subprocess.PIPE) as child:
            for env, mark in (({}, "…"), ({"LC_ALL": "C"}, "~"), ({"TERM": "dumb"}, "~")):
                for args in ([], ["-o", "COMMAND,PID,STATE"]):
                    _, out = run_on_terminal(WIDE, *args, child.pid, env={"NO_COLOR": "1", **env})
                    row = [line for line in out.decode().splitlines() if "read x" in line]
                    self.assertEqual(len(row), 1, out)
                    self.assertIn(f"x{mark}", row[0])
                    self.assertIn(str(child.pid), row[0])
                    self.assertIn(width_of(row[0]), range(WIDE - 10, WIDE + 1))
            child.stdin.close()

    def test_paths_keep_their_end(self):
        with Scene("names") as scene:
            _, out = run_on_terminal(100, "-f", scene.pids[0], env={"NO_COLOR": "1"})
            lines = out.decode().splitlines()
            self.assertTrue(any(re.search(r"104 rw regular +.*/again \(deleted\)$", line)
                                for line in lines), lines)

    def test_wide_terminal_is_used(self):
        _, out = run_on_terminal(40, SELF, env={"NO_COLOR": "1"})
        narrow = max(map(width_of, out.decode().splitlines()))
        _, out = run_on_terminal(400, SELF, env={"NO_COLOR": "1"})
        self.assertEqual(narrow, 40)
        self.assertGreater(max(map(width_of, out.decode().splitlines())), 40)

    def test_nothing_is_cut_elsewhere(self):
        result = run(SELF, env={"COLUMNS": "20"})
        with open("/proc/self/cmdline", "rb") as file:
            command = file.read().rstrip(b"\0").replace(b"\0", b" ")
        self.assertIn(command, result.out)

    def test_raw_is_not_cut(self):
        _, out = run_on_terminal(20, "-r", SELF)
        self.assertGreater(max(map(len, out.splitlines())), 20)
        self.assertNotIn(ESCAPE, out)

    def test_colors_where_there_are_some(self):
        _, out = run_on_terminal(80, SELF)
        lines = out.splitlines()
        own = [line for line in lines if str(SELF).encode() in line.split(b"python")[0]]
        self.assertIn(b"\x1b[1m", own[0])
        self.assertIn(b"\x1b[2m", lines[1])
        self.assertTrue(all(line.count(ESCAPE) % 2 == 0 for line in lines), lines)

    def test_everything_is_plain(self):
        _, out = run_on_terminal(80)
        self.assertNotIn(b"\x1b[1m", out)
        self.assertNotIn(b"\x1b[2m", out)

    def test_for_a_pager(self):
        out = run("--color=always", SELF).out
        self.assertIn("└─".encode(), out)
        self.assertGreater(max(map(len, out.splitlines())), WIDE)
        self.assertTrue(run("--color=always", SELF, env={"LC_ALL": "C"}).out.isascii())
        # As watch(1) runs it.
        lines = run("--color=always", SELF, env={"COLUMNS": "50"}).out
        lines = COLOR.sub(b"", lines).decode().splitlines()
        self.assertEqual(max(map(width_of, lines)), 50)
        self.assertGreater(max(map(len, run("-r", "--color=always", SELF,
                                            env={"COLUMNS": "20"}).lines)), 20)

    def test_no_colors(self):
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}):
            with self.subTest(env=env):
                self.assertNotIn(ESCAPE, run_on_terminal(80, SELF, env=env)[1])
        self.assertNotIn(ESCAPE, run_on_terminal(80, "--color=never", SELF)[1])
        self.assertNotIn(ESCAPE, run(SELF).out)

    def test_colors_on_demand(self):
        self.assertIn(ESCAPE, run("--color=always", SELF).out)
        self.assertIn(ESCAPE, run_on_terminal(80, "--color=always", SELF,
                                              env={"NO_COLOR": "1"})[1])
        self.assertIn(ESCAPE, run_on_terminal(80, SELF, env={"NO_COLOR": ""})[1])

    def test_lines_are_drawn_where_they_can_be(self):
        self.assertIn("└─".encode(), run_on_terminal(80, SELF)[1])
        for env in ({"LC_ALL": "C"}, {"TERM": "dumb"}):
            with self.subTest(env=env):
                out = run_on_terminal(80, SELF, env=env)[1]
                self.assertTrue(out.isascii())
                self.assertIn(b"`-", out)
        self.assertIn(b"`-", run(SELF).out)

    def test_progress_is_not_shown_for_what_is_quick(self):
        self.assertNotIn(b"\r", run_on_terminal(80, "-q", SELF)[1])


if __name__ == "__main__":
    unittest.main()
