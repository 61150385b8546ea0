"""The offset of a page is computed as if pages counted from another number than they do.

Finds ``page * size`` as an offset where pages count from 1 (by the parameter's default, its
``ge=1``, a test that refuses less, or the docstring), and ``(page - 1) * size`` where they count
from 0.

In the first case page 1 skips the first ``size`` entries, and nobody ever sees them; in the second
the first page has a negative offset, which is the end of a list or an error of the database.

Compute ``(page - 1) * size`` for pages from 1, ``page * size`` for pages from 0.

Leave it when the number was converted before, in a way that this check does not see.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("page-offset-off-by-one", Category.BUSINESS_LOGIC, confidence=0.9, cwe=193)

_PAGE = re.compile(r"(current_?|cur_)?page(_?(number|num|no|nr|index|idx))?$", re.IGNORECASE)
_SIZE = re.compile(
    r"(page_?size|per_?page|size|limit|count|.*_per_page|.*page_size)$", re.IGNORECASE
)
_SAID = re.compile(
    r"pages?\b[^.;]{0,40}\b(?:count\w*|start\w*|begin\w*|number\w*)\s+(?:from|at|with)\s+"
    r"(?P<first>0|1|zero|one)\b|\b(?P<based>[01]|zero|one)-based\b[^.;]{0,20}\bpage",
    re.IGNORECASE,
)
_OFFSETS = re.compile(r"(offset|skip|start|begin|first|lower|start_?(index|at)?)$", re.IGNORECASE)

BAD = (
    """
def listed(entries, page=1, size=20):
    start = page * size  # <--
    return entries[start : start + size]
""",
    """
def listed(query, page: int, per_page: int):
    if page < 1:
        raise ValueError("pages count from 1")
    return query.offset(page * per_page).limit(per_page)  # <--
""",
    """
from fastapi import Query

async def listed(store, page_index: int = 0, limit: int = Query(20)):
    return await store.fetch(skip=(page_index - 1) * limit, limit=limit)  # <--
""",
    '''
def shelf(books, page, size):
    """Return one page of the books; pages are numbered from 1."""
    first = page * size  # <--
    return books[first : first + size]
''',
)

GOOD = (
    """
def listed(entries, page=1, size=20):
    start = (page - 1) * size
    return entries[start : page * size]

def from_zero(entries, page=0, size=20):
    start = page * size
    return entries[start : start + size]
""",
    """
def listed(query, page: int = 1, size: int = 20):
    page -= 1
    return query.offset(page * size).limit(size)

def seen(page: int = 1, size: int = 20):
    return page * size
""",
    """
def listed(query, page: int, size: int):
    return query.offset(page * size).limit(size)
""",
)


def check(product: ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report a product that is used as an offset and counts pages from the wrong number."""
    if not isinstance(product.op, ast.Mult):
        return
    for page, size in ((product.left, product.right), (product.right, product.left)):
        shift, name = _page(page)
        if name is None or not _is_size(size) or not _is_offset(product, module):
            continue
        function = module.function_of(product)
        first = _first_page(name, function) if function and _is_untouched(name, module) else None
        if first is None or shift == first:
            return
        instead = name.id if first == 0 else f"({name.id} - 1)"
        yield module.finding(
            RULE,
            product,
            f"{name.id} counts from {first}, so the offset of a page is {instead} * {module.segment(size)}",
            evidence={"first_page": first},
            fix=Fix((module.replace(page, instead),), "count pages from 1") if shift == 0 else None,
        )
        return


def _page(node: ast.expr) -> tuple[int, ast.Name | None]:
    """What is subtracted from a page number, and its name."""
    match node:
        case ast.Name():
            return 0, node if _PAGE.match(node.id) else None
        case ast.BinOp(left=ast.Name() as name, op=ast.Sub(), right=ast.Constant(value=1)):
            return 1, name if _PAGE.match(name.id) else None
    return 0, None


def _is_size(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return isinstance(node, ast.Constant) or bool(_SIZE.match(name))


def _is_offset(product: ast.BinOp, module: Module) -> bool:
    match module.parent(product):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return bool(_OFFSETS.match(name))
        case ast.keyword(arg=str(name)):
            return bool(_OFFSETS.match(name))
        case ast.Call(func=ast.Attribute(attr="offset" | "skip")):
            return True
        case ast.Slice(lower=lower):
            return lower is product
    return False


def _is_untouched(name: ast.Name, module: Module) -> bool:
    scope = module.scopes.of(name).lookup(name.id)
    return scope is not None and len(scope.bindings[name.id]) == 1


def _first_page(name: ast.Name, function: FunctionNode) -> int | None:
    """The number of the first page: by default, by a declared minimum or by a test."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    padded: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    padded += arguments.defaults
    defaults = dict(zip([a.arg for a in positional], padded, strict=True))
    defaults |= dict(zip([a.arg for a in arguments.kwonlyargs], arguments.kw_defaults, strict=True))
    if name.id not in defaults:
        return None
    default = defaults[name.id]
    if isinstance(default, ast.Call):
        least = [k.value for k in default.keywords if k.arg == "ge"] or [
            k.value for k in default.keywords if k.arg == "default"
        ]
        default = next(iter(least or default.args), None)
    if isinstance(default, ast.Constant) and type(default.value) is int and default.value in {0, 1}:
        return default.value
    for node in ast.walk(function):
        match node:
            case ast.If(
                test=ast.Compare(
                    left=ast.Name(id=tested), ops=[ast.Lt()], comparators=[ast.Constant(value=1)]
                )
            ) if tested == name.id:
                return 1
            case ast.If(
                test=ast.Compare(
                    left=ast.Name(id=tested), ops=[ast.LtE()], comparators=[ast.Constant(value=0)]
                )
            ) if tested == name.id:
                return 1
    said = _SAID.search(ast.get_docstring(function) or "")
    if said is None:
        return None
    return 1 if (said["first"] or said["based"]).lower() in {"1", "one"} else 0
