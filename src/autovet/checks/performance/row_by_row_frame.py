"""A data frame is gone through row by row in Python.

Finds loops over ``frame.iterrows()`` and calls of ``frame.apply(..., axis=1)``. Every row becomes a
Series of its own: this is a hundred to a thousand times slower than an operation on whole columns,
and ``iterrows`` changes the types on the way.

Use operations on columns (``frame["total"] = frame["price"] * frame["count"]``, ``numpy.where``,
``merge``, ``groupby``), or ``itertuples`` where a loop is really needed.

Leave it for frames of a few rows.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import names_in
from autovet.checks.vocabulary.http_calls import keyword
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("row-by-row-frame", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
import pandas as pd

def total(path):
    frame = pd.read_csv(path)
    money = 0
    for i in range(len(frame)):
        money += frame.iloc[i]["price"] * frame.iloc[i]["count"]  # <--
    kept = pd.DataFrame(columns=["price"])
    for price in frame["price"]:
        kept.loc[len(kept)] = [price]  # <--
    return money, kept
""",
    """
import pandas as pd

def revenue(orders: pd.DataFrame) -> float:
    total = 0.0
    for _, order in orders.iterrows():  # <--
        total += order["price"] * order["count"]
    return total
""",
    """
import pandas as pd

def with_total(orders: pd.DataFrame) -> pd.DataFrame:
    orders["total"] = orders.apply(lambda row: row["price"] * row["count"], axis=1)  # <--
    return orders
""",
)

GOOD = (
    """
def total(frame, wanted, extra):
    first = frame.iloc[0]
    for name in wanted:
        print(frame.loc[name])
    frame.loc[len(frame)] = extra
    return first
""",
    """
import pandas as pd

def revenue(orders: pd.DataFrame) -> float:
    return float((orders["price"] * orders["count"]).sum())
""",
    """
import pandas as pd

def mails(orders: pd.DataFrame):
    for order in orders.itertuples():
        yield order.address
    orders.apply(sum, axis=0)
""",
)


def check(call: ast.Call | ast.Subscript, module: Module) -> Iterator[Finding]:
    """Report row-wise work on data frames."""
    if isinstance(call, ast.Subscript):
        yield from _by_position(call, module)
        return
    func = call.func
    if not isinstance(func, ast.Attribute) or module.is_test:
        return
    if func.attr == "iterrows" and not call.args:
        yield module.finding(
            RULE,
            call,
            "iterrows() builds a Series for every row; work on whole columns, or use itertuples()",
            evidence={"frame": ast.unparse(func.value)},
        )
    elif func.attr == "apply" and call.args:
        axis = keyword(call, "axis")
        if isinstance(axis, ast.Constant) and axis.value in {1, "columns"}:
            yield module.finding(
                RULE,
                call,
                "apply(..., axis=1) calls a Python function for every row; work on whole columns",
                evidence={"frame": ast.unparse(func.value)},
                severity=None if isinstance(call.args[0], ast.Lambda) else Severity.INFO,
            )


def _by_position(row: ast.Subscript, module: Module) -> Iterator[Finding]:
    """``frame.iloc[i]`` for every position, and ``frame.loc[len(frame)] = ...`` for every row."""
    accessor = row.value
    if not isinstance(accessor, ast.Attribute) or accessor.attr not in {"iloc", "loc", "at", "iat"}:
        return
    frame = ast.unparse(accessor.value)
    loop = module.loop_of(row)
    if not isinstance(loop, ast.For) or module.is_test:
        return
    index = row.slice.elts[0] if isinstance(row.slice, ast.Tuple) and row.slice.elts else row.slice
    if isinstance(row.ctx, ast.Store) and ast.unparse(index) == f"len({frame})":
        message = "every new row copies the whole frame; collect the rows and build the frame once"
    elif (
        isinstance(loop.target, ast.Name)
        and loop.target.id in names_in(index)
        and not isinstance(index, ast.Slice)
        and ast.unparse(loop.iter)
        in {
            f"range(len({frame}))",
            f"range(1, len({frame}))",
            f"{frame}.index",
            f"range({frame}.shape[0])",
            f"range(1, {frame}.shape[0])",
        }
    ):
        inside = (
            n
            for n in ast.walk(loop)
            if isinstance(n, ast.Subscript) and ast.unparse(n.value) == ast.unparse(accessor)
        )
        if next(iter(sorted(inside, key=lambda n: (n.lineno, n.col_offset))), None) is not row:
            return
        message = (
            f"{accessor.attr} looks one row up at a time, which is slow; work on whole columns"
        )
    else:
        return
    yield module.finding(RULE, row, message, evidence={"frame": frame})
