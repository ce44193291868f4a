# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What the tests of the bindings have in common: how to build and run a program of any language with
# a library that is not installed, and what it takes to do so here.
#
# Environment: BUILD, SOURCE_ROOT, SANITIZE; CC, CXX, VALAC, GJS, LUA with their arguments, empty if
# they are missing; WORKLOAD, and PTREE, empty if it is not built.

import os
import pathlib
import subprocess
import sys

BUILD = pathlib.Path(os.environ["BUILD"])
SOURCE_ROOT = pathlib.Path(os.environ["SOURCE_ROOT"])
EXAMPLES = SOURCE_ROOT / "bindings" / "examples"
SANITIZE = os.environ["SANITIZE"]
# The distribution's, which has its gi; the one that runs this may be another.
PYTHON = "/usr/bin/python3"

sys.path.insert(0, str(SOURCE_ROOT / "tests" / "cli"))
sys.dont_write_bytecode = True


def skip(why):
    print(why)
    sys.exit(77)


def environment():
    """Of a program that takes the library, its typelib and the overrides from the build."""
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONHOME"},
        "GI_TYPELIB_PATH": str(BUILD / "lib"),
        "LD_LIBRARY_PATH": str(BUILD / "lib"),
        "PYTHONPATH": str(SOURCE_ROOT / "bindings" / "python"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        # A mistake in how a binding calls the library is a mistake.
        "G_DEBUG": "fatal-criticals",
    }


def flags(*wanted):
    """What pkg-config says of the library that is not installed."""
    asked = subprocess.run(
        ["pkg-config", *wanted, "libprocview"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PKG_CONFIG_PATH": str(BUILD / "meson-uninstalled")},
        text=True,
        check=True,
    )
    return asked.stdout.split()


def compile_c(language, source, program):
    """language: CC or CXX."""
    compiler = os.environ[language].split()
    if not compiler:
        skip(f"there is no compiler: {language}")
    standard = {"CC": "-std=gnu11", "CXX": "-std=c++17"}[language]
    sanitize = [] if SANITIZE == "none" else ["-fsanitize=" + SANITIZE]
    strict = ["-Wall", "-Wextra", "-Werror", "-g", *sanitize, standard]
    files = [str(source), "-o", str(program)]
    subprocess.run([*compiler, *strict, *files, *flags("--cflags", "--libs")], check=True)
    return [str(program)]


def compile_vala(source, program):
    """With warnings of valac as errors; what the C compiler says of its output is not asked."""
    valac = os.environ["VALAC"].split()
    if not valac:
        skip("there is no valac")
    vapi = BUILD / "bindings" / "vala"
    if not (vapi / "libprocview.vapi").exists():
        skip("the vapi is not built")
    sanitize = [] if SANITIZE == "none" else ["-fsanitize=" + SANITIZE]
    options = [word for flag in [*flags("--cflags", "--libs"), *sanitize] for word in ("-X", flag)]
    files = [str(source), "-o", str(program)]
    # Installed, the vapi says by itself that it needs gio.
    packages = ["--vapidir", str(vapi), "--pkg", "gio-2.0", "--pkg", "libprocview"]
    command = [*valac, "--fatal-warnings", "-X", "-w", *packages, *options, *files]
    subprocess.run(command, check=True, cwd=program.parent)
    return [str(program)]


def interpreter(command, probe):
    """The command, if it runs the probe, which imports what it takes to use a typelib."""
    if not command:
        skip("the interpreter is missing")
    if SANITIZE != "none":
        skip("an interpreter without the sanitizer cannot load a library that has it")
    if not (BUILD / "lib" / "Procview-0.typelib").exists():
        skip("the typelib is not built")
    if subprocess.run([*command, *probe], capture_output=True, check=False).returncode != 0:
        skip(f"{command[0]} has no GObject introspection")
    return command


def python():
    return interpreter([PYTHON] if os.access(PYTHON, os.X_OK) else [], ["-c", "import gi"])


def gjs():
    return interpreter(os.environ["GJS"].split(), ["-c", "imports.gi.Gio"])


def lua():
    return interpreter(os.environ["LUA"].split(), ["-e", "require 'lgi'"])


def run(command, *args):
    return subprocess.run(
        [*command, *map(str, args)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(),
        timeout=120,
        check=False,
    )
