# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Where processes stand: are the columns right, and nothing but names and numbers?

import os
import re
import unittest

from ptree_cli import ESCAPE, Scene, run, run_on_terminal

NAMESPACES = "cgroup ipc mnt net pid time user uts".split()
SELF = os.getpid()


def unescape(field):
    """The bytes of a name in raw output."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), field)


def fields_of(pid, columns):
    lines = run("-r", "--no-headings", "-o", ",".join(columns), pid).out.splitlines()
    assert len(lines) == 1, lines
    return lines[0].split(b" ")


class Context(unittest.TestCase):
    def test_own(self):
        columns = ["CWD", "ROOT", *(name.upper() + "NS" for name in NAMESPACES)]
        cwd, root, *numbers = fields_of(SELF, columns)
        self.assertEqual(unescape(cwd), os.fsencode(os.getcwd()))
        self.assertEqual(unescape(root), b"/")
        for name, number in zip(NAMESPACES, numbers):
            path = f"/proc/self/ns/{name}"
            if os.path.exists(path):
                self.assertEqual(int(number), os.stat(path).st_ino, name)
            else:
                self.assertEqual(number, b"-", name)

    def test_hostile_directories(self):
        with Scene("directories") as scene:
            for fact in scene.facts["cwd"]:
                pid, digits = fact.split(":")
                told = bytes.fromhex(digits) or b"-"
                self.assertEqual(unescape(fields_of(pid, ["CWD"])[0]), told)
                shown = run("-o", "CWD,COMMAND", pid).out
                self.assertNotIn(ESCAPE, shown)
                self.assertNotIn(b"\377", shown)

    def test_long_names_fit_the_terminal(self):
        with Scene("directories") as scene:
            _, out = run_on_terminal(80, "-o", "PID,CWD,ROOT", *scene.pids, env={"NO_COLOR": "1"})
            rows = [line for line in out.decode().splitlines() if "…" in line]
            self.assertEqual(len(rows), 1, out)
            self.assertLessEqual(max(map(len, out.decode().splitlines())), 80)
            self.assertTrue(rows[0].split()[1].endswith("ddd"), rows)

    def test_what_is_unshared_differs(self):
        with Scene("namespaces") as scene:
            self.assertGreater(len(scene.facts["unshared"]), 3)
            for fact in scene.facts["unshared"]:
                pid, name = fact.split(":")
                column = [name + "ns"]
                self.assertNotEqual(fields_of(pid, column), fields_of(SELF, column), fact)
                self.assertTrue(int(fields_of(pid, column)[0]))
            for fact in scene.facts.get("cgroup", []):
                pid, inode = fact.split(":")
                self.assertIn(fields_of(pid, ["CGROUP"])[0], (b"-", inode.encode()))
            for fact in scene.facts["root"]:
                pid, digits = fact.split(":")
                self.assertEqual(unescape(fields_of(pid, ["ROOT"])[0]), bytes.fromhex(digits))


if __name__ == "__main__":
    unittest.main()
