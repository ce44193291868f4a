# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the exit status tell what became of the question, in whatever form the answer is?  0: there
# is an answer and all of it was written; 1: nothing matched; 2: wrong usage; 3: it could not be
# done, or not all of it reached the reader.

import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from ptree_cli import ENVIRONMENT, PTREE, Scene, run

SELF = str(os.getpid())
NOBODY_HAS = "2147483647"

MODES = {
    "picture": [],
    "files": ["-f"],
    "threads": ["-t"],
    "threads and files": ["-tf"],
    "columns": ["-o", "PID,FDS"],
    "process ids": ["-q"],
    "process ids, NUL": ["-q0"],
    "raw": ["-r"],
    "raw, files": ["-rf"],
    "raw, NUL": ["-rf0"],
    "document": ["-J"],
    "document, files": ["-Jf"],
    "lines": ["-Jlines"],
    "lines, NUL": ["-0Jlines"],
    "graph": ["--graph"],
    "list": ["--sort", "-FDS"],
    "list of files": ["-f", "--sort", "-SIZE"],
    "raw list": ["-r", "--sort", "FDS"],
    "list of process ids": ["-q", "--sort", "FDS"],
    "with statistics": ["--stats"],
    "without privilege to need": ["--backend", "procfs"],
}
# What is written even if nothing matched: a document says so.
ALWAYS_WRITES = ("document", "lines", "graph")
COMMANDS = {mode: [*args, SELF] for mode, args in MODES.items()}
COMMANDS |= {"help": ["-h"], "version": ["-V"], "list of columns": ["-H"]}


def writes_always(mode):
    return mode.startswith(ALWAYS_WRITES)


class Statuses(unittest.TestCase):
    def test_something_matched(self):
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                result = run(*args, SELF)
                self.assertEqual(result.status, 0, result)
                self.assertNotEqual(result.out, b"")

    def test_one_of_two_matched(self):
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                self.assertEqual(run(*args, NOBODY_HAS, SELF).status, 0)

    def test_nothing_matched(self):
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                result = run(*args, NOBODY_HAS)
                self.assertEqual(result.status, 1, result)
                self.assertIn(f"no process or thread {NOBODY_HAS}", result.err_lines[0])
                if not writes_always(mode):
                    self.assertEqual(result.out, b"")

    def test_nobody_has_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "nobody-has-it")
            path.touch()
            for mode, args in MODES.items():
                with self.subTest(mode=mode):
                    self.assertEqual(run(*args, path).status, 1)

    def test_not_both_conditions_hold(self):
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                self.assertEqual(run(*args, "--all", SELF, "1").status, 1)

    def test_wrong_usage(self):
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                for wrong in (["0"], ["--nonsense"], ["-o", "BREAKFAST"]):
                    result = run(*args, *wrong)
                    self.assertEqual((result.status, result.out), (2, b""), result)
                    self.assertEqual(len(result.err_lines), 1, result)

    def test_what_cannot_be_looked_at(self):
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                result = run(*args, f"/proc/{SELF}/status/below-a-file")
                self.assertIn(result.status, (1, 3), result)
                self.assertNotEqual(result.err, b"")

    def test_no_backend(self):
        # Nobody may have BPF here: then, and only then, it cannot be done.
        for mode, args in MODES.items():
            with self.subTest(mode=mode):
                if "--backend" in args:
                    continue
                result = run("--backend", "bpf", *args, SELF)
                self.assertIn(result.status, (0, 3), result)
                if result.status == 3:
                    self.assertEqual(result.out, b"")
                    self.assertTrue(result.err_lines[0].startswith("ptree: cannot scan: "), result)


class Output(unittest.TestCase):
    def test_full_disk(self):
        for mode, args in COMMANDS.items():
            with self.subTest(mode=mode):
                with open("/dev/full", "wb") as full:
                    result = run(*args, stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(result.status, 3, result)
                self.assertRegex(result.err, b"cannot write the output: .*No space left on device")

    def test_closed_output(self):
        for mode, args in COMMANDS.items():
            with self.subTest(mode=mode):
                ran = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", PTREE, *args],
                                     stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=60,
                                     check=False)
                self.assertEqual(ran.returncode, 3, ran)
                self.assertIn(b"cannot write the output", ran.stderr)

    def test_reader_has_left(self):
        """It has seen enough: nothing is said, but not all was written."""
        for mode, args in COMMANDS.items():
            with self.subTest(mode=mode):
                read, write = os.pipe()
                os.close(read)
                result = run(*args, stdout=write, stderr=subprocess.PIPE)
                os.close(write)
                self.assertEqual(result.status, 3, result)
                self.assertNotIn(b"write", result.err)

    def test_reader_leaves(self):
        for args in ([], ["-f"], ["-rf"], ["-Jtf"], ["-rf0"], ["-f", "--sort", "FD"]):
            with self.subTest(args=args):
                # What it writes at once goes into the pipe, whatever the reader does then.
                code = '"$@" | head -c 1 >/dev/null; echo ${PIPESTATUS[*]}'
                ran = subprocess.run(["bash", "-c", code, "bash", PTREE, *args], env=ENVIRONMENT,
                                     capture_output=True, timeout=60, check=False)
                self.assertIn(ran.stdout.split()[0], (b"0", b"3"))
                self.assertEqual(ran.stdout.split()[1:], [b"0"])
                self.assertNotIn(b"write", ran.stderr)

    def test_closed_input_and_errors(self):
        for mode, args in COMMANDS.items():
            with self.subTest(mode=mode):
                ran = subprocess.run(["sh", "-c", 'exec "$@" <&- 2>&-', "sh", PTREE, *args],
                                     stdout=subprocess.PIPE, env=ENVIRONMENT, timeout=60,
                                     check=False)
                self.assertEqual(ran.returncode, 0)
                self.assertNotEqual(ran.stdout, b"")


class Ends(unittest.TestCase):
    """Of each line: NUL where it was asked for, and then nowhere else."""

    def test_are_nul(self):
        with Scene("dup") as scene:
            self.check_forms(scene.pids[0])

    def check_forms(self, pid):
        for mode in ([], ["--sort", "PID"]):
            for args in (["-q"], ["-r", "-f"], ["-r", "-t", "--no-headings"]):
                with self.subTest(args=args, mode=mode):
                    lines = run(*args, *mode, pid)
                    nuls = run(*args, *mode, "-0", pid)
                    self.assertNotIn(b"\n", nuls.out)
                    self.assertEqual(nuls.out.count(b"\0"), lines.out.count(b"\n"))
                    self.assertTrue(nuls.out.endswith(b"\0"))
                    self.assertNotIn(b"\0\0", nuls.out)

    def test_of_json_are_nul(self):
        out = run("-fJlines", "-0", SELF).out
        self.assertNotIn(b"\n", out)
        self.assertTrue(out.endswith(b"}\0"))
        self.assertEqual({record[:8] for record in out.split(b"\0")[:-1]}, {b'{"type":'})

    def test_of_nothing(self):
        for args in (["-q0"], ["-r0"]):
            self.assertEqual(run(*args, NOBODY_HAS).out, b"")
        with tempfile.TemporaryDirectory() as folder:
            os.symlink("/nonexistent", os.path.join(folder, "x"))
            self.assertEqual(run("-r0", os.path.join(folder, "x")).out, b"")

    def test_can_be_read_by_xargs(self):
        code = '"$1" -q0 "$2" | xargs -0 -n 1 echo got'
        ran = subprocess.run(["sh", "-c", code, "sh", PTREE, SELF], stdout=subprocess.PIPE,
                             env=ENVIRONMENT, timeout=60, check=True)
        self.assertEqual(ran.stdout.decode().strip(), f"got {SELF}")


class Watching(unittest.TestCase):
    """What it does then is for test-watch.py; here: that it begins, and refuses what is wrong."""

    def test_what_is_no_number_is_a_process(self):
        result = run("--watch", "0")
        self.assertEqual(result.status, 2)
        self.assertIn("'0' is not a process id", result.err_lines[0])

    def test_ends_when_interrupted(self):
        for args in (["--watch=0.1"], ["--watch", "-Jlines"]):
            with self.subTest(args=args):
                child = subprocess.Popen([PTREE, *args, SELF], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         env=ENVIRONMENT)
                self.assertNotEqual(os.read(child.stdout.fileno(), 1), b"")
                time.sleep(0.3)
                self.assertIsNone(child.poll())
                child.send_signal(signal.SIGINT)
                child.communicate(timeout=60)
                self.assertIn(child.returncode, (0, -signal.SIGINT))


if __name__ == "__main__":
    unittest.main()
