# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is each optional part there when its option is on, away when it is off, and is nothing else so
# touched? Builds and installs the library with everything, then without one part after the other;
# and looks what is made of options on a machine that lacks what they need. Takes some minutes and
# all that the project can be built with, so it is no test of the suite: .ci/run runs it.
#
# Arguments: a folder to build in, which is made anew; names of tests, or all.

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import parts

BUILD = pathlib.Path(sys.argv[1]).resolve()
# These make no sense without the other, and say so when they are asked for.
BUILT_ON = {"introspection": ("vapi", "docs", "python")}
# What is asked of a machine that has none of it, and what of that is on it.
PROGRAMS = ("clang", "bpftool", "vapigen", "gi-docgen", "g-ir-scanner")
MODULES = ("libbpf", "gobject-introspection-1.0", "smartcols")
NEEDY = ("bpf", "introspection", "vapi", "python", "docs")
# What ptree has in it, or does without, where it stands alone.
SHARED = {"libprocview", "libgio-2.0", "libgobject-2.0", "libglib-2.0", "libcap-ng", "libmount"}


def attempt(command, **more):
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)


def run(command, **more):
    done = attempt(command, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout[-5000:]}")
    return done.stdout


def introspect(build, what):
    return json.loads(run(["meson", "introspect", build, f"--{what}"]))


def features(build):
    return {option["name"] for option in introspect(build, "buildoptions")
            if option["section"] == "user" and "auto" in option.get("choices", [])}


def everything_but(options):
    """As arguments: what is off, and all else on."""
    return [f"-D{name}={'disabled' if name in options else 'enabled'}" for name in OPTIONS]


OPTIONS = sorted(parts.OPTIONS)


class EachOption(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(BUILD, ignore_errors=True)
        # Tests are built by those that run them.
        run(["meson", "setup", "-Dwerror=true", *everything_but(["tests"]), BUILD, parts.ROOT])

    def configure(self, *arguments):
        run(["meson", "configure", BUILD, *arguments])
        run(["ninja", "-C", BUILD])

    def assert_installs(self, there):
        with tempfile.TemporaryDirectory() as stage:
            run(["meson", "install", "--no-rebuild", "--destdir", stage, "-C", BUILD])
            (configuration,) = pathlib.Path(stage).rglob("libprocview.pc")
            libdir = configuration.parents[1]
            prefix = next(path for path in libdir.parents if (path / "include").exists())
            expected = parts.files(there, libdir.relative_to(prefix).as_posix(), "0.1.0")
            self.assertEqual(parts.found(prefix), expected)

    def without(self, *options):
        """Builds it so, and returns what is left."""
        away = {"tests", *options}
        for option in options:
            away.update(BUILT_ON.get(option, ()))
        self.configure("-Ddefault_library=both", *everything_but(away))
        return {"shared", "static", *OPTIONS} - away

    def test_every_option_is_known(self):
        self.assertEqual(sorted(features(BUILD)), OPTIONS)

    def test_everything(self):
        self.assert_installs(self.without())
        self.assertNotIn("has no BPF", self.bpf_says())
        # What ptree does not call of GIO shall not come with it, nor what that needs.
        self.assertEqual(self.needed_by_ptree() & SHARED, set())

    def needed_by_ptree(self):
        told = run(["readelf", "-d", BUILD / "tools" / "ptree" / "ptree"])
        return {name.split(".so")[0] for name in re.findall(r"\(NEEDED\).*\[(.*)\]", told)}

    def bpf_says(self):
        ptree = BUILD / "tools" / "ptree" / "ptree"
        return attempt([ptree, "--backend=bpf", "-q", os.getpid()]).stdout

    def test_each_off(self):
        for option in OPTIONS:
            with self.subTest(option):
                self.assert_installs(self.without(option))
                if option == "bpf":
                    self.assertIn("has no BPF", self.bpf_says())
                if option == "standalone":
                    self.assertLessEqual({"libprocview", "libgio-2.0"}, self.needed_by_ptree())

    def test_libraries(self):
        # What loads a typelib loads the shared library.
        for kind, off, other in (("shared", [], "static"), ("static", ["introspection"], "shared")):
            with self.subTest(kind):
                there = self.without(*off) - {other}
                self.configure(f"-Ddefault_library={kind}")
                self.assert_installs(there)

    def test_tests(self):
        def suites():
            return {suite for test in introspect(BUILD, "tests") for suite in test["suite"]}

        self.assertEqual(suites(), set())
        run(["meson", "configure", BUILD, "-Ddefault_library=both", *everything_but([])])
        run(["meson", "setup", "--reconfigure", BUILD])
        self.assertIn("libprocview:fuzz", suites())
        run(["meson", "setup", "--reconfigure", BUILD, "-Dfuzz=disabled"])
        self.assertNotIn("libprocview:fuzz", suites())
        self.assertIn("libprocview:unit", suites())
        run(["meson", "setup", "--reconfigure", BUILD, *everything_but(["tests"])])


class Absent(unittest.TestCase):
    """A machine that has none of what the optional parts need."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        programs, modules = self.folder / "bin", self.folder / "pkgconfig"
        self.link(programs, os.environ["PATH"].split(":"), PROGRAMS)
        told = run(["pkg-config", "--variable", "pc_path", "pkg-config"]).strip().split(":")
        self.link(modules, told, [name + ".pc" for name in MODULES])
        self.environment = {**os.environ, "PATH": str(programs), "PKG_CONFIG_LIBDIR": str(modules)}

    def link(self, into, folders, but):
        into.mkdir()
        for folder in folders:
            for path in pathlib.Path(folder).glob("*"):
                if path.name not in but and not (into / path.name).exists():
                    (into / path.name).symlink_to(path)

    def setup(self, build, *options):
        command = ["meson", "setup", "-Dtests=disabled", *options, self.folder / build, parts.ROOT]
        return attempt(command, env=self.environment)

    def test_auto_leaves_it_out(self):
        done = self.setup("auto")
        self.assertEqual(done.returncode, 0, done.stdout)
        installed = introspect(self.folder / "auto", "installed").values()
        there = {pathlib.Path(path) for path in installed}
        prefix = next(path for path in there if path.name == "procview.h").parents[2]
        libdir = next(path for path in there if path.name == "libprocview.a").parent
        with_these = {"shared", "static", "man", "tool", "completions", "collectd"}
        expected = parts.files(with_these, libdir.relative_to(prefix), "0.1.0")
        self.assertEqual({path.relative_to(prefix).as_posix() for path in there}, expected)

    def test_enabled_says_what_is_missing(self):
        for option in NEEDY:
            with self.subTest(option):
                done = self.setup(option, "-Dauto_features=disabled", f"-D{option}=enabled")
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stdout, "ERROR: .*(not found|needs)")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
