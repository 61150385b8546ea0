import ast
import textwrap

import pytest

from autovet.checks.practicality.high_cognitive_complexity import cognitive_complexity


# The expected numbers follow from the increments of the published method, counted by hand.
@pytest.mark.parametrize(
    ("body", "score"),
    [
        ("return a + b", 0),
        ("if a:\n    b()", 1),
        ("if a:\n    b()\nelif c:\n    d()\nelse:\n    e()", 3),
        ("if a:\n    if b:\n        c()", 3),
        ("for a in b:\n    if a:\n        for c in a:\n            d()", 6),
        ("while a:\n    try:\n        b()\n    except OSError:\n        c()", 3),
        ("return a and b and c", 1),
        ("return a and b or c", 2),
        ("return a if b else c", 1),
        ("match a:\n    case 1:\n        b()\n    case 2:\n        c()", 1),
        ("def inner():\n    if a:\n        b()\nreturn inner", 2),
        ("if a:\n    b()\nelse:\n    if c:\n        d()", 2),
    ],
)
def test_counts_breaks_in_the_flow_and_their_nesting(body: str, score: int) -> None:
    function = ast.parse("def f(a, b, c):\n" + textwrap.indent(body, "    ")).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert cognitive_complexity(function) == score
