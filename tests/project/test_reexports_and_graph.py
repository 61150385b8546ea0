"""What other modules take from here, and who imports whom."""

from autovet.domain.context import Context
from autovet.project.kept_imports import kept_imports_of
from autovet.project.project import Project
from autovet.project.reexports import reexports_of
from autovet.source.parsing import parse_module

FILES = {
    "shop/__init__.py": "",
    "shop/user.py": "from shop.compat import quote\n",
    "shop/a.py": "from shop import b\n",
    "shop/b.py": "from shop.c import x\n",
    "shop/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop import a\nx = 1\n",
}


def project(path: str) -> Project:
    return Project(Context(path=path, files=FILES))


def test_an_import_that_another_module_takes_is_used() -> None:
    text = "from urllib.parse import quote, unquote\n"
    module = parse_module("shop/compat.py", text)
    assert module is not None
    (span,) = reexports_of(module, project("shop/compat.py"))
    assert text[span.column - 1 : span.end_column - 1] == "quote"


def test_chains_of_imports_leave_out_what_never_runs() -> None:
    module = parse_module("shop/main.py", "import shop.a\n")
    assert module is not None
    graph = project("shop/main.py").import_graph(module)
    assert list(graph.path("shop.main", "shop.c")) == ["shop.main", "shop.a", "shop.b", "shop.c"]
    assert list(graph.path("shop.c", "shop.a")) == []


def test_an_import_that_its_author_keeps_unused_is_told_apart_from_a_blanket_remark() -> None:
    text = (
        "import socket  # noqa: F401\nimport json  # noqa: E402\nimport re  # noqa\n"
        "from os import (  # noqa: F401\n    path,\n)\n"
    )
    module = parse_module("shop/main.py", text)
    assert module is not None
    assert [span.line for span in kept_imports_of(module)] == [1, 4]


def test_a_module_that_serves_many_imports_serves_them_all() -> None:
    names = ["quote", "unquote", "urljoin", "urlparse", "urlsplit"]
    files = {"shop/user.py": f"from shop.urls import {', '.join(names)}\n"}
    module = parse_module(
        "shop/urls.py", f"from urllib.parse import {', '.join(names)}, urldefrag\n"
    )
    assert module is not None
    found = reexports_of(module, Project(Context(path="shop/urls.py", files=files)))
    assert len(found) == len(names) + 1
