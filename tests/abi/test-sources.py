# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is every source short enough to be read, and does it say under which licence it stands?

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("include", "lib", "bindings", "tools", "tests", "doc", ".ci")
LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
# Of programs for the kernel, which takes no other.
KERNEL_LICENCE = "(GPL-2.0-only OR BSD-2-Clause)"
KERNEL_SOURCES = re.compile(r".*\.bpf\.[ch]|.*-types\.h|wire\.h")
COPYRIGHT = "Copyright the libprocview authors"
MAX_LINES = {".c": 700, ".h": 250, ".py": 500, "meson.build": 250}
# A program for the kernel is one translation unit: its parts are headers, and so are the kernel's types.
MAX_KERNEL_LINES = 450
SOURCES = (".c", ".h", ".py", ".sh", ".in")
# Signs of work that was put off; written so that this file has none.
PUT_OFF = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def sources(root):
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(root, folder).rglob("*")):
            if path.suffix in SOURCES or path.name == "meson.build":
                yield path


def complaints(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    limit = MAX_LINES.get(path.name, MAX_LINES.get(path.suffix))
    if KERNEL_SOURCES.fullmatch(path.name):
        limit = MAX_KERNEL_LINES
    if limit is not None and len(lines) - 1 > limit:
        yield f"{path}: {len(lines) - 1} lines, {limit} are allowed"
    head = "\n".join(lines[:4])
    kernel = KERNEL_SOURCES.fullmatch(path.name) and KERNEL_LICENCE in head
    if LICENCE not in head and not kernel:
        yield f"{path}: no licence in its first lines"
    if path.suffix in (".c", ".h") and COPYRIGHT not in head:
        yield f"{path}: no copyright in its first lines"
    for number, line in enumerate(lines, 1):
        if PUT_OFF.search(line):
            yield f"{path}:{number}: put off"


class Sources(unittest.TestCase):
    def test_all(self):
        found = list(sources(ROOT))
        self.assertGreater(len(found), 50)
        self.assertEqual([text for path in found for text in complaints(path)], [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
