# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does a program that was built with the recorded release run with the library of now? What it could
# use then is in libprocview.abi; that may only have grown. Two things are held to it: what the
# headers declare now, compiled as functions that do nothing, and the library itself, if it has
# debugging information.
#
# The record is made from the headers, so it holds nothing of the inside: types are as opaque there
# as they are for a program. "meson compile -C build record-abi" makes it anew, which is done at a
# release, and whenever something was added that has to stay.
#
# Arguments: "check" or "record". Environment: HEADERS (folders, by colon), MAP, RECORD, CC, LIBRARY
# (or empty), ABIDW and ABIDIFF (or empty).

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import declared

HEADERS = os.environ["HEADERS"].split(":")
RECORD = pathlib.Path(os.environ["RECORD"])
ABIDW, ABIDIFF = os.environ["ABIDW"], os.environ["ABIDIFF"]
MAP, CC = pathlib.Path(os.environ["MAP"]), os.environ["CC"].split()
HERE = pathlib.Path(__file__).resolve().parent
# No paths of this machine, and of the ELF file no more than the symbols.
FORM = ("--no-show-locs --no-comp-dir-path --no-corpus-path --no-elf-needed --no-parameter-names"
        " --no-write-default-sizes --type-id-style hash").split()


def run(command, **more):
    return subprocess.run([str(word) for word in command], check=True, **more)


def output(command):
    return run(command, stdout=subprocess.PIPE, text=True).stdout


def compile_declared(folders, symbol_map, library):
    """A library of all that these headers declare, in which nothing is behind it."""
    prototypes = [text for text, _ in declared.prototypes(folders).values()]
    # Of types, abidw records those that a function has: so each enumeration gets one.
    for name in declared.enumerations(folders):
        prototypes.append(f"void declared_{name}({name} value)")
    source = library.with_name("declared.c")
    functions = "".join(f"{text}\n{{\n\t__builtin_trap();\n}}\n" for text in prototypes)
    source.write_text("#include <procview/procview.h>\n" + functions, encoding="utf-8")
    symbols = symbol_map.read_text(encoding="utf-8")
    exports = library.with_name("declared.map")
    exports.write_text(symbols.replace("global:\n", "global:\n\tdeclared_*;\n", 1))
    flags = output(["pkg-config", "--cflags", "gio-2.0"]).split()
    flags += [f"-I{folder}" for folder in folders]
    flags += [f"-Wl,--version-script,{exports}", "-Wl,-soname,libprocview.so.0"]
    # In its folder, so that nobody learns how that is called.
    how = ["-w", "-g", "-shared", "-fPIC"]
    run([*CC, *how, *flags, source.name, "-o", library], cwd=library.parent)
    return library


def record(library, path):
    run([ABIDW, *FORM, "--out-file", path, library])


def compare(before, after, *suppressions):
    """What a program would notice, or nothing. That something was added is none of it."""
    command = [ABIDIFF, "--no-added-syms"]
    for path in [HERE / "abidiff.suppr", *suppressions]:
        command += ["--suppressions", path]
    done = subprocess.run([*command, before, after], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    # Bit 2: something is different. Bits 0 and 1: it could not be found out.
    assert not done.returncode & 3, done.stdout
    return done.stdout if done.returncode else ""


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def compiled(self, name="now", folders=None, symbol_map=None):
        place = self.folder / name
        place.mkdir()
        return compile_declared(folders or HEADERS, symbol_map or MAP, place / "libprocview.so")


class Abi(Folder):
    def test_headers(self):
        self.assertEqual(compare(RECORD, self.compiled()), "")

    def test_library(self):
        library = os.environ["LIBRARY"]
        if not library or ".debug_info" not in output(["readelf", "-S", "-W", library]):
            self.skipTest("the library is static, or has no debugging information")
        suppressions = self.folder / "declared.suppr"
        suppressions.write_text("[suppress_function]\nsymbol_name_regexp = ^declared_\n")
        self.assertEqual(compare(RECORD, library, suppressions), "")

    def test_record_is_small_and_of_no_machine(self):
        text = RECORD.read_text(encoding="utf-8")
        self.assertLess(len(text), 400_000)
        self.assertNotRegex(text, r"path='[^']*/")
        self.assertNotIn("comp-dir-path", text)


class Checker(Folder):
    """Headers in which one thing is changed: is it seen, if it has to be?"""

    # Header, what is there, what is there instead; the same for the map.
    MARK = "PROCVIEW_AVAILABLE_IN_0_1\n"
    VERSION = "const char *procview_get_version_string(void);"
    BUSY = "PROCVIEW_ERROR_BUSY"
    IN_MAP = "\tprocview_get_version_string;\n"
    LAST = r"re:(\tPROCVIEW_KIND_SECRETMEM[^,]*,\n)"
    ADD_PID = "query_add_pid(ProcviewQuery *query, int pid)"
    CALLBACK = "(ProcviewStep step, guint done, guint total,"
    BREAKS = {
        "a function less": ("version.h", MARK + VERSION, "", (IN_MAP, "")),
        "a parameter more": ("query.h", ADD_PID, ADD_PID[:-1] + ", int more)"),
        "a parameter of another size": ("query.h", ADD_PID, ADD_PID.replace("int", "gint64")),
        "another result": ("snapshot.h", "guint procview_snapshot_get_n_fd_tables",
                           "gint64 procview_snapshot_get_n_fd_tables"),
        "another value": ("enums.h", "PROCVIEW_KIND_REGULAR = 1", "PROCVIEW_KIND_REGULAR = 1001"),
        "another error": ("error.h", rf"re:\t{BUSY}\b[^,]*,", f"\t{BUSY} = 77,"),
        "a value less": ("enums.h", LAST, ""),
        "another callback": ("scanner.h", CALLBACK, CALLBACK.replace("guint done", "guint64 done")),
    }
    ADDITIONS = {
        "a function more": ("version.h", MARK, MARK + "int procview_added(void);\n" + MARK,
                            (IN_MAP, "\tprocview_added;\n" + IN_MAP)),
        "a value more": ("enums.h", LAST, r"\1\tPROCVIEW_KIND_ADDED = 1000,\n"),
        "everything is more": ("collect.h", r"re:PROCVIEW_COLLECT_EVERYTHING = [^,]*",
                               "PROCVIEW_COLLECT_EVERYTHING = 0x1ffffff"),
        "deprecated": ("version.h", MARK, "PROCVIEW_DEPRECATED_IN_0_1_FOR(glib_version)\n"),
    }

    def replaced(self, text, old, new):
        pattern = old[3:] if old.startswith("re:") else re.escape(old)
        changed, times = re.subn(pattern, new, text)
        self.assertEqual(times, 1, f"not there once: {old}")
        return changed

    def changed(self, header, old, new, in_map=None):
        place = self.folder / "include" / "procview"
        shutil.rmtree(place.parent, ignore_errors=True)
        place.mkdir(parents=True)
        for folder in HEADERS:
            for path in pathlib.Path(folder, "procview").glob("*.h"):
                shutil.copy(path, place)
        (place / header).write_text(self.replaced((place / header).read_text(), old, new))
        symbols = MAP.read_text(encoding="utf-8")
        symbol_map = self.folder / "changed.map"
        symbol_map.write_text(self.replaced(symbols, *in_map) if in_map else symbols)
        return [place.parent], symbol_map

    def each(self, changes):
        """Name of each change: what a program would notice of it."""
        before = self.folder / "before.abi"
        record(self.compiled(), before)
        return {name: compare(before, self.compiled(name, *self.changed(*change)))
                for name, change in changes.items()}

    def test_breaks_are_seen(self):
        for name, said in self.each(self.BREAKS).items():
            with self.subTest(name):
                self.assertNotEqual(said, "")

    def test_additions_are_fine(self):
        for name, said in self.each(self.ADDITIONS).items():
            with self.subTest(name):
                self.assertEqual(said, "")


def reason_to_skip():
    if not ABIDW or not ABIDIFF:
        return "abidw and abidiff (abigail-tools) are not installed"
    if os.uname().machine != "x86_64":
        return f"the ABI is recorded for x86_64, this is {os.uname().machine}"
    return None


if __name__ == "__main__":
    reason = reason_to_skip()
    if reason is not None:
        print(reason)
        sys.exit(1 if sys.argv[1] == "record" else 77)
    if sys.argv[1] == "record":
        with tempfile.TemporaryDirectory() as temporary:
            library = pathlib.Path(temporary, "libprocview.so")
            record(compile_declared(HEADERS, MAP, library), RECORD)
    else:
        unittest.main(argv=sys.argv[:1])
