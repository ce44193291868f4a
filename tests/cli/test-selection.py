# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does a WHAT find whom it names, in any table, with ancestors and descendants and nobody else, and
# does the exit status say so?

import json
import os
import select
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from ptree_cli import ENVIRONMENT, PTREE, Scene, ask, await_sleep, run, unseen

NOBODY_HAS = "no process seen has"


def rows(*args):
    """The rows of the picture by process id; those of descriptors and tables have none."""
    result = run("-c", "--no-headings", "-o", "PID,COMMAND", *args)
    return [line.split(None, 1) for line in result.lines if line.split()[0].isdigit()]


def children_of(pid):
    found = set()
    for child in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{child}/stat", "rb") as file:
                if int(file.read().rpartition(b")")[2].split()[1]) == pid:
                    found.add(int(child))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


class Numbers(unittest.TestCase):
    def test_process_with_its_relatives(self):
        sleepers = ["sleep 60 & sleep 60 & wait", "sleep 60"]
        family, stranger = [
            subprocess.Popen(["sh", "-c", script], start_new_session=True) for script in sleepers
        ]
        try:
            while len(children_of(family.pid)) < 2:
                time.sleep(0.01)
            shown = [int(row[0]) for row in rows(family.pid)]
            self.assertIn(os.getpid(), shown)
            self.assertIn(family.pid, shown)
            self.assertEqual(set(shown[shown.index(family.pid) + 1 :]), children_of(family.pid))
            self.assertNotIn(stranger.pid, shown)
            self.assertEqual(ask(family.pid), (0, [family.pid]))
            self.assertEqual(ask(stranger.pid, family.pid),
                             (0, sorted([family.pid, stranger.pid])))
        finally:
            for leader in (family, stranger):
                os.killpg(leader.pid, signal.SIGKILL)
                leader.wait()

    def test_ancestors_of_what_is_gone(self):
        """Where nothing matches any more, they are told of as before."""
        child = subprocess.Popen(["sh", "-c", "read x"], stdin=subprocess.PIPE)
        command = [PTREE, "--watch=0.2", "--no-headings", str(child.pid)]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT) as watch:
            own = [next(line for line in watch.stdout if line.split()[:1] == [str(os.getpid())])]
            child.communicate()
            for line in watch.stdout:
                if line.split()[:1] == [str(os.getpid())]:
                    own.append(line)
                if line.startswith("- "):
                    break
            watch.terminate()
        self.assertEqual({line.rpartition("-")[2] for line in own}, {own[0].rpartition("-")[2]})
        self.assertNotRegex(own[-1], r"\[\w+\]$")

    def test_thread_leads_to_its_process_and_is_shown(self):
        with Scene("threads") as scene:
            pid = scene.pids[0]
            thread = max(scene.tables[0])
            self.assertEqual(ask(thread), (0, [pid]))
            self.assertEqual(rows(thread)[-2][0], str(pid))
            self.assertEqual(rows(thread)[-1][0], str(thread))
            self.assertRegex(rows(thread)[-1][1], r"\{workload\}$")
            self.assertNotIn(str(thread), [row[0] for row in rows(pid)])

    def test_threads_are_shown_on_demand(self):
        with Scene("threads") as scene:
            shown = {int(row[0]) for row in rows("-t", scene.pids[0])}
            self.assertLessEqual(scene.tables[0], shown)

    def test_nobody(self):
        result = run("2147483647")
        self.assertEqual((result.status, result.out), (1, b""), result)
        self.assertEqual(result.err_lines, ["ptree: no process or thread 2147483647"])
        self.assertEqual(ask("2147483647"), (1, []))

    def test_somebody_and_nobody(self):
        result = run("-q", "2147483647", os.getpid())
        self.assertEqual(result.status, 0, result)
        self.assertEqual(result.lines, [str(os.getpid())])

    def test_zombies_are_shown(self):
        with Scene("zombies") as scene:
            for fact in scene.facts["tableless"]:
                for pid in fact.split(","):
                    self.assertRegex(rows(pid)[-1][1], r"\[workload\] <defunct>$")


class Users(unittest.TestCase):
    def test_user(self):
        status, found = ask("root")
        self.assertEqual(status, 0)
        for pid in found:
            try:
                with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                    uids = [line for line in file if line.startswith("Uid:")][0].split()
            except FileNotFoundError:
                continue
            self.assertIn("0", uids[1:3])
        self.assertEqual(os.getpid() in found, 0 in (os.getuid(), os.geteuid()))

    def test_number_is_no_user(self):
        self.assertEqual(ask("0")[0], 2)


class Files(unittest.TestCase):
    def setUp(self):
        self.file = tempfile.NamedTemporaryFile()

    def tearDown(self):
        self.file.close()

    def test_file_by_any_name(self):
        with tempfile.TemporaryDirectory() as folder:
            link, symlink = os.path.join(folder, "link"), os.path.join(folder, "symlink")
            os.link(self.file.name, link)
            os.symlink(link, symlink)
            relative = os.path.relpath(link)
            relative = relative if "/" in relative else f"./{relative}"
            for name in (self.file.name, link, symlink, relative):
                self.assertEqual(ask(name), (0, [os.getpid()]), name)

    def test_file_that_nobody_has(self):
        with tempfile.TemporaryDirectory() as folder:
            other = os.path.join(folder, "other")
            with open(other, "wb"):
                pass
            result = run(other)
            self.assertEqual((result.status, result.out), (1, b""), result)
            self.assertIn(NOBODY_HAS, result.err_lines[0])
            self.assertEqual(ask(other, self.file.name), (0, [os.getpid()]))
            result = run("-q", other)
            self.assertEqual((result.status, result.out), (1, b""), result)
            self.assertIn(NOBODY_HAS, result.err_lines[0])

    def test_path_that_is_not(self):
        result = run("/nonexistent/file")
        self.assertEqual((result.status, result.out), (3, b""), result)
        self.assertEqual(
            [line for line in result.err_lines if not unseen(line)],
            ["ptree: cannot look at '/nonexistent/file': No such file or directory"],
        )
        result = run("/nonexistent/file", os.getpid())
        self.assertEqual(result.status, 0, result)

    def test_anonymous_inodes_are_refused(self):
        read, write = select.epoll(), select.epoll()
        with read, write:
            path = f"/proc/{os.getpid()}/fd/{read.fileno()}"
            result = run("-q", path)
            self.assertEqual((result.status, result.out), (3, b""), result)
            self.assertEqual(
                result.err_lines,
                [f"ptree: cannot look for '{path}': it leads to an anonymous inode, which many"
                 " files have in common"],
            )
            result = run("-q", path, os.getpid())
            self.assertEqual((result.status, result.lines), (0, [str(os.getpid())]))

    def test_pipe_by_its_descriptor(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        self.assertEqual(ask(f"/proc/{os.getpid()}/fd/{reader}"), (0, [os.getpid()]))

    def test_command_leaves_itself_out(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out")
            for form in ([], ["-q"], ["-f"], ["-r"]):
                ran = subprocess.run(["sh", "-c", 'exec "$@" >"$0"', path, PTREE, *form, path],
                                     stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=60)
                self.assertEqual(ran.returncode, 1, ran)
                self.assertEqual(os.path.getsize(path), 0)
                self.assertIn(NOBODY_HAS, ran.stderr.decode())

    def test_descriptor_is_shown_under_its_process(self):
        result = run(self.file.name)
        expected = f" {self.file.fileno()} rw regular {self.file.name}"
        self.assertEqual(len([line for line in result.lines if line.endswith(expected)]), 1)
        self.assertEqual(len([line for line in result.lines if " regular " in line]), 1, result)

    def test_device_by_another_node(self):
        null = os.stat("/dev/null")
        with tempfile.TemporaryDirectory() as folder, open("/dev/null", "rb"):
            node = os.path.join(folder, "another-null")
            try:
                os.mknod(node, 0o600 | stat.S_IFCHR, null.st_rdev)
            except PermissionError:
                self.skipTest("may not make device nodes")
            status, found = ask(node)
            self.assertEqual(status, 0)
            self.assertIn(os.getpid(), found)
            other = os.path.join(folder, "no-device")
            os.mknod(other, 0o600 | stat.S_IFBLK, os.makedev(253, 1048575))
            self.assertEqual(ask(other), (1, []))

    def test_name_is_any_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.fsencode(folder) + b"/\xff\x1b[1m\n"
            with open(name, "wb"):
                self.assertEqual(ask(name), (0, [os.getpid()]))
            result = run(name + b"no")
            self.assertEqual(result.status, 3)
            self.assertIn(r"/\xff\x1b[1m\x0ano'", result.err_lines[0])


class Tables(unittest.TestCase):
    """Where others answer that nobody has the file open."""

    def check(self, scene, ending):
        _, path = scene.find_file(ending)
        status, found = ask(path)
        self.assertEqual((status, sorted(found)), (0, sorted(scene.pids)))
        result = run(path)
        self.assertEqual(result.status, 0, result)
        self.assertEqual(len([line for line in result.lines if line.endswith(path)]), 1, result)
        return result.lines

    def test_of_a_thread_that_left(self):
        with Scene("unshared-thread") as scene:
            thread, _ = scene.find_file(b"only-here")
            lines = self.check(scene, b"only-here")
            self.assertTrue(any(line.endswith(f", thread {thread}") for line in lines), lines)

    def test_of_threads_whose_leader_left(self):
        with Scene("unshared-leader") as scene:
            self.check(scene, b"only-here")
            _, path = scene.find_file(b"file-3")
            lines = run(path).lines
            self.assertTrue(any(line.endswith(", 3 of 4 threads") for line in lines), lines)
            self.assertEqual(len([line for line in lines if line.endswith(path)]), 2)

    def test_of_threads_whose_leader_has_ended(self):
        with Scene("zombie-leader") as scene:
            lines = self.check(scene, b"file-0")
            self.assertTrue(any("[workload] <defunct>" in line for line in lines), lines)

    def test_of_two_processes(self):
        with Scene("clone-files") as scene:
            first, second = sorted(scene.pids)
            lines = self.check(scene, b"shared-0")
            head = [line for line in lines if f"shared with {second}" in line]
            pointer = [line for line in lines if line.endswith(f"of process {first}")]
            self.assertEqual((len(head), len(pointer)), (1, 1), lines)
            # Asked for the second alone, its files stand under it.
            lines = run("-f", second).lines
            self.assertTrue(any(f"shared with {first}" in line for line in lines), lines)
            self.assertTrue(any(line.endswith("/shared-0") for line in lines), lines)

    def test_strangers_are_counted(self):
        with Scene("clone-files") as scene:
            for pid in scene.pids:
                last = run("-r", "-o", "PID,SHARERS", pid).lines[-1].split()
                self.assertEqual(last[1], "2")

    def test_each_is_shown_once(self):
        with Scene("threads", "T=20", "F=5") as scene:
            for options in (["-f"], ["-tf"]):
                lines = run(*options, scene.pids[0]).lines
                self.assertEqual(len([line for line in lines if line.endswith("/file-2")]), 1)
                self.assertEqual(len([line for line in lines if ", 20 threads" in line]), 1)

    def test_of_one_task_has_no_head(self):
        with Scene("dup") as scene:
            result = run("-f", scene.pids[0])
            self.assertFalse(any("table #" in line for line in result.lines), result)
            self.assertFalse([line for line in result.err_lines if not unseen(line)], result)

    def test_numbers_agree(self):
        with Scene("unshared-thread") as scene:
            thread, _ = scene.find_file(b"only-here")
            lines = run("-ct", "-o", "PID,TABLE,COMMAND", scene.pids[0]).lines
            table = {line.split()[0]: line.split()[1] for line in lines}
            together = {table[str(tid)] for tid in scene.tables[-1] | scene.tables[0]}
            self.assertEqual(len(together), 2)
            for tid in max(scene.tables, key=len):
                self.assertEqual(table[str(tid)], table[str(scene.pids[0])])
            self.assertNotEqual(table[str(thread)], table[str(scene.pids[0])])


class Cost(unittest.TestCase):
    """Two ways to read those who have a name: each by its number, or all and pick them out."""

    def count(self, *args):
        """How many were scanned, and how many of these are in the answer."""
        answer = json.loads(run("-J", *args).out)
        return answer["stats"]["processes"], len(answer["processes"])

    def test_few_are_read_alone(self):
        with subprocess.Popen(["nobody-else-here", "60"], executable="sleep") as child:
            await_sleep(child.pid, "sleep")
            scanned, shown = self.count("nobody-else-here")
            child.kill()
        self.assertEqual(scanned, shown)

    def test_most_are_read_with_all(self):
        others = len([name for name in os.listdir("/proc") if name.isdigit()])
        if others > 1000:
            self.skipTest("too many processes are here to outnumber them")
        with Scene("many", f"P={others * 2 + 50}", "F=1"):
            scanned, shown = self.count("workload")
        self.assertGreater(scanned, shown)


if __name__ == "__main__":
    unittest.main()
