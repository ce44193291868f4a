# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does a list stand in the order of a column's values, and not of their letters?

import contextlib
import ipaddress
import os
import pathlib
import re
import tempfile
import unittest

from peers import Subject
from ptree_cli import Scene, run

HOLDS = """
for i in range(int(sys.argv[2])):
    os.open("/dev/null", os.O_RDONLY)
"""
FILES = """
for size in (9, 10, 100, 2000):
    fd = os.open(sys.argv[1] + "/%d" % size, os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, size)
    os.lseek(fd, size, 0)
os.open("/dev/zero", os.O_RDONLY)
os.open("/dev/tty0", os.O_PATH) if os.path.exists("/dev/tty0") else None
os.pipe()
"""
SOCKETS = """
kept = []
facts["v6"] = socket.has_ipv6
for family, address in ((socket.AF_INET, "127.0.0.10"), (socket.AF_INET, "127.0.0.9"),
                        (socket.AF_INET, "127.0.0.9"), (socket.AF_INET6, "::1"),
                        (socket.AF_INET6, "::ffff:127.0.0.1")):
    kept.append(socket.socket(family, socket.SOCK_DGRAM))
    try:
        kept[-1].bind((address, 0))
    except OSError:
        pass
kept.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
kept[-1].bind(sys.argv[1] + "/x.sock")
"""


def unescape(word):
    return re.sub(r"\\x(..)", lambda found: chr(int(found[1], 16)), word)


def rows(*args):
    result = run("-r", "--no-headings", *args)
    assert result.status == 0, result
    return [[unescape(word) for word in line.split(" ")] for line in result.lines]


def column(name, *args, sort=None):
    return [row[-1] for row in rows("--sort", sort or name, "-o", f"PID,{name}", *args)]


def value(text):
    """What a number, a device or a word is, for Python to compare."""
    if found := re.fullmatch(r"(-?\d+)(?:\.(\d+))?%?", text):
        return (0, int(found[1]), float("0." + (found[2] or "0")))
    if found := re.fullmatch(r"(\d+):(\d+)", text):
        return (1, int(found[1]), int(found[2]))
    return (9, 0, 0, text)


def address(text):
    host, _, port = text.rpartition(":")
    try:
        parsed = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return (9, 0, 0, text)
    return (parsed.version, int(parsed), int(port))


class Values(unittest.TestCase):
    def check(self, found, key):
        """In order, and the unknown ones last."""
        known = [text for text in found if text != "-"]
        self.assertEqual(found[len(known):], ["-"] * (len(found) - len(known)))
        self.assertEqual(known, sorted(known, key=key))
        return known

    def check_both(self, name, *args, key=value):
        upward = self.check(column(name, *args), key)
        downward = column(name, *args, sort=f"-{name}")
        known = [text for text in downward if text != "-"]
        self.assertEqual(downward[len(known):], ["-"] * (len(downward) - len(known)))
        self.assertEqual(known, sorted(known, key=key, reverse=True))
        self.assertEqual(len(known), len(upward))  # clocks tick on
        return upward

    def test_numbers(self):
        with contextlib.ExitStack() as stack:
            counts = (3, 30, 100, 7)
            subjects = [stack.enter_context(Subject(HOLDS, n)) for n in counts]
            found = self.check_both("FDS", *[subject.pid for subject in subjects])
            # 10, 14: by their letters 103 would come before 33.
            self.assertEqual([int(text) - int(found[0]) for text in found], [0, 4, 27, 97])

    def test_every_column_of_processes(self):
        with Scene("unshared-thread") as one, Scene("seed") as two:
            pids = one.pids + two.pids + [os.getpid(), 1]
            for line in run("-H").lines:
                name = line.split()[0]
                if name == "FD":
                    break
                with self.subTest(column=name):
                    key = value if name != "PROOF" else str
                    self.check_both(name, *pids, key=key)

    def test_every_column_of_descriptors(self):
        listed = [line.split()[0] for line in run("-H").lines]
        with contextlib.ExitStack() as stack:
            pids = []
            for name in ("zoo", "sockets", "details", "locks"):
                with contextlib.suppress(unittest.SkipTest):
                    pids += stack.enter_context(Scene(name)).pids
            for name in listed[listed.index("FD"):]:
                if name in ("LOCAL", "REMOTE", "MODE"):  # of the last, "-" is a value
                    continue
                key = value
                if name == "COOKIE":
                    key = lambda text: int(text, 16)
                with self.subTest(column=name):
                    self.check_both(name, "-f", *pids, key=key)

    def test_sizes(self):
        with Subject(FILES) as subject:
            found = self.check_both("SIZE", "-f", subject.pid)
            self.assertIn("-", column("SIZE", "-f", subject.pid, sort="-SIZE"))
            for size in ("9", "10", "100", "2000"):
                self.assertIn(size, found)

    def test_devices(self):
        with Subject(FILES) as subject:
            found = self.check_both("RDEV", "-f", subject.pid)
            self.assertIn("1:5", found)

    def test_addresses(self):
        with Subject(SOCKETS) as subject:
            for name in ("LOCAL", "REMOTE"):
                self.check_both(name, "-f", subject.pid, key=address)
            found = [text for text in column("LOCAL", "-f", subject.pid) if text != "-"]
            self.assertTrue(found[0].startswith("127.0.0.9:"), found)
            self.assertTrue(found[1].startswith("127.0.0.9:"), found)
            self.assertTrue(found[2].startswith("127.0.0.10:"), found)
            self.assertTrue(found[-1].endswith("/x.sock"), found)

    def test_equal_values_stand_by_pid_tid_and_fd(self):
        with Scene("threads") as one, Scene("seed") as two:
            pids = one.pids + two.pids
            for sort in ("TGID", "-TGID", "GID", "-GID"):
                with self.subTest(sort=sort):
                    found = [list(map(int, row)) for row in
                             rows("-f", "--sort", sort, "-o", "GID,TGID,FD", *pids)]
                    sign = -1 if sort[0] == "-" else 1
                    place = 1 if sort.endswith("TGID") else 0
                    self.assertEqual(found, sorted(found, key=lambda row: (sign * row[place], row)))
            found = [list(map(int, row)) for row in
                     rows("-t", "--sort", "-GID", "-o", "TGID,PID", *pids)]
            self.assertEqual(found, sorted(found))
            self.assertGreater(len(found), len(pids))


class Lists(unittest.TestCase):
    def test_have_no_relatives_and_no_tree(self):
        with Scene("fork") as scene:
            result = run("--sort", "PID", *scene.pids)
            self.assertEqual([line.split()[0] for line in result.lines],
                             ["PID", *map(str, sorted(scene.pids))])
            self.assertNotRegex(result.out.decode(), r"[`|]-|[├└]")

    def test_have_no_folds(self):
        with contextlib.ExitStack() as stack:
            pids = [stack.enter_context(Subject(HOLDS, 1)).pid for _ in range(4)]
            self.assertEqual([line.split()[0] for line in run("--sort", "PID", *pids).lines[1:]],
                             list(map(str, sorted(pids))))

    def test_by_a_column_that_is_not_shown(self):
        with contextlib.ExitStack() as stack:
            pids = [stack.enter_context(Subject(HOLDS, n)).pid for n in (20, 3, 100)]
            expected = [str(pids[2]), str(pids[0]), str(pids[1])]
            shown = [row[0] for row in rows("--sort", "-FDS", "-o", "PID,FDS", *pids)]
            hidden = [row[0] for row in rows("--sort", "-FDS", "-o", "PID", *pids)]
            self.assertEqual((shown, hidden), (expected, expected))
            with self.subTest("process ids"):
                self.assertEqual(run("-q", "--sort", "-fds", *pids).lines, expected)
                self.assertEqual(run("-q", "--sort", "+fds", *pids).lines, expected[::-1])
                self.assertEqual(run("-q", "--sort", "FDS", *pids).lines, expected[::-1])

    def test_of_everything(self):
        found = [int(row[0]) for row in rows("--sort", "-PID", "-o", "PID")]
        self.assertEqual(found, sorted(found, reverse=True))
        self.assertIn(os.getpid(), found)

    def test_of_descriptors(self):
        with Subject(FILES) as subject:
            result = run("-f", "--sort", "-SIZE", "-o", "PID,SIZE,NAME", subject.pid)
            self.assertEqual(result.lines[0].split(), ["PID", "SIZE", "NAME"])
            self.assertEqual([line.split()[1] for line in result.lines[1:5]],
                             ["2000", "100", "10", "9"])
            self.assertTrue(all(line.split()[0] == str(subject.pid) for line in result.lines[1:]))
            plain = run("-f", "--sort", "-SIZE", subject.pid).lines
            self.assertLessEqual({"FD", "MODE", "KIND", "NAME"}, set(plain[0].split()))

    def test_of_who_has_a_file(self):
        with Subject(FILES) as one, Subject(FILES) as two:
            paths = [f"{folder.name}/{size}" for folder, size in
                     ((one.folder, 10), (two.folder, 2000), (two.folder, 9))]
            found = rows("--sort", "-POS", "-o", "PID,POS", *paths)
            self.assertEqual(found, [[str(two.pid), "2000"], [str(one.pid), "10"],
                                     [str(two.pid), "9"]])
            # Each once, where the first of its descriptors stands.
            self.assertEqual(run("-q", "--sort", "-POS", *paths).lines,
                             [str(two.pid), str(one.pid)])
            self.assertEqual(run("-q", "--sort", "POS", *paths).lines,
                             [str(two.pid), str(one.pid)])

    def test_of_threads(self):
        with Scene("unshared-thread") as scene:
            found = rows("-t", "--sort", "-FDS", "-o", "PID,FDS", *scene.pids)
            counts = [int(row[1]) for row in found]
            self.assertEqual(counts, sorted(counts, reverse=True))
            loner = next(table for table in scene.tables if len(table) == 1)
            self.assertEqual(found[0][0], str(*loner))

    def test_backends_agree(self):
        with Subject(FILES) as subject:
            for backend in ("procfs", "pidfd", "bpf"):
                result = run("-rf", "--no-headings", "--backend", backend, "--sort", "-SIZE", "-o",
                             "SIZE", subject.pid)
                if result.status == 3:
                    continue
                with self.subTest(backend=backend):
                    self.assertEqual(result.lines[:4], ["2000", "100", "10", "9"])

    def test_of_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "file")
            file.touch()
            self.assertEqual(run("--sort", "PID", file).status, 1)
        self.assertEqual(run("-q", "--sort", "PID", "2147483647").status, 1)


class Refused(unittest.TestCase):
    def test_with_a_hint(self):
        for args, words in (
            (["--sort", "SZIE", "-f"], "no column is called 'SZIE'; did you mean SIZE?"),
            (["--sort", "-BREAKFAST"], "no column is called 'BREAKFAST'; 'ptree -H' lists them"),
            (["--sort", "--PID"], "no column is called '-PID'"),
            (["--sort", "PID,USER"], "no column is called 'PID,USER'"),
            (["--sort", ""], "no column is called ''"),
            (["--sort", "-SIZE"], "--sort SIZE needs --files, or a WHAT that is open"),
            (["--sort", "MAPPED", "1"], "--sort MAPPED needs --files"),
            (["--sort", "PID", "-J"], "--sort and --json exclude each other: JSON is sorted by"),
            (["--sort", "PID", "--json=lines"], "--sort and --json exclude each other"),
            (["--sort", "PID", "--graph"], "--sort and --graph exclude each other"),
        ):
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual((result.status, result.out), (2, b""), result)
                self.assertEqual(len(result.err_lines), 1)
                self.assertIn(words, result.err_lines[0])


if __name__ == "__main__":
    unittest.main()
