# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# How programs in Go and Rust are built with a library that is not installed, without cargo, without
# network, and with nothing written outside of the build.
#
# Environment: GO and RUSTC, empty if they are missing, beside what bindings_test.py says.

import os
import pathlib
import shutil
import subprocess

from bindings_test import BUILD, SANITIZE, SOURCE_ROOT, environment, flags, skip

GO_PACKAGE = SOURCE_ROOT / "bindings" / "go"
CRATE = SOURCE_ROOT / "bindings" / "rust"
# The package is compiled once for all tests.
CACHE = BUILD / "tests" / "bindings" / "go-cache"


def compiler(variable, what):
    command = os.environ[variable].split()
    if not command:
        skip(f"there is no {what}")
    if SANITIZE != "none":
        skip(f"a program that {what} links has no sanitizer, and cannot load a library that has one")
    return command


def go(*args, cwd, **options):
    """Runs go, and says what it said if it fails."""
    command = compiler("GO", "go")
    for folder in ("cache", "path", "tmp"):
        (CACHE / folder).mkdir(parents=True, exist_ok=True)
    env = {
        **environment(),
        "PKG_CONFIG_PATH": str(BUILD / "meson-uninstalled"),
        "GOCACHE": str(CACHE / "cache"),
        "GOPATH": str(CACHE / "path"),
        "TMPDIR": str(CACHE / "tmp"),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "1",
    }
    return subprocess.run([*command, *map(str, args)], cwd=cwd, env=env, check=False, **options)


def compile_go(source, program):
    """As bindings/go/README.md says: a module of one's own, that has the package in a folder."""
    module = program.parent / "module"
    module.mkdir()
    shutil.copy(source, module)
    (module / "go.mod").write_text(
        f"module tables\n\ngo 1.19\n\nrequire procview v0.0.0\n\nreplace procview => {GO_PACKAGE}\n")
    go("build", "-o", program, ".", cwd=module).check_returncode()
    return [str(program)]


def rustc(*args, cwd, **options):
    command = compiler("RUSTC", "rustc")
    strict = ["--edition", "2021", "-D", "warnings", "-C", "debuginfo=1"]
    env = {**os.environ, "TMPDIR": str(cwd)}
    return subprocess.run([*command, *strict, *map(str, args)], cwd=cwd, env=env, check=False,
                          **options)


def crate(folder):
    """Compiles the crate; the options with which it is used."""
    rustc("--crate-type", "rlib", "--crate-name", "procview", CRATE / "src" / "lib.rs", cwd=folder)\
        .check_returncode()
    library = folder / "libprocview.rlib"
    return ["--extern", f"procview={library}", "-C", "link-args=" + " ".join(flags("--libs"))]


def compile_rust(source, program):
    rustc(*crate(program.parent), source, "-o", program, cwd=program.parent).check_returncode()
    return [str(program)]


def beside(command, name):
    """A tool that comes with a compiler, from the same place; None if it did not come."""
    found = pathlib.Path(command).resolve().parent / name
    return found if os.access(found, os.X_OK) else None
