"""What other modules take from here, and who imports whom."""

from autovet.domain.context import Context
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
