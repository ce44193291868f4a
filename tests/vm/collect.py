# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Puts the test programs of a build and all that they need into the root directory of a virtual
# machine: collect.py BUILD ROOT BUSYBOX [TEST or SUITE…]
#
# The build directory becomes /build there and the source directory /source, so that nothing hides
# them (a build in /tmp, say) and what programs know of each other relative to their own place stays
# true. ROOT/vm/list names the tests, one a line: seconds, name, command. Tests that are no
# compiled programs (Python, compilers) have no interpreter there and are left out, by name.

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

DEFAULT_SUITES = {"integration", "unit", "bpf"}
# For slowness: what takes a test's limit on a real machine takes longer in an emulated one.
PATIENCE = 4
# The command itself: its exit status says whether there was a tree, and what it says on stderr, the
# statistics, is what the report shows. The tests skip a backend that does not work; here it fails.
PTREE = {"ptree": "-f --stats", "ptree-bpf": "--backend bpf -f --stats"}
# From the source directory, for tests that read it.
DATA = ("tests/data", "tests/fuzz/corpus", "include", "doc")


def shared_libraries(program):
    """Where the dynamic linker finds what a program needs; nothing for a static one."""
    ran = subprocess.run(
        ["ldd", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for line in ran.stdout.splitlines():
        if "=> not found" in line:
            sys.exit(f"collect.py: {program}: {line.strip()}")
        for word in line.split():
            if word.startswith("/"):
                yield word


def is_program(path):
    if not os.path.isfile(path) or not os.access(path, os.X_OK):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


class Root:
    """The virtual machine's root directory, in the making."""

    def __init__(self, build, top):
        info = json.loads((build / "meson-info" / "meson-info.json").read_text())["directories"]
        self.top = top
        self.moved = [(info["build"], "/build"), (info["source"], "/source")]

    def inside(self, text):
        """A path, or a list of paths with colons, as the virtual machine sees it."""
        return ":".join(map(self._inside_one, text.split(":")))

    def _inside_one(self, path):
        for before, after in self.moved:
            if path == before or path.startswith(before + "/"):
                return after + path[len(before) :]
        return path

    def copy(self, path, inside=None):
        target = self.top / (inside or self._inside_one(path)).lstrip("/")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            target.chmod(0o755)

    def copy_program(self, path, inside=None):
        self.copy(path, inside)
        for library in shared_libraries(path):
            self.copy(os.path.normpath(library))

    def copy_data(self):
        before, after = self.moved[1]
        for part in DATA:
            shutil.copytree(f"{before}/{part}", f"{self.top}{after}/{part}", symlinks=True)


def suites_of(test):
    return {suite.split(":")[-1] for suite in test["suite"]}


def chosen(tests, wanted):
    """The tests to run; those left out because they cannot run there are named."""
    known = set().union(*map(suites_of, tests), (test["name"] for test in tests))
    for name in set(wanted) - known:
        sys.exit(f"collect.py: there is no test or suite {name}")
    wanted = set(wanted) or DEFAULT_SUITES
    found = [test for test in tests if test["name"] in wanted or suites_of(test) & wanted]
    here = [test for test in found if is_program(test["cmd"][0])]
    left_out = [test["name"] for test in found if test not in here]
    if left_out:
        print(f"left out, as they are scripts: {' '.join(left_out)}", file=sys.stderr)
    return here


def command(root, test):
    settings = [f"{name}={root.inside(value)}" for name, value in test["env"].items()]
    return shlex.join(["env", *settings, *map(root.inside, test["cmd"])])


def main():
    build, top, busybox, *wanted = sys.argv[1:]
    build = pathlib.Path(build).resolve()
    root = Root(build, pathlib.Path(top))
    tests = json.loads((build / "meson-info" / "intro-tests.json").read_text())
    named = [name for name in wanted if name not in PTREE]
    lines = []
    for test in chosen(tests, named) if named or not wanted else []:
        for path in [*test["cmd"], *test["env"].values()]:
            if is_program(path):
                root.copy_program(path)
        lines.append(f"{test['timeout'] * PATIENCE} {test['name']} {command(root, test)}")
    ptree = build / "tools" / "ptree" / "ptree"
    for name, options in PTREE.items():
        if ptree.exists() and (name in wanted or not wanted):
            root.copy_program(str(ptree))
            lines.append(f"{PATIENCE * 30} {name} {root.inside(str(ptree))} {options} >/dev/null")
    if not lines:
        sys.exit("collect.py: no test is left to run")
    root.copy_program(busybox, "/bin/busybox")
    root.copy_data()
    (root.top / "vm").mkdir()
    (root.top / "vm" / "list").write_text("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
