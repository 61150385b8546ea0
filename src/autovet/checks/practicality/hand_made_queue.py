"""A queue or stack written as a linked list of nodes.

Finds a class of nodes, each with the next one, beside a class that only puts values in at one end and
takes them out at one.

``collections.deque`` does that in C, at both ends, with a length, iteration and a limit, and without
the moment in which a link hangs loose.

Use ``deque`` (a ``list`` for a stack, ``queue.Queue`` between threads).

Leave it where nodes are moved about or removed in the middle: that is what linked lists are for.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("hand-made-queue", Category.PRACTICALITY, confidence=0.85)

_LINKS = frozenset({"next", "_next", "next_node", "nxt", "link"})
_ENDS = frozenset(
    {"push", "pop", "enqueue", "dequeue", "append", "appendleft", "popleft", "put", "get", "add", "take",
     "peek", "top", "front", "first", "last", "is_empty", "empty", "size", "clear", "__init__", "__len__",
     "__iter__", "__bool__", "__repr__", "__str__", "insert", "remove", "push_front", "push_back",
     "pop_front", "pop_back", "offer", "poll"}
)  # fmt: skip
_IN = frozenset(
    {
        "push",
        "enqueue",
        "append",
        "put",
        "add",
        "push_back",
        "push_front",
        "offer",
        "insert",
        "appendleft",
    }
)
_OUT = frozenset(
    {"pop", "dequeue", "popleft", "get", "take", "pop_front", "pop_back", "poll", "remove"}
)

BAD = (
    """
class Node:
    def __init__(self, value):
        self.value = value
        self.next = None

class Line:  # <--
    def __init__(self):
        self.head = None

    def push(self, value):
        node = Node(value)
        node.next = self.head
        self.head = node

    def pop(self):
        node = self.head
        self.head = node.next
        return node.value
""",
    """
from dataclasses import dataclass

@dataclass
class _Link:
    job: str
    next: "_Link | None" = None

class Jobs:  # <--
    def __init__(self):
        self._first = self._last = None

    def enqueue(self, job):
        link = _Link(job)
        if self._last:
            self._last.next = link
        else:
            self._first = link
        self._last = link

    def dequeue(self):
        link, self._first = self._first, self._first.next
        return link.job

    def is_empty(self):
        return self._first is None
""",
)

GOOD = (
    """
from collections import deque

class Jobs:
    def __init__(self):
        self._jobs = deque()

    def enqueue(self, job):
        self._jobs.append(job)

    def dequeue(self):
        return self._jobs.popleft()
""",
    """
class Node:
    def __init__(self, value):
        self.value = value
        self.next = None
        self.previous = None

class Recent:
    def push(self, value):
        self.head = Node(value)

    def pop(self):
        return self.head.next

    def move_to_front(self, node):
        node.previous.next = node.next
""",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the class that keeps the nodes."""
    if node.bases or module.is_test or "next" not in module.text:
        return
    methods = {s.name for s in node.body if isinstance(s, ast.FunctionDef)}
    if not (methods & _IN and methods & _OUT and methods <= _ENDS):
        return
    links = [c.name for c in module.nodes(ast.ClassDef) if c is not node and _is_link(c)]
    made = {
        n.func.id
        for n in ast.walk(node)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in links
    }
    follows = any(isinstance(n, ast.Attribute) and n.attr in _LINKS for n in ast.walk(node))
    if made and follows:
        yield module.finding(
            RULE,
            node,
            f"{node.name} is a queue of {made.pop()}s linked by hand: collections.deque is one",
            evidence={"instead": "collections.deque"},
        )


def _is_link(node: ast.ClassDef) -> bool:
    """Whether a class holds a value and the next one, and does nothing."""
    names: set[str] = set()
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.add(statement.target.id)
        elif isinstance(statement, ast.FunctionDef):
            if statement.name != "__init__":
                return False
            names |= {
                n.attr
                for n in ast.walk(statement)
                if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
            }
    return bool(names & _LINKS) and len(names) == 2
