"""Cutting off what was consumed copies all that is left, in every round.

Finds loops that shorten a string, bytes object or list by ``rest = rest[n:]``. The slice copies the
remainder each time, so going through a text of n characters copies n * n / 2 of them.

Keep the position in a variable and look at ``text[position]``, ``pattern.match(text, position)``,
``text.startswith(token, position)``; or use an iterator, a deque or a ``memoryview``.

Leave it when the input is short by its nature, or new data arrives at the other end of the buffer.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import path_of
from autovet.checks.vocabulary.growing_lists import is_capped
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("consumed-prefix-copied", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
def records(data):
    while data:
        size = data[0]
        yield data[1 : size + 1]
        data = data[size + 1 :]  # <--
""",
    """
def words(text: str):
    found = []
    rest = text
    while rest:
        word, _, _ = rest.partition(" ")
        found.append(word)
        rest = rest[len(word) + 1 :]  # <--
    return found
""",
)

GOOD = (
    """
def records(data):
    position = 0
    while position < len(data):
        size = data[position]
        yield data[position + 1 : position + size + 1]
        position += size + 1
""",
    """
def frames(sock):
    buffer = b""
    while chunk := sock.recv(4096):
        buffer += chunk
        while len(buffer) >= 4:
            yield buffer[:4]
            buffer = buffer[4:]
""",
    """
def names(lines):
    for line in lines:
        line = line[2:]
        yield line

def send(sock, data):
    view = memoryview(data)
    while view:
        view = view[sock.send(view) :]
""",
    """
def parse(argv):
    options = []
    while argv and argv[0].startswith("-"):
        options.append(argv[0])
        argv = argv[1:]
    return options, argv
""",
)

_ARGUMENTS = frozenset({"args", "argv", "arguments", "parts", "path"})
_FEEDING = frozenset({"recv", "send", "sendto", "write", "read"})


def check(statement: ast.Assign, module: Module) -> Iterator[Finding]:
    """Report ``x = x[n:]`` in a ``while`` loop that lives on ``x``."""
    value = statement.value
    if not isinstance(value, ast.Subscript) or not isinstance(value.slice, ast.Slice):
        return
    cut = value.slice
    path = path_of(statement.targets[0])
    if not path or path != path_of(value.value) or module.is_test:
        return
    if cut.lower is None or cut.upper is not None or cut.step is not None:
        return
    step = ast.unparse(cut.lower).lower()
    if any(word in step for word in ("chunk", "batch", "sent", "written", "write", "send")):
        return
    if path in _ARGUMENTS or type_of(value.value, module) == "builtins.memoryview":
        return
    for repetition in repetitions_of(statement, module):
        if isinstance(repetition.node, ast.While) and not _fed(path, statement, repetition, module):
            yield module.finding(
                RULE,
                statement,
                f"cutting the consumed part off {path!r} copies all the rest in every round; keep "
                "a position instead",
                evidence={"name": path},
            )
            return


def _fed(path: str, statement: ast.Assign, repetition: Repetition, module: Module) -> bool:
    """Whether the loop also adds to the buffer, or sends from it as it can."""
    loops = [r.node for r in repetitions_of(statement, module)]
    for loop in loops:
        for node in ast.walk(loop):
            if isinstance(node, ast.AugAssign) and path_of(node.target) == path:
                return True
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _FEEDING:
                return True
            if isinstance(node, ast.Assign) and node is not statement:
                flat = [
                    e for t in node.targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])
                ]
                if any(path_of(t) == path for t in flat):
                    return True
    test = repetition.node.test if isinstance(repetition.node, ast.While) else None
    mentioned = test is not None and (
        any(path_of(n) == path for n in ast.walk(test)) or isinstance(test, ast.Constant)
    )
    return not mentioned and not is_capped(path, repetition, module)
