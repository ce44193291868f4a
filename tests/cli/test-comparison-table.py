# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is each cell of the table in the README, in which ptree stands beside lsof, lsfd, fuser and ss,
# what comes out if it is tried?
#
# Every row is a subject and a word that the answer must hold. A cell that is empty was not tried:
# the tool has no way to ask. What is not installed, or in another version, is left out.

import os
import pathlib
import re
import unittest

import peers
from peers import OF_DESCRIPTOR, OF_PATH, Subject
from ptree_cli import Scene

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
TOOLS = ("ptree", "lsof", "lsfd", "fuser", "ss")


def read_table():
    """The cells of each row, by its first one."""
    text = README.read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\|(.*)\|$", text.partition("<!-- tried -->")[2].partition("\n\n")[0])
    cells = [[cell.strip().strip("*") for cell in row.split("|")] for row in rows]
    head = [cell.strip("`") for cell in cells[0][1:]]
    assert head == list(TOOLS), head
    return {row[0]: dict(zip(head, row[1:])) for row in cells[2:]}


def by_path(path, pid):
    return {tool: finds(path, pid) for tool, finds in OF_PATH.items()}


def by_word(pid, fd, pattern, tools=("ptree", "lsof", "lsfd")):
    """Whether what a tool says of the descriptor holds the pattern."""
    return {
        tool: any(re.search(pattern, line) for line in OF_DESCRIPTOR[tool](pid, fd))
        for tool in tools
    }


def only_in_a_thread():
    with Scene("unshared-thread") as scene:
        _, path = scene.find_file(b"only-here")
        return by_path(path, scene.pids[0])


def behind_a_zombie():
    with Scene("zombie-leader") as scene:
        path = next(path for _, _, path in scene.files() if path.startswith(b"/tmp/"))
        return by_path(os.fsdecode(path), scene.pids[0])


def only_mapped():
    code = """
import mmap
path = os.path.join(sys.argv[1], "mapped")
with open(path, "w+b") as file:
    file.write(b"x" * 8192)
    file.flush()
    facts["map"] = id(mmap.mmap(file.fileno(), 8192))
    keep = mmap.mmap(file.fileno(), 8192)
facts["path"] = path
"""
    with Subject(code) as subject:
        return by_path(subject.path, subject.pid)


def in_a_queue():
    code = """
path = os.path.join(sys.argv[1], "queued")
one, other = socket.socketpair()
with open(path, "wb") as file:
    socket.send_fds(one, [b"x"], [file.fileno()])
facts["path"] = path
"""
    with Subject(code) as subject:
        return by_path(subject.path, subject.pid)


IO_URING = """
import mmap
path = os.path.join(sys.argv[1], "registered")
ring = libc.syscall(425, 4, ctypes.create_string_buffer(120))
with open(path, "wb") as file:
    fds = (ctypes.c_int * 1)(file.fileno())
    facts["registered"] = libc.syscall(427, ring, 2, fds, 1)
facts["path"] = path
"""


def in_a_ring():
    with Subject(IO_URING) as subject:
        if subject.registered != 0:
            raise unittest.SkipTest("no io_uring here")
        return by_path(subject.path, subject.pid)


def epoll_target():
    code = """
epoll = select.epoll.fromfd(at(libc.epoll_create1(0), 50))
target = at(libc.eventfd(0, 0), 61)
epoll.register(target, select.EPOLLIN)
os.dup2(target, 72)
os.close(target)
at(os.open("/etc/hostname", os.O_RDONLY), 61)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r"\b72\b")


def eventfd_count():
    with Subject("at(libc.eventfd(7341, 0), 50)") as subject:
        return by_word(subject.pid, 50, r"\b7341\b")


def timerfd_time():
    code = """
at(libc.timerfd_create(1, 0), 50)
libc.timerfd_settime(50, 0, struct.pack("4q", 0, 0, 54321, 0), None)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r"\b543[12]\d")


def signalfd_signals():
    code = """
mask = ctypes.c_uint64(1 << (signal.SIGUSR1 - 1))
at(libc.syscall(289, -1, ctypes.byref(mask), 8, 0), 50)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, "USR1")


def pipe_content():
    code = """
reader, writer = os.pipe()
os.write(writer, b"x" * 1234)
at(reader, 50)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r"\b1234\b")


def memfd_seals():
    code = """
fd = os.memfd_create("sealed", os.MFD_ALLOW_SEALING)
fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
at(fd, 50)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r"\bgrow\b")


def record_lock():
    code = """
fd = at(os.open(os.path.join(sys.argv[1], "locked"), os.O_RDWR | os.O_CREAT), 50)
fcntl.lockf(fd, fcntl.LOCK_EX, 177, 4711)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r"\b4711\b.*\b4887\b")


def ofd_lock():
    code = """
fd = at(os.open(os.path.join(sys.argv[1], "locked"), os.O_RDWR | os.O_CREAT), 50)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
"""
    with Subject(code) as subject:
        found = by_word(subject.pid, 50, r"\bOFD\b", ("ptree", "lsfd"))
        # It would stand behind the mode: 50uW.
        found["lsof"] = by_word(subject.pid, 50, r"\b50uW\b", ("lsof",))["lsof"]
        return found


def listener():
    code = """
listener = socket.create_server(("127.0.0.1", 0), backlog=77)
at(listener.detach(), 50)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r"\b77\b", ("ptree", "lsof", "lsfd", "ss"))


# Two processes, each with an end.
FORK = """
ready, done = os.pipe()
child = os.fork()
if child == 0:
    os.close({mine})
    at({theirs}, 51)
    os.write(done, b"x")
    sys.stdin.read()
    os._exit(0)
os.close({theirs})
at({mine}, 50)
os.read(ready, 1)
os.close(ready)
os.close(done)
facts["child"] = child
"""


def other_end(make, tools=("ptree", "lsof", "lsfd")):
    code = make + FORK.format(mine="mine", theirs="theirs")
    with Subject(code) as subject:
        return by_word(subject.pid, 50, rf"\b{subject.child}\b", tools)


def pipe_end():
    return other_end("mine, theirs = os.pipe()\n")


def unix_end():
    return other_end(
        "mine, theirs = [s.detach() for s in socket.socketpair()]\n",
        ("ptree", "lsof", "lsfd", "ss"),
    )


def tcp_end():
    return other_end(
        """
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
mine, theirs = client.detach(), listener.accept()[0].detach()
listener.close()
""",
        ("ptree", "lsof", "lsfd", "ss"),
    )


def other_network():
    code = """
if libc.unshare(0x40000000) != 0:
    sys.exit(77)
listener = socket.socket()
listener.bind(("127.0.0.1", 4711))
listener.listen(5)
at(listener.detach(), 50)
"""
    with Subject(code) as subject:
        return by_word(subject.pid, 50, r":4711\b", ("ptree", "lsof", "lsfd", "ss"))


def ends_in(name):
    """Whether of all in the scene that have another end it is the right one that is named."""
    with Scene(name) as scene:
        found = dict.fromkeys(("ptree", "lsof", "lsfd"), True)
        ends = {}
        for fact in scene.facts["peer"]:
            pid, fd, other, other_fd = map(int, fact.split(":"))
            ends.setdefault((pid, fd), set()).add((other, other_fd))
        for (pid, fd), expected in ends.items():
            for tool in found:
                said = " ".join(OF_DESCRIPTOR[tool](pid, fd))
                found[tool] &= ends_of(tool, said) == expected
        return found


def equal_fifos():
    return ends_in("fifos")


def equal_terminals():
    return ends_in("terminals")


def ends_of(tool, line):
    """The ends that a tool names: process and descriptor."""
    patterns = {"ptree": r"(\d+) \S+ fd (\d+)", "lsof": r"\b(\d+),[^,]+,(\d+)[a-z]",
                "lsfd": "(?!)()()"}
    return {(int(pid), int(fd)) for pid, fd in re.findall(patterns[tool], line)}


ROWS = {
    "a file that only a thread with a table of its own has": only_in_a_thread,
    "a file of a process whose first thread has ended": behind_a_zombie,
    "a file that is only mapped": only_mapped,
    "a file in the queue of a socket": in_a_queue,
    "a file registered with io_uring": in_a_ring,
    "what an epoll set waits for, after `dup` and `close`": epoll_target,
    "the count of an eventfd": eventfd_count,
    "when a timerfd expires": timerfd_time,
    "the signals of a signalfd": signalfd_signals,
    "how much waits in a pipe": pipe_content,
    "the seals of a memfd": memfd_seals,
    "the range of a record lock": record_lock,
    "that there is an OFD lock": ofd_lock,
    "who has the other end of a pipe": pipe_end,
    "the same of two FIFOs with equal inodes, not mixed up": equal_fifos,
    "the same of two terminals with equal numbers, not mixed up": equal_terminals,
    "who has the other end of a Unix socket": unix_end,
    "who has the other end of a local TCP connection": tcp_end,
    "the backlog of a listener": listener,
    "a socket in another network namespace": other_network,
}


BPF_ONLY = {
    "a file in the queue of a socket",
    "a file registered with io_uring",
    "how much waits in a pipe",
}


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.table = read_table()
        cls.here = {tool for tool in TOOLS if peers.is_the_one(tool)}
        cls.has_bpf = peers.uses_bpf()

    def is_compared(self, row, tool):
        return tool in self.here and (tool != "ptree" or self.has_bpf or row not in BPF_ONLY)

    def test_rows(self):
        self.assertEqual(list(self.table), list(ROWS))

    def test_cells(self):
        for row, attempt in ROWS.items():
            with self.subTest(row=row):
                found = attempt()
                for tool in TOOLS:
                    with self.subTest(tool=tool):
                        cell = self.table[row][tool]
                        self.assertEqual(cell != "", tool in found)
                        if tool in found and self.is_compared(row, tool):
                            self.assertEqual(cell, "yes" if found[tool] else "no")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("needs root")
        raise SystemExit(77)
    unittest.main()
