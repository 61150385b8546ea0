import sys

import pytest

from autovet.adapters.sandbox.inside.module_under_test import ModuleUnderTest


@pytest.mark.parametrize(
    ("path", "root", "name"),
    [
        ("shop/orders.py", None, "shop.orders"),
        ("src/shop/orders.py", None, "shop.orders"),
        ("src/shop/__init__.py", None, "shop"),
        ("orders.py", None, "orders"),
        ("src.py", None, "src"),
        ("./shop//orders.py", None, "shop.orders"),
        ("../../shop/orders.py", None, "shop.orders"),
        ("/home/me/project/shop/orders.py", "/home/me/project", "shop.orders"),
        ("/home/me/elsewhere/orders.py", "/home/me/project", "orders"),
        ("shop\\orders.py", None, "shop.orders"),
        ("notes", None, "notes"),
        ("", None, "module"),
        ("json.py", None, "json_"),
    ],
)
def test_import_name(
    path: str, root: str | None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, name.partition(".")[0], raising=False)  # another test's
    assert ModuleUnderTest("", path, {}, root).name == name
