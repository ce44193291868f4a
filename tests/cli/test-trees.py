# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Who has something open in a directory tree, or on a file system: by whatever name it was opened,
# in whatever mount namespace, and by none other? And what holds a file system without a process?
#
# Everything happens in a mount namespace of the test's own, so that the machine's mounts stay as
# they are; the test runs itself again in one.

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from peers import Subject
from ptree_cli import AS_NOBODY, Scene, ask, copy_command, need_root, run, run_as_nobody

need_root()
if os.environ.get("PTREE_TEST_MOUNTS") != str(os.getppid()):
    os.environ["PTREE_TEST_MOUNTS"] = str(os.getpid())
    sys.exit(subprocess.run(["unshare", "-m", "--propagation", "private", sys.executable,
                             *sys.argv], check=False).returncode)

BACKENDS = ("auto", "pidfd", "procfs")
OPEN = "kept = [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in sys.argv[2:]]\n"
ELSEWHERE = """
CLONE_NEWNS = 0x20000
def mount(source, target, kind, flags):
    if libc.mount(os.fsencode(source), os.fsencode(target), kind, flags, None) < 0:
        raise OSError(ctypes.get_errno(), "mount")
if libc.unshare(CLONE_NEWNS) < 0:
    raise OSError(ctypes.get_errno(), "unshare")
mount("none", "/", None, 1 << 18 | 1 << 14)
"""


def mount(*args):
    subprocess.run(["mount", *map(str, args)], check=True)


class Mounts(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="ptree-trees-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.mounted = []
        self.addCleanup(self.unmount)

    def unmount(self):
        for point in reversed(self.mounted):
            subprocess.run(["umount", "-l", point], check=False)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def make_folder(self, *names):
        os.makedirs(self.path(*names), exist_ok=True)
        return self.path(*names)

    def make_file(self, *names):
        self.make_folder(*names[:-1])
        with open(self.path(*names), "wb"):
            return self.path(*names)

    def mount(self, *args):
        mount(*args)
        self.mounted.append(args[-1])
        return args[-1]

    def tmpfs(self, *names):
        return self.mount("-t", "tmpfs", "none", self.make_folder(*names))

    def assert_found(self, pids, *words, backends=BACKENDS):
        for backend in backends:
            with self.subTest(backend=backend, words=words):
                result = run("-q", "--backend", backend, *words)
                self.assertEqual(result.lines, list(map(str, sorted(pids))), result)
                self.assertEqual(result.status, 0 if pids else 1, result)


class Trees(Mounts):
    def test_whole_components(self):
        inside = self.make_file("log", "deep", "er", "file")
        outside = self.make_file("logs", "file")
        with Subject(OPEN, inside) as one, Subject(OPEN, outside) as other:
            self.assert_found([one.pid], self.path("log") + "/")
            self.assert_found([one.pid], self.path("log", "deep") + "/")
            self.assert_found([other.pid], self.path("logs") + "/")
            self.assert_found([one.pid, other.pid], self.folder + "/")
            # Without the slash it is the directory itself.
            self.assert_found([], self.path("log"))
        with Subject(OPEN, self.path("log")) as subject:
            self.assert_found([subject.pid], self.path("log"))
            self.assert_found([subject.pid], self.path("log") + "/")

    def test_relative_and_by_a_symbolic_link(self):
        inside = self.make_file("log", "file")
        os.symlink(self.path("log"), self.path("link"))
        with Subject(OPEN, inside) as subject:
            self.assert_found([subject.pid], self.path("link") + "/")
            self.assert_found([subject.pid], os.path.relpath(self.path("log")) + "/")
            self.assert_found([subject.pid], self.path("log", "..", "log") + "//")

    def test_deleted(self):
        inside = self.make_file("log", "file")
        code = OPEN + "os.unlink(sys.argv[2])"
        with Subject(code, inside) as subject:
            self.assert_found([subject.pid], self.path("log") + "/")

    def test_without_descriptors(self):
        sleep = shutil.copy(shutil.which("sleep"), self.make_folder("bin"))
        mapped = self.make_file("mapped", "file")
        self.make_folder("cwd", "deep")
        code = """
import mmap, subprocess
with open(sys.argv[3], "r+b") as file:
    file.truncate(4096)
    keep = mmap.mmap(file.fileno(), 4096)
child = subprocess.Popen([sys.argv[2], "60"], cwd="/")
facts["child"] = child.pid
os.chdir(sys.argv[4])
"""
        with Subject(code, sleep, mapped, self.path("cwd", "deep")) as subject:
            try:
                self.assert_found([subject.child], self.path("bin") + "/")
                self.assert_found([subject.pid], self.path("mapped") + "/")
                self.assert_found([subject.pid], self.path("cwd") + "/")
            finally:
                os.kill(subject.child, 9)

    def test_sockets(self):
        self.make_folder("run", "deep")
        code = """
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[2])
listener.listen(1)
"""
        with Subject(code, self.path("run", "deep", "socket")) as subject:
            for gone in (False, True):
                if gone:
                    os.unlink(self.path("run", "deep", "socket"))
                for backend in BACKENDS:
                    found = ask("--backend", backend, self.path("run") + "/")[1]
                    self.assertEqual(found, [subject.pid], (backend, gone))

    def test_what_is_mounted_below(self):
        self.tmpfs("tree", "mounted")
        file = self.make_file("tree", "mounted", "deep", "file")
        with Subject(OPEN, file) as subject:
            self.assert_found([subject.pid], self.path("tree") + "/")
            self.assert_found([subject.pid], self.path("tree", "mounted") + "/")

    def test_by_another_name(self):
        file = self.make_file("one", "deep", "file")
        self.mount("--bind", self.path("one"), self.make_folder("two"))
        self.mount("--bind", self.path("one", "deep"), self.make_folder("three"))
        with Subject(OPEN, self.path("three", "file")) as subject:
            for tree in ("one", "two", "three", "one/deep", "two/deep"):
                self.assert_found([subject.pid], self.path(tree) + "/")
            self.assert_found([subject.pid], file)
        other = self.make_file("one", "other")
        with Subject(OPEN, self.path("two", "other")) as subject:
            self.assert_found([subject.pid], self.path("one") + "/")
            self.assert_found([], self.path("three") + "/")
            self.assert_found([subject.pid], other)

    def test_hidden_by_another_mount(self):
        file = self.make_file("tree", "file")
        with Subject(OPEN + f"os.chdir({self.path('tree')!r})", file) as subject:
            self.tmpfs("tree")
            # Another directory is called so now; what was there is below the one that holds it.
            self.assert_found([], self.path("tree") + "/")
            self.assert_found([subject.pid], self.folder + "/")

    def test_in_another_mount_namespace(self):
        """The same directory by another name, and another directory by the same name."""
        file = self.make_file("one", "file")
        self.make_file("other", "file")
        point = self.make_folder("elsewhere")
        code = ELSEWHERE + """
one, other, point = sys.argv[2:5]
mount(one, point, None, 4096)
mount(other, one, None, 4096)
keep = os.open(point + "/file", os.O_RDONLY)
child = os.fork()
if child == 0:
    os.close(keep)
    keep = os.open(one + "/file", os.O_RDONLY)
    os.chdir(one)
    signal.pause()
os.chdir(point)
facts["child"] = child
"""
        with Subject(code, self.path("one"), self.path("other"), point) as subject:
            try:
                self.assert_found([subject.pid], self.path("one") + "/")
                self.assert_found([subject.pid], file)
                self.assert_found([subject.child], self.path("other") + "/")
                self.assert_found([], point + "/")
                # As that process sees it.
                self.assert_found([subject.pid], f"/proc/{subject.pid}/root{point}/")
                self.assert_found([subject.child],
                                  f"/proc/{subject.pid}/root{self.path('one')}/")
            finally:
                os.kill(subject.child, 9)

    def test_directory_of_another_mount_namespace(self):
        """Without a descriptor: the path is meant in the view of its process."""
        self.make_folder("one", "deep")
        self.make_folder("other", "deep")
        code = ELSEWHERE + """
mount(sys.argv[3], sys.argv[2], None, 4096)
os.chdir(sys.argv[2] + "/deep")
"""
        with Subject(code, self.path("one"), self.path("other")) as subject:
            self.assert_found([], self.path("one") + "/")
            self.assert_found([subject.pid], self.path("other") + "/")

    def test_in_the_queue_of_a_socket(self):
        file = self.make_file("tree", "deep", "file")
        code = """
made = socket.socketpair()
fd = os.open(sys.argv[2], os.O_RDONLY)
socket.send_fds(made[1], [b"x"], [fd])
os.close(fd)
"""
        with Subject(code, file) as subject:
            if run("-q", "--backend", "bpf", "1").status == 3:
                self.skipTest("needs BPF")
            found = ask("--backend", "bpf", self.path("tree") + "/")[1]
            self.assertEqual(found, [subject.pid])

    def test_without_privileges(self):
        file = self.make_file("tree", "deep", "file")
        os.chmod(self.folder, 0o755)
        command = copy_command(self.make_folder("command"))
        with Subject(OPEN, file), open(file, "rb") as inherited, \
                subprocess.Popen([*AS_NOBODY, "sleep", "60"], stdin=inherited) as mine:
            try:
                while os.path.basename(os.readlink(f"/proc/{mine.pid}/exe")) != "sleep":
                    pass
                for word in (self.path("tree") + "/", file):
                    result = run_as_nobody(command, "-q", word)
                    self.assertEqual((result.status, result.lines), (0, [str(mine.pid)]), result)
            finally:
                mine.kill()

    def test_changed_root(self):
        self.tmpfs("jail")
        self.make_file("jail", "deep", "file")
        code = """
os.chroot(sys.argv[2])
os.chdir("/deep")
keep = os.open("/deep/file", os.O_RDONLY)
"""
        for namespace in ("", ELSEWHERE):
            with Subject(namespace + code, self.path("jail")) as subject:
                self.assert_found([subject.pid], self.path("jail", "deep") + "/")
                self.assert_found([subject.pid], self.path("jail"))

    def test_hostile_names(self):
        names = ("a b", "tab\there", "new\nline", "back\\slash", "hash#", "\udcff")
        for name in names:
            self.tmpfs(name, "point")
            file = self.make_file(name, "point", "file")
            with Subject(OPEN, file) as subject:
                self.assert_found([subject.pid], self.path(name, "point") + "/", backends=["auto"])
                self.assert_found([subject.pid], self.path(name) + "/", backends=["procfs"])
                self.assert_found([subject.pid], self.path(name, "point"), backends=["auto"])


class FileSystems(Mounts):
    def test_mount_point(self):
        point = self.tmpfs("point")
        file = self.make_file("point", "deep", "file")
        self.make_folder("point", "cwd")
        listener = socket.socket(socket.AF_UNIX)
        with Subject(OPEN, file) as one, \
                Subject(f"os.chdir({self.path('point', 'cwd')!r})") as other, listener:
            self.assert_found([one.pid, other.pid], point)
            fuser = subprocess.run(["fuser", "-m", point], capture_output=True, check=False)
            self.assertEqual(sorted(map(int, fuser.stdout.split())), sorted([one.pid, other.pid]))
            listener.bind(self.path("point", "socket"))
            self.assert_found([one.pid, other.pid, os.getpid()], point)
        self.assert_found([], point)

    def test_by_another_mount_of_it(self):
        point = self.tmpfs("point")
        self.make_file("point", "deep", "file")
        again = self.mount("--bind", self.path("point", "deep"), self.make_folder("again"))
        with Subject(OPEN, self.path("again", "file")) as subject:
            self.assert_found([subject.pid], point)
            self.assert_found([subject.pid], again)
        # A part is mounted there: the part is meant.
        with Subject(OPEN, self.make_file("point", "file")) as subject:
            self.assert_found([subject.pid], point)
            self.assert_found([], again)

    def test_file_that_is_a_mount_point(self):
        file = self.make_file("one")
        point = self.mount("--bind", file, self.make_file("two"))
        with Subject(OPEN, file) as subject:
            self.assert_found([subject.pid], point)

    def test_detached(self):
        point = self.tmpfs("point")
        again = self.mount("--bind", point, self.make_folder("again"))
        with Subject(OPEN, self.make_file("point", "file")) as subject:
            subprocess.run(["umount", "-l", point], check=True)
            self.mounted.remove(point)
            self.assert_found([subject.pid], again)

    def test_notes(self):
        point = self.tmpfs("point")
        self.tmpfs("point", "sub")
        with Subject(ELSEWHERE) as subject:
            result = run(point)
            self.assertEqual((result.status, result.out), (1, b""), result)
            self.assertEqual(result.err_lines[:2], [
                f"ptree: no process seen has '{point}' open",
                f"ptree: {point}: {point}/sub is mounted on it"], result)
            self.assertIn(f"ptree: {point}: another mount namespace has it too: process "
                          f"{subject.pid} (python3) on {point}",
                          [line.replace("python3.11", "python3") for line in result.err_lines])
        with Subject(OPEN, self.make_file("point", "file")) as subject:
            result = run(point)
            self.assertEqual(result.status, 0)
            self.assertIn(f"ptree: {point}: {point}/sub is mounted on it", result.err_lines)
            self.assertNotIn(b"is mounted", run("-q", point).err)

    def test_block_device(self):
        image = self.make_file("image")
        subprocess.run(["truncate", "-s", "8M", image], check=True)
        made = subprocess.run(["mkfs.ext4", "-q", image], check=False, capture_output=True)
        loop = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True,
                              check=False)
        if made.returncode != 0 or loop.returncode != 0:
            self.skipTest("no loop device")
        device = loop.stdout.strip()
        try:
            point = self.mount(device, self.make_folder("point"))
            with Subject(OPEN, self.make_file("point", "deep", "file")) as one, \
                    Subject(OPEN, device) as other:
                for backend in BACKENDS:
                    found = run("-q", "--backend", backend, device).lines
                    # Others may look at the device too.
                    self.assertLessEqual({str(one.pid), str(other.pid)}, set(found), backend)
                self.assert_found([one.pid], point)
            result = run(device)
            self.assertEqual(result.status, 1)
            self.assertIn(f"ptree: {device}: it is mounted on {point}", result.err_lines)
            other_name = self.path("other name")
            os.link(image, other_name)
            for name in (image, other_name):
                result = run(name)
                self.assertEqual(result.status, 1)
                self.assertIn(f"ptree: {name}: it is the file of {device}", result.err_lines)
            on_image = self.tmpfs("store")
            stored = shutil.copy(image, on_image)
            inner = subprocess.run(["losetup", "-f", "--show", stored], capture_output=True,
                                   text=True, check=True).stdout.strip()
            try:
                result = run(on_image)
                self.assertIn(f"ptree: {on_image}: {inner} has its file there: {stored}",
                              result.err_lines)
            finally:
                subprocess.run(["losetup", "-d", inner], check=False)
        finally:
            self.unmount()
            self.mounted = []
            subprocess.run(["losetup", "-d", device], check=False)

    def test_btrfs(self):
        """stat(2) tells other devices than mounts do."""
        image = self.make_file("image")
        subprocess.run(["truncate", "-s", "128M", image], check=True)
        made = subprocess.run(["mkfs.btrfs", "-q", image], check=False, capture_output=True)
        point = self.make_folder("point")
        mounted = subprocess.run(["mount", "-o", "loop", image, point], capture_output=True,
                                 check=False)
        if made.returncode != 0 or mounted.returncode != 0:
            self.skipTest("no btrfs")
        self.mounted.append(point)
        device = subprocess.run(["findmnt", "-no", "SOURCE", point], capture_output=True,
                                text=True, check=True).stdout.strip()
        for volume in ("one", "other"):
            subprocess.run(["btrfs", "-q", "subvolume", "create", self.path("point", volume)],
                           check=True)
        file = self.make_file("point", "one", "deep", "file")
        part = self.mount("-o", "subvol=one", device, self.make_folder("part"))
        with Subject(OPEN, file) as one, \
                Subject(f"os.chdir({self.path('point', 'other')!r})") as other:
            self.assert_found([one.pid, other.pid], point)
            self.assert_found([one.pid, other.pid], point + "/")
            self.assert_found([one.pid, other.pid], device)
            self.assert_found([one.pid], self.path("point", "one") + "/")
            self.assert_found([other.pid], self.path("point", "other") + "/")
            self.assert_found([one.pid], part)
            self.assert_found([one.pid], self.path("part", "deep") + "/")
        # The namespace of the subject is the only one that still has it mounted.
        hidden = f"path = {point!r}\n{ELSEWHERE}\nos.chdir(path)"
        with Subject(hidden) as subject:
            self.unmount()
            self.mounted = []
            self.assert_found([subject.pid], device)

    def test_overlay(self):
        self.tmpfs("store")
        self.make_file("lower", "file")
        point = self.make_folder("point")
        mounted = subprocess.run(
            ["mount", "-t", "overlay", "none", "-o",
             f"lowerdir={self.path('lower')},upperdir={self.make_folder('store', 'upper')},"
             f"workdir={self.make_folder('store', 'work')}", point],
            capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("no overlayfs")
        self.mounted.append(point)
        new = self.make_file("point", "deep", "new")
        with Subject(OPEN, self.path("point", "file")) as one, Subject(OPEN, new) as other:
            self.assert_found([one.pid, other.pid], point)
            self.assert_found([one.pid, other.pid], point + "/")
            self.assert_found([other.pid], self.path("point", "deep") + "/")
        with Subject(f"os.chdir({self.path('point', 'deep')!r})") as subject:
            self.assert_found([subject.pid], self.path("point", "deep") + "/")

    def test_server_that_does_not_answer(self):
        with Scene("dead-mount") as scene:
            # Not through the one whose root lies there: a name below is asked of the server.
            (pid,) = [pid for pid, _, root in (fact.partition(":") for fact in scene.facts["root"])
                      if bytes.fromhex(root) == b"/"]
            cwd = dict(fact.split(":") for fact in scene.facts["cwd"])[pid]
            dead = os.path.dirname(os.fsdecode(bytes.fromhex(cwd)))
            for word in (dead, dead + "/"):
                for backend in BACKENDS:
                    found = run("-q", "--backend", backend, f"/proc/{pid}/root{word}").lines
                    self.assertIn(pid, found, (word, backend))

    def test_everything(self):
        result = run("-q", "/")
        self.assertEqual(result.status, 0)
        self.assertIn(str(os.getpid()), result.lines)
        self.assertNotIn(b"mounted on it", run("/").err)


class Lost(Mounts):
    def test_deleted_file(self):
        file = self.make_file("log", "file")
        with Subject(OPEN + "os.unlink(sys.argv[2])", file) as subject:
            self.assert_found([subject.pid], file)
            os.symlink(self.path("log"), self.path("link"))
            self.assert_found([subject.pid], self.path("link", "file"))
            self.assert_found([subject.pid], os.path.relpath(file))
            # Another is called so now.
            self.make_file("log", "file")
            self.assert_found([], file)

    def test_deleted_name_of_a_file_that_has_another(self):
        file = self.make_file("log", "file")
        os.link(file, self.path("log", "second"))
        with Subject(OPEN + "os.unlink(sys.argv[2])", file) as subject:
            self.assert_found([subject.pid], file)

    def test_deleted_directory(self):
        with Subject("os.chdir(sys.argv[2])\nos.rmdir(sys.argv[2])",
                     self.make_folder("gone")) as subject:
            self.assert_found([subject.pid], self.path("gone"))

    def test_deleted_program_and_mapping(self):
        sleep = shutil.copy(shutil.which("sleep"), self.make_folder("bin"))
        with subprocess.Popen([sleep, "60"]) as child:
            os.unlink(sleep)
            self.assert_found([child.pid], sleep)
            child.kill()

    def test_socket(self):
        path = self.path("socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(1)
            os.unlink(path)
            self.assert_found([os.getpid()], path)

    def test_nothing(self):
        result = run(self.path("never", "was"))
        self.assertEqual((result.status, result.out), (3, b""), result)
        self.assertEqual(result.err_lines[0], f"ptree: cannot look at '{self.path('never', 'was')}'"
                         ": No such file or directory")

    def test_file_that_is_really_called_so(self):
        file = self.make_file("log (deleted)")
        with Subject(OPEN, file):
            result = run("-q", self.path("log"))
            self.assertEqual((result.status, result.lines), (3, []), result)


if __name__ == "__main__":
    unittest.main(verbosity=2)
