# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Do the shells offer what the command takes: each option of --help and none beside, each column,
# each value?  Each shell is asked for itself, by what it would offer at the end of a line.

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from ptree_cli import ENVIRONMENT, PTREE, run

FOLDER = pathlib.Path(os.environ["SOURCE_ROOT"]) / "tools" / "ptree" / "completions"
SELF = str(os.getpid())
HELP = run("--help").lines
LONG = {name for line in HELP for name in re.findall(r"(?:^  |  )(?:-.,|   ) (--[a-z-]+)", line)}
SHORT = {name for line in HELP for name in re.findall(r"(?:^|\s\s)(-[a-zA-Z0]), --", line)}
DESCRIPTIONS = dict(re.findall(r"(?m)(--[a-z-]+)(?:\[=\w+\]| [A-Z]+)? {2,}(\S.*?)(?: {2,}|$)",
                               "\n".join(HELP)))
COLUMNS = {line.split()[0] for line in run("-H").lines}
WHENS = {"auto", "always", "never"}
BACKENDS = {"auto", "bpf", "pidfd", "procfs"}

# COMP_WORDS as bash would split the line: "=" and ":" stand alone.
BASH = """
shopt -s extglob
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_ptree
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
"""

# On a terminal of its own. What fits there is written to a file, with what would stand in front of
# it, instead of drawn.
ZSH = """
zmodload zsh/zpty
zpty ask zsh -f -i
wait_for() { local line; while zpty -r ask line; do [[ $line == *$1* ]] && return; done }
zpty -w ask 'stty -echo; LISTMAX=100000 PROMPT= PROMPT2= RPROMPT=; setopt no_beep
unset zle_bracketed_paste
fpath=('$1' $fpath); autoload -Uz compinit; compinit -D -u
compadd() {
	local -a fits
	local match front=
	[[ -n ${@[(r)-p]} ]] && front=${@[${@[(i)-p]} + 1]}
	if [[ -z ${(M)@:#-[OAD]*} ]]; then
		builtin compadd -O fits "$@"
		for match in $fits; do print -r -- "$IPREFIX$front$match" >>$ANSWER; done
	fi
	builtin compadd "$@"
}
answer() { _main_complete; print DO""NE }
zle -C list-all list-choices answer
bindkey "^I" list-all
print REA""DY'
wait_for READY
zpty -w -n ask $2$'\\t'
wait_for DONE
zpty -d ask
"""


def split_like_bash(line):
    words = []
    for word in line.split(" "):
        words += [part for part in re.split(r"([=:]+)", word) if part != ""] or [""]
        if word.endswith(("=", ":")):
            words.append("")
    return words


class Shell:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        (pathlib.Path(self.folder.name) / "ptree").symlink_to(PTREE)
        self.environment = {**ENVIRONMENT, "PATH": f"{self.folder.name}:{os.environ['PATH']}",
                            "HOME": self.folder.name}

    def ask(self, *command, **more):
        ran = subprocess.run(command, env={**self.environment, **more}, capture_output=True,
                             stdin=subprocess.DEVNULL, text=True, timeout=60, check=False)
        return ran.stdout.splitlines()


class Bash(Shell):
    signed = ("--sort ", "--sort=")

    def offers(self, line):
        return set(self.ask("bash", "--norc", "-c", BASH, "bash", FOLDER / "ptree.bash",
                            *split_like_bash(line)))

    def shows_value(self, option, value):
        return value  # bash has "=" as a word of its own


class Fish(Shell):
    signed = ("--sort=",)  # behind a blank, fish takes "-" for the beginning of an option

    def offers(self, line):
        code = f"source {FOLDER / 'ptree.fish'}; complete -C '{line}'"
        return {found.split("\t")[0] for found in self.ask("fish", "--no-config", "-c", code)}

    def shows_value(self, option, value):
        return f"{option}={value}"


class Zsh(Shell):
    signed = ("--sort ", "--sort=")

    def offers(self, line):
        answer = pathlib.Path(self.folder.name, "answer")
        answer.write_bytes(b"")
        self.ask("zsh", "-f", "-c", ZSH, "zsh", FOLDER, line, ANSWER=str(answer), TERM="dumb")
        return set(answer.read_text(encoding="utf-8").splitlines())

    def shows_value(self, option, value):
        return f"{option}={value}"


class Checks:
    """What holds for every shell that answers."""

    def test_every_option_and_no_other(self):
        offered = {name.rstrip("=") for name in self.shell.offers("ptree --")}
        offered = {name.partition("=")[0] for name in offered}
        self.assertEqual(offered, LONG)

    def test_every_letter_and_no_other(self):
        offered = {name for name in self.shell.offers("ptree -") if len(name) == 2}
        self.assertEqual(offered - {"--"}, SHORT)

    def test_values(self):
        for option, values in (("--color", WHENS), ("--backend", BACKENDS)):
            with self.subTest(option=option):
                self.assertEqual(self.shell.offers(f"ptree {option} "), values)
                self.assertEqual(self.shell.offers(f"ptree {option}="),
                                 {self.shell.shows_value(option, value) for value in values})
        self.assertEqual(self.shell.offers("ptree --color=n"),
                         {self.shell.shows_value("--color", "never")})

    def test_values_that_may_be_left_out(self):
        self.assertEqual(self.shell.offers("ptree --json="),
                         {self.shell.shows_value("--json", "lines")})
        for offered in self.shell.offers("ptree --watch="):
            self.assertRegex(offered, r"^(--watch=)?[0-9]+$")
        self.assertNotIn("lines", self.shell.offers("ptree --json "))

    def test_columns(self):
        for line in ("ptree -o ", "ptree --output ", "ptree --sort ", "ptree -rfo "):
            with self.subTest(line=line):
                self.assertEqual(self.shell.offers(line), COLUMNS)

    def test_columns_after_a_comma(self):
        for line, prefix in (("ptree -o PID,", "PID,"), ("ptree -o +", "+"),
                             ("ptree -o +PID,USER,", "+PID,USER,")):
            with self.subTest(line=line):
                self.assertEqual(self.shell.offers(line), {prefix + name for name in COLUMNS})
        self.assertEqual(self.shell.offers("ptree -o PID,SOCKN"), {"PID,SOCKNS"})

    def test_columns_in_small_letters(self):
        self.assertEqual({name.upper() for name in self.shell.offers("ptree -o sockn")},
                         {"SOCKNS"})

    def test_columns_to_sort_by(self):
        for word in self.shell.signed:
            with self.subTest(word=word):
                self.assertEqual(self.shell.offers(f"ptree {word}-SOCKN"),
                                 {self.shell.shows_value("--sort", "-SOCKNS") if "=" in word
                                  else "-SOCKNS"})

    def test_processes(self):
        self.assertIn(SELF, self.shell.offers("ptree "))
        self.assertIn(SELF, self.shell.offers(f"ptree -f {SELF[:-1]}"))
        self.assertNotIn(SELF, self.shell.offers("ptree --color "))

    def test_users(self):
        user = pwd.getpwuid(0).pw_name
        self.assertIn(user, self.shell.offers(f"ptree {user[:2]}"))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "only-this")
            pathlib.Path(path).touch()
            self.assertEqual(self.shell.offers(f"ptree {folder}/only"), {path})
            self.assertEqual(self.shell.offers(f"ptree -- {folder}/only"), {path})

    def test_commands(self):
        with named("offered-name"):
            self.assertIn("offered-name", self.shell.offers("ptree offered-n"))

    def test_hostile_names_are_not_executed(self):
        with tempfile.TemporaryDirectory() as folder:
            canary = os.path.join(folder, "x")
            # The kernel keeps 15 bytes of a name.
            os.symlink(folder, "/tmp/.pt-c")
            self.addCleanup(os.unlink, "/tmp/.pt-c")
            with named("$(>/tmp/.pt-c/x)"[:15]), named("`>/tmp/.pt-c/x`"), named(";>/tmp/.pt-c/x"):
                for line in ("ptree ", "ptree $", "ptree `", "ptree ;"):
                    self.shell.offers(line)
            self.assertFalse(os.path.exists(canary))


class named:
    """A process of that name."""

    def __init__(self, name):
        code = ("import sys; open('/proc/self/comm', 'w').write(sys.argv[1]); "
                "print(flush=True); sys.stdin.read()")
        self.child = subprocess.Popen([sys.executable, "-c", code, name], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        self.child.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()


class InBash(Checks, unittest.TestCase):
    shell = Bash()

    def test_is_registered(self):
        code = f"source {FOLDER / 'ptree.bash'}; complete -p ptree"
        self.assertIn("-F _ptree ptree", "".join(self.shell.ask("bash", "--norc", "-c", code)))

    def test_lists_of_equal_signs_and_stuck_values(self):
        self.assertEqual(self.shell.offers("ptree -oPID,SOCKN"), {"-oPID,SOCKNS"})
        self.assertEqual(self.shell.offers("ptree --output=PID,SOCKN"), {"PID,SOCKNS"})


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class InFish(Checks, unittest.TestCase):
    shell = Fish()

    def test_same_words_as_help(self):
        code = f"source {FOLDER / 'ptree.fish'}; complete -C 'ptree --'"
        lines = self.shell.ask("fish", "--no-config", "-c", code)
        told = dict(line.split("\t") for line in lines)
        for option, words in DESCRIPTIONS.items():
            with self.subTest(option=option):
                found = next(told[name] for name in told if name.rstrip("=") == option)
                self.assertTrue(words.startswith(found), (words, found))


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class InZsh(Checks, unittest.TestCase):
    shell = Zsh()

    def test_can_be_read(self):
        ran = subprocess.run(["zsh", "-n", FOLDER / "_ptree"], capture_output=True, check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
