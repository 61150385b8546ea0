import ast

from autovet.checks.syntax.own_nodes import own_nodes, own_statements

CODE = """
if a:
    def inner():
        return hidden
    b = lambda: hidden
else:
    try:
        c
    except OSError:
        d
    finally:
        e
match f:
    case 1:
        g
"""


def test_what_stands_in_inner_functions_is_left_out() -> None:
    names = [n.id for n in own_nodes(ast.parse(CODE).body) if isinstance(n, ast.Name)]
    assert names == ["a", "b", "c", "OSError", "d", "e", "f", "g"]


def test_statements_come_in_source_order() -> None:
    statements = list(own_statements(ast.parse(CODE).body))
    lines = [s.lineno for s in statements]
    assert lines == sorted(lines)
    assert [type(s).__name__ for s in statements] == [
        "If", "FunctionDef", "Assign", "Try", "Expr", "Expr", "Expr", "Match", "Expr",
    ]  # fmt: skip
