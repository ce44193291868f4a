# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does each backend know what doc/design/what-each-backend-sees.md says, and nothing that the page
# says it cannot know?
#
# The facts of all scenes that have many kinds of files are put together; a fact that no backend
# brings is one that this kernel, or this machine, does not let the scene make.

import contextlib
import json
import pathlib
import re
import sys
import unittest

from ptree_cli import Scene, need_root, run

PAGE = pathlib.Path(__file__).resolve().parents[2] / "doc/design/what-each-backend-sees.md"
BACKENDS = ("bpf", "pidfd", "procfs")
SCENES = ("details", "sockets", "ends", "epoll", "locks", "terminals", "held", "mounts")
LISTS = ("fs_contexts", "memories", "holdings")


def read_page():
    """Each row: facts, and whether each backend is said to know them."""
    for row in re.findall(r"(?m)^\|(.*)\|$", PAGE.read_text(encoding="utf-8")):
        cells = [cell.strip() for cell in row.split("|")]
        if re.match(r"`[a-z_]+[`.]", cells[0]):
            yield re.findall(r"`([a-z0-9_.]+)`", cells[0]), dict(zip(BACKENDS, cells[1:]))


def facts_of(item, name=""):
    for key, value in item.items():
        yield name + key
        if key == "socket":
            yield from facts_of(value, f"socket.{value.get('family')}.")
        elif isinstance(value, dict) and name == "":
            yield from facts_of(value, f"{key}.")
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, dict) and name == "":
                    yield from facts_of(part, f"{key}.")


def facts_in(document):
    found = set()
    for table in document["fd_tables"]:
        for descriptor in table.get("descriptors", []):
            found.update(facts_of(descriptor))
    for name in LISTS:
        for item in document.get(name, []):
            found.update(f"{name}.{key}" for key in item)
    return found


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.found = {}
        with contextlib.ExitStack() as stack:
            pids = []
            for name in SCENES:
                with contextlib.suppress(unittest.SkipTest):
                    pids += stack.enter_context(Scene(name)).pids
            for backend in BACKENDS:
                result = run("-Jf", "-o", "MAPPED", "--backend", backend, *pids)
                if result.status == 0:
                    cls.found[backend] = facts_in(json.loads(result.out))

    def test_rows(self):
        somewhere = set().union(*self.found.values())
        rows = list(read_page())
        self.assertGreater(len(rows), 40)
        for facts, cells in rows:
            for backend in self.found:
                for fact in facts:
                    if fact not in somewhere:
                        continue
                    with self.subTest(fact=fact, backend=backend):
                        self.assertEqual(fact in self.found[backend],
                                         cells[backend].startswith("yes"), cells[backend])


if __name__ == "__main__":
    need_root()
    if not PAGE.exists():
        sys.exit("no page beside the sources")
    unittest.main()
