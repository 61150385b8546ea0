"""Rows of alike pieces of code, and the one that does not follow the others."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

_FEWEST_ROWS = 3
_LONGEST_TEXT = 40
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class OddOne:
    """A piece that repeats a word of another piece where all others repeat their own.

    Attributes:
        position: which piece of the row it is.
        said: the word that stands there.
        meant: the word that the others' pattern asks for.
    """

    position: int
    said: str
    meant: str


def runs_of(pieces: Sequence[ast.AST]) -> list[list[ast.AST]]:
    """The longest runs of neighbours that differ in nothing but words, of three and more."""
    found: list[list[ast.AST]] = []
    run: list[ast.AST] = []
    before: tuple[object, ...] = ()
    if len(pieces) < _FEWEST_ROWS:
        return found
    looks = [_look(piece) for piece in pieces]
    for position, piece in enumerate(pieces):
        last = max(position - _FEWEST_ROWS + 1, 0)
        starts = range(last, min(position, len(pieces) - _FEWEST_ROWS) + 1)
        in_row = any(len(set(looks[at : at + _FEWEST_ROWS])) == 1 for at in starts)
        shape = _read(piece)[0] if in_row else ()
        if shape and shape == before:
            run.append(piece)
        else:
            found.append(run)
            run = [piece]
        before = shape
    found.append(run)
    return [run for run in found if len(run) >= _FEWEST_ROWS]


def _look(piece: ast.AST) -> tuple[object, ...]:
    """What one sees of a piece at first sight; pieces that differ in it differ in shape."""
    value = getattr(piece, "value", None) or getattr(piece, "test", None)
    given = len(value.args) if isinstance(value, ast.Call) else 0
    lines = getattr(piece, "end_lineno", 0) - getattr(piece, "lineno", 0)
    return (id(piece),) if lines > _MOST_LINES else (type(piece), type(value), given)


def odd_one_out(row: Sequence[ast.AST]) -> OddOne | None:
    """The one piece in which a word is another piece's, though two places agree in all others."""
    columns = list(zip(*(_read(piece)[1] for piece in row), strict=True))
    for named in columns:
        if len(set(named)) != len(row):
            continue
        for used in columns:
            if len(set(used)) != len(row) - 1:
                continue
            wrong = [p for p, (a, b) in enumerate(zip(named, used, strict=True)) if a != b]
            if len(wrong) != 1 or used.count(used[wrong[0]]) == 1 or not named[wrong[0]]:
                continue
            odd = wrong[0]
            copied = next(p for p, word in enumerate(used) if word == used[odd] and p != odd)
            others = (c for c in columns if c is not used and len(set(c)) < len(row))
            if all(column[odd] == column[copied] for column in others):
                return OddOne(odd, used[odd], named[odd])
    return None


def _read(piece: ast.AST) -> tuple[tuple[object, ...], list[str]]:
    """The shape of a piece without its words, and its words in a fixed order."""
    shape: list[object] = []
    words: list[str] = []
    for node in ast.walk(piece):
        shape.append(type(node))
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.FunctionDef(name=word):
                words.append(word.lstrip("_"))
            case ast.Constant(value=str() as word):
                words.append(word if len(word) <= _LONGEST_TEXT else "")
            case ast.keyword(arg=str() as word):
                words.append(word)
            case ast.Constant(value=value):
                shape.append(value)
            case _:
                pass
    return tuple(shape), words
