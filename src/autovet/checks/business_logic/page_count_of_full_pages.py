"""The number of pages is one too many whenever the last page is full.

Finds ``total // size + 1`` where the result is the number of pages.

20 records on pages of 10 make two pages; this makes three, and the last one is empty. The mistake
shows only where the total happens to be a multiple of the size.

Round up: ``-(-total // size)`` or ``math.ceil(total / size)``.

Leave it when an empty page at the end is wanted.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("page-count-of-full-pages", Category.BUSINESS_LOGIC, confidence=0.9, cwe=193)

_PAGES = re.compile(
    r"^(?:get_|calc(?:ulate)?_|compute_|_)*(?:(?:num(?:ber)?(?:_of)?|total|max|last|n|count(?:_of)?)_)?"
    r"(?:pages?|batches)(?:_(?:count|total|num|number|needed))?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?:pages|batches|last_page|page_count|total_page|max_page)", re.IGNORECASE)

BAD = (
    """
def page_count(total, per_page):
    return total // per_page + 1  # <--
""",
    """
def summary(rows, limit):
    total_pages = len(rows) // limit + 1  # <--
    return {"pages": total_pages}
""",
    """
class Listing:
    def pages(self) -> int:
        return 1 + self.total // self.limit  # <--
""",
)

GOOD = (
    """
import math

def page_count(total, per_page):
    return math.ceil(total / per_page)

def pages(total, per_page):
    return (total + per_page - 1) // per_page
""",
    """
def page_count(total, per_page):
    return (total - 1) // per_page + 1

def page_of(index, per_page):
    return index // per_page + 1

def pages(total, size):
    count = total // size
    return count + 1 if total % size else count
""",
)


def check(total: ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report a page more than the full ones."""
    match total:
        case (
            ast.BinOp(
                left=ast.BinOp(op=ast.FloorDiv()) as full, op=ast.Add(), right=ast.Constant(value=1)
            )
            | ast.BinOp(
                left=ast.Constant(value=1), op=ast.Add(), right=ast.BinOp(op=ast.FloorDiv()) as full
            )
        ):
            pass
        case _:
            return
    if isinstance(full.left, ast.BinOp) or not _counts_pages(total, module):
        return
    yield module.finding(
        RULE,
        total,
        "This is one page too many where the last page is full",
        evidence={"input": f"{module.segment(full.left)} = 2 * {module.segment(full.right)}"},
    )


def _counts_pages(total: ast.BinOp, module: Module) -> bool:
    match module.parent(total):
        case ast.Return():
            function = module.function_of(total)
            return function is not None and _is_count(function.name)
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            return _is_count(name)
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _is_count(name)
        case ast.keyword(arg=str(name)):
            return _is_count(name)
    return False


def _is_count(name: str) -> bool:
    return bool(_PAGES.match(name) and _COUNTED.search(name))
