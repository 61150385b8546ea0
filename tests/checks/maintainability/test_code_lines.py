import ast

from autovet.checks.maintainability._code_lines import (
    body_without_docstring,
    code_lines,
    main_block,
    steps,
)

CODE = '''
def f(parser):
    """Text.

    More text.
    """
    parser.add("--a")
    parser.add("--b",
               help="x")

    # a comment
    for item in parser:
        print(item)
    else:
        return {
            "a": 1,
        }
'''


def function() -> ast.FunctionDef:
    node = ast.parse(CODE).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def test_documentation_comments_and_blank_lines_are_no_code() -> None:
    body = body_without_docstring(function())
    assert code_lines(body) == 8  # three of add(), for, print, and three of the returned table


def test_a_row_of_the_same_call_is_one_step() -> None:
    assert steps(body_without_docstring(function())) == 4  # add(), for, print, return


def test_the_main_block_stands_inside_a_single_wrapper() -> None:
    body = ast.parse(
        "a = 1\nwith a:\n    try:\n        b\n        c\n        d\n    except OSError:\n        e"
    ).body
    assert [type(s).__name__ for s in main_block(body)] == ["Expr", "Expr", "Expr"]
    flat = ast.parse("a\nb\nc").body
    assert main_block(flat) is flat
