# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Subjects of which a test knows everything because it made them, and what each tool says of one of
# their descriptors.

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from ptree_cli import ENVIRONMENT, run

# Each tool gets so long; one that does not come back has no answer.
PATIENCE_S = 20

# What every subject starts with: "facts" is told to the test once all is made.
PROLOGUE = """
import ctypes, fcntl, json, os, select, signal, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
facts = {"pid": os.getpid()}
def at(fd, number):
    os.dup2(fd, number)
    os.close(fd)
    return number
"""
EPILOGUE = """
print(json.dumps(facts), flush=True)
sys.stdin.read()
"""


class Subject:
    """A process that runs a piece of Python and then waits; ends with the block."""

    def __init__(self, code, *args):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROLOGUE + code + EPILOGUE, self.folder.name, *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the subject failed: {self.process.wait()}")
        self.facts = json.loads(line)

    def __getattr__(self, name):
        return self.facts[name]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.folder.cleanup()


def say(*command):
    """What a tool writes to its standard output; nothing if it does not come back."""
    try:
        ran = subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=ENVIRONMENT,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return ""
    return ran.stdout.decode(errors="replace")


def lsfd_columns():
    found = re.findall(r"(?m)^ +([A-Z:.]+) +<", say("lsfd", "--help"))
    return ",".join(found)


def unescape(line):
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), line)


def of_ptree(pid, fd):
    columns = "PID,FD,NAME,DETAIL,PEER,LOCKS"
    lines = run("-rf", "-o", columns, "--no-headings", pid).lines
    return [unescape(line) for line in lines if line.startswith(f"{pid} {fd} ")]


def of_lsof(pid, fd):
    words = ["-nP", "+E", "-T", "qs", "+f", "g", "-a", "-p", pid, "-d", fd]
    return say("lsof", *words).splitlines()[1:]


def of_lsfd(pid, fd):
    words = ["-r", "-n", "-p", pid, "-o", lsfd_columns(), "-Q", f"FD == {fd}"]
    return say("lsfd", *words).splitlines()


def of_ss(pid, fd):
    return [line for line in say("ss", "-aneHpO").splitlines() if f"pid={pid},fd={fd})" in line]


def uses_bpf():
    """Whether ptree reads files by BPF if nothing else is asked for."""
    said = run("--stats", "-f", os.getpid()).err.decode()
    return re.search(r"(?m)^files +bpf +\d", said) is not None


OF_DESCRIPTOR = {"ptree": of_ptree, "lsof": of_lsof, "lsfd": of_lsfd, "ss": of_ss}


def finds_ptree(path, pid):
    return str(pid) in run("-q", path).lines


def finds_lsof(path, pid):
    return str(pid) in say("lsof", "-t", path).split()


def finds_lsfd(path, pid):
    lines = say("lsfd", "-r", "-n", "-o", "PID,NAME").splitlines()
    return any(line.split(" ", 1) == [str(pid), path] for line in lines)


def finds_fuser(path, pid):
    return str(pid) in say("fuser", path).split()


OF_PATH = {
    "ptree": finds_ptree,
    "lsof": finds_lsof,
    "lsfd": finds_lsfd,
    "fuser": finds_fuser,
}

# Others may well know more, or less: the table tells of these.
VERSIONS = {
    "lsof": (["lsof", "-v"], "revision: 4.95"),
    "lsfd": (["lsfd", "-V"], "util-linux 2.38"),
    "fuser": (["fuser", "-V"], "23.6"),
    "ss": (["ss", "-V"], "iproute2-6.1"),
}


def is_the_one(tool):
    """Whether the tool is here, in the version that the table tells of."""
    if tool == "ptree":
        return True
    command, version = VERSIONS[tool]
    if shutil.which(command[0]) is None:
        return False
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return version in ran.stdout + ran.stderr
