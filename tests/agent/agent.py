# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What the tests of the plugin have in common: a collectd of their own, with its own directory, and
# what ptree says of the processes that the plugin reports.
#
# The environment names what is tested: PLUGIN_DIR has procview.so, LIBRARY_DIR the library; PRELOAD
# is the sanitizer that both were built with, if any.

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import ptree_cli

COLLECTD = shutil.which("collectd", path="/usr/sbin:" + os.environ.get("PATH", ""))
PLUGIN_DIR = os.environ["PLUGIN_DIR"]
LIBRARY_DIR = os.environ["LIBRARY_DIR"]
HOST = "here"
PATIENCE_S = 20

TCP_STATES = """ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT
LAST_ACK LISTEN CLOSING""".split()


def require(*programs):
    """Ends the whole test, as skipped, if one of them is missing."""
    for name in programs:
        if shutil.which(name, path="/usr/sbin:" + os.environ.get("PATH", "")) is None:
            print(f"{name} is not installed")
            raise SystemExit(77)


def require_plugin(folder, name):
    """Ends the test, as skipped, if collectd has no such plugin, or cannot load it."""
    config = folder / "collectd.conf"
    config.write_text(f"LoadPlugin {name}\n", encoding="utf-8")
    ran = subprocess.run(
        collectd_command(config, "-t"), capture_output=True, text=True, timeout=60
    )
    if "failed" in ran.stderr or "not find" in ran.stderr:
        print(ran.stderr)
        raise SystemExit(77)


def wait_for(what, condition, patience_s=PATIENCE_S):
    """The first result of the condition that is true."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.1)
    raise AssertionError(f"waited {patience_s} s for {what}")


class Folder:
    """A directory that goes with the block."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="procview-agent-"))
        os.chmod(self.path, 0o755)
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def write_config(folder, block, first="", last=""):
    """The plugin's block, and what comes before or behind, is all that the tests differ in."""
    config = folder / "collectd.conf"
    config.write_text(
        f'''Hostname "{HOST}"
FQDNLookup false
BaseDir "{folder}"
PIDFile "{folder}/pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
ReadThreads 3
WriteThreads 1
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "{folder}/log"
</Plugin>
LoadPlugin csv
<Plugin csv>
  DataDir "{folder}/csv"
</Plugin>
{first}
PluginDir "{PLUGIN_DIR}"
LoadPlugin procview
<Plugin procview>
{block}
</Plugin>
{last}
''',
        encoding="utf-8",
    )
    return config


def environment():
    env = {**os.environ, "LD_LIBRARY_PATH": LIBRARY_DIR}
    if os.environ["PRELOAD"]:
        # Debian's collectd has no sanitizer, and leaks by itself.
        env |= {"LD_PRELOAD": os.environ["PRELOAD"], "ASAN_OPTIONS": "detect_leaks=0"}
    return env


def collectd_command(config, *options):
    # /usr/lib/collectd, where the other plugins are, is the directory until it is set.
    return [COLLECTD, *options, "-C", str(config)]


def check_config(folder, block):
    """What collectd says of a block when it reads once (-T): exit status and text."""
    config = write_config(folder, block)
    ran = subprocess.run(
        collectd_command(config, "-T"), env=environment(), capture_output=True, text=True, timeout=60
    )
    log = folder / "log"
    return ran.returncode, ran.stdout + ran.stderr + (log.read_text() if log.exists() else "")


class Daemon:
    """A running one, which says nothing; it ends with the block."""

    def __init__(self, command, env=None):
        self.child = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Collectd(Daemon):
    def __init__(self, folder, block, first="", last=""):
        self.folder = folder
        (folder / "csv").mkdir()
        os.chmod(folder / "csv", 0o777)
        config = write_config(folder, block, first, last)
        super().__init__(collectd_command(config, "-f"), environment())

    def log(self):
        path = self.folder / "log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def read(self, instance):
        """The newest values of an instance: {"type-instance": value}, of several sources a list."""
        values = {}
        for path in (self.folder / "csv" / HOST).glob(f"procview-{instance}/*"):
            name = re.sub(r"-\d{4}-\d\d-\d\d$", "", path.name)
            lines = path.read_text(encoding="utf-8").splitlines()
            if len(lines) < 2:
                continue
            numbers = [float(field) for field in lines[-1].split(",")[1:]]
            values[name] = numbers if len(numbers) > 1 else numbers[0]
        return values

    def wait(self, instance, series="file_handles"):
        """The values of an instance, once they are there."""

        def there():
            assert self.child.poll() is None, self.log()
            return series in self.read(instance)

        wait_for(f"{instance}/{series}", there)
        return self.read(instance)


def soft_limit(pid):
    for line in pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith("Max open files"):
            return int(line.split()[3])
    raise AssertionError(pid)


def ask_ptree():
    result = ptree_cli.run("-J", "-f", "-t")
    assert result.status == 0, result
    return json.loads(result.out)


class Truth:
    """What ptree -J says of some processes, summed up as the plugin promises to."""

    def __init__(self, document, is_member):
        self.members = [p for p in document["processes"] if is_member(p)]
        self.tables = {table["id"]: table for table in document["fd_tables"]}
        self.used = collections.defaultdict(set)  # table: pids of those in the snapshot
        for process in document["processes"]:
            for task in process["tasks"]:
                if "fd_table" in task:
                    self.used[task["fd_table"]].add(process["pid"])

    def tables_of(self, process):
        return {task["fd_table"] for task in process["tasks"] if "fd_table" in task}

    def mine(self):
        return set().union(*map(self.tables_of, self.members))

    def descriptors(self):
        return [d for table in self.mine() for d in self.tables[table]["descriptors"]]

    def share(self):
        return max(
            self.tables[table]["n_descriptors"] / soft_limit(process["pid"])
            for process in self.members
            for table in self.tables_of(process)
        )

    def counts(self):
        mine = self.mine()
        return {
            "file_handles": sum(self.tables[t]["n_descriptors"] for t in mine),
            "percent-fd_limit": 100 * self.share(),
            "ps_count": [len(self.members), sum(len(p["tasks"]) for p in self.members)],
            "count-fd_tables": len(mine),
            "count-fd_tables_shared": sum(len(self.used[t]) > 1 for t in mine),
            "count-fd_tables_unread": 0,
        }

    def kinds(self):
        return {
            f"files-{kind}": n
            for kind, n in collections.Counter(d["kind"] for d in self.descriptors()).items()
        }

    def sockets(self):
        """Each once, by its inode."""
        numbers = collections.Counter({f"tcp_connections-{state}": 0 for state in TCP_STATES})
        for socket in {d["ino"]: d["socket"] for d in self.descriptors() if "socket" in d}.values():
            state = socket.get("state", "unknown")
            family = socket.get("family", "unknown")
            tcp = family in ("inet", "inet6") and socket.get("protocol") == "tcp"
            series = f"tcp_connections-{state}" if tcp else f"current_connections-{family}-{state}"
            numbers[series] += 1
        return dict(numbers)


class Scenes:
    """Scenes of a workload that goes by another name than that of any other test."""

    def __init__(self, folder, *names):
        self.comm = f"work{os.getpid()}"
        self.program = shutil.copy(ptree_cli.WORKLOAD, folder / self.comm)
        self.scenes = []
        for name in names:
            self.start(name)

    def start(self, name):
        before, ptree_cli.WORKLOAD = ptree_cli.WORKLOAD, str(self.program)
        try:
            self.scenes.append(ptree_cli.Scene(name))
        finally:
            ptree_cli.WORKLOAD = before
        return self.scenes[-1]

    def pattern(self, name):
        return f"/{self.comm} {name}$"

    def of(self, name):
        """Whether a process of ptree's belongs to a scene."""
        return lambda p: re.search(self.pattern(name), " ".join(p.get("cmdline", []))) is not None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for scene in self.scenes:
            scene.__exit__(None, None, None)


class AgentTest(unittest.TestCase):
    def assert_same(self, seen, expected):
        """All that is expected, and nothing of the same types beyond it."""
        for series, value in expected.items():
            self.assertIn(series, seen)
            if isinstance(value, list):
                self.assertEqual(seen[series], value, series)
            else:
                self.assertAlmostEqual(seen[series], value, 4, series)
        types = {series.split("-")[0] for series in expected}
        more = [s for s in seen if s.split("-")[0] in types and s not in expected and seen[s] != 0]
        self.assertEqual(more, [])
