# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is every option taken, and is every wrong one refused in one line that says what would be right?

import os
import re
import unittest

from ptree_cli import run

SELF = str(os.getpid())

# Of every option: how it is taken, and how it is refused, with what the line must have in it. One
# that --help names and this does not, or the other way round, is a failure.
CASES = {
    "--threads": (
        [["-t"], ["--threads"], ["-tf"]],
        [(["--threads=yes"], "--threads takes no value"), (["--threads="], "takes no value"),
         (["-tx"], "unknown option -x"), (["--thread"], "did you mean --threads?")],
    ),
    "--files": (
        [["-f"], ["--files"]],
        [(["--files=/etc/passwd"], "--files takes no value"),
         (["--file"], "unknown option --file; did you mean --files?")],
    ),
    "--all": (
        [["-a"], ["--all"], ["-a", SELF]],
        [(["--all=2"], "--all takes no value"), (["--al"], "did you mean --all?")],
    ),
    "--no-fold": (
        [["-c"], ["--no-fold"], ["-cJ"]],
        [(["--no-fold=0"], "--no-fold takes no value"),
         (["--nofold"], "unknown option --nofold; did you mean --no-fold?")],
    ),
    "--output": (
        [["-o", "PID"], ["-oPID"], ["-nroPID,FD"], ["--output", "pid,Command"], ["--output=PID"],
         ["-o", "PID", "-o", "USER"], ["-o", "+EXE,LIMIT"], ["-o", "+EXE", "-o", "+LIMIT"]],
        [(["-o"], "-o lacks its value"), (["--output"], "--output lacks its value"),
         (["-o", ""], "no column is called ''; 'ptree -H' lists them"),
         (["-o", ","], "no column is called ''; 'ptree -H' lists them"),
         (["-o", "PID,"], "no column is called ''; 'ptree -H' lists them"),
         (["-o", "BREAKFAST"], "no column is called 'BREAKFAST'; 'ptree -H' lists them"),
         (["-oBREAKFAST"], "no column is called 'BREAKFAST'"),
         (["-o", "PID,COMAND"], "no column is called 'COMAND'; did you mean COMMAND?"),
         (["-o", "pdi"], "no column is called 'pdi'; did you mean PID?"),
         (["-J", "-o", "BREAKFAST"], "no column is called 'BREAKFAST'"),
         (["-o", "+"], "no column is called ''"), (["-o", "-f"], "no column is called '-f'"),
         (["-o", "A" * 5000], "no column is called 'AAAA")],
    ),
    "--sort": (
        [["--sort", "FDS"], ["--sort=-FDS"], ["--sort", "-fds"], ["--sort", "+FDS"],
         ["--sort", "PID", "--sort", "FDS"], ["-q", "--sort", "START"], ["-r", "--sort", "START"]],
        [(["--sort"], "--sort lacks its value"), (["--sort="], "no column is called ''"),
         (["--sort", "-"], "no column is called ''"),
         (["--sort", "-BREAKFAST"], "no column is called 'BREAKFAST'; 'ptree -H' lists them"),
         (["--sort", "SIZE"], "--sort SIZE needs --files, or a WHAT that is open"),
         (["--sort", "PID", "-J"], "--sort and --json exclude each other"),
         (["--sort", "PID", "--graph"], "--sort and --graph exclude each other")],
    ),
    "--watch": (
        [],  # it never ends: see test-watch.py
        [(["--watch="], "--watch cannot be ''; it is a number of seconds, 0.1 to 86400"),
         (["--watch=-1"], "--watch cannot be '-1'"), (["--watch=0"], "--watch cannot be '0'"),
         (["--watch=0.01"], "--watch cannot be '0.01'"), (["--watch=1e9"], "cannot be '1e9'"),
         (["--watch=0x10"], "cannot be '0x10'"), (["--watch=5e-1"], "cannot be '5e-1'"),
         (["--watch=nan"], "cannot be 'nan'"), (["--watch=inf"], "cannot be 'inf'"),
         (["--watch=0,5"], "cannot be '0,5'"), (["--watch=2s"], "cannot be '2s'"),
         (["--watch= 2"], "cannot be ' 2'"), (["--watch=5\n"], r"cannot be '5\x0a'"),
         (["--watch", "0"], "'0' is not a process id"),
         (["--watch", "-J"], "--watch takes --json=lines"),
         (["--watch", "-q"], "--watch and --pids exclude each other"),
         (["--watch", "--graph"], "--watch and --graph exclude each other")],
    ),
    "--graph": (
        [["--graph"], ["--graph", "-o", "PID", "-n"]],
        [(["--graph=svg"], "--graph takes no value"),
         (["--graph", "-J"], "--json and --graph exclude each other"),
         (["--graph", "-q"], "--pids and --graph exclude each other"),
         (["--grpah"], "did you mean --graph?")],
    ),
    "--json": (
        [["-J"], ["--json"], ["--json=lines"], ["-Jlines"], ["-J=lines"], ["-fJ=lines"],
         ["-J", "-r", "-o", "PID", "-n", "--no-headings"], ["-tfJ"], ["-tfJlines"], ["-Jtf"]],
        [(["--json=xml"], "--json cannot be 'xml'; it is --json, or --json=lines"),
         (["--json="], "--json cannot be ''"),
         (["-Jxml"], "--json cannot be 'xml'; it is --json, or --json=lines"),
         (["-fJfoo"], "--json cannot be 'foo'; it is --json, or --json=lines"),
         (["-J=foo"], "--json cannot be 'foo'"), (["-J="], "--json cannot be ''"),
         (["-Jtfx"], "--json cannot be 'tfx'"), (["--json=Lines"], "--json cannot be 'Lines'"),
         (["-J", "-q"], "--json and --pids exclude each other"),
         (["-qJ"], "--json and --pids exclude each other")],
    ),
    "--pids": (
        [["-q"], ["--pids"], ["-q", "-rtf", "-o", "PID", "-n", "--no-headings"]],
        [(["--pids=910"], "--pids takes no value"), (["--pid"], "did you mean --pids?")],
    ),
    "--raw": (
        [["-r"], ["--raw"], ["-rf"]],
        [(["--raw=1"], "--raw takes no value"), (["--rwa"], "did you mean --raw?")],
    ),
    "--null": (
        [["-q0"], ["-r", "-0"], ["-r", "--null"], ["-0J=lines"], ["-f0Jlines"]],
        [(["-0"], "--null needs --pids, --raw or --json=lines"),
         (["--null", "-f"], "--null needs --pids, --raw or --json=lines"),
         (["-0J"], "--null needs lines: give it with --pids, --raw or --json=lines"),
         (["-0", "-r", "--graph"], "--null needs lines"), (["--null=x"], "--null takes no value")],
    ),
    "--color": (
        [["--color", "auto"], ["--color=always"], ["--color=never"]],
        [(["--color"], "--color lacks its value (use colours: auto, always, never)"),
         (["--color="], "--color cannot be ''"), (["--color=Always"], "cannot be 'Always'"),
         (["--color", "910"], "--color cannot be '910'; it is one of auto, always, never"),
         (["--colour=auto"], "unknown option --colour=auto; did you mean --color?")],
    ),
    "--backend": (
        [["--backend", "auto"], ["--backend", "procfs"], ["--backend=procfs", "-f"]],
        [(["--backend"], "--backend lacks its value (take facts from: auto, bpf, pidfd, procfs)"),
         (["--backend", "bpfd"],
          "no backend is called 'bpfd'; it is one of auto, bpf, pidfd, procfs"),
         (["--backend="], "no backend is called ''"),
         (["--backend", "\x1b[2J"], r"no backend is called '\x1b[2J'")],
    ),
    "--no-headings": (
        [["--no-headings"], ["-r", "--no-headings"]],
        [(["--no-headings=1"], "--no-headings takes no value"),
         (["--no-heading"], "did you mean --no-headings?")],
    ),
    "--numeric": ([["-n"], ["--numeric"]], [(["--numeric=1"], "--numeric takes no value")]),
    "--stats": ([["--stats"]], [(["--stats=x"], "--stats takes no value")]),
    "--list-columns": (
        [["-H"], ["--list-columns"]], [(["--list-columns=x"], "--list-columns takes no value")]
    ),
    "--version": ([["-V"], ["--version"]], [(["--version=2"], "--version takes no value")]),
    "--help": (
        [["-h"], ["--help"]],
        [(["--help=me"], "--help takes no value"), (["-h", "-x"], "unknown option -x")],
    ),
}

ALONE = ("--list-columns", "--version", "--help")

# Neither of one option alone, nor of what WHAT may be (test-what.py).
BAD = [
    (["-x"], "unknown option -x; 'ptree --help' lists the options"),
    (["-4"], "unknown option -4"),
    (["--nonsense"], "unknown option --nonsense; 'ptree --help' lists the options"),
    (["--nonsense=1"], "unknown option --nonsense=1"),
    (["--" + "x" * 5000], "unknown option --xxx"),
    ([""], "'' is no WHAT"),
    (["0"], "'0' is not a process id"),
    (["99999999999999999999999"], "is not a process id"),
    (["/", "0"], "'0' is not a process id"),
    (["/nonexistent/file", "0"], "'0' is not a process id"),
    (["-\x1b"], r"unknown option -\x1b"),
    ([b"--\xff\x9b"], r"unknown option --\xff\x9b"),
    (["-o", "\u202eDIP"], r"no column is called '\u{202e}DIP'"),
]

HELP = run("--help").lines


def options_of_help():
    """The long name of each, its letter or "", and what it takes."""
    found = re.findall(r"(?m)(?:^  |  )(?:-(.), |    )(--[a-z-]+)(\[=\w+\]| [A-Z]+)?(?=  )",
                       "\n".join(HELP))
    return {name: (letter, value) for letter, name, value in found}


class Options(unittest.TestCase):
    def test_each_has_cases(self):
        self.assertEqual(set(CASES), set(options_of_help()))
        for name, (good, bad) in CASES.items():
            self.assertTrue(good or name == "--watch", name)
            self.assertTrue(bad, name)

    def test_good_ones_are_taken(self):
        for name, (good, _) in CASES.items():
            for args in good:
                with self.subTest(args=args):
                    result = run(*args, *([] if name in ALONE else [SELF]))
                    self.assertEqual(result.status, 0, result)
                    self.assertNotEqual(result.out, b"", result)

    def test_both_names_are_taken(self):
        """Or refused, which says as well that they are known."""
        for name, (letter, value) in options_of_help().items():
            with self.subTest(option=name):
                good, bad = CASES[name]
                written = {word for args in good + [args for args, _ in bad] for word in args}
                self.assertTrue(any(word.partition("=")[0] == name for word in written), written)
                if letter:
                    self.assertTrue(any(re.match(rf"-[a-zA-Z0]*{letter}", word)
                                        for word in written), written)

    def test_those_without_value_take_none(self):
        for name, (_, value) in options_of_help().items():
            if value == "":
                with self.subTest(option=name):
                    result = run(f"{name}=x")
                    self.assertEqual(result.status, 2)
                    self.assertIn(f"{name} takes no value", result.err_lines[0])

    def test_bad_ones_are_refused_in_one_line(self):
        for args, words in BAD + [case for _, bad in CASES.values() for case in bad]:
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual((result.status, result.out), (2, b""), result)
                self.assertEqual(len(result.err_lines), 1, result)
                self.assertTrue(result.err_lines[0].startswith("ptree: "), result)
                self.assertIn(words, result.err_lines[0])

    def test_end_of_options(self):
        self.assertEqual(run("--", SELF).status, 0)
        self.assertEqual(run("-q", "--", "--threads").status, 1)
        self.assertEqual(run("-q", SELF, "--", "-t").lines, [SELF])

    def test_bad_ones_are_refused_in_any_place(self):
        for args in (["-x", SELF], [SELF, "-x"], ["-h", "-x"], [SELF, "0", "-t"]):
            with self.subTest(args=args):
                self.assertEqual(run(*args).status, 2)

    def test_json_leaves_the_next_word_alone(self):
        for args in (["-J", SELF], ["--json", SELF], [SELF, "-J"], ["-tJ", SELF]):
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual(result.status, 0, result)
                self.assertIn(b'"pid":%s,' % SELF.encode(), result.out)
        self.assertNotIn(b'"type"', run("-J", "lines").out)

    def test_points_are_points_in_every_country(self):
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
            result = run("--watch=0,5", env={"LC_ALL": name})
            self.assertIn("0.1 to 86400", result.err_lines[0])

    def test_messages_are_not_translated(self):
        result = run("-x", env={"LC_ALL": "", "LANG": "C.UTF-8", "LANGUAGE": "de"})
        self.assertIn("unknown option -x", result.err_lines[0])


class Help(unittest.TestCase):
    def test_fits_on_a_screen(self):
        """With the line where the next command is typed."""
        self.assertLessEqual(len(HELP), 23)
        self.assertLessEqual(max(map(len, HELP)), 80)

    def test_names_every_form_of_what(self):
        text = " ".join(HELP[2:5])
        for form in ("910", "www-data", "nginx", "/regex/", "./log", "/var/log/", "/mnt",
                     "/dev/sda1", ":443", "udp:53", "[::1]:53", "/run/x.sock", "@name"):
            self.assertIn(form, text)

    def test_is_the_same_either_way(self):
        self.assertEqual(run("-h").lines, HELP)


class Columns(unittest.TestCase):
    def test_each_that_is_listed_can_be_shown(self):
        names = [line.split()[0] for line in run("-H").lines]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("COMMAND", names)
        for name in names:
            with self.subTest(column=name):
                result = run("-f", "-o", name, SELF)
                self.assertEqual(result.status, 0, result)
                self.assertEqual(result.lines[0].strip(), name)

    def test_all_at_once(self):
        names = [line.split()[0] for line in run("-H").lines]
        result = run("-rtf", "-o", ",".join(names), SELF)
        for line in result.lines:
            self.assertEqual(len(line.split(" ")), len(names), line)

    def test_default_can_be_extended(self):
        default = run(SELF).lines[0].split()
        extended = run("-o", "+STATE,SID,PID", SELF).lines[0].split()
        self.assertEqual(default, ["PID", "USER", "THR", "FDS", "LIMIT", "COMMAND"])
        self.assertEqual(extended, default[:-1] + ["STATE", "SID", "COMMAND"])

    def test_threads_have_their_table_beside_them(self):
        self.assertIn("TABLE", run("-t", SELF).lines[0].split())

    def test_headings_can_be_left_out(self):
        self.assertEqual(run("--no-headings", "-o", "PPID", SELF).lines[-1].split(),
                         run("-o", "PPID", SELF).lines[-1].split())
        self.assertNotIn("PID", run("--no-headings", SELF).lines[0].split())

    def test_version(self):
        self.assertRegex(run("-V").out, rb"\Aptree \d+\.\d+\.\d+\n\Z")


if __name__ == "__main__":
    unittest.main()
