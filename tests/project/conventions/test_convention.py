import pytest

from autovet.domain.context import Context
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.naming import CAMEL, SNAKE, function_names
from autovet.project.project import Project


def project(*counts: tuple[int, int]) -> Project:
    """A project with a module for each pair: how many functions in snake_case and camelCase."""
    files = {
        f"app/m{n}.py": "\n".join(
            [f"def make_it_{i}(): ..." for i in range(snake)]
            + [f"def makeIt{i}(): ..." for i in range(camel)]
        )
        for n, (snake, camel) in enumerate(counts)
    }
    return Project(Context(path="app/new.py", files=files))


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        (((3, 0),), SNAKE),
        (((2, 0),), None),
        (((5, 0), (4, 1)), SNAKE),
        (((4, 1),), None),
        (((5, 1), (1, 0), (1, 0)), None),
        (((1, 0), (1, 0), (1, 0)), SNAKE),
        (((0, 6),), CAMEL),
        ((), None),
    ],
)
def test_a_convention_takes_support_and_nearly_all(
    counts: tuple[tuple[int, int], ...], value: str | None
) -> None:
    found = convention_of(project(*counts), function_names)
    assert (found.value if found else None) == value


def test_it_carries_its_counts() -> None:
    found = convention_of(project((5, 0), (4, 1)), function_names)
    assert found is not None
    assert found.evidence == {
        "convention": SNAKE,
        "support": 9,
        "of": 10,
        "modules": 2,
        "seen in": ["app/m0.py", "app/m1.py"],
    }


def test_tests_and_the_file_itself_have_no_say() -> None:
    files = {"tests/test_a.py": "def do_a(): ...\ndef do_b(): ...\ndef do_c(): ...\n"}
    files["app/new.py"] = files["tests/test_a.py"]
    assert convention_of(Project(Context(path="app/new.py", files=files)), function_names) is None
