# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the manual page tell of every option and every column, and does it print without complaint?

import pathlib
import re
import shutil
import subprocess
import unittest

from ptree_cli import run

PAGE = pathlib.Path(__file__).resolve().parents[2] / "doc" / "man" / "ptree.1"
SOURCE = PAGE.read_text(encoding="utf-8")
TEXT = re.sub(r"\\f.|\"|\\&", "", SOURCE).replace(r"\-", "-")


def format_page(*args):
    ran = subprocess.run([*args, PAGE], capture_output=True, timeout=60)
    return (ran.stdout + ran.stderr) if args[0] == "mandoc" else ran.stderr


class Manual(unittest.TestCase):
    def test_every_option(self):
        for line in run("--help").lines:
            found = re.match(r"  (?:-(.),|   ) (--[a-z-]+)", line)
            if found:
                with self.subTest(option=found[2]):
                    self.assertIn(found[2], TEXT)
                    if found[1]:
                        self.assertRegex(TEXT, rf"(?m)^\.B[RI] -{found[1]} ")

    def test_every_column(self):
        headed = re.findall(r"(?m)^\.TP.*\n\.B ([A-Z]+)$", SOURCE.partition(".SH COLUMNS")[2])
        listed = [line.split()[0] for line in run("-H").lines]
        self.assertEqual(headed[: len(listed)], listed)

    def test_every_section(self):
        sections = re.findall(r"(?m)^\.SH (.*)$", SOURCE)
        for name in ("NAME", "SYNOPSIS", "DESCRIPTION", "WHAT", "OPTIONS", "COLUMNS", "OUTPUT",
                     "JSON", "EXIT STATUS", "NOTES", "EXAMPLES", "SEE ALSO"):
            self.assertIn(name, sections)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc(self):
        self.assertEqual(format_page("mandoc", "-T", "lint", "-W", "warning"), b"")

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_groff(self):
        self.assertEqual(format_page("groff", "-man", "-ww", "-Tutf8"), b"")


if __name__ == "__main__":
    unittest.main()
