"""The interpreter's parser, for one thread at a time.

CPython 3.11 counts the depth of a tree that it builds in one place for all threads: a switch
between two of them in the middle ends in ``SystemError: AST constructor recursion depth mismatch``
(python/cpython issue 106905 and what followed it).
"""

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parse(text: str, path: str = "<text>") -> ast.Module:
    """The tree of a module.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it holds a NUL, or a literal that is too long.
        RecursionError: it nests too deeply.
        MemoryError: it nests far too deeply.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(text, filename=path)


def parse_expression(text: str) -> ast.expr:
    """The tree of one expression; raises as ``parse`` does."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, mode="eval").body
