# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What does a user see who may not look into the processes of others? What is theirs, that the
# others are there, and one line about what is missing.

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from ptree_cli import AS_NOBODY, Scene, copy_command, need_root, run, run_as_nobody

UNSEEN = "could not be read"
NEEDS = "; CAP_SYS_PTRACE( and CAP_DAC_READ_SEARCH)? would show "



class Unprivileged(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.command = copy_command(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_as_nobody(self, *args):
        return run_as_nobody(self.command, *args)

    def check_line(self, result):
        self.assertEqual(result.status, 0, result)
        self.assertEqual(len(result.err_lines), 1, result)
        self.assertRegex(result.err_lines[0], f"{UNSEEN}.*{NEEDS}(it|them)$")

    def test_others_are_shown_and_said_to_be_denied(self):
        with Scene("threads") as scene:
            result = self.run_as_nobody("-f", scene.pids[0])
            self.check_line(result)
            self.assertRegex(
                result.err_lines[0],
                f"^ptree: a descriptor table of process {scene.pids[0]} {UNSEEN}, and which of its"
                f" threads share it could not be proven{NEEDS}it$",
            )
            self.assertRegex(result.lines[-1], "table #.*: denied, CAP_SYS_PTRACE would show it")

    def test_sharing_that_is_assumed_is_marked(self):
        with Scene("threads") as scene, Scene("dup") as single:
            lines = self.run_as_nobody("-t", "-o", "PID,TABLE", scene.pids[0]).lines
            of_task = {int(line.split()[0]): line.split()[1:] for line in lines[1:]}
            for tid in scene.tables[0]:
                self.assertRegex(of_task[tid][0], r"^#\d+\?$")
            lines = self.run_as_nobody("-t", "-o", "PID,TABLE", single.pids[0]).lines
            self.assertRegex(lines[-1].split()[1], r"^#\d+$")
            lines = run("-t", "-o", "PID,TABLE", scene.pids[0]).lines
            own = [line for line in lines[1:] if int(line.split()[0]) in scene.tables[0]]
            self.assertEqual(len(own), len(scene.tables[0]))
            self.assertFalse(any("?" in line for line in own), lines)

    def test_whole_machine(self):
        result = self.run_as_nobody("-f")
        self.check_line(result)
        self.assertRegex(
            result.err_lines[0],
            rf"^ptree: \d+ descriptor tables {UNSEEN}.*, and which threads share could not be"
            rf" proven for \d+ processes{NEEDS}them$",
        )

    def test_json_is_not_complete(self):
        with Scene("threads") as scene:
            result = self.run_as_nobody("-Jf", scene.pids[0])
            self.check_line(result)
            document = json.loads(result.out)
            self.assertIs(document["complete"], False)
            missing = [i for i in document["missing"] if i.get("pid") == scene.pids[0]]
            self.assertEqual(missing[0]["reason"], "denied")
            self.assertEqual(missing[0]["needs"], "CAP_SYS_PTRACE")
            table = [item for item in document["fd_tables"] if item["owner"] == scene.pids[0]][0]
            self.assertEqual((table["status"], table["proof"]), ("denied", "assumed"))
            self.assertNotIn("descriptors", table)

    def test_own_process_is_read(self):
        with tempfile.NamedTemporaryFile() as file:
            os.chmod(file.name, 0o644)
            sleeper = subprocess.Popen([*AS_NOBODY, "sh", "-c", f"exec 9<{file.name}; sleep 60"],
                                       stdout=subprocess.PIPE, start_new_session=True)
            try:
                result = self.run_as_nobody("-q", file.name)
                while str(sleeper.pid) not in result.lines:
                    self.assertIsNone(sleeper.poll())
                    result = self.run_as_nobody("-q", file.name)
                # The test has the file open too, which nobody may know.
                self.assertNotIn(str(os.getpid()), result.lines)
                result = self.run_as_nobody("-f", sleeper.pid)
                self.assertTrue(
                    any(line.endswith(f" 9 r  regular {file.name}") for line in result.lines),
                    result,
                )
            finally:
                os.killpg(sleeper.pid, signal.SIGKILL)
                sleeper.wait()
                sleeper.stdout.close()

    def test_either_backend(self):
        for backend in ("pidfd", "procfs"):
            with self.subTest(backend=backend):
                result = self.run_as_nobody("-f", "--backend", backend, os.getpid())
                self.check_line(result)

    def test_threads_and_commands_need_no_right(self):
        with Scene("threads") as scene:
            result = self.run_as_nobody("-ct", "-o", "PID,COMMAND", scene.pids[0])
            self.assertEqual(result.status, 0)
            shown = {int(line.split()[0]) for line in result.lines[1:]}
            self.assertLessEqual(scene.tables[0], shown)


if __name__ == "__main__":
    need_root()
    if shutil.which("setpriv") is None:
        print("setpriv is not installed")
        sys.exit(77)
    unittest.main()
