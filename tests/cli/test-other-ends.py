# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Are the other ends told of one process the same, whether all processes were looked at or only
# those that may have them?
#
# Both are children of one subject, so that neither is a relative of the other, and each has nothing
# open but its part: what else they had in common would lead from one to the other, too.

import unittest

from dot_graph import Graph
from peers import Subject
from ptree_cli import run

CHILDREN = """
def child(name, *kept):
    here, there = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)
        libc.prctl(15, name.encode())
        for number in range(3):
            os.dup2(os.open("/dev/null", os.O_RDWR), number)
        for number in set(range(3, 64)) - {there, *kept}:
            try:
                os.close(number)
            except OSError:
                pass
        os.write(there, b"x")
        os.close(there)
        while True:
            signal.pause()
    os.close(there)
    os.read(here, 1)
    os.close(here)
    return pid
def of_unix(name=None, to=None, kind=socket.SOCK_DGRAM):
    made = socket.socket(socket.AF_UNIX, kind)
    if name:
        made.bind(f"\\0ptree-{os.getpid()}-{name}")
    if to:
        made.connect(f"\\0ptree-{os.getpid()}-{to}")
    return made
"""
# What is done with the ends: "facts" has those who ask, and the name that each must be told.
SCENES = {
    # Who is connected to another one is still sent to.
    "datagrams to one who sends elsewhere": """
elsewhere, asked = of_unix("elsewhere"), of_unix("asked")
sender = of_unix(to="asked")
asked.connect(elsewhere.getsockname())
child("elsewhere", elsewhere.fileno())
facts["asked"] = {child("asks", asked.fileno()): "sends", child("sends", sender.fileno()): "asks"}
""",
    "datagrams of a pair": """
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
facts["asked"] = {child("asks", one.fileno()): "answers",
                  child("answers", other.fileno()): "asks"}
""",
    # Who answers is connected to nobody.
    "datagrams to a port": """
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", 0))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(("127.0.0.1", server.getsockname()[1]))
facts["asked"] = {child("asks", client.fileno()): "answers",
                  child("answers", server.fileno()): "asks"}
""",
    "a connection": """
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
facts["asked"] = {child("asks", client.fileno()): "answers",
                  child("answers", server.fileno()): "asks"}
""",
    # The number that the set was given is closed where the set is.
    "a set that waits for another's pipe": """
here, there = os.pipe()
waits = select.epoll()
waits.register(here, select.EPOLLIN)
facts["asked"] = {child("asks", waits.fileno()): "has-pipe"}
child("has-pipe", here)
""",
    "a process by its descriptor": """
led_to = child("led-to")
facts["asked"] = {child("asks", os.pidfd_open(led_to)): "led-to"}
""",
    "a pipe": """
here, there = os.pipe()
facts["asked"] = {child("asks", here): "writes", child("writes", there): "asks"}
""",
}


# Nobody has the ends but those whose they are.
LEAVE = "os.closerange(3, 64)\n"


def tell(pid, *args):
    """What its descriptors lead to, as it is drawn below the process."""
    result = run("-f", "-o", "PID,COMMAND", *args, pid)
    if result.status != 0:
        raise AssertionError(str(result))
    return [line.split(" -> ")[1] for line in result.lines if " -> " in line]


class OtherEnds(unittest.TestCase):
    def test_text(self):
        for name, code in SCENES.items():
            with self.subTest(name), Subject(CHILDREN + code + LEAVE) as subject:
                for pid, other in subject.asked.items():
                    told = tell(int(pid))
                    self.assertEqual(len(told), 1, told)
                    self.assertRegex(told[0], rf"\d+ {other}\b")
                    self.assertEqual(told, tell(int(pid), "--backend", "procfs"))

    def test_one_of_many(self):
        """As many as are asked the kernel for, and more."""
        code = """
pipes = [os.pipe() for _ in range(20)]
facts["asked"] = child("asks", *[here for here, _ in pipes])
child("writes", *[there for _, there in pipes])
"""
        with Subject(CHILDREN + code + LEAVE) as subject:
            told = tell(subject.asked)
            self.assertEqual(len(told), 20)
            for end in told:
                self.assertIn(" writes fd ", end)

    def test_graph(self):
        """Who shares a file has no other end, and is connected all the same."""
        code = """
path = os.path.join(sys.argv[1], "shared")
fd = os.open(path, os.O_RDWR | os.O_CREAT)
facts["asked"] = [child("asks", fd), child("shares", fd)]
"""
        with Subject(CHILDREN + code + LEAVE) as subject:
            for arguments in ([], ["--backend", "procfs"]):
                result = run("--graph", *arguments, subject.asked[0])
                graph = Graph(result.out)
                self.assertLessEqual({f"p{pid}" for pid in subject.asked}, set(graph.nodes))


if __name__ == "__main__":
    unittest.main()
