"""A ``__getattr__`` that only knows names it spells out hides nothing."""

import ast
import textwrap

import pytest

from autovet.adapters.api_index.reaching import reach_of


def kind(body: str, before: str = "") -> str:
    module = ast.parse(f"{before}\ndef __getattr__(name):\n{textwrap.indent(body, '    ')}\n")
    function = module.body[-1]
    assert isinstance(function, ast.FunctionDef)
    return reach_of(function, module).kind


LAZY = "_LAZY = {'Cart': 'shop.cart'}"


@pytest.mark.parametrize(
    ("body", "before"),
    [
        ("if name == 'Cart':\n    return 1\nraise AttributeError(name)", ""),
        ("if name in {'Cart', 'Till'}:\n    return load(name)\nraise AttributeError(name)", ""),
        ("if name in _LAZY:\n    return load(name)\nraise AttributeError(name)", LAZY),
        ("try:\n    return load(_LAZY[name])\nexcept KeyError:\n    raise AttributeError", LAZY),
        (
            (
                "try:\n    found = _LAZY[name]\nexcept KeyError:\n    pass\nelse:\n    return found\n"
                "raise AttributeError(name)"
            ),
            LAZY,
        ),
        ("raise AttributeError(name)", ""),
    ],
)
def test_names_that_are_spelled_out(body: str, before: str) -> None:
    assert kind(body, before) == "literals"


@pytest.mark.parametrize(
    "body",
    [
        "return getattr(_wrapped, name)",
        "if name.startswith('get_'):\n    return load(name)\nraise AttributeError(name)",
        "if name in elsewhere.NAMES:\n    return load(name)\nraise AttributeError(name)",
        "if name == 'Cart':\n    return 1",
        "print(name)",
    ],
)
def test_what_may_supply_anything(body: str) -> None:
    assert kind(body) == "anything"


def test_items_of_the_object() -> None:
    module = ast.parse(
        "class Table:\n"
        "    def __getattr__(self, name):\n"
        "        if name in self.columns:\n"
        "            return self[name]\n"
        "        return object.__getattribute__(self, name)\n"
    )
    table = module.body[0]
    assert isinstance(table, ast.ClassDef)
    function = table.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert reach_of(function, module).kind == "items"
