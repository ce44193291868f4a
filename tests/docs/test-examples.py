# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Do the examples of doc/examples say what is true?
#
# Each is run on a scene of the workload, of which everything is known, or on sockets of the test's
# own. The environment names the folder of the programs, EXAMPLES, and the one that makes the scenes,
# WORKLOAD. Without root the agent has nothing to give up: what it has left is looked at as root only.

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

EXAMPLES = os.environ["EXAMPLES"]
WORKLOAD = os.environ["WORKLOAD"]
NOBODY = "65534"
# A leak checker looks at its process as a debugger would, which is denied to one that became nobody.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}


class Scene:
    """A scene of the workload, from "ready" on; ends with the block."""

    def __init__(self, name):
        self.facts = {}
        self.child = subprocess.Popen(
            [WORKLOAD, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for line in self.child.stdout:
            if line == "ready\n":
                return
            key, _, value = line.rstrip("\n").partition("=")
            self.facts.setdefault(key, []).append(value)
        raise AssertionError(f"scene {name}: status {self.child.wait()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.communicate(timeout=60)

    def step(self):
        self.child.stdin.write("step\n")
        self.child.stdin.flush()
        while self.child.stdout.readline() not in ("done\n", ""):
            pass

    @property
    def pid(self):
        return int(self.facts["process"][0])

    def paths(self):
        """Where each descriptor of each table leads, by thread and number."""
        found = {}
        for fact in self.facts["fd"]:
            tid, fd, _, _, _, path = fact.split(":")[:6]
            found[int(tid), int(fd)] = bytes.fromhex(path).decode()
        return found


def example(name):
    return os.path.join(EXAMPLES, name)


def run(name, *args, status=0):
    ran = subprocess.run(
        [example(name), *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=ENVIRONMENT,
        timeout=120,
    )
    if ran.returncode != status:
        raise AssertionError(f"{name}: status {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran.stdout.splitlines()


def soft_limit(pid):
    with open(f"/proc/{pid}/limits", encoding="utf-8") as limits:
        return re.search(r"^Max open files\s+(\d+)", limits.read(), re.M).group(1)


def of_process(pid, lines):
    return [line.partition(": ")[2] for line in lines if line.startswith(f"{pid} ")]


class CountDescriptors(unittest.TestCase):
    def test_each_table_is_there_once(self):
        with Scene("unshared-thread") as scene:
            limit = soft_limit(scene.pid)
            said = of_process(scene.pid, run("count-descriptors"))
        # A thread has a table of its own, with one more file; three tasks share the other.
        self.assertEqual(
            sorted(said), [f"6 open of {limit}, shared by 3", f"7 open of {limit}"]
        )

    def test_processes_that_share_are_one_line(self):
        with Scene("clone-files") as scene:
            limit = soft_limit(scene.pid)
            lines = run("count-descriptors")
            pids = [int(pid) for pid in scene.facts["process"]]
        self.assertEqual(of_process(min(pids), lines), [f"2 open of {limit}, shared by 2"])
        self.assertEqual(of_process(max(pids), lines), [])


class WhoHasFile(unittest.TestCase):
    def test_all_tables_of_a_process(self):
        with Scene("unshared-thread") as scene:
            paths = scene.paths()
            for path in set(paths.values()):
                expected = [
                    f"process {scene.pid}, thread {tid}, descriptor {fd}"
                    for (tid, fd), name in paths.items()
                    if name == path
                ]
                with self.subTest(path=path):
                    self.assertEqual(sorted(run("who-has-file", path)), sorted(expected))
        # One of them only a thread has that is not the leader.
        self.assertEqual(len(set(paths.values())), 7)

    def test_a_file_that_nobody_has(self):
        with tempfile.NamedTemporaryFile() as file:
            # This process has it, which the example says as of any other.
            self.assertEqual(len(run("who-has-file", file.name)), 1)
            path = file.name + "-too"
            with open(path, "wb"):
                pass
            self.assertEqual(run("who-has-file", path), [])
            os.unlink(path)
            self.assertEqual(run("who-has-file", path, status=1), [])


class WhoListens(unittest.TestCase):
    def test_both_ends(self):
        pid = os.getpid()
        listener = socket.create_server(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % listener.getsockname()[1]
        client = socket.create_connection(listener.getsockname())
        server, remote = listener.accept()
        with listener, client, server:
            numbers = listener.fileno(), client.fileno(), server.fileno()
            said = run("who-listens", listener.getsockname()[1])
        far = "127.0.0.1:%d" % remote[1]
        self.assertEqual(
            [line for line in said if line.startswith(f"{pid}:") and " tcp " in line],
            [
                f"{pid}:{numbers[0]} tcp {address} listens",
                f"{pid}:{numbers[2]} tcp {address} with {far} ({pid}:{numbers[1]})",
            ],
        )

    def test_across_processes(self):
        with Scene("socket-peers") as scene:
            sockets = [fact for fact in scene.facts["socket"] if ":tcp-across:" in fact]
            ours, theirs = [self.parts(fact) for fact in sockets]
            said = run("who-listens", ours["local_port"])
        self.assertIn(
            "{at} tcp 127.0.0.1:{local_port} with 127.0.0.1:{remote_port} ({peer})".format(
                **ours, peer=theirs["at"]
            ),
            said,
        )

    def parts(self, fact):
        tid, fd, _, *rest = fact.split(":")
        return {**dict(part.split("=") for part in rest), "at": f"{tid}:{fd}"}

    def test_no_port(self):
        self.assertEqual(run("who-listens", "http", status=1), [])


class WhatChanged(unittest.TestCase):
    def look(self):
        """Has it look again; what it says of the scene's process."""
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        said = []
        for line in self.child.stdout:
            if re.fullmatch(r"\d+ changes\n", line):
                return [line.partition(" ")[2] for line in said if line.startswith(self.prefix)]
            said.append(line.rstrip("\n"))
        raise AssertionError("it has ended")

    def test_turn_by_turn(self):
        with Scene("content") as scene, subprocess.Popen(
            [example("what-changed")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            errors="replace",
        ) as self.child:
            self.prefix = f"{scene.pid} "
            # The first look has nothing to be compared with.
            self.child.stdin.write("\n")
            self.assertEqual(self.look(), [])
            seen = []
            for _ in scene.facts["step"]:
                scene.step()
                seen.append(self.look())
            self.child.stdin.close()
            self.assertEqual(self.child.wait(timeout=60), 0)
        words = [[change.split()[0] for change in changes] for changes in seen]
        self.assertEqual(scene.facts["step"], ["open", "close", "replace"])
        self.assertEqual(
            words, [["descriptor-opened"], ["descriptor-closed"], ["descriptor-replaced"]]
        )
        # What is replaced is told as it was and as it is.
        self.assertEqual(len(seen[2][0].split()), 5)


class Agent(unittest.TestCase):
    def ask(self, pid):
        self.child.stdin.write(f"{pid}\n")
        self.child.stdin.flush()
        text = ""
        for line in self.child.stdout:
            text += line
            try:
                return json.loads(text)
            except json.JSONDecodeError:
                continue
        raise AssertionError(f"it has ended: {text}")

    def assert_powerless(self):
        with open(f"/proc/{self.child.pid}/status", encoding="utf-8") as status:
            facts = dict(line.split(":", 1) for line in status.read().splitlines())
        self.assertEqual(set(facts["Uid"].split() + facts["Gid"].split()), {NOBODY})
        self.assertEqual(facts["Groups"].strip(), "")
        self.assertEqual(int(facts["NoNewPrivs"]), 1)
        self.assertEqual(int(facts["CapBnd"], 16), 0)
        return int(facts["CapEff"], 16)

    def check(self, prefix):
        """What the backend was; what it has left of its rights, as a set of bits."""
        with Scene("unshared-thread") as scene, subprocess.Popen(
            [*prefix, example("agent")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=ENVIRONMENT,
        ) as self.child:
            for _ in range(2):
                told = self.ask(scene.pid)
                self.assert_tells(scene, told)
            left = self.assert_powerless() if os.geteuid() == 0 else None
            self.assertEqual(self.ask(2**22 + 1)["processes"], [])
            self.child.stdin.close()
            self.assertEqual(self.child.wait(timeout=60), 0)
        return told["backend"]["files"], left

    def test_sees_as_nobody_what_it_saw_as_root(self):
        backend, left = self.check([])
        if left is not None:
            self.assertEqual(left == 0, backend == "bpf")

    @unittest.skipIf(os.geteuid() != 0, "only root has capabilities to take away")
    def test_without_bpf_it_keeps_what_ptrace_asks_for(self):
        taken = "-bpf,-perfmon,-sys_admin"
        backend, left = self.check(["setpriv", "--bounding-set", taken, "--inh-caps", taken])
        self.assertIn(backend, ("pidfd", "procfs"))
        # CAP_SYS_PTRACE, and CAP_DAC_READ_SEARCH or what includes it.
        self.assertIn(left, (1 << 19 | 1 << 2, 1 << 19 | 1 << 1))

    def assert_tells(self, scene, told):
        self.assertTrue(told["complete"])
        self.assertEqual([process["pid"] for process in told["processes"]], [scene.pid])
        seen = {
            (table["tasks"][0], descriptor["fd"]): descriptor["path"]
            for table in told["fd_tables"]
            for descriptor in table["descriptors"]
        }
        self.assertEqual(seen, scene.paths())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unittest.main()
