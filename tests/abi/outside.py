# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# For the tests that use the library as somebody else does: an environment that knows nothing of this
# build, and programs that are compiled with what pkg-config says of an installation, and run.
#
# Environment: CC, CXX (or empty), SANITIZE (as b_sanitize).

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SANITIZE = os.environ["SANITIZE"]
STRICT = ["-Wall", "-Wextra", "-Werror"]
C, CXX = ["CC", "-std=gnu99"], ["CXX", "-std=c++11"]


def run(command, **more):
    """Runs it, and shows what it said only if it failed."""
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
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
    for name in ("DESTDIR", "LD_LIBRARY_PATH", "PKG_CONFIG_PATH"):
        kept.pop(name, None)
    return {**kept, **{key: str(value) for key, value in more.items()}}


def needs(program):
    """What it needs when it is loaded: sonames."""
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run(["readelf", "-d", program]))


class Installation:
    """An installation of the library: where its parts are, and how programs are built with it."""

    def __init__(self, prefix, configuration):
        """The folder of its libprocview.pc is the configuration."""
        self.prefix = prefix
        (found,) = prefix.rglob("libprocview.pc")
        self.libdir = found.parents[1]
        self.environment = clean_environment(
            PKG_CONFIG_PATH=configuration, LD_LIBRARY_PATH=self.libdir
        )

    def pkg_config(self, *options):
        command = ["pkg-config", *options, "libprocview"]
        return run(command, env=self.environment).split()

    def has(self, suffix):
        return (self.libdir / f"libprocview.{suffix}").exists()

    def compile(self, language, source, program, static):
        compiler, dialect = language
        # Everything but this one library may be shared: of some, Debian has no other.
        options = ["--cflags", "--libs", *(["--static"] if static else [])]
        flags = self.pkg_config(*options)
        if static:
            flags = ["-l:libprocview.a" if flag == "-lprocview" else flag for flag in flags]
        if SANITIZE != "none":
            flags.append("-fsanitize=" + SANITIZE)
        words = os.environ[compiler].split()
        run([*words, dialect, *STRICT, source, "-o", program, *flags], env=self.environment)


class Outside(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def assert_program_works(self, program, environment):
        """It tells its version and how many descriptors it has: three more if given three more."""
        more = [os.open("/dev/null", os.O_RDONLY) for _ in range(3)]
        said = run([program], env=environment)
        said_with_more = run([program], env=environment, pass_fds=more)
        for fd in more:
            os.close(fd)
        self.assertRegex(said, r"^\d+\.\d+\.\d+ ([3-9]|\d\d+)\n$")
        version, count = said.split()
        self.assertEqual(said_with_more, f"{version} {int(count) + 3}\n")
        return version

    def assert_builds(self, installation, language, source, static):
        program = self.folder / f"{source.stem}-{'static' if static else 'shared'}"
        installation.compile(language, source, program, static)
        self.assertEqual("libprocview.so.0" in needs(program), not static)
        environment = {**installation.environment}
        if static:
            del environment["LD_LIBRARY_PATH"]
        version = self.assert_program_works(program, environment)
        self.assertEqual([version], installation.pkg_config("--modversion"))

    def assert_programs(self, installation):
        """A C program by pkg-config, one that has the library in itself, and a C++ program."""
        kinds = [static for static in (False, True) if installation.has("a" if static else "so")]
        self.assertTrue(kinds)
        for static in kinds:
            with self.subTest("C", static=static):
                self.assert_builds(installation, C, HERE / "consumer" / "main.c", static)
        with self.subTest("C++"):
            # Two compilers have two sanitizers, of which a program can have but one.
            if os.environ["CXX"] and SANITIZE == "none":
                self.assert_builds(installation, CXX, HERE / "consumer" / "main.cc", kinds[0])
