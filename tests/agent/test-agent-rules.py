# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# The example alerts, by promtool: that they are rules, that each fires when it should and not when
# it should not, and that none is left out of that.

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

PROMTOOL = shutil.which("promtool")
ROOT = pathlib.Path(os.environ["SOURCE_ROOT"])
RULES = ROOT / "bindings/collectd/alerts.rules.yml"
CASES = ROOT / "tests/agent/alerts.test.yml"

if PROMTOOL is None:
    print("promtool is not installed")
    raise SystemExit(77)


def promtool(*args):
    ran = subprocess.run([PROMTOOL, *map(str, args)], capture_output=True, text=True, timeout=120)
    return ran.returncode, ran.stdout + ran.stderr


class RulesTest(unittest.TestCase):
    def test_rules(self):
        status, said = promtool("check", "rules", RULES)
        self.assertEqual(status, 0, said)

    def run_cases(self, rules):
        with tempfile.TemporaryDirectory() as folder:
            cases = pathlib.Path(folder, "cases.yml")
            cases.write_text(CASES.read_text().replace("RULES", str(rules)))
            return promtool("test", "rules", cases)

    def test_cases(self):
        status, said = self.run_cases(RULES)
        self.assertEqual(status, 0, said)

    def test_each_alert_has_cases(self):
        """If one never fires, or always, a case fails."""
        blocks = re.split(r"(?=      - alert: )", RULES.read_text())
        self.assertGreater(len(blocks), 5)
        for i, block in enumerate(blocks[1:], 1):
            for bound in ("> 1000000000", "> -1000000000"):
                with self.subTest(alert=block.splitlines()[0], bound=bound):
                    broken = re.sub(r"> [0-9]+$", bound, block, flags=re.M)
                    self.assertNotEqual(broken, block)
                    with tempfile.TemporaryDirectory() as folder:
                        rules = pathlib.Path(folder, "rules.yml")
                        rules.write_text("".join([*blocks[:i], broken, *blocks[i + 1 :]]))
                        status, _ = self.run_cases(rules)
                    self.assertNotEqual(status, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
