"""A copy of everything in every step of a loop or recursion.

Finds ``deepcopy`` of a value that the loop itself carries from round to round, and functions that
call themselves with the rest of a list, ``items[1:]``.

Each step copies what is left, so the work is quadratic; the recursion also ends at Python's limit of
a thousand levels.

Copy once before the loop and change the copy; loop over the list, or pass a position.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("copied-in-every-step", Category.PERFORMANCE, confidence=0.82)

BAD = (
    """
import copy

def replay(board, moves):
    for move in moves:
        board = copy.deepcopy(board)  # <--
        board[move.square] = move.piece
    return board
""",
    """
def weight(parcels):
    if not parcels:
        return 0
    return parcels[0].weight + weight(parcels[1:])  # <--

class Words:
    def longest(self, words):
        if len(words) == 1:
            return words[0]
        best = self.longest(words[1:])  # <--
        return max(best, words[0], key=len)
""",
)

GOOD = (
    """
import copy

def boards(board, moves):
    found = []
    for move in moves:
        fresh = copy.deepcopy(board)
        fresh[move.square] = move.piece
        found.append(fresh)
    return found
""",
    """
def search(items, low=0):
    middle = len(items) // 2
    if items[middle] > low:
        return search(items[:middle])
    return search(items[middle:])

def descend(path, tree):
    return tree if not path else descend(path[1:], tree[path[0]])
""",
)
_PATHS = ("path", "parts", "keys", "names", "segments", "args", "argv", "shape", "dims", "tokens")


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the copy, or the call with the rest."""
    if module.is_test:
        return
    name = module.qualified(call.func)
    if name == "copy.deepcopy" and call.args:
        parent = module.parent(call)
        loop = module.loop_of(call)
        source = path_of(call.args[0])
        if (
            isinstance(loop, ast.For)
            and isinstance(parent, ast.Assign)
            and module.parent(parent) is loop
            and source
            and any(path_of(t) == source for t in parent.targets)
        ):
            yield module.finding(
                RULE,
                call,
                f"every round copies all of {source!r}; copy it once before the loop and change the copy",
                evidence={"copied": source},
            )
        return
    function = module.function_of(call)
    if function is None or not _calls_itself(call, function.name):
        return
    again = [
        c for c in ast.walk(function) if isinstance(c, ast.Call) and _calls_itself(c, function.name)
    ]
    if len(again) > 1:  # branching recursion is another rule's matter
        return
    for argument in call.args:
        match argument:
            case ast.Subscript(
                value=ast.Name(id=rest),
                slice=ast.Slice(lower=ast.Constant(value=1), upper=None, step=None),
            ) if rest in {a.arg for a in function.args.args} and not rest.lower().endswith(_PATHS):
                yield module.finding(
                    RULE,
                    call,
                    f"every step copies the rest of {rest!r} and goes one level deeper; loop over it instead",
                    evidence={"copied": rest},
                )
                return


def _calls_itself(call: ast.Call, name: str) -> bool:
    func = call.func
    if isinstance(func, ast.Name):
        return func.id == name
    return isinstance(func, ast.Attribute) and func.attr == name and path_of(func.value) == "self"
