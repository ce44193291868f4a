# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does a handle keep its snapshot, a callback get what it can keep, a closed scanner give back what
# it had, and a name that is no text do what bindings/README.md says, in one language? Python has a
# test of its own.
#
# Argument: javascript, lua or vala.

import pathlib
import sys
import tempfile
import unittest

from bindings_test import compile_vala, gjs, lua, run
from ptree_cli import Scene

HERE = pathlib.Path(__file__).resolve().parent
LANGUAGE = sys.argv[1]


def command(folder):
    if LANGUAGE == "vala":
        return compile_vala(HERE / "handles.vala", folder / "handles")
    interpreter, ending = {"javascript": (gjs, "js"), "lua": (lua, "lua")}[LANGUAGE]
    return [*interpreter(), str(HERE / f"handles.{ending}")]


def is_text(name):
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


class Handles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        # Within a test unittest would take the skip of all for an error.
        cls.program = command(pathlib.Path(folder.name))

    def test_handles(self):
        with Scene("names") as scene:
            ran = run(self.program, scene.pids[0])
            self.assertEqual((ran.returncode, ran.stderr), (0, b""), ran.stdout)
            n = int(scene.facts["count"][0].partition(":")[2])
            no_text = sum(not is_text(path) for _, _, path in scene.files())
            unknown = sum(fact.split(":")[5] == "" for fact in scene.facts["fd"])
            self.assertGreater(no_text, 0)
            missing = {"javascript": no_text, "lua": no_text + unknown, "vala": unknown}[LANGUAGE]
            self.assertEqual(ran.stdout.decode().splitlines(), [
                f"descriptors {n}",
                f"no text {missing}",
                f"written {n}",
                "asked about true",
                "refused true",
                "given back true",
            ])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
