# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
"""Do the scenes do what they say?

The other tests believe the workload program's descriptions. Here each description is held against
/proc and kcmp(2), by code that has nothing in common with the library, and each scene is ended in
the three ways that a test may end it: end of input, death of the driver, death of the test.

usage: check-scenes.py WORKLOAD
"""

import collections
import ctypes
import os
import platform
import re
import select
import signal
import subprocess
import sys
import time
import unittest

WORKLOAD = None
KCMP_FILE, KCMP_FILES = 0, 2
SYS_KCMP = {"x86_64": 312, "aarch64": 272}.get(platform.machine())
UNAVAILABLE = (18, 23, 77)
SMALL = {
    "massive": ["T=20", "F=30", "TELL=1"],
    "many": ["P=30", "F=5"],
    "thousands": ["N=300"],
    "many-sockets": ["TCP=60", "UNIX=60", "P=3", "TELL=1"],
    "storm": ["S=20"],
    "gale": ["S=20"],
}
libc = ctypes.CDLL(None, use_errno=True)


def kcmp(a, b, kind, fd_a=0, fd_b=0):
    return libc.syscall(SYS_KCMP, a, b, kind, ctypes.c_ulong(fd_a), ctypes.c_ulong(fd_b))


class Scene:
    def __init__(self, name, *params):
        self.child = subprocess.Popen(
            [WORKLOAD, name, *params], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.facts = collections.defaultdict(list)
        self.read_until(b"ready\n")

    def read_until(self, end):
        for line in self.child.stdout:
            if line == end:
                return
            key, _, value = line.decode().rstrip("\n").partition("=")
            self.facts[key].append(value)
        raise unittest.SkipTest(f"exit status {self.child.wait()}")

    def step(self):
        self.child.stdin.write(b"step\n")
        self.child.stdin.flush()
        self.read_until(b"done\n")

    def lists(self, key):
        return [[int(n) for n in value.split(",")] for value in self.facts[key]]

    def pids(self):
        return [int(pid) for pid in self.facts["process"] + self.facts["wild"]]

    def close(self):
        self.child.stdin.close()
        self.child.stdout.close()
        return self.child.wait(timeout=60)


def read(path):
    with open(path, encoding="latin-1") as file:
        return file.read()


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def available(scene):
    status = subprocess.run([WORKLOAD, "--is-available", scene], check=False).returncode
    return status not in UNAVAILABLE


def scene_names():
    text = subprocess.run([WORKLOAD, "--list"], check=True, stdout=subprocess.PIPE).stdout
    return [line.split()[0].decode() for line in text.splitlines()]


class Check(unittest.TestCase):
    def open_scene(self, name, *params):
        if not available(name):
            self.skipTest(f"{name} is not available")
        scene = Scene(name, *params)
        self.addCleanup(scene.close)
        return scene

    def check_descriptor(self, name, line):
        tid, fd, kind, dev, ino, path, flags, _, _, _, unlinked = line.split(":")
        link = f"/proc/{tid}/fd/{fd}"
        status = os.stat(link)
        self.assertEqual(f"{os.major(status.st_dev)}.{os.minor(status.st_dev)}", dev, line)
        self.assertEqual(str(status.st_ino), ino, line)
        if path not in ("", "-"):
            told = bytes.fromhex(path) + (b" (deleted)" if unlinked == "1" else b"")
            self.assertEqual(os.readlink(link.encode()), told, line)
        if path == "":
            self.assertRaises(OSError, os.readlink, link)
        with open(f"/proc/{tid}/fdinfo/{fd}", "rb") as file:
            info = re.search(rb"^flags:\s*(\d+)$", file.read(), re.M).group(1)
        changing = os.O_NONBLOCK | os.O_APPEND if name == "moving-offset" else 0
        self.assertEqual((int(info, 8) ^ int(flags, 8)) & ~(os.O_CLOEXEC | changing), 0, line)

    def check_tables(self, scene):
        tables = scene.lists("table")
        for table in tables:
            for tid in table[1:]:
                self.assertEqual(kcmp(table[0], tid, KCMP_FILES), 0, (table[0], tid))
        for table in tables[1:]:
            self.assertNotEqual(kcmp(tables[0][0], table[0], KCMP_FILES), 0, table)
        for tid in [tid for tids in scene.lists("tableless") for tid in tids]:
            try:
                self.assertEqual(os.listdir(f"/proc/{tid}/fd"), [])
            except PermissionError:
                # Without a mm a task belongs to root, as far as /proc is concerned.
                self.assertNotEqual(os.geteuid(), 0)

    def check_counts(self, scene):
        for value in scene.facts["count"]:
            tid, count = value.split(":")
            self.assertEqual(len(os.listdir(f"/proc/{tid}/fd")), int(count), value)

    def check_descriptions(self, scene):
        groups = [[tuple(map(int, m.split(":"))) for m in v.split(",")] for v in scene.facts["ofd"]]
        group_of = {member: i for i, group in enumerate(groups) for member in group}
        by_inode = collections.defaultdict(list)
        for line in scene.facts["fd"]:
            tid, fd, _, dev, ino = line.split(":")[:5]
            by_inode[dev, ino].append((int(tid), int(fd)))
        for members in by_inode.values():
            for other in members[1:] if len(members) < 100 else []:
                same = kcmp(members[0][0], other[0], KCMP_FILE, members[0][1], other[1]) == 0
                told = group_of.get(members[0], -1) == group_of.get(other, -2)
                self.assertEqual(same, told, (members[0], other))

    def check_programs(self, scene):
        for value in scene.facts["exe"]:
            pid, path = value.split(":")
            self.assertEqual(os.readlink(f"/proc/{pid}/exe".encode()), bytes.fromhex(path))
        if scene.facts["argument"]:
            with open(f"/proc/{scene.pids()[0]}/cmdline", "rb") as file:
                told = b"".join(bytes.fromhex(a) + b"\0" for a in scene.facts["argument"])
                self.assertEqual(file.read(), told)

    def check_context(self, scene):
        for link in ("cwd", "root"):
            for value in scene.facts[link]:
                pid, path = value.split(":")
                if path:
                    told = os.readlink(f"/proc/{pid}/{link}".encode())
                    self.assertEqual(told, bytes.fromhex(path), value)
                else:
                    self.assertRaises(OSError, os.readlink, f"/proc/{pid}/{link}")
        for value in scene.facts["ns"]:
            pid, name, inode = value.split(":")
            self.assertEqual(os.stat(f"/proc/{pid}/ns/{name}").st_ino, int(inode), value)
            if f"{pid}:{name}" in scene.facts["unshared"]:
                self.assertNotEqual(os.stat(f"/proc/self/ns/{name}").st_ino, int(inode), value)
        for value in scene.facts["cgroup"]:
            text = read(f"/proc/{value.split(':')[0]}/cgroup")
            self.assertRegex(text, r"(?m)^0::.*/procview-work\.\w+$")

    def check_locks(self, scene):
        """Each line of fdinfo is one that was told, and the other way round."""
        told = collections.defaultdict(list)
        for value in scene.facts["lock"]:
            tid, fd, kind, access, start, end, pid = value.split(":")
            told[tid, fd].append((kind, access, start, end.replace("-", "EOF"), pid))
        words = {"POSIX": "posix", "OFDLCK": "ofd", "FLOCK": "flock", "LEASE": "lease"}
        for line in scene.facts["fd"] if told else []:
            tid, fd = line.split(":")[:2]
            seen = []
            for lock in re.findall(r"^lock:\t(.*)$", read(f"/proc/{tid}/fdinfo/{fd}"), re.M):
                _, kind, state, access, pid, _, start, end = lock.split()
                access = access.lower() + ("-breaking" if state == "BREAKING" else "")
                pid = "0" if kind == "OFDLCK" else pid
                seen.append((words[kind], access, start, end, pid))
            self.assertEqual(sorted(seen), sorted(told[tid, fd]), line)

    def check_registrations(self, scene):
        """Numbers, events and data are those of fdinfo; targets it does not have."""
        told = collections.defaultdict(list)
        for value in scene.facts["registration"]:
            tid, fd, number, events, data = value.split(":")[:5]
            told[tid, fd].append((int(number), int(events, 16), int(data, 16)))
        for (tid, fd), targets in told.items():
            seen = re.findall(r"^tfd:\s*(\d+) events:\s*(\w+) data:\s*(\w+)",
                              read(f"/proc/{tid}/fdinfo/{fd}"), re.M)
            seen = [(int(n), int(events, 16), int(data, 16)) for n, events, data in seen]
            self.assertEqual(sorted(seen), sorted(targets))

    def check(self, name, scene):
        self.check_context(scene)
        self.check_programs(scene)
        for line in scene.facts["fd"]:
            self.check_descriptor(name, line)
        self.check_counts(scene)
        for value in scene.facts["ids"]:
            pid, ppid, pgid, sid = map(int, value.split(":")[:4])
            self.assertEqual((os.getpgid(pid), os.getsid(pid)), (pgid, sid))
            self.assertIn(f"PPid:\t{ppid}\n", read(f"/proc/{pid}/status"))
        for value in scene.facts["nsids"]:
            pid, numbers = value.split(":")
            told = "NSpid:\t" + numbers.replace(",", "\t") + "\n"
            self.assertIn(told, read(f"/proc/{pid}/status"))
        self.check_locks(scene)
        self.check_registrations(scene)
        if SYS_KCMP is not None:
            self.check_tables(scene)
            self.check_descriptions(scene)

    def test_unavailable_needs_root(self):
        if os.geteuid() == 0:
            for name in scene_names():
                self.assertTrue(available(name), name)

    def test_usage(self):
        for args in ([], ["nonsense"], ["threads", "T"], ["--is-available"], ["threads", "T=x"]):
            child = subprocess.run([WORKLOAD, *args], check=False, stderr=subprocess.DEVNULL)
            self.assertEqual(child.returncode, 2, args)

    def test_leavers(self):
        scene = self.open_scene("leavers")
        members = scene.lists("table")[0]
        scene.step()
        left = scene.lists("left")[0][0]
        self.assertIn(left, members)
        self.assertNotEqual(kcmp(members[0], left, KCMP_FILES), 0)
        scene.step()
        self.assertFalse(alive(scene.lists("exited")[0][0]))
        scene.step()
        self.assertEqual(scene.lists("left")[1], [members[0]])
        self.assertNotEqual(kcmp(members[0], members[3], KCMP_FILES), 0)

    def test_exec(self):
        scene = self.open_scene("exec-thread")
        pid, tid, sharer = scene.lists("table")[0]
        scene.step()
        self.assertFalse(alive(tid))
        self.assertEqual(os.listdir(f"/proc/{pid}/fd"), ["3"])
        self.assertEqual(sorted(os.listdir(f"/proc/{sharer}/fd")), ["3", "4"])

    def test_exit_and_reuse(self):
        scene = self.open_scene("exit")
        scene.step()
        self.assertFalse(alive(scene.pids()[0]))
        scene = self.open_scene("pid-reuse")
        scene.step()
        first, second = scene.pids()
        self.assertEqual(first, second)
        self.assertTrue(os.readlink(f"/proc/{first}/fd/0").endswith("/second-life"))

    def test_massive_end(self):
        for leader in ("sharing", "unshared", "zombie"):
            with self.subTest(leader):
                scene = self.open_scene("massive", "T=20", "F=30", f"LEADER={leader}")
                scene.step()
                self.assertEqual(scene.facts["exited"], scene.facts["process"])
                self.assertGreater(int(scene.facts["died_ns"][0]), 0)
                self.assertFalse(os.path.exists(f"/proc/{scene.pids()[0]}"))

    def test_content(self):
        scene = self.open_scene("content")
        table = f"/proc/{scene.pids()[0]}/fd"
        seen = []
        for _ in range(3):
            scene.step()
            seen.append(sorted(os.listdir(table)))
        self.assertEqual(seen, [["0", "1", "5"], ["0", "1"], ["0", "1"]])
        self.assertTrue(os.readlink(f"{table}/1").endswith("/fourth"))

    def test_turns(self):
        scene = self.open_scene("turns")
        pid = scene.pids()[0]
        seen = []
        for _ in range(12):
            scene.step()
            seen.append("".join(sorted(os.listdir(f"/proc/{pid}/fd"))))
        self.assertEqual(seen[:2] + seen[-1:], ["01257", "0127", "0127"])
        self.assertEqual(os.readlink(f"/proc/{pid}/fd/0"), os.readlink(f"/proc/{pid}/fd/1"))
        cloned, thread = scene.lists("cloned")[0][0], scene.lists("thread")[0][0]
        with open(f"/proc/{cloned}/comm", encoding="utf-8") as comm:
            self.assertEqual(comm.read(), "sleep\n")
        self.assertFalse(alive(scene.lists("forked")[0][0]))
        for task in (cloned, thread):
            self.assertNotEqual(kcmp(pid, task, KCMP_FILES), 0)

    def test_zombie_leader_state(self):
        scene = self.open_scene("zombie-leader")
        self.assertFalse(alive(scene.pids()[0]))
        self.assertTrue(alive(scene.lists("table")[0][0]))

    def wait_for_end(self, pids):
        deadline = time.monotonic() + 10
        while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual([pid for pid in pids if alive(pid)], [])

    def test_driver_dies(self):
        names = ("threads", "zombie-leader", "clone-files", "fork", "exec-thread", "storm", "gale",
                 "dead-mount", "fifos", "epoll")
        for name in filter(available, names):
            with self.subTest(name):
                scene = Scene(name, *SMALL.get(name, []))
                if name == "exec-thread":
                    scene.step()
                scene.child.kill()
                scene.close()
                tids = [tid for table in scene.lists("table") for tid in table]
                self.wait_for_end(scene.pids() + tids)

    def test_killed_test(self):
        """Kills a process that has started a scene, as a harness does at its time limit."""
        code = "import subprocess, sys; subprocess.run(sys.argv[1:], stdin=subprocess.PIPE)"
        reader, writer = os.pipe()
        child = subprocess.Popen(
            [sys.executable, "-c", code, WORKLOAD, "many", "P=20"], stdout=writer
        )
        os.close(writer)
        text = b""
        while b"ready\n" not in text:
            self.assertTrue(select.select([reader], [], [], 30)[0])
            text += os.read(reader, 65536)
        child.send_signal(signal.SIGKILL)
        child.wait()
        os.close(reader)
        pids = [int(pid) for pid in re.findall(rb"process=(\d+)", text)]
        self.assertEqual(len(pids), 20)
        self.wait_for_end(pids)


def add_scene_test(name):
    def test(self):
        scene = self.open_scene(name, *SMALL.get(name, []))
        self.check(name, scene)
        directory = [bytes.fromhex(line.split(":")[5]) for line in scene.facts["fd"]
                     if line.split(":")[5].startswith(b"/tmp/procview-work.".hex())]
        self.assertEqual(scene.close(), 0)
        self.wait_for_end(scene.pids())
        if directory:
            self.assertFalse(os.path.exists(b"/".join(directory[0].split(b"/")[:3])))

    setattr(Check, "test_scene_" + name.replace("-", "_"), test)


if __name__ == "__main__":
    WORKLOAD = sys.argv.pop(1)
    for each in scene_names():
        add_scene_test(each)
    unittest.main()
