# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Can a project have libprocview as its Meson subproject: with the library shared, and in its own
# program? And installed with it, into a prefix where nothing is, does it serve other programs from
# there? One build of the library answers all of it.
#
# Environment: that of outside.py, MESON, VERSION.

import os
import pathlib
import shutil
import sys
import unittest

import outside
import parts
from outside import clean_environment, run

MESON = os.environ["MESON"].split()
# As little of it as a program needs.
OFF = [option for option in parts.OPTIONS if option != "bpf"]


class Subproject(outside.Outside):
    def configured(self, *options):
        project = self.folder / "consumer"
        if not project.exists():
            shutil.copytree(outside.HERE / "consumer", project)
            (project / "subprojects").mkdir()
            (project / "subprojects" / "libprocview").symlink_to(parts.ROOT)
            setup = ["setup", "--wrap-mode=nodownload", "--force-fallback-for=libprocview"]
            off = [f"-Dlibprocview:{part}=disabled" for part in OFF]
            prefix = f"--prefix={self.folder / 'prefix'}"
            self.meson(*setup, *off, prefix, self.folder / "build", project)
        if options:
            self.meson("configure", *options, self.folder / "build")
        self.meson("compile", "-C", self.folder / "build", "-j2")
        return self.folder / "build" / "consumer"

    def meson(self, *arguments):
        run([*MESON, *arguments], env=clean_environment())

    def installed(self, *options, root="/"):
        self.meson("install", "-C", self.folder / "build", "--no-rebuild", *options)
        prefix = pathlib.Path(root) / str(self.folder / "prefix").lstrip("/")
        (configuration,) = prefix.rglob("libprocview.pc")
        installation = outside.Installation(prefix, configuration.parent)
        libdir = installation.libdir.relative_to(prefix).as_posix()
        expected = parts.files(["shared", "static"], libdir, os.environ["VERSION"])
        self.assertEqual(parts.found(prefix), expected | {"bin/consumer"})
        return installation

    def test_all(self):
        program = self.configured()
        self.assertIn("libprocview.so.0", outside.needs(program))
        self.assert_program_works(program, clean_environment())

        # Into the prefix itself, and the same below another root.
        self.assert_programs(self.installed())
        stage = self.folder / "stage"
        self.installed("--destdir", stage, root=stage)

        # What the project wants of its subproject. Compiled it is already.
        program = self.configured("-Dlibprocview:default_library=static")
        self.assertNotIn("libprocview.so.0", outside.needs(program))
        self.assert_program_works(program, clean_environment())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
