import ast

import pytest

from autovet.checks.vocabulary.evident_class import evident_class
from autovet.source.parsing import parse_module


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pandas as pd\ndef f(x: pd.DataFrame):\n    return x\n", "pandas.DataFrame"),
        (
            "from pandas import DataFrame\ndef f(x: 'DataFrame | None'):\n    return x\n",
            "pandas.DataFrame",
        ),
        (
            "import pandas as pd\ndef f():\n    x = pd.read_csv('a').dropna().copy()\n    return x\n",
            "pandas.DataFrame",
        ),
        (
            "import pandas as pd\ndef g() -> pd.DataFrame: ...\ndef f():\n    x = g()\n    x = x.append(1)\n    return x\n",
            "pandas.DataFrame",
        ),
        ("import pandas as pd\ndef f(y):\n    x = pd.DataFrame()\n    x = y\n    return x\n", None),
        ("import pandas as pd\ndef f(x: pd.DataFrame):\n    return x['a']\n", "pandas.Series"),
        ("def f():\n    x = []\n    return x\n", None),
        ("def f():\n    x = {}\n    return x\n", "builtins.dict"),
        ("def f(x):\n    return x\n", None),
        ("from pathlib import Path\ndef f():\n    return Path('a').resolve()\n", "pathlib.Path"),
    ],
)
def test_the_class_is_told_only_where_it_is_evident(text: str, expected: str | None) -> None:
    module = parse_module("app/m.py", text)
    assert module is not None
    value = module.nodes(ast.Return)[-1].value
    assert value is not None
    assert evident_class(value, module) == expected
