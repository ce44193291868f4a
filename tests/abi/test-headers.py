# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does every public header compile alone, without a warning, as strict C99 or as C++?
#
# Arguments: c or c++, the folders of headers, "--", the compiler. Without a compiler: skipped.

import pathlib
import subprocess
import sys
import tempfile
import unittest

DIALECTS = {
    "c": ("c", ["-std=c99", "-pedantic", "-Wall", "-Werror"]),
    "c++": ("cc", ["-std=c++11", "-Wall", "-Werror"]),
}
SPLIT = sys.argv.index("--")
LANGUAGE, *FOLDERS = sys.argv[1:SPLIT]
COMPILER = sys.argv[SPLIT + 1 :]


def glib_flags():
    # As a program gets them, and not as system headers, in whose macros nothing is complained of.
    return subprocess.run(
        ["pkg-config", "--cflags", "gio-2.0"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()


def headers():
    found = {}
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(folder, "procview").glob("*.h")):
            found[path.name] = path
    return sorted(found)


def compile_source(text):
    """Returns what the compiler complains about."""
    suffix, options = DIALECTS[LANGUAGE]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "alone." + suffix)
        source.write_text(text, encoding="utf-8")
        command = [*COMPILER, *options, "-fsyntax-only"]
        command += [f"-I{folder}" for folder in FOLDERS] + glib_flags() + [source]
        return subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False).stderr


class Headers(unittest.TestCase):
    maxDiff = None

    def test_alone(self):
        found = headers()
        self.assertIn("procview.h", found)
        self.assertIn("version.h", found)
        for name in found:
            with self.subTest(header=name):
                # Twice: a header guards itself. And strict C has no empty files.
                include = f"#include <procview/{name}>\n"
                self.assertEqual(compile_source(2 * include + "extern int nothing;\n"), "")

    def test_umbrella_has_all(self):
        text = pathlib.Path(FOLDERS[0], "procview", "procview.h").read_text(encoding="utf-8")
        for name in headers():
            if name not in ("procview.h", "version-macros.h"):
                self.assertIn(f"#include <procview/{name}>", text)

    def test_complaints_are_seen(self):
        self.assertNotEqual(compile_source("#include <procview/absent.h>\n"), "")
        self.assertNotEqual(compile_source("int f(void) { int unused; return 0; }\n"), "")
        if LANGUAGE == "c":
            self.assertNotEqual(compile_source("int f(int n) { return n ?: 1; }\n"), "")


if __name__ == "__main__":
    if not COMPILER:
        print(f"no compiler for {LANGUAGE}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
