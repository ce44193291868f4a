# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What does a person see, in a terminal with so many columns?  tmux(1) is that terminal: what it
# shows was really drawn, with the widths that a terminal gives to characters.

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from ptree_cli import ENVIRONMENT, PTREE, Scene

HEIGHT = 200
WIDTHS = (20, 40, 80, 200)
COLOR = re.compile(r"\x1b\[[\d;]*m")


class Screen:
    """A terminal of so many columns; ends with the block."""

    def __init__(self, width, height=HEIGHT):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = os.path.join(self.folder.name, "tmux")
        self.done = os.path.join(self.folder.name, "done")
        self.width, self.height = width, height

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.tmux("kill-server", check=False)
        self.folder.cleanup()

    def tmux(self, *args, check=True):
        ran = subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *args],
                             env={**ENVIRONMENT, "TERM": "xterm-256color"}, check=check,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        return ran.stdout.decode()

    def show(self, *args, colors=False):
        """Runs ptree there; the lines of the screen when it has ended."""
        command = ["sh", "-c", '"$@" 2>/dev/null; : >"$0"; sleep 600', self.done, PTREE]
        self.tmux("new-session", "-d", "-x", str(self.width), "-y", str(self.height),
                  *command, *map(str, args))
        for _ in range(600):
            if os.path.exists(self.done):
                break
            time.sleep(0.05)
        lines = self.capture("-e" if colors else "-p")
        # Lines that the terminal had to wrap come as one.
        self.n_wrapped = len(lines) - len(self.capture("-J"))
        return lines

    def capture(self, option):
        shown = self.tmux("capture-pane", "-p", option)
        return [line.rstrip() for line in shown.rstrip("\n").split("\n")]


def look(width, *args, **options):
    with Screen(width) as screen:
        lines = screen.show(*args, **options)
        if screen.n_wrapped > 0:
            raise AssertionError(f"{screen.n_wrapped} lines are wrapped: {lines}")
        return lines


def columns_of(heading, *names):
    """Where each column ends that is aligned to the right."""
    return [heading.index(name) + len(name) for name in names]


class Widths(unittest.TestCase):
    def test_nothing_is_wrapped(self):
        with Scene("names") as names, Scene("ends") as ends:
            for width in WIDTHS:
                for args in ([], ["-t"], ["-f", names.pids[0]], ["-tf", *ends.pids],
                             ["-o", "+EXE,FDS%,START", names.pids[0]]):
                    with self.subTest(width=width, args=args):
                        self.assertGreater(len(look(width, *args)), 2)

    def test_a_line_that_is_wrapped_would_be_seen(self):
        with self.assertRaises(AssertionError):
            look(40, "-H")

    def test_columns_are_aligned(self):
        with Scene("many", "P=5", "F=3") as scene:
            for width in (80, 200):
                lines = look(width, "-c", scene.pids[0])
                ends = columns_of(lines[0], "PID", "THR", "FDS", "LIMIT")
                for line in lines[1:]:
                    for end in ends:
                        self.assertRegex(line[end - 1], r"[\d KM+!]", line)
                        self.assertEqual(line[end], " ", line)
                self.assertIn("COMMAND", lines[0])

    def test_names_of_all_scripts(self):
        names = ["日本語のファイル", "한글", "\u1112\u1161\u11ab", "e\u0301\u0302", "🇩🇪🇫🇷", "👍🏽", "❤\ufe0f",
                 "👩\u200d👧", "كتاب"]
        with tempfile.TemporaryDirectory() as folder:
            with contextlib.ExitStack() as files:
                for name in names:
                    files.enter_context(open(os.path.join(folder, name * 3), "wb"))
                for width in (60, 61, 66, 67, 80, 133):
                    lines = look(width, "-f", os.getpid())
                    shown = [line for line in lines if " regular " in line]
                    self.assertGreaterEqual(len(shown), len(names), lines)


class Seen(unittest.TestCase):
    def test_who_shares(self):
        with Scene("clone-files") as scene:
            lines = look(120, *scene.pids)
            self.assertIn("TABLE", lines[0])
            tables = {re.search(r" (#\d+)", line)[1] for line in lines
                      if re.match(rf" *({'|'.join(map(str, scene.pids))}) ", line)}
            self.assertEqual(len(tables), 1, lines)

    def test_other_end_is_seen_in_80_columns(self):
        with Scene("ends") as scene:
            lines = look(80, "-f", *scene.pids)
            ends = [line for line in lines if re.search(r"─ \d+ +\S+ +pipe .*→ ", line)]
            self.assertGreater(len(ends), 2, lines)
            for line in ends:
                self.assertRegex(line, r"→ (fd \d|\d)", line)

    def test_matched_and_ancestors(self):
        lines = look(80, os.getpid(), colors=True)
        own = [line for line in lines if re.match(rf" *{os.getpid()} ", COLOR.sub("", line))]
        self.assertEqual(len(own), 1, lines)
        # tmux tells what changes, from line to line.
        self.assertRegex("".join(lines), r"\x1b\[(0;)?1m[^\x1b]*(\x1b\[[34]9m)* *%d " % os.getpid())
        self.assertRegex(lines[1], r"\x1b\[2m")


if __name__ == "__main__":
    if shutil.which("tmux") is None:
        print("needs tmux")
        sys.exit(77)
    unittest.main()
