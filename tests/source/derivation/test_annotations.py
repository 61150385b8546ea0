import ast

import pytest

from autovet.source.derivation.annotations import kind_of
from autovet.source.derivation.kinds import Kind
from autovet.source.parsing import parse_module


def read(annotation: str) -> Kind | None:
    text = (
        "import enum\nVector = list[float]\n"
        "class Color(enum.Enum):\n    RED = 1\n    BLUE = 2\n"
        "class Order:\n    pass\n"
        f"def f(p: {annotation}): ...\n"
    )
    module = parse_module("m.py", text)
    assert module is not None
    function = module.tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    return kind_of(function.args.args[0].annotation, module)


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("int", Kind("int")),
        ("'str'", Kind("str")),
        ("Vector", Kind("list", (Kind("float"),))),
        ("typing.Sequence[str]", Kind("list", (Kind("str"),))),
        ("dict[str, int]", Kind("dict", (Kind("str"), Kind("int")))),
        ("tuple[int, str]", Kind("tuple", (Kind("int"), Kind("str")), fixed=True)),
        ("tuple[int, ...]", Kind("tuple", (Kind("int"),))),
        ("int | None", Kind("union", (Kind("int"), Kind("none")))),
        ("Optional[int]", Kind("union", (Kind("int"), Kind("none")))),
        ("Union[int, Order]", Kind("union", (Kind("int"),))),
        ("Color", Kind("choice", choices=("Color.RED", "Color.BLUE"))),
        ("Literal['a', 1]", Kind("choice", choices=("'a'", "1"))),
        ("Annotated[int, Ge(1), Lt(9)]", Kind("int", low=1, high=8)),
        ("Annotated[int, Interval(ge=0, le=5)]", Kind("int", low=0, high=5)),
        ("Annotated[list[int], MinLen(2)]", Kind("list", (Kind("int"),), min_size=2)),
        ("Annotated[str, Field(min_length=1)]", Kind("str", min_size=1)),
        ("PositiveInt", Kind("int", low=1)),
        ("Order", None),
        ("list[Order]", None),
        ("Any", None),
        ("Callable[[int], int]", None),
    ],
)
def test_annotations(annotation: str, kind: Kind | None) -> None:
    assert read(annotation) == kind
