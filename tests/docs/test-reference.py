# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is everything that the API reference shows described there?
#
# The reference is made of the introspection data, and so is this: each type, function, parameter,
# return value, enum value, flag, constant and callback must have a text, each symbol the release
# that it came with, and each function that can fail the errors that it fails with. gi-docgen itself
# finds links that lead nowhere and is told to fail then (doc/reference/meson.build); it says nothing
# of a text that is missing in a function-macro or an enum value.
#
# Arguments: the GIR file.

import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"

CALLABLES = ("function", "method", "constructor", "callback", "function-macro")
TYPES = ("bitfield", "enumeration", "record", "class", "constant")
# What hangs on one of the above.
PARTS = ("member", "property", "parameter", "instance-parameter", "return-value")
# G_DECLARE_FINAL_TYPE makes it; there is nothing in it and nobody can name it.
MADE_BY_GLIB = ("ProcviewScannerClass",)


def tag(element):
    return element.tag.rpartition("}")[2]


def name_of(element):
    return (
        element.get(C + "identifier")
        or element.get(C + "type")
        or element.get(GLIB + "name")
        or element.get("name")
        or tag(element)
    )


def text_of(element):
    found = element.find(CORE + "doc")
    return "" if found is None else (found.text or "").strip()


def is_void(value):
    kind = value.find(CORE + "type")
    return kind is not None and kind.get("name") == "none"


def walk(element, above=()):
    """Each thing that has to be described, with the names of what it is part of."""
    for child in element:
        kind = tag(child)
        if name_of(child) in MADE_BY_GLIB:
            continue
        here = (*above, name_of(child))
        if kind in CALLABLES or kind in TYPES or kind in PARTS:
            if not (kind == "return-value" and is_void(child)):
                yield " ".join(here), child
        yield from walk(child, above if kind == "parameters" else here)


def undescribed(namespace):
    return [name for name, element in walk(namespace) if not text_of(element)]


def undated(namespace):
    return [
        name
        for name, element in walk(namespace)
        if tag(element) not in PARTS and not element.get("version")
    ]


def names_no_error(namespace):
    """Functions that can fail and do not say how."""
    silent = []
    for name, element in walk(namespace):
        if tag(element) in CALLABLES and element.get("throws") == "1":
            said = text_of(element) + text_of(element.find(CORE + "return-value"))
            if not re.search(r"\b[Ff]ails\b|_ERROR_", said):
                silent.append(name)
    return silent


# Who owns what a function returns, by its verb (doc/reference/ownership.md). Functions that return a
# plain value own nothing and give nothing.
OWNERSHIP = {
    "get": "none",
    "find": "none",
    "list": "container",
    "dup": "full",
    "new": "full",
    "ref": "full",
    "scan": "full",
    "revalidate": "full",
    "compare": "full",
}


def verb_of(element):
    """The first word behind the type."""
    return element.get("name").split("_")[0]


def returns_other_than_its_verb(namespace):
    wrong = []
    for name, element in walk(namespace):
        value = element.find(CORE + "return-value")
        wanted = OWNERSHIP.get(verb_of(element)) if tag(element) in CALLABLES else None
        if wanted is None or value is None or value.get("transfer-ownership") is None:
            continue
        if not is_plain(value) and value.get("transfer-ownership") != wanted:
            wrong.append(name)
    return wrong


def is_plain(value):
    """Numbers, which are always "none"."""
    kind = value.find(CORE + "type")
    return kind is not None and not kind.get(C + "type", "").endswith("*")


def namespace_of(text):
    return ElementTree.fromstring(text).find(CORE + "namespace")


# Everything in it is wrong; a test that finds nothing here finds nothing anywhere.
POOR = """<repository xmlns="http://www.gtk.org/introspection/core/1.0"
  xmlns:c="http://www.gtk.org/introspection/c/1.0"><namespace name="Procview">
  <enumeration name="Mood" c:type="ProcviewMood"><doc>How it is.</doc>
    <member name="good" c:identifier="PROCVIEW_MOOD_GOOD"/></enumeration>
  <record name="Thing" c:type="ProcviewThing" version="0.1">
    <method name="turn" c:identifier="procview_thing_turn" version="0.1" throws="1">
      <doc>Turns it.</doc>
      <return-value><type name="gboolean"/></return-value>
      <parameters><instance-parameter name="thing"><doc> </doc></instance-parameter>
        <parameter name="by"/></parameters></method>
    <method name="get_text" c:identifier="procview_thing_get_text" version="0.1"><doc>Text.</doc>
      <return-value transfer-ownership="full"><doc>text</doc>
        <type name="utf8" c:type="char*"/></return-value></method></record></namespace></repository>"""


class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.namespace = ElementTree.parse(GIR).getroot().find(CORE + "namespace")

    def test_the_test_finds_what_it_looks_for(self):
        poor = namespace_of(POOR)
        turn = "ProcviewThing procview_thing_turn"
        self.assertEqual(
            undescribed(poor),
            ["ProcviewMood PROCVIEW_MOOD_GOOD", "ProcviewThing"]
            + [f"{turn} return-value", f"{turn} thing", f"{turn} by"],
        )
        self.assertEqual(undated(poor), ["ProcviewMood"])
        self.assertEqual(names_no_error(poor), [turn])
        self.assertEqual(
            returns_other_than_its_verb(poor), ["ProcviewThing procview_thing_get_text"]
        )

    def test_there_is_something_to_look_at(self):
        seen = {name for name, _ in walk(self.namespace)}
        for name in (
            "ProcviewScanner procview_scanner_scan_full cancellable",
            "ProcviewFact PROCVIEW_FACT_PTY_DEV",
            "PROCVIEW_CHECK_VERSION micro",
            "ProcviewChangeFilterFunc return-value",
        ):
            self.assertIn(name, seen)
        self.assertGreater(len(seen), 1000)

    def test_everything_is_described(self):
        self.assertEqual(undescribed(self.namespace), [])

    def test_everything_says_since_when(self):
        self.assertEqual(undated(self.namespace), [])

    def test_what_can_fail_says_how(self):
        self.assertEqual(names_no_error(self.namespace), [])

    def test_the_verb_says_who_owns_what_is_returned(self):
        self.assertEqual(returns_other_than_its_verb(self.namespace), [])


if __name__ == "__main__":
    GIR = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
