# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the command say so when its output did not arrive, and can programs rely on its form?

import json
import os
import resource
import subprocess
import tempfile
import unittest

from ptree_cli import ENVIRONMENT, PTREE, Scene, run

SELF = os.getpid()
FORMS = [[], ["-f"], ["-q"], ["-r"], ["-J"], ["-Jlines"], ["-h"], ["-V"], ["-H"]]


class Failures(unittest.TestCase):
    def test_full_disk(self):
        for form in FORMS:
            with self.subTest(form=form), open("/dev/full", "wb") as full:
                result = run(*form, SELF, stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(result.status, 3)
                self.assertEqual(len(result.err_lines), 1, result)
                self.assertIn("cannot write the output", result.err_lines[0])
                self.assertIn("No space left on device", result.err_lines[0])

    def test_reader_that_left(self):
        for form in FORMS:
            with self.subTest(form=form):
                reader, writer = os.pipe()
                os.close(reader)
                result = run(*form, SELF, stdout=writer, stderr=subprocess.PIPE)
                os.close(writer)
                self.assertEqual((result.status, result.err), (3, b""))

    def test_closed_output(self):
        ran = subprocess.run(
            ["sh", "-c", '"$1" -f "$2" >&-', "sh", PTREE, str(SELF)],
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            timeout=60,
        )
        self.assertEqual(ran.returncode, 3)
        self.assertIn(b"cannot write the output", ran.stderr)

    def test_closed_input_and_errors(self):
        ran = subprocess.run(
            ["sh", "-c", '"$1" -f "$2" <&- 2>&-', "sh", PTREE, str(SELF)],
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
            timeout=60,
        )
        self.assertEqual(ran.returncode, 0)
        self.assertIn(str(SELF).encode(), ran.stdout)

    def test_no_descriptors_left(self):
        def starve():
            resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))

        result = run("-f", preexec_fn=starve)
        self.assertEqual((result.status, result.out), (3, b""), result)
        self.assertEqual(len(result.err_lines), 1, result)
        self.assertTrue(result.err_lines[0].startswith("ptree: cannot scan: "), result)

    def test_few_descriptors_are_enough(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))

        result = run("-qf", "/dev/null", preexec_fn=limit)
        self.assertEqual(result.status, 0, result)


class Forms(unittest.TestCase):
    def test_pids_alone(self):
        result = run("-q")
        self.assertEqual(result.status, 0)
        pids = [int(line) for line in result.lines]
        self.assertEqual(pids, sorted(set(pids)))
        self.assertIn(SELF, pids)
        self.assertEqual(run("-q", SELF).out, b"%d\n" % SELF)

    def test_raw_has_all_columns_in_each_line(self):
        for options, n in ((["-r"], 6), (["-rt"], 7), (["-rf"], 10), (["-rtf"], 11)):
            with self.subTest(options=options):
                lines = run(*options, SELF).lines
                self.assertTrue(all(len(line.split(" ")) == n for line in lines), lines)
                self.assertTrue(all(field for line in lines for field in line.split(" ")))

    def test_raw_descriptor_says_whose_it_is(self):
        with Scene("unshared-thread") as scene:
            thread, path = scene.find_file(b"only-here")
            lines = run("-rf", "-o", "PID,TABLE,FD,NAME", scene.pids[0]).lines
            fields = [line.split(" ") for line in lines]
            self.assertEqual([field[0] for field in fields if field[3] == path],
                             [str(scene.pids[0])])
            tables = {field[1] for field in fields if field[0] == str(scene.pids[0])}
            self.assertEqual(len(tables), 2)
            self.assertFalse(any("#" in table for table in tables))
            # The table of a thread tells of the process too.
            columns = "PID,NSPID,USER,RUSER,GID,STATE,START,COMM"
            for backend in ("auto", "procfs"):
                lines = run("-rf", "--backend", backend, "--no-headings", "-o", columns + ",FD",
                            scene.pids[0]).lines
                self.assertEqual(len({line.rpartition(" ")[0] for line in lines}), 1, lines)

    def test_raw_has_only_what_matched(self):
        with Scene("threads") as scene:
            pid = str(scene.pids[0])
            lines = run("-r", "-o", "PID", "--no-headings", pid).lines
            self.assertEqual(lines, [pid])
            lines = run("-rt", "-o", "PID", "--no-headings", pid).lines
            self.assertEqual({int(line) for line in lines}, scene.tables[0])

    def test_raw_has_a_line_for_each_descriptor_and_no_other(self):
        with Scene("unshared-thread") as scene:
            pid = scene.pids[0]
            lines = run("-rf", "-o", "PID,FD,NAME", "--no-headings", pid).lines
            found = sorted(line.split(" ")[1] for line in lines)
            document = json.loads(run("-Jf", pid).out)
            expected = [
                str(descriptor["fd"])
                for table in document["fd_tables"]
                if table["owner"] == pid
                for descriptor in table["descriptors"]
            ]
            self.assertEqual(found, sorted(expected))
            _, path = scene.find_file(b"only-here")
            lines = run("-r", "-o", "PID,NAME", "--no-headings", path).lines
            self.assertEqual(lines, [f"{pid} {path}"])
            # Other columns know nothing of descriptors.
            for options in (["-r", path], ["-rf", path], ["-rf", pid], ["-f", pid]):
                lines = run("-o", "PID", "--no-headings", *options).lines
                self.assertEqual([line.strip() for line in lines].count(str(pid)), 1, options)
            # Threads are asked for.
            lines = run("-rtf", "-o", "PID,FD", "--no-headings", pid).lines
            self.assertEqual(sum(line.endswith(" -") for line in lines),
                             len(set().union(*scene.tables)))

    def test_close_on_exec_is_seen(self):
        with tempfile.TemporaryFile() as file:
            for inherits, word in ((True, "no"), (False, "yes")):
                os.set_inheritable(file.fileno(), inherits)
                lines = run("-rf", "-o", "FD,CLOEXEC", "--no-headings", SELF).lines
                self.assertIn(f"{file.fileno()} {word}", lines)
        counts = [
            run("-f", "--stats", "-o", shown, "--backend", "auto", SELF).err.decode().count("procfs")
            for shown in ("FD,CLOEXEC", "FD")
        ]
        self.assertEqual(*counts)

    def test_without_the_tree_there_is_no_tree(self):
        lines = run("-o", "PID,COMM", SELF).lines
        self.assertFalse(any(c in line for line in lines for c in ("|-", "`-")), lines)

    def test_numbers_of_users(self):
        own = [line.split() for line in run("-n", SELF).lines if line.split()[0] == str(SELF)]
        self.assertEqual(own[0][1], str(os.geteuid()))

    def test_stats_stay_off_the_output(self):
        plain, stats = run(SELF), run("--stats", SELF)
        self.assertEqual(len(plain.lines), len(stats.lines))
        said = stats.err.decode()
        for word in ("tasks", "grouping", "kcmp calls", "cost", "ms"):
            self.assertIn(word, said)
        self.assertIn("duplicates avoided", run("--stats", "-f", SELF).err.decode())

    def test_backend_is_the_one_asked_for(self):
        said = run("--stats", "-f", "--backend", "procfs", SELF).err.decode()
        self.assertRegex(said, r"(?m)^files +procfs ")

    def test_numbers_agree_with_the_scene(self):
        with Scene("threads", "T=9", "F=7") as scene:
            fields = run("-r", "-o", "PID,THR,FDS,SHARERS,STATUS", scene.pids[0]).lines[-1].split()
            self.assertEqual(fields, [str(scene.pids[0]), "9", "7", "9", "ok"])
            limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
            fields = run("-r", "-o", "PID,LIMIT,EXE", scene.pids[0]).lines[-1].split()
            self.assertEqual(fields[1], str(limit))
            self.assertEqual(os.path.basename(fields[2]), "workload")


if __name__ == "__main__":
    unittest.main()
