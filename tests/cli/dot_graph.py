# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# A reader of the language of Graphviz that is stricter than Graphviz: whatever ptree has no reason
# to write is an error. Where Graphviz itself is installed, it is asked for its opinion too.

import html
import re
import shutil
import subprocess

DOT = shutil.which("dot")

TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\\n]|\\.)*")|(?P<arrow>->)|(?P<id>[A-Za-z_][A-Za-z0-9_]*)'
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<mark>[{}\[\]=,;]))"
)
ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}


def read_quoted(token):
    """What is drawn of a quoted string."""

    def unescape(match):
        return ESCAPES[match[1]]  # none but these: \N, \l and the like would be drawn as others

    text = re.sub(r"\\(.)", unescape, token[1:-1])
    if re.search(r"&(?!amp;)", text):
        raise ValueError(f"an entity: {token}")
    return html.unescape(text)


def tokenize(text):
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"no token: {text[place:place + 40]!r}")
        place = match.end()
        kind = match.lastgroup
        yield kind, read_quoted(match[kind]) if kind == "quoted" else match[kind]


class Graph:
    """nodes: id to attributes; edges: (from, to, attributes); frames: id to (label, ids)."""

    def __init__(self, out):
        self.text = out.decode("utf-8", "strict")
        self.tokens = list(tokenize(self.text))
        self.place = 0
        self.nodes, self.edges, self.frames, self.defaults = {}, [], {}, {}
        self.expect("digraph"), self.expect("ptree"), self.expect("{")
        self.read_statements(None)
        if self.place != len(self.tokens):
            raise ValueError("something behind the graph")
        for edge in self.edges:
            for end in edge[:2]:
                if end not in self.nodes:
                    raise ValueError(f"an edge ends at {end}, which is no node")
            for key in ("lhead", "ltail"):
                if edge[2].get(key, next(iter(self.frames), None)) not in [*self.frames, None]:
                    raise ValueError(f"an edge ends at {edge[2][key]}, which is no frame")

    def next(self):
        token = self.tokens[self.place]
        self.place += 1
        return token[1]

    def peek(self):
        return self.tokens[self.place][1]

    def expect(self, wanted):
        found = self.next()
        if found != wanted:
            raise ValueError(f"{wanted!r} expected, and not {found!r}")

    def read_attributes(self):
        attributes = {}
        self.expect("[")
        while self.peek() != "]":
            key = self.next()
            self.expect("=")
            if key in attributes:
                raise ValueError(f"{key} twice")
            attributes[key] = self.next()
            if self.peek() == ",":
                self.next()
        self.expect("]")
        return attributes

    def read_statements(self, frame):
        while (first := self.next()) != "}":
            if first == "subgraph":
                name = self.next()
                self.expect("{")
                self.frames[name] = ["", []]
                self.read_statements(name)
                continue
            if first in ("graph", "node", "edge"):
                self.defaults[first] = self.read_attributes()
            elif self.peek() == "=":
                self.next()
                self.frames[frame][0] = self.next()
            elif self.peek() == "->":
                self.next()
                self.edges.append((first, self.next(), self.read_attributes()))
            else:
                if first in self.nodes:
                    raise ValueError(f"node {first} twice")
                self.nodes[first] = self.read_attributes()
                if frame is not None:
                    self.frames[frame][1].append(first)
            self.expect(";")

    def between(self, one, other):
        """(label, arrow) of each line from one to the other; lines without an arrow of either."""
        found = []
        for source, target, attributes in self.edges:
            directed = attributes.get("dir") != "none"
            if (source, target) == (one, other) or (
                not directed and (target, source) == (one, other)
            ):
                found.append((attributes.get("label", ""), directed))
        return sorted(found)

    def draw(self, form):
        """What Graphviz makes of it; None: it is not installed."""
        if DOT is None:
            return None
        ran = subprocess.run(
            [DOT, "-T" + form], input=self.text.encode(), capture_output=True, timeout=120
        )
        if ran.returncode != 0 or b"rror" in ran.stderr:
            raise ValueError(ran.stderr)
        return ran.stdout.decode()
