# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# What lsfd, lsof and ss say of some processes, as a dictionary a descriptor: {(pid, fd): {column:
# value}}, with the names that each gives its columns. Nothing is judged here.

import collections
import json
import os
import re
import shutil
import subprocess

LSFD_COLUMNS = (
    "PID FD ASSOC TYPE NAME INODE DEV RDEV MAJ:MIN MODE POS FLAGS MNTID NLINK DELETED SIZE SOURCE"
    " CHRDRV BLKDRV MISCDEV PARTITION PROTONAME"
).split()
SS_KINDS = ("nl", "p_raw", "p_dgr", "u_str", "u_dgr", "u_seq", "icmp6", "raw", "udp", "tcp",
            "v_str", "mptcp", "???", "sctp", "tipc", "xdp", "dccp")
UNIX = re.compile(rb"(u_\w+) +(\S+) +(\d+) +(\d+) (.*) (\d+) +(\S+) (\d+) *(.*)\Z", re.DOTALL)
INET = re.compile(rb"(\S+) +(\S+) +(\d+) +(\d+) +(\S+) +(\S+) *(.*)\Z", re.DOTALL)
OWNER = re.compile(rb'\("[^"]*",pid=(\d+),fd=(\d+)\)')


def is_installed(name):
    """In a version that has the columns by these names; util-linux 2.40 has given some others."""
    if shutil.which(name) is None:
        return False
    asked = ("lsfd", "-J", "-Q", "PID == 0", "-o", ",".join(LSFD_COLUMNS))
    return name != "lsfd" or call(*asked) != b""


def version(name, option):
    ran = subprocess.run([name, option], capture_output=True, check=False)
    numbers = re.search(r"\d+(\.\d+)+", (ran.stdout + ran.stderr).decode(errors="replace"))
    return tuple(int(number) for number in numbers.group(0).split(".")) if numbers else ()


def call(*args):
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
                          check=False, timeout=120).stdout


def read_lsfd(pids):
    """Its columns as its JSON has them; what is no descriptor has its name for a number."""
    out = call("lsfd", "-J", "-p", ",".join(map(str, pids)), "-o", ",".join(LSFD_COLUMNS))
    rows = {}
    for row in json.loads(out.decode("utf-8", "surrogateescape"))["lsfd"]:
        key = row["fd"] if row["fd"] is not None else row["assoc"]
        # A file that is mapped in several ranges has a row each: the first will do.
        rows.setdefault((row["pid"], key), row)
    return rows


def read_lsof_once(pids, *options):
    out = call("lsof", "-nPw", *options, "-a", "-p", ",".join(map(str, pids)))
    rows, pid, row = {}, None, None
    for line in out.decode("utf-8", "surrogateescape").split("\n"):
        field, value = line[:1], line[1:]
        if field == "p":
            pid = int(value)
        elif field == "f":
            row = rows.setdefault((pid, int(value) if value.isdigit() else value), {})
        elif field == "T":
            row["T" + value[:2]] = value[3:]
        elif field and row is not None:
            row[field] = value
    return rows


def read_lsof(pids):
    """The letters of its option -F; TST, TQR and TQS of TCP; "o" whatever has an offset."""
    rows = read_lsof_once(pids, "-E", "+fG", "-Tqs", "-FpfatGDrsiknPdlT")
    for key, row in read_lsof_once(pids, "-o", "-Fpfo").items():
        if "o" in row and key in rows:
            rows[key]["o"] = row["o"]
    return rows


def split_ss(out):
    """Names of Unix sockets may hold newlines: what does not begin as a line goes on."""
    lines = []
    for line in out.split(b"\n"):
        begins = line.split(b" ")[0].decode("latin-1") in SS_KINDS
        if begins or not lines:
            lines.append(line)
        else:
            lines[-1] += b"\n" + line
    return lines


def parse_ss(line):
    is_unix = line.startswith(b"u_")
    match = (UNIX if is_unix else INET).match(line)
    if match is None:
        return None
    words = [word.decode("utf-8", "surrogateescape") for word in match.groups()]
    row = dict(zip(("netid", "state", "recv_q", "send_q"), words))
    if is_unix:
        row.update(name=match.group(5), ino=words[5], peer_ino=words[7])
    else:
        row.update(local=words[4], remote=words[5])
    for word in words[-1].split():
        key, colon, value = word.partition(":")
        if colon and key in ("ino", "sk", "uid") and key not in row:
            row[key] = value
    row["shutdown"] = next((word for word in words[-1].split() if re.fullmatch("<?->?|---", word)
                            or word in ("<->", "-->", "<--")), None)
    row["owners"] = [(int(pid), int(fd)) for pid, fd in OWNER.findall(match.group(len(words)))]
    return row


def read_ss(pids):
    """Of each socket of ours; one that several have open is there several times."""
    rows = collections.OrderedDict()
    for line in split_ss(call("ss", "-anpeOH")):
        row = parse_ss(line)
        for owner in row["owners"] if row else []:
            # A socket of MPTCP is there twice: itself, and as TCP what it speaks with first.
            if owner[0] in pids and (owner not in rows or row["netid"] == "mptcp"):
                rows[owner] = row
    return rows
