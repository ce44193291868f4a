# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What the public headers declare, for the tests that hold the map, the library, the GIR and the
# recorded ABI to it.

import pathlib
import re

# What stands above a prototype of the API, and the release that it names.
MARK = r"^PROCVIEW_(?:AVAILABLE|DEPRECATED)_IN_(\d+)_(\d+)(?:_FOR\(\w+\))?\n"
PROTOTYPE = re.compile(MARK + r"(?!G_DECLARE_)([^;#]*?)(?:\s+G_GNUC_\w+)*;", re.M)
ENUMERATION = re.compile(r"^\} (Procview\w+);", re.M)
TYPE = re.compile(MARK + r"G_DECLARE_FINAL_TYPE\(\w+, (\w+),", re.M)


def headers(folders):
    """Each header and its text, without comments."""
    for folder in folders:
        for path in sorted(pathlib.Path(folder, "procview").glob("*.h")):
            text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
            yield path, text


def prototypes(folders):
    """Name: the prototype and the release."""
    found = {}
    for _, text in headers(folders):
        for major, minor, prototype in PROTOTYPE.findall(text):
            name = re.search(r"\b(\w+)\(", prototype).group(1)
            found[name] = prototype, f"{major}.{minor}"
        for major, minor, prefix in TYPE.findall(text):
            name = prefix + "_get_type"
            found[name] = f"GType {name}(void)", f"{major}.{minor}"
    return found


def enumerations(folders):
    return sorted(name for _, text in headers(folders) for name in ENUMERATION.findall(text))


def bare(folders):
    """Prototypes that nothing stands above, and that are hidden for it."""
    for path, text in headers(folders):
        lines = text.split("\n")
        for before, line in zip(lines, lines[1:]):
            if re.match(r"^\w[\w *]*\bprocview_\w+\(", line):
                if not before.startswith("#define") and not re.match(MARK, before + "\n"):
                    yield f"{path.name}: {line}"
