# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Do the lines of descriptors and their columns say what the subject knows of itself, in a form that
# nobody's choice of names can imitate, and within the width of the terminal?

import os
import re
import unittest

from peers import Subject, unescape
from ptree_cli import ESCAPE, Scene, run, run_on_terminal

FORK = """
mine, theirs = os.pipe()
ready, done = os.pipe()
libc.prctl(15, sys.argv[2].encode())
facts["child"] = os.fork()
if facts["child"] == 0:
    at(theirs, 60)
    os.close(mine)
    os.write(done, b"x")
    os.read(0, 1)
    os._exit(0)
os.close(theirs)
at(mine, 50)
os.read(ready, 1)
"""


def line_of(pid, fd, *args):
    """What the line of a descriptor says from its number on."""
    lines = run("-f", "--no-headings", *args, pid).lines
    found = [line for line in lines if re.search(rf"-\s+{fd} ", line)]
    return re.sub(rf".*?- +(?={fd} )", "", found[0]) if found else None


def columns_of(pid, fd, columns):
    lines = run("-rf", "-o", f"FD,{columns}", "--no-headings", pid).lines
    found = [line.split(" ")[1:] for line in lines if line.startswith(f"{fd} ")]
    return [unescape(field) for field in found[0]]


class Lines(unittest.TestCase):
    def test_listener(self):
        code = """
listener = socket.create_server(("127.0.0.1", 0), backlog=33)
facts["port"] = listener.getsockname()[1]
at(listener.detach(), 50)
"""
        with Subject(code) as subject:
            local = f"127.0.0.1:{subject.port}"
            self.assertRegex(line_of(subject.pid, 50), rf"^50 rw socket +tcp {local} LISTEN 0/33$")
            found = columns_of(subject.pid, 50, "PROTO,SOCKTYPE,LOCAL,REMOTE,SOCKSTATE,RECVQ,SENDQ")
            self.assertEqual(found, ["tcp", "stream", local, "-", "LISTEN", "0", "33"])
            netns = os.stat("/proc/self/ns/net").st_ino
            self.assertEqual(columns_of(subject.pid, 50, "SOCKNS"), [str(netns)])

    def test_connection_has_its_other_end(self):
        code = """
listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
client = socket.create_connection(listener.getsockname()[:2])
facts["port"] = listener.getsockname()[1]
at(listener.accept()[0].detach(), 50)
at(client.detach(), 51)
"""
        with Subject(code) as subject:
            server = rf"\[::1\]:{subject.port}"
            self.assertRegex(line_of(subject.pid, 50),
                             rf"tcp6 {server}->\[::1\]:\d+ ESTABLISHED -> fd 51$")
            self.assertRegex(line_of(subject.pid, 51),
                             rf"tcp6 \[::1\]:\d+->{server} ESTABLISHED -> fd 50$")
            self.assertEqual(columns_of(subject.pid, 51, "PEER"), ["fd 50"])

    def test_pipe_has_its_other_end(self):
        with Subject(FORK, "subject") as subject:
            self.assertRegex(line_of(subject.pid, 50),
                             rf"pipe:\[\d+\].* -> {subject.child} subject fd 60$")
            self.assertRegex(line_of(subject.child, 60),
                             rf"pipe:\[\d+\].* -> {subject.pid} subject fd 50$")

    def test_command_cannot_look_like_another_end(self):
        with Subject(FORK, "x fd 1, 1 y") as subject:
            self.assertRegex(line_of(subject.pid, 50),
                             rf" -> {subject.child} x\\x20fd 1,\\x201 y fd 60$")

    def test_name_cannot_look_like_a_lock(self):
        for name, shown in (("a  POSIX write", r"a \x20POSIX write"), ("b -> 1 x", r"b\x20-> 1 x")):
            code = "at(os.open(os.path.join(sys.argv[1], sys.argv[2]), os.O_RDWR | os.O_CREAT), 50)"
            with self.subTest(name=name), Subject(code, name) as subject:
                self.assertTrue(line_of(subject.pid, 50).endswith("/" + shown))

    def test_name_of_a_socket_is_one_word(self):
        code = """
listener = socket.socket(socket.AF_UNIX)
listener.bind("\\0x LISTEN 9/9 \\x1b[31m")
at(listener.detach(), 50)
"""
        with Subject(code) as subject:
            line = line_of(subject.pid, 50)
            self.assertIn(r"unix @x\x20LISTEN\x209/9\x20\x1b[31m", line)
            self.assertNotIn(ESCAPE.decode(), line)

    def test_locks(self):
        code = """
fd = at(os.open(os.path.join(sys.argv[1], "locked"), os.O_RDWR | os.O_CREAT), 50)
fcntl.lockf(fd, fcntl.LOCK_EX, 100, 10)
fcntl.flock(fd, fcntl.LOCK_SH)
"""
        with Subject(code) as subject:
            found = columns_of(subject.pid, 50, "LOCKS")[0]
            self.assertEqual(set(found.split(", ")), {"POSIX write 10-109", "flock read"})
            self.assertRegex(line_of(subject.pid, 50), r"/locked  (POSIX|flock) ")

    def test_file_system(self):
        with open("/dev/null", "rb") as null:
            fstype, source = columns_of(os.getpid(), null.fileno(), "FSTYPE,SOURCE")
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            fields = [line.split() for line in mounts if line.split()[4] == "/dev"]
        if fields:
            after = fields[-1].index("-")
            self.assertEqual([fstype, source], fields[-1][after + 1 : after + 3])

    def test_file_system_of_another_mount_namespace(self):
        code = """
folder = os.path.join(sys.argv[1], "mounted")
os.mkdir(folder)
facts["mounted"] = (
    libc.unshare(0x20000) == 0  # CLONE_NEWNS
    and libc.mount(b"none", b"/", None, 0x44000, None) == 0  # MS_REC | MS_PRIVATE
    and libc.mount(b"elsewhere", folder.encode(), b"tmpfs", 0, None) == 0
)
at(os.open(os.path.join(folder, "file"), os.O_RDWR | os.O_CREAT), 50)
"""
        with Subject(code) as subject:
            if not subject.mounted:
                self.skipTest("no mount namespaces here")
            # By then ptree has given up the capability to trace, if it has a backend without.
            found = columns_of(subject.pid, 50, "FSTYPE,SOURCE")
            self.assertEqual(found, ["tmpfs", "elsewhere"])

    def test_name_that_says_nothing_is_left_out(self):
        with Subject("at(libc.eventfd(5, 0), 50)") as subject:
            self.assertEqual(columns_of(subject.pid, 50, "KIND,NAME,DETAIL"),
                             ["eventfd", "anon_inode:[eventfd]", "count 5"])
            self.assertRegex(line_of(subject.pid, 50), r"eventfd +count 5$")
            # What has a column of its own is not said again, and then the name is back.
            line = line_of(subject.pid, 50, "-o", "+DETAIL")
            self.assertRegex(line, r"eventfd +anon_inode:\[eventfd\]$")


class Widths(unittest.TestCase):
    def test_lines_fit(self):
        for name in ("zoo", "details", "sockets"):
            with Scene(name) as scene:
                for width in (80, 40, 132):
                    for args in (["-f"], ["-f", "-o", "+DETAIL,PEER"], ["-f", "-o", "+LOCAL"]):
                        with self.subTest(scene=name, width=width, args=args):
                            status, out = run_on_terminal(width, "--color", "never", *args,
                                                          *scene.pids[:3])
                            self.assertEqual(status, 0)
                            for line in out.decode().splitlines():
                                self.assertLessEqual(len(line), width, line)


if __name__ == "__main__":
    unittest.main()
