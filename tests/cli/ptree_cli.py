# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What the tests of the command have in common: running it, and the scenes that it is run upon.
#
# The environment names what is tested: PTREE, and WORKLOAD, which makes the scenes.

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

PTREE = os.environ["PTREE"]
WORKLOAD = os.environ["WORKLOAD"]

# Whatever the user of the test has set, the command sees this.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("NO_COLOR", "COLUMNS", "LANGUAGE", "LANG") and not name.startswith("LC_")
}
ENVIRONMENT["LC_ALL"] = "C.UTF-8"

ESCAPE = b"\x1b"

# Processes that do nothing and end with the test: /proc is not looked through where there are many
# (doc/design/decisions/0013-what-one-scan-may-cost.md).
CROWD = int(os.environ.get("PROCVIEW_TEST_CROWD", "0"))
if CROWD > 0:
    crowd = subprocess.Popen(
        ["sh", "-c", f"exec 3<&0; for i in $(seq {CROWD}); do cat <&3 >/dev/null & done; wait"],
        stdin=subprocess.PIPE,
    )

# Whoever runs the tests in the background of a script ignores these, and so would the command.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


class Result:
    def __init__(self, ran):
        self.status = ran.returncode
        self.out = ran.stdout
        self.err = ran.stderr

    @property
    def lines(self):
        return self.out.decode().splitlines()

    @property
    def err_lines(self):
        return self.err.decode().splitlines()

    def __str__(self):
        return f"status {self.status}\n{self.out!r}\n{self.err!r}"


def run(*args, env=None, **options):
    """Runs ptree; what it says of tables that nobody may read is no concern of most tests."""
    ran = subprocess.run(
        [PTREE, *[os.fsencode(str(a)) if not isinstance(a, bytes) else a for a in args]],
        stdin=subprocess.DEVNULL,
        capture_output="stdout" not in options,
        env={**ENVIRONMENT, **(env or {})},
        timeout=120,
        **options,
    )
    return Result(ran)


def ask(*args, **options):
    """The exit status of ptree -q, and whom it tells.

    A scan by pidfd of some other test has a copy of each descriptor for a moment, and is rightly told
    then. So whoever is told is asked for a second time, and has to be told again."""
    first = run("-q", *args, **options)
    if not first.lines:
        return first.status, []
    second = run("-q", *args, **options)
    return second.status, [int(line) for line in second.lines if line in first.lines]


def read_all(fd):
    out = b""
    try:
        while chunk := os.read(fd, 65536):
            out += chunk
    except OSError:
        pass  # the other end of a terminal is closed: EIO
    return out


def run_on_terminal(width, *args, env=None):
    """Runs ptree on a terminal of that many columns; its exit status, and what it shows there."""
    # Not its controlling terminal: when a session's leader exits, the kernel hangs that up, and
    # what had not been read by then may be lost.
    master, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {**ENVIRONMENT, "TERM": "xterm-256color", **(env or {})}
    with subprocess.Popen([PTREE, *map(str, args)], stdin=terminal, stdout=terminal,
                          stderr=subprocess.DEVNULL, env=environment) as child:
        os.close(terminal)
        out = read_all(master)
    os.close(master)
    status = child.returncode
    return status, out.replace(b"\r\n", b"\n")


NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]


def copy_command(folder):
    """Where anybody may run it: the build may lie in a folder of one's own."""
    os.chmod(folder, 0o755)
    ldd = subprocess.run(["ldd", PTREE], stdout=subprocess.PIPE, text=True, check=True)
    for line in ldd.stdout.splitlines():
        name, arrow, place = line.strip().partition(" => ")
        if arrow and name.startswith("libprocview"):
            shutil.copy(place.split(" (")[0], os.path.join(folder, name))
    return shutil.copy(PTREE, os.path.join(folder, "ptree"))


def run_as_nobody(command, *args):
    """Runs a command that copy_command() made."""
    return Result(
        subprocess.run(
            [*AS_NOBODY, command, *map(str, args)],
            capture_output=True,
            env={**ENVIRONMENT, "LD_LIBRARY_PATH": os.path.dirname(command)},
            timeout=120,
        )
    )


def await_sleep(pid, name):
    """Until a program that was started has its arguments and its libraries, and waits."""
    while True:
        with open(f"/proc/{pid}/stat", "rb") as file:
            before, _, after = file.read().rpartition(b") ")
        if before.partition(b" (")[2] == name.encode()[:15] and after[:1] == b"S":
            return
        time.sleep(0.005)


def unseen(line):
    words = ("could not be read", "read in part", "could not be proven")
    return any(word in line for word in words)


class Scene:
    """A scene of the workload, from "ready" on; ends with the block."""

    def __init__(self, name, *params):
        self.facts = {}
        self.child = subprocess.Popen(
            [WORKLOAD, name, *params], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for line in self.child.stdout:
            if line == "ready\n":
                return
            key, _, value = line.rstrip("\n").partition("=")
            self.facts.setdefault(key, []).append(value)
        raise unittest.SkipTest(f"scene {name}: status {self.child.wait()}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()

    @property
    def pids(self):
        return [int(pid) for pid in self.facts["process"]]

    @property
    def tables(self):
        """Sets of task ids that have one descriptor table."""
        return [{int(tid) for tid in table.split(",")} for table in self.facts["table"]]

    def files(self):
        """(tid, fd, path as bytes) of each descriptor whose name is foretold."""
        for fact in self.facts.get("fd", []):
            tid, fd, _, _, _, path = fact.split(":")[:6]
            if path not in ("-", ""):
                yield int(tid), int(fd), bytes.fromhex(path)

    def find_file(self, ending):
        for tid, _, path in self.files():
            if path.endswith(ending):
                return tid, os.fsdecode(path)
        raise AssertionError(f"the scene has no file {ending!r}")


def need_root():
    if os.geteuid() != 0:
        print("needs root")
        sys.exit(77)
