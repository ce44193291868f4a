# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Who has a port, or an abstract socket: is the one found who has it, by every way of writing it and
# with every backend, nobody else, and is a port that is taken never said to be free?

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from peers import Subject
from ports import bind
from ptree_cli import ENVIRONMENT, PTREE, Scene, ask, copy_command, run, run_as_nobody

BACKENDS = ("auto", "pidfd", "procfs")

LISTEN = f"""
sys.path.append({os.path.dirname(__file__)!r})
from ports import bind
""" + """
made = []
def listen(family, address, *options):
    made.append(socket.socket(family, socket.SOCK_STREAM))
    for option in options:
        made[-1].setsockopt(*option)
    bind(made[-1], address)
    made[-1].listen(4)
    return made[-1].getsockname()[1]
"""


def pids(*args):
    return ask(*args)[1]


def make(kind, family, address):
    made = socket.socket(family, kind)
    bind(made, address)
    return made, made.getsockname()[1]


def connections_of(address):
    """The states of those that the kernel lists, all of them ended by whoever had them."""
    end = f"{int.from_bytes(socket.inet_aton(address[0]), sys.byteorder):08X}:{address[1]:04X}"
    with open("/proc/self/net/tcp", encoding="ascii") as lines:
        return [fields[3] for fields in map(str.split, lines) if end in fields[1:3]]


def count_in_time_wait(address):
    """How many there are, once none is on its way there any more."""
    while set(states := connections_of(address)) - {"06"}:
        time.sleep(0.02)
    return len(states)


class Ports(unittest.TestCase):
    def check(self, pid, found_by, not_found_by):
        for backend in BACKENDS:
            # How a word is read is no matter of the backend.
            for word in found_by if backend == "auto" else found_by[:2]:
                with self.subTest(backend=backend, word=word):
                    self.assertEqual(pids("--backend", backend, word), [pid])
        for word in not_found_by:
            with self.subTest(word=word):
                result = run("-q", word)
                self.assertEqual((result.status, result.lines), (1, []), result)
                self.assertEqual(result.err_lines[0],
                                 f"ptree: no process seen has '{word}' open", result)

    def test_one_address(self):
        code = LISTEN + "facts['port'] = listen(socket.AF_INET, '127.0.0.1')"
        with Subject(code) as subject:
            p = subject.port
            self.check(
                subject.pid,
                [f":{p}", f"tcp:{p}", f"TCP:{p}", f"127.0.0.1:{p}", f"tcp:127.0.0.1:{p}", f"*:{p}",
                 f"[::ffff:127.0.0.1]:{p}", f"tcp:[::ffff:127.0.0.1]:{p}"],
                [f"127.0.0.2:{p}", f"[::1]:{p}", f"sctp:{p}", f"tcp:0.0.0.0:{p}"],
            )

    def test_all_addresses_answer_at_each(self):
        code = LISTEN + "facts['port'] = listen(socket.AF_INET, '0.0.0.0')"
        with Subject(code) as subject:
            p = subject.port
            self.check(subject.pid, [f"127.0.0.1:{p}", f"192.0.2.7:{p}", f"0.0.0.0:{p}"],
                       [f"[::1]:{p}", f"udp:127.0.0.1:{p}"])

    def test_ipv6(self):
        code = LISTEN + "facts['one'] = listen(socket.AF_INET6, '::1')\n"
        code += "facts['all'] = listen(socket.AF_INET6, '::')"
        with Subject(code) as subject:
            one, all_of_them = subject.one, subject.all
            self.check(
                subject.pid,
                [f"[::1]:{one}", f"tcp:[::1]:{one}", f":{one}", f"[0:0:0:0:0:0:0:1]:{one}",
                 f"[::1%lo]:{one}", f"[::1%nosuchif]:{one}",
                 f"[::1]:{all_of_them}", f"127.0.0.1:{all_of_them}", f"[::]:{all_of_them}"],
                [f"[::2]:{one}", f"127.0.0.1:{one}"],
            )

    def test_scope(self):
        code = LISTEN + """
made = socket.socket(socket.AF_INET6)
made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
bind(made, "::1")
made.listen(1)
facts["port"] = made.getsockname()[1]
facts["lo"] = socket.if_nametoindex("lo")
"""
        with Subject(code) as subject:
            p = subject.port
            self.check(subject.pid, [f"[::1%lo]:{p}", f"[::1%{subject.lo}]:{p}"],
                       [f"[::1%{subject.lo + 999}]:{p}"])

    def test_address_of_ipv4_in_ipv6(self):
        code = LISTEN + "facts['port'] = listen(socket.AF_INET6, '::ffff:127.0.0.1')"
        with Subject(code) as subject:
            p = subject.port
            self.check(subject.pid, [f"127.0.0.1:{p}", f"[::ffff:127.0.0.1]:{p}"], [f"[::1]:{p}"])

    def test_udp_that_is_only_bound(self):
        made, port = make(socket.SOCK_DGRAM, socket.AF_INET, "127.0.0.1")
        with made:
            self.check(os.getpid(), [f":{port}", f"udp:{port}", f"udp:127.0.0.1:{port}"],
                       [f"tcp:{port}"])

    def test_tcp_that_is_only_bound(self):
        made, port = make(socket.SOCK_STREAM, socket.AF_INET, "127.0.0.1")
        with made:
            for backend in BACKENDS:
                found = pids("--backend", backend, f":{port}")
                # The kernel lists such a socket nowhere; a duplicate of it, and BPF, can tell.
                if backend == "procfs":
                    self.assertIn(found, ([], [os.getpid()]))
                else:
                    self.assertEqual(found, [os.getpid()], backend)

    def test_both_ends(self):
        code = LISTEN + """
facts["port"] = listen(socket.AF_INET, "127.0.0.1")
child = os.fork()
if child == 0:
    made[0].close()
    mine = socket.create_connection(("127.0.0.1", facts["port"]))
    signal.pause()
theirs, (_, facts["other"]) = made[0].accept()
facts["child"] = child
"""
        with Subject(code) as subject:
            try:
                both = sorted([subject.pid, subject.child])
                for backend in BACKENDS:
                    for port in (subject.port, subject.other):
                        self.assertEqual(pids("--backend", backend, f"127.0.0.1:{port}"), both)
                # Only the listener's is a listener.
                shown = run("-r", "-o", "PID,SOCKSTATE,REMOTE", f":{subject.port}").lines
                self.assertIn(f"{subject.child} ESTABLISHED 127.0.0.1:{subject.port}", shown)
                self.assertIn(f"{subject.pid} LISTEN -", [line.replace("0.0.0.0:0", "-")
                                                          for line in shown])
            finally:
                os.kill(subject.child, 9)

    def test_as_lsof_and_ss_say(self):
        code = LISTEN + "facts['port'] = listen(socket.AF_INET, '0.0.0.0')"
        with Subject(code) as subject:
            lsof = subprocess.run(["lsof", "-nPt", f"-i:{subject.port}"], capture_output=True,
                                  text=True, check=False).stdout.split()
            self.assertEqual(list(map(str, pids(f":{subject.port}"))), lsof)

    def test_services(self):
        with open("/etc/services", encoding="utf-8", errors="replace") as services:
            names = {line.split()[1]: line.split()[0] for line in services
                     if len(line.split()) > 1 and not line.startswith("#")}
        port = next(int(place.split("/")[0]) for place in names
                    if place.endswith("/tcp") and int(place.split("/")[0]) > 20000)
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with made:
            try:
                made.bind(("127.0.0.1", port))
            except OSError:
                self.skipTest(f"port {port} is taken")
            made.listen(1)
            name = names[f"{port}/tcp"]
            for word in (f":{name}", f"tcp:{name}", f"127.0.0.1:{name}"):
                self.assertIn(os.getpid(), pids(word))

    def test_absurd(self):
        for word, why in {
            ":0": "from 1 to 65535",
            ":99999": "from 1 to 65535",
            ":65536": "from 1 to 65535",
            ":": "from 1 to 65535",
            "tcp:": "from 1 to 65535",
            ":nosuchservice": "services",
            "foo:80": "a protocol",
            "1.2.3:80": "an address",
            "[::1:80": "an address",
            "[nonsense]:80": "an address",
            "[]:80": "an address",
            "tcp:foo:80": "an address",
            "::1:80": "in brackets",
            "@": "@NAME",
        }.items():
            result = run(word)
            self.assertEqual((result.status, result.out), (2, b""), result)
            self.assertEqual(len(result.err_lines), 1, result)
            self.assertIn(why, result.err_lines[0])
            self.assertTrue(result.err_lines[0].startswith(f"ptree: '{word}'"), result)

    def test_no_port(self):
        # A path, and the name of a command.
        self.assertEqual(run("./a:80").status, 3)
        self.assertEqual(run("no:such-command").status, 1)

    def test_taken_by_nobody(self):
        before = after = 0
        # On a busy machine one may end early: what was sent twice is answered by a reset.
        for _ in range(10):
            with socket.socket() as listener:
                bind(listener, "127.0.0.1")
                listener.listen(1)
                address = listener.getsockname()
                client = socket.create_connection(address)
                accepted, _ = listener.accept()
                accepted.close()
                client.recv(1)
                client.close()
            before = count_in_time_wait(address)
            result = run(f":{address[1]}")
            after = count_in_time_wait(address)
            if before == after == 1:
                break
        port = address[1]
        self.assertEqual(result.status, 1, result)
        self.assertRegex(result.err_lines[0],
                         rf"':{port}' open, but it is taken: 1 closed connection in TIME_WAIT$")
        result = run(f"udp:{port}")
        self.assertEqual(result.err_lines[0], f"ptree: no process seen has 'udp:{port}' open")

    def test_taken_many_times(self):
        """More lines than the kernel writes at once."""
        with socket.socket() as listener:
            bind(listener, "127.0.0.1")
            listener.listen(200)
            address = listener.getsockname()
            clients = [socket.create_connection(address) for _ in range(200)]
            for _ in clients:
                listener.accept()[0].close()
        for client in clients:
            client.recv(1)
            client.close()
        # A connection of another test may get the same port, at its own end.
        for _ in range(20):
            before = count_in_time_wait(address)
            result = run(f":{address[1]}")
            after = count_in_time_wait(address)
            if after <= before:
                break
        self.assertEqual(result.status, 1, result)
        found = re.search(r"taken: (\d+) closed connections in TIME_WAIT$", result.err_lines[0])
        # Some may have ended, as above.
        self.assertTrue(found and after <= int(found[1]) <= before, (before, after, result))
        self.assertGreater(after, 4096 // 150, "these the kernel writes at once")

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_taken_by_whom_one_may_not_look_into(self):
        made, port = make(socket.SOCK_DGRAM, socket.AF_INET, "127.0.0.1")
        with tempfile.TemporaryDirectory() as folder, made:
            result = run_as_nobody(copy_command(folder), "-q", f"udp:{port}")
            self.assertEqual((result.status, result.out), (1, b""), result)
            self.assertEqual(result.err_lines[0], f"ptree: no process seen has 'udp:{port}' open, "
                             "but it is taken: 1 socket of the kernel, or of a process that was "
                             "not seen")

    def check_scene(self, name, kinds):
        with Scene(name) as scene:
            ports = {}
            for fact in scene.facts["socket"]:
                pid, _, kind, *fields = fact.split(":")
                fields = dict(field.split("=") for field in fields)
                if kind in kinds:
                    # Bound here or in another namespace, it may be somebody else's there.
                    ports.setdefault(fields["local_port"], set()).add(int(pid))
            self.assertTrue(ports)
            for backend in BACKENDS:
                for port, holders in ports.items():
                    with self.subTest(scene=name, backend=backend, port=port):
                        found = set(pids("--backend", backend, f":{port}"))
                        self.assertEqual(found & set(scene.pids), holders)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_in_other_network_namespaces(self):
        self.check_scene("netns", ("tcp-listening", "udp-bound"))
        self.check_scene("netns-twins", ("tcp-twin-listening",))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_socket_of_another_namespace_than_its_process(self):
        with Scene("foreign-sockets") as scene:
            for fact in scene.facts["socket"]:
                pid, _, kind, *fields = fact.split(":")
                fields = dict(field.split("=") for field in fields)
                # Who may not enter a namespace that no process is in has nothing to say of it.
                backends = BACKENDS if kind == "tcp-home" else BACKENDS[:1]
                for backend in backends if kind in ("tcp6-foreign", "tcp-home") else ():
                    found = pids("--backend", backend, f"tcp:{fields['local_port']}")
                    self.assertIn(int(pid), found, (kind, backend))


class Queue(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_in_the_queue_of_a_socket(self):
        code = LISTEN + """
facts["port"] = listen(socket.AF_INET, "127.0.0.1")
made += socket.socketpair()
socket.send_fds(made[1], [b"x"], [made[0].fileno()])
made[0].close()
"""
        with Subject(code) as subject:
            if run("-q", "--backend", "bpf", "1").status == 3:
                self.skipTest("needs BPF")
            self.assertEqual(pids("--backend", "bpf", f":{subject.port}"), [subject.pid])


class Abstract(unittest.TestCase):
    def check(self, name, found_by, not_found_by):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(b"\0" + name)
        listener.listen(1)
        for backend in BACKENDS:
            for word in found_by:
                self.assertEqual(pids("--backend", backend, word), [os.getpid()], (backend, word))
        for word in not_found_by:
            self.assertEqual(run("-q", word).status, 1, word)
        return listener

    def name(self, more=b""):
        return f"ptree-{os.getpid()}".encode() + more

    def test_name(self):
        name = self.name()
        self.check(name, [b"@" + name], [b"@" + name[:-1], b"@" + name + b"x", b"@@" + name])

    def test_name_with_a_slash(self):
        name = b"/tmp/" + self.name()
        self.check(name, [b"@" + name], [b"@" + name[1:]])
        self.assertEqual(run(name).status, 3)

    def test_name_with_nuls(self):
        name = self.name(b"\0middle\0\0")
        shown = b"@" + name.replace(b"\0", b"\\x00")
        self.check(name, [b"@" + name.replace(b"\0", b"@"), b"@" + name.rstrip(b"\0").replace(
            b"\0", b"@"), shown], [b"@" + self.name()])

    def test_as_it_is_shown(self):
        listener = self.check(self.name(b"\n\xff\\"), [b"@" + self.name(b"\n\xff\\")], [])
        shown = run("-rf", "-o", "FD,LOCAL", "--no-headings", os.getpid()).lines
        local = [line.split()[1] for line in shown if line.split()[0] == str(listener.fileno())][0]
        self.assertEqual(pids(local.replace("\\x5c", "\\")), [os.getpid()])

    def test_clients_have_no_name(self):
        name = self.name()
        listener = self.check(name, [], [])
        code = "made = socket.socket(socket.AF_UNIX)\n"
        code += f"made.connect({b'@' + name!r}.replace(b'@', bytes(1), 1))\n"
        with Subject(code):
            self.assertEqual(pids(b"@" + name), [os.getpid()])
            accepted, _ = listener.accept()
            with accepted:
                shown = run("-r", "-o", "PID,FD,NAME", "--no-headings", b"@" + name).lines
                self.assertEqual({int(line.split()[1]) for line in shown},
                                 {listener.fileno(), accepted.fileno()})


class Options(unittest.TestCase):
    def test_nothing_else_is_collected(self):
        made, port = make(socket.SOCK_DGRAM, socket.AF_INET, "127.0.0.1")
        with made:
            ran = subprocess.run([PTREE, "-J", f":{port}"], env=ENVIRONMENT, capture_output=True,
                                 check=True)
        self.assertNotIn(b'"mappings"', ran.stdout)
        self.assertNotIn(b'"fs_contexts"', ran.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
