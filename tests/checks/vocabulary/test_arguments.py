import ast

from autovet.checks.vocabulary.arguments import UNKNOWN, argument, constant_of, is_constant
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def call_in(code: str) -> tuple[ast.Call, Module]:
    module = parse_module("m.py", code + "\n")
    assert isinstance(module, Module)
    return module.nodes(ast.Call)[0], module


def test_by_position_or_name() -> None:
    call, module = call_in("f(1, mode=2)")
    assert is_constant(argument(call, 0, "path"), 1, module)
    assert is_constant(argument(call, 1, "mode"), 2, module)
    assert argument(call, 2, "other") is None
    assert is_constant(argument(call, None, "mode"), 2, module)


def test_behind_a_star_nothing_is_certain() -> None:
    call, _ = call_in("f(*given, 2)")
    assert argument(call, 1, "mode") is None


def test_constants_are_followed_through_one_name() -> None:
    call, module = call_in("LIMIT = 1\nf(LIMIT, limit(), True)")
    first, second, third = call.args
    assert constant_of(first, module) == 1
    assert constant_of(second, module) is UNKNOWN
    assert not is_constant(third, 1, module)
    assert constant_of(None, module) is UNKNOWN
