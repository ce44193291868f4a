# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# The package for Go: what its own tests say upon live scenes, whether it is formatted as Go wants it, and
# whether every value of the library's enumerations has a name in it.

import pathlib
import re
import subprocess
import sys
import unittest

from bindings_test import SOURCE_ROOT
from compilers import GO_PACKAGE, go

sys.path.insert(0, str(SOURCE_ROOT / "tests" / "abi"))
from declared import headers

# 0 of flags needs no name; facts are met, and named by the library.
NO_NAME = re.compile(r"PROCVIEW_(FACT_\w+|\w+_NONE|COLLECT_NOTHING|JSON_DOCUMENT|\w+_H)")
ENUMERATION = re.compile(r"typedef enum[^{]*\{(.*?)\} Procview(\w+);", re.S)
# Of what is not in the package.
LEFT_OUT = {"Content", "HeldBy", "JsonExtent", "LockType", "MappingFlags", "MarkType", "Membership"}


def values(include):
    for _, text in headers([include]):
        for body, name in ENUMERATION.findall(text):
            if name not in LEFT_OUT:
                yield from re.findall(r"\b(PROCVIEW_\w+)\b(?=\s*[=,])", body)


class Go(unittest.TestCase):
    def test_package(self):
        tested = go("test", "-count=1", "-v", ".", cwd=GO_PACKAGE, capture_output=True)
        print(tested.stdout.decode(), tested.stderr.decode())
        self.assertEqual(tested.returncode, 0)
        self.assertGreater(tested.stdout.count(b"--- PASS"), 10)

    def test_vet(self):
        self.assertEqual(go("vet", ".", cwd=GO_PACKAGE).returncode, 0)

    def test_format(self):
        root = go("env", "GOROOT", cwd=GO_PACKAGE, capture_output=True).stdout.decode().strip()
        gofmt = pathlib.Path(root) / "bin" / "gofmt"
        example = SOURCE_ROOT / "bindings" / "examples" / "tables.go"
        listed = subprocess.run([gofmt, "-l", GO_PACKAGE, example], capture_output=True, check=True)
        self.assertEqual(listed.stdout, b"")

    def test_every_value(self):
        wanted = [name for name in values(SOURCE_ROOT / "include") if not NO_NAME.fullmatch(name)]
        self.assertGreater(len(wanted), 80)
        sources = "".join(path.read_text() for path in sorted(GO_PACKAGE.glob("*.go")))
        named = set(re.findall(r"\bC\.(PROCVIEW_\w+)", sources))
        self.assertEqual([name for name in wanted if name not in named], [])


if __name__ == "__main__":
    go("version", cwd=GO_PACKAGE)
    unittest.main(argv=sys.argv[:1])
