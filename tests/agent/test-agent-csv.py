# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# In a running collectd: what its csv writer gets is what ptree -J shows of the same processes.

import math
import unittest

import agent
from agent import AgentTest, Collectd, Folder, Scenes, Truth

agent.require("collectd")

BLOCK = """
ReportByKind true
ReportSockets true
ProcessMatch "zoo" "{zoo}"
ProcessMatch "sockets" "{sockets}"
ReportByKind false
ReportSockets false
ProcessMatch "sharers" "{sharers}"
<ProcessMatch "loner" "{loner}">
  ReportPerProcess true
</ProcessMatch>
Process "{comm}"
Process "nobody-here"
"""


class CsvTest(AgentTest):
    @classmethod
    def enter(cls, manager):
        entered = manager.__enter__()
        cls.addClassCleanup(manager.__exit__, None, None, None)
        return entered

    @classmethod
    def setUpClass(cls):
        folder = cls.enter(Folder())
        cls.scenes = cls.enter(
            Scenes(folder, "zoo", "sockets", "clone-files", "unshared-thread")
        )
        block = BLOCK.format(
            zoo=cls.scenes.pattern("zoo"),
            sockets=cls.scenes.pattern("sockets"),
            sharers=cls.scenes.pattern("clone-files"),
            loner=cls.scenes.pattern("unshared-thread"),
            comm=cls.scenes.comm,
        )
        cls.collectd = cls.enter(Collectd(folder, block))
        cls.document = agent.ask_ptree()
        # The last that is written of a reading.
        cls.collectd.wait("machine", "duration-read_cpu")

    def truth(self, scene):
        return Truth(self.document, self.scenes.of(scene))

    def test_kinds(self):
        truth = self.truth("zoo")
        seen = self.collectd.read("zoo")
        self.assertGreater(len(truth.kinds()), 10)
        self.assert_same(seen, truth.counts())
        self.assert_same(seen, truth.kinds())

    def test_sockets(self):
        truth = self.truth("sockets")
        seen = self.collectd.read("sockets")
        sockets = truth.sockets()
        for series in ("tcp_connections-LISTEN", "tcp_connections-ESTABLISHED",
                       "current_connections-unix-LISTEN", "current_connections-inet-UNCONNECTED"):
            self.assertGreater(sockets[series], 0)
        self.assert_same(seen, sockets)
        self.assert_same(seen, truth.kinds())

    def test_shared_tables_count_once(self):
        truth = self.truth("clone-files").counts()
        self.assertGreater(truth["count-fd_tables_shared"], 0)
        self.assertGreater(truth["ps_count"][0], truth["count-fd_tables"])
        seen = self.collectd.read("sharers")
        self.assert_same(seen, truth)
        self.assertFalse([s for s in seen if s.startswith(("files", "tcp"))])

    def test_threads_that_left(self):
        truth = self.truth("unshared-thread")
        self.assertGreater(len(truth.mine()), len(truth.members))
        self.assert_same(self.collectd.read("loner"), truth.counts())

    def test_each_process(self):
        members = self.truth("unshared-thread").members
        self.assertGreater(len(members), 1)
        for process in members:
            pid = process["pid"]
            truth = Truth(self.document, lambda other: other["pid"] == pid)
            self.assert_same(self.collectd.read(f"loner-{pid}"), truth.counts())

    def test_by_name(self):
        comm = self.scenes.comm
        truth = Truth(self.document, lambda process: process["comm"] == comm)
        self.assertGreater(len(truth.members), 4)
        self.assert_same(self.collectd.read(comm), truth.counts())

    def test_nobody(self):
        seen = self.collectd.read("nobody-here")
        self.assertEqual(seen["ps_count"], [0, 0])
        self.assertEqual(seen["file_handles"], 0)
        # Of nobody the share is not 0: it is unknown.
        self.assertTrue(math.isnan(seen["percent-fd_limit"]))

    def test_machine(self):
        """Others come and go, so only what holds for each moment."""
        seen = self.collectd.read("machine")
        part = self.collectd.read(self.scenes.comm)
        for series in ("file_handles", "count-fd_tables", "percent-fd_limit"):
            if not math.isnan(seen[series]):
                self.assertGreaterEqual(seen[series], part[series], series)
        self.assertGreater(seen["duration-read"], 0)
        self.assertGreater(seen["duration-read_cpu"], 0)


LAST_COUNT = "count-fd_tables_unread"  # of those that a look tells in any case


class LaterTest(AgentTest):
    def test_a_process_that_comes_later(self):
        """Its command line is looked at when it is there."""
        with Folder() as folder, Scenes(folder) as scenes:
            block = f'ProcessMatch "later" "{scenes.pattern("clone-files")}"'
            with Collectd(folder, block) as collectd:
                before = collectd.wait("later", LAST_COUNT)
                self.assertEqual(before["ps_count"], [0, 0])
                scenes.start("clone-files")
                truth = Truth(agent.ask_ptree(), scenes.of("clone-files")).counts()

                # Each series is a file of its own, written when its turn comes.
                def there():
                    try:
                        self.assert_same(collectd.read("later"), truth)
                    except AssertionError:
                        return False
                    return True

                agent.wait_for(f"the new processes: {truth}", there)


if __name__ == "__main__":
    unittest.main(verbosity=2)
