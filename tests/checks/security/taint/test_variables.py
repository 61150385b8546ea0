"""Copies are independent, and a join looks at what differs only."""

from autovet.checks.security.taint.values import Value, constant
from autovet.checks.security.taint.variables import Variables


def test_copies_are_independent_both_ways() -> None:
    first = Variables({"a": constant(1)})
    second = first.copy()
    second["a"] = constant(2)
    first["b"] = constant(3)
    assert first.get("a") == constant(1)
    assert second.get("a") == constant(2)
    assert "b" not in second


def test_split_names_what_may_differ() -> None:
    base = Variables({f"v{n}": constant(n) for n in range(5)})
    left, right = base.copy(), base.copy()
    left["v1"] = constant("x")
    right["new"] = constant("y")
    shared, names = Variables.split([left, right])
    assert names == {"v1", "new"}
    assert shared.get("v1") == constant(1)


def test_many_layers_keep_the_newest_value() -> None:
    variables = Variables()
    for n in range(40):
        variables = variables.copy()
        variables["x"] = constant(n)
        variables[f"y{n}"] = Value()
    assert variables.get("x") == constant(39)
    assert len(dict(variables.items())) == 41
