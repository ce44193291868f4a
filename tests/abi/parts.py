# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What each part of the project installs, below the prefix: nothing less, and nothing that nobody
# knows of. A part is there or not by the option of its name.

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = sorted(path.name for path in (ROOT / "include" / "procview").glob("*.h"))
# All that there are.
OPTIONS = (
    "bpf", "collectd", "completions", "docs", "fuzz", "introspection", "man", "python",
    "standalone", "tests", "tool", "vapi",
)
EXAMPLES = sorted(path.name for path in (ROOT / "doc" / "examples").glob("*.c"))
# Made by gi-docgen, which names its pages: only some are looked for.
REFERENCE = "share/doc/libprocview-0"
PAGES = ["index.html", "class.Scanner.html", "method.Snapshot.write_json.html"]
# Each Python looks in another folder.
PACKAGES = re.compile(r"^lib[^/]*/python3[^/]*/(dist|site)-packages/")


def files(parts, libdir, version):
    """What is installed with these parts. Of the libraries, "shared" and "static" are two."""
    always = [f"include/procview/{name}" for name in [*HEADERS, "version.h"]]
    always += [f"{libdir}/pkgconfig/libprocview.pc"]
    always += [f"share/doc/libprocview/examples/{name}" for name in EXAMPLES]
    by_part = {
        "shared": [f"{libdir}/libprocview.so{suffix}" for suffix in ("", ".0", f".{version}")],
        "static": [f"{libdir}/libprocview.a"],
        "introspection": [
            f"{libdir}/girepository-1.0/Procview-0.typelib",
            "share/gir-1.0/Procview-0.gir",
        ],
        "vapi": [f"share/vala/vapi/libprocview.{suffix}" for suffix in ("vapi", "deps")],
        "python": [f"python/gi/overrides/{name}.py" for name in ("Procview", "_procview")],
        "collectd": [
            "lib/collectd/procview.so",
            "share/procview/collectd/alerts.rules.yml",
            "share/procview/collectd/collectd-procview.conf",
            "share/procview/collectd/collectd-procview.service.conf",
        ],
        "tool": ["bin/ptree"],
        "man": ["share/man/man7/libprocview.7"],
        "docs": [f"{REFERENCE}/{page}" for page in PAGES],
        # Of these nothing is installed.
        "bpf": [],
        "tests": [],
        "fuzz": [],
        "completions": [],
        "standalone": [],
    }
    if "tool" in parts:
        by_part["man"].append("share/man/man1/ptree.1")
        by_part["completions"] = [
            "share/bash-completion/completions/ptree",
            "share/fish/vendor_completions.d/ptree.fish",
            "share/zsh/site-functions/_ptree",
        ]
    return {*always, *(name for part in parts for name in by_part[part])}


def found(prefix):
    """What is there, as files() has it."""
    names = {
        PACKAGES.sub("python/", path.relative_to(prefix).as_posix())
        for path in prefix.rglob("*")
        if path.is_symlink() or path.is_file()
    }
    pages = {f"{REFERENCE}/{page}" for page in PAGES}
    return {name for name in names if not name.startswith(REFERENCE + "/") or name in pages}
