# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Can a name give orders to the terminal? And does output for programs bring every name back as it
# was?

import json
import os
import re
import resource
import subprocess
import tempfile
import time
import unicodedata
import unittest

from ptree_cli import ESCAPE, Scene, await_sleep, run, run_on_terminal

ALL_COLUMNS = ",".join(line.split()[0] for line in run("-H").lines)
FORMS = [
    ["-tf"],
    ["-rtf"],
    ["-tf", "-o", ALL_COLUMNS],
    ["-rtf", "-o", ALL_COLUMNS],
    ["-f", "-o", "COMM,NAME"],
    ["-Jtf"],
    ["-tf", "--json=lines"],
    ["-tf", "--stats", "--backend", "procfs"],
]
LOCALES = ["C.UTF-8", "C", "POSIX"]


def is_harmless(out, locale):
    """Only characters with a shape; in a locale of ASCII only those of ASCII."""
    text = out.decode("utf-8", "strict")
    if locale != "C.UTF-8" and not text.isascii():
        return False
    return all(c == "\n" or unicodedata.category(c)[0] in "LMNPS" or c == " " for c in text)


def has_no_control(out):
    """What JSON promises: it is for programs, so characters that only mislead the eye may stay."""
    text = out.decode("utf-8", "strict")
    return not any(unicodedata.category(c) == "Cc" and c != "\n" for c in text)


def from_raw(field):
    """What -r writes, back to bytes."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), field)


def from_json(value):
    """A string of schema 1, back to bytes."""
    return re.sub(
        rb"\\(x[0-9a-f]{2}|\\)",
        lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]),
        value.encode(),
    )


class Hostile(unittest.TestCase):
    def check_forms(self, pid):
        for locale in LOCALES:
            for form in FORMS:
                with self.subTest(locale=locale, form=form):
                    result = run(*form, pid, env={"LC_ALL": locale})
                    self.assertEqual(result.status, 0, result)
                    self.assertGreater(result.out.count(b"\n"), 1)
                    if form[0] == "-Jtf" or form[-1] == "--json=lines":
                        self.assertTrue(has_no_control(result.out))
                    else:
                        self.assertTrue(is_harmless(result.out, locale), result.out)
                    self.assertTrue(is_harmless(result.err, locale), result.err)

    def test_files_and_names_of_processes(self):
        with Scene("names") as scene:
            self.check_forms(scene.pids[0])

    def test_arguments(self):
        with Scene("command") as scene:
            self.check_forms(scene.pids[0])
            result = run("-o", "COMM,COMMAND", scene.pids[0])
            self.assertIn(rb"a)b (c\x0a\x1b[1md", result.out)
            self.assertIn(rb"two\x0alines", result.out)
            self.assertIn(rb"\xff\xfe", result.out)

    def test_more_arguments_than_anybody_reads(self):
        n = 100000
        with subprocess.Popen(["sleep", "60", *["0"] * n]) as child:
            await_sleep(child.pid, "sleep")
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            result = run(child.pid)
            # Some 0.2 s; a minute where each is found by counting from the first.
            self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, 8)
            self.assertTrue(result.lines[-1].endswith("sleep 60" + " 0" * n))
            child.kill()

    def test_the_check_would_notice(self):
        for bad in (ESCAPE, b"\x07", b"\t", b"\x7f", "\u009b".encode(), "\u202e".encode()):
            self.assertFalse(is_harmless(b"a" + bad, "C.UTF-8"))
        self.assertFalse(is_harmless("é".encode(), "C"))
        self.assertTrue(is_harmless("é └─ 🐧\n".encode(), "C.UTF-8"))

    def test_on_a_terminal_too(self):
        with Scene("names") as scene:
            status, out = run_on_terminal(300, "-tf", scene.pids[0], env={"NO_COLOR": "1"})
            self.assertEqual(status, 0)
            self.assertIn(rb"newline\x0afd", out)
            self.assertTrue(is_harmless(out, "C.UTF-8"), out)

    def test_readable_ones_stay(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "naïve \\n 🐧 back\\slash")
            with open(name, "wb"):
                self.assertIn(name.encode(), run("-f", os.getpid()).out)
                ascii_only = run("-f", os.getpid(), env={"LC_ALL": "C"})
                self.assertIn(rb"na\xc3\xafve \n \xf0\x9f\x90\xa7 back\slash", ascii_only.out)


class Reversible(unittest.TestCase):
    def test_raw(self):
        with Scene("names") as scene:
            for _, fd, path in scene.files():
                result = run("-rf", "--no-headings", "-o", "PID,FD,NAME", scene.pids[0])
                fields = [line.split(b" ") for line in result.out.splitlines()]
                self.assertTrue(all(len(field) == 3 for field in fields), result)
                names = {
                    int(field[1]): from_raw(field[2])
                    for field in fields
                    if int(field[0]) == scene.pids[0] and field[1] != b"-"
                }
                self.assertIn(names[fd], (path, path + b" (deleted)"))

    def test_json(self):
        with Scene("names") as scene:
            document = json.loads(run("-Jf", scene.pids[0]).out)
            names = {
                descriptor["fd"]: from_json(descriptor.get("path", ""))
                for table in document["fd_tables"]
                if table["owner"] == scene.pids[0]
                for descriptor in table["descriptors"]
            }
            for _, fd, path in scene.files():
                self.assertIn(names[fd], (path, path + b" (deleted)"))

    def test_deleted_or_only_called_so(self):
        with tempfile.TemporaryDirectory() as folder:
            called = os.path.join(folder, "called (deleted)")
            gone = os.path.join(folder, "gone")
            with open(called, "wb"), open(gone, "wb"):
                os.unlink(gone)
                lines = run("-f", os.getpid()).lines
                self.assertTrue(any(line.endswith(f"{folder}/gone (deleted)") for line in lines))
                self.assertTrue(any(line.endswith(r"/called\x20(deleted)") for line in lines))
                result = run("-rf", "-o", "NAME,DELETED", os.getpid())
                self.assertIn(f"{gone} deleted", result.lines)
                self.assertIn(called.replace(" ", "\\x20") + " -", result.lines)

    def test_many_empty_arguments(self):
        """Anybody can have as many as fit: whoever looks at all of them looks at each once."""
        script = ["sh", "-c", "echo; read x", *[""] * 200000]
        with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            began = time.monotonic()
            self.assertEqual(run("-q", "-a", "/^sh -c .*read x$/", child.pid).status, 0)
            self.assertLess(time.monotonic() - began, 20)
            child.stdin.close()


if __name__ == "__main__":
    unittest.main()
