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


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report row-wise work on data frames."""
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
