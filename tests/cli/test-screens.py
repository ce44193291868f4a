# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is every picture, to the byte, what it was when somebody last looked at it? A change of one is a
# difference in screens/, for a reviewer to see. All are written anew by
#
#	RECORD=1 meson test -C BUILD cli-screens
#
# What is shown is the machine of recorded_machine.py, so they are the same everywhere.

import difflib
import os
import re
import shlex
import tempfile
import unittest

os.environ["PTREE"] = os.environ["PTREE_RECORDED"]

import recorded_machine  # noqa: E402
from dot_graph import Graph  # noqa: E402
from ptree_cli import run, run_on_terminal  # noqa: E402

SCREENS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "screens")
RECORD = os.environ.get("RECORD", "") not in ("", "0")
ASCII = {"LC_ALL": "C"}

# name: arguments, then the columns of a terminal, or none; then what the environment has.
FORMS = {
    "all": ("-n",),
    "all-ascii": ("-n", 80, ASCII),
    "all-40": ("-n", 40),
    "all-80": ("-n", 80),
    "all-200": ("-n", 200),
    "all-colors": ("-n --color always",),
    "all-no-color": ("-n", 80, {"NO_COLOR": "1"}),
    "threads": ("-nt",),
    "threads-80": ("-nt 900 930", 80),
    "unfolded": ("-nc",),
    "unfolded-80": ("-nc 641", 80),
    "files": ("-nf",),
    "files-80": ("-nf 900 931 950", 80),
    "files-40": ("-nf 900 950", 40),
    "files-200": ("-nf 900 931 950", 200),
    "files-threads": ("-nft 900",),
    "files-colors": ("-nf --color always 640",),
    "files-ascii": ("-nf 950", None, ASCII),
    "process": ("-n 641",),
    "thread": ("-n 905",),
    "thread-80": ("-n 905", 80),
    "user": ("-n root",),
    "command": ("-n nginx",),
    "port": ("-n :443",),
    "port-80": ("-n tcp:8080", 80),
    "nothing": ("-n 4194305",),
    "pids": ("-q nginx",),
    "pids-null": ("-q -0 nginx",),
    "raw": ("-nr",),
    "raw-files": ("-nrf 900 950",),
    "raw-null": ("-nr -0 -o PID,COMM 950",),
    "no-headings": ("-n --no-headings 812",),
    "columns": ("-n -o PID,PPID,PGID,SID,TGID,USER,STATE,START,COMM,EXE",),
    "columns-table": ("-n -t -o PID,TABLE,SHARERS,STATUS,PROOF,LIMIT,COMMAND 900 930 960",),
    "columns-files": ("-nf -o FD,MODE,KIND,NAME,DELETED,FLAGS,POS,SIZE,INODE,DEV,RDEV,MNT 950",),
    "columns-sockets": ("-nrf -o PID,FD,PROTO,SOCKTYPE,LOCAL,REMOTE,SOCKSTATE,PEER 900",),
    "columns-more": ("-n -o +EXE 812",),
    "sort-fds": ("-n --sort -FDS",),
    "sort-command-80": ("-n --sort COMM", 80),
    "graph": ("--graph",),
    "graph-process": ("--graph 900",),
    "graph-command": ("--graph nginx",),
    "graph-ascii": ("--graph 650 950", None, ASCII),
    "graph-nothing": ("--graph 4194305",),
    "json": ("-Jft 650 900 950",),
    "json-lines": ("-Jlines 641",),
    "help": ("--help",),
    "list-columns": ("-H",),
    "bad-option": ("--no-such-option",),
    "bad-column": ("-o PID,NONE",),
    "bad-port": ("tcp:70000",),
}


def settle(out):
    """What a scan cost, and the version of the library, are other each time."""
    out = re.sub(rb'"(duration_ns|kcmp_calls)":\d+', rb'"\1":0', out)
    return re.sub(rb'"version":"[^"]*"', b'"version":"-"', out)


def take(arguments, width=None, env=None):
    words = shlex.split(arguments)
    if width is None:
        result = run(*words, env=env)
        status, out, err = result.status, result.out, result.err
    else:
        status, out = run_on_terminal(width, *words, env=env)
        err = b""
    where = "" if width is None else f", on {width} columns"
    where += "".join(f", {name}={value}" for name, value in (env or {}).items())
    head = f"$ ptree {arguments}{where}: status {status}\n"
    return head.encode() + settle(out) + (b"--- stderr\n" + err if err else b"")


def show_difference(name, wanted, found):
    lines = difflib.unified_diff(
        wanted.decode(errors="backslashreplace").splitlines(),
        found.decode(errors="backslashreplace").splitlines(),
        f"screens/{name}.txt", "now", lineterm="", n=1)
    return "\n".join(line.replace("\x1b", "\\e") for line in list(lines)[:60])


class Screens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        recorded_machine.make(folder.name)
        os.environ["RECORDED_PROC"] = folder.name
        from ptree_cli import ENVIRONMENT

        ENVIRONMENT["RECORDED_PROC"] = folder.name

    def test_each(self):
        for name, form in FORMS.items():
            path = os.path.join(SCREENS, name + ".txt")
            with self.subTest(screen=name):
                found = take(*form)
                if RECORD:
                    os.makedirs(SCREENS, exist_ok=True)
                    with open(path, "wb") as file:
                        file.write(found)
                    continue
                with open(path, "rb") as file:
                    wanted = file.read()
                self.assertTrue(found == wanted, "\n" + show_difference(name, wanted, found))

    def test_no_other(self):
        """A screen that nobody takes any more would be true for ever."""
        files = {file for file in os.listdir(SCREENS)}
        self.assertEqual(files - {name + ".txt" for name in FORMS}, set())

    def test_graphs_are_read(self):
        for name in FORMS:
            if name.startswith("graph"):
                out = take(*FORMS[name]).split(b"\n--- stderr")[0].partition(b"\n")[2]
                graph = Graph(out)
                drawn = graph.draw("plain")
                if drawn is not None:
                    self.assertEqual(drawn.count("\nedge "), len(graph.edges), name)
                if name == "graph-process":
                    self.assertIn("lhead", {key for edge in graph.edges for key in edge[2]})

    def test_again(self):
        for name in ("files", "graph", "json"):
            self.assertEqual(take(*FORMS[name]), take(*FORMS[name]), name)

    def test_the_comparison_would_notice(self):
        one, other = take("-n"), take("-nc")
        self.assertNotEqual(one, other)
        self.assertIn("+", show_difference("all", one, other))


if __name__ == "__main__":
    unittest.main()
