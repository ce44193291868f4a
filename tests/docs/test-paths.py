# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does every file of this repository that a document, a manual page or a comment names exist, and
# does every link within the documents lead somewhere?
#
# A path is a word with a slash whose first part is a folder at the top of the repository, or one
# below lib/, as in includes. What it cannot see: names of files without a folder.

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOP = ("bindings", "doc", "include", "lib", "tests", "tools")
# Made by the build from a file of another name.
GENERATED = {"procview/version.h": "include/procview/version.h.in"}

PATH = re.compile(r"(?<![\w/.$~<>@%-])((?:[\w.+-]+/)+[\w.+*{},-]*)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
C_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
HASH_COMMENT = re.compile(r"^\s*#[^\n]*", re.MULTILINE)


def expand_braces(path):
    """a/{b,c}/d -> a/b/d, a/c/d"""
    found = re.search(r"\{([^{}]*)\}", path)
    if not found:
        return [path]
    return [
        whole
        for part in found.group(1).split(",")
        for whole in expand_braces(path[: found.start()] + part + path[found.end() :])
    ]


def layers():
    return {entry.name for entry in (ROOT / "lib").iterdir() if entry.is_dir()}


def base_of(path):
    """The folder that a path of ours is relative to; None: not a path of ours."""
    first = path.split("/")[0]
    if first in TOP:
        return ROOT
    if first == "procview":
        return ROOT / "include"
    return ROOT / "lib" if first in layers() and "." in path else None


def exists(path):
    base = base_of(path)
    if path in GENERATED:
        return (ROOT / GENERATED[path]).exists()
    if "*" in path:
        return any(base.glob(path.rstrip("/")))
    return (base / path).exists()


def missing_paths(text):
    """The paths in a text that look like ours and do not exist."""
    missing = []
    for word in PATH.findall(text):
        for path in expand_braces(word.rstrip(".,:;-")):
            if "{" not in path and base_of(path) is not None and not exists(path):
                missing.append(path)
    return missing


def anchor_of(heading):
    """As the common renderers make it: small letters, no punctuation, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def dead_links(document):
    text = document.read_text(encoding="utf-8")
    dead = []
    for target in LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        aim = (document.parent / path) if path else document
        # The API reference is made of pages of the same names.
        if aim.suffix == ".html":
            aim = aim.with_suffix(".md")
        if not aim.exists():
            dead.append(target)
        elif anchor and aim.suffix == ".md":
            headings = HEADING.findall(aim.read_text(encoding="utf-8"))
            if anchor not in map(anchor_of, headings):
                dead.append(target)
    return dead


def documents():
    return sorted([*ROOT.glob("*.md"), *(ROOT / "doc").rglob("*.md")])


def sources():
    """Each source file with the pattern of its comments."""
    hashed = {".py", ".sh", ".map", ".in"}
    for top in TOP:
        for path in sorted((ROOT / top).rglob("*")):
            if not path.is_file() or "data" in path.parts or "corpus" in path.parts:
                continue
            if path.suffix in (".c", ".h"):
                yield path, C_COMMENT
            elif path.name in ("meson.build", "bootstrap") or path.suffix in hashed:
                yield path, HASH_COMMENT
    yield ROOT / "meson.build", HASH_COMMENT
    yield ROOT / ".ci" / "run", HASH_COMMENT


class Paths(unittest.TestCase):
    def test_the_test_finds_what_it_looks_for(self):
        self.assertEqual(missing_paths("see lib/core/nowhere.c."), ["lib/core/nowhere.c"])
        self.assertEqual(missing_paths("(grouping/nowhere.c)"), ["grouping/nowhere.c"])
        self.assertEqual(missing_paths("`tests/{docs,nowhere}`"), ["tests/nowhere"])
        self.assertEqual(missing_paths("tests/docs/*.nowhere"), ["tests/docs/*.nowhere"])
        self.assertEqual(missing_paths("see tests/docs/meson.build, lib/core/record.h"), [])
        self.assertEqual(missing_paths("/usr/lib/nowhere, read/write, core/periphery"), [])
        self.assertEqual(missing_paths("<procview/nowhere.h>"), [])
        self.assertEqual(missing_paths("procview/nowhere.h"), ["procview/nowhere.h"])

    def test_paths_in_documents_exist(self):
        for document in documents():
            with self.subTest(document=str(document.relative_to(ROOT))):
                self.assertEqual(missing_paths(document.read_text(encoding="utf-8")), [])

    def test_paths_in_manual_pages_exist(self):
        for page in sorted((ROOT / "doc").rglob("*.[1-8]")):
            with self.subTest(page=str(page.relative_to(ROOT))):
                self.assertEqual(missing_paths(page.read_text(encoding="utf-8")), [])

    def test_paths_in_comments_exist(self):
        for source, pattern in sources():
            comments = "\n".join(pattern.findall(source.read_text(encoding="utf-8")))
            with self.subTest(source=str(source.relative_to(ROOT))):
                # The test's own file names paths that must not exist, in strings.
                self.assertEqual(missing_paths(comments), [])

    def test_links_lead_somewhere(self):
        for document in documents():
            with self.subTest(document=str(document.relative_to(ROOT))):
                self.assertEqual(dead_links(document), [])


if __name__ == "__main__":
    if not (ROOT / "README.md").exists():
        sys.exit("no README.md beside the sources")
    unittest.main()
