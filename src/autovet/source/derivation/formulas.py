"""Docstrings that are a formula: "Return a + b * c"."""

import ast
import re

from autovet.source.derivation.cases import numbers_only
from autovet.source.derivation.meanings import Meaning
from autovet.source.derivation.signatures import Signature
from autovet.source.parser import parse_expression

_LEAD = re.compile(
    r"^(?:returns?:?|computes?|calculates?|gives?|evaluates?|the (?:value|"
    r"result) of)\s+(?:the value of\s+)?(?P<rest>.+)$",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"^\s*(?:returns?|:returns?)\s*:\s*(?P<rest>.+)$", re.IGNORECASE | re.MULTILINE
)
_END = re.compile(r"\.(?=\s|$)")
_FUNCTIONS = frozenset({"sum", "len", "max", "min", "abs"})
_NODES = (
    ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, ast.Call, ast.Add, ast.Sub, ast.Mult,
    ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.USub,
)  # fmt: skip


def formula_of(signature: Signature) -> Meaning | None:
    """The formula over the parameters that the docstring states, if it states just that."""
    required = signature.required
    if not required or not all(numbers_only(p.kind) for p in required):
        return None
    names = {p.name: n for n, p in enumerate(required)}
    if set(signature.names) != set(names):
        return None
    text = signature.docstring
    lead = _LEAD.match(text.strip().split("\n")[0])
    section = _SECTION.search(text)
    for found in (lead, section):
        if found is None:
            continue
        stated = found["rest"].strip().strip("`")
        stated = _END.split(stated, maxsplit=1)[0].strip("` ")
        node = _parsed(stated.replace("^", "**"))
        if node is not None and _is_formula(node, frozenset(names)):
            return Meaning(_template(node, names), f'its docstring says "{stated}"', _any)
    return None


def _any(_: str) -> bool:
    return True


def _parsed(text: str) -> ast.expr | None:
    try:
        return parse_expression(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_formula(node: ast.expr, names: frozenset[str]) -> bool:
    parts = list(ast.walk(node))
    if not any(isinstance(part, ast.BinOp) for part in parts):
        return False
    if not all(isinstance(part, _NODES) for part in parts):
        return False
    used = {part.id for part in parts if isinstance(part, ast.Name)}
    called = {c.func.id for c in parts if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)}
    numbers = [p.value for p in parts if isinstance(p, ast.Constant)]
    plain = all(isinstance(n, (int, float)) and abs(n) < 10**6 for n in numbers)
    return plain and called <= _FUNCTIONS and used - called == names


def _template(node: ast.expr, names: dict[str, int]) -> str:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in names:
            part.id = f"__{names[part.id]}__"
    return re.sub(r"__(\d)__", r"{\1}", ast.unparse(node))
