"""The admission gate: what no analyzer may be shown is refused here, with the reason.

Parsers crash on hostile input: the servers behind our ports die on deep nesting, and the Python
parser itself can take half a minute for one very long line. So the gate runs in a process that can
be killed, and everything behind it may rely on what it let through.
"""

import ast
import re
import sys
import warnings
from dataclasses import dataclass

from autovet.domain.admission import Admission, Refusal, SyntaxFault
from autovet.domain.source import Source
from autovet.source.decoding import decode
from autovet.source.index import NodeIndex
from autovet.source.neutral import neutralise
from autovet.source.parser import parse

MAX_BYTES = 1_000_000
MAX_LINE = 100_000
MAX_LINES = 50_000
MAX_DEPTH = 200
MAX_PATTERN_DEPTH = 12

_OPENINGS = re.compile(rf"\bcase\s*(?:[\[({{]\s*){{{MAX_PATTERN_DEPTH + 1},}}")


@dataclass(frozen=True, slots=True)
class Admitted:
    """The gate's answer together with the tree and the index that it had to build anyway."""

    admission: Admission
    tree: ast.Module | None = None
    index: NodeIndex | None = None


def admit(source: Source) -> Admitted:
    """Decode, parse and measure an input; only what is safe to analyse has a tree."""
    text = _readable(source)
    if isinstance(text, Refusal):
        return Admitted(Admission(refusal=text))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parse(text, source.path)
    except SyntaxError as error:
        return Admitted(_fault(text, error))
    except (RecursionError, MemoryError, ValueError) as error:
        return _too_deep(f"the parser gave up on it: {error or type(error).__name__}")
    index = NodeIndex(tree)
    if index.depth > MAX_DEPTH:
        return _too_deep(f"it nests {index.depth} levels deep; the limit is {MAX_DEPTH}")
    if index.pattern_depth > MAX_PATTERN_DEPTH:
        found, limit = index.pattern_depth, MAX_PATTERN_DEPTH
        return _too_deep(f"a pattern nests {found} levels; the limit is {limit}")
    return Admitted(Admission(text=text, neutral=neutralise(text)), tree, index)


def _readable(source: Source) -> str | Refusal:
    if len(source.data) > MAX_BYTES:
        return Refusal(
            "too-large", f"it has {len(source.data):,} bytes; the limit is {MAX_BYTES:,}"
        )
    text = decode(source)
    if isinstance(text, Refusal):
        return text
    lines = re.split(r"\r\n|\r|\n", text)
    longest = max(map(len, lines))
    if longest > MAX_LINE:
        return Refusal(
            "too-long-line", f"a line has {longest:,} characters; the limit is {MAX_LINE:,}"
        )
    if len(lines) > MAX_LINES:
        return Refusal("too-large", f"it has {len(lines):,} lines; the limit is {MAX_LINES:,}")
    if _OPENINGS.search(text):
        return Refusal("too-deep", f"a pattern nests over {MAX_PATTERN_DEPTH} levels")
    return text


def _too_deep(message: str) -> Admitted:
    return Admitted(Admission(refusal=Refusal("too-deep", message)))


def _fault(text: str, error: SyntaxError) -> Admission:
    """Tell a text that is no Python from one that is too much for this parser."""
    message = error.msg or "invalid syntax"
    if "too many nested" in message or "too complex" in message or "recursion" in message:
        return Admission(refusal=Refusal("too-deep", f"the parser gave up on it: {message}"))
    line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
    version = ".".join(map(str, sys.version_info[:2]))
    return Admission(
        text=text,
        neutral=neutralise(text),
        syntax_fault=SyntaxFault(f"{message} (as Python {version} reads it)", line, column),
    )
