# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the program in the README compile without a warning, and does it say what has been opened?
#
# Compiled by the compiler given as arguments, against the headers and the library of the build.

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = sys.argv[1:]
WARNINGS = ["-Wall", "-Wextra", "-Werror"]


def programs(document):
    return re.findall(r"^```c\n(.*?)^```$", document.read_text(encoding="utf-8"), re.M | re.S)


def pkg_config(option):
    return subprocess.run(
        ["pkg-config", option, "gio-2.0"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()


class Program(unittest.TestCase):
    def test_it_compiles_and_sees_an_open_file(self):
        found = programs(ROOT / "README.md")
        self.assertEqual(len(found), 1)
        library = pathlib.Path(os.environ["PROCVIEW_LIBRARY"])
        headers = [f"-I{path}" for path in os.environ["PROCVIEW_HEADERS"].split(":")]
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "program.c")
            program = pathlib.Path(folder, "program")
            source.write_text(found[0], encoding="utf-8")
            subprocess.run(
                [*COMPILER, *WARNINGS, *headers, *pkg_config("--cflags"), "-o", program, source]
                + [library, f"-Wl,-rpath,{library.parent}", *pkg_config("--libs")],
                check=True,
            )
            # The test's own descriptors are inherited by nobody: the program looks at this process.
            with open(source, "rb"):
                ran = subprocess.run([program], check=True, stdout=subprocess.PIPE)
            self.assertIn(os.fsencode(source), ran.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
