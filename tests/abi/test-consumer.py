# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Can somebody else's program be built with the library: as a Meson subproject, and from an
# installation through pkg-config? Both build the same ten lines, and run them.
#
# Arguments: what to try, the build folder. Environment: MESON, CC, SANITIZE.

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(sys.argv[2])
CC = os.environ["CC"].split()
MESON = os.environ["MESON"].split()
# As little of the subproject as a program needs.
OFF = [f"-Dlibprocview:{part}=disabled" for part in ("introspection", "tool", "man", "docs")]


def run(command, **more):
    """Runs it, and shows what it said only if it failed."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,
    )
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}")
    return done.stdout


def clean_environment(**more):
    """Without what the meson above this test has set for itself: its library among others."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MESON")}
    for name in ("DESTDIR", "LD_LIBRARY_PATH"):
        kept.pop(name, None)
    return {**kept, **more}


class Consumer(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def assert_works(self, program, **more):
        # At least the three standard ones.
        said = run([program], env=clean_environment(**more))
        self.assertRegex(said, r"^\d+\.\d+\.\d+ ([3-9]|\d\d+)\n$")
        return said

    def test_subproject(self):
        project = self.folder / "consumer"
        shutil.copytree(HERE / "consumer", project)
        (project / "subprojects").mkdir()
        (project / "subprojects" / "libprocview").symlink_to(ROOT)
        build = self.folder / "build"
        setup = [*MESON, "setup", "--wrap-mode=nodownload", "--force-fallback-for=libprocview"]
        run([*setup, *OFF, build, project], env=clean_environment())
        run([*MESON, "compile", "-C", build, "-j2"], env=clean_environment())
        self.assert_works(build / "consumer")

    def installed(self):
        """Installs the build, as a packager would, and returns the one pkg-config file."""
        stage = self.folder / "stage"
        install = [*MESON, "install", "--no-rebuild", "--destdir", stage, "-C", BUILD]
        run(install, env=clean_environment())
        (config,) = stage.rglob("libprocview.pc")
        text = config.read_text(encoding="utf-8")
        prefix = re.search(r"^prefix=(.*)$", text, re.M).group(1)
        staged = stage / prefix.lstrip("/")
        config.write_text(text.replace(f"prefix={prefix}\n", f"prefix={staged}\n", 1))
        return config, staged

    def test_installed(self):
        config, staged = self.installed()
        self.assertTrue((staged / "include" / "procview" / "version.h").exists())
        environment = clean_environment(PKG_CONFIG_PATH=str(config.parent))
        static = not list(config.parent.parent.glob("libprocview.so*"))
        wanted = ["pkg-config", "--cflags", "--libs"] + ["--static"] * static
        flags = run([*wanted, "libprocview"], env=environment).split()
        if os.environ["SANITIZE"] != "none":
            flags.append("-fsanitize=" + os.environ["SANITIZE"])
        program = self.folder / "program"
        strict = ["-std=gnu99", "-Wall", "-Wextra", "-Werror"]
        run([*CC, *strict, HERE / "consumer" / "main.c", "-o", program, *flags])
        said = self.assert_works(program, LD_LIBRARY_PATH=str(config.parent.parent))
        version = run(["pkg-config", "--modversion", "libprocview"], env=environment)
        self.assertEqual(said.split()[0], version.strip())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "Consumer.test_" + sys.argv[1]])
