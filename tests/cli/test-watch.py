# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does --watch show what changes?
#
# No test relies on when a view comes: each waits for one that shows what was done.

import fcntl
import json
import os
import re
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from ptree_cli import ENVIRONMENT, PTREE, run
from screen import Session, unread

SELF = os.getpid()
OFTEN = "--watch=0.2"
NEVER_AGAIN = "--watch=3600"
HOLDER = ["sh", "-c", "exec 7<\"$0\"; echo; read x"]


def hold(path):
    """A process that has a file open until its stdin ends."""
    child = subprocess.Popen([*HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdout.readline()
    return child


def release(child):
    child.stdin.close()
    child.stdout.close()
    child.wait()


class Marks(unittest.TestCase):
    def test_descriptors(self):
        with tempfile.NamedTemporaryFile(suffix="-watched") as file:
            name = re.escape(os.path.basename(file.name))
            with Session(OFTEN, "-f", SELF, width=300) as session:
                session.wait_for_line(rf"^  .*{name}")
                other = os.open(file.name, os.O_RDONLY)
                line = session.wait_for_line(rf"^\+ .*{name}")
                self.assertRegex(line, rf"{other} r ")
                session.forget()
                session.wait_for_line(rf"^  .* {other} r .*{name}")
                os.close(other)
                session.wait_for_line(rf"^- .* {other} r .*{name}")
                session.forget()
                session.wait_for(lambda screen: len(screen.pictures) > 2)
                self.assertNotRegex("\n".join(session.screen.pictures[-1]), rf" {other} r .*{name}")

    def test_another_file_at_the_same_number(self):
        with tempfile.NamedTemporaryFile() as one, tempfile.NamedTemporaryFile() as two:
            number = os.open(one.name, os.O_RDONLY)
            with Session(OFTEN, "-f", SELF, width=300) as session:
                session.wait_for_line(rf"^  .* {number} r .*{one.name}")
                os.dup2(two.fileno(), number)
                session.wait_for_line(rf"^- .* {number} r .*{one.name}")
                session.wait_for_line(rf"^\+ .* {number} rw .*{two.name}")
            os.close(number)

    def test_processes(self):
        with Session(OFTEN, SELF, width=300) as session:
            session.wait_for_line(rf"^  +{SELF} ")
            first = hold("/dev/null")
            session.wait_for_line(rf"^\+ +{first.pid} ")
            session.wait_for_line(r"process, 1 new, 0 gone")
            # For a moment a new one is called as who made it.
            session.wait_for_line(rf"^. +{first.pid} .*read x")
            second = hold("/dev/null")
            # Beside one that it looks like, the new one has a line of its own.
            session.wait_for_line(rf"^\+ +{second.pid} ")
            session.forget()
            lowest = min(first.pid, second.pid)
            session.wait_for_line(rf"^  +{lowest}\+ .*2\*\[")
            release(second)
            gone = session.wait_for_line(rf"^- +{second.pid} ")
            # The line is that of the view before, in which it may have been dead already.
            self.assertRegex(gone, r"read x|<defunct>")
            session.wait_for_line(r"process, 0 new, 1 gone")
            session.forget()
            session.wait_for_line(rf"^  +{first.pid} ")
            release(first)
            session.wait_for_line(rf"^- +{first.pid} ")

    def test_gone_with_its_children(self):
        script = "exec 3<&0; for i in 1 2; do sh -c 'echo $$; read x' <&3 & done; read x"
        with Session(OFTEN, SELF, width=300) as session:
            session.wait_for_line(rf"^  +{SELF} ")
            parent = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
            children = sorted(int(parent.stdout.readline()) for _ in range(2))
            for pid in (parent.pid, *children):
                session.wait_for_line(rf"^\+ +{pid} ")
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            parent.kill()
            parent.wait()
            for pid in (parent.pid, *children):
                session.wait_for_line(rf"^- +{pid} ")
            parent.stdin.close()
            parent.stdout.close()

    def test_amounts(self):
        with Session(OFTEN, SELF) as session:
            session.wait_for_line(rf"^  +{SELF} ")
            session.forget()
            opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(9)]
            session.wait_for_line(rf"^~ +{SELF} ")
            for fd in opened:
                os.close(fd)

    def test_a_path_that_appears_later(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "later")
            with Session(OFTEN, path, width=300) as session:
                session.wait_for_line("0 processes")
                with open(path, "w", encoding="utf-8"):
                    pass
                child = hold(path)
                session.wait_for_line(rf"^\+ +{child.pid} ")
                session.wait_for_line(r" 7 r .*/later")
                # Another file, by the same name.
                os.rename(path, path + "-before")
                with open(path, "w", encoding="utf-8"):
                    pass
                session.wait_for_line(rf"^- +{child.pid} ")
                release(child)

    def test_threads(self):
        end = threading.Event()
        thread = threading.Thread(target=end.wait)
        with Session(OFTEN, "-t", SELF, width=300) as session:
            session.wait_for_line(rf"^  +{SELF} ")
            thread.start()
            session.wait_for_line(rf"^~ +{SELF} ")
            session.wait_for_line(rf"^\+ +{thread.native_id} .*{{")
            end.set()
            thread.join()
            session.wait_for_line(rf"^- +{thread.native_id} .*{{")

    def test_hostile_names(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a\x1b[2J\n\x9b31m\u202eb\xff")
            with open(os.fsencode(path) + b"\xfe", "w", encoding="utf-8") as file, \
                    Session(OFTEN, "-f", SELF, "a\x1b[1mb", width=300) as session:
                session.wait_for_line(r"^\d\d:.*a\\x1b\[1mb *$")
                other = os.open(file.name, os.O_RDONLY)
                line = session.wait_for_line(rf"^\+ .* {other} r .*a\\x1b\[2J")
                self.assertIn(r"\x0a", line)
                os.close(other)
                line = session.wait_for_line(rf"^- .* {other} r .*a\\x1b\[2J")
                self.assertIn(r"\u{202e}b", line)


class Elsewhere(unittest.TestCase):
    """Where nothing can be painted over."""

    def watch(self, *args, **options):
        return subprocess.Popen([PTREE, *map(str, args)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=ENVIRONMENT, **options)

    def finish(self, child, status):
        out, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, status, err)
        return out.decode(), err.decode()

    def test_one_after_the_other(self):
        child = self.watch(OFTEN, SELF)
        heads, lines = [], []
        while len(heads) < 3:
            line = child.stdout.readline().decode()
            lines.append(line)
            self.assertNotIn("\x1b", line)
            if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  every 0.2 s  ", line):
                heads.append(line)
        child.terminate()
        _, err = self.finish(child, 0)
        self.assertTrue(any(f" {SELF} " in line for line in lines), lines)
        self.assertEqual(err, "")
        self.assertTrue(heads[0].endswith(f"  1 process  {SELF}\n"), heads[0])
        self.assertTrue(heads[1].endswith(f" gone  {SELF}\n"), heads[1])

    def test_a_plain_terminal(self):
        for env in ({"TERM": "dumb"}, {"TERM": ""}):
            with self.subTest(env=env), Session(OFTEN, SELF, env=env) as session:
                session.wait_for(lambda screen: sum("every 0.2" in line
                                                    for line in screen.normal) > 1)
                self.assertEqual(session.settings(), session.before)
                session.child.terminate()
                status, normal, _ = session.end()
                self.assertEqual(status, 0)
                self.assertEqual(session.screen.modes, [])
                self.assertTrue(any(f" {SELF} " in line for line in normal), normal)

    def test_what_cannot_be_found_is_told_once(self):
        child = self.watch(OFTEN, "/nowhere/at/all", SELF)
        for _ in range(4):
            while "every" not in child.stdout.readline().decode():
                pass
        child.terminate()
        _, err = self.finish(child, 0)
        self.assertLess(err.count("/nowhere/at/all"), 4, err)

    def test_reader_that_leaves(self):
        # Also while there is nothing to write.
        for args in ([OFTEN], [NEVER_AGAIN], [NEVER_AGAIN, "-J=lines"]):
            with self.subTest(args=args):
                child = self.watch(*args, SELF)
                self.assertTrue(child.stdout.readline())
                child.stdout.close()
                self.assertEqual(child.wait(60), 3)
                self.assertEqual(child.stderr.read(), b"")
                child.stderr.close()

    def test_reader_that_sleeps(self):
        """What nobody reads does not keep it from ending."""
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        child = subprocess.Popen([PTREE, OFTEN, "-f"], stdin=subprocess.DEVNULL, stdout=writer,
                                 stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        os.close(writer)
        while select.select([reader], [], [], 0)[0] == [] or unread(reader) < 4096:
            time.sleep(0.02)
        child.terminate()
        self.assertEqual(child.wait(60), 3)
        os.close(reader)

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            for args in ([], ["-J=lines"]):
                result = run(OFTEN, *args, SELF, stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(result.status, 3)
                self.assertEqual(result.err_lines,
                                 ["ptree: cannot write the output: No space left on device"])

    def test_what_was_ignored_stays_so(self):
        child = subprocess.Popen(["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\"", PTREE, OFTEN,
                                  str(SELF)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=ENVIRONMENT)
        child.stdout.readline()
        child.send_signal(signal.SIGHUP)
        seen = 0
        while seen < 3:
            seen += b"every" in child.stdout.readline()
        child.terminate()
        self.finish(child, 0)

    def test_status(self):
        child = self.watch(OFTEN, 2**31 - 1)
        child.stdout.readline()
        child.terminate()
        _, err = self.finish(child, 1)
        self.assertIn("no process or thread", err)

    def test_stats(self):
        child = self.watch(OFTEN, "--stats", SELF)
        child.stdout.readline()
        child.terminate()
        _, err = self.finish(child, 0)
        self.assertEqual(len(re.findall("^cost ", err, re.M)), 1, err)


class Json(unittest.TestCase):
    def setUp(self):
        self.child = None

    def tearDown(self):
        if self.child:
            self.child.kill()
            self.child.communicate()

    def watch(self, *args):
        self.child = subprocess.Popen([PTREE, OFTEN, "-J=lines", *map(str, args)],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, env=ENVIRONMENT)

    def next(self, **wanted):
        """The next line that has these members; all others are objects too."""
        while line := self.child.stdout.readline():
            found = json.loads(line)
            if all(found.get(key) in (value if isinstance(value, tuple) else (value,))
                   for key, value in wanted.items()):
                return found
        raise AssertionError(self.child.stderr.read())

    def finish(self):
        self.child.terminate()
        for line in self.child.stdout:
            self.assertIn("type", json.loads(line))
        self.assertEqual(self.child.wait(60), 0)

    def test_processes(self):
        self.watch(SELF)
        self.assertEqual(self.next()["type"], "snapshot")
        self.next(type="process", pid=SELF)
        self.finish()

    def test_files(self):
        with tempfile.NamedTemporaryFile() as file:
            self.watch("-f", SELF)
            self.next(type="fd_table", owner=SELF)
            # Where nothing is that the watch was started with, and that is closed soon.
            other = fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, 100)
            opened = self.next(type="change", change="descriptor-opened", pid=SELF, fd=other)
            self.assertEqual(opened["path"], file.name)
            os.close(other)
            self.next(type="change", change="descriptor-closed", pid=SELF, fd=other)
            self.finish()

    def test_who_has_a_file(self):
        with tempfile.NamedTemporaryFile() as file:
            first = hold(file.name)
            self.watch(file.name)
            self.next(type="process", pid=first.pid)
            second = hold(file.name)
            # It had not opened the file yet, if it was seen early.
            self.next(change=("process-started", "descriptor-opened"), pid=second.pid)
            release(second)
            # Who has ended and was not waited for has nothing open.
            self.next(change=("process-ended", "descriptor-closed"), pid=second.pid)
            release(first)
            self.next(change=("process-ended", "descriptor-closed"), pid=first.pid)


class Usage(unittest.TestCase):
    def check_refused(self, *args):
        result = run(*args)
        self.assertEqual((result.status, result.out), (2, b""), result)
        self.assertEqual(len(result.err_lines), 1, result)
        return result.err_lines[0]

    def test_absurd_intervals(self):
        for value in ("0", "-1", "0.001", "99999999", "x", "1x", "", "nan", "inf", "1,5", "2 "):
            with self.subTest(value=value):
                self.assertIn("--watch", self.check_refused(f"--watch={value}", SELF))

    def test_other_forms(self):
        for form in ("-J", "-q", "-r", "-0", "--graph"):
            with self.subTest(form=form):
                self.check_refused(OFTEN, form, SELF)


if __name__ == "__main__":
    unittest.main()
