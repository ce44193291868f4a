# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the example of one language print the truth about live scenes: what the scenes know of
# themselves, what /proc says, and what ptree -J says, to the letter? All languages are held to the
# same lines, so they print the same.
#
# Argument: c, c++, vala, python, javascript, lua, go or rust. bindings_test.py says what the environment has
# to tell.

import contextlib
import json
import os
import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile
import unittest

from bindings_test import EXAMPLES, compile_c, compile_vala, gjs, lua, python, run
from compilers import compile_go, compile_rust
from ptree_cli import Scene, run as ptree

LANGUAGE = sys.argv[1]
SCENES = ("threads", "unshared-thread", "zombie-leader", "clone-files", "fork", "command",
          "socket-peers", "sockets")
# A character cut in two, which is no UTF-8.
CUT_NAME = b"caf\xc3 \\ \"x\""


def command(folder):
    if LANGUAGE == "c":
        return compile_c("CC", EXAMPLES / "tables.c", folder / "tables")
    if LANGUAGE == "c++":
        return compile_c("CXX", EXAMPLES / "tables.cc", folder / "tables")
    if LANGUAGE == "vala":
        return compile_vala(EXAMPLES / "tables.vala", folder / "tables")
    if LANGUAGE == "go":
        return compile_go(EXAMPLES / "tables.go", folder / "tables")
    if LANGUAGE == "rust":
        return compile_rust(EXAMPLES / "tables.rs", folder / "tables")
    interpreter, ending = {
        "python": (python, "py"),
        "javascript": (gjs, "js"),
        "lua": (lua, "lua"),
    }[LANGUAGE]
    return [*interpreter(), str(EXAMPLES / f"tables.{ending}")]


def escaped(name):
    """As g_strescape() has it. gjs and lgi have no text for bytes that are not UTF-8."""
    if LANGUAGE in ("javascript", "lua"):
        try:
            name.decode()
        except UnicodeDecodeError:
            return "-"
    special = dict(zip(b"\b\f\n\r\t\v\\\"", "bfnrtv\\\""))
    return "".join(
        "\\" + special[byte] if byte in special
        else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
        for byte in name)


def shown(name):
    """The address of a socket: what JSON holds without loss, as the library shows it to people."""
    raw = re.sub(rb"\\(\\|x..)", lambda found: found[1] if found[1] == b"\\"
                 else bytes.fromhex(found[1][1:].decode()), name.encode())
    text = raw.decode(errors="surrogateescape")
    return "".join(
        "\\\\" if letter == "\\" else letter if letter.isprintable()
        else "".join(f"\\x{byte:02x}" for byte in letter.encode(errors="surrogateescape"))
        for letter in text)


def name_and_limit(pid):
    name = pathlib.Path(f"/proc/{pid}/comm").read_bytes().removesuffix(b"\n")
    return escaped(name), resource.prlimit(pid, resource.RLIMIT_NOFILE)[0]


def tell_table(table):
    """The lines for a table, from what ptree -J writes."""
    name, limit = name_and_limit(table["owner"])
    yield (f"{table['owner']} {name} {table['status']} tasks={len(table['tasks'])}"
           f" descriptors={len(table['descriptors'])} limit={limit}")
    for descriptor in table["descriptors"]:
        if "socket" in descriptor:
            told = descriptor["socket"]
            words = [str(told.get(key, "-")) for key in ("family", "state")]
            words += [shown(told[key]) if key in told else "-" for key in ("local", "remote")]
            yield " ".join([f"  {descriptor['fd']}", *words])


@contextlib.contextmanager
def badly_named():
    """A process whose name is no text."""
    code = (f"import sys; open('/proc/self/comm', 'wb').write({CUT_NAME!r});"
            "print(flush=True); sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        yield child.pid
        child.stdin.close()


def parse(lines):
    """What was printed: (pid, status, {key: number}, {fd: (family, state, local, remote)})."""
    tables = []
    for line in lines:
        if line.startswith("  "):
            fd, *words = line.split(maxsplit=4)
            tables[-1][3][int(fd)] = tuple(words)
            continue
        head, *pairs = line.rsplit(" ", 3)
        pid, status = int(head.split(" ", 1)[0]), head.rsplit(" ", 1)[1]
        counts = {key: int(value) for key, value in (pair.split("=") for pair in pairs)}
        tables.append((pid, status, counts, {}))
    return tables


def inet_address(family, address, port):
    text = socket.inet_ntop(family, bytes.fromhex(address))
    return f"[{text}]:{port}" if family == socket.AF_INET6 else f"{text}:{port}"


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cls.command = command(folder)
        cls.scenes = []
        for name in SCENES:
            # What the kernel, or a lack of privilege, does not permit is no concern of a language.
            with contextlib.suppress(unittest.SkipTest):
                cls.scenes.append(stack.enter_context(Scene(name)))
        cls.pids = [pid for scene in cls.scenes for pid in scene.pids]
        cls.pids.append(stack.enter_context(badly_named()))

    def lines_of(self, *args):
        ran = run(self.command, *args)
        self.assertEqual((ran.returncode, ran.stderr), (0, b""), ran.stdout)
        return ran.stdout.decode().splitlines()

    def expected(self):
        if not os.environ["PTREE"]:
            self.skipTest("ptree is not built")
        tables = json.loads(ptree("-J", "-f", *self.pids).out)["fd_tables"]
        return [line for table in tables if table["owner"] in self.pids
                for line in tell_table(table)]

    def test_same_as_ptree(self):
        self.assertEqual(self.lines_of(*self.pids), self.expected())

    def test_among_all(self):
        self.assertEqual(set(self.expected()) - set(self.lines_of()), set())

    def test_what_the_scenes_know(self):
        tables = parse(self.lines_of(*self.pids))
        by_pid = {}
        for pid, status, counts, sockets in tables:
            self.assertEqual(status, "ok", pid)
            by_pid.setdefault(pid, []).append((counts, sockets))
        self.assertGreater(len(self.scenes), len(SCENES) // 2)
        for scene in self.scenes:
            self.check_tables(scene, by_pid)
            self.check_sockets(scene, by_pid)

    def check_tables(self, scene, by_pid):
        shared = sorted(len(table) for table in scene.tables)
        printed = sorted(counts["tasks"] for pid in scene.pids
                         for counts, _ in by_pid.get(pid, []))
        self.assertEqual(printed, shared)
        known = {tid: int(n) for tid, n in (fact.split(":") for fact in scene.facts["count"])}
        sizes = sorted(counts["descriptors"] for pid in scene.pids
                       for counts, _ in by_pid.get(pid, []))
        self.assertEqual(sizes, sorted(known.values()))

    def check_sockets(self, scene, by_pid):
        for fact in scene.facts.get("socket", []):
            tid, fd, _, *pairs = fact.split(":")
            facts = dict(pair.split("=") for pair in pairs)
            found = [sockets[int(fd)] for _, sockets in by_pid[int(tid)]]
            self.assertEqual(len(found), 1, fact)
            family = int(facts["family"])
            if family not in (socket.AF_INET, socket.AF_INET6) or int(facts["type"]) == 3:
                continue
            for way, printed in (("local", found[0][2]), ("remote", found[0][3])):
                if way + "_port" in facts and way in facts and facts[way + "_port"] != "0":
                    wanted = inet_address(family, facts[way], facts[way + "_port"])
                    self.assertEqual(printed, wanted, fact)

    def test_error(self):
        ran = run(self.command, -1)
        self.assertEqual((ran.returncode, ran.stdout), (1, b""))
        self.assertEqual(ran.stderr, b"-1 is not the id of a process\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
