# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# The same processes as lsfd, lsof and ss show them, and as we do: every field that both give is
# equal, or differs for a reason that is written down here and in
# doc/design/compared-with-peers.md.

import json
import os
import pathlib
import sys
import unittest

import peer_fields
import peer_tools
from ptree_cli import Scene, run

SCENES = ("sockets", "socket-peers", "zoo", "details", "locks", "ends", "fifos", "epoll", "held",
          "mounts", "names", "fork")
PAGE = pathlib.Path(os.environ["SOURCE_ROOT"], "doc/design/compared-with-peers.md")


def kind(*kinds):
    return lambda ours, theirs, row, other: row["kind"] in kinds


def protocol(*protocols):
    return lambda ours, theirs, row, other: row.get("socket", {}).get("protocol") in protocols


def is_by_path(ours, theirs, row, other):
    return "O_PATH" in row.get("flags", [])


def has_odd_bytes(ours, theirs, row, other):
    """A Unix name with a byte that lsof shows otherwise, or at which it ends a name."""
    return any(byte < 0x21 or byte > 0x7e or byte == 0x5c for byte in ours)


def is_wrong_tmpfile(ours, theirs, row, other):
    """O_TMPFILE is two bits, and lsfd looks whether any is set."""
    return theirs - ours <= {"_tmpfile", "directory"} and \
        ours - theirs <= {"tmpfile", "directory"}


def lacks_words(ours, theirs, row, other):
    return ours - theirs <= {"nofollow", "async"} and theirs < ours


def is_odd(ours, theirs, row, other):
    """A name that would speak to a terminal, or that is no text."""
    return any(not " " <= byte <= "~" or byte == "\\" for byte in ours)


def is_mounted_over(ours, theirs, row, other):
    """Two files on two file systems with one name."""
    return row["path"].endswith("/over/file")


def is_on_btrfs(ours, theirs, row, other):
    return row["path"].endswith("/btrfs/file")


def is_listening(ours, theirs, row, other):
    return row["socket"].get("state") == "LISTEN"


def has_lock(*types):
    return lambda ours, theirs, row, other: theirs == "" and all(
        lock["type"] in types for lock in row["locks"])


def has_no_lock(ours, theirs, row, other):
    return ours == "" and theirs in ("r", "w", "R", "W")


def is_same_end(ours, theirs, row, other):
    """Whoever has the pipe open to read, of one who reads from it."""
    return row["kind"] in ("pipe", "fifo") and ours < theirs


def is_pty(ours, theirs, row, other):
    return "pty" in row and ours < theirs


def is_first_of_many(ours, theirs, row, other):
    return row["kind"] == "socket" and theirs < ours


NEVER_NAMED = ("memfd", "mqueue", "secretmem")
# Many have one name, and not one inode.
NAMED_ALIKE = ("pidfd", "io_uring", "userfaultfd", "mqueue", "memfd")

# Tool, column, when, and why; each is a row of the page.
DIFFERENCES = [
    ("lsfd", "NAME", kind("socket"), "the protocol in place of the kernel's word"),
    ("lsfd", "NAME", kind("memfd"), "the kernel's word"),
    ("lsfd", "INODE", kind(*NAMED_ALIKE), "the inode of the one before it"),
    ("lsfd", "DEV", is_mounted_over, "the device of the one before it"),
    ("lsfd", "DEV", is_on_btrfs, "the number of the subvolume"),
    ("lsof", "DEVICE", is_on_btrfs, "the number of the subvolume"),
    ("lsfd", "FLAGS", is_wrong_tmpfile, "O_TMPFILE for every directory"),
    ("lsfd", "FLAGS", lacks_words, "without O_NOFOLLOW and O_ASYNC"),
    ("lsfd", "DELETED", kind(*NEVER_NAMED), "never had a name to lose"),
    ("lsfd", "CHRDRV", kind("chardev"), "the first driver of the major number"),
    ("lsof", "ACCESS", is_by_path, "u, though O_PATH neither reads nor writes"),
    ("lsof", "NLINK", kind(*NEVER_NAMED), "never had a name to lose"),
    ("lsof", "NAME", kind("memfd"), "the kernel's word"),
    ("lsof", "NAME", kind("pipe", "nsfs", *peer_fields.ANONYMOUS), "its own words"),
    ("lsof", "NAME", is_odd, "with signs of its own"),
    ("lsof", "LOCK", has_lock("ofd"), "no OFD locks"),
    ("lsof", "LOCK", has_lock("flock", "lease"), "with the process that took it alone"),
    ("lsof", "LOCK", has_no_lock, "with any descriptor of the file"),
    ("lsof", "PROTOCOL", protocol("mptcp"), "TCP for MPTCP"),
    ("lsof", "RECEIVE-QUEUE", protocol("mptcp"), "of the connection below"),
    ("lsof", "UNIX-NAME", has_odd_bytes, "read from lines of text"),
    ("lsof", "SEND-QUEUE", is_listening, "0 for a listener"),
    ("lsof", "ENDPOINTS", is_same_end, "those at the same end"),
    ("lsof", "ENDPOINTS", is_pty, "terminals of other instances"),
    ("lsof", "ENDPOINTS", is_first_of_many, "one of many"),
]


# Not every kernel has devices of that sort.
NOT_EVERYWHERE = {"MISCDEV", "BLKDRV"}

# What of descriptors, and what of other places; and who reads it.
TOOLS = {
    "lsfd": (peer_fields.LSFD, peer_fields.LSFD_PLACES, peer_tools.read_lsfd),
    "lsof": (peer_fields.LSOF, peer_fields.LSOF_PLACES, peer_tools.read_lsof),
    "ss": (peer_fields.SS, {}, peer_tools.read_ss),
}


def find_reason(tool, column, ours, theirs, row, other):
    for name, field, applies, why in DIFFERENCES:
        if (name, field) == (tool, column) and applies(ours, theirs, row, other):
            return why
    return None


class Compare(unittest.TestCase):
    """Each scene once, looked at by all at the same time; results are shared by all tests."""

    @classmethod
    def setUpClass(cls):
        cls.compared, cls.differences, cls.explained = {}, [], set()
        for name in SCENES:
            try:
                with Scene(name) as scene:
                    cls.compare_scene(name, scene.pids)
            except unittest.SkipTest as skipped:
                print(skipped)

    @classmethod
    def compare_scene(cls, name, pids):
        theirs = {tool: read(pids) for tool, (_, _, read) in TOOLS.items()
                  if peer_tools.is_installed(tool)}
        for backend in ("bpf", "pidfd", "procfs"):
            result = run("-J", "-f", "--backend", backend, *pids)
            if result.status == 3:
                print(result.err.decode())
                continue
            if result.status != 0:
                raise AssertionError(result)
            document = json.loads(result.out)
            files = {(table["owner"], row["fd"]): row for table in document["fd_tables"]
                     for row in table.get("descriptors", [])}
            for tool, rows in theirs.items():
                cls.compare_tool(f"{name}, {backend}", tool, rows, files,
                                 peer_fields.our_places(document))

    @classmethod
    def compare_tool(cls, scene, tool, rows, files, places):
        fields, place_fields, _ = TOOLS[tool]
        for (pid, key), row in rows.items():
            if (pid, key) in files:
                cls.compare_rows(scene, tool, fields, (pid, key), files[pid, key], row)
            word = peer_fields.ASSOCIATIONS.get(key)
            if (pid, word) in places:
                cls.compare_rows(scene, tool, place_fields, (pid, key),
                                 {**places[pid, word], "kind": word}, row)

    @classmethod
    def compare_rows(cls, scene, tool, fields, key, row, other):
        for column, (their_value, our_value) in fields.items():
            theirs, ours = their_value(other), our_value(row)
            if theirs is None or ours is None:
                continue
            cls.compared[tool, column] = cls.compared.get((tool, column), 0) + 1
            if theirs == ours:
                continue
            why = find_reason(tool, column, ours, theirs, row, other)
            if why is None:
                what = row.get("socket", {}).get("protocol") or row["kind"]
                cls.differences.append(f"{scene} {key[1]} ({what}): {tool} {column} {theirs!r},"
                                       f" ours {ours!r}")
            else:
                cls.explained.add((tool, column, why))

    def test_all_is_equal(self):
        for difference in self.differences:
            print(difference)
        self.assertEqual(self.differences, [])

    def test_enough_was_compared(self):
        """A column that never is compared says nothing."""
        for tool, (fields, _, _) in TOOLS.items():
            if not peer_tools.is_installed(tool):
                self.skipTest(f"{tool} is not installed")
            for column in set(fields) - NOT_EVERYWHERE:
                self.assertGreater(self.compared.get((tool, column), 0), 0, (tool, column))

    def test_differences_are_written_down(self):
        page = PAGE.read_text(encoding="utf-8")
        for tool, column, _, why in DIFFERENCES:
            self.assertRegex(page, rf"(?m)^\| `{tool}` \| `{column}` \|.*{why}", (tool, column))

    def test_summary(self):
        for (tool, column), n in sorted(self.compared.items()):
            print(f"{tool} {column}: {n} compared")
        for item in sorted(self.explained):
            print("differs:", *item)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("needs root: the others show less without it")
        sys.exit(77)
    if not any(map(peer_tools.is_installed, ("lsfd", "lsof", "ss"))):
        print("none of lsfd, lsof and ss is installed")
        sys.exit(77)
    unittest.main()
