"""Functions that take their time and have no effect but their result."""

import ast

from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_PURE_BUILTINS = frozenset({"range", "len", "set", "list", "tuple", "dict", "sorted", "sum", "min", "max", "abs", "int", "float", "str", "round", "enumerate", "zip", "map", "filter", "all", "any", "frozenset", "divmod", "pow", "bool", "reversed", "ord", "chr"})  # fmt: skip
_PURE_MODULES = frozenset({"math", "decimal", "datetime", "itertools", "calendar", "fractions", "re", "collections", "functools", "string"})  # fmt: skip
_IMPURE = frozenset({"now", "today", "utcnow"})
_PURE_METHODS = frozenset({"append", "add", "extend", "items", "keys", "values", "get", "split", "splitlines", "rsplit", "partition", "rpartition", "casefold", "title", "encode", "decode", "isdigit", "isalpha", "most_common", "lstrip", "rstrip", "removeprefix", "removesuffix", "issubset", "union", "difference", "intersection", "finditer", "findall", "search", "match", "group", "groups", "strip", "lower", "upper", "join", "weekday", "isoweekday", "replace", "insert", "setdefault", "update", "copy", "index", "count", "startswith", "endswith", "quantize", "pop", "popleft", "sort", "format"})  # fmt: skip
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def is_costly_and_pure(function: FunctionNode, module: Module) -> bool:
    """Whether a function loops on its own account and depends on nothing but its arguments."""
    return repeats_no_effect(function, module) and _has_loop_of_its_own(function)


def repeats_no_effect(function: FunctionNode, module: Module) -> bool:
    """Whether a function loops, and does nothing but compute its result from its arguments."""
    if isinstance(function, ast.AsyncFunctionDef) or function.decorator_list:
        return False
    nodes = list(ast.walk(function))
    if not any(isinstance(n, (ast.For, ast.While, *_COMPREHENSIONS)) for n in nodes):
        return False
    if any(isinstance(n, (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal)) for n in nodes):
        return False
    scope = module.scopes.of(function)
    for node in nodes:
        if isinstance(node, ast.Call) and not _is_pure_call(node, module):
            return False
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            root: ast.expr = node
            while isinstance(root, (ast.Attribute, ast.Subscript)):
                root = root.value
            parameters = {a.arg for a in function.args.args}
            if (
                not isinstance(root, ast.Name)
                or root.id in parameters
                or root.id not in scope.bindings
            ):
                return False
    return True


def _has_loop_of_its_own(function: FunctionNode) -> bool:
    """Whether it loops over more than an argument, whose length the caller knows."""
    nodes = list(ast.walk(function))
    parameters = {a.arg for a in function.args.args}
    loops = [n for n in nodes if isinstance(n, (ast.For, ast.While, ast.comprehension))]
    return any(
        isinstance(n, ast.While) or not (isinstance(n.iter, ast.Name) and n.iter.id in parameters)
        for n in loops
    )


def _is_pure_call(call: ast.Call, module: Module) -> bool:
    name = module.qualified(call.func)
    if name is None:
        return isinstance(call.func, ast.Attribute) and call.func.attr in _PURE_METHODS
    root, _, rest = name.partition(".")
    if root == "builtins":
        return rest in _PURE_BUILTINS
    return root in _PURE_MODULES and name.rpartition(".")[2] not in _IMPURE
