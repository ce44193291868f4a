# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does --watch do with a terminal what its user wants, and leave it as it was?
#
# No test relies on when a view comes: each waits for one that shows what was done.

import os
import re
import resource
import signal
import subprocess
import tempfile
import termios
import time
import unittest

from ptree_cli import ENVIRONMENT, PTREE
from screen import Session

SELF = os.getpid()
OFTEN = "--watch=0.2"
NEVER_AGAIN = "--watch=3600"
FULL_SCREEN = [(1049, True), (25, False), (7, False)]
GIVEN_BACK = [(7, True), (25, True), (1049, False)]


class TheTerminal(unittest.TestCase):
    def check_given_back(self, session, status):
        ended, normal, err = session.end()
        self.assertEqual(ended, status, err)
        self.assertEqual(session.after, session.before)
        self.assertEqual(session.screen.modes, FULL_SCREEN + GIVEN_BACK)
        return normal

    def test_taken_and_given_back(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(signal=number), Session(OFTEN, SELF) as session:
                session.wait_for_line(rf" {SELF} ")
                self.assertFalse(session.settings()[3] & (termios.ECHO | termios.ICANON))
                session.child.send_signal(number)
                normal = self.check_given_back(session, 0)
                # The last view stays.
                self.assertRegex(normal[0], r"^\d\d:\d\d:\d\d  every 0.2 s")
                self.assertTrue(any(f" {SELF} " in line for line in normal), normal)

    def test_keys(self):
        with Session(NEVER_AGAIN, SELF) as session:
            session.wait_for_line(rf"^  +{SELF} ")
            with open("/dev/null", "rb"):
                session.press(b"x ")
                session.wait_for_line(rf"^~ +{SELF} ")
            session.press(b"q")
            self.check_given_back(session, 0)

    def test_keys_during_nothing_else(self):
        with Session(NEVER_AGAIN, SELF) as session:
            session.wait_for_line(rf"^  +{SELF} ")
            session.press(b"\x1b[Axyz")
            time.sleep(0.3)
            self.assertIsNone(session.child.poll())
            session.child.send_signal(signal.SIGTERM)
            self.check_given_back(session, 0)

    def test_status(self):
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
        with Session(OFTEN, child.pid) as session:
            session.wait_for_line(rf" {child.pid} ")
            child.communicate()
            session.wait_for_line(rf"no process or thread {child.pid}")
            session.press(b"q")
            self.check_given_back(session, 1)

    def test_what_cannot_be_survived(self):
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGUSR1):
            with self.subTest(signal=number), Session(NEVER_AGAIN, SELF) as session:
                session.wait_for_line(rf" {SELF} ")
                session.child.send_signal(number)
                self.check_given_back(session, -number)

    def test_stopped_and_continued(self):
        with Session(NEVER_AGAIN, SELF) as session:
            session.wait_for_line(rf" {SELF} ")
            session.child.send_signal(signal.SIGTSTP)
            _, status = os.waitpid(session.child.pid, os.WUNTRACED)
            self.assertTrue(os.WIFSTOPPED(status))
            self.assertEqual(os.WSTOPSIG(status), signal.SIGTSTP)
            self.assertEqual(session.settings(), session.before)
            session.wait_for(lambda screen: screen.modes == FULL_SCREEN + GIVEN_BACK)
            session.forget()
            session.child.send_signal(signal.SIGCONT)
            session.wait_for_line(rf" {SELF} ")
            session.wait_for(lambda screen: screen.modes[6:9] == FULL_SCREEN)
            session.press(b"q")
            status, _, _ = session.end()
            self.assertEqual(status, 0)
            self.assertEqual(session.after, session.before)
            self.assertEqual(session.screen.modes[-3:], GIVEN_BACK)

    def test_stopped_by_force(self):
        with Session(NEVER_AGAIN, SELF) as session:
            session.wait_for_line(rf" {SELF} ")
            session.child.send_signal(signal.SIGSTOP)
            os.waitpid(session.child.pid, os.WUNTRACED)
            # As a shell does that goes on meanwhile.
            termios.tcsetattr(session.slave, termios.TCSANOW, session.before)
            session.forget()
            session.child.send_signal(signal.SIGCONT)
            session.wait_for(lambda screen: screen.modes[6:9] == FULL_SCREEN)
            session.wait_for_line(rf" {SELF} ")
            self.assertFalse(session.settings()[3] & termios.ECHO)
            session.press(b"q")
            self.assertEqual(session.end()[0], 0)
            self.assertEqual(session.after, session.before)

    def test_another_size(self):
        opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(80)]
        with Session(NEVER_AGAIN, "-f", SELF, height=30, width=100) as session:
            session.wait_for_line(r"^… \d+ more lines$")
            self.assertEqual(len(session.screen.shown), 30)
            for height, width in ((12, 70), (1, 20), (50, 132)):
                session.resize(height, width)
                session.child.send_signal(signal.SIGWINCH)
                session.wait_for(lambda screen, n=height: len(screen.shown) == n and
                                 re.match(r"… \d+ more lines$", screen.shown[-1]))
                if height > 1:
                    self.assertLessEqual(max(map(len, session.screen.shown)), width)
            session.press(b"q")
            normal = self.check_given_back(session, 0)
            self.assertEqual(len(normal), 50)
        for fd in opened:
            os.close(fd)

    def test_what_comes_while_it_writes(self):
        """The terminal takes no more, so that a signal meets ptree in its write(2)."""
        with tempfile.NamedTemporaryFile(prefix="x" * 200) as file:
            # More than the kernel keeps for a terminal.
            opened = [os.dup(file.fileno()) for _ in range(600)]
            with Session(NEVER_AGAIN, "-f", SELF, height=1000, width=400) as session:
                with session.halted():
                    # What is under way is for the old size.
                    session.tell_size(30, 100)
                    session.child.send_signal(signal.SIGWINCH)
                session.wait_for(lambda screen: re.match(r"… \d+ more lines$",
                                                         screen.rows.get(29, "")))
                session.press(b"q")
                self.check_given_back(session, 0)
            for fd in opened:
                os.close(fd)

    def test_stdin_elsewhere(self):
        """Then there are no keys, and no settings to be changed."""
        with Session(NEVER_AGAIN, SELF) as session:
            session.wait_for_line(rf" {SELF} ")
            other = subprocess.Popen(
                [PTREE, NEVER_AGAIN, str(SELF)], stdin=subprocess.DEVNULL,
                stdout=session.slave, stderr=subprocess.DEVNULL,
                env={**ENVIRONMENT, "TERM": "xterm"})
            # Ended before it has shown anything, it would have failed.
            session.wait_for(lambda screen: len(screen.modes) == 6 and
                             any(f" {SELF} " in line for line in screen.shown))
            other.terminate()
            self.assertEqual(other.wait(), 0)
            self.assertFalse(session.settings()[3] & termios.ECHO)

    def test_failures(self):
        with Session(NEVER_AGAIN, SELF) as session:
            limits = resource.prlimit(session.child.pid, resource.RLIMIT_NOFILE)
            session.wait_for_line(rf" {SELF} ")
            few = (4, limits[1])
            resource.prlimit(session.child.pid, resource.RLIMIT_NOFILE, few)
            session.press(b" ")
            session.wait_for_line(r"^ptree: cannot scan: .")
            # What was seen last stays.
            self.assertTrue(any(f" {SELF} " in line for line in session.screen.shown))
            resource.prlimit(session.child.pid, resource.RLIMIT_NOFILE, limits)
            session.press(b" ")
            session.wait_for(lambda screen: screen.shown and not any(
                "cannot scan" in line for line in screen.shown))
            self.assertIsNone(session.child.poll())
            resource.prlimit(session.child.pid, resource.RLIMIT_NOFILE, few)
            for _ in range(3):
                session.forget()
                session.press(b" ")
                session.wait_for(lambda screen: screen.pictures or
                                 session.child.poll() is not None)
            status, _, err = session.end()
            self.assertEqual(status, 3)
            self.assertRegex(err, r"^ptree: cannot scan: [^\n]+\n$")
            self.assertEqual(session.after, session.before)


if __name__ == "__main__":
    unittest.main()
