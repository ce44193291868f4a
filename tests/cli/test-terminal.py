# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the picture fit the terminal, and does it use only what the terminal has?

import os
import re
import unicodedata
import unittest

from ptree_cli import ESCAPE, Scene, run, run_on_terminal

SELF = os.getpid()
COLOR = re.compile(rb"\x1b\[\d*m")


def width_of(line):
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide - sum(unicodedata.combining(c) > 0 for c in line)


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
        self.assertTrue(all(line.count(ESCAPE) in (0, 2) for line in lines), lines)

    def test_everything_is_plain(self):
        _, out = run_on_terminal(80)
        self.assertNotIn(ESCAPE, out)

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
