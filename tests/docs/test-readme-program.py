# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Do the programs in the README compile without a warning, and do they say what has been opened, and
# who is at the other end?
#
# Compiled by the compiler given as arguments, against the headers and the library of the build.

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = sys.argv[1:]
WARNINGS = ["-Wall", "-Wextra", "-Werror"]


def programs(document):
    return re.findall(r"^```c\n(.*?)^```$", document.read_text(encoding="utf-8"), re.M | re.S)


def pkg_config(option):
    return subprocess.run(
        ["pkg-config", option, "gio-2.0"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()


def compile_program(text, folder):
    library = pathlib.Path(os.environ["PROCVIEW_LIBRARY"])
    headers = [f"-I{path}" for path in os.environ["PROCVIEW_HEADERS"].split(":")]
    source = pathlib.Path(folder, "program.c")
    program = pathlib.Path(folder, "program")
    source.write_text(text, encoding="utf-8")
    subprocess.run(
        [*COMPILER, *WARNINGS, *headers, *pkg_config("--cflags"), "-o", program, source]
        + [library, f"-Wl,-rpath,{library.parent}", *pkg_config("--libs")],
        check=True,
    )
    return source, program


class Programs(unittest.TestCase):
    # The test's own descriptors are inherited by nobody: the programs look at this process.
    @classmethod
    def setUpClass(cls):
        cls.texts = programs(ROOT / "README.md")

    def run_program(self, program):
        return subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout

    def test_there_are_two(self):
        self.assertEqual(len(self.texts), 2)

    def test_the_first_sees_an_open_file(self):
        with tempfile.TemporaryDirectory() as folder:
            source, program = compile_program(self.texts[0], folder)
            with open(source, "rb"):
                self.assertIn(os.fsencode(source), self.run_program(program))

    def test_the_second_sees_both_ends(self):
        reader, writer = os.pipe()
        listener = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        port = listener.getsockname()[1]
        numbers = server.fileno(), client.fileno()
        with tempfile.TemporaryDirectory() as folder, listener, client, server:
            os.write(writer, b"wait!")
            _, program = compile_program(self.texts[1], folder)
            lines = self.run_program(program).decode(errors="replace").splitlines()
        os.close(reader)
        os.close(writer)
        pid = os.getpid()
        self.assertIn(f"{pid}:{numbers[0]} socket 127.0.0.1:{port} -> {pid}:{numbers[1]}", lines)
        # How much waits is known to the backend bpf only.
        said = [line for line in lines if line.startswith(f"{pid}:{reader} pipe")]
        self.assertIn(said, ([f"{pid}:{reader} pipe -> {pid}:{writer}"],
                             [f"{pid}:{reader} pipe, 5 bytes wait -> {pid}:{writer}"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
