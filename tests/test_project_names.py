"""The project's own names through the whole layer, given as texts and on disk.

Each case: further files of the project, the code, and the lines that an error belongs on.
"""

import asyncio
from typing import Any

import pytest

from autovet import AutonomousAIOrchestrationLayer

FILES = {
    "shop/__init__.py": (
        "from shop.prices import net_price as netto\nfrom .models import Order\n__all__ = ['Order', 'netto']\n"
    ),
    "shop/prices.py": (
        "import os\n\nRATE = 2\n_SECRET = 1\n\n\ndef net_price(gross):\n    return gross / RATE\n\n\n"
        "if os.name == 'nt':\n    def locked(): ...\nelse:\n    def locked(): ...\n\n"
        "try:\n    import fast_prices as fast\nexcept ImportError:\n    fast = None\n\n"
        "for index, word in enumerate('ab'):\n    last = word\nwith open(os.devnull) as sink:\n    pass\n"
        "if (half := RATE / 2):\n    pass\n(first, *rest) = [1, 2]\n"
    ),
    "shop/models.py": (
        "from dataclasses import dataclass\nfrom enum import Enum\n\n\n"
        "class State(Enum):\n    OPEN = 1\n\n\n@dataclass\nclass Order:\n    total: int = 0\n\n"
        "    def pay(self, amount):\n        self.paid = amount\n\n\n"
        "class Loose:\n    def __getattr__(self, name):\n        return name\n\n\n"
        "class Filled:\n    def __init__(self, **values):\n        for key, value in values.items():\n"
        "            setattr(self, key, value)\n"
    ),
    "shop/lazy.py": "def __getattr__(name):\n    return name\n",
    "shop/made.py": "globals().update({n: n for n in ('red', 'green')})\n",
    "shop/star.py": "from shop.prices import *\n\nOWN = 1\n",
    "shop/limited.py": "__all__ = ['shown']\n\n\ndef shown(): ...\n\n\ndef unlisted(): ...\n",
    "shop/typed.py": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.models import Order\n\n\n"
        "def pay(order: 'Order'): ...\n"
    ),
    "shop/stub.pyi": "def typed(x: int) -> int: ...\n",
    "shop/stub.py": "def typed(x): return x\n",
    "shop/parts/wheel.py": "SIZE = 1\n",
    "shop/deep/__init__.py": "",
    "shop/deep/inner.py": "VALUE = 1\n",
    "tools.py": "def sharpen(): ...\n",
}
CASES: dict[str, tuple[str, list[int]]] = {
    "a sibling by its full name": ("from shop.prices import RATE, net_price, nosuch\n", [1]),
    "a sibling by a relative path": ("from .prices import RATE\nfrom .prices import nosuch\n", [2]),
    "a relative path through a package": (
        "from .deep.inner import VALUE\nfrom .deep.inner import NONE\n",
        [2],
    ),
    "the package itself": ("from . import prices, models\nprices.net_price(1)\n", []),
    "a module as a name": ("import shop.prices as p\np.RATE\np.nosuch\n", [3]),
    "a module from its package": ("from shop import prices\nprices.RATE\nprices.nosuch\n", [3]),
    "a re-export": ("from shop import Order, netto\nOrder().pay(1)\n", []),
    "what a package does not re-export": ("from shop import Ordre\n", [1]),
    "names in both branches of a condition": ("from shop.prices import locked\nlocked()\n", []),
    "names in a try for ImportError": ("from shop.prices import fast\nprint(fast)\n", []),
    "names of loops, with, walrus and unpacking": (
        "from shop.prices import index, word, last, sink, half, first, rest\n",
        [],
    ),
    "imports of the module": ("from shop.prices import os\n", []),
    "a private name": ("from shop.prices import _SECRET\n", []),
    "a star import with __all__": ("from shop.limited import *\nshown()\n", []),
    "a name outside __all__ asked for": ("from shop.limited import unlisted\n", []),
    "through a star import": ("from shop.star import net_price, OWN\n", []),
    "a module with __getattr__": (
        "from shop.lazy import anything\nimport shop.lazy as l\nl.more\n",
        [],
    ),
    "names made by globals()": ("from shop.made import red\n", []),
    "an import for type checkers alone": (
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.nowhere import Thing\n\n"
            "def f(x: 'Thing'): return x\n"
        ),
        [],
    ),
    "a try for ImportError": (
        "try:\n    from shop.prices import nosuch\nexcept ImportError:\n    nosuch = None\n",
        [],
    ),
    "getattr with a name made at run time": (
        "from shop import prices\n\ndef f(name): return getattr(prices, name)(1)\n",
        [],
    ),
    "getattr with a default": (
        "from shop import prices\nf = getattr(prices, 'nosuch', None)\n",
        [],
    ),
    "hasattr asked first": (
        "from shop import prices\nif hasattr(prices, 'nosuch'):\n    prices.nosuch()\n",
        [],
    ),
    "a field of a dataclass": ("from shop.models import Order\nOrder(total=1).total\n", []),
    "a field that no dataclass has": ("from shop.models import Order\nOrder(totl=1)\n", [2]),
    "a method of a class": (
        "from shop.models import Order\nOrder().pay(1)\nOrder().refund(1)\n",
        [3],
    ),
    "an attribute set in a method": ("from shop.models import Order\nprint(Order().paid)\n", []),
    "a class with __getattr__": ("from shop.models import Loose\nLoose().anything\n", []),
    "a class filled by setattr": ("from shop.models import Filled\nprint(Filled(a=1).a)\n", []),
    "a member of an enumeration": (
        "from shop.models import State\nState.OPEN\nState.SHUT\n",
        [3],
    ),
    "arguments of a sibling's function": (
        "from shop.prices import net_price\nnet_price(1)\nnet_price(gros=1)\n",
        [3],
    ),
    "a stub beside a module": ("from shop.stub import typed\ntyped(1)\n", []),
    "a package without __init__": (
        "from shop.parts.wheel import SIZE\nimport shop.parts.wheel\n",
        [],
    ),
    "a module at the top": ("from tools import sharpen\nimport tools\ntools.blunt\n", [3]),
    "an import inside a function": (
        "def f():\n    from shop.prices import nosuch\n    return nosuch\n",
        [2],
    ),
    "a name of its own that hides an import": (
        "from shop import prices\n\nclass prices:\n    nosuch = 1\n\nprint(prices.nosuch)\n",
        [],
    ),
}


def lines_of(result: dict[str, Any]) -> list[int]:
    findings = result["factual_accuracy"]["findings"]
    return sorted({f["line"] for f in findings if f["severity"] == "error"})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    forms = {"texts": {"files": FILES}, "disk": {"root": str(folder)}}
    common = {"path": "shop/new.py", "execute": False, "heal": "none"}
    store = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('store')}/a.db"

    async def judge() -> dict[tuple[str, str], dict[str, Any]]:
        async with AutonomousAIOrchestrationLayer(store_url=store, background=False) as layer:
            return {
                (form, case): await layer.autonomous_orchestrate_validation(
                    code, {**common, **context}
                )
                for form, context in forms.items()
                for case, (code, _) in CASES.items()
            }

    return asyncio.run(judge())


@pytest.mark.parametrize("form", ["texts", "disk"])
@pytest.mark.parametrize("case", CASES)
def test_the_projects_own_names(
    told: dict[tuple[str, str], dict[str, Any]], form: str, case: str
) -> None:
    result = told[form, case]
    assert result["factual_accuracy"]["status"] != "undecided"
    assert lines_of(result) == CASES[case][1]
