# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does every public header compile alone, without a warning, as strict C99 or as C++? And is a program
# warned that uses what came after the release that it is for, or what is deprecated since?
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


OLD = "#define PROCVIEW_VERSION_{} G_ENCODE_VERSION(0, 0)\n"
MIN, MAX = OLD.format("MIN_REQUIRED"), OLD.format("MAX_ALLOWED")
NOW = "#define PROCVIEW_VERSION_MAX_ALLOWED PROCVIEW_VERSION_0_1\n"
INCLUDE = "#include <procview/procview.h>\n"
USE = "const char *f(void);\nconst char *f(void) { return procview_get_version_string(); }\n"
DEPRECATED = "PROCVIEW_DEPRECATED_IN_0_1_FOR(newer)\nconst char *older(void);\n"
USE_DEPRECATED = DEPRECATED + USE.replace("procview_get_version_string", "older")


class Availability(unittest.TestCase):
    def test_without_a_release_nothing_is_too_new(self):
        self.assertEqual(compile_source(INCLUDE + USE), "")
        self.assertEqual(compile_source(NOW + INCLUDE + USE), "")

    def test_what_came_later_is_warned_of(self):
        said = compile_source(MIN + MAX + INCLUDE + USE)
        self.assertIn("Not available before 0.1", said)
        self.assertIn("procview_get_version_string", said)
        # That it is in the headers is nothing to warn of.
        self.assertEqual(compile_source(MIN + MAX + INCLUDE + "extern int nothing;\n"), "")

    def test_what_is_deprecated_is_warned_of(self):
        said = compile_source(INCLUDE + USE_DEPRECATED)
        self.assertRegex(said, "older.*deprecated.*newer")
        self.assertEqual(compile_source(MIN + INCLUDE + USE_DEPRECATED), "")
        self.assertEqual(compile_source(INCLUDE + DEPRECATED), "")

    def test_the_wrong_way_round(self):
        self.assertIn("is below", compile_source(MAX + INCLUDE))


if __name__ == "__main__":
    if not COMPILER:
        print(f"no compiler for {LANGUAGE}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
