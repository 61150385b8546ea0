import ast

import pytest

from autovet.checks.syntax.flow import block_of, has_break, leaves


@pytest.mark.parametrize(
    "code",
    [
        "return 1",
        "raise ValueError",
        "if a:\n    return 1\nelif b:\n    raise ValueError\nelse:\n    continue",
        "while True:\n    work()",
        "while True:\n    for x in y:\n        break",
        "with lock:\n    return 1",
        "try:\n    return 1\nexcept OSError:\n    raise\n",
        "try:\n    work()\nexcept OSError:\n    pass\nfinally:\n    return 2",
        "match a:\n    case 1:\n        return 1\n    case _:\n        return 2",
    ],
)
def test_control_never_passes(code: str) -> None:
    assert leaves(ast.parse(code).body)


@pytest.mark.parametrize(
    "code",
    [
        "work()",
        "if a:\n    return 1",
        "if a:\n    return 1\nelse:\n    work()",
        "while True:\n    if a:\n        break",
        "while True:\n    for x in y:\n        pass\n    else:\n        break",
        "while a:\n    return 1",
        "with suppress(OSError):\n    raise OSError",
        "with contextlib.suppress(OSError):\n    return a.b",
        "try:\n    return 1\nexcept OSError:\n    pass",
        "match a:\n    case 1:\n        return 1",
        "def f():\n    return 1",
    ],
)
def test_control_may_pass(code: str) -> None:
    assert not leaves(ast.parse(code).body)


def test_a_chain_of_a_thousand_branches_needs_no_recursion() -> None:
    code = "if a:\n    return 0\n" + "elif a:\n    return 1\n" * 1500 + "else:\n    return 2\n"
    tree = ast.parse("def f(a):\n" + "".join(f"    {line}\n" for line in code.splitlines()))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert leaves(function.body)


def test_a_break_belongs_to_the_innermost_loop() -> None:
    assert not has_break(ast.parse("for x in y:\n    break").body)
    assert has_break(ast.parse("if a:\n    break").body)


def test_block_of_finds_the_list_that_holds_a_statement() -> None:
    branch = ast.parse("if a:\n    b\nelse:\n    c\n    d").body[0]
    assert isinstance(branch, ast.If)
    assert block_of(branch.orelse[1], branch) is branch.orelse
    assert block_of(branch, None) == ()
