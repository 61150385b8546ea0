"""A NumPy array is gone through element by element in Python.

Finds nested loops over the ``shape`` of an array, and loops over ``range(len(array))``, whose body
reads and writes single elements by their index.

Each element is boxed into a Python object and back: such a loop is some hundred times slower than the
same expression on whole arrays.

Write the operation on the array (``a * b``, ``np.where(a > level, 255, 0)``, ``a[1:] - a[:-1]``). Leave it
in functions that ``numba`` compiles, and where each element depends on the one just computed.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.annotations import annotated_type
from autovet.checks.vocabulary.expressions import names_in
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("array-element-loop", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
import numpy as np

def brightened(image: np.ndarray, amount: int) -> np.ndarray:
    result = np.zeros_like(image)
    for row in range(image.shape[0]):  # <--
        for column in range(image.shape[1]):
            result[row, column] = min(image[row, column] + amount, 255)
    return result
""",
    """
import numpy as np

def energy(path):
    samples = np.load(path)
    squares = np.empty(len(samples))
    for i in range(len(samples)):  # <--
        squares[i] = samples[i] ** 2
    return squares.sum()
""",
)

GOOD = (
    """
import numpy as np

def brightened(image: np.ndarray, amount: int) -> np.ndarray:
    return np.minimum(image + amount, 255)

def smoothed(samples: np.ndarray, share: float) -> np.ndarray:
    result = np.empty_like(samples)
    result[0] = samples[0]
    for i in range(1, len(samples)):
        result[i] = share * samples[i] + (1 - share) * result[i - 1]
    return result
""",
    """
import numba
import numpy as np

@numba.njit
def squares(samples: np.ndarray) -> np.ndarray:
    result = np.empty_like(samples)
    for i in range(len(samples)):
        result[i] = samples[i] ** 2
    return result

def rows(image: np.ndarray, show) -> None:
    for row in range(image.shape[0]):
        show(image[row])
""",
)

_MAKING = ("numpy.",)
_COMPILING = ("jit", "njit", "vectorize", "guvectorize", "kernel")


def check(loop: ast.For, module: Module) -> Iterator[Finding]:
    """Report the outermost of the loops."""
    array = _measured(loop.iter)
    if array is None or module.is_test or not isinstance(loop.target, ast.Name):
        return
    function = module.function_of(loop)
    if function is None or _is_compiled(function):
        return
    if not _is_array(array, module) or _measures_around(loop, array.id, module):
        return
    indices = {loop.target.id}
    body = loop.body
    while len(body) == 1 and isinstance(body[0], ast.For) and isinstance(body[0].target, ast.Name):
        if _measured(body[0].iter) is None:
            return
        indices.add(body[0].target.id)
        body = body[0].body
    if _is_elementwise(body, array.id, indices, module):
        yield module.finding(
            RULE,
            loop,
            f"this goes through {array.id!r} element by element in Python; write it as an operation on "
            "whole arrays",
            evidence={"array": array.id},
        )


def _measured(iterable: ast.expr) -> ast.Name | None:
    """The array whose length, or one of whose dimensions, a ``range`` counts up to."""
    match iterable:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[ast.Name() as array])]):  # fmt: skip
            return array
        case ast.Call(
            func=ast.Name(id="range"),
            args=[ast.Subscript(value=ast.Attribute(attr="shape", value=ast.Name() as array))],
        ):
            return array
        case ast.Call(func=ast.Name(id="range"), args=[ast.Attribute(attr="size", value=ast.Name() as array)]):  # fmt: skip
            return array
    return None


def _is_array(array: ast.Name, module: Module) -> bool:
    made = module.assigned(array)
    if isinstance(made, ast.Call):
        return (module.qualified(made.func) or "").startswith(_MAKING)
    scope = module.scopes.of(array).lookup(array.id)
    for binding in scope.bindings[array.id] if scope else ():
        if isinstance(binding, ast.arg) and binding.annotation is not None:
            return (annotated_type(binding.annotation, module) or "").startswith(_MAKING)
    return False


def _is_compiled(function: FunctionNode) -> bool:
    return any(
        word in ast.unparse(decorator)
        for decorator in function.decorator_list
        for word in _COMPILING
    )


def _measures_around(loop: ast.For, array: str, module: Module) -> bool:
    """Whether a loop around this one, which is reported, goes over the same array."""
    return any(
        isinstance(a, ast.For) and (found := _measured(a.iter)) is not None and found.id == array
        for a in module.ancestors(loop)
    )


def _is_elementwise(body: list[ast.stmt], array: str, indices: set[str], module: Module) -> bool:
    """Whether the body computes single elements from elements at the same place, and nothing else."""
    reads = False
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, (ast.For, ast.While, ast.Break, ast.Return, ast.Yield, ast.Await)):
                return False
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                plain = _plain_index(node.slice, indices)
                if node.value.id == array:
                    reads = reads or plain
                if not plain and names_in(node.slice) & indices:
                    return False
            elif isinstance(node, ast.Call) and module.qualified(node.func) is None:
                return False
    return reads and any(
        isinstance(n, ast.Subscript)
        and isinstance(n.ctx, ast.Store)
        and _plain_index(n.slice, indices)
        for statement in body
        for n in ast.walk(statement)
    )


def _plain_index(index: ast.expr, indices: set[str]) -> bool:
    """Whether an index is that of the round: ``[i]``, ``[i, j]``; in nested loops, of all of them."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    named = {p.id for p in parts if isinstance(p, ast.Name)}
    return named == indices and len(named) == len(parts)
