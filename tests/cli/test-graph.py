# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Does the graph tell who talks to whom, and nothing else? Whatever names there are, is it one that
# Graphviz can read?

import html
import json
import os
import re
import subprocess
import tempfile
import unittest

from dot_graph import Graph
from peers import Subject
from ptree_cli import ENVIRONMENT, PTREE, Scene, run

BACKENDS = ["bpf", "pidfd", "procfs"]
# Forks, and the children wait until the subject ends; what they do first is their own.
CHILDREN = """
def child(work):
    here, there = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(here)
        os.dup2(os.open("/dev/null", os.O_RDWR), 0)
        os.dup2(0, 1)
        keep = work()
        os.write(there, b"x")
        os.close(there)
        import signal, ctypes
        ctypes.CDLL(None).prctl(1, 9)
        signal.pause()
    os.close(there)
    os.read(here, 1)
    os.close(here)
    return pid
"""


def graph_of(*args, env=None):
    result = run("--graph", *args, env=env)
    if result.status not in (0, 1):
        raise AssertionError(str(result))
    return Graph(result.out)


def node(pid):
    return f"p{pid}"


class Scenes(unittest.TestCase):
    def test_sockets_of_two(self):
        with Scene("socket-peers") as scene:
            ends = [pair.split(",") for pair in scene.facts["pair"]]
            parent, child = (int(end.split(":")[0]) for end in ends[0])
            graph = graph_of(parent)
            self.assertLessEqual({node(parent), node(child)}, set(graph.nodes))
            unix, inet = sorted(
                graph.between(node(child), node(parent)), key=lambda line: line[0][:2] != "fd"
            )
            self.assertFalse(unix[1] or inet[1])  # nobody has a name by which the other found it
            fds = sorted([int(end.split(":")[1]) for end in pair] for pair in ends[3:])
            told = [sorted(map(int, re.findall(r"\d+", part))) for part in unix[0].split("\n")]
            self.assertEqual(sorted(told), fds)
            self.assertEqual([word.split(" ")[0] for word in inet[0].split("\n")],
                             ["tcp", "tcp", "udp"])

    def test_pipes(self):
        with Scene("ends") as scene:
            wanted = set()
            for fact in scene.facts["peer"]:
                one, fd, other, peer_fd = map(int, fact.split(":"))
                if one != other:
                    wanted.add((one, fd, other, peer_fd))
            one, other = min(wanted)[0], min(wanted)[2]
            graph = graph_of(one)
            there = graph.between(node(one), node(other))
            back = graph.between(node(other), node(one))
            self.assertTrue(all(directed for _, directed in there + back))
            told = set()
            for source, target, lines in ((one, other, there), (other, one, back)):
                for label, _ in lines:
                    for fds in re.findall(r"fd (\d+) → fd (\d+)", label):
                        told.add((source, int(fds[0]), target, int(fds[1])))
            self.assertTrue(told)
            self.assertLessEqual(told, wanted)
            self.assertEqual({frozenset(t) for t in told}, {frozenset(t) for t in wanted})

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_fifos_with_one_number(self):
        with Scene("fifos") as scene:
            graph = graph_of("-c", *scene.pids)
            pairs = [[int(x) for x in fact.split(":")] for fact in scene.facts["peer"]]
            for one, _, other, _ in pairs:
                lines = graph.between(node(one), node(other)) + graph.between(
                    node(other), node(one))
                self.assertEqual(len(lines), 1, graph.text)
                self.assertRegex(lines[0][0], r"^fifo .*/fifo$")
            self.assertEqual(len([e for e in graph.edges if e[2]["label"][:4] == "fifo"]), 2)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_terminals_with_one_number(self):
        with Scene("terminals") as scene:
            masters = {int(fact.split(":")[0]) for fact in scene.facts["peer"]}
            graph = graph_of("-c", *scene.pids)
            terminals = [e for e in graph.edges if e[2].get("label", "").startswith("pts/")]
            self.assertEqual(len(terminals), 2, graph.text)
            for source, target, attributes in terminals:
                self.assertEqual(attributes["label"], "pts/0")
                self.assertEqual(attributes["dir"], "none")
                self.assertTrue({source, target} & {node(pid) for pid in masters})

    def test_one_table_is_one_frame(self):
        with Scene("clone-files") as scene:
            one, other = scene.pids
            graph = graph_of(one)
            frames = [frame for frame in graph.frames.values() if node(one) in frame[1]]
            self.assertEqual(len(frames), 1)
            self.assertEqual(set(frames[0][1]), {node(one), node(other)})
            self.assertRegex(frames[0][0], r"^table #\d+$")
            self.assertIn("fillcolor", graph.nodes[node(one)])
            self.assertNotIn("fillcolor", graph.nodes[node(other)])

    def test_several_tables_of_one_process(self):
        with Scene("unshared-thread") as scene:
            label = graph_of(scene.pids[0]).nodes[node(scene.pids[0])]["label"]
            self.assertRegex(label, r"^\d+ workload\ntables #\d+ #\d+$")
        with Scene("threads") as scene:
            label = graph_of(scene.pids[0]).nodes[node(scene.pids[0])]["label"]
            self.assertEqual(label, f"{scene.pids[0]} workload")

    def test_shared_description(self):
        with Scene("fork") as scene:
            one, other = scene.pids
            graph = graph_of(one)
            lines = [edge for edge in graph.edges if {edge[0], edge[1]} == {node(one), node(other)}]
            self.assertEqual(len(lines), 1, graph.text)
            self.assertEqual(lines[0][2]["style"], "dashed")
            self.assertEqual(lines[0][2]["dir"], "none")
            self.assertIn("/before-0", lines[0][2]["label"])
            self.assertNotIn("after", lines[0][2]["label"])

    def test_every_backend_says_the_same(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        with Scene("socket-peers") as sockets, Scene("fork") as fork:
            for scene in (sockets, fork):
                texts = set()
                for backend in BACKENDS:
                    result = run("--graph", "--backend", backend, *scene.pids)
                    if result.status == 0:
                        texts.add(result.out)
                self.assertEqual(len(texts), 1, texts)

    def test_all_and_again(self):
        with Scene("ends") as scene:
            graph = graph_of("-c")
            self.assertIn(node(scene.pids[0]), graph.nodes)
            ends = {end for edge in graph.edges for end in edge[:2]}
            framed = {name for frame in graph.frames.values() for name in frame[1]}
            self.assertEqual(set(graph.nodes), ends | framed)
            self.assertNotIn("fillcolor", graph.nodes[node(scene.pids[0])])
            first = run("--graph", *scene.pids)
            self.assertEqual(first.out, run("--graph", *scene.pids).out)


    def test_the_command_itself_is_left_out(self):
        # It is connected to us by the pipe that its answer comes through.
        with subprocess.Popen([PTREE, "--graph", str(os.getpid())], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env=ENVIRONMENT) as child:
            graph = Graph(child.stdout.read())
        self.assertIn(node(os.getpid()), graph.nodes)
        self.assertNotIn(node(child.pid), graph.nodes)


class Servers(unittest.TestCase):
    CODE = CHILDREN + """
import socket
path = os.path.join(sys.argv[1], "x.sock")
servers = [socket.socket(socket.AF_UNIX), socket.socket()]
servers[0].bind(path)
servers[1].bind(("127.0.0.1", 0))
datagrams = socket.socket(type=socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 0))
addresses = [path, servers[1].getsockname(), datagrams.getsockname()]
for server in servers:
    server.listen(4)

def call(n):
    clients = []
    for _ in range(n):
        clients += [socket.socket(socket.AF_UNIX), socket.socket()]
        clients[-2].connect(path)
        clients[-1].connect(addresses[1])
    clients.append(socket.socket(type=socket.SOCK_DGRAM))
    clients[-1].connect(addresses[2])
    for server in servers + [datagrams]:
        server.close()
    return clients

client = child(lambda: call(2))
accepted = [server.accept() for server in servers for _ in range(2)]
facts.update(pid=os.getpid(), client=client, ports=[a[1] for a in addresses[1:]])
"""

    def test_clients_point_to_servers(self):
        with Subject(self.CODE) as subject:
            graph = graph_of(subject.pid)
            server, client = node(subject.pid), node(subject.client)
            lines = dict(graph.between(client, server))
            name = next(label for label in lines if label.startswith("unix "))
            self.assertRegex(name, r"^unix .*/x\.sock ×2$")
            tcp, udp = subject.ports
            told = {part for label in lines for part in label.split("\n")}
            self.assertEqual(told - {name}, {f"tcp :{tcp} ×2", f"udp :{udp}"})
            self.assertTrue(all(lines.values()))
            self.assertEqual([directed for _, directed in graph.between(server, client)
                              if directed], [])
            # The other way round: from the client's side it is the same line.
            other = graph_of(subject.client)
            self.assertEqual(dict(other.between(client, server)), lines)

    def test_nobody_there(self):
        code = """
import socket
with socket.socket(type=socket.SOCK_DGRAM) as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
keep = socket.socket(type=socket.SOCK_DGRAM)
keep.connect(("127.0.0.1", port))
facts.update(pid=os.getpid(), port=port)
"""
        with Subject(code) as subject:
            graph = graph_of(subject.pid)
            hosts = {name for name, a in graph.nodes.items() if a["label"] == "127.0.0.1"}
            self.assertEqual(len(hosts), 1)
            self.assertEqual(
                graph.between(node(subject.pid), hosts.pop()), [(f"udp :{subject.port}", True)])


    def test_many_hosts_are_one_node(self):
        code = """
import socket
keep = []
with socket.socket(type=socket.SOCK_DGRAM) as free:
    free.bind(("0.0.0.0", 0))
    port = free.getsockname()[1]
for i in range(int(sys.argv[2])):
    keep.append(socket.socket(type=socket.SOCK_DGRAM))
    keep[-1].connect((f"127.0.0.{10 + i}", port))
facts.update(port=port)
"""
        for n in (8, 9):
            with self.subTest(hosts=n), Subject(code, n) as subject:
                graph = graph_of(subject.pid)
                hosts = sorted(a["label"] for name, a in graph.nodes.items() if name[0] == "h")
                named = sorted(f"127.0.0.{10 + i}" for i in range(n))
                self.assertEqual(hosts, named if n == 8 else ["9 hosts"])
                labels = {edge[2]["label"] for edge in graph.edges if edge[1][0] == "h"}
                times = "" if n == 8 else " ×9"
                self.assertEqual(labels, {f"udp :{subject.port}{times}"})


class Crowds(unittest.TestCase):
    CODE = CHILDREN + """
here, there = os.pipe()
children = [child(lambda: os.close(here)) for _ in range(%d)]
os.close(there)
facts.update(pid=os.getpid(), children=children, fd=here)
"""

    def test_two_hundred_writers_of_one_pipe(self):
        with Subject(self.CODE % 200) as subject:
            graph = graph_of("-c", subject.pid)
            server = node(subject.pid)
            into = [edge for edge in graph.edges
                    if edge[1] == server and edge[2].get("label") == f"fd {subject.fd}"]
            self.assertEqual(len(into), 1, graph.text[:3000])
            hub = into[0][0]
            self.assertEqual(graph.nodes[hub]["label"], "pipe")
            writers = {edge[0] for edge in graph.edges if edge[1] == hub}
            self.assertEqual(writers, {node(pid) for pid in subject.children})
            self.assertLess(len(graph.edges), 4 * 200)
            drawn = graph.draw("plain")
            if drawn is not None:
                self.assertEqual(drawn.count("\nedge "), len(graph.edges))
            folded = graph_of(subject.pid)
            first = min(subject.children)
            self.assertEqual(
                {name for name in folded.nodes if name[1:].isdigit()
                 and int(name[1:]) in subject.children}, {node(first)})
            self.assertRegex(folded.nodes[node(first)]["label"], rf"^{first}\+ 200\*\[.*\]$")
            self.assertLess(len(folded.edges), 40)
            one = graph_of(first)
            self.assertEqual(
                [directed for _, directed in one.between(node(first), server)
                 if directed], [True])


HOSTILE = [
    b'"];\nevil',
    b"\\N\\G\\l\\",
    b"&#10;&quot;&lt;",
    b"<b>{|}</b>",
    b"\x1b[31m\x07\r",
    b"\xff\xfe\xc3",
    "\u202eabc".encode(),
    b'\\"',
    b"",
    "naïve 🐧".encode(),
]


class Hostile(unittest.TestCase):
    CODE = CHILDREN + """
import ctypes
names = [bytes.fromhex(name) for name in sys.argv[3].split(",")]
fifos = []
def work(name, i):
    ctypes.CDLL(None).prctl(15, name)
    fd = os.open(fifos[i], os.O_RDWR)
    os.set_inheritable(fd, True)
    return fd
pids = []
keep = []
for i, name in enumerate(names):
    path = os.path.join(os.fsencode(sys.argv[2]), name.replace(b"/", b"-") + b"%d" % i)
    os.mkfifo(path)
    fifos.append(path)
    keep.append(os.open(path, os.O_RDWR))
    pids.append(child(lambda: work(name, i)))
facts.update(pid=os.getpid(), pids=pids)
"""

    def check(self, subject, locale):
        graph = graph_of(subject.pid, env={"LC_ALL": locale})
        if locale != "C.UTF-8":
            self.assertTrue(graph.text.isascii())
        self.assertFalse(re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", graph.text))
        labels = [graph.nodes[node(pid)]["label"] for pid in subject.pids]
        self.assertEqual(labels[0], f'{subject.pids[0]} "];\\x0aevil')
        self.assertEqual(labels[1], f"{subject.pids[1]} \\N\\G\\l\\")
        self.assertEqual(labels[2], f"{subject.pids[2]} &#10;&quot;&lt;"[: len(str(
            subject.pids[2])) + 16])
        self.assertEqual(labels[5], f"{subject.pids[5]} \\xff\\xfe\\xc3")
        drawn = graph.draw("svg")
        if drawn is None:
            return
        texts = {html.unescape(text) for text in re.findall("<text[^>]*>([^<]*)</text>", drawn)}
        # Graphviz writes blanks that must not be lost in a form of their own.
        texts = {text.replace("\xa0", " ") for text in texts}
        for label in labels:
            self.assertIn(label.strip(), {text.strip() for text in texts})

    def test_names(self):
        names = ",".join(name.hex() for name in HOSTILE)
        with tempfile.TemporaryDirectory() as folder:
            with Subject(self.CODE, folder, names) as subject:
                for locale in ("C.UTF-8", "C"):
                    with self.subTest(locale=locale):
                        self.check(subject, locale)

    def test_the_reader_would_notice(self):
        for bad in (b'digraph ptree { a [label="\\N"]; }', b'digraph ptree { a [label="&#10;"]; }',
                    b'digraph ptree { a [label="x\n"]; }', b"digraph ptree { a -> b []; }",
                    b"digraph ptree { a []; } b", b'digraph ptree { a [label="\xff"]; }',
                    b"digraph ptree { a []; a []; }"):
            with self.assertRaises((ValueError, KeyError)):
                Graph(bad)


class Statuses(unittest.TestCase):
    def test_nothing_matched(self):
        result = run("--graph", 2**22 + 1)
        self.assertEqual(result.status, 1)
        graph = Graph(result.out)
        self.assertEqual((graph.nodes, graph.edges), ({}, []))
        drawn = graph.draw("json")
        if drawn is not None:
            self.assertNotIn("objects", json.loads(drawn))

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result = run("--graph", stdout=full, stderr=-1)
            self.assertEqual(result.status, 3)
            self.assertEqual(len(result.err.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
