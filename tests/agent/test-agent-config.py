# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What the plugin's block may hold: everything that is documented, and nothing that is not. A mistake
# is one line that names it.

import os
import pathlib
import unittest

import agent

agent.require("collectd")

GOOD = [
    "",
    'Backend "auto"',
    'Backend "procfs"\nReportMachine false\nReportByKind true\nReportSockets true',
    'Process "sshd"\nProcessMatch "web" "^nginx: (master|worker)"',
    '<Process "sshd">\n  ReportPerProcess true\n  ReportByKind false\n</Process>',
    "reportbykind true",
]

BAD = [
    ("Proces \"sshd\"", "there is no option Proces."),
    ("ReportByKind \"perhaps\"", "ReportByKind wants true or false."),
    ('Backend "ebpf"', 'Backend wants one of "auto", "bpf", "pidfd" and "procfs".'),
    ("Process 17", "Process wants the name of a process."),
    ('ProcessMatch "web"', "ProcessMatch wants a name and a regex."),
    ('ProcessMatch "web" "(nginx"', 'the regex "(nginx" of ProcessMatch "web": '),
    ('Process "a/b"', 'the name "a/b" of Process is empty, too long, or has a slash.'),
    ('Process ""', 'the name "" of Process is empty, too long, or has a slash.'),
    (f'Process "{"x" * 200}"', "is empty, too long, or has a slash."),
    ('Process "machine"', "is taken by the sums over the whole machine."),
    ('Process "a"\nProcessMatch "a" "b"', 'the name "a" of ProcessMatch is there twice.'),
    ('<Process "a">\n  Backend "bpf"\n</Process>', 'there is no option Backend in Process "a".'),
]


class ConfigTest(unittest.TestCase):
    def assert_good(self, status, said):
        self.assertEqual(status, 0, said)
        lines = [line for line in said.splitlines() if "procview plugin: " in line]
        # What it uses, and what it would rather have used; no complaint.
        for line in lines:
            self.assertRegex(line, "plugin: (counts by|not by|tables of)")

    def test_good(self):
        for block in GOOD:
            with self.subTest(block=block), agent.Folder() as folder:
                status, said = agent.check_config(folder, block)
                self.assert_good(status, said)

    def test_bad(self):
        for block, complaint in BAD:
            with self.subTest(block=block), agent.Folder() as folder:
                status, said = agent.check_config(folder, block)
                self.assertNotEqual(status, 0)
                self.assertIn(complaint, said)
                self.assertEqual(said.count("procview plugin: "), 1, said)

    def test_example(self):
        """The one that is installed."""
        source = pathlib.Path(os.environ["SOURCE_ROOT"], "bindings/collectd/collectd-procview.conf")
        lines = source.read_text(encoding="utf-8").splitlines()
        first = lines.index("<Plugin procview>")
        block = lines[first + 1 : lines.index("</Plugin>", first)]
        self.assertGreater(len(block), 5)
        with agent.Folder() as folder:
            status, said = agent.check_config(folder, "\n".join(block))
            self.assert_good(status, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
