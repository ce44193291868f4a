# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does each command in the manual page's recipes give the right answer?  The commands are read from
# the page; what stands there for a file, a port or a process is put in the place of a live one.
#
# Where the page says that lsof, fuser or ss miss something, they are asked too: a recipe that says
# so of a tool that has learnt it is wrong. They are asked about the very thing that ptree found.

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from peers import Subject, say
from ptree_cli import ENVIRONMENT, PTREE, Scene

PAGE = pathlib.Path(os.environ["SOURCE_ROOT"]) / "doc" / "man" / "ptree.1"
SECTION = PAGE.read_text(encoding="utf-8").partition("\n.SH RECIPES\n")[2].partition("\n.SH ")[0]


def recipes():
    """The commands under each heading."""
    found = {}
    for part in SECTION.split("\n.SS ")[1:]:
        heading, _, text = part.partition("\n")
        found[heading] = [
            command.replace(r"\-", "-").replace(r"\(aq", "'")
            for command in re.findall(r"(?m)^\$ \\fB(.*)\\fP$", text)
        ]
    return found


RECIPES = recipes()

# A socket that a thread alone has; the leader has left. Python itself would end with its leader.
LEADERLESS = """
import threading
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
facts["port"] = s.getsockname()[1]
leader = os.getpid()
def stay():
    while open("/proc/%d/stat" % leader).read().rpartition(")")[2].split()[0] != "Z":
        pass
    print(json.dumps(facts), flush=True)
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=stay).start()
import platform
libc.syscall({"x86_64": 60}.get(platform.machine(), 93), 0)
"""
LISTENS = """
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
facts["port"] = s.getsockname()[1]
"""
ELSEWHERE = """
if libc.unshare(0x40000000) < 0:
    sys.exit(1)
q = socket.socket()
fcntl.ioctl(q, 0x8914, struct.pack("16sH14x", b"lo", 0x49))
""" + LISTENS
NEAR_ITS_LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
while os.open("/dev/null", os.O_RDONLY) < 197:
    pass
"""
MOUNTED = """
if libc.unshare(0x20000) < 0 or libc.mount(b"none", b"/", None, 0x44000, None) < 0 or \\
        libc.mount(b"none", sys.argv[1].encode(), b"tmpfs", 0, None) < 0:
    sys.exit(1)
"""
DELETED = """
import threading
path = sys.argv[1] + "/was here"
fd = os.open(path, os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 1 << 40)
os.unlink(path)
facts["fd"] = fd
for _ in range(3):
    threading.Thread(target=sys.stdin.read, daemon=True).start()
"""
TALKS = """
r, w = os.pipe()
child = os.fork()
if child == 0:
    os.close(w)
    os.read(r, 1)
    os._exit(0)
os.close(r)
facts["w"], facts["r"], facts["child"] = w, r, child
"""


class Recipe(unittest.TestCase):
    def cook(self, heading, which=0, **places):
        """What the command writes, in which something live stands for what the page has."""
        command = RECIPES[heading][which]
        for old, new in places.items():
            self.assertIn(old, command)
            command = command.replace(old, str(new))
        ran = subprocess.run(["sh", "-c", re.sub(r"^ptree ", '"$0" ', command), PTREE],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=ENVIRONMENT, timeout=120, check=False)
        self.assertEqual(ran.returncode, 0, (command, ran))
        return ran.stdout.decode()

    def peer(self, *command):
        if not shutil.which(command[0]):
            self.skipTest(f"{command[0]} is not installed")
        return say(*command)

    def ask_lsof_and_fuser(self, path):
        return (self.peer("lsof", "-nP", path) + self.peer("fuser", path)).split()


def has_pid(text, pid):
    return re.search(rf"(?m)^\s*{pid} ", text) is not None


class Recipes(Recipe):
    def test_all_of_them(self):
        covered = {name for case in (WhoHolds, WhoListens, Others) for name in case.headings}
        self.assertEqual(covered, set(RECIPES))
        for heading, commands in RECIPES.items():
            self.assertTrue(commands, heading)


class WhoHolds(Recipe):
    headings = ["Who holds this file"]

    def ask(self, path):
        return self.cook(self.headings[0], **{"/var/lib/app.db": path})

    def test_a_process(self):
        with Scene("threads") as scene:
            path = next(scene.files())[2].decode()
            self.assertTrue(has_pid(self.ask(path), scene.pids[0]))
            self.assertIn(str(scene.pids[0]), self.ask_lsof_and_fuser(path))

    def test_a_thread_with_a_table_of_its_own(self):
        with Scene("unshared-thread") as scene:
            tid, path = scene.find_file(b"only-here")
            answer = self.ask(path)
            self.assertTrue(has_pid(answer, scene.pids[0]), answer)
            self.assertIn(f"thread {tid}", answer)
            self.assertIn(path, answer)
            # Both are wrong: they know the leader's table alone.
            self.assertEqual(self.ask_lsof_and_fuser(path), [])

    def test_a_process_whose_leader_has_ended(self):
        with Scene("zombie-leader") as scene:
            path = next(scene.files())[2].decode()
            answer = self.ask(path)
            self.assertTrue(has_pid(answer, scene.pids[0]), answer)
            # Both are wrong: to them the process is a zombie, which has nothing open.
            self.assertEqual(self.ask_lsof_and_fuser(path), [])

    def test_a_table_of_two_processes(self):
        with Scene("clone-files") as scene:
            path = next(scene.files())[2].decode()
            answer = self.ask(path)
            for pid in scene.pids:
                self.assertTrue(has_pid(answer, pid), answer)
            self.assertEqual(answer.count(path), answer.count(" regular "), answer)
            # lsof knows both, as if each had a descriptor of its own.
            # (What others mount meanwhile can have it list nothing at all.)
            for _ in range(3):
                lines = self.peer("lsof", "-nP", path).splitlines()[1:]
                if lines:
                    break
            self.assertEqual(len(lines), 2 * answer.count(" regular "))


class WhoListens(Recipe):
    headings = ["Who listens here"]

    def ask(self, port):
        return self.cook(self.headings[0], **{"8080": port})

    def ask_peers(self, port):
        """What each says who has it."""
        return (self.peer("ss", "-Hltnp", f"sport = :{port}"),
                self.peer("lsof", "-nP", f"-iTCP:{port}"),
                self.peer("fuser", "-n", "tcp", str(port)))

    def test_a_process(self):
        with Subject(LISTENS) as subject:
            answer = self.ask(subject.port)
            self.assertTrue(has_pid(answer, subject.pid), answer)
            self.assertRegex(answer, rf"rw socket tcp 127\.0\.0\.1:{subject.port} LISTEN")
            for said in self.ask_peers(subject.port):
                self.assertIn(str(subject.pid), said)

    def test_a_process_whose_leader_has_ended(self):
        with Subject(LEADERLESS) as subject:
            answer = self.ask(subject.port)
            self.assertTrue(has_pid(answer, subject.pid), answer)
            said_by_ss, *others = self.ask_peers(subject.port)
            # ss sees the socket and cannot say whose it is; the others see nothing.
            self.assertIn(str(subject.port), said_by_ss)
            self.assertNotIn("pid=", said_by_ss)
            self.assertEqual("".join(others), "")

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_in_another_network_namespace(self):
        with Subject(ELSEWHERE) as subject:
            answer = self.ask(subject.port)
            self.assertTrue(has_pid(answer, subject.pid), answer)
            # All three ask in their own namespace only, and have nothing to say.
            self.assertEqual("".join(self.ask_peers(subject.port)), "")


class Others(Recipe):
    headings = [
        "Which threads have a table of their own",
        "Who is near the descriptor limit",
        "Why can this not be unmounted",
        "Which deleted files still take space",
        "Who talks to whom",
    ]

    def test_threads(self):
        with Scene("unshared-thread") as scene:
            lines = self.cook(self.headings[0], **{"910": scene.pids[0]}).splitlines()
            loner = next(table for table in scene.tables if len(table) == 1)
            found = [tuple(map(int, line.split()[1:3])) for line in lines[1:]]
            self.assertEqual(found[0], (*loner, 1))
            self.assertEqual({tid for tid, sharers in found if sharers == 1}, loner)

    def test_limit(self):
        with Subject(NEAR_ITS_LIMIT) as subject:
            lines = self.cook(self.headings[1]).splitlines()
            self.assertEqual(len(lines), 3)
            shares = [float(line.split()[3]) for line in lines[1:]]
            self.assertEqual(shares, sorted(shares, reverse=True))
            self.assertGreaterEqual(shares[0], 98)
            whole = self.cook(self.headings[1], **{"head -n 3": "cat"})
            mine = next(line.split() for line in whole.splitlines()
                        if line.split()[0] == str(subject.pid))
            self.assertEqual((mine[1].rstrip("!"), mine[2]), ("198", "200"))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_mount(self):
        for held in ("os.chdir(sys.argv[1])",
                     "os.open(sys.argv[1] + '/x', os.O_RDWR | os.O_CREAT)"):
            with self.subTest(held=held), Subject(MOUNTED + held) as subject:
                # The mount is in a namespace of its own: seen from here, by way of /proc.
                point = f"/proc/{subject.pid}/root{subject.folder.name}"
                answer = self.cook(self.headings[2], **{"/mnt/backup": point})
                self.assertTrue(has_pid(answer, subject.pid), answer)

    def test_deleted(self):
        with Subject(DELETED) as subject:
            lines = self.cook(self.headings[3]).splitlines()
            mine = [line.split(" ") for line in lines if line.startswith(f"{subject.pid} ")]
            self.assertEqual(len(mine), 1, mine)
            self.assertEqual(mine[0][1:4], [str(subject.fd), str(1 << 40), "deleted"])
            self.assertTrue(mine[0][4].endswith(r"/was\x20here"))
            sizes = [int(line.split(" ")[2]) for line in lines if line.split(" ")[2] != "-"]
            self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_talk(self):
        with Subject(TALKS) as subject:
            answer = self.cook(self.headings[4], **{"1301": subject.pid})
            line = next(line for line in answer.splitlines()
                        if re.search(rf"- +{subject.w} w +pipe", line))
            self.assertRegex(line, rf"(→|->) {subject.child} python\S* fd {subject.r}$")
            self.assertRegex(self.draw(subject.pid), rf"p{subject.pid} -> p{subject.child}")

    def draw(self, pid):
        """Without dot, which need not be installed."""
        command = RECIPES[self.headings[4]][1]
        self.assertEqual(command, "ptree --graph httpd | dot -Tsvg >httpd.svg")
        return self.cook(self.headings[4], 1,
                         **{"httpd ": f"{pid} ", "| dot -Tsvg >httpd.svg": ""})


if __name__ == "__main__":
    unittest.main()
