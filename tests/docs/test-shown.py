# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is the C code that the documents show the code that is tested, and are the figures on the page about
# performance those that were measured?
#
# Code is one of the programs of doc/examples, which are compiled and run by other tests, or some
# lines of one that follow each other; how far they are indented does not matter. doc/reference has
# each of the programs in full. Figures stand in the README, where whoever measures puts them; the
# rows of doc/reference/performance.md, and milliseconds in its text, must be there too.

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "doc" / "examples").glob("*.c"))
REFERENCE = ROOT / "doc" / "reference"
PAGES = [
    ROOT / "README.md",
    *(
        REFERENCE / f"{name}.md"
        for name in ("overview", "concepts", "ownership", "errors", "privileges")
        + ("performance", "consistency", "examples")
    ),
]
FENCED = re.compile(r"^```c\n(.*?)^```$", re.M | re.S)
DISPLAYED = re.compile(r"^\.EX\n(.*?)^\.EE$", re.M | re.S)
LICENCE = re.compile(r"\A/\* SPDX.*\*/\n/\* Copyright.*\*/\n")


def program(path):
    """An example as a page shows it: without the lines about its licence."""
    return LICENCE.sub("", path.read_text(encoding="utf-8"))


def plain(text):
    return [line.strip() for line in text.splitlines()]


def is_part_of(block, text):
    wanted, lines = plain(block), plain(text)
    return bool(wanted) and any(
        lines[begin : begin + len(wanted)] == wanted for begin in range(len(lines))
    )


def untested(blocks):
    programs = [program(path) for path in EXAMPLES]
    return [block for block in blocks if not any(is_part_of(block, text) for text in programs)]


def blocks_of(page):
    return FENCED.findall(page.read_text(encoding="utf-8"))


def joined(text):
    """Code without its lines, which are shorter in a manual page, and so are those of comments."""
    return " ".join(re.sub(r"\n\s*\*(?!/)", " ", text).split())


def blocks_of_manual(page):
    text = page.read_text(encoding="utf-8").replace("\\-", "-").replace("\\e", "\\")
    return [block for block in DISPLAYED.findall(text) if "procview_" in block]


def first_figures(row):
    """The figures of the first three columns behind the label, without how many times as long."""
    cells = [re.match(r"[*]*([\d.]+)", cell.strip()) for cell in row.split("|")[2:5]]
    return [cell and cell.group(1) for cell in cells]


def rows_with_figures(text):
    found = {}
    for row in re.findall(r"^\| .*\|$", text, re.M):
        if all(first_figures(row)) and len(first_figures(row)) == 3:
            found[row.split("|")[1].strip()] = first_figures(row)
    return found


class Figures(unittest.TestCase):
    def setUp(self):
        self.page = (REFERENCE / "performance.md").read_text(encoding="utf-8")
        self.readme = (ROOT / "README.md").read_text(encoding="utf-8")

    def test_rows(self):
        rows = rows_with_figures(self.page)
        measured = rows_with_figures(self.readme)
        self.assertEqual(len(rows), 5)
        for label, figures in rows.items():
            self.assertEqual(figures, measured.get(label), label)

    def test_text(self):
        told = set(re.findall(r"[\d.]+ ms\b", self.page))
        self.assertEqual(len(told), 2)
        self.assertEqual(told - set(re.findall(r"[\d.]+ ms\b", self.readme)), set())


class Shown(unittest.TestCase):
    def test_the_test_finds_what_it_looks_for(self):
        lines = program(EXAMPLES[0]).splitlines(keepends=True)
        self.assertEqual(untested(["".join(lines[20:24])]), [])
        changed = ["".join([lines[20], "x", *lines[21:24]])]
        self.assertEqual(untested(changed), changed)

    def test_there_are_five_and_they_are_small(self):
        self.assertEqual(len(EXAMPLES), 5)
        for path in EXAMPLES:
            self.assertLess(len(path.read_text(encoding="utf-8").splitlines()), 80, path.name)

    def test_the_reference_has_each_in_full(self):
        shown = blocks_of(REFERENCE / "examples.md")
        self.assertEqual(sorted(shown), sorted(program(path) for path in EXAMPLES))

    def test_the_readme_has_one_in_full(self):
        programs = [program(path) for path in EXAMPLES]
        self.assertEqual([block in programs for block in blocks_of(ROOT / "README.md")], [True])

    def test_the_reference_has_every_page(self):
        listed = (REFERENCE / "meson.build").read_text(encoding="utf-8")
        for page in REFERENCE.glob("*.md"):
            self.assertIn(f"'{page.name}',", listed)

    def test_pages_show_what_is_tested(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                self.assertEqual(untested(blocks_of(page)), [])

    def test_the_manual_page_shows_what_is_tested(self):
        shown = blocks_of_manual(ROOT / "doc" / "man" / "libprocview.7")
        programs = [joined(program(path)) for path in EXAMPLES]
        self.assertEqual(len(shown), 1)
        for block in shown:
            self.assertIn("int main(void)", joined(block))
            self.assertTrue(any(joined(block) in text for text in programs), block)


if __name__ == "__main__":
    unittest.main()
