"""Generated inputs resemble those of the examples."""

import ast

from autovet.validation.execution.claim import Claim
from autovet.validation.healing.inputs import generated_steps


def claim(call: str, **more: object) -> Claim:
    function = call.partition("(")[0]
    return Claim("example", call, function, "here", 1, returns="0", **more)  # type: ignore[arg-type]


def arguments(*calls: str) -> list[tuple[object, ...]]:
    steps = generated_steps([claim(c) for c in calls])
    parsed = [ast.parse(s.expression, mode="eval").body for s in steps]
    return [tuple(map(ast.literal_eval, p.args)) for p in parsed]  # type: ignore[attr-defined]


def test_there_are_enough_and_each_only_once() -> None:
    found = arguments("f(3, 'ab')", "f(8, 'xyz')")
    assert len(found) == len(set(found)) >= 80


def test_the_same_examples_give_the_same_inputs() -> None:
    assert arguments("f([1, 2], 'b')") == arguments("f([1, 2], 'b')")


def test_signs_types_and_relations_of_the_examples_hold() -> None:
    for low, high in arguments("f(2, 9)", "f(5, 30)", "f(1, 2)"):
        assert 0 <= low < high  # type: ignore[operator]
    assert any(a < 0 for (a,) in arguments("f(-3)", "f(4)"))  # type: ignore[operator]
    for first, second in arguments("f([1, 2], [3, 4])", "f([1], [2])", "f([1, 2, 3], [4, 5, 6])"):
        assert len(first) == len(second)  # type: ignore[arg-type]
    for (values,) in arguments("f([1, 2, 9])", "f([2, 3, 4, 4])"):
        assert values == sorted(values)  # type: ignore[call-overload]


def test_strings_use_the_characters_of_the_examples() -> None:
    assert all(set(text) <= set("()[]") for (text,) in arguments("f('([])')", "f('((')"))  # type: ignore[call-overload]
    digits = arguments("f('102')", "f('77')")
    assert all(text.isdigit() for (text,) in digits)  # type: ignore[attr-defined]


def test_all_kinds_of_literals_and_keywords() -> None:
    found = generated_steps([claim("f({'a': 1}, (1, 2.5), {3, 4}, None, flag=True)")])
    assert len(found) > 40
    assert any("flag=False" in s.expression for s in found)


def test_calls_inside_of_expressions_and_what_they_need() -> None:
    steps = generated_steps([claim("sorted(f([3, 1]))", setup=("box = []", "print(1)"))])
    assert all(s.expression.startswith("sorted(f(") and s.setup == () for s in steps)
    steps = generated_steps([claim("f(box, 3)", setup=("box = []",))])
    assert steps
    assert all(s.setup == ("box = []",) and s.expression.startswith("f(box, ") for s in steps)


def test_nothing_to_vary() -> None:
    assert generated_steps([claim("f()"), claim("f(x)"), claim("not python")]) == []


def test_examples_of_several_kinds_do_not_meet_in_one_list() -> None:
    for (values,) in arguments("f([1, 2, 3])", "f(['a', 'b', 'c'])", "f([])"):
        assert len({type(v) for v in values}) <= 1  # type: ignore[attr-defined]


def test_a_list_of_several_kinds_is_no_reason_to_fail() -> None:
    assert arguments("f([1, 2, 'a'])", "f([3, 4, 'b'])")
