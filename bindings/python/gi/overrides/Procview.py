# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
"""What makes Procview feel like Python.

Everything that the reference of the C API describes is here under its own name and does what is
said there. This module adds to it and takes nothing away, by rules that hold for all types, so that
what the library learns is here without a change:

    get_x(self)                    property x
    get_x(self, &value) -> known   property x: the value, or None; several values: a named tuple
    get_n_xs(self), get_x(self, i) property xs: a sequence of parts, or a list of plain values
    list_x(self), dup_x(self)      property x

A number that stands for "unknown" in C is None. An enumeration has a word: str(kind) is "socket".

Names (paths, threads, arguments) are bytes to the kernel. Here they are str as os.fsdecode() and
os.readlink() make it: os.fsencode() gives the bytes back, whatever they are. Never print them as
they are: repr() and printable() are safe, and so are the names in to_data().
"""

import collections
import json
import os
import re
import sys
from typing import Any, Callable, Iterable, Iterator, Optional

from gi.overrides import override
from gi.overrides._procview import Parts, Procview, teach_all, values
from gi.repository import Gio, GLib

__all__ = ["Parts", "printable", "unescape"]

teach_all()

Refusal = collections.namedtuple("Refusal", "step backend reason")
STEPS = (Procview.Step.TASKS, Procview.Step.GROUPING, Procview.Step.FILES)


def _export(cls):
    """Takes the place of the class of the same name."""
    __all__.append(cls.__name__)
    return override(cls)


class _Backends:
    """What a snapshot and the rights of a scanner both know."""

    @property
    def backends(self) -> dict:
        """Which interface serves each step, by step."""
        return {step: name for step in STEPS if (name := self.get_backend_name(step))}

    @property
    def refusals(self) -> list:
        """What could not be used though it is better, and why: named tuples."""
        refusals = map(self.get_refusal, range(self.get_n_refusals()))
        return [Refusal(step, backend, reason) for reason, step, backend in refusals]


ESCAPES = {ord(letter): "\\" + code for letter, code in zip('\b\f\n\r\t\v\\"', 'bfnrtv\\"')}


def printable(name: str) -> str:
    """The name in printable ASCII, as g_strescape() has it: "\\303\\251", "\\n"."""
    def show(byte: int) -> str:
        return ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")

    return "".join(map(show, os.fsencode(name)))


def unescape(text: str) -> bytes:
    """The name that the library wrote into JSON as text; os.fsdecode() makes it a str again."""
    def byte(match) -> bytes:
        return b"\\" if match[1] == b"\\" else bytes([int(match[1][1:], 16)])

    return re.sub(rb"\\(\\|x[0-9a-f]{2})", byte, text.encode())


# What JSON is written in; where names have another encoding, each that is not ASCII changes.
UTF8_NAMES = sys.getfilesystemencoding() == "utf-8"


def _with_names(data: Any) -> Any:
    if isinstance(data, str):
        same = "\\" not in data and (UTF8_NAMES or data.isascii())
        return data if same else os.fsdecode(unescape(data))
    if isinstance(data, list):
        return [_with_names(item) for item in data]
    if isinstance(data, dict):
        return {key: _with_names(value) for key, value in data.items()}
    return data


def _write(write_json: Callable) -> bytes:
    stream = Gio.MemoryOutputStream.new_resizable()
    write_json(stream)
    stream.close(None)
    return stream.steal_as_bytes().get_data()


def _to_data(text: bytes, unescape_names: bool) -> Any:
    data = json.loads(text)
    # No backslash in any name means that there is nothing to undo, which is nearly always so.
    same = not unescape_names or (UTF8_NAMES and b"\\\\" not in text)
    return data if same else _with_names(data)


class _Asking:
    """A function of the caller as the library asks it; what it raises comes out at the end."""

    def __init__(self, function: Callable, answer: Callable):
        self._function = function
        self._answer = answer
        self.raised: Optional[BaseException] = None

    def __call__(self, part, *_user_data):
        try:
            return self._answer(self._function(part)) if self.raised is None else 0
        except BaseException as error:  # comes out of write(), below
            self.raised = error
            return 0


def _ask(write_json: Callable, function: Optional[Callable], answer: Callable) -> bytes:
    if function is None:
        return _write(lambda stream: write_json(stream, None))
    asking = _Asking(function, answer)
    text = _write(lambda stream: write_json(stream, asking))
    if asking.raised is not None:
        raise asking.raised
    return text


def _extent(answer) -> Any:
    if isinstance(answer, bool):
        return Procview.JsonExtent.FULL if answer else Procview.JsonExtent.SKIP
    return answer


@_export
class Snapshot(_Backends, Procview.Snapshot):
    @property
    def tasks(self) -> list:
        """The tasks of all processes."""
        return [task for process in self.processes for task in process.tasks]

    def to_json(self, threads: bool = True, files: bool = True,
                select: Optional[Callable] = None) -> bytes:
        """The snapshot as JSON, schema 1: see procview_snapshot_write_json() in the reference.

        `select` is asked about each process: True, False, or a Procview.JsonExtent.
        """
        flags = Procview.JsonFlags.DOCUMENT
        if threads:
            flags |= Procview.JsonFlags.THREADS
        if files:
            flags |= Procview.JsonFlags.FILES
        return _ask(lambda stream, ask: self.write_json(stream, flags, ask), select, _extent)

    def to_data(self, threads: bool = True, files: bool = True, select: Optional[Callable] = None,
                unescape: bool = False) -> dict:
        """The snapshot as plain dictionaries and lists, some four times faster than by its parts.

        Names are text that is safe to print and to store. With `unescape` they are what
        os.fsdecode() makes of the bytes, as everywhere else here.
        """
        return _to_data(self.to_json(threads, files, select), unescape)

    def release(self) -> None:
        """Drops this reference now. What still refers to a part keeps the memory."""
        self._clear_boxed()
        self.__class__ = _ReleasedSnapshot

    def __enter__(self):
        return self

    def __exit__(self, *_error) -> None:
        self.release()

    def __repr__(self) -> str:
        whole = "complete" if self.is_complete() else "not complete"
        return (f"<Procview.Snapshot of {self.n_processes} processes, {self.n_tasks} tasks, "
                f"{self.n_fd_tables} tables, {self.n_descriptors} descriptors, {whole}>")


class _ReleasedSnapshot(Snapshot):
    """What is left of a snapshot after its `with`."""

    def __getattribute__(self, name):
        if name.startswith("__") or name == "release":
            return object.__getattribute__(self, name)
        raise ValueError("The snapshot was released")

    def release(self) -> None:
        pass

    def __repr__(self) -> str:
        return "<Procview.Snapshot, released>"


@_export
class Changes(Procview.Changes):
    def __len__(self) -> int:
        return self.n_changes

    def __iter__(self) -> Iterator:
        return iter(self.changes)

    def to_data(self, select: Optional[Callable] = None, unescape: bool = False) -> list:
        """The changes as plain dictionaries. `select` says of each change whether to write it."""
        text = _ask(self.write_json, select, bool)
        return [_to_data(line, unescape) for line in text.splitlines()]


@_export
class Change(Procview.Change):
    def __repr__(self) -> str:
        what = (self.descriptor_after or self.descriptor_before or self.fd_table_after
                or self.process_after or self.process_before)
        return f"<Procview.Change {self.kind}: {what!r}>"


@_export
class Process(Procview.Process):
    @property
    def namespaces(self) -> dict:
        """Inode numbers of the namespaces that are known, by Procview.Namespace."""
        types = values(Procview.Namespace)
        return {type_: inode for type_ in types if (inode := self.get_namespace(type_))}

    @property
    def comm(self) -> Optional[str]:
        """The name of its leader."""
        return self.leader.comm

    def __repr__(self) -> str:
        return f"<Procview.Process {self.pid} {_name(self.comm)}>"


@_export
class Task(Procview.Task):
    def __repr__(self) -> str:
        return f"<Procview.Task {self.tid} {_name(self.comm)} of process {self.process.pid}>"


@_export
class FdTable(Procview.FdTable):
    def __repr__(self) -> str:
        owner, status = self.owner, self.status
        much = f"{self.n_descriptors} descriptors, {self.n_tasks} tasks"
        if status != Procview.Status.OK:
            much += f", {status}: {self.reason}"
        return f"<Procview.FdTable {self.id} of {owner.pid} {_name(owner.comm)}: {much}>"


@_export
class Descriptor(Procview.Descriptor):
    def __repr__(self) -> str:
        file = self.file
        return f"<Procview.Descriptor {self.fd}: {file.kind} {_name(file.path)}>"


@_export
class File(Procview.File):
    @property
    def facts(self) -> dict:
        """What is known of files of this kind, by Procview.Fact: a number, a truth or a name."""
        return {fact: self._value(fact) for fact in super().facts}

    def _value(self, fact) -> Any:
        type_ = Procview.fact_get_fact_type(fact)
        if type_ == Procview.FactType.TEXT:
            return self.get_text(fact)
        number = self.get_number(fact)[1]
        return bool(number) if type_ == Procview.FactType.FLAG else number

    def __repr__(self) -> str:
        return f"<Procview.File {self.kind} {_name(self.path)} {self.access}>"


@_export
class Socket(Procview.Socket):
    def __repr__(self) -> str:
        known = (self.family_name, self.type_name, self.protocol_name, self.state_name)
        words = " ".join(filter(None, known)) or "unknown"
        ends = [f"{way} {end}" for way, end in (("at", self.local), ("to", self.remote)) if end]
        return f"<Procview.Socket {' '.join([words, *ends])}>"


def _name(name: Optional[str]) -> str:
    return "?" if name is None else repr(name)


@_export
class Counts(Procview.Counts):
    @property
    def kinds(self) -> dict:
        """How many descriptors lead to files of each kind, by Procview.Kind; kinds that occur."""
        told = ((kind, self.get_n_of_kind(kind)) for kind in values(Procview.Kind))
        return {kind: number for kind, (known, number) in told if known and number}


@_export
class Revalidation(Procview.Revalidation):
    @property
    def memberships(self) -> list:
        """What became of each task of the table, in the order of its tasks."""
        return [self.get_membership(index) for index in range(self.n_tasks)]


@_export
class Rights(_Backends, Procview.Rights):
    @property
    def needs(self) -> dict:
        """What would unlock the rest of each step, by step; steps that lack something."""
        return {step: needs for step in STEPS if (needs := self.get_needs(step))}

    def __repr__(self) -> str:
        served = ", ".join(f"{step} by {name}" for step, name in self.backends.items())
        needs = sorted({need for needs in self.needs.values() for need in needs})
        return f"<Procview.Rights {served}; needs {', '.join(needs) or 'nothing'}>"


@_export
class Query(Procview.Query):
    @classmethod
    def of(cls, pids: Iterable[int] = (), users: Iterable[int] = (), inodes: Iterable[int] = (),
           ports: Iterable[int] = (), collect=None, relatives=None):
        """A query for all of these: Query.of(pids=[1], collect=Procview.Collect.TABLES)."""
        query = cls.new()
        for add, numbers in ((query.add_pid, pids), (query.add_user, users),
                             (query.add_inode, inodes), (query.add_port, ports)):
            for number in numbers:
                add(number)
        if collect is not None:
            query.set_collect(collect)
        if relatives is not None:
            query.set_relatives(relatives)
        return query


@_export
class Scanner(Procview.Scanner):
    @classmethod
    def open(cls, backend=Procview.Backend.AUTO, flags=Procview.ScannerFlags.NONE):
        """A scanner, for `with`, which closes it."""
        return cls.new_full(backend, flags)

    def scan(self, query=None, **narrow):
        """Takes a snapshot: of everything, of what the query says, or of Query.of(**narrow)."""
        if narrow and query is not None:
            raise TypeError("either a query or what to make one of")
        return super().scan(Query.of(**narrow) if narrow else query)

    def close(self) -> None:
        """Gives back what it has from the kernel; scanning from now on fails."""
        self.run_dispose()

    def __enter__(self):
        return self

    def __exit__(self, *_error) -> None:
        self.close()


def _error_of(error: BaseException):
    """The code of an error of the library; None if it is another error."""
    if not isinstance(error, GLib.Error):
        return None
    if GLib.quark_from_string(error.domain) != Procview.error_quark():
        return None
    return Procview.Error(error.code)


Procview.Error.of = staticmethod(_error_of)
