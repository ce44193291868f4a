# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Which columns of lsfd, lsof and ss tell the same as which members of our JSON, and how each is
# brought into a common form. A function gets a row and returns None where its tool tells nothing.
#
# Columns that have no counterpart are not here: what only one of the two tells cannot differ.

import ipaddress
import os
import re
import socket

STATES = {1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECV", 4: "FIN_WAIT1", 5: "FIN_WAIT2",
          6: "TIME_WAIT", 7: "CLOSE", 8: "CLOSE_WAIT", 9: "LAST_ACK", 10: "LISTEN", 11: "CLOSING"}
SS_STATES = {"ESTAB": "ESTABLISHED", "FIN-WAIT-1": "FIN_WAIT1", "FIN-WAIT-2": "FIN_WAIT2",
             "UNCONN": "CLOSE"}
ANONYMOUS = {"eventfd", "eventpoll", "timerfd", "signalfd", "inotify", "fanotify", "pidfd",
             "io_uring", "bpf-map", "bpf-prog", "bpf-link", "userfaultfd", "perf-event",
             "anon-inode"}
# What stat(2) calls a regular file.
LIKE_REGULAR = {"regular", "memfd", "mqueue", "nsfs", "secretmem", "dmabuf"}
PROTOCOLS = {
    "TCP": ("inet", "tcp"), "TCPv6": ("inet6", "tcp"), "UDP": ("inet", "udp"),
    "UDPv6": ("inet6", "udp"), "UDP-Lite": ("inet", "udplite"), "UDPLITEv6": ("inet6", "udplite"),
    "RAW": ("inet", "raw"), "RAWv6": ("inet6", "raw"), "PING": ("inet", "ping"),
    "PINGv6": ("inet6", "ping"), "MPTCP": ("inet", "mptcp"), "MPTCPv6": ("inet6", "mptcp"),
    "UNIX": ("unix", None), "UNIX-STREAM": ("unix", "stream"), "NETLINK": ("netlink", None),
    "PACKET": ("packet", None), "AF_VSOCK": ("vsock", None), "XDP": ("xdp", None),
}


def text(data):
    return data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data


# Of ours.

def member(*names):
    def get(row):
        for name in names:
            row = row.get(name) if isinstance(row, dict) else None
        return row
    return get


def our_type(row):
    kind = row["kind"]
    if kind in LIKE_REGULAR:
        return "regular"
    if kind in ANONYMOUS:
        return "anonymous"
    return "fifo" if kind == "pipe" else kind


def our_flags(row):
    """Without the mode, which is a field of its own, and what is every 64-bit program's."""
    flags = row.get("flags")
    if flags is None:
        return None
    words = {flag.removeprefix("O_").lower() for flag in flags}
    words -= {"rdonly", "wronly", "rdwr", "largefile", "cloexec"}
    # PIDFD_THREAD, which is nothing else than O_EXCL.
    return {"excl" if word == "0x80" else word for word in words}


def our_source(row):
    """A disk by its name, if that is told by the usual one; what has none by its type."""
    fs = row.get("fs")
    if fs is None:
        return None
    if fs["source"].startswith("/dev/"):
        return os.path.basename(fs["source"])
    return fs["type"] if row["dev"].startswith("0:") else None


def our_path(row):
    """With the word that the kernel appends, which both others keep."""
    path = row.get("path")
    if path is None:
        return None
    path = os.fsdecode(unescape(path))
    return path + " (deleted)" if row.get("deleted") and path.startswith("/") else path


def our_deleted(row):
    return row.get("deleted", False)


def our_size(row):
    return row.get("size")


def our_protocol(row):
    s = row.get("socket")
    if s is None or "family" not in s:
        return None
    family, protocol = s["family"], s.get("protocol")
    if family == "unix":
        # Datagrams and packets have one name.
        return family, "stream" if s.get("type") == "stream" else None
    if family not in ("inet", "inet6"):
        return family, None
    if s.get("type") == "raw":
        return family, "raw"
    if s.get("type") == "dgram" and protocol in ("icmp", "icmpv6"):
        return family, "ping"
    return family, protocol


def our_state(row):
    s = row.get("socket", {})
    state = s.get("state")
    return "CLOSE" if state in ("UNCONNECTED", "CLOSED") else state


def our_address(side):
    def get(row):
        s = row.get("socket", {})
        return parse_address(s.get(side)) if s.get("family") in ("inet", "inet6") else None
    return get


def our_cookie(row):
    cookie = row.get("socket", {}).get("cookie")
    return int(cookie) if cookie is not None else None


def our_name(row):
    """The bytes of a Unix socket's name, NULs as @, which the others write."""
    s = row.get("socket", {})
    if s.get("family") != "unix" or "state" not in s:
        return None
    return unescape(s.get("local", "")).replace(b"\0", b"@").strip(b" ")


def our_peers(row):
    ends = row.get("peers")
    return {(end["pid"], end["fd"]) for end in ends} if ends else None


def our_is_unix(name):
    def get(row):
        s = row.get("socket", {})
        return s.get(name) if s.get("family") == "unix" else None
    return get


def unescape(written):
    """Of names: a byte that cannot be shown is \\xNN, and a backslash two."""
    def byte(match):
        digits = match.group(1)
        return bytes([int(digits, 16)]) if digits else b"\\"
    return re.sub(rb"\\x([0-9a-f]{2})|\\\\", byte, os.fsencode(written))


def parse_address(written):
    """(address, port): None for either that is any."""
    match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.*]+))(?:%\w+)?:([0-9*]+)", written or "")
    if match is None:
        return None
    address, port = match.group(1) or match.group(2), match.group(3)
    if address == "*":
        address = None
    else:
        address = ipaddress.ip_address(address)
        address = getattr(address, "ipv4_mapped", None) or address
        address = None if address.is_unspecified else address
    port = None if port in ("*", "0") else int(port)
    return (address, port) if address or port else None


def device(written):
    """lsof has device numbers as userspace packs them, in hexadecimal."""
    if written is None:
        return None
    number = int(written, 16)
    return f"{os.major(number)}:{os.minor(number)}"


# Of lsfd.

LSFD_TYPES = {"REG": "regular", "DIR": "directory", "LINK": "symlink", "CHR": "chardev",
              "BLK": "blockdev", "FIFO": "fifo", "SOCK": "socket", "UNKN": "anonymous"}


def lsfd_flags(row):
    words = set((row["flags"] or "").split(","))
    return words - {"", "rdonly", "wronly", "rdwr", "largefile", "cloexec"}


def lsfd_source(row):
    """Devices are told by their drivers, and what it has no name for by its number."""
    return None if row["type"] in ("CHR", "BLK") or ":" in row["source"] else row["source"]


def lsfd_mode(row):
    return row["mode"].replace("-", "").replace("x", "") or "-"


def lsfd_rdev(row):
    return row["rdev"] if row["type"] in ("CHR", "BLK") else None


def lsfd_size(row):
    return row["size"] if row["type"] in ("REG", "DIR", "LINK") else None


def lsfd_mnt_id(row):
    return row["mntid"] or None


LSFD = {
    "TYPE": (lambda row: LSFD_TYPES.get(row["type"], row["type"]), our_type),
    "NAME": (member("name"), our_path),
    "INODE": (member("inode"), member("ino")),
    "DEV": (member("dev"), member("dev")),
    "RDEV": (lsfd_rdev, member("rdev")),
    "MODE": (lsfd_mode, member("mode")),
    "POS": (member("pos"), member("pos")),
    "FLAGS": (lsfd_flags, our_flags),
    "CLOEXEC": (lambda row: "cloexec" in (row["flags"] or ""), member("cloexec")),
    "SOURCE": (lsfd_source, our_source),
    "MNTID": (lsfd_mnt_id, member("mnt_id")),
    "DELETED": (member("deleted"), our_deleted),
    "SIZE": (lsfd_size, our_size),
    "PROTONAME": (lambda row: PROTOCOLS.get(row["protoname"]), our_protocol),
    "CHRDRV": (member("chrdrv"), member("device", "driver")),
    "BLKDRV": (member("blkdrv"), member("device", "driver")),
    "MISCDEV": (member("miscdev"), member("device", "name")),
}

# What is no descriptor: the same columns of rows that have a word where others have a number.
ASSOCIATIONS = {"cwd": "cwd", "rtd": "root", "exe": "exe", "txt": "exe"}
LSFD_PLACES = {
    "NAME": (member("name"), member("path")),
    "INODE": (member("inode"), member("ino")),
    "DEV": (member("dev"), member("dev")),
}


def our_places(document):
    """{(pid, word): row} of working directories, roots, executables."""
    contexts = {item["id"]: item for item in document.get("fs_contexts", [])}
    memories = {item["id"]: item for item in document.get("memories", [])}
    places = {}
    for process in document["processes"]:
        leader = next(task for task in process["tasks"] if task["tid"] == process["pid"])
        sources = (("cwd", contexts.get(leader.get("fs_context"), {})),
                   ("root", contexts.get(leader.get("fs_context"), {})),
                   ("exe", memories.get(process.get("memory"), {})))
        for word, source in sources:
            places[process["pid"], word] = {"path": source.get(word),
                                            "ino": source.get(word + "_ino"),
                                            "dev": source.get(word + "_dev")}
    return places

# Of lsof.

LSOF_TYPES = {"REG": "regular", "DIR": "directory", "LINK": "symlink", "CHR": "chardev",
              "BLK": "blockdev", "FIFO": "fifo", "a_inode": "anonymous"}
LSOF_FAMILIES = {"IPv4": "inet", "IPv6": "inet6", "unix": "unix", "netlink": "netlink",
                 "pack": "packet", "raw": "inet", "raw6": "inet6"}


def lsof_type(row):
    return "socket" if row["t"] in LSOF_FAMILIES or row["t"] == "sock" else \
        LSOF_TYPES.get(row["t"], row["t"])


def lsof_bits(row):
    return int(row["G"].split(";")[0], 16) if "G" in row else None


def lsof_cloexec(row):
    bits = lsof_bits(row)
    return bool(bits & 0o2000000) if bits is not None else None


def lsof_flags(row):
    bits = lsof_bits(row)
    if bits is None:
        return None
    # Those of x86 and of most: asm-generic/fcntl.h.
    names = {"creat": 0o100, "excl": 0o200, "noctty": 0o400, "trunc": 0o1000, "append": 0o2000,
             "nonblock": 0o4000, "dsync": 0o10000, "async": 0o20000, "direct": 0o40000,
             "directory": 0o200000, "nofollow": 0o400000, "noatime": 0o1000000,
             "path": 0o10000000}
    words = {name for name, bit in names.items() if bits & bit}
    if bits & 0o4000000:
        words = words - {"dsync"} | {"sync"}
    if bits & 0o20000000:
        words = words - {"directory"} | {"tmpfile"}
    return words


def lsof_offset(row):
    offset = row.get("o", "")
    if offset.startswith("0t"):
        return int(offset[2:])
    return int(offset, 16) if offset.startswith("0x") else None


def lsof_number(letter):
    return lambda row: int(row[letter]) if row.get(letter, "").isdigit() else None


def lsof_inode(row):
    if row["t"] in ("IPv4", "IPv6", "pack"):
        return int(row["d"])
    return int(row["i"]) if "i" in row else None


def lsof_size(row):
    return int(row["s"]) if "s" in row and row["t"] in ("REG", "DIR", "LINK") else None


def lsof_ends(row):
    """Local, remote and the list of the other ends, of its name for an Internet socket."""
    if row["t"] not in ("IPv4", "IPv6"):
        return None, None
    local, _, remote = row["n"].split(" ")[0].partition("->")
    return parse_address(local), parse_address(remote)


def lsof_name(row):
    """Without the other ends, which follow."""
    if row["t"] not in LSOF_TYPES:
        return None
    return re.sub(r"( ->/dev/pts/\d+)?( \d+,[^,]*,\d+[rwu-])*$", "", row.get("n", ""))


def lsof_state(row):
    state = row.get("TST")
    return {"CONNECTED": "ESTABLISHED", "UNCONNECTED": "CLOSE"}.get(state, state)


def lsof_peers(row):
    ends = re.findall(r" (\d+),[^,]*,(\d+)[rwu-]", row["n"]) if "n" in row else None
    return {(int(pid), int(fd)) for pid, fd in ends} if ends else None


def lsof_protocol(row):
    """The kernel's name where that is all it has, else the family and what it knows beside."""
    if row["t"] == "sock":
        return PROTOCOLS.get(row["n"].removeprefix("protocol: "))
    if row["t"] == "unix":
        kind = re.search(r"type=(\w+)", row["n"])
        return "unix", "stream" if kind and kind.group(1) == "STREAM" else None
    if row["t"] in ("IPv4", "IPv6"):
        return LSOF_FAMILIES[row["t"]], row["P"].lower()
    if row["t"] in ("raw", "raw6"):
        return LSOF_FAMILIES[row["t"]], "raw"
    return (LSOF_FAMILIES[row["t"]], None) if row["t"] in LSOF_FAMILIES else None


def lsof_unix_name(row):
    if row["t"] != "unix":
        return None
    return os.fsencode(re.sub(r"(^| )type=\w+.*", "", row["n"]))


def our_lock(row):
    """As lsof: r and w, in upper case of a whole file. Of several it tells one, we none here."""
    if row["kind"] != "regular":
        return None
    letters = {
        letter.upper() if lock["start"] == 0 and "end" not in lock else letter
        for lock in row.get("locks", [])
        for letter in lock["access"][:1]
    }
    return None if len(letters) > 1 else "".join(letters)


LSOF = {
    "LOCK": (lambda row: row.get("l", "").strip(), our_lock),
    "TYPE": (lsof_type, our_type),
    "ACCESS": (lambda row: {"r": "r", "w": "w", "u": "rw"}.get(row.get("a")), member("mode")),
    "FLAGS": (lsof_flags, our_flags),
    "CLOEXEC": (lsof_cloexec, member("cloexec")),
    "DEVICE": (lambda row: device(row.get("D")), member("dev")),
    "RDEV": (lambda row: device(row.get("r")), member("rdev")),
    "SIZE": (lsof_size, our_size),
    "OFFSET": (lsof_offset, member("pos")),
    "NODE": (lsof_inode, member("ino")),
    "NLINK": (lambda row: row["k"] == "0" if "k" in row else None, our_deleted),
    "NAME": (lsof_name, our_path),
    "PROTOCOL": (lsof_protocol, our_protocol),
    "LOCAL": (lambda row: lsof_ends(row)[0], our_address("local")),
    "REMOTE": (lambda row: lsof_ends(row)[1], our_address("remote")),
    "UNIX-NAME": (lsof_unix_name, our_name),
    "STATE": (lsof_state, our_state),
    "RECEIVE-QUEUE": (lsof_number("TQR"), member("socket", "receive_queue")),
    "SEND-QUEUE": (lsof_number("TQS"), member("socket", "send_queue")),
    "ENDPOINTS": (lsof_peers, our_peers),
}

LSOF_PLACES = {
    "NAME": (member("n"), member("path")),
    "NODE": (lsof_inode, member("ino")),
    "DEVICE": (lambda row: device(row.get("D")), member("dev")),
}

# Of ss.

SS_NETIDS = {"u_str": ("unix", "stream"), "u_dgr": ("unix", "dgram"),
             "u_seq": ("unix", "seqpacket"), "p_raw": ("packet", "raw"), "p_dgr": ("packet", "dgram"),
             "tcp": "tcp", "udp": "udp", "mptcp": "mptcp", "raw": "raw", "icmp6": "icmpv6",
             "nl": "netlink"}
SS_SHUTDOWN = {"<->": [], "<--": ["send"], "-->": ["receive"], "---": ["receive", "send"]}


def our_netid(row):
    s = row.get("socket", {})
    if s.get("family") in ("unix", "packet"):
        return s["family"], s.get("type")
    return "raw" if s.get("type") == "raw" else s.get("protocol")


def ss_number(key, base=10):
    return lambda row: int(row[key], base) if row.get(key) is not None else None


def ss_local(row):
    local = row.get("local", "")
    return None if row["netid"] in ("p_raw", "p_dgr", "raw") else parse_address(local)


def ss_interface(row):
    match = re.search(r"%(\w+)", row.get("local", "")) if "[" not in row.get("local", "") else None
    if row["netid"] in ("p_raw", "p_dgr"):
        match = re.search(r":(\w+)$", row["local"])
    return socket.if_nametoindex(match.group(1)) if match else None


def ss_name(row):
    if "name" not in row:
        return None
    name = row["name"].strip(b" ")
    return b"" if name == b"*" else name


def ss_peer(row):
    return int(row["peer_ino"]) or None if "peer_ino" in row else None


def ss_shutdown(row):
    return SS_SHUTDOWN.get(row.get("shutdown"))


def our_shutdown(row):
    s = row.get("socket", {})
    return sorted(s.get("shutdown", [])) if s.get("family") == "unix" else None


SS = {
    "Netid": (lambda row: SS_NETIDS.get(row["netid"]), our_netid),
    "State": (lambda row: SS_STATES.get(row["state"], row["state"].replace("-", "_")), our_state),
    "Recv-Q": (ss_number("recv_q"), member("socket", "receive_queue")),
    "Send-Q": (ss_number("send_q"), member("socket", "send_queue")),
    "Local": (ss_local, our_address("local")),
    "Peer": (lambda row: parse_address(row.get("remote")), our_address("remote")),
    "Interface": (ss_interface, member("socket", "interface")),
    "Name": (ss_name, our_name),
    "ino": (ss_number("ino"), member("ino")),
    "sk": (ss_number("sk", 16), our_cookie),
    "uid": (ss_number("uid"), member("socket", "uid")),
    "peer": (ss_peer, our_is_unix("peer_ino")),
    "shutdown": (ss_shutdown, our_shutdown),
}
