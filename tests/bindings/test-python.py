# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# The overrides for Python: are parts, numbers and names what the scene knows, and what the library
# itself writes as JSON? Is there a property for every getter, and is nothing lost too early or kept
# too long when handles go?

import gc
import json
import os
import resource
import subprocess
import sys
import unittest

from bindings_test import environment, python

if sys.argv[1:] != ["--here"]:
    # In an interpreter that finds the library.
    os.execve(python()[0], [python()[0], __file__, "--here"], environment())

import gi

gi.require_version("Procview", "0")
from gi.repository import Gio, GLib, GObject, Procview

from ptree_cli import Scene

ALL = Procview.Collect.EVERYTHING
# What a getter with an argument has become; the others are properties of the same name.
BY_HAND = {
    "Counts.get_n_of_kind": "kinds",
    "File.get_number": "facts",
    "File.get_text": "facts",
    "Process.get_namespace": "namespaces",
    "Revalidation.get_membership": "memberships",
    "Rights.get_backend_name": "backends",
    "Rights.get_needs": "needs",
    "Rights.get_refusal": "refusals",
    "Snapshot.get_backend_name": "backends",
    "Snapshot.get_refusal": "refusals",
}


def classes():
    for name in dir(Procview):
        cls = getattr(Procview, name)
        if isinstance(cls, type) and issubclass(cls, (GObject.GBoxed, GObject.Object)):
            yield name, cls


def open_descriptors():
    return len(os.listdir("/proc/self/fd"))


class Overrides(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scanner = Procview.Scanner.open()

    def scene(self, name, *params):
        scene = Scene(name, *params)
        self.addCleanup(scene.__exit__)
        return scene

    def snapshot_of(self, *scene, **narrow):
        scene = self.scene(*scene)
        return scene, self.scanner.scan(pids=scene.pids, **narrow)


class Rules(Overrides):
    def test_every_getter_has_a_property(self):
        seen = 0
        for name, cls in classes():
            for method in cls.__info__.get_methods():
                verb, _, noun = method.get_name().partition("_")
                if verb not in ("get", "list") or name == "Scanner":
                    continue
                seen += 1
                by_hand = BY_HAND.get(f"{name}.get_{noun}", noun)
                plurals = (by_hand, noun + "s", noun + "es", noun.removesuffix("y") + "ies")
                self.assertTrue(
                    any(isinstance(getattr(cls, plural, None), property) for plural in plurals),
                    f"{name}.{method.get_name()}")
        self.assertGreater(seen, 150)

    def test_properties_agree_with_getters(self):
        scene, snapshot = self.snapshot_of("unshared-thread", collect=ALL)
        for part in (snapshot, snapshot.processes[0], snapshot.fd_tables[0], snapshot.memories[0],
                     snapshot.fd_tables[0].descriptors[0], snapshot.fs_contexts[0]):
            cls = type(part)
            for method in cls.__info__.get_methods():
                name = method.get_name().removeprefix("get_")
                if name == method.get_name() or method.get_arguments():
                    continue
                value = getattr(part, name)
                self.assertIn(getattr(part, method.get_name())(), (value, value or 0))

    def test_enumerations_have_words(self):
        words = {}
        for name in dir(Procview):
            cls = getattr(Procview, name)
            if not isinstance(cls, type) or not issubclass(cls, GObject.GEnum):
                continue
            values = [cls(info.get_value()) for info in cls.__info__.get_values()]
            words[name] = [str(value) for value in values]
            self.assertEqual(len(set(words[name])), len(values), name)
            self.assertTrue(all(repr(value).startswith(f"<{name}.") for value in values), name)
        self.assertGreater(len(words), 15)
        self.assertEqual(f"{Procview.Kind.BPF_MAP}", "bpf-map")
        self.assertEqual(repr(Procview.Kind.BPF_MAP), "<Kind.BPF_MAP: 17>")
        self.assertEqual(str(Procview.Fact.PIPE_READERS), "pipe.readers")
        for code in range(4):
            status = Procview.Status(code)
            self.assertEqual(str(status), Procview.status_to_string(status))

    def test_flags_have_words(self):
        self.assertEqual(str(Procview.Access.READ | Procview.Access.WRITE), "read|write")
        self.assertEqual(str(Procview.Access(0)), "none")
        self.assertEqual(str(Procview.Collect.ALL).count("|"), 6)
        self.assertEqual(repr(Procview.Access.READ), "<Access read>")


class Walking(Overrides):
    def test_tables(self):
        scene, snapshot = self.snapshot_of("unshared-thread", "T=5", "F=7")
        tables = [{task.tid for task in table.tasks} for table in snapshot.fd_tables]
        self.assertCountEqual(tables, scene.tables)
        for table in snapshot.fd_tables:
            fds = [descriptor.fd for descriptor in table.descriptors]
            self.assertEqual(len(table.descriptors), len(fds))
            self.assertEqual(len(fds), table.open_count)
            for fd in range(12):
                self.assertEqual(fd in table.descriptors, fd in fds)
                found = table.descriptors.find(fd)
                self.assertEqual(found.fd if found else None, fd if fd in fds else None)
        files = {(task.tid, descriptor.fd): descriptor.file for table in snapshot.fd_tables
                 for task in table.tasks for descriptor in table.descriptors}
        self.assertGreater(len(list(scene.files())), 0)
        for tid, fd, path in scene.files():
            self.assertEqual(os.fsencode(files[tid, fd].path), path)

    def test_sequences(self):
        scene, snapshot = self.snapshot_of("fork")
        processes = snapshot.processes
        self.assertEqual(sorted(process.pid for process in processes), sorted(scene.pids))
        self.assertEqual(processes[-1], list(processes)[-1])
        self.assertEqual(processes[:], list(processes))
        self.assertEqual(processes[::-1], list(processes)[::-1])
        self.assertIn(processes[0], processes)
        self.assertNotIn(os.getpid(), processes)
        self.assertIsNone(processes.find(os.getpid()))
        for index in (len(processes), -len(processes) - 1):
            with self.assertRaises(IndexError):
                processes[index]
        with self.assertRaises(TypeError):
            snapshot.fd_tables.find(1)
        one, other = snapshot.fd_tables[:2]
        self.assertIn(one.owner.pid, one.tasks)
        self.assertNotIn(other.owner.pid, one.tasks)
        self.assertEqual(snapshot.tasks, [snapshot.find_task(pid) for pid in
                                          (process.pid for process in processes)])

    def test_sharing_is_identity(self):
        scene, snapshot = self.snapshot_of("clone-files")
        one, other = (snapshot.find_task(pid).fd_table for pid in scene.pids[:2])
        self.assertEqual(one, other)
        self.assertEqual(len({one, other}), 1)
        _, apart = self.snapshot_of("fork")
        self.assertEqual(len(set(apart.fd_tables)), len(apart.fd_tables))

    def test_known_and_unknown(self):
        scene, snapshot = self.snapshot_of("threads", collect=Procview.Collect.LIMITS)
        (process,) = snapshot.processes
        limit = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        self.assertEqual((process.fd_limit.soft, process.fd_limit.hard), limit)
        self.assertIsNone(process.exe)
        self.assertEqual((process.arguments, process.namespaces), ([], {}))
        snapshot = self.scanner.scan(pids=scene.pids, collect=Procview.Collect.DESCRIPTORS)
        self.assertIsNone(snapshot.processes[0].fd_limit)
        file = snapshot.fd_tables[0].descriptors[0].file
        self.assertEqual((file.path, file.socket, file.rdev, file.description), (None,) * 4)
        status = os.stat(f"/proc/{scene.pids[0]}/fd/0")
        self.assertEqual((file.inode, file.device.major, file.device.minor),
                         (status.st_ino, os.major(status.st_dev), os.minor(status.st_dev)))

    def test_facts(self):
        scene, snapshot = self.snapshot_of("details", collect=ALL)
        told = {}
        for table in snapshot.fd_tables:
            for descriptor in table.descriptors:
                for fact, value in descriptor.file.facts.items():
                    told[f"{table.owner.pid}:{descriptor.fd}:{fact}"] = value
        # Which of them a backend can tell is the concern of other tests.
        numbers = [n for n in scene.facts["number"] if n.rpartition(":")[0] in told]
        texts = [t for t in scene.facts["text"] if t.rpartition(":")[0] in told]
        self.assertGreater(len(numbers), 10)
        self.assertGreater(len(texts), 0)
        for number in numbers:
            key, _, value = number.rpartition(":")
            self.assertEqual(int(told[key]), int(value), number)
        for text in texts:
            key, _, value = text.rpartition(":")
            self.assertEqual(os.fsencode(told[key]), bytes.fromhex(value), text)

    def test_sockets(self):
        scene, snapshot = self.snapshot_of("socket-peers", collect=ALL)
        for pair in scene.facts["pair"]:
            one, other = (map(int, end.split(":")) for end in pair.split(","))
            ends = [snapshot.find_task(tid).fd_table.descriptors.find(fd)
                    for tid, fd in (one, other)]
            self.assertIn(ends[1], ends[0].peers)
            local, remote = ends[0].file.socket, ends[1].file.socket
            self.assertEqual((local.local, local.remote), (remote.remote, remote.local))
            self.assertIn(local.family_name, repr(local))

    def test_backends(self):
        snapshot = self.scanner.scan(pids=[os.getpid()])
        self.assertEqual([str(step) for step in snapshot.backends], ["tasks", "grouping", "files"])
        for step, name in snapshot.backends.items():
            self.assertEqual(snapshot.get_backend_name(step), name)

    def test_what_is_refused(self):
        program = (
            "import gi; gi.require_version('Procview', '0')\n"
            "from gi.repository import Procview\n"
            "rights = Procview.Scanner.open().dup_rights()\n"
            "for refusal in rights.refusals:\n"
            "    print(refusal.step, refusal.backend, bool(refusal.reason))\n"
            "print(*{need for needs in rights.needs.values() for need in needs})\n")
        bare = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
        ran = subprocess.run([*bare, sys.executable, "-c", program], check=True, text=True,
                             stdout=subprocess.PIPE)
        *refusals, needs = ran.stdout.splitlines()
        self.assertTrue(refusals)
        for refusal in refusals:
            self.assertRegex(refusal, "^(tasks|grouping|files) (bpf|pidfd|procfs) True$")
        self.assertIn("CAP_SYS_PTRACE", needs.split())

    def test_counts(self):
        scene, snapshot = self.snapshot_of("seed")
        counts = Procview.Counts.new(snapshot)
        for process in snapshot.processes:
            counts.add_process(process)
        kinds = [descriptor.file.kind for table in snapshot.fd_tables
                 for descriptor in table.descriptors]
        self.assertEqual(counts.kinds, {kind: kinds.count(kind) for kind in kinds})
        self.assertEqual(counts.n_descriptors, len(kinds))


class Names(Overrides):
    def test_any_bytes(self):
        scene, snapshot = self.snapshot_of("names")
        foretold = {(tid, fd): path for tid, fd, path in scene.files()}
        self.assertTrue(any(b"\xff" in path for path in foretold.values()))
        (table,) = snapshot.fd_tables
        data = snapshot.to_data()["fd_tables"][0]["descriptors"]
        names = snapshot.to_data(unescape=True)["fd_tables"][0]["descriptors"]
        escaped = {item["fd"]: item["path"] for item in data if "path" in item}
        plain = {item["fd"]: item["path"] for item in names if "path" in item}
        for (_, fd), path in foretold.items():
            name = table.find_descriptor(fd).file.path
            # The kernel says so of a name that is gone, too, of a file that has another one.
            self.assertIn(os.fsencode(name), (path, path + b" (deleted)"))
            path = os.fsencode(name)
            self.assertEqual(plain[fd], name)
            self.assertEqual(Procview.unescape(escaped[fd]), path)
            escaped[fd].encode()
            self.assertEqual(Procview.printable(name).encode().decode("unicode_escape"),
                             path.decode("latin-1"))

    def test_other_locales(self):
        scene = self.scene("names")
        program = (
            "import os, sys, gi; gi.require_version('Procview', '0')\n"
            "from gi.repository import Procview\n"
            "snapshot = Procview.Scanner.open().scan(pids=[int(sys.argv[1])])\n"
            "data = snapshot.to_data(unescape=True)['fd_tables'][0]['descriptors']\n"
            "plain = {item['fd']: item.get('path') for item in data}\n"
            "print(sys.getfilesystemencoding())\n"
            "for descriptor in snapshot.fd_tables[0].descriptors:\n"
            "    assert plain[descriptor.fd] == descriptor.file.path\n"
            "    print(descriptor.fd, os.fsencode(descriptor.file.path or '').hex())\n")
        ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        ran = subprocess.run([sys.executable, "-c", program, str(scene.pids[0])], check=True,
                             env={**os.environ, **ascii_only}, stdout=subprocess.PIPE, text=True)
        encoding, *lines = ran.stdout.splitlines()
        self.assertNotEqual(encoding, "utf-8")
        told = dict(line.split(" ") for line in lines)
        for _, fd, path in scene.files():
            self.assertIn(bytes.fromhex(told[str(fd)]), (path, path + b" (deleted)"))

    def test_commands(self):
        scene, snapshot = self.snapshot_of("command")
        (process,) = snapshot.processes
        with open(f"/proc/{process.pid}/cmdline", "rb") as arguments:
            self.assertEqual(b"".join(os.fsencode(argument) + b"\0" for argument in
                                      process.arguments), arguments.read())
        with open(f"/proc/{process.pid}/comm", "rb") as comm:
            self.assertEqual(os.fsencode(process.comm) + b"\n", comm.read())

    def test_reprs_are_one_printable_line(self):
        for name in ("names", "command", "sockets", "zoo", "directories", "mounts", "held",
                     "epoll"):
            with self.subTest(name):
                _, snapshot = self.snapshot_of(name, collect=ALL)
                for part in parts_of(snapshot):
                    self.assertTrue(repr(part).isprintable(), type(part))
                    self.assertRegex(repr(part), rf"^<Procview.{type(part).__name__}\b.*>$")


    def test_reprs_of_the_rest(self):
        snapshot = self.scanner.scan(pids=[os.getpid()])
        with open("/dev/null", "rb"):
            changes = snapshot.compare(self.scanner.scan(pids=[os.getpid()]))
        revalidation = self.scanner.revalidate(snapshot.fd_tables[0], None)
        told = {
            "Query": repr(Procview.Query.of(collect=Procview.Collect.TABLES)),
            "Rights": repr(self.scanner.dup_rights()),
            "Revalidation": repr(revalidation),
            "Change": repr(next(iter(changes))),
            "Changes": repr(changes),
            "Counts": repr(Procview.Counts.new(snapshot)),
        }
        for name, text in told.items():
            self.assertRegex(text, rf"^<Procview.{name} .*>$")
        self.assertIn("collect=tables", told["Query"])
        self.assertIn("files by ", told["Rights"])
        self.assertIn("content=", told["Revalidation"])
        self.assertRegex(told["Change"], "descriptor-[a-z]+: <Procview.Descriptor")
        self.assertEqual(revalidation.memberships, [Procview.Membership.SHARING])


def parts_of(snapshot):
    yield snapshot
    yield from snapshot.sockets
    yield from snapshot.mounts
    yield from snapshot.holdings
    yield from snapshot.fs_contexts
    for process in snapshot.processes:
        yield process
        yield from process.tasks
    for memory in snapshot.memories:
        yield memory
        yield from memory.mappings
    for table in snapshot.fd_tables:
        yield table
        for descriptor in table.descriptors:
            yield descriptor
            yield descriptor.file
            yield from descriptor.locks
            yield from descriptor.file.registrations
            yield from descriptor.file.marks


class PlainData(Overrides):
    def test_same_as_parts(self):
        _, snapshot = self.snapshot_of("many", "P=20", "F=30")
        data = snapshot.to_data(unescape=True)
        self.assertEqual(data["stats"]["descriptors"], snapshot.n_descriptors)
        self.assertEqual(len(data["fd_tables"]), len(snapshot.fd_tables))
        for item, table in zip(data["fd_tables"], snapshot.fd_tables):
            self.assertEqual(item["owner"], table.owner.pid)
            self.assertEqual(item["status"], str(table.status))
            walked = [(d.fd, d.cloexec, str(d.file.kind), d.file.path, d.file.inode)
                      for d in table.descriptors]
            written = [(d["fd"], d.get("cloexec"), d["kind"], d["path"], d["ino"])
                       for d in item["descriptors"]]
            self.assertEqual(written, walked)

    def test_extent(self):
        _, snapshot = self.snapshot_of("threads", "T=4")
        brief = snapshot.to_data(threads=False, files=False)
        self.assertEqual(len(brief["processes"][0]["tasks"]), 1)
        self.assertNotIn("descriptors", brief["fd_tables"][0])
        self.assertEqual(len(snapshot.to_data()["processes"][0]["tasks"]), 4)
        self.assertEqual(json.loads(snapshot.to_json()), snapshot.to_data())

    def test_select(self):
        scene, snapshot = self.snapshot_of("fork")
        wanted = scene.pids[0]
        for select in (lambda process: process.pid == wanted,
                       lambda process: (Procview.JsonExtent.FULL if process.pid == wanted
                                        else Procview.JsonExtent.SKIP)):
            (process,) = snapshot.to_data(select=select)["processes"]
            self.assertEqual(process["pid"], wanted)

        def fail(process):
            raise KeyError(process.pid)

        with self.assertRaises(KeyError):
            snapshot.to_data(select=fail)

    def test_changes(self):
        before = self.scanner.scan(pids=[os.getpid()])
        with open("/dev/zero", "rb") as opened:
            after = self.scanner.scan(pids=[os.getpid()])
            changes = before.compare(after)
            kinds = {(str(change.kind), change.descriptor_after.fd) for change in changes
                     if change.descriptor_after is not None}
            self.assertIn(("descriptor-opened", opened.fileno()), kinds)
            self.assertEqual(len(changes), len(list(changes)))
            written = changes.to_data(lambda change: change.descriptor_after is not None)
            self.assertEqual({(item["change"], item["fd"]) for item in written
                              if item["change"] == "descriptor-opened"},
                             {pair for pair in kinds if pair[0] == "descriptor-opened"})
        same = after.compare(after)
        self.assertEqual((len(same), bool(same)), (0, False))


class Handles(Overrides):
    def test_scanner_gives_back(self):
        before = open_descriptors()
        with Procview.Scanner.open() as scanner:
            kept = scanner.scan(pids=[os.getpid()])
        self.assertEqual(open_descriptors(), before)
        self.assertEqual(kept.processes[0].pid, os.getpid())
        with self.assertRaises(GLib.Error) as caught:
            scanner.scan()
        self.assertEqual(Procview.Error.of(caught.exception), Procview.Error.INVALID_ARGUMENT)

    def test_snapshot_released(self):
        with self.scanner.scan(pids=[os.getpid()]) as snapshot:
            table = snapshot.fd_tables[0]
        self.assertGreater(len(table.descriptors), 2)
        self.assertEqual(repr(snapshot), "<Procview.Snapshot, released>")
        for use in (lambda: snapshot.processes, lambda: snapshot.get_n_tasks(),
                    lambda: snapshot.to_data()):
            self.assertRaises(ValueError, use)
        snapshot.release()
        self.assertEqual(table.snapshot.n_processes, 1)

    def test_parts_keep_their_snapshot(self):
        scene = self.scene("thousands", "N=4000", "TELL=0")
        kept = []
        snapshot = self.scanner.scan(pids=scene.pids, collect=ALL)
        snapshot.to_json(select=lambda process: bool(kept.append(process)) or True)
        one = snapshot.fd_tables[0].descriptors[9]
        kept += [*snapshot.fd_tables, *snapshot.processes[0].tasks, one, one.file,
                 *one.file.descriptors, snapshot.memories[0].mappings[0]]
        known = list(map(repr, kept))
        del snapshot
        for _ in range(5):
            gc.collect()
            self.scanner.scan(pids=scene.pids)
        self.assertEqual(list(map(repr, kept)), known)

    def test_nothing_is_kept_too_long(self):
        scene = self.scene("thousands", "N=4000", "TELL=0")

        def look():
            with self.scanner.scan(pids=scene.pids, collect=ALL) as snapshot:
                sum(len(descriptor.file.descriptors)
                    for descriptor in snapshot.fd_tables[0].descriptors[:100])
                snapshot.to_json(select=lambda process: True)
                return snapshot.memory_bytes

        size = max(look() for _ in range(5))
        before = resident_bytes()
        for _ in range(100):
            look()
        self.assertLess(resident_bytes() - before, 20 * size)

    def test_error_codes(self):
        with self.assertRaises(GLib.Error) as caught:
            self.scanner.scan(pids=[-1])
        self.assertEqual(Procview.Error.of(caught.exception), Procview.Error.INVALID_ARGUMENT)
        with self.assertRaises(GLib.Error) as caught:
            Gio.File.new_for_path("/nothing/here").query_info("*", 0, None)
        self.assertIsNone(Procview.Error.of(caught.exception))
        self.assertIsNone(Procview.Error.of(ValueError()))
        busy = []

        def scan_again(*_progress):
            try:
                self.scanner.scan()
            except GLib.Error as error:
                busy.append(Procview.Error.of(error))

        self.scanner.scan_full(None, None, scan_again)
        self.assertEqual(set(busy), {Procview.Error.BUSY})
        self.assertRaises(TypeError, self.scanner.scan, Procview.Query.of(), pids=[1])


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
