# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Is every option taken, and is every wrong one refused in one line that says what would be right?

import os
import re
import unittest

from ptree_cli import run

SELF = str(os.getpid())

GOOD = [
    ["-t"],
    ["--threads"],
    ["-f"],
    ["--files"],
    ["-tf"],
    ["-J"],
    ["--json"],
    ["--json=lines"],
    ["-Jlines"],
    ["-J=lines"],
    ["-fJ=lines"],
    ["-J", "-r", "-o", "PID", "-n", "--no-headings"],
    ["-q", "-rtf", "-o", "PID", "-n", "--no-headings"],
    ["-tfJ"],
    ["-tfJlines"],
    ["-Jtf"],
    ["-o", "PID"],
    ["-oPID"],
    ["-nroPID,FD"],
    ["--output", "pid,Command"],
    ["--output=PID"],
    ["-o", "PID", "-o", "USER"],
    ["-o", "+EXE,LIMIT"],
    ["-o", "+EXE", "-o", "+LIMIT"],
    ["-n"],
    ["--numeric"],
    ["-r"],
    ["--raw"],
    ["-rf"],
    ["--no-headings"],
    ["-q"],
    ["--pids"],
    ["--backend", "auto"],
    ["--backend", "procfs"],
    ["--backend=procfs", "-f"],
    ["--stats"],
    ["--color", "auto"],
    ["--color=always"],
    ["--color=never"],
    ["--"],
]

ALONE = [["-H"], ["--list-columns"], ["-V"], ["--version"], ["-h"], ["--help"]]

# What is wrong, and what the line must have in it.
BAD = [
    (["-x"], "unknown option -x"),
    (["--nonsense"], "unknown option --nonsense"),
    (["-tx"], "unknown option -x"),
    (["-4"], "unknown option -4"),
    (["--threads=yes"], "--threads takes no value"),
    (["--help=me"], "--help takes no value"),
    (["--nonsense=1"], "unknown option --nonsense=1"),
    (["--json=xml"], "--json cannot be 'xml'; it is --json, or --json=lines"),
    (["--json="], "--json cannot be ''"),
    (["-Jxml"], "--json cannot be 'xml'; it is --json, or --json=lines"),
    (["-Jfoo"], "--json cannot be 'foo'; it is --json, or --json=lines"),
    (["-fJfoo"], "--json cannot be 'foo'; it is --json, or --json=lines"),
    (["-J=foo"], "--json cannot be 'foo'"),
    (["-J="], "--json cannot be ''"),
    (["-Jtfx"], "--json cannot be 'tfx'"),
    (["-o"], "-o lacks its value"),
    (["--output"], "--output lacks its value"),
    (["-o", ""], "no column is called ''; 'ptree -H' lists them"),
    (["-o", ","], "no column is called ''; 'ptree -H' lists them"),
    (["-o", "PID,"], "no column is called ''; 'ptree -H' lists them"),
    (["-o", "BREAKFAST"], "no column is called 'BREAKFAST'; 'ptree -H' lists them"),
    (["-oBREAKFAST"], "no column is called 'BREAKFAST'"),
    (["-o", "+"], "no column is called ''"),
    (["-o", "-f"], "no column is called '-f'"),
    (["--backend"], "--backend lacks its value (take facts from: auto, bpf, pidfd, procfs)"),
    (["--backend", "bpfd"], "no backend is called 'bpfd'; it is one of auto, bpf, pidfd, procfs"),
    (["--backend="], "no backend is called ''"),
    (["--color"], "--color lacks its value"),
    (["--color", "910"], "--color cannot be '910'; it is one of auto, always, never"),
    (["-J", "-q"], "--json and --pids exclude each other"),
    (["-qJ"], "--json and --pids exclude each other"),
    (["-J", "-o", "BREAKFAST"], "no column is called 'BREAKFAST'"),
    (["foo"], "'foo' is neither a process id, a user nor a path (a path contains a /)"),
    ([""], "'' is neither"),
    (["-"], "'-' is neither"),
    (["--", "-t"], "'-t' is neither"),
    ([":443"], "':443' is neither"),
    (["0"], "'0' is not a process id"),
    (["99999999999999999999999"], "is not a process id"),
    ([SELF, "foo"], "'foo' is neither"),
    (["/", "foo"], "'foo' is neither"),
    (["/nonexistent/file", "foo"], "'foo' is neither"),
    (["0x10"], "'0x10' is neither"),
    (["1 "], "'1 ' is neither"),
    ([b"\xff\xfe"], r"'\xff\xfe' is neither"),
    (["\x1b[31mred"], r"'\x1b[31mred' is neither"),
    (["two\nlines"], r"'two\x0alines' is neither"),
    (["-\x1b"], r"unknown option -\x1b"),
    ([b"--\xff\x9b"], r"unknown option --\xff\x9b"),
    (["--backend", "\x1b[2J"], r"no backend is called '\x1b[2J'"),
    (["-o", "\u202eDIP"], r"no column is called '\u{202e}DIP'"),
]


class Options(unittest.TestCase):
    def test_good_ones_are_taken(self):
        for args in GOOD:
            with self.subTest(args=args):
                result = run(*args, SELF)
                self.assertEqual(result.status, 0, result)
                self.assertNotEqual(result.out, b"", result)

    def test_good_ones_alone(self):
        for args in ALONE:
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual((result.status, result.err), (0, b""), result)
                self.assertNotEqual(result.out, b"")

    def test_bad_ones_are_refused_in_one_line(self):
        for args, words in BAD:
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual((result.status, result.out), (2, b""), result)
                self.assertEqual(len(result.err_lines), 1, result)
                self.assertTrue(result.err_lines[0].startswith("ptree: "), result)
                self.assertIn(words, result.err_lines[0])

    def test_bad_ones_are_refused_in_any_place(self):
        for args in (["-x", SELF], [SELF, "-x"], ["-h", "-x"], [SELF, "foo", "-t"]):
            with self.subTest(args=args):
                self.assertEqual(run(*args).status, 2)

    def test_json_leaves_the_next_word_alone(self):
        for args in (["-J", SELF], ["--json", SELF], [SELF, "-J"], ["-tJ", SELF]):
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual(result.status, 0, result)
                self.assertIn(b'"pid":%s,' % SELF.encode(), result.out)
        self.assertEqual(run("-J", "lines").status, 2)

    def test_messages_are_not_translated(self):
        result = run("-x", env={"LC_ALL": "", "LANG": "C.UTF-8", "LANGUAGE": "de"})
        self.assertIn("unknown option -x", result.err_lines[0])


class Help(unittest.TestCase):
    def setUp(self):
        self.text = run("--help").lines

    def test_fits_on_a_screen(self):
        self.assertLessEqual(len(self.text), 24)
        self.assertLessEqual(max(map(len, self.text)), 84)

    def test_names_every_option(self):
        short = {args[0][1] for args in GOOD + ALONE if re.fullmatch(r"-[a-zA-Z]", args[0])}
        long = {args[0].partition("=")[0] for args in GOOD + ALONE if args[0].startswith("--")}
        listed = [line for line in self.text if re.match(r"  (-.|  )[, ] --", line)]

        self.assertEqual({line[3] for line in listed if line[2] == "-"}, short)
        self.assertEqual({re.search(r"--[a-z-]+", line)[0] for line in listed}, long - {"--"})

    def test_is_the_same_either_way(self):
        self.assertEqual(run("-h").lines, self.text)


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
        self.assertEqual(default, ["PID", "USER", "THR", "FDS", "COMMAND"])
        self.assertEqual(extended, ["PID", "USER", "THR", "FDS", "STATE", "SID", "COMMAND"])

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
