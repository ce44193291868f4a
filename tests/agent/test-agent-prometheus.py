# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# From one machine to a fleet: collectd's write_prometheus, scraped by a Prometheus, asked over its
# HTTP interface. Names and labels of the series are those that doc/fleet.md tells.

import json
import shutil
import socket
import unittest
import urllib.parse
import urllib.request

import agent
from agent import AgentTest, Collectd, Daemon, Folder, Scenes, Truth
from ports import bind

agent.require("collectd", "prometheus")
with Folder() as place:
    agent.require_plugin(place, "write_prometheus")

BLOCK = """
ReportByKind true
ReportSockets true
ProcessMatch "sockets" "{pattern}"
"""

# What the csv writer calls a series, and how it is asked for here.
QUERIES = {
    "file_handles": 'collectd_procview_file_handles{%s}',
    "percent-fd_limit": 'collectd_procview_percent{%s,type="fd_limit"}',
    "count-fd_tables": 'collectd_procview_count{%s,type="fd_tables"}',
    "count-fd_tables_shared": 'collectd_procview_count{%s,type="fd_tables_shared"}',
    "count-fd_tables_unread": 'collectd_procview_count{%s,type="fd_tables_unread"}',
}


def free_port():
    """One that others are not given before it is taken, as a rule."""
    with socket.socket() as probe:
        bind(probe, "127.0.0.1")
        return probe.getsockname()[1]


class Prometheus(Daemon):
    def __init__(self, folder, target):
        self.port = free_port()
        config = folder / "prometheus.yml"
        config.write_text(
            f"""global:
  scrape_interval: 1s
scrape_configs:
  - job_name: collectd
    honor_labels: true
    static_configs:
      - targets: ["127.0.0.1:{target}"]
""",
            encoding="utf-8",
        )
        super().__init__([
            shutil.which("prometheus"),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder}/tsdb",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=error",
        ])

    def ask(self, query):
        """[(labels, value)]; nothing while it is not ready."""
        where = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode(
            {"query": query}
        )
        try:
            with urllib.request.urlopen(where, timeout=5) as answer:
                document = json.load(answer)
        except OSError:
            return []
        return [(r["metric"], float(r["value"][1])) for r in document["data"]["result"]]


class PrometheusTest(AgentTest):
    @classmethod
    def setUpClass(cls):
        def enter(manager):
            entered = manager.__enter__()
            cls.addClassCleanup(manager.__exit__, None, None, None)
            return entered

        folder = enter(Folder())
        port = free_port()
        writer = f'''LoadPlugin write_prometheus
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "{port}"
</Plugin>
'''
        scenes = enter(Scenes(folder, "sockets"))
        # Before PluginDir is set, as every plugin of collectd's own.
        cls.collectd = enter(
            Collectd(folder, BLOCK.format(pattern=scenes.pattern("sockets")), first=writer)
        )
        cls.prometheus = enter(Prometheus(folder, port))
        cls.truth = Truth(agent.ask_ptree(), scenes.of("sockets"))
        agent.wait_for(
            "a scrape of the machine's last series",
            lambda: cls.prometheus.ask('collectd_procview_duration_seconds{type="read_cpu"}'),
            40,
        )

    def ask_one(self, query):
        found = self.prometheus.ask(query)
        self.assertEqual(len(found), 1, query)
        return found[0]

    def test_counts(self):
        counts = self.truth.counts()
        for series, query in QUERIES.items():
            labels, value = self.ask_one(query % 'procview="sockets"')
            self.assertAlmostEqual(value, counts[series], 4, series)
            self.assertEqual(labels["instance"], agent.HOST)
        for i, what in enumerate(("processes", "threads")):
            query = f'collectd_procview_ps_count_{what}{{procview="sockets"}}'
            self.assertEqual(self.ask_one(query)[1], counts["ps_count"][i])

    def by_type(self, metric):
        return {
            labels["type"]: value
            for labels, value in self.prometheus.ask(f'{metric}{{procview="sockets"}}')
        }

    def test_kinds(self):
        seen = {f"files-{kind}": n for kind, n in self.by_type("collectd_procview_files").items()}
        self.assert_same(seen, self.truth.kinds())

    def test_sockets(self):
        seen = {}
        for name in ("tcp_connections", "current_connections"):
            for state, n in self.by_type(f"collectd_procview_{name}").items():
                seen[f"{name}-{state}"] = n
        self.assert_same(seen, self.truth.sockets())

    def test_machine(self):
        self.assertGreater(
            self.ask_one('collectd_procview_file_handles{procview="machine"}')[1], 0
        )

    def test_number_of_series(self):
        """As the formula of doc/fleet.md has it: what is there, and no more."""
        kinds, sockets = len(self.truth.kinds()), len(self.truth.sockets())
        self.assertEqual(
            len(self.prometheus.ask('{__name__=~"collectd_procview_.*",procview="sockets"}')),
            7 + kinds + sockets,
        )
        self.assertEqual(
            len(self.prometheus.ask('{__name__=~"collectd_procview_.*",procview="machine"}')),
            7 + 2,
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
