# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is a file found that is held without a descriptor of its own, is a socket found by its path, and
# is nothing found by its name alone?

import os
import shutil
import socket
import tempfile
import unittest

from peers import Subject, uses_bpf
from ptree_cli import Scene, ask, run


def pids(*args):
    return ask(*args)[1]


def rows(*args):
    """What the rows say behind the branch of the tree."""
    lines = run("--no-headings", "-o", "COMMAND", *args).lines
    return [line.lstrip(" |`-") for line in lines]


class Places(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def copy(self, name):
        return shutil.copy(shutil.which(name), os.path.join(self.folder, name))

    def test_working_directory(self):
        code = "os.chdir(sys.argv[2])"
        with Subject(code, self.folder) as subject:
            self.assertEqual(pids(self.folder + "/"), [subject.pid])
            self.assertIn(f"cwd  {self.folder}", rows(self.folder))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_root(self):
        code = "os.chroot(sys.argv[2])"
        with Subject(code, self.folder) as subject:
            self.assertEqual(pids(self.folder), [subject.pid])
            self.assertIn(f"root {self.folder}", rows(self.folder))
            self.assertIn(f"root {self.folder}", rows("-f", subject.pid))
            self.assertFalse([row for row in rows("-f", os.getpid()) if row.startswith("root ")])

    def test_executable(self):
        sleep = self.copy("sleep")
        code = f"import subprocess\nchild = subprocess.Popen([{sleep!r}, '60'])\n"
        code += "facts['child'] = child.pid\n"
        with Subject(code) as subject:
            try:
                self.assertEqual(pids(sleep), [subject.child])
                self.assertIn(f"exe  {sleep}", rows(sleep))
                # It is mapped too, which is no news.
                self.assertFalse([row for row in rows(sleep) if row.startswith("mem ")])
            finally:
                os.kill(subject.child, 9)

    def test_mapped_file(self):
        path = os.path.join(self.folder, "mapped")
        code = """
import mmap
with open(sys.argv[2], "w+b") as file:
    file.write(bytes(12288))
    file.flush()
    keep = mmap.mmap(file.fileno(), 12288)
"""
        with Subject(code, path) as subject:
            self.assertEqual(pids(path), [subject.pid])
            self.assertIn(f"mem  {path}", rows(path))
            lines = run("-rf", "-o", "PID,ASSOC,MAPPED,DETAIL,NAME", path).lines
            self.assertIn(f"{subject.pid} mem 12288 rw-s {path}", lines)
            self.assertFalse([row for row in rows("-f", subject.pid) if row.startswith("mem ")])
            shown = rows("-f", "-o", "+MAPPED", subject.pid)
            self.assertTrue([row for row in shown if row.startswith(f"mem  {path} ")], shown)

    def test_places_are_shown_with_files(self):
        with Subject("os.chdir(sys.argv[2])", self.folder) as subject:
            shown = rows("-f", subject.pid)
            self.assertIn(f"cwd  {self.folder}", shown)
            exe = os.readlink(f"/proc/{subject.pid}/exe")
            self.assertIn(f"exe  {exe}", shown)
            self.assertFalse([row for row in rows(subject.pid) if row.startswith("cwd ")])
            # Programs that read lines of descriptors are not surprised by others.
            plain = run("-rf", "-o", "FD,NAME", "--no-headings", subject.pid).lines
            self.assertFalse([line for line in plain if line.startswith("- ")])
            lines = run("-rf", "-o", "ASSOC,FD,NAME", "--no-headings", subject.pid).lines
            self.assertIn(f"cwd - {self.folder}", lines)
            self.assertEqual([line.split(" ", 1)[1] for line in lines if line[0].isdigit()], plain)

    def test_directory_that_tasks_share_is_shown_once(self):
        with Scene("threads") as scene:
            shown = rows("-tf", scene.pids[0])
            self.assertEqual(len([row for row in shown if row.startswith("cwd ")]), 1, shown)

    def test_another_file_of_the_same_name(self):
        path = os.path.join(self.folder, "file")
        with open(path, "wb"):
            os.unlink(path)
            with open(path, "wb"):
                pass
            self.assertEqual(pids(path), [])


class Sockets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "socket")

    def listen(self):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(self.path)
        listener.listen(5)
        return listener

    def test_by_its_path(self):
        listener = self.listen()
        for backend in ("auto", "procfs"):
            with self.subTest(backend=backend):
                self.assertEqual(pids("--backend", backend, self.path), [os.getpid()])
        shown = rows("-f", self.path)
        self.assertIn(f"{listener.fileno()} rw socket  unix {self.path} LISTEN 0/5",
                      [" ".join(row.split()).replace("socket ", "socket  ", 1) for row in shown])

    def test_not_the_one_that_had_the_name_before(self):
        self.listen()
        os.unlink(self.path)
        self.assertEqual(pids("--backend", "auto", os.path.dirname(self.path)), [])
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(self.path)
            other.close()
            result = run("-q", self.path)
            self.assertEqual((result.status, result.lines), (1, []), result)

    def test_by_its_descriptor(self):
        listener = self.listen()
        self.assertEqual(pids(f"/proc/{os.getpid()}/fd/{listener.fileno()}"), [os.getpid()])


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Held(unittest.TestCase):
    def test_in_the_queue_of_a_socket(self):
        code = """
path = sys.argv[2]
one, other = socket.socketpair()
with open(path, "wb") as file:
    socket.send_fds(one, [b"x"], [file.fileno()])
at(other.detach(), 50)
"""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "queued")
            with Subject(code, path) as subject:
                if not uses_bpf():
                    self.skipTest("only BPF looks into queues")
                self.assertEqual(pids(path), [subject.pid])
                self.assertIn(f"queue 0 regular {path}", rows(path))
                self.assertIn(f"queue 0 regular {path}", rows("-f", subject.pid))


if __name__ == "__main__":
    unittest.main()
