"""The place of a text in another is used although it may not be there.

Finds results of ``str.find`` and ``rfind`` that are used as an index or in a slice and never compared with
anything. When nothing is found they are -1, which counts from the end: the slice takes the wrong part and
nobody notices.

Compare with -1 first, use ``index``, which raises, or ``partition``, which tells.

Leave it where the text is sure to be there, and say why.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("find-result-unchecked", Category.CODE_QUALITY, confidence=0.75, cwe=252)

BAD = (
    """
def quoted(text, part):
    start = text.find(part)  # <--
    end = start + len(part)
    return text[:start] + '"' + text[start:end] + '"' + text[end:]
""",
    """
def extension(name: str) -> str:
    return name[name.rfind("."):]  # <--
""",
)

GOOD = (
    """
def quoted(text, part):
    start = text.find(part)
    if start < 0:
        return text
    return text[:start] + '"' + part + '"' + text[start + len(part):]

def rest(text):
    return text[text.find(":") + 1:]
""",
    """
def count(text, tree, part):
    if part in text:
        at = text.find(part)
        return text[at:]
    at = tree.find("node")
    return tree[at]

def scan(text, at):
    while True:
        at = text.find("x", at)
        if at == -1:
            return None
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report finds that nobody looks at before they cut."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"find", "rfind"}:
        return
    function = module.function_of(call)
    if module.is_test or not call.args or function is None:
        return
    parent = module.parent(call)
    unchecked = False
    if isinstance(parent, ast.Slice):
        unchecked = _cuts_same_text(parent, call, module)
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        nodes = list(own_nodes(function.body))
        unchecked = module.assigned(parent.targets[0]) is call and _cuts_unseen(parent.targets[0].id, call, nodes)  # fmt: skip
    if unchecked and not _is_sure(call, function):
        yield module.finding(
            RULE,
            call,
            f"{call.func.attr}() gives -1 when nothing is found, and the slice then takes the wrong part; compare it first",
            evidence={"text": module.segment(call.func.value)[:60]},
        )


def _cuts_same_text(part: ast.Slice, call: ast.Call, module: Module) -> bool:
    sliced = module.parent(part)
    func = call.func
    return isinstance(sliced, ast.Subscript) and isinstance(func, ast.Attribute) and ast.dump(sliced.value) == ast.dump(func.value)  # fmt: skip


def _cuts_unseen(name: str, call: ast.Call, nodes: list[ast.AST]) -> bool:
    """Whether the place goes into a slice of the same text and into no test."""
    func = call.func
    text = ast.dump(func.value) if isinstance(func, ast.Attribute) else ""
    cuts = False
    for node in nodes:
        tests: list[ast.AST] = []
        match node:
            case ast.Compare():
                tests = [node]
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):  # fmt: skip
                tests = [test]
            case ast.Call(args=arguments) if node is not call:
                tests = [a for a in arguments if isinstance(a, ast.Name)]
            case ast.Return(value=ast.Name() as given):
                tests = [given]
            case ast.BoolOp() | ast.UnaryOp(op=ast.Invert()):
                tests = [node]
            case ast.Subscript(value=value, slice=ast.Slice() as part) if ast.dump(value) == text:
                cuts = cuts or any(isinstance(b, ast.Name) and b.id == name for b in (part.lower, part.upper))  # fmt: skip
        if any(isinstance(n, ast.Name) and n.id == name for t in tests for n in ast.walk(t)):
            return False
    return cuts


def _is_sure(call: ast.Call, function: FunctionNode) -> bool:
    """Whether the function asks, with ``in`` or the like, for what is searched."""
    sought = call.args[0]
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr in {"startswith", "endswith", "count"}:
            return True
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
            continue
        if ast.dump(node.left) == ast.dump(sought):
            return True
        texts = [n.value for n in (sought, node.left) if isinstance(n, ast.Constant)]
        if len(texts) == 2 and str(texts[0]) in str(texts[1]):
            return True
    return False
