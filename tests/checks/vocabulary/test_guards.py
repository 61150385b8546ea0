import ast

import pytest

from autovet.checks.vocabulary.guards import is_guarded
from autovet.source.parsing import parse_module

GUARDED = [
    "try:\n    import MARK\nexcept ImportError:\n    MARK = None\n",
    "try:\n    import MARK\nexcept Exception:\n    MARK = None\n",
    "try:\n    import other\nexcept ImportError:\n    import MARK\n",
    "from contextlib import suppress\nwith suppress(ImportError):\n    import MARK\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import MARK\n",
    "import sys\nif sys.version_info >= (3, 12):\n    import MARK\nelse:\n    import other\n",
    "import sys\nif sys.version_info < (3, 12):\n    import other\nelse:\n    import MARK\n",
    "from importlib.util import find_spec\nif find_spec('MARK') is not None:\n    import MARK\n",
    "if HAS_MARK:\n    import MARK\n",
]
OPEN = [
    "import MARK\n",
    "try:\n    import MARK\nexcept ValueError:\n    pass\n",
    "try:\n    pass\nexcept ImportError:\n    pass\nfinally:\n    import MARK\n",
    "if debug:\n    import MARK\n",
]


def marked(text: str) -> bool:
    module = parse_module("app/m.py", text)
    assert module is not None
    [node] = [n for n in module.nodes(ast.Import) if n.names[0].name == "MARK"]
    return is_guarded(node, module)


@pytest.mark.parametrize("text", GUARDED)
def test_imports_that_may_fail_are_guarded(text: str) -> None:
    assert marked(text)


@pytest.mark.parametrize("text", OPEN)
def test_other_imports_are_not(text: str) -> None:
    assert not marked(text)


def test_a_broad_handler_guards_imports_only() -> None:
    module = parse_module(
        "app/m.py", "import os\ntry:\n    os.reload_environ()\nexcept Exception:\n    pass\n"
    )
    assert module is not None
    [attribute] = module.nodes(ast.Attribute)
    assert not is_guarded(attribute, module)
