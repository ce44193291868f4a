# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is the JSON what schema 1 promises, field by field, and does it agree with the scene?

import json
import os
import re
import unittest

from ptree_cli import Scene, await_sleep, run

DEVICE = re.compile(r"\d+:\d+\Z")
KINDS = set(
    "regular directory symlink chardev blockdev pipe fifo socket eventfd eventpoll timerfd signalfd"
    " inotify fanotify pidfd io_uring bpf-map bpf-prog bpf-link userfaultfd perf-event memfd mqueue"
    " nsfs anon-inode secretmem unknown".split()
)
STATUSES = {"ok", "partial", "denied", "gone"}


def natural(value):
    return type(value) is int and value >= 0


def positive(value):
    return type(value) is int and value > 0


def text(value):
    return type(value) is str


def texts(value):
    return type(value) is list and all(map(text, value))


def true(value):
    return value is True


def flag(value):
    return type(value) is bool


def device(value):
    return text(value) and DEVICE.match(value) is not None


def one_of(*values):
    return lambda value: value in values


HEAD = {
    "procview": one_of(1),
    "version": text,
    "complete": flag,
    "backend": lambda value: set(value) <= {"tasks", "grouping", "files"}
    and all(map(text, value.values())),
    "stats": lambda value: all(map(natural, value.values()))
    and {"processes", "tasks", "fd_tables", "duplicates_avoided", "duration_ns"} <= set(value),
    "missing": lambda value: all(text(item["reason"]) for item in value),
}
PROCESS = {
    "pid": positive,
    "ppid": natural,
    "pgid": natural,
    "sid": natural,
    "uid": natural,
    "gid": natural,
    "comm": text,
    "state": lambda value: text(value) and len(value) == 1,
    "kthread": flag,
    "start_time_ns": natural,
    "tasks": lambda value: type(value) is list,
}
NAMESPACES = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}
PROCESS_MAY = {
    "cmdline": texts,
    "exe": text,
    "cwd": text,
    "root": text,
    "namespaces": lambda value: value and set(value) <= NAMESPACES
    and all(map(positive, value.values())),
    "cgroup_id": positive,
    "fd_table": positive,
    "relative": true,
}
TASK = {"tid": positive}
TASK_MAY = {"comm": text, "state": text, "fd_table": positive}
TABLE = {
    "id": positive,
    "status": lambda value: value in STATUSES,
    "proof": one_of("kernel", "kcmp", "assumed"),
    "owner": positive,
    "tasks": lambda value: value and all(map(positive, value)),
}
TABLE_MAY = {"n_descriptors": natural, "descriptors": lambda value: type(value) is list}
DESCRIPTOR = {"fd": natural, "kind": lambda value: value in KINDS}
DESCRIPTOR_MAY = {
    "cloexec": flag,
    "description": positive,
    "path": text,
    "mode": one_of("r", "w", "rw", "-"),
    "flags": texts,
    "pos": lambda value: type(value) is int,
    "ino": natural,
    "dev": device,
    "rdev": device,
    "mnt_id": natural,
    "deleted": true,
    "fs": lambda value: set(value) <= {"type", "source"} and all(map(text, value.values())),
    "socket": lambda value: type(value) is dict and "family" in value,
    "locks": lambda value: all(item["access"] in ("read", "write") for item in value),
    # One that no descriptor leads to, but a queue or a ring, has its description alone.
    "peers": lambda value: value
    and all(set(item) == PLACE or set(item) == {"description"} for item in value),
    "watched_by": lambda value: value and all(set(item) == PLACE for item in value),
    "targets": lambda value: all(natural(item["fd"]) and texts(item["events"]) for item in value),
    "marks": lambda value: all(text(item["type"]) for item in value),
}
PLACE = {"pid", "fd", "fd_table"}


class Json(unittest.TestCase):
    def check_fields(self, item, must, may=None):
        for name, is_right in must.items():
            self.assertIn(name, item)
            self.assertTrue(is_right(item[name]), (name, item))
        for name, is_right in (may or {}).items():
            if name in item:
                self.assertTrue(is_right(item[name]), (name, item))

    def check_sorted(self, items, key):
        keys = [item[key] for item in items]
        self.assertEqual(keys, sorted(set(keys)))

    def check_table(self, table, files):
        self.check_fields(table, TABLE, TABLE_MAY)
        self.assertEqual(len(table["tasks"]), len(set(table["tasks"])))
        if not files:
            self.assertNotIn("descriptors", table)
        for descriptor in table.get("descriptors", []):
            self.check_fields(descriptor, DESCRIPTOR, DESCRIPTOR_MAY)
        self.check_sorted(table.get("descriptors", []), "fd")

    def check_document(self, document, threads=False, files=False):
        self.check_fields(document, HEAD)
        self.check_sorted(document["processes"], "pid")
        self.check_sorted(document["fd_tables"], "id")
        table_of = {}
        for table in document["fd_tables"]:
            self.check_table(table, files)
            table_of.update({task: table["id"] for task in table["tasks"]})
        for process in document["processes"]:
            self.check_fields(process, PROCESS, PROCESS_MAY)
            self.check_sorted(process["tasks"], "tid")
            self.assertEqual(process.get("fd_table"), table_of.get(process["pid"]))
            tasks = [task["tid"] for task in process["tasks"]]
            self.assertIn(process["pid"], tasks)
            if not threads:
                self.assertEqual(tasks, [process["pid"]])
            for task in process["tasks"]:
                self.check_fields(task, TASK, TASK_MAY)
                self.assertEqual(task.get("fd_table"), table_of.get(task["tid"]))

    def get(self, *args):
        result = run("-J", *args)
        self.assertEqual(result.status, 0, result)
        self.assertTrue(result.out.endswith(b"\n"))
        return json.loads(result.out.decode("utf-8", "strict"))

    def test_whole_machine(self):
        for options in ([], ["-t"], ["-f"], ["-tf"]):
            with self.subTest(options=options):
                document = self.get(*options)
                self.check_document(document, "t" in "".join(options), "f" in "".join(options))
                self.assertIn(os.getpid(), [item["pid"] for item in document["processes"]])

    def test_either_backend(self):
        for backend in ("pidfd", "procfs"):
            with self.subTest(backend=backend):
                result = run("-Jtf", "--backend", backend, os.getpid())
                if result.status == 3:
                    self.skipTest(result.err.decode())
                document = json.loads(result.out)
                self.check_document(document, True, True)
                self.assertEqual(document["backend"]["files"], backend)

    def test_relatives_are_brief(self):
        with Scene("threads") as scene:
            pid = scene.pids[0]
            document = self.get("-tf", pid)
            self.check_document(document, True, True)
            processes = {item["pid"]: item for item in document["processes"]}
            tables = {item["id"]: item for item in document["fd_tables"]}
            self.assertEqual(len(processes[pid]["tasks"]), 4)
            self.assertIn("descriptors", tables[processes[pid]["fd_table"]])
            self.assertEqual(len(processes[os.getpid()]["tasks"]), 1)
            self.assertNotIn("descriptors", tables[processes[os.getpid()]["fd_table"]])

    def test_tables_of_the_scenes(self):
        for name in ("unshared-thread", "unshared-leader", "zombie-leader", "clone-files", "fork"):
            with self.subTest(scene=name), Scene(name) as scene:
                document = self.get("-tf", *scene.pids)
                self.check_document(document, True, True)
                tables = [set(item["tasks"]) for item in document["fd_tables"]]
                for table in scene.tables:
                    self.assertIn(table, tables)
                for table in document["fd_tables"]:
                    if table["owner"] in scene.pids:
                        self.assertEqual(table["status"], "ok")
                        self.assertEqual(table["n_descriptors"], len(table["descriptors"]))
                self.check_files(scene, document)

    def check_files(self, scene, document):
        paths = {
            (task, descriptor["fd"]): descriptor.get("path")
            for table in document["fd_tables"]
            for task in table["tasks"]
            for descriptor in table.get("descriptors", [])
        }
        foretold = list(scene.files())
        self.assertNotEqual(foretold, [])
        for task, fd, path in foretold:
            self.assertEqual(paths[task, fd], path.decode())

    def test_other_ends(self):
        with Scene("ends") as scene:
            document = self.get("-f", *scene.pids)
            self.check_document(document, False, True)
            peers = {
                (table["owner"], descriptor["fd"]): [
                    (item["pid"], item["fd"])
                    for item in descriptor.get("peers", [])
                    if "pid" in item
                ]
                for table in document["fd_tables"]
                for descriptor in table.get("descriptors", [])
            }
            self.assertNotEqual(scene.facts["peer"], [])
            for fact in scene.facts["peer"]:
                pid, fd, other, other_fd = map(int, fact.split(":"))
                self.assertIn((other, other_fd), peers[pid, fd])

    def test_mappings_are_there_for_their_column(self):
        for args, there in ((["-f"], False), (["-f", "-o", "MAPPED"], True)):
            document = self.get(*args, os.getpid())
            own = [item for item in document["memories"] if os.getpid() in item["processes"]][0]
            self.assertEqual("mappings" in own, there)
            self.assertEqual(own["exe"], os.readlink("/proc/self/exe"))
            self.assertEqual("mappings" in document["collected"], there)

    def test_same_description(self):
        with Scene("fork") as scene:
            document = self.get("-tf", *scene.pids)
            number = {
                f"{task}:{descriptor['fd']}": descriptor["description"]
                for table in document["fd_tables"]
                for task in table["tasks"]
                for descriptor in table.get("descriptors", [])
            }
            for fact in scene.facts["ofd"]:
                self.assertEqual(len({number[place] for place in fact.split(",")}), 1)
            self.assertGreater(len(set(number.values())), 1)

    def test_zombie_has_no_table(self):
        with Scene("zombies") as scene:
            zombies = [int(tid) for fact in scene.facts["tableless"] for tid in fact.split(",")]
            processes = self.get("-t", *zombies)["processes"]
            for process in processes:
                self.assertEqual("fd_table" in process, process["pid"] not in zombies)
            self.assertLessEqual(set(zombies), {process["pid"] for process in processes})

    def test_relatives_are_marked(self):
        processes = self.get(os.getpid())["processes"]
        self.assertEqual([p["pid"] for p in processes if "relative" not in p], [os.getpid()])
        self.assertGreater(len(processes), 1)
        self.assertFalse(any("relative" in process for process in self.get()["processes"]))

    def test_context_is_there_for_its_columns(self):
        document = self.get()
        self.assertNotIn("context", document["collected"])
        for process in document["processes"]:
            self.assertFalse({"cwd", "root", "namespaces", "cgroup_id"} & set(process))
        for column in ("CWD", "+NETNS"):
            document = self.get("-o", column, os.getpid())
            self.check_document(document)
            self.assertIn("context", document["collected"])
            own = [item for item in document["processes"] if item["pid"] == os.getpid()][0]
            self.assertEqual(own["cwd"], os.getcwd())
            self.assertEqual(own["root"], "/")
            for name, inode in own["namespaces"].items():
                self.assertEqual(inode, os.stat(f"/proc/self/ns/{name}").st_ino)

    def test_nothing(self):
        result = run("-Jf", "2147483647")
        self.assertEqual(result.status, 1, result)
        document = json.loads(result.out)
        self.assertEqual((document["processes"], document["fd_tables"]), ([], []))


# Lists of the document, and what each item is called in a line of its own.
LISTS = {
    "processes": "process",
    "fd_tables": "fd_table",
    "fs_contexts": "fs_context",
    "memories": "memory",
    "mounts": "mount",
    "holdings": "holding",
}


# What is counted anew in each scan.
NUMBERS = {"id", "description", "fd_table", "fs_context", "memory"}


def without_numbers(value):
    if isinstance(value, dict):
        return {key: without_numbers(item) for key, item in value.items() if key not in NUMBERS}
    return [without_numbers(item) for item in value] if isinstance(value, list) else value


class Lines(unittest.TestCase):
    def test_the_same_in_lines(self):
        with Scene("unshared-thread") as scene:
            pid = scene.pids[0]
            # Who has said that all is there may run for a moment yet.
            for tid in set().union(*scene.tables):
                await_sleep(tid, "workload")
            document = json.loads(run("-Jtf", pid).out)
            for option in ("--json=lines", "-Jlines"):
                lines = [json.loads(line) for line in run("-tf", option, pid).lines]
                self.assertEqual(lines[0].pop("type"), "snapshot")
                self.assertEqual(set(lines[0]), set(document) - set(LISTS))
                self.assertEqual({line["type"] for line in lines[1:]},
                                 {LISTS[name] for name in LISTS if document.get(name)})
                self.compare(lines[1:], "process", document["processes"], "pid", pid)
                self.compare(lines[1:], "fd_table", document["fd_tables"], "owner", pid)

    def compare(self, lines, kind, items, key, pid):
        """Relatives may have opened a file meanwhile; the scene rests."""
        found = [line for line in lines if line["type"] == kind]
        self.assertEqual([item[key] for item in found], [item[key] for item in items])
        own = [item for item in items if item[key] == pid]
        self.assertEqual([without_numbers({**item, "type": kind}) for item in own],
                         [without_numbers(item) for item in found if item[key] == pid])
        self.assertNotEqual(own, [])


if __name__ == "__main__":
    unittest.main()
