# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# A collectd that root has started and that is nobody's by the time it reads: no user, no capability
# in any set of any thread. What the plugin opened when it was initialized is all that it needs.

import os
import pathlib
import unittest

import agent
from agent import AgentTest, Collectd, Folder, Scenes, Truth

agent.require("collectd")
if os.geteuid() != 0:
    print("needs root, to give it up")
    raise SystemExit(77)
with Folder() as place:
    _, said = agent.check_config(place, 'Backend "bpf"')
if "The bpf backend does not work" in said and os.environ["HAS_BPF"] == "0":
    print(said)
    raise SystemExit(77)

BLOCK = """
Backend "bpf"
ReportByKind true
ReportSockets true
ProcessMatch "zoo" "{zoo}"
ProcessMatch "sockets" "{sockets}"
"""


def statuses(pid):
    return [path.read_text() for path in pathlib.Path(f"/proc/{pid}/task").glob("*/status")]


class DropTest(AgentTest):
    def test_nobody_sees_all(self):
        drop = f'PluginDir "{os.environ["DROP_DIR"]}"\nLoadPlugin drop'
        with Folder() as folder, Scenes(folder, "zoo", "sockets") as scenes:
            block = BLOCK.format(zoo=scenes.pattern("zoo"), sockets=scenes.pattern("sockets"))
            document = agent.ask_ptree()
            with Collectd(folder, block, last=drop) as collectd:
                collectd.wait("machine", "duration-read_cpu")
                for status in statuses(collectd.child.pid):
                    self.assertIn("\nUid:\t65534\t65534\t65534\t65534\n", status)
                    self.assertIn("\nCapEff:\t0000000000000000\n", status)
                    self.assertIn("\nCapPrm:\t0000000000000000\n", status)
                for name in ("zoo", "sockets"):
                    truth = Truth(document, scenes.of(name))
                    seen = collectd.read(name)
                    self.assert_same(seen, truth.counts())
                    self.assert_same(seen, truth.kinds())
                    self.assert_same(seen, truth.sockets())


if __name__ == "__main__":
    unittest.main(verbosity=2)
