"""Which exceptions are a project's own."""

from autovet.domain.context import Context
from autovet.project.conventions.convention import is_vendored
from autovet.project.conventions.exceptions import project_exceptions, raised_names
from autovet.project.conventions.lookups import missing_errors
from autovet.project.project import Project
from autovet.source.parsing import parse_module

ERRORS = """
class ShopFault(Exception): ...
class ItemGone(ShopFault): ...
class UnknownItem(ItemGone): ...
class Shelf(dict): ...
class Sale(Unrelated): ...
"""


def project(**files: str) -> Project:
    paths = {f"shop/{name}.py": text for name, text in files.items()}
    return Project(Context(path="shop/new.py", files=paths))


def test_exceptions_are_found_by_descent_not_by_name() -> None:
    found = project(
        errors=ERRORS, more="from shop.errors import ItemGone\nclass Lost(ItemGone): ...\n"
    )
    assert project_exceptions(found) == {"ShopFault", "ItemGone", "UnknownItem", "Lost"}


def test_vendored_code_is_not_the_projects_own() -> None:
    copied = {"shop/_vendor/x.py": "class Odd(Exception): ...\n"}
    assert project_exceptions(Project(Context(path="shop/new.py", files=copied))) == frozenset()
    assert is_vendored("shop/_vendor/x.py")
    assert not is_vendored("shop/vendor.py")


def test_errors_for_missing_things() -> None:
    assert missing_errors(project(errors=ERRORS)) == ["UnknownItem"]


def test_raised_names_leave_out_what_is_raised_again() -> None:
    module = parse_module(
        "shop/a.py",
        "def f(x):\n    try:\n        raise errors.Lost(x)\n    except KeyError as error:\n        raise error\n",
    )
    assert module is not None
    assert [name for name, _ in raised_names(module)] == ["Lost"]
