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

from ptree_cli import ENVIRONMENT, PTREE, Result, Scene, need_root

NOBODY = 65534
UNSEEN = "could not be read; CAP_SYS_PTRACE would show "
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]


def copy_command(folder):
    """Where anybody may run it: the build may lie in a folder of one's own."""
    os.chmod(folder, 0o755)
    ldd = subprocess.run(["ldd", PTREE], stdout=subprocess.PIPE, text=True, check=True)
    for line in ldd.stdout.splitlines():
        name, arrow, place = line.strip().partition(" => ")
        if arrow and name.startswith("libprocview"):
            shutil.copy(place.split(" (")[0], os.path.join(folder, name))
    return shutil.copy(PTREE, os.path.join(folder, "ptree"))


class Unprivileged(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.command = copy_command(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_as_nobody(self, *args):
        return Result(
            subprocess.run(
                [*AS_NOBODY, self.command, *map(str, args)],
                capture_output=True,
                env={**ENVIRONMENT, "LD_LIBRARY_PATH": self.folder.name},
                timeout=120,
            )
        )

    def check_line(self, result):
        self.assertEqual(result.status, 0, result)
        self.assertEqual(len(result.err_lines), 1, result)
        self.assertIn(UNSEEN, result.err_lines[0])

    def test_others_are_shown_and_said_to_be_denied(self):
        with Scene("threads") as scene:
            result = self.run_as_nobody("-f", scene.pids[0])
            self.check_line(result)
            self.assertEqual(
                result.err_lines[0],
                f"ptree: a descriptor table of process {scene.pids[0]} {UNSEEN}it",
            )
            self.assertRegex(result.lines[-1], "table #.*: denied, CAP_SYS_PTRACE would show it")

    def test_whole_machine(self):
        result = self.run_as_nobody("-f")
        self.check_line(result)
        self.assertRegex(result.err_lines[0], r"ptree: \d+ descriptor tables " + UNSEEN + "them")

    def test_json_is_not_complete(self):
        with Scene("threads") as scene:
            result = self.run_as_nobody("-Jf", scene.pids[0])
            self.check_line(result)
            document = json.loads(result.out)
            self.assertIs(document["complete"], False)
            missing = [item for item in document["missing"] if item["pid"] == scene.pids[0]]
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
            result = self.run_as_nobody("-t", "-o", "PID,COMMAND", scene.pids[0])
            self.assertEqual(result.status, 0)
            shown = {int(line.split()[0]) for line in result.lines[1:]}
            self.assertLessEqual(scene.tables[0], shown)


if __name__ == "__main__":
    need_root()
    if shutil.which("setpriv") is None:
        print("setpriv is not installed")
        sys.exit(77)
    unittest.main()
