# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the command give up what it does not need before it prints, and does it keep what it was lent
# from who runs it?
#
# It is looked at while it waits for somebody to read what it prints. The environment names
# PTREE_ALONE too: the same command with the library inside, since a command that was made more
# powerful than its user takes no library from a folder of the user's choice.

import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import termios
import time
import unittest

from ptree_cli import AS_NOBODY, ENVIRONMENT, NOBODY, PTREE, Scene, copy_command, need_root, run

ALONE = os.environ["PTREE_ALONE"]
PIPE_BYTES = 4096
# Numbers of the kernel (capability.h).
KEPT = 1 << 19 | 1 << 2  # CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH
SETPCAP = 1 << 8
SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
BACKENDS = ("bpf", "pidfd", "procfs")


def status_of(path):
    return dict(
        (key, value.strip())
        for key, _, value in (
            line.partition(":") for line in (path / "status").read_text().splitlines()
        )
    )


def capabilities(status):
    return {name: int(status[name], 16) for name in SETS}


MINE = capabilities(status_of(pathlib.Path("/proc/self")))


def waiting(fd):
    """How many bytes are in the pipe."""
    return int.from_bytes(fcntl.ioctl(fd, termios.FIONREAD, b"\0" * 4), "little")


class Stopped:
    """The command, while it waits for its output to be read; what its threads are then."""

    def __init__(self, *command):
        self.out, end = os.pipe()
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self.child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=end, stderr=subprocess.PIPE, env=ENVIRONMENT
        )
        os.close(end)
        deadline = time.monotonic() + 60
        while waiting(self.out) < PIPE_BYTES:
            if self.child.poll() is not None or time.monotonic() > deadline:
                break
            time.sleep(0.005)
        tasks = pathlib.Path(f"/proc/{self.child.pid}/task")
        self.threads = [status_of(thread) for thread in tasks.iterdir()]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        with open(self.out, "rb") as stream:
            self.output = stream.read()
        self.errors = self.child.stderr.read().decode()
        self.child.stderr.close()
        self.status = self.child.wait()


def works(backend):
    result = run("--backend", backend, "-q", os.getpid())
    return None if result.status == 0 else result.err.decode().strip()


class Own(unittest.TestCase):
    """Of what the user has."""

    def check(self, stopped, kept, bounding):
        self.assertGreater(len(stopped.threads), 0, stopped.errors)
        self.assertEqual(stopped.status, 0, stopped.errors)
        self.assertNotIn("give up", stopped.errors)
        for status in stopped.threads:
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertEqual(
                capabilities(status),
                {"CapInh": 0, "CapPrm": kept, "CapEff": kept, "CapBnd": bounding, "CapAmb": 0},
            )

    def check_backend(self, backend, kept):
        why = works(backend)
        if why is not None:
            self.skipTest(why)
        bounding = 0 if MINE["CapEff"] & SETPCAP else MINE["CapBnd"]
        with Stopped(PTREE, "-Jtf", "--backend", backend) as stopped:
            pass
        self.check(stopped, MINE["CapEff"] & kept, bounding)
        self.assertEqual(json.loads(stopped.output)["backend"]["files"], backend)

    def test_bpf(self):
        self.check_backend("bpf", 0)

    def test_pidfd(self):
        self.check_backend("pidfd", KEPT)

    def test_procfs(self):
        self.check_backend("procfs", KEPT)

    def test_nothing_is_left_once_the_scan_is_over(self):
        """Where no backend is named, what the scan may have needed is given up before printing."""
        bounding = 0 if MINE["CapEff"] & SETPCAP else MINE["CapBnd"]
        for options in (["-t"], ["-f"], ["-Jt"]):
            with self.subTest(options=options):
                with Stopped(PTREE, *options) as stopped:
                    pass
                self.check(stopped, 0, bounding)

    def test_a_watched_path_is_looked_up_again(self):
        """In a directory of somebody else, with the right that the first look was taken with."""
        if MINE["CapEff"] & KEPT != KEPT:
            self.skipTest("lacks CAP_SYS_PTRACE or CAP_DAC_READ_SEARCH")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "file")
            with open(path, "wb"):
                os.chmod(folder, 0o700)
                os.chown(folder, NOBODY, NOBODY)
                with subprocess.Popen(
                    [PTREE, "--watch=0.1", path],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=ENVIRONMENT,
                ) as child:
                    heads = (line for line in child.stdout if "  every 0.1 s  " in line)
                    first = [next(heads) for _ in range(3)]
                    child.terminate()
        for line in first:
            self.assertIn("1 process", line)

    def test_what_is_kept_is_of_use(self):
        """A service user with the two capabilities sees everything, and keeps just these."""
        if MINE["CapEff"] & KEPT != KEPT:
            self.skipTest("lacks CAP_SYS_PTRACE or CAP_DAC_READ_SEARCH")
        names = "+sys_ptrace,+dac_read_search"
        as_service = [*AS_NOBODY[:-1], f"--inh-caps={names}", f"--ambient-caps={names}", "--"]
        environment = {**ENVIRONMENT}
        with tempfile.TemporaryDirectory() as folder, Scene("dup") as scene:
            command = copy_command(folder)
            environment["LD_LIBRARY_PATH"] = folder
            for backend in BACKENDS[1:]:
                with self.subTest(backend=backend):
                    arguments = ["-f", "-J", "--backend", backend, str(scene.pids[0])]
                    ran = subprocess.run(
                        [*as_service, command, *arguments], capture_output=True, env=environment
                    )
                    self.assertEqual((ran.returncode, ran.stderr), (0, b""))
                    tables = json.loads(ran.stdout)["fd_tables"]
                    (table,) = [item for item in tables if item["owner"] == scene.pids[0]]
                    self.assertEqual(table["status"], "ok")
            ENVIRONMENT["LD_LIBRARY_PATH"] = folder
            self.addCleanup(ENVIRONMENT.pop, "LD_LIBRARY_PATH")
            with Stopped(*as_service, command, "-Jtf", "--backend", "procfs") as stopped:
                pass
            # To empty the bounding set is a right that the service does not have.
            self.check(stopped, KEPT, MINE["CapBnd"])

    def test_another_capability_stands_in(self):
        """CAP_DAC_OVERRIDE includes CAP_DAC_READ_SEARCH: who has but that one must keep it."""
        override = 1 << 1
        if MINE["CapEff"] & (KEPT | override) != KEPT | override:
            self.skipTest("lacks CAP_DAC_OVERRIDE")
        without = ["setpriv", "--bounding-set=-dac_read_search", "--"]
        with Stopped(*without, PTREE, "-Jtf", "--backend", "procfs") as stopped:
            pass
        kept = KEPT & ~(1 << 2) | override
        self.check(stopped, kept, 0 if MINE["CapEff"] & SETPCAP else MINE["CapBnd"])

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_before_the_first_scan(self):
        for backend in BACKENDS:
            with self.subTest(backend=backend):
                why = works(backend)
                if why is not None:
                    continue
                with tempfile.NamedTemporaryFile("r") as trace:
                    calls = "trace=capset,prctl,getdents64,bpf,write"
                    subprocess.run(
                        ["strace", "-f", "-qq", "-o", trace.name, "-e", calls]
                        + [PTREE, "--backend", backend, "-t"],
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        check=True,
                        env={**ENVIRONMENT, "ASAN_OPTIONS": "detect_leaks=0"},
                    )
                    lines = trace.readlines()
                self.check_order(lines)

    def check_order(self, lines):
        def places(pattern):
            return [i for i, line in enumerate(lines) if re.search(pattern, line)]

        given_up = places(r"capset\(.*\) = 0$")
        forbidden = places(r"PR_SET_NO_NEW_PRIVS.*= 0$")
        # To find out whether iterators work, one looks at the command itself; a scan, at all.
        scans = places(r"getdents64\(|BPF_LINK_CREATE.*BPF_TRACE_ITER.*iter_info_len=0\b")
        self.assertEqual((len(given_up), len(forbidden)), (1, 1), lines)
        self.assertGreater(len(scans), 0)
        self.assertLess(max(given_up + forbidden), min(scans + places(r"write\(")))


class Lent(unittest.TestCase):
    """Of what the file's owner has lent."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        os.chmod(cls.folder.name, 0o755)
        if os.statvfs(cls.folder.name).f_flag & os.ST_NOSUID:
            raise unittest.SkipTest("temporary files are on a file system with nosuid")
        cls.command = os.path.join(cls.folder.name, "ptree")
        cls.secret = os.path.join(cls.folder.name, "secret")
        os.mkdir(cls.secret, 0o700)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        shutil.copy(ALONE, self.command)
        self.environment = {**ENVIRONMENT, "ASAN_OPTIONS": "detect_leaks=0"}

    def lend(self, names):
        if shutil.which("setcap") is None:
            self.skipTest("setcap is not installed")
        ran = subprocess.run(["setcap", names + "+ep", self.command], capture_output=True)
        if ran.returncode != 0:
            self.skipTest(ran.stderr.decode())

    def run_lent(self, *args):
        return subprocess.run(
            [*AS_NOBODY, self.command, *map(str, args)],
            capture_output=True,
            text=True,
            env=self.environment,
        )

    def check_nothing_gained(self):
        """By nobody, a process of root is seen as ever: that it is there."""
        with Scene("dup") as scene:
            ran = self.run_lent("-Jf", scene.pids[0])
            self.assertEqual(ran.returncode, 0, ran.stderr)
            document = json.loads(ran.stdout)
            (table,) = [t for t in document["fd_tables"] if t["owner"] == scene.pids[0]]
            self.assertEqual((table["status"], table.get("descriptors")), ("denied", None))
            (process,) = [p for p in document["processes"] if p["pid"] == scene.pids[0]]
            self.assertNotIn("exe", process)
            self.assertIs(document["complete"], False)

    def check_own_is_seen(self):
        sleeper = subprocess.Popen([*AS_NOBODY, "sleep", "60"])
        try:
            deadline = time.monotonic() + 60
            table = None
            # As long as it is setpriv that runs there, it is root's.
            while (table is None or table["status"] != "ok") and time.monotonic() < deadline:
                ran = self.run_lent("-Jf", sleeper.pid)
                self.assertEqual(ran.returncode, 0, ran.stderr)
                tables = json.loads(ran.stdout)["fd_tables"]
                (table,) = [t for t in tables if t["owner"] == sleeper.pid]
            self.assertEqual(table["status"], "ok")
            self.assertGreater(len(table["descriptors"]), 2)
        finally:
            sleeper.kill()
            sleeper.wait()

    def check_nothing_left(self):
        with Stopped(*AS_NOBODY, self.command, "-Jtf") as stopped:
            pass
        self.assertEqual(stopped.status, 0, stopped.errors)
        for status in stopped.threads:
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertEqual(set(status["Uid"].split() + status["Gid"].split()), {str(NOBODY)})
            self.assertEqual({status[name].strip("0") for name in SETS if name != "CapBnd"}, {""})

    def check(self):
        self.check_nothing_gained()
        self.check_own_is_seen()
        self.check_nothing_left()

    def test_to_open(self):
        self.lend("cap_bpf,cap_perfmon")
        self.check()

    def test_to_see(self):
        self.lend("cap_sys_ptrace,cap_dac_read_search")
        self.check()

    def test_all(self):
        os.chmod(self.command, 0o4755)
        self.check()
        self.assertNotIn("secret", self.run_lent("-f").stdout)

    def check_paths(self):
        path = os.path.join(self.secret, "file")
        absent = self.run_lent(path)
        with open(path, "wb"):
            present = self.run_lent(path)
        os.unlink(path)
        self.assertEqual(present.returncode, absent.returncode)
        self.assertEqual(present.stderr, absent.stderr)
        self.assertIn("Permission denied", present.stderr)

    def test_paths_are_looked_up_as_the_user(self):
        os.chmod(self.command, 0o4755)
        self.check_paths()

    def test_paths_are_looked_up_without_capabilities(self):
        self.lend("cap_dac_read_search,cap_dac_override")
        self.check_paths()

    def test_a_group(self):
        os.chown(self.command, 0, 0)
        os.chmod(self.command, 0o2755)
        self.check_nothing_left()


if __name__ == "__main__":
    need_root()
    if shutil.which("setpriv") is None:
        raise SystemExit("setpriv is not installed")
    unittest.main()
