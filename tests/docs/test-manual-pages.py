# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Are the manual pages free of mistakes that mandoc knows of?

import pathlib
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "doc" / "man").glob("*.[1-8]"))


def complaints(command):
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ran.stdout


class ManualPages(unittest.TestCase):
    def test_there_are_pages(self):
        self.assertEqual([page.name for page in PAGES], ["libprocview.7", "ptree.1"])

    def test_mandoc_finds_nothing(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                self.assertEqual(complaints(["mandoc", "-T", "lint", "-W", "warning", page]), "")

    def test_mandoc_would_find_something(self):
        ran = subprocess.run(
            ["mandoc", "-T", "lint", "-W", "warning"],
            input=".TH X 1\n.SH NAME\n.UNKNOWN macro\n",
            stdout=subprocess.PIPE,
            text=True,
        )
        self.assertIn("UNKNOWN", ran.stdout)


if __name__ == "__main__":
    if shutil.which("mandoc") is None:
        print("mandoc is not installed")
        sys.exit(77)
    unittest.main()
