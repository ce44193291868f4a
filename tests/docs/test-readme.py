# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does what the README says of using the library from C work, typed as it is written there?
#
# The build is installed into an empty prefix, as a packager would; then the program and the commands
# are taken out of the README, and run by the shell. The command that installs is another one there
# (tools/bootstrap, which builds anew), and only looked for. The other programs of doc/examples are
# compiled as well, each by the command in its own comment.
#
# Arguments: the build folder. Environment: MESON, CC, SANITIZE.

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1])
HEADING = "## Use it from C"
STRICT = "-Wall -Wextra -Werror"


def run(command, **more):
    """Runs it, and shows what it said only if it failed."""
    ran = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        check=False, **more,
    )
    if ran.returncode != 0:
        raise AssertionError(f"{command}: {ran.returncode}\n{ran.stdout}")
    return ran.stdout


def section():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^{HEADING}\n(.*?)^## ", text, re.M | re.S)
    return found.group(1)


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", section(), re.M | re.S)


def compile_line(source):
    """The command that an example's comment names."""
    return re.search(r"^ \*   (cc .*)$", source.read_text(encoding="utf-8"), re.M).group(1)


def install(folder):
    """Installs the build there; the folder of the libraries, and that of libprocview.pc."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MESON")}
    kept.pop("DESTDIR", None)
    run([*os.environ["MESON"].split(), "install", "--no-rebuild", "--destdir", folder, "-C", BUILD],
        env=kept)
    (config,) = pathlib.Path(folder).rglob("libprocview.pc")
    # Where it was put is not where it says that it is.
    text = config.read_text(encoding="utf-8")
    prefix = re.search(r"^prefix=(.*)$", text, re.M).group(1)
    config.write_text(text.replace(f"prefix={prefix}\n", f"prefix={folder}{prefix}\n", 1))
    return config.parent.parent, config.parent


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        libraries, configs = install(cls.folder / "stage")
        # Where the library is built as an archive only, what it stands on has to be named as well.
        flags = "" if list(libraries.glob("libprocview.so*")) else "--static "
        wrapper = cls.folder / "bin" / "pkg-config"
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("pkg-config")} {flags}"$@"\n')
        wrapper.chmod(0o755)
        cls.environment = {
            **os.environ,
            "PATH": f"{wrapper.parent}:{os.environ['PATH']}",
            "PKG_CONFIG_PATH": str(configs),
            "LD_LIBRARY_PATH": str(libraries),
        }

    def shell(self, commands, folder):
        """As typed, but by the compiler of the build, which may want a sanitizer."""
        compiler = os.environ["CC"]
        if os.environ["SANITIZE"] != "none":
            compiler += " -fsanitize=" + os.environ["SANITIZE"]
        commands = f'set -e\ncc() {{ command {compiler} {STRICT} "$@"; }}\n{commands}'
        return run(["sh", "-c", commands], cwd=folder, env=self.environment)

    def test_the_commands_are_there(self):
        installs, compiles = blocks("sh")
        self.assertEqual(installs, "sh tools/bootstrap install\n")
        self.assertRegex(compiles, r"^cc .*pkg-config.*\n\./count-descriptors\n$")
        bootstrap = (ROOT / "tools" / "bootstrap").read_text(encoding="utf-8")
        self.assertIn('\ninstall) run_install "$@" ;;\n', bootstrap)

    def test_a_stranger_gets_an_answer(self):
        _, compiles = blocks("sh")
        (program,) = blocks("c")
        folder = self.folder / "readme"
        folder.mkdir()
        (name,) = re.findall(r"Save this as `(.*?)`", section())
        (folder / name).write_text(program, encoding="utf-8")
        said = self.shell(compiles, folder)
        # Itself at least: it is at work while it looks.
        self.assertRegex(said, r"(?m)^\d+ count-descripto: \d+ open of \d+$")

    def test_each_example_compiles_as_it_says(self):
        examples = shutil.copytree(ROOT / "doc" / "examples", self.folder / "examples")
        sources = sorted(examples.glob("*.c"))
        for source in sources:
            with self.subTest(source=source.name):
                self.shell(compile_line(source), examples)
                self.assertTrue(source.with_suffix("").exists())
        self.assertEqual(len(sources), 5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
