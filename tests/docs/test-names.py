# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is there everything that the documents call by name?
#
# Names of the API (procview_scanner_new(), PROCVIEW_COLLECT_PEERS, ProcviewQuery) must be in the
# headers; a name that ends in an underscore stands for all that begin so. A function that a document
# places in a file, as "`pv_build()` in `lib/snapshot/builder.c`", must be defined there, and any other
# with the prefix pv_ somewhere below lib. What it cannot see: that what is said of it is true.

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PUBLIC = re.compile(r"\b(?:procview_[a-z]\w*|PROCVIEW_[A-Z]\w*|Procview[A-Z]\w*)")
INTERNAL = re.compile(r"\b(pv_[a-z]\w*)\(\)")
PLACED = re.compile(r"`(\w+)\(\)`\s+in\s+`([\w.-]+/[\w./-]+)`")
# What tests are told by their environment, in what is said of running them.
OF_TESTS = re.compile(r"PROCVIEW_(TEST|HEADERS|LIBRARY)")


def public_names():
    headers = (ROOT / "include" / "procview").iterdir()
    text = "\n".join(path.read_text(encoding="utf-8") for path in headers if path.is_file())
    return set(PUBLIC.findall(text))


def documents():
    yield from sorted([*ROOT.glob("*.md"), *(ROOT / "doc").rglob("*.md")])
    yield from sorted((ROOT / "doc" / "man").glob("*.[1-8]"))


def text_of(path):
    text = path.read_text(encoding="utf-8")
    # roff breaks a name from its parentheses, and writes a dash as \-.
    return text.replace("\\-", "-") if path.suffix != ".md" else text


def is_known(name, known):
    if name.endswith("_"):
        return any(other.startswith(name) for other in known)
    return name in known or OF_TESTS.match(name) is not None


def unknown(text, known):
    return sorted({name for name in PUBLIC.findall(text) if not is_known(name, known)})


def defined_in(path):
    """The functions that a C source defines: a definition has its name at the begin of a line."""
    if not path.exists():
        return set()
    return set(re.findall(r"^(\w+)\(", path.read_text(encoding="utf-8"), re.M))


def misplaced(text):
    return [
        f"{function}() in {path}"
        for function, path in PLACED.findall(text)
        if function not in defined_in(ROOT / path)
    ]


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.known = public_names()
        cls.internal = set()
        for path in (ROOT / "lib").rglob("*.[ch]"):
            cls.internal |= defined_in(path)
            cls.internal |= set(re.findall(r"\b(pv_\w+)\(", path.read_text(encoding="utf-8")))

    def test_the_test_finds_what_it_looks_for(self):
        text = "`procview_scanner_new()`, `procview_nothing()`, PROCVIEW_COLLECT_, ProcviewNobody"
        self.assertEqual(unknown(text, self.known), ["ProcviewNobody", "procview_nothing"])
        placed = "`pv_build()` in `lib/snapshot/builder.c`, `pv_build()`\nin `lib/core/kind.c`"
        self.assertEqual(misplaced(placed), ["pv_build() in lib/core/kind.c"])

    def test_names_of_the_api(self):
        self.assertGreater(len(self.known), 400)
        for document in documents():
            with self.subTest(document=str(document.relative_to(ROOT))):
                self.assertEqual(unknown(text_of(document), self.known), [])

    def test_names_within_the_library(self):
        for document in documents():
            named = set(INTERNAL.findall(text_of(document)))
            with self.subTest(document=str(document.relative_to(ROOT))):
                self.assertEqual(sorted(named - self.internal), [])

    def test_functions_are_where_they_are_said_to_be(self):
        for document in documents():
            with self.subTest(document=str(document.relative_to(ROOT))):
                self.assertEqual(misplaced(text_of(document)), [])


if __name__ == "__main__":
    unittest.main()
