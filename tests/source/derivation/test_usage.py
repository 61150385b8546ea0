import ast

import pytest

from autovet.source.derivation.usage import guess
from autovet.source.parsing import parse_module


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return sum(p) / len(p)", "list[int]"),
        ("return [x + 1 for x in p]", "list[int]"),
        ("return [x.upper() for x in p]", "list[str]"),
        ("return p.strip().split(',')", "str"),
        ("return p % 2 == 0", "int"),
        ("for i in range(p):\n        print(i)", "int"),
        ("while p:\n        p //= 2", "int"),
        ("return p.total", None),
        ("return p['a']", None),
        ("return [x.total for x in p]", None),
        ("return p[0].name", None),
        ("return open_up(p)", None),
        ("return 1", None),
        ("return p.lower() + p * 2 - p", None),
    ],
)
def test_what_the_body_does_tells_what_it_takes(body: str, kind: str | None) -> None:
    module = parse_module("m.py", f"def f(p):\n    {body}\n")
    assert module is not None
    function = module.tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    found = guess("p", function, module)
    if found is None:
        assert kind is None
        return
    inner = f"[{found.parts[0].name}]" if found.parts else ""
    assert f"{found.name}{inner}" == kind
    assert not found.stated
