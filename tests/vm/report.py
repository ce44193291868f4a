# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What came of the tests in the virtual machines: report.py LIST LOG…
#
# LIST names the tests that were to run, LOG is the directory of one machine: its `output`, what
# tests/vm/init wrote, is taken apart into one file a test. Prints what each kernel is, what was
# skipped and why, and a table of kernels and tests; exit status 1 if a test failed, did not end or
# was not reached.

import pathlib
import re
import sys

SKIPPED = 77
PLAN = re.compile(r"1\.\.(\d+)(?:\s*# SKIP\s*(.*))?")
RESULT = re.compile(r"(not )?ok \d+ (\S+)(?:.*# SKIP\s*(.*))?", re.IGNORECASE)


class Test:
    def __init__(self, name):
        self.name = name
        self.lines = []
        self.status = None
        self.seconds = None

    def read(self):
        """What the test says of itself, in the Test Anything Protocol if it speaks that."""
        self.planned, self.results, self.reasons = None, [], []
        for line in self.lines:
            plan, result = PLAN.fullmatch(line), RESULT.match(line)
            if plan:
                self.planned = int(plan[1])
                if plan[2]:
                    self.reasons.append(("all of it", plan[2]))
            elif result:
                self.results.append("failed" if result[1] else "ok")
                if result[3] is not None:
                    self.results[-1] = "skipped"
                    self.reasons.append((result[2], result[3]))
        if self.status == SKIPPED and not self.reasons:
            self.reasons.append(("all of it", "".join(self.lines[-1:])))

    @property
    def failure(self):
        """Why this test counts as failed; empty: it does not."""
        n_failed = self.results.count("failed")
        if self.status is None:
            return "did not end" if self.lines else "not reached"
        if n_failed:
            return f"{n_failed} of {self.planned}"
        if self.status not in (0, SKIPPED):
            return f"exit status {self.status}"
        if self.planned is not None and self.planned != len(self.results):
            return f"{len(self.results)} of {self.planned} ran"
        return "" if self.lines or self.status == SKIPPED else "said nothing"

    @property
    def cell(self):
        n_skipped = self.results.count("skipped")
        n_ok = self.results.count("ok")
        if self.failure:
            return f"FAIL: {self.failure}"
        if self.status == SKIPPED or (self.planned is not None and n_ok == 0):
            return "skip"
        text = "ok" if self.planned is None else f"ok {n_ok}"
        text += f", skip {n_skipped}" if n_skipped else ""
        return f"{text} ({self.seconds} s)"


class Machine:
    def __init__(self, log, names):
        self.log = log
        self.tests = {name: Test(name) for name in names}
        self.facts = {}
        self.done = False
        self._split((log / "output").read_text(encoding="utf-8", errors="backslashreplace"))
        for test in self.tests.values():
            test.read()
            text = "".join(line + "\n" for line in test.lines)
            (log / (test.name.replace("/", "-") + ".log")).write_text(text, encoding="utf-8")

    def _split(self, output):
        current = None
        for line in output.splitlines():
            word, *words = line.split(" ")[1:] if line.startswith("== ") else ("",)
            if word == "fact":
                self.facts[words[0]] = " ".join(words[1:])
            elif word == "begin" and words[0] in self.tests:
                current = self.tests[words[0]]
            elif word == "end" and current is not None:
                current.status, current.seconds = int(words[1]), int(words[2])
                current = None
            elif word == "done":
                self.done = True
            elif current is not None and line:
                current.lines.append(line)

    @property
    def name(self):
        return self.facts.get("kernel", self.log.name + " (did not start)")

    @property
    def failed(self):
        return not self.done or any(test.failure for test in self.tests.values())


def table(machines, names):
    rows = [["", *(machine.name for machine in machines)]]
    rows += [[name, *(machine.tests[name].cell for machine in machines)] for name in names]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def reasons(machines):
    """Each reason once, with the kernels and the tests that give it."""
    found = {}
    for machine in machines:
        for test in machine.tests.values():
            for what, reason in test.reasons:
                place = found.setdefault((reason, machine.name), {})
                place.setdefault(test.name, []).append(what)
    for (reason, kernel), tests in found.items():
        print(f"\nskipped on {kernel}: {reason}")
        for name, parts in tests.items():
            n = f"{len(parts)}, as " if len(parts) > 2 else ""
            print(f"    {name}: {n}{' '.join(parts[: 1 if n else None])}")


def main():
    names = [line.split(" ")[1] for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
    machines = [Machine(pathlib.Path(log), names) for log in sys.argv[2:]]
    for machine in machines:
        print(machine.name)
        print(*(f"  {name}: {value}" for name, value in machine.facts.items()), sep="\n")
        for name in sorted(set(machine.tests) & {"ptree", "ptree-bpf"}):
            print(f"  {name}:", *machine.tests[name].lines, sep="\n    ")
    reasons(machines)
    print()
    table(machines, names)
    for machine in machines:
        if machine.failed:
            print(f"{machine.name} failed; what it wrote is in {machine.log}")
        if not machine.done:
            console = (machine.log / "console").read_text(encoding="utf-8", errors="replace")
            print(*(f"    {line}" for line in console.splitlines()[-8:]), sep="\n")
    sys.exit(any(machine.failed for machine in machines))


if __name__ == "__main__":
    main()
