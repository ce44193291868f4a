# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Who may include whom, and who owns which foreign header and system call.
#
#     tools, bindings, tests/integration -> include/procview <- lib/api -> snapshot, export, ...
#     snapshot -> backend, grouping, socket, privilege          socket -> netlink
#     all of these -> core -> util -> GLib        siblings never see each other; nothing points up
#
# The checker is itself checked: each rule is broken once, in a tree made for it.

import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Folder below lib: folders whose headers it may include, besides its own. The longest that fits.
LAYERS = {
    "util": [],
    "core": ["util"],
    "netlink": ["core", "util"],
    "socket": ["netlink", "core", "util"],
    "backend": ["core", "util"],
    "backend/bpf": ["backend", "core", "util"],
    "backend/pidfd": ["backend", "backend/procfs", "core", "util"],
    "backend/procfs": ["backend", "core", "util"],
    "grouping": ["core", "util"],
    "privilege": ["core", "util"],
    "export": ["core", "util"],
    "snapshot": ["backend", "grouping", "socket", "privilege", "core", "util"],
    "api": ["snapshot", "export", "privilege", "core", "util"],
}
# These see the backends below them: one registers them, the other drives them.
SEES_BACKENDS = ("backend", "snapshot")
# Only the registry's users may see it, or a backend could ask for another.
NOT_FOR_BACKENDS = "backend/registry.h"

# Foreign header: who owns it, below lib.
FOREIGN = [
    (r"linux/bpf\.h|bpf/.*|.*\.l?skel\.h", ["backend/bpf"]),
    (r"libmnl/.*", ["netlink", "socket"]),
    (r"cap-ng\.h", ["privilege"]),
    (r"glib-object\.h|gobject/.*|gio/.*", ["api"]),
    (r"procview/.*", ["api"]),
    (r"linux/kcmp\.h", ["grouping/kcmp.c"]),
    (r"(linux|sys)/pidfd\.h", ["backend/pidfd", "util"]),
]
# Words of code: who may use them, below lib.
CALLS = [
    (r"\b(SYS|__NR)_kcmp\b|\bKCMP_\w+", ["grouping/kcmp.c"]),
    (r"\b(SYS|__NR)_pidfd_\w+|\bpidfd_(open|getfd|send_signal)\s*\(", ["backend/pidfd", "util"]),
    (r"\bPIDFD_\w+", ["backend/pidfd", "util"]),
    (r"\b(SYS|__NR)_bpf\b", ["backend/bpf"]),
]
# What the public headers may include.
PUBLIC = re.compile(r"<(procview/[\w-]+\.h|glib\.h|glib-object\.h|gio/gio\.h)>")
# They see the public headers, their own folder, and what tests share.
OUTSIDERS = ("tools", "bindings", "tests/integration", "tests/support", "tests/bench")
SHARED = "tests/support"

INCLUDE = re.compile(r'^\s*#\s*include\s*(<[^>]+>|"[^"]+")', re.M)


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def layer_of(name):
    """The layer that a path below lib belongs to."""
    fitting = [layer for layer in LAYERS if name.startswith(layer + "/")]
    return max(fitting, key=len, default=None)


def owned(name, owners):
    return any(name == owner or name.startswith(owner + "/") for owner in owners)


def may_see(layer, other, included):
    if layer == other:
        return True
    if layer in SEES_BACKENDS and other.startswith("backend/"):
        return True
    if layer.startswith("backend/") and included == NOT_FOR_BACKENDS:
        return False
    return other in LAYERS[layer]


# What runs in the kernel is no part of the library: it has its own folder, and sees nothing else.
KERNEL_SIDE = re.compile(r"(.*/)?([\w-]+\.bpf\.[ch]|kernel-[\w-]+\.h)")
# Made by the build of one of those.
SKELETON = re.compile(r"[\w-]+\.lskel\.h")


def check_internal(root, name, included):
    if KERNEL_SIDE.fullmatch(name):
        near = (root / "lib" / name).parent / included
        return None if near.exists() else f"{name}: includes \"{included}\", which is not beside it"
    if SKELETON.fullmatch(included):
        owner = owned(name, ["backend/bpf"])
        return None if owner else f"{name}: includes {included}, which belongs to backend/bpf"
    other = layer_of(included)
    if other is None:
        return f"{name}: includes \"{included}\", which names no layer"
    if not (root / "lib" / included).exists():
        return f"{name}: includes \"{included}\", which does not exist"
    if not may_see(layer_of(name), other, included):
        return f"{name}: {layer_of(name)} must not see {other}"
    return None


def check_library(root):
    for path in sorted((root / "lib").rglob("*.[ch]")):
        name = path.relative_to(root / "lib").as_posix()
        code = without_comments(path.read_text(encoding="utf-8"))
        if layer_of(name) is None:
            yield f"{name}: belongs to no layer"
            continue
        for include in INCLUDE.findall(code):
            included = include[1:-1]
            if include[0] == '"':
                complaint = check_internal(root, name, included)
                if complaint:
                    yield complaint
            for pattern, owners in FOREIGN:
                if re.fullmatch(pattern, included) and not owned(name, owners):
                    yield f"{name}: includes {include}, which belongs to {', '.join(owners)}"
            if include[0] == "<" and layer_of(included) and (root / "lib" / included).exists():
                yield f"{name}: includes {include} as if it were foreign"
        for pattern, owners in CALLS:
            for word in re.finditer(pattern, code):
                if not owned(name, owners):
                    yield f"{name}: {word.group(0)} belongs to {', '.join(owners)}"


def check_public(root):
    for path in sorted((root / "include").rglob("*.h*")):
        for include in INCLUDE.findall(without_comments(path.read_text(encoding="utf-8"))):
            if not PUBLIC.fullmatch(include):
                yield f"{path.name}: includes {include}"


def check_outsiders(root):
    for folder in OUTSIDERS:
        for path in sorted((root / folder).rglob("*.[ch]")):
            name = path.relative_to(root)
            for include in INCLUDE.findall(without_comments(path.read_text(encoding="utf-8"))):
                included = include[1:-1]
                if include[0] == '"':
                    near = (path.parent / included, root / SHARED / included)
                    if ".." in included or not any(place.exists() for place in near):
                        yield f"{name}: includes {include}, which is not of its folder"
                elif layer_of(included) and (root / "lib" / included).exists():
                    yield f"{name}: includes {include}, which is internal"


def complaints(root):
    return [*check_library(root), *check_public(root), *check_outsiders(root)]


class Tree(unittest.TestCase):
    def test_rules_hold(self):
        self.assertGreater(len(list((ROOT / "lib").rglob("*.c"))), 20)
        self.assertEqual(complaints(ROOT), [])


class Checker(unittest.TestCase):
    # A tree that keeps all rules.
    GOOD = {
        "include/procview/task.h": "#include <glib-object.h>\n",
        "lib/util/fd.h": "#include <sys/pidfd.h>\n",
        "lib/core/record.h": '#include "util/fd.h"\n',
        "lib/backend/backend.h": '#include "core/record.h"\n',
        "lib/backend/registry.h": '#include "backend/procfs/reader.h"\n',
        "lib/backend/procfs/reader.h": '#include "backend/backend.h"\n',
        "lib/backend/pidfd/reader.h": '#include "backend/procfs/reader.h"\n',
        "lib/grouping/kcmp.c": "/* raw */ syscall(SYS_kcmp, KCMP_FILES);\n",
        "lib/privilege/privilege.c": "#include <cap-ng.h>\n",
        "lib/export/json.h": '#include "core/record.h"\n',
        "lib/snapshot/scanner.h": '#include "backend/pidfd/reader.h"\n',
        "lib/api/task.c": '#include <procview/task.h>\n#include "snapshot/scanner.h"\n',
        "tools/ptree/main.c": '#include "main.h"\n#include <procview/task.h>\n',
        "tools/ptree/main.h": "/* SYS_kcmp is but a word here */\n",
        "tests/support/pv-test.h": "#include <procview/task.h>\n",
        "tests/integration/test-x.c": '#include "pv-test.h"\n',
    }
    # Each of these breaks one.
    BAD = {
        "lib/core/up.c": '#include "snapshot/scanner.h"\n',
        "lib/util/up.c": '#include "core/record.h"\n',
        "lib/export/sibling.c": '#include "backend/backend.h"\n',
        "lib/grouping/sibling.c": '#include "export/json.h"\n',
        "lib/backend/procfs/pidfd.c": '#include "backend/pidfd/reader.h"\n',
        "lib/backend/pidfd/registry.c": '#include "backend/registry.h"\n',
        "lib/snapshot/export.c": '#include "export/json.h"\n',
        "lib/snapshot/object.c": "#include <gio/gio.h>\n",
        "lib/core/object.c": "  #  include <glib-object.h>\n",
        "lib/core/public.c": "#include <procview/task.h>\n",
        "lib/api/capng.c": "#include <cap-ng.h>\n",
        "lib/backend/bpf.c": "#include <linux/bpf.h>\n",
        "lib/core/mnl.c": "#include <libmnl/libmnl.h>\n",
        "lib/core/disguise.c": "#include <util/fd.h>\n",
        "lib/core/absent.c": '#include "util/absent.h"\n',
        "lib/core/near.c": '#include "record.h"\n',
        "lib/grouping/tree.c": "syscall(SYS_kcmp);\n",
        "lib/snapshot/kcmp.c": "compare(KCMP_FILE);\n",
        "lib/snapshot/pidfd.c": "syscall(__NR_pidfd_getfd);\n",
        "lib/backend/procfs/getfd.c": "pidfd_getfd (1, 2, 0);\n",
        "lib/stray.c": "\n",
        "include/procview/leak.h": '#include "core/record.h"\n',
        "include/procview/foreign.h": "#include <sys/types.h>\n",
        "tools/ptree/inside.c": '#include "core/record.h"\n',
        "tools/ptree/angle.c": "#include <core/record.h>\n",
        "tests/integration/test-dots.c": '#include "../../lib/core/record.h"\n',
    }

    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return complaints(root)

    def test_good_tree_passes(self):
        self.assertEqual(self.check(self.GOOD), [])

    def test_each_violation_is_seen(self):
        for name, text in self.BAD.items():
            with self.subTest(file=name):
                self.assertEqual(len(self.check({**self.GOOD, name: text})), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
