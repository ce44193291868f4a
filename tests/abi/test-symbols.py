# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Are the symbols that the headers declare, that the map lists, that the library exports, and that
# the GIR describes the same ones? Each of the four can be forgotten while the other three agree.
#
# Environment: HEADERS (folders, by colon), MAP, LIBRARY, and GIR unless it is not built.

import os
import pathlib
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree

GI = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
NODE = "LIBPROCVIEW_0.1"
CALLABLES = ("function", "method", "constructor")


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def declared():
    """What the headers promise: every prototype that follows an availability macro."""
    names = set()
    for folder in os.environ["HEADERS"].split(":"):
        for path in pathlib.Path(folder, "procview").glob("*.h"):
            text = without_comments(path.read_text(encoding="utf-8"))
            names.update(re.findall(r"^PROCVIEW_AVAILABLE_IN_\w+\n[^(#;]*?\b(\w+)\(", text, re.M))
            for prefix in re.findall(r"G_DECLARE_FINAL_TYPE\(\w+, (\w+),", text):
                names.discard("G_DECLARE_FINAL_TYPE")
                names.add(prefix + "_get_type")
    return names


def bare_prototypes():
    """Prototypes that carry no availability macro, and so are hidden."""
    bare = []
    for folder in os.environ["HEADERS"].split(":"):
        for path in pathlib.Path(folder, "procview").glob("*.h"):
            lines = without_comments(path.read_text(encoding="utf-8")).split("\n")
            for before, line in zip(lines, lines[1:]):
                if re.match(r"^\w[\w *]*\bprocview_\w+\(", line):
                    if not before.startswith(("PROCVIEW_AVAILABLE_IN_", "#define")):
                        bare.append(f"{path.name}: {line}")
    return bare


def mapped():
    text = without_comments(pathlib.Path(os.environ["MAP"]).read_text(encoding="utf-8"))
    node = re.fullmatch(r"\s*(\w+\.\w+) \{\s*global:(.*?)local:\s*\*;\s*\};\s*", text, re.S)
    assert node is not None and node.group(1) == NODE, text
    return [name.strip() for name in node.group(2).split(";") if name.strip()]


def exported():
    listing = subprocess.run(
        ["nm", "-D", "--defined-only", os.environ["LIBRARY"]],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    names = {}
    for line in listing.splitlines():
        _, kind, name = line.split()
        name, _, version = name.partition("@@")
        if kind != "A":
            names[name] = version
    return names


def described():
    """Name: the element, for all that can be called."""
    tree = xml.etree.ElementTree.parse(os.environ["GIR"])
    names = {}
    for element in tree.iter():
        if element.tag in [GI + tag for tag in CALLABLES]:
            names[element.get(C + "identifier")] = element
        elif element.get(GLIB + "get-type") is not None:
            names[element.get(GLIB + "get-type")] = None
    return names


class Symbols(unittest.TestCase):
    maxDiff = None

    def test_map_is_sorted(self):
        self.assertEqual(mapped(), sorted(set(mapped())))

    def test_map_is_what_headers_declare(self):
        self.assertEqual(set(mapped()), declared())

    def test_nothing_is_declared_without_availability(self):
        self.assertEqual(bare_prototypes(), [])

    @unittest.skipIf(os.environ["LIBRARY"].endswith(".a"), "the library is static")
    def test_map_is_what_the_library_exports(self):
        names = exported()
        self.assertEqual(set(mapped()), set(names))
        self.assertEqual({NODE}, set(names.values()))

    @unittest.skipUnless("GIR" in os.environ, "the GIR is not built")
    def test_map_is_what_the_gir_describes(self):
        self.assertEqual(set(mapped()), set(described()))

    @unittest.skipUnless("GIR" in os.environ, "the GIR is not built")
    def test_all_is_documented_since_some_version(self):
        for name, element in described().items():
            if element is None:
                continue
            with self.subTest(function=name):
                self.assertIsNotNone(element.find(GI + "doc"))
                self.assertRegex(element.get("version", ""), r"^0\.\d+$")
                self.assertNotEqual(element.get("introspectable"), "0")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
