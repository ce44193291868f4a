# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the manual page tell of every option and every column, and does it print without complaint?

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from ptree_cli import Scene, copy_command, run, run_as_nobody

PAGE = pathlib.Path(__file__).resolve().parents[2] / "doc" / "man" / "ptree.1"
SOURCE = PAGE.read_text(encoding="utf-8")
TEXT = re.sub(r"\\f.|\"|\\&", "", SOURCE).replace(r"\-", "-")


def format_page(*args):
    ran = subprocess.run([*args, PAGE], capture_output=True, timeout=60)
    return (ran.stdout + ran.stderr) if args[0] == "mandoc" else ran.stderr


JSON = SOURCE.partition(".SH JSON")[2].partition(".SH EXIT STATUS")[0]


def keys_of(value):
    """Every key of every object in there."""
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from keys_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_of(item)


def documents(output):
    return [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]


class Json(unittest.TestCase):
    def check(self, result):
        """One document, or lines: both hold objects that begin a line."""
        self.assertEqual(result.status, 0, result)
        text = result.out
        try:
            found = [json.loads(text)]
        except ValueError:
            found = documents(text)
        keys = set().union(*map(set, map(keys_of, found)))
        self.assertLessEqual({"procview", "complete", "pid", "comm"}, keys)
        for key in keys:
            with self.subTest(key=key):
                self.assertRegex(JSON, rf"(?m)^\.(B|BR|RB) (\( )?{key}( |$)")

    def test_every_key_of_details(self):
        with contextlib.ExitStack() as stack:
            pids = []
            for name in ("details", "sockets", "ends", "epoll", "locks", "held"):
                with contextlib.suppress(unittest.SkipTest):
                    pids += stack.enter_context(Scene(name)).pids
            for args in (["-Jf"], ["-f", "-Jlines"], ["-Jf", "-o", "MAPPED"],
                         ["-Jf", "--backend", "procfs"]):
                with self.subTest(args=args):
                    self.check(run(*args, *pids))

    def test_every_key(self):
        with Scene("zoo") as zoo, Scene("unshared-thread") as threads:
            for args in (["-J"], ["-Jtf"], ["-tf", "-Jlines"], ["-Jtf", "--backend", "procfs"]):
                with self.subTest(args=args):
                    self.check(run(*args))
                    self.check(run(*args, zoo.pids[0], threads.pids[0]))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
    def test_every_key_of_what_is_denied(self):
        with tempfile.TemporaryDirectory() as folder:
            command = copy_command(folder)
            for args in (["-J"], ["-Jtf"], ["-tf", "-Jlines"]):
                with self.subTest(args=args):
                    result = run_as_nobody(command, *args)
                    self.assertIn(b'"needs"', result.out)
                    self.check(result)


class Manual(unittest.TestCase):
    def test_every_option(self):
        help_text = "\n".join(run("--help").lines)
        options = re.findall(r"(?m)(?:^  |  )(?:-(.), |    )(--[a-z-]+)", help_text)
        self.assertGreater(len(options), 10)
        section = TEXT.partition("\n.SH OPTIONS\n")[2].partition("\n.SH ")[0]
        for letter, name in options:
            with self.subTest(option=name):
                headed = re.findall(rf"(?m)^\.TP\n\.B[RI]? .*{name}(?![a-z-])", section)
                self.assertEqual(len(headed), 1, headed)
                if letter:
                    self.assertRegex(headed[0], rf"\.B[RI] -{letter} ")

    def test_no_other_option(self):
        known = set(re.findall(r" (--[a-z-]+)", "\n".join(run("--help").lines)))
        section = TEXT.partition("\n.SH OPTIONS\n")[2].partition("\n.SH ")[0]
        self.assertEqual(set(re.findall(r"--[a-z-]+", section)) - known, set())

    def test_every_column(self):
        headed = re.findall(r"(?m)^\.TP.*\n\.B ([A-Z%]+)$", SOURCE.partition(".SH COLUMNS")[2])
        listed = [line.split()[0] for line in run("-H").lines]
        self.assertEqual(headed[: len(listed)], listed)

    def test_every_section(self):
        sections = re.findall(r"(?m)^\.SH (.*)$", SOURCE)
        for name in ("NAME", "SYNOPSIS", "DESCRIPTION", "WHAT", "OPTIONS", "COLUMNS", "OUTPUT",
                     "DESCRIPTORS", "JSON", "EXIT STATUS", "NOTES", "RECIPES", "EXAMPLES",
                     "SEE ALSO"):
            self.assertIn(name, sections)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc(self):
        self.assertEqual(format_page("mandoc", "-T", "lint", "-W", "warning"), b"")

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_groff(self):
        self.assertEqual(format_page("groff", "-man", "-ww", "-Tutf8"), b"")


if __name__ == "__main__":
    unittest.main()
