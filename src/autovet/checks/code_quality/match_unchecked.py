"""The groups of a match are taken although there may be no match.

Finds ``re.match(...).group()`` and the like, in which the result of ``match``, ``search`` or
``fullmatch`` is used on the spot, or is named, never looked at, and used.

When the text does not fit the pattern, the result is None and the next access raises
``AttributeError: 'NoneType' object has no attribute 'group'``, which says nothing about the text.

Test the match, and raise an error that names the text. Where the text fits by construction (it comes
from a match of a wider pattern, or the pattern fits everything), leave it.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import names_in
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("match-unchecked", Category.CODE_QUALITY, confidence=0.8, cwe=476)

BAD = (
    """
import re

SIZE = re.compile(r"(\\d+)x(\\d+)")

def size(text):
    width, height = SIZE.match(text).groups()  # <--
    return int(width), int(height)
""",
    """
import re

def port(address: str) -> int:
    found = re.search(r":(\\d+)$", address)
    return int(found.group(1))  # <--

def host(line):
    return re.fullmatch(r"host=(\\S+)", line.strip())[1]  # <--
""",
)

GOOD = (
    """
import re

SIZE = re.compile(r"(\\d+)x(\\d+)")

def size(text):
    found = SIZE.match(text)
    if found is None:
        raise ValueError(f"no size: {text}")
    return found.groups()

def port(address):
    if not (found := re.search(r":(\\d+)$", address)):
        return 80
    return int(found.group(1))

def tried(text):
    try:
        return SIZE.match(text).group(1)
    except AttributeError:
        return None
""",
    """
import re

WORD = re.compile(r"\\w*")

def leading(text):
    return WORD.match(text).group()

def numbers(text):
    return [re.search(r"\\d+", m.group()).group() for m in re.finditer(r"#\\d+", text)]

def known(game):
    return game.match(1).group
""",
)

_TESTING = (ast.If, ast.While, ast.Assert, ast.IfExp)
_MATCHING = frozenset({"match", "search", "fullmatch"})
_USING = frozenset({"group", "groups", "groupdict", "start", "end", "span", "lastgroup", "expand"})


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the first use of a match that nobody tested."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _MATCHING or module.is_test:
        return
    use = _use_of(call, module)
    if use is None:
        return
    pattern, text = _parts(call, func, module)
    function = module.function_of(call)
    if text is None or function is None or _fits_everything(pattern):
        return
    if not _is_given(text, function) or _expects_failure(use, module):
        return
    yield module.finding(
        RULE,
        use,
        f"{func.attr}() gives None when the text does not fit, and this then raises AttributeError; test "
        "the match first",
        evidence={"call": module.segment(call)},
    )


def _use_of(call: ast.Call, module: Module) -> ast.AST | None:
    """Where the match is used, on the spot or through a name that nothing tests."""
    parent = module.parent(call)
    if _takes_groups(call, parent):
        return parent
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return None
    name = parent.targets[0]
    function = module.function_of(call)
    if function is None or len(module.scopes.of(name).bindings.get(name.id, ())) != 1:
        return None
    uses = [
        n
        for n in own_nodes(function.body)
        if isinstance(n, ast.Name) and n.id == name.id and isinstance(n.ctx, ast.Load)
    ]
    around = [module.parent(use) for use in uses]
    if not uses or not all(_takes_groups(u, p) for u, p in zip(uses, around, strict=True)):
        return None
    return min(around, key=lambda n: getattr(n, "lineno", 0))


def _takes_groups(match: ast.expr, parent: ast.AST | None) -> bool:
    if isinstance(parent, ast.Attribute):
        return parent.attr in _USING
    return isinstance(parent, ast.Subscript) and parent.value is match


def _parts(
    call: ast.Call, func: ast.Attribute, module: Module
) -> tuple[str | None, ast.expr | None]:
    """The pattern, as far as it is literal, and the text; no text when it is no regular expression."""
    if (module.qualified(func) or "") in {f"re.{name}" for name in _MATCHING}:
        given = [*call.args, None, None][:2]
        return _literal(given[0]), given[1]
    if type_of(func.value, module) != "re.Pattern" and not _is_compiled(func.value, module):
        return None, None
    made = module.assigned(func.value)
    source = made.args[0] if isinstance(made, ast.Call) and made.args else None
    return _literal(source), call.args[0] if call.args else None


def _is_compiled(receiver: ast.expr, module: Module) -> bool:
    made = module.assigned(receiver) if isinstance(receiver, ast.Name) else receiver
    return isinstance(made, ast.Call) and module.qualified(made.func) == "re.compile"


def _literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _fits_everything(pattern: str | None) -> bool:
    """Whether the pattern is not known, or fits the empty text and so very likely any."""
    if pattern is None:
        return True
    try:
        return re.match(pattern, "") is not None
    except re.error:
        return True


def _is_given(text: ast.expr, function: FunctionNode) -> bool:
    """Whether the text comes from the caller, so that anything may stand in it."""
    arguments = function.args
    parameters = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    names = names_in(text) - {"self", "cls"}
    if not names or not names <= parameters:
        return False
    # a text that was looked at before is known to fit
    looked_at = (
        test
        for node in own_nodes(function.body)
        for test in ([node.test] if isinstance(node, _TESTING) else getattr(node, "ifs", ()))
        if test.lineno <= text.lineno
    )
    return not any(names_in(test) & names for test in looked_at)


def _expects_failure(use: ast.AST, module: Module) -> bool:
    """Whether a handler around provides for the missing match."""
    for ancestor in module.ancestors(use):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, (ast.Try, ast.With)):
            return True
    return False
