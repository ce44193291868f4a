# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
"""The rules that turn getters into properties: see Procview.py, which applies them.

They ask the typelib what a function takes and returns, so that they hold for functions that are
younger than this file.
"""

import collections
import collections.abc
import re
from typing import Callable, Iterator, Optional

from gi.module import get_introspection_module
from gi.repository import GObject

Procview = get_introspection_module("Procview")

IN, OUT = 0, 1  # directions of an argument
NOBODY = 2**32 - 1

# Numbers that mean "unknown".
UNKNOWN = {
    "Process": {"start_time_ns": 0, "identity": 0, "cgroup_id": 0},
    "Task": {
        "start_time_ns": 0,
        "identity": 0,
        "uid": NOBODY,
        "euid": NOBODY,
        "gid": NOBODY,
        "egid": NOBODY,
    },
    "File": {"description": 0},
    "Lock": {"pid": 0},
    "Socket": {"cookie": 0, "network_namespace": 0, "peer_inode": 0, "listener_inode": 0},
}


class Parts(collections.abc.Sequence):
    """What a part of a snapshot holds, in the order of the library.

    Its items are made when they are asked for. Where they have a number (the pid of a process, the
    tid of a task, the fd of a descriptor), `number in parts` and `parts.find(number)` look for it.
    """

    __slots__ = ("_whole", "_n", "_get", "_find", "_noun")

    def __init__(self, whole, n: int, get: Callable, find: Optional[Callable], noun: str):
        self._whole = whole
        self._n = n
        self._get = get
        self._find = find
        self._noun = noun

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator:
        get, whole = self._get, self._whole
        for index in range(self._n):
            yield get(whole, index)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self._get(self._whole, i) for i in range(*index.indices(self._n))]
        if not -self._n <= index < self._n:
            raise IndexError(f"{index} of {self!r}")
        return self._get(self._whole, index % self._n)

    def __contains__(self, wanted) -> bool:
        if type(wanted) is int and self._find is not None:
            return self.find(wanted) is not None
        return any(item == wanted for item in self)

    def find(self, number: int):
        """The item with this pid, tid or fd; None if it is not here."""
        if self._find is None:
            raise TypeError(f"{self._noun} have no numbers")
        return self._find(self._whole, number)

    def __repr__(self) -> str:
        return f"<{self._noun}[{self._n}] of {self._whole!r}>"


# Sequences whose items have a number, and how to look for it.
FINDERS = {
    ("Snapshot", "processes"): lambda snapshot, pid: snapshot.find_process(pid),
    ("FdTable", "descriptors"): lambda table, fd: table.find_descriptor(fd),
    ("FdTable", "tasks"): lambda table, tid: _task_of(table, tid, "get_fd_table"),
    ("FsContext", "tasks"): lambda fs, tid: _task_of(fs, tid, "get_fs_context"),
    ("Process", "tasks"): lambda process, tid: _task_of(process, tid, "get_process"),
    ("Memory", "processes"): lambda memory, pid: _process_of(memory, pid),
}


def _task_of(whole, tid: int, getter: str):
    task = whole.get_snapshot().find_task(tid)
    return task if task is not None and getattr(task, getter)() == whole else None


def _process_of(memory, pid: int):
    process = memory.get_snapshot().find_process(pid)
    return process if process is not None and process.get_memory() == memory else None


def _singular(plural: str) -> Iterator[str]:
    if plural.endswith("ies"):
        yield plural[:-3] + "y"
    if plural.endswith("es"):
        yield plural[:-2]
    yield plural[:-1]


def _arguments(method) -> list:
    return [argument.get_direction() for argument in method.get_arguments()]


def _returns(method) -> str:
    return method.get_return_type().get_tag_as_string()


def _sequence(cls, plural: str, count) -> Optional[Callable]:
    """What reads xs by get_n_xs() and get_x(); None if there is no getter for one of them."""
    getters = (getattr(cls, "get_" + singular, None) for singular in _singular(plural))
    get = next((g for g in getters if g is not None and _arguments(g) == [IN]), None)
    if get is None:
        return None
    if not get.may_return_null() or _returns(get) != "interface":
        return lambda self: [get(self, index) for index in range(count(self))]
    find = FINDERS.get((cls.__info__.get_name(), plural))
    noun = plural.replace("_", " ")
    return lambda self: Parts(self, count(self), get, find, noun)


def _known_values(name: str, get) -> Callable:
    """What reads a getter that says whether its value is known, and hands it out."""
    words = [argument.get_name() for argument in get.get_arguments()]
    if len(words) == 1:
        return lambda self: known[1] if (known := get(self))[0] else None
    kind = collections.namedtuple(name.title().replace("_", ""), words, module=__name__)
    return lambda self: kind(*known[1:]) if (known := get(self))[0] else None


def _plain_value(cls, name: str, get) -> Callable:
    unknown = UNKNOWN.get(cls.__info__.get_name(), {}).get(name)
    if unknown is not None:
        return lambda self: value if (value := get(self)) != unknown else None
    if _returns(get) == "gint8":
        return lambda self: chr(value) if (value := get(self)) else None
    return get


def _reader(cls, name: str, get) -> Optional[Callable]:
    """What the property reads; None if this takes more than one asking."""
    if get.can_throw_gerror():
        return None
    arguments = _arguments(get)
    # The length of an array is an argument in C only.
    if not arguments or (_returns(get) == "array" and IN not in arguments):
        return _plain_value(cls, name, get)
    if _returns(get) == "gboolean" and set(arguments) == {OUT}:
        return _known_values(name, get)
    return None


def _add_properties(cls) -> None:
    for method in cls.__info__.get_methods():
        verb, _, name = method.get_name().partition("_")
        if verb not in ("get", "list", "dup") or hasattr(cls, name):
            continue
        get = getattr(cls, method.get_name())
        read = _reader(cls, name, get)
        told = f"See {method.get_symbol()}() in the reference."
        if read is not None:
            setattr(cls, name, property(read, doc=told))
        if read is not None and name.startswith("n_"):
            items = _sequence(cls, name[2:], get)
            if items is not None:
                setattr(cls, name[2:], property(items, doc=told))


def _is_brief(value) -> bool:
    return isinstance(value, (int, str, tuple)) and value not in (0, "", False)


def _repr_of_properties(self) -> str:
    cls = type(self)
    names = [name for name in dir(cls) if isinstance(getattr(cls, name), property)]
    told = [(name, value) for name in names if _is_brief(value := getattr(self, name))]
    words = [f"{name}={_word(value)}" for name, value in told]
    return " ".join([f"<Procview.{cls.__name__}", *words]) + ">"


def _word(value) -> str:
    return str(value) if isinstance(value, (GObject.GEnum, GObject.GFlags)) else repr(value)


def values(cls) -> list:
    """All that an enumeration, or flags, may be."""
    return [cls(info.get_value()) for info in cls.__info__.get_values()]


def _names(cls) -> dict:
    return {info.get_value(): info.get_name() for info in cls.__info__.get_values()}


def _enum_words(cls, namer: Optional[Callable]) -> None:
    names = _names(cls)

    def word(self) -> str:
        return names.get(int(self), str(int(self))).replace("_", "-")

    def show(self) -> str:
        return f"<{cls.__name__}.{names.get(int(self), '?').upper()}: {int(self)}>"

    cls.__str__ = namer if namer is not None else word
    cls.__repr__ = show


def _flags_words(cls) -> None:
    # Without those that stand for several, or for none.
    bits = {bit: name for bit, name in _names(cls).items() if bit.bit_count() == 1}

    def word(self) -> str:
        return "|".join(name for bit, name in bits.items() if int(self) & bit) or "none"

    cls.__str__ = word
    cls.__repr__ = lambda self: f"<{cls.__name__} {self}>"


# The word for a fact says little without its group.
NAMERS = {
    "Fact": lambda fact: f"{Procview.fact_get_group(fact)}.{Procview.fact_to_string(fact)}",
}


def _teach(name: str) -> None:
    cls = getattr(Procview, name)
    if not isinstance(cls, type):
        return
    if issubclass(cls, GObject.GEnum):
        snake = re.sub("(?<!^)([A-Z])", r"_\1", name).lower()
        namer = getattr(Procview, snake + "_to_string", None)
        _enum_words(cls, NAMERS.get(name) or (namer and (lambda self: namer(self))))
    elif issubclass(cls, GObject.GFlags):
        _flags_words(cls)
    elif issubclass(cls, (GObject.GBoxed, GObject.Object)):
        _add_properties(cls)
        cls.__repr__ = _repr_of_properties


def teach_all() -> None:
    for name in dir(Procview):
        _teach(name)
