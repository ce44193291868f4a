# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Do names and expressions find the commands that they mean, and no others, and what do several
# words mean together?

import json
import os
import pwd
import resource
import shutil
import subprocess
import tempfile
import time
import unittest

from peers import Subject, uses_bpf
from ptree_cli import (
    ENVIRONMENT,
    NOBODY,
    WORKLOAD,
    Scene,
    ask,
    copy_command,
    run,
    run_as_nobody,
    unseen,
)

IS_ROOT = os.geteuid() == 0
NAME = f"pv{os.getpid()}"  # that nothing else here is called
BACKENDS = ("bpf", "pidfd", "procfs") if IS_ROOT else ("auto",)
NOTHING_MATCHES_ALL = ["ptree: nothing matches all of these"]


def says(result):
    return [line for line in result.err_lines if not unseen(line)]


class Processes(unittest.TestCase):
    """With a folder for programs of any name."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o755)

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name):
        return shutil.copy(shutil.which("sleep"), self.path(name))

    def start(self, *argv, executable=None, comm=None, **options):
        child = subprocess.Popen([*argv], executable=executable, **options)
        self.addCleanup(child.__exit__, None, None, None)
        self.addCleanup(child.kill)
        # What vfork(2) has not exec'd yet still has our name.
        wanted = os.fsencode(comm or os.path.basename(executable or argv[0]))[:15]
        while self.read(child.pid, "comm")[:-1] != wanted:
            time.sleep(0.01)
        return child.pid

    @staticmethod
    def read(pid, name):
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()

    def check(self, word, *expected):
        self.assertEqual(ask(word), (0, sorted(expected)), word)

    def check_nobody(self, word):
        result = run(word)
        self.assertEqual((result.status, result.out), (1, b""), result)
        return says(result)


class Names(Processes):
    def test_all_three_names(self):
        program = self.program(NAME + "-exe")
        pid = self.start(f"/any/where/{NAME}-argv", "60", executable=program)
        self.check(NAME + "-exe", pid)
        self.check(NAME + "-argv", pid)
        code = f"open('/proc/self/comm', 'w').write('{NAME}-comm')"
        with Subject(code) as subject:
            self.check(NAME + "-comm", subject.pid)

    def test_nothing_but_the_whole_name(self):
        pid = self.start(self.program(NAME), "60")
        self.check(NAME, pid)
        for word in (NAME[:-1], NAME + "x", NAME.upper(), NAME[1:]):
            self.check_nobody(word)

    def test_arguments_are_no_name(self):
        self.start("sh", "-c", "read line", NAME, stdin=subprocess.PIPE)
        self.check_nobody(NAME)

    def test_longer_than_the_kernel_keeps(self):
        common = (NAME + "-longer-than-fifteen")[:19]
        one, other = (self.start(self.program(common + end), "60") for end in ("-a", "-b"))
        self.check(common + "-a", one)
        self.check(common + "-b", other)
        self.check(common[:15], one, other)
        self.check_nobody(common)
        self.check_nobody(common[:14])

    def test_script_whose_name_was_cut(self):
        for number, line in enumerate(("#!/bin/sh", "#!/bin/sh -u")):
            name = f"{NAME}-script-of-a-long-name-{number}"
            with open(self.path(name), "w", encoding="ascii") as file:
                file.write(f"{line}\nread line\n")
            os.chmod(self.path(name), 0o755)
            pid = self.start(self.path(name), stdin=subprocess.PIPE)
            self.check(name, pid)
            self.check_nobody(name + "-and-more")

    def test_program_that_was_removed(self):
        program = self.program(NAME + "-gone")
        pid = self.start("something", "60", executable=program)
        os.unlink(program)
        self.check(NAME + "-gone", pid)

    def test_name_is_any_bytes(self):
        name = os.fsencode(NAME) + b" \xff\n\x1b"
        program = self.program(os.fsdecode(name))
        pid = self.start(program, "60")
        self.check(name, pid)
        result = run(name + b"no")
        self.assertEqual(
            says(result), [rf"ptree: no user and no command is called '{NAME} \xff\x0a\x1bno'"]
        )

    def test_zombies_have_a_name(self):
        with Scene("zombies") as scene:
            dead = {int(pid) for fact in scene.facts["tableless"] for pid in fact.split(",")}
            self.assertLessEqual(dead, set(ask(os.path.basename(WORKLOAD))[1]))

    def test_nobody_is_called_so(self):
        self.assertEqual(self.check_nobody(NAME + "-none"),
                         [f"ptree: no user and no command is called '{NAME}-none'"])
        pid = self.start(self.program(NAME), "60")
        result = run("-q", NAME, NAME + "-none")
        self.assertEqual((result.status, result.lines, result.err), (0, [str(pid)], b""), result)

    def test_file_without_a_slash(self):
        name = f"{NAME}-log"
        with open(os.path.join(self.folder, name), "w", encoding="utf-8"):
            result = run(name, cwd=self.folder)
            self.assertEqual(result.status, 1)
            self.assertEqual(says(result), [f"ptree: no user and no command is called '{name}'; "
                                            f"for the file, say ./{name}"])
            self.assertEqual(ask(f"./{name}", cwd=self.folder)[1], [os.getpid()])

    def test_empty_word(self):
        result = run("")
        self.assertEqual((result.status, result.out), (2, b""), result)
        self.assertEqual(result.err_lines, ["ptree: '' is no WHAT; 'ptree --help' says what is"])

    def test_command_leaves_itself_out(self):
        command = copy_command(self.folder)
        alone = os.rename(command, self.path(NAME)) or self.path(NAME)
        environment = {**ENVIRONMENT, "LD_LIBRARY_PATH": self.folder}
        for word in (NAME, f"/{NAME}/", f"/{self.folder[1:]}./"):
            ran = subprocess.run([alone, "-q", word], capture_output=True, env=environment,
                                 timeout=60)
            self.assertEqual((ran.returncode, ran.stdout), (1, b""), word)
        user = pwd.getpwuid(os.geteuid()).pw_name
        child = subprocess.Popen([alone, "-q", user], stdout=subprocess.PIPE, env=environment)
        self.assertIn(str(child.pid), child.communicate()[0].decode().split())

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_user_and_command_at_once(self):
        command = self.start(self.program("nobody"), "60")
        with Scene("uid") as scene:
            found = ask("nobody")[1]
            self.assertIn(command, found)
            self.assertLessEqual(set(scene.pids), set(found))

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_user_without_process(self):
        idle = [user.pw_name for user in pwd.getpwall() if user.pw_name in ("games", "news")]
        if not idle:
            self.skipTest("no user who has no process")
        self.assertEqual(self.check_nobody(idle[0]),
                         [f"ptree: no process of user {idle[0]}, and no command is called that"])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_processes_of_others(self):
        one = self.start(self.program(NAME), "60")
        other = self.start("sleep", "60", executable=self.path(NAME), comm=NAME)
        with tempfile.TemporaryDirectory() as folder:
            result = run_as_nobody(copy_command(folder), "-q", NAME)
            self.assertEqual((result.status, list(map(int, result.lines))),
                             (0, sorted((one, other))), result)


class Expressions(Processes):
    def test_name_or_command_line(self):
        pid = self.start("sh", "-c", "read line", NAME, "a  b", "", stdin=subprocess.PIPE)
        other = self.start(self.program(NAME + "-comm"), "60")
        for word in (f"/{NAME}/", f"/{NAME[:3]}.*{NAME[5:]}/"):
            self.check(word, pid, other)
        self.check(f"/^{NAME}-c[aeo]mm$/", other)
        self.check(f"/^sh -c read line {NAME} a  b$/", pid)
        self.check_nobody(f"/{NAME.upper()}/")
        self.check(f"/(?i){NAME.upper()}/", pid, other)
        self.check(f"/{NAME}-comm|{NAME} a/", pid, other)

    def test_lines_and_bytes(self):
        pid = self.start("sh", "-c", "read line\n# \xff", NAME + "\udcff", stdin=subprocess.PIPE)
        self.check(f"/read.*{NAME}/", pid)
        self.check(os.fsencode(f"/{NAME}") + b"\xff$/", pid)
        self.check(f"/{NAME}\\xff$/", pid)
        self.check(f"/{NAME}.$/", pid)
        self.check_nobody(f"/{NAME}..$/")

    def test_slash_within(self):
        pid = self.start(self.program(NAME), "60")
        self.check(f"/{self.path(NAME)} [0-9]+$/", pid)
        self.check(f"/{NAME} 60$/", pid)

    def test_directory_is_none(self):
        pid = self.start("sh", "-c", "read line", self.folder, stdin=subprocess.PIPE)
        self.check_nobody(self.folder + "/")
        self.check(self.folder[:-1] + "[a-z0-9_]/", pid)

    def test_slash_at_one_end_is_a_path(self):
        self.start("sh", "-c", "read line", NAME, stdin=subprocess.PIPE)
        for word in (f"/{NAME}", f"{NAME}/", f"./{NAME}/"):
            result = run("-q", word)
            self.assertNotEqual(result.status, 0, result)
            self.assertIn("No such file or directory", result.err.decode())

    def test_nothing_matches(self):
        self.assertEqual(
            self.check_nobody(f"/{NAME}/"),
            [f"ptree: no command matches /{NAME}/, and there is no such directory"],
        )

    def test_bad_ones_are_refused(self):
        for inner in ("(a", "[", "a)b", "*a", "a\\", "(?<x", "(*UTF)a", "(*LIMIT_MATCH=9)a",
                      "\x1b[", "x" * 5000 + "("):
            with self.subTest(expression=inner):
                result = run(f"/{inner}/")
                self.assertEqual((result.status, result.out), (2, b""), result)
                self.assertEqual(len(result.err_lines), 1, result)
                self.assertIn("is no regular expression: ", result.err_lines[0])
                self.assertNotIn("LIMIT_MATCH=1", result.err_lines[0])
                self.assertNotIn(b"\x1b", result.err)
        result = run("/a)b/")
        self.assertRegex(result.err_lines[0], r"^ptree: '/a\)b/' is no regular expression: .* "
                                              r"\(behind '/a'\)$")

    def test_one_that_takes_for_ever_is_told(self):
        pid = self.start("sh", "-c", "read line", "a" * 200, NAME, stdin=subprocess.PIPE)
        for form in ([], ["-q"], ["-J"], ["-a"]):
            began = time.monotonic()
            result = run(*form, "/line (?:a|aa)+[^a ]/", pid)
            self.assertLess(time.monotonic() - began, 30)
            self.assertEqual((result.status, result.out), (3, b""), result)
            self.assertEqual(len(says(result)), 1, result)
            self.assertIn("/line (?:a|aa)+[^a ]/ cannot be matched with the command of process ",
                          result.err.decode())

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_directory_that_may_not_be_looked_into(self):
        os.mkdir(self.path("closed"), 0o700)
        with tempfile.TemporaryDirectory() as folder:
            command = copy_command(folder)
            result = run_as_nobody(command, "-q", self.path("closed/x") + "/")
            self.assertEqual((result.status, result.out), (3, b""), result)
            self.assertIn("Permission denied", result.err.decode())


class All(Processes):
    def open_file(self, name):
        file = open(self.path(name), "wb")
        self.addCleanup(file.close)
        return file.name

    def test_name_and_file(self):
        log = self.open_file("log")
        program = self.program(NAME)
        for name in ("log", "other"):
            with open(self.path(name), "ab") as out:
                pid = self.start(program, "60", stdout=out)
            if name == "log":
                wanted = pid
        self.assertEqual(ask("-a", NAME, log), (0, [wanted]))
        self.assertEqual(ask("--all", log, NAME, f"/{NAME} 60/", wanted), (0, [wanted]))
        user = pwd.getpwuid(os.geteuid()).pw_name
        self.assertEqual(ask("-a", user, NAME, self.path("other")), (0, [pid]))
        self.assertIn(os.getpid(), ask(NAME, log)[1])

    def test_each_form_shows_who_matched(self):
        log, other = self.open_file("log"), self.open_file("other")
        with open(log, "ab") as one, open(other, "ab") as two:
            pid = self.start(self.program(NAME), "60", stdout=one, stderr=two)
        words = ("-a", NAME, log, other)
        for form in ([], ["-f"], ["-t"]):
            lines = run(*form, "--no-headings", *words).lines
            for path in (log, other):
                self.assertEqual(len([line for line in lines if path in line]), 1, lines)
        lines = run("-r", "--no-headings", "-o", "PID,FD,NAME", *words).lines
        self.assertEqual(lines, [f"{pid} 1 {log}", f"{pid} 2 {other}"])
        document = json.loads(run("-Jf", *words).out)
        matched = [each for each in document["processes"] if not each.get("relative")]
        self.assertEqual([each["pid"] for each in matched], [pid])
        tables = [table for table in document["fd_tables"] if table.get("descriptors")]
        self.assertEqual([table["owner"] for table in tables], [pid])

    def test_descriptors_are_of_any_word(self):
        log, other = self.open_file("log"), self.open_file("other")
        lines = run("-r", "--no-headings", "-o", "PID,NAME", "-a", os.getpid(), log).lines
        self.assertEqual(lines, [f"{os.getpid()} {log}"])
        self.assertEqual(ask("-a", log, other), (0, [os.getpid()]))

    def test_nothing_matches_all(self):
        log = self.open_file("log")
        pid = self.start(self.program(NAME), "60")
        for words in ((NAME, log), (pid, os.getpid()), (log, pid), (NAME, os.getpid(), log)):
            for form in (["-a"], ["-aq"], ["-af"], ["-aJ"], ["-ar"], ["-at"]):
                result = run(*form, *words)
                self.assertEqual(result.status, 1, result)
                self.assertEqual(says(result), NOTHING_MATCHES_ALL, result)
                if form != ["-aJ"]:
                    self.assertEqual(result.out, b"", result)
        result = run("-a", NAME, NAME + "-none", log)
        self.assertEqual(result.status, 1, result)
        self.assertEqual(says(result),
                         [f"ptree: no user and no command is called '{NAME}-none'"])
        result = run("-aq", os.getpid(), "/nonexistent/file")
        self.assertEqual((result.status, result.out), (3, b""), result)

    def test_one_word_and_none(self):
        pid = self.start(self.program(NAME), "60")
        self.assertEqual(ask("-a", NAME), (0, [pid]))
        self.assertIn(pid, ask("-a")[1])

    def test_same_word_twice(self):
        pid = self.start(self.program(NAME), "60")
        self.assertEqual(ask("-a", NAME, pid, NAME, *([pid] * 20)), (0, [pid]))

    def test_thread_means_its_process(self):
        with Scene("unshared-thread") as scene:
            thread, path = scene.find_file(b"only-here")
            pid = scene.pids[0]
            others = [tid for tid in scene.tables[0] | scene.tables[-1] if tid != pid]
            for tid in others:
                self.assertEqual(ask("-a", tid, path), (0, [pid]))
            lines = run("--no-headings", "-o", "PID,COMMAND", "-a", *others).lines
            shown = {int(line.split()[0]) for line in lines if line.split()[0].isdigit()}
            self.assertLessEqual(set(others), shown)
            result = run("-a", thread, os.getpid())
            self.assertEqual(says(result), NOTHING_MATCHES_ALL, result)

    def test_table_that_is_shared_with_one_who_does_not_match(self):
        with Scene("clone-files") as scene:
            _, path = scene.find_file(b"shared-0")
            for pid in scene.pids:
                (other,) = set(scene.pids) - {pid}
                self.assertEqual(ask("-a", pid, path), (0, [pid]))
                lines = run("--no-headings", "-o", "+FD", "-a", pid, path).lines
                self.assertEqual(len([line for line in lines if line.endswith(path)]), 1, lines)
                self.assertFalse([line for line in lines if f"of process {other}" in line], lines)

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_what_others_have_is_not_missed(self):
        path = self.path("log")
        command = copy_command(self.folder)
        with open(path, "wb") as log:
            pid = self.start(self.program(NAME), "60", stdout=log, user=NOBODY, group=NOBODY,
                             extra_groups=[])
        result = run_as_nobody(command, "-q", path)
        self.assertEqual((result.status, result.lines), (0, [str(pid)]), result)
        self.assertTrue([line for line in result.err_lines if unseen(line)], result)
        result = run_as_nobody(command, "-q", "-a", NAME, path)
        self.assertEqual((result.status, result.lines, result.err), (0, [str(pid)], b""), result)

    def test_places_of_others_are_not_shown(self):
        folder = self.path("cwd")
        os.mkdir(folder)
        one = self.start("sleep", "60", cwd=folder)
        other = self.start("sleep", "60", cwd=folder)
        self.assertEqual(ask("-a", other, folder), (0, [other]))
        lines = run("--no-headings", "-a", other, folder).lines
        self.assertEqual(len([line for line in lines if folder in line]), 1, lines)
        self.assertEqual(ask(folder), (0, sorted([one, other])))


class EveryPlace(unittest.TestCase):
    """What is held is found, in whatever way, alone and with other words."""

    def check(self, path, pid, backends=BACKENDS):
        for backend in backends:
            with self.subTest(path=path, backend=backend):
                result = run("-q", "--backend", backend, path)
                if result.status != 3:  # else this backend is not to be had
                    self.assertIn(str(pid), result.lines)
        self.assertEqual(ask("-a", pid, path), (0, [pid]))
        self.assertEqual(ask("-a", path, "/$/", pid), (0, [pid]))

    def test_tables_of_threads(self):
        for name, ending in (
            ("unshared-thread", b"only-here"),
            ("unshared-leader", b"only-here"),
            ("unshared-leader", b"file-3"),
            ("zombie-leader", b"file-0"),
        ):
            with Scene(name) as scene:
                self.check(scene.find_file(ending)[1], scene.pids[0])

    def test_program_of_a_process_whose_leader_has_ended(self):
        with Scene("zombie-leader") as scene:
            self.check(WORKLOAD, scene.pids[0])

    def test_directories_of_threads(self):
        with Scene("associations") as scene:
            for fact in scene.facts["fs"]:
                tids, _, cwd, _ = fact.split(":")
                path = os.fsdecode(bytes.fromhex(cwd))
                task = int(tids.split(",")[0])
                pid = ask(task)[1][0]
                if os.path.isdir(path):
                    self.check(path, pid)

    def test_what_is_held_or_mapped(self):
        with Scene("held") as scene:
            pid = scene.pids[0]
            for fact in scene.facts["mapped"]:
                self.check(os.fsdecode(bytes.fromhex(fact.split(":")[-1])), pid)
            if not uses_bpf():
                self.skipTest("only BPF looks into queues")
            for fact in scene.facts["held"]:
                path = os.fsdecode(bytes.fromhex(fact.split(":")[-1]))
                if not path.endswith("/flying-unaccepted"):  # as libprocview(7) says
                    self.check(path, pid, backends=("auto",))


class Many(unittest.TestCase):
    @staticmethod
    def cost_s(*args):
        """Processor time, which the load of the machine does not change much."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = run(*args)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return result, after.ru_utime - before.ru_utime

    def test_words_do_not_multiply(self):
        with tempfile.TemporaryDirectory() as folder:
            words = [os.path.join(folder, str(number)) for number in range(8000)]
            for path in words:
                with open(path, "wb"):
                    pass
            result, alone = self.cost_s("-q", *words)
            self.assertEqual((result.status, result.lines), (1, []))
            with Scene("thousands", "N=8000") as scene:
                paths = [os.fsdecode(path) for _, _, path in scene.files() if b"/distinct" in path]
                result, together = self.cost_s("-q", *words, *paths[:1000])
                self.assertEqual(says(result), [])
                self.assertEqual(ask(*words, *paths[:1000])[1], [scene.pids[0]])
        self.assertLess(together - alone, 0.5)


if __name__ == "__main__":
    unittest.main()
