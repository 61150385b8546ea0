"""A condition that names a function without calling it, or takes a position for a yes or no.

Finds functions of the module that a condition names without calling, and ``text.find(...)`` used as
a truth value.

A function is always true. ``find`` answers -1, which is true, for what is not there, and 0, which is
false, for what stands at the start.

Call the function; ask ``needle in text``.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("callable-as-condition", Category.CODE_QUALITY, confidence=0.92)

BAD = (
    """
def is_open(shop):
    return shop.hour > 8

def enter(shop):
    if is_open:  # <--
        shop.enter()
    return shop if not is_open else None  # <--
""",
    """
def mentions(text: str, word):
    if text.find(word):  # <--
        return "yes"
    while not text.find("#", 3):  # <--
        text += word
""",
)

GOOD = (
    """
def is_open(shop):
    return shop.hour > 8

def enter(shop, callback=None):
    if is_open(shop) and callback:
        callback()
    check = is_open if shop else None
    if check:
        check(shop)
""",
    """
def mentions(text: str, word, tree):
    if text.find(word) >= 0 or tree.find(word):
        return word in text
    try:
        from speedups import is_open
    except ImportError:
        is_open = None
    return 1 if is_open else 2
""",
)


def check(node: ast.If | ast.While | ast.IfExp | ast.Assert, module: Module) -> Iterator[Finding]:
    """Report the operand of the condition."""
    stack: list[ast.expr] = [node.test]
    while stack:
        test = stack.pop()
        if isinstance(test, ast.BoolOp):
            stack += test.values
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            stack.append(test.operand)
        elif isinstance(test, ast.Name):
            definition = module.definition(test)
            if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_plain(
                definition, module
            ):
                yield module.finding(
                    RULE,
                    test,
                    f"{test.id} is a function and always true here: call it",
                    evidence={"function": test.id},
                )
        elif _finds(test, module):
            yield module.finding(
                RULE,
                test,
                "find() answers -1 for what is not there, which counts as true: ask with 'in'",
            )


def _is_plain(definition: ast.AST, module: Module) -> bool:
    """Whether the definition itself is not conditional, and no decorator makes something else of it."""
    parent = module.parent(definition)
    return not getattr(definition, "decorator_list", []) and isinstance(
        parent, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
    )


def _finds(test: ast.expr, module: Module) -> bool:
    if not isinstance(test, ast.Call) or not isinstance(test.func, ast.Attribute):
        return False
    if test.func.attr not in {"find", "rfind"} or not test.args:
        return False
    named = isinstance(test.func.value, ast.Name) and test.func.value.id in {
        "text",
        "line",
        "string",
    }
    return named or type_of(test.func.value, module) == "builtins.str"
