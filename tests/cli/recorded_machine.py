# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# A machine that was written down: some twenty processes that have, between them, most of what ptree
# has a picture for. It is made anew for each test, as a tree that looks like /proc; what it takes
# beside that, recorded-kernel.c explains.
#
# The forms are those of Linux 6.18. Nothing in it depends on the machine that the test runs on.

import os
import stat

REG, DIR, CHR = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755, stat.S_IFCHR | 0o666
FIFO, SOCK = stat.S_IFIFO | 0o600, stat.S_IFSOCK | 0o777
R, W, RW = 0, 1, 2
STREAM, DGRAM = 1, 2
TCP, UDP = 6, 17
ESTABLISHED, CLOSE, LISTEN = 1, 7, 10
PF_KTHREAD = 0x00200000
HIDDEN = "\x1b[31mred\x1b[0m \u202eabc\nnext"

NULL = dict(path="/dev/null", mode=CHR, access=RW, ino=4, dev="0:5", rdev="1:3")


def regular(path, ino, access=R, size=4096, pos=0, n_links=1):
    return dict(path=path, mode=REG, access=access, ino=ino, dev="8:1", size=size, pos=pos,
                n_links=n_links)


def directory(path, ino):
    return dict(path=path, mode=DIR, access=R, ino=ino, dev="8:1", size=4096)


def pipe(ino, access):
    return dict(path=f"pipe:[{ino}]", mode=FIFO, access=access, ino=ino, dev="0:13")


def anonymous(name, *details):
    return dict(path=f"anon_inode:{name}", mode=0o600, access=RW, ino=1057, dev="0:14",
                details=details)


def inet(ino, protocol, state, local, remote=("0.0.0.0", 0)):
    line = f"inet {STREAM if protocol == TCP else DGRAM} {protocol} {state}"
    line += f" {local[0]} {local[1]} {remote[0]} {remote[1]}"
    return dict(path=f"socket:[{ino}]", mode=SOCK, access=RW, ino=ino, dev="0:8", socket=line)


def unix(ino, type, state, peer=0, name="-"):
    return dict(path=f"socket:[{ino}]", mode=SOCK, access=RW, ino=ino, dev="0:8",
                socket=f"unix {type} {state} {peer} {name}")


class Machine:
    def __init__(self, folder):
        self.folder = folder
        self.descriptions = {}
        os.mkdir(os.path.join(folder, "same"))

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else os.fsencode(text))

    def link(self, path, target):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(os.fsencode(target), os.fsencode(path))

    def add_descriptors(self, place, pid, tid, table, files):
        """files: by number; the same object is the same open file description."""
        same = [f"{pid} {table}"]
        for kind in ("fd", "fdinfo", "seen"):
            os.makedirs(os.path.join(self.folder, place, kind), exist_ok=True)
        for fd, file in sorted(files.items()):
            number = self.descriptions.setdefault(id(file), len(self.descriptions) + 1)
            same.append(f"{fd} {number}")
            self.link(f"{place}/fd/{fd}", file["path"])
            info = f"pos:\t{file.get('pos', 0)}\nflags:\t0{file['access'] | 0o100000:o}\n"
            info += f"mnt_id:\t28\nino:\t{file['ino']}\n"
            self.write(f"{place}/fdinfo/{fd}", info + "".join(f"{d}\n" for d in file.get(
                "details", ())))
            seen = f"{file['mode']:o} {file['dev']} {file['ino']} {file.get('size', 0)}"
            seen += f" {file.get('n_links', 1)} {file.get('rdev', '0:0')}\n"
            self.write(f"{place}/seen/{fd}", seen + file.get("socket", "") + "\n")
        self.write(f"same/{tid}", "\n".join(same) + "\n")

    def add_task(self, place, tid, p, comm, state):
        comm = os.fsencode(comm)
        flags = PF_KTHREAD if p["kernel"] else 0x400000
        rest = f" {state} {p['ppid']} {p['pgid']} {p['sid']} 0 -1 {flags} 0 0 0 0 0 0 0 0 20 0"
        rest += f" {p['n_tasks']} 0 {p['start']} 0 0 18446744073709551615" + " 0" * 27 + "\n"
        self.write(f"{place}/stat", b"%d (%s)%s" % (tid, comm, rest.encode()))
        uid = p["uid"]
        escaped = comm.replace(b"\\", b"\\\\").replace(b"\n", b"\\n")
        status = f"\nUmask:\t0022\nState:\t{state}\nTgid:\t{p['pid']}\nNgid:\t0\nPid:\t{tid}\n"
        status += f"PPid:\t{p['ppid']}\nTracerPid:\t0\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n"
        status += f"Gid:\t{uid}\t{uid}\t{uid}\t{uid}\n"
        status += f"FDSize:\t{0 if state == 'Z' else 64}\nGroups:\t\n"
        status += f"NStgid:\t{p['pid']}\nNSpid:\t{tid}\nNSpgid:\t{p['pgid']}\nNSsid:\t{p['sid']}\n"
        status += f"Kthread:\t{int(p['kernel'])}\nThreads:\t{p['n_tasks']}\n"
        self.write(f"{place}/status", b"Name:\t" + escaped + status.encode())

    def add(self, pid, ppid, comm, files=None, *, arguments=None, exe=None, uid=0, limit=1024,
            start=None, table=None, threads=(), state="S", kernel=False, group=None, sid=None):
        """threads: (tid, comm), or (tid, comm, table, files) with a table of its own"""
        p = dict(pid=pid, ppid=ppid, uid=uid, kernel=kernel, pgid=group or pid, sid=sid or pid,
                 n_tasks=1 + len(threads), start=start or 100 * pid)
        table = table or pid
        files = files or {}
        has_table = state != "Z"
        self.add_task(str(pid), pid, p, comm, state)
        arguments = [comm] if arguments is None else arguments
        if kernel or not has_table:
            arguments = []
        self.write(f"{pid}/cmdline", b"".join(os.fsencode(a) + b"\0" for a in arguments))
        self.write(f"{pid}/limits", "Limit                     Soft Limit           Hard Limit"
                   f"           Units     \nMax open files            {limit:<20} {limit:<20} files"
                   "     \n")
        self.write(f"{pid}/maps", "")
        if not kernel and has_table:
            self.link(f"{pid}/exe", exe or "/usr/bin/" + comm)
            self.link(f"{pid}/cwd", "/")
            self.link(f"{pid}/root", "/")
        if has_table:
            self.add_descriptors(str(pid), pid, pid, table, files)
        for tid, name, *own in [(pid, comm), *threads]:
            place = f"{pid}/task/{tid}"
            self.add_task(place, tid, p, name, state)
            if not kernel and has_table:
                self.link(f"{place}/cwd", "/")
                self.link(f"{place}/root", "/")
            if has_table:
                self.add_descriptors(place, pid, tid, own[0] if own else table,
                                     own[1] if own else files)


def add_services(m):
    nulls = {fd: NULL for fd in range(3)}
    m.add(1, 0, "init", {**nulls, 3: anonymous("[eventpoll]", "tfd:        4 events:       19 "
          "data:                4  pos:0 ino:421 sdev:d"),
          4: anonymous("[signalfd]", "sigmask:\t0000000000014002"),
          5: unix(1101, DGRAM, CLOSE, name="/run/init/notify")}, exe="/usr/sbin/init",
          arguments=["/sbin/init", "splash"], limit=1048576, group=1)
    for pid, name in ((2, "kthreadd"), (3, "kworker/0:0-events"), (4, "kworker/1:1"),
                      (5, "kworker/1:2")):
        m.add(pid, 0 if pid == 2 else 2, name, kernel=True, table=2, limit=1024, group=1, sid=1)
    m.add(210, 1, "journald", {**nulls, 3: regular("/var/log/journal/system.journal", 2001, RW,
          8388608), 4: unix(1210, STREAM, LISTEN, name="/run/journal/stdout"),
          5: unix(1211, STREAM, ESTABLISHED, 1902, "/run/journal/stdout"),
          6: unix(1212, STREAM, ESTABLISHED, 1802, "/run/journal/stdout")},
          exe="/usr/lib/init/journald", arguments=["/usr/lib/init/journald"])
    errors = regular("/var/log/nginx/error.log", 2101, W, 190, 190)
    web = {0: NULL, 1: NULL, 2: errors, 3: unix(1802, STREAM, ESTABLISHED, 1212),
           6: inet(1806, TCP, LISTEN, ("0.0.0.0", 80)),
           7: inet(1807, TCP, LISTEN, ("0.0.0.0", 443))}
    m.add(812, 1, "nginx", web, exe="/usr/sbin/nginx", arguments=[
          "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;"])
    for i in range(4):
        files = {**web, 8: anonymous("[eventpoll]"), 9: anonymous("[eventfd]", "eventfd-count:"
                 "                0", f"eventfd-id: {30 + i}", "eventfd-semaphore: 0")}
        if i == 3:
            files[10] = inet(1810, TCP, ESTABLISHED, ("192.0.2.1", 443), ("198.51.100.7", 51022))
            files[11] = inet(1811, TCP, ESTABLISHED, ("127.0.0.1", 40110), ("127.0.0.1", 8080))
        m.add(813 + i, 812, "nginx", files, exe="/usr/sbin/nginx", uid=70002, group=812, sid=812,
              arguments=["nginx: worker process"], start=81300)


def add_applications(m):
    app = {0: NULL, 1: unix(1902, STREAM, ESTABLISHED, 1211), 2: NULL,
           3: inet(1903, TCP, LISTEN, ("127.0.0.1", 8080)),
           4: inet(1904, TCP, ESTABLISHED, ("127.0.0.1", 8080), ("127.0.0.1", 40110)),
           5: inet(1905, TCP, ESTABLISHED, ("127.0.0.1", 55000), ("203.0.113.9", 5432))}
    app.update({fd: regular(f"/srv/app/lib/module-{fd:02d}.jar", 3000 + fd, R, 65536)
                for fd in range(7, 19)})
    app[6] = unix(1906, STREAM, ESTABLISHED, 1936)
    own = {fd: app[fd] for fd in range(4)}
    own[4] = regular("/srv/app/spool/job-17 (deleted)", 3100, RW, 12288, 512, n_links=0)
    threads = [(900 + i, f"pool-1-{i}") for i in range(1, 5)] + [(905, "spooler", 905, own)]
    m.add(900, 1, "java", app, uid=70001, limit=20, threads=threads, arguments=[
          "java", "-Xmx4g", "-Dspring.profiles.active=production,metrics,tracing",
          "-Djava.io.tmpdir=/srv/app/tmp", "-cp", "/srv/app/lib/*", "org.example.app.Main",
          "--config", "/srv/app/etc/app.yaml", "--name", "größe äöü"])
    data = regular("/var/lib/db/data.0001", 3201, RW, 1073741824, 4096)
    for pid, name in ((930, "db"), (931, "db-helper")):
        m.add(pid, 1 if pid == 930 else 930, name, {0: NULL, 1: NULL, 2: NULL, 3: data,
              4: anonymous("[timerfd]", "clockid: 1", "ticks: 0", "settime flags: 01",
                           "it_value: (4, 200000000)", "it_interval: (5, 0)"),
              5: unix(1935, STREAM, LISTEN, name="/run/db.sock"),
              6: unix(1936, STREAM, ESTABLISHED, 1906, "/run/db.sock")},
              table=930, uid=70003, group=930, sid=930)
    m.add(950, 1, "bad\nname)\x1b[1m", {0: NULL, 3: regular(f"/tmp/{HIDDEN} (deleted)", 3300, W,
          7, 7, n_links=0), 4: regular("/tmp/real (deleted)", 3301),
          5: regular(b"/tmp/\xff\xfe".decode(errors="surrogateescape"), 3302)},
          uid=70001, exe="/tmp/bad", arguments=["./bad", HIDDEN, "\t", "", "🐧" * 30])
    m.add(960, 950, "gone", state="Z", uid=70001)


def add_session(m):
    nulls = {fd: NULL for fd in range(3)}
    m.add(512, 1, "sshd", {**nulls, 3: inet(1512, TCP, LISTEN, ("0.0.0.0", 22))},
          exe="/usr/sbin/sshd", arguments=["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100"])
    m.add(640, 512, "sshd", {**nulls, 4: inet(1640, TCP, ESTABLISHED, ("192.0.2.1", 22),
          ("198.51.100.20", 50022)), 9: dict(path="/dev/pts/ptmx", mode=CHR, access=RW, ino=2,
          dev="0:24", rdev="5:2", details=["tty-index:\t0"])}, exe="/usr/sbin/sshd",
          arguments=["sshd: ada@pts/0"])
    tty = dict(path="/dev/pts/0", mode=CHR, access=RW, ino=3, dev="0:24", rdev="136:0")
    m.add(641, 640, "bash", {0: tty, 1: tty, 2: tty, 255: tty}, uid=70001, arguments=["-bash"])
    out, sorted_out = pipe(1651, W), pipe(1652, W)
    job = dict(uid=70001, group=650, sid=641)
    m.add(650, 641, "find", {0: tty, 1: out, 2: tty, 3: directory("/srv/app", 3400)},
          arguments=["find", "/srv", "-name", "*.jar"], **job)
    m.add(651, 641, "sort", {0: pipe(1651, R), 1: sorted_out, 2: tty}, arguments=["sort", "-u"],
          **job)
    m.add(652, 641, "less", {0: pipe(1652, R), 1: tty, 2: tty, 3: dict(path="/dev/tty", mode=CHR,
          access=R, ino=11, dev="0:5", rdev="5:0")}, arguments=["less", "-S"], **job)
    for pid in (971, 972, 973):
        m.add(pid, 641, "sleep", {0: tty, 1: tty, 2: tty}, uid=70001, sid=641,
              arguments=["sleep", "600"])


def make(folder):
    m = Machine(folder)
    add_services(m)
    add_session(m)
    add_applications(m)
    m.write("net/unix", "")
