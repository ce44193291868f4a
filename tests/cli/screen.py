# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# A terminal that does no more than ptree asks of it, and complains of all that it does not know: so
# that a name which got through as a control sequence is found out. It keeps each picture that was
# painted.

import codecs
import contextlib
import fcntl
import os
import re
import struct
import subprocess
import termios
import threading
import time

from ptree_cli import ENVIRONMENT, PTREE

SEQUENCE = re.compile(r"\x1b\[(\??)([\d;]*)([A-Za-z])")
PATIENCE_S = 60


class Screen:
    """Takes what is written to a terminal."""

    def __init__(self, height, width):
        self.height = height
        self.width = width
        self.rows = {}
        self.normal = []  # lines, outside of the alternate screen
        self.pictures = []
        self.modes = []  # (number, on), as they were set
        self.y = self.x = 0
        self.rest = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    @property
    def is_alternate(self):
        return [on for number, on in self.modes if number == 1049][-1:] == [True]

    @property
    def shown(self):
        last = max(self.rows, default=-1)
        return [self.rows.get(y, "").rstrip() for y in range(last + 1)]

    def resize(self, height, width):
        self.height, self.width = height, width
        self.rows = {y: row[:width] for y, row in self.rows.items() if y < height}

    def keep_picture(self):
        if self.is_alternate and self.rows:
            self.pictures.append(self.shown)

    def put(self, c):
        assert c >= " ", f"control character {c!r}"
        row = self.rows.get(self.y, "").ljust(self.x)
        self.rows[self.y] = row[:self.x] + c + row[self.x + 1:]
        self.x += 1

    def control(self, private, numbers, letter):
        if private:
            self.modes.append((int(numbers), letter == "h"))
            assert letter in "hl" and int(numbers) in (25, 7, 1049), (numbers, letter)
            if int(numbers) == 1049:
                self.rows, self.y, self.x = {}, 0, 0
        elif letter == "H":
            y, x = map(int, numbers.split(";"))
            assert 1 <= y <= self.height and x == 1, numbers
            if y == 1:
                self.keep_picture()
            self.y, self.x = y - 1, 0
        elif letter == "K":
            assert self.x < self.width, "the last column would be wiped"
            self.rows[self.y] = self.rows.get(self.y, "")[:self.x]
        elif letter == "J":
            self.rows = {y: row for y, row in self.rows.items() if y < self.y}
        else:
            assert letter == "m", (private, numbers, letter)

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        self.rest = ""
        at = 0
        while at < len(text):
            found = SEQUENCE.match(text, at)
            if found:
                self.control(*found.groups())
                at = found.end()
            elif text[at] == "\x1b":
                assert len(text) - at < 16, f"not known: {text[at:at + 16]!r}"
                self.rest = text[at:]
                return
            else:
                self.take(text[at])
                at += 1

    def take(self, c):
        if self.is_alternate:
            self.put(c)
        elif c == "\n":
            self.normal.append(self.shown[-1] if self.rows else "")
            self.rows, self.y, self.x = {}, 0, 0
        elif c != "\r":
            self.put(c)


def unread(reader):
    """How many bytes wait in a pipe, or on a terminal."""
    return struct.unpack("i", fcntl.ioctl(reader, termios.FIONREAD, b"    "))[0]


class Session:
    """ptree, on a terminal of its own; a thread reads what it writes."""

    def __init__(self, *args, height=40, width=120, env=None):
        # Not its controlling terminal: see run_on_terminal().
        self.master, self.slave = os.openpty()
        self.screen = Screen(height, width)
        self.lock = threading.Lock()
        self.resize(height, width)
        self.before = termios.tcgetattr(self.slave)
        self.after = None
        self.failure = None
        environment = {**ENVIRONMENT, "TERM": "xterm-256color", **(env or {})}
        # In a process group of its own, it can be stopped.
        self.child = subprocess.Popen([PTREE, *map(str, args)], stdin=self.slave,
                                      stdout=self.slave, stderr=subprocess.PIPE,
                                      env=environment, process_group=0)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        try:
            while data := os.read(self.master, 65536):
                with self.lock:
                    self.screen.feed(data)
        except OSError:
            pass
        except Exception as failure:  # told by whoever waits
            self.failure = failure

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.child.kill()
        self.child.wait()
        self.child.stderr.close()
        self.drain()
        os.close(self.master)

    def drain(self):
        """What is still under way arrives; then the terminal is no more."""
        if self.slave is not None:
            os.close(self.slave)
        self.slave = None
        self.reader.join()
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure

    def tell_size(self, height, width):
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def resize(self, height, width):
        with self.lock:
            self.screen.resize(height, width)
            self.tell_size(height, width)

    @contextlib.contextmanager
    def halted(self):
        """Nobody reads, and if much is written, the writer waits for that by now."""
        with self.lock:
            before, waiting = None, 0
            while waiting == 0 or waiting != before:
                time.sleep(0.3)
                before, waiting = waiting, unread(self.master)
            yield

    def settings(self):
        return termios.tcgetattr(self.slave)

    def press(self, keys):
        os.write(self.master, keys)

    def wait_for(self, what):
        """Waits until a function of the screen says so, and returns what it says."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.failure:
                raise self.failure
            with self.lock:
                said = what(self.screen)
            if said:
                return said
            time.sleep(0.02)
        raise AssertionError(f"it did not come: {self.screen.shown} {self.screen.pictures[-3:]}")

    def wait_for_line(self, pattern):
        """Waits for a picture with such a line, and returns the line."""
        def find(screen):
            for picture in [*screen.pictures, screen.shown if screen.is_alternate else []]:
                for line in picture:
                    if re.search(pattern, line):
                        return line
            return None
        return self.wait_for(find)

    def forget(self):
        with self.lock:
            self.screen.pictures.clear()

    def end(self):
        """Waits for the end; the exit status, what is left on the normal screen, and stderr."""
        status = self.child.wait(PATIENCE_S)
        err = self.child.stderr.read().decode()
        self.after = self.settings()
        self.drain()
        return status, self.screen.normal, err
