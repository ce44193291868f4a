# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Are the symbols that the headers declare, that the map lists, that the library exports, and that
# the GIR describes the same ones, each since the same release? Each of the four can be forgotten
# while the other three agree.
#
# Environment: HEADERS (folders, by colon), MAP, LIBRARY, VERSION, and GIR unless it is not built.

import os
import pathlib
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree

import declared

GI = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
CALLABLES = ("function", "method", "constructor")
# What has to say since when it is there. A member came with its enumeration, unless it says more.
DATED = CALLABLES + (
    "function-macro", "callback", "constant", "class", "record", "enumeration", "bitfield",
    "property", "virtual-method",
)
NODE = re.compile(
    r"\s*LIBPROCVIEW_(\d+\.\d+) \{\s*global:(.*?)(local:\s*\*;\s*)?\}(?: (\w+\.\d+))?;", re.S
)

HEADERS = os.environ["HEADERS"].split(":")
LIBRARY = os.environ["LIBRARY"]
HAS_GIR = "GIR" in os.environ


def number(release):
    return tuple(int(part) for part in release.split(".")[:2])


NOW = number(os.environ["VERSION"])


def nodes(text):
    """Release: symbols, in the order of the map. Each builds on the one before."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    found, end, before = {}, 0, None
    for match in NODE.finditer(text):
        release, symbols, local, parent = match.groups()
        assert match.start() == end, f"not understood: {text[end:match.start()]}"
        assert parent == (before and "LIBPROCVIEW_" + before), f"{release} builds on {parent}"
        assert bool(local) == (before is None), "the first hides the rest, no other does"
        found[release] = [name.strip() for name in symbols.split(";") if name.strip()]
        end, before = match.end(), release
    assert not text[end:].strip(), f"not understood: {text[end:]}"
    return found


def mapped():
    """Name: the release whose node it is in."""
    found = nodes(pathlib.Path(os.environ["MAP"]).read_text(encoding="utf-8"))
    return {name: release for release, names in found.items() for name in names}


def exported():
    """Name: the release it is exported with."""
    command = ["nm", "-D", "--defined-only", LIBRARY]
    listing = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    names = {}
    for line in listing.splitlines():
        _, kind, name = line.split()
        name, _, version = name.partition("@@")
        if kind != "A":
            # Data cannot change its size without breaking programs: there is none.
            assert kind == "T", line
            names[name] = version.replace("LIBPROCVIEW_", "", 1)
    return names


def gir():
    return xml.etree.ElementTree.parse(os.environ["GIR"])


def described():
    """Name: the element, for all that can be called."""
    names = {}
    for element in gir().iter():
        if element.tag in [GI + tag for tag in CALLABLES]:
            names[element.get(C + "identifier")] = element
        elif element.get(GLIB + "get-type") is not None:
            names[element.get(GLIB + "get-type")] = element
    return names


class Symbols(unittest.TestCase):
    maxDiff = None

    def assert_same(self, one, other):
        """Of two hundred that are equal nobody wants to read."""
        self.assertEqual(sorted(one.items() - other.items()), sorted(other.items() - one.items()))

    def test_map_is_sorted(self):
        found = nodes(pathlib.Path(os.environ["MAP"]).read_text(encoding="utf-8"))
        for names in found.values():
            self.assertEqual(names, sorted(set(names)))
        self.assertEqual(list(found), sorted(found, key=number))
        # Nothing is promised for a release that is still to come.
        self.assertLessEqual(number(list(found)[-1]), NOW)

    def test_map_is_what_headers_declare(self):
        promised = {name: release for name, (_, release) in declared.prototypes(HEADERS).items()}
        self.assert_same(mapped(), promised)

    def test_nothing_is_declared_without_availability(self):
        self.assertEqual(list(declared.bare(HEADERS)), [])

    @unittest.skipIf(LIBRARY.endswith(".a"), "the library is static")
    def test_map_is_what_the_library_exports(self):
        self.assert_same(mapped(), exported())

    @unittest.skipIf(LIBRARY.endswith(".a"), "the library is static")
    def test_soname(self):
        command = ["readelf", "-d", LIBRARY]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual(re.findall(r"\(SONAME\).*\[(.*)\]", said), ["libprocview.so.0"])

    @unittest.skipUnless(HAS_GIR, "the GIR is not built")
    def test_map_is_what_the_gir_describes(self):
        self.assert_same(mapped(), {name: e.get("version") for name, e in described().items()})

    @unittest.skipUnless(HAS_GIR, "the GIR is not built")
    def test_all_is_documented_since_some_release(self):
        dated = 0
        for element in gir().iter():
            if element.tag not in [GI + tag for tag in DATED]:
                continue
            # The class of an object is nobody's to look into.
            if element.get(GLIB + "is-gtype-struct-for") is not None:
                continue
            dated += 1
            with self.subTest(element.get(C + "identifier") or element.get("name")):
                self.assertIsNotNone(element.find(GI + "doc"))
                self.assertRegex(element.get("version", ""), r"^\d+\.\d+$")
                self.assertLessEqual(number(element.get("version")), NOW)
                if element.tag != GI + "function-macro":
                    self.assertNotEqual(element.get("introspectable"), "0")
        self.assertGreater(dated, len(mapped()))

    @unittest.skipUnless(HAS_GIR, "the GIR is not built")
    def test_values_are_documented(self):
        members = [e for e in gir().iter() if e.tag == GI + "member"]
        self.assertGreater(len(members), 100)
        for member in members:
            with self.subTest(member.get(C + "identifier")):
                self.assertIsNotNone(member.find(GI + "doc"))


class Map(unittest.TestCase):
    """The reader of maps, with the maps that later releases will have, and with broken ones."""

    FIRST = "/* why */\nLIBPROCVIEW_0.1 {\nglobal:\n\ta;\n\tb;\nlocal:\n\t*;\n};\n"
    SECOND = "\nLIBPROCVIEW_0.2 {\nglobal:\n\tc;\n} LIBPROCVIEW_0.1;\n"

    def test_nodes(self):
        self.assertEqual(nodes(self.FIRST), {"0.1": ["a", "b"]})
        self.assertEqual(nodes(self.FIRST + self.SECOND), {"0.1": ["a", "b"], "0.2": ["c"]})

    def test_complaints(self):
        broken = (
            self.SECOND,
            self.FIRST + "stray",
            "stray" + self.FIRST,
            self.FIRST + self.SECOND.replace("} LIBPROCVIEW_0.1", "}"),
            self.FIRST + self.SECOND.replace("} LIBPROCVIEW_0.1", "} LIBPROCVIEW_0.0"),
            self.FIRST.replace("local:\n\t*;\n", ""),
        )
        for text in broken:
            with self.subTest(text), self.assertRaises(AssertionError):
                nodes(text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
