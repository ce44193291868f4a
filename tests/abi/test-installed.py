# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is all of this build installed where it belongs, and does it work from there: headers, both
# libraries, pkg-config, typelib, vapi, the command? Installed with DESTDIR, as packagers do.
#
# Arguments: the build folder. Environment: that of outside.py, MESON, PARTS (those that the build
# has), VERSION, and PYTHON, VALAC (or empty).

import os
import pathlib
import re
import sys
import tempfile
import unittest

import outside
import parts
from outside import SANITIZE, clean_environment, run

BUILD = pathlib.Path(sys.argv[1])
PARTS = os.environ["PARTS"].split()
VERSION = os.environ["VERSION"]
PYTHON_PROGRAM = """
import gi, os
gi.require_version("Procview", "0")
from gi.repository import Procview
now = Procview.Scanner().scan(None)
print(Procview.get_version_string(), now.find_process(os.getpid()).get_pid())
"""
VALA_PROGRAM = """
int main() {
	try {
		var now = new Procview.Scanner().scan();
		var pid = now.find_process((int) Posix.getpid()).get_pid();
		print("%s %d\\n", Procview.get_version_string(), pid);
		return Procview.ChangeKind.TABLE_LEFT.to_string() == "table-left" ? 0 : 2;
	} catch (Error error) {
		printerr("%s\\n", error.message);
		return 1;
	}
}
"""


def needs_part(part):
    return unittest.skipUnless(part in PARTS, f"the build has no {part}")


class Installed(outside.Outside):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        stage = pathlib.Path(temporary.name, "stage")
        install = [*os.environ["MESON"].split(), "install", "--no-rebuild", "--destdir", stage]
        run([*install, "-C", BUILD], env=clean_environment())
        (configuration,) = stage.rglob("libprocview.pc")
        text = configuration.read_text(encoding="utf-8")
        (prefix,) = re.findall(r"^prefix=(.*)$", text, re.M)
        cls.stage, cls.prefix = stage, stage / prefix.lstrip("/")
        # The same for the place where it is now; what is installed stays as it is.
        moved = pathlib.Path(temporary.name, "pkgconfig")
        moved.mkdir()
        moved_text = text.replace(f"prefix={prefix}\n", f"prefix={cls.prefix}\n", 1)
        (moved / "libprocview.pc").write_text(moved_text, encoding="utf-8")
        cls.installation = outside.Installation(cls.prefix, moved)

    def test_all_files_and_no_others(self):
        libdir = self.installation.libdir.relative_to(self.prefix).as_posix()
        expected = parts.files(PARTS, libdir, VERSION)
        found = parts.found(self.prefix)
        self.assertEqual(sorted(expected - found), [], "these are missing")
        self.assertEqual(sorted(found - expected), [], "nobody knows of these")
        outside_prefix = {path for path in self.stage.rglob("*") if path.is_file()}
        self.assertEqual([p for p in outside_prefix if self.prefix not in p.parents], [])

    def test_nothing_remembers_where_it_was_built(self):
        for path in self.prefix.rglob("*"):
            if path.suffix in (".pc", ".gir", ".vapi", ".deps", ".h", ".typelib", ".html"):
                content = path.read_bytes()
                for folder in (BUILD, parts.ROOT, self.stage):
                    self.assertNotIn(os.fsencode(folder) + b"/", content, path)

    @needs_part("shared")
    def test_links(self):
        libdir = self.installation.libdir
        self.assertEqual(os.readlink(libdir / "libprocview.so"), "libprocview.so.0")
        self.assertEqual(os.readlink(libdir / "libprocview.so.0"), f"libprocview.so.{VERSION}")
        self.assertFalse((libdir / f"libprocview.so.{VERSION}").is_symlink())

    def test_pkg_config(self):
        ask = self.installation.pkg_config
        self.assertEqual(ask("--modversion"), [VERSION])
        self.assertEqual(ask("--print-requires")[0], "gio-2.0")
        private = ask("--print-requires-private")
        flags, static_flags = ask("--libs"), ask("--libs", "--static")
        self.assertIn("-lprocview", flags)
        for name in ("cap-ng", "mnl"):
            # A program that links the shared library has nothing to do with these.
            self.assertNotIn(f"-l{name}", flags)
            self.assertIn(f"-l{name}", static_flags)
            self.assertIn(f"lib{name}", private)
        if "introspection" in PARTS:
            for variable, suffix in (("girdir", "gir"), ("typelibdir", "typelib")):
                (folder,) = ask(f"--variable={variable}")
                self.assertTrue(pathlib.Path(folder, f"Procview-0.{suffix}").exists())

    def test_headers_compile_from_there_alone(self):
        script, include = outside.HERE / "test-headers.py", self.prefix / "include"
        run([sys.executable, script, "c", include, "--", *os.environ["CC"].split()])

    def test_programs(self):
        self.assert_programs(self.installation)

    def environment(self):
        return {
            **self.installation.environment,
            "GI_TYPELIB_PATH": str(self.installation.libdir / "girepository-1.0"),
        }

    def assert_tells_its_pid(self, said):
        self.assertRegex(said, rf"^{re.escape(VERSION)} [1-9]\d*\n$")

    @needs_part("introspection")
    @unittest.skipUnless(SANITIZE == "none", "a sanitizer has to be in the whole program")
    def test_typelib(self):
        try:
            run([os.environ["PYTHON"], "-c", "import gi"])
        except AssertionError:
            self.skipTest("python3-gi is not installed")
        command = [os.environ["PYTHON"], "-c", PYTHON_PROGRAM]
        self.assert_tells_its_pid(run(command, env=self.environment()))

    @needs_part("vapi")
    @unittest.skipUnless(os.environ["VALAC"], "valac is not installed")
    @unittest.skipUnless(SANITIZE == "none", "a sanitizer has to be in the whole program")
    def test_vapi(self):
        source, program = self.folder / "program.vala", self.folder / "program"
        source.write_text(VALA_PROGRAM, encoding="utf-8")
        options = ["--vapidir", self.prefix / "share/vala/vapi", "--pkg", "libprocview"]
        options += ["--pkg", "posix", "--directory", self.folder, "--output", "program"]
        said = run([os.environ["VALAC"], *options, source], env=self.environment())
        # Of the C that valac writes, the compiler complains; of the program, valac should not.
        self.assertNotRegex(said, r"\.vala:\d|\.vapi:\d")
        self.assert_tells_its_pid(run([program], env=self.environment()))

    @needs_part("tool")
    def test_command(self):
        ptree = self.prefix / "bin" / "ptree"
        said = run([ptree, "--version"], env=self.environment())
        self.assertIn(VERSION, said)
        said = run([ptree, "-q", str(os.getpid())], env=self.environment())
        self.assertEqual(said.split(), [str(os.getpid())])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
