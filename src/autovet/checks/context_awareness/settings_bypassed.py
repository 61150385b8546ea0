"""The environment is read directly in a project that has one settings object for it.

Finds ``os.environ`` and ``os.getenv`` in a module of a project whose configuration lives in a
settings class (``BaseSettings``, or a ``Settings`` class with a ``get_settings`` function). Such a
value has no declared type and default, is missing from the documentation of the settings, and
tests that replace the settings do not reach it.

Add a field to the settings class and read it from there.

Leave it in the settings module itself, in scripts and in tests: those are not judged.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module

RULE = Rule("settings-bypassed", Category.CONTEXT_AWARENESS, confidence=0.9)

_EXEMPT = re.compile(
    r"(^|/)(settings|config|configuration|conf|env|environment|manage|setup|conftest|wsgi|asgi|__main__|noxfile|fabfile|tasks|gunicorn\w*)(/|\.py$)|(^|/)(scripts?|tools|bin|migrations|alembic|deploy)/"
)
_SETTINGS = """
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    url: str = ""

def get_settings():
    return Settings()
"""
BAD = (
    Example(
        """
import os

def endpoint():
    return os.environ["SHOP_URL"]  # <--
""",
        files={"shop/settings.py": _SETTINGS},
    ),
    Example(
        """
from os import getenv as env

DEBUG = env("DEBUG", "0") == "1"  # <--
""",
        files={
            "shop/core/config.py": "import os\n\nclass Settings:\n    url = os.getenv('URL')\n\nsettings = Settings()\n"
        },
    ),
)
GOOD = (
    Example(
        "from shop.settings import get_settings\n\ndef endpoint():\n    return get_settings().url\n",
        files={"shop/settings.py": _SETTINGS},
    ),
    Example(
        "import os\n\ndef run(command):\n    return command, {**os.environ, 'LANG': 'C'}, dict(os.environ)\n",
        files={"shop/settings.py": _SETTINGS},
    ),
    Example(
        "import os\n\nURL = os.environ['URL']\n",
        path="scripts/load.py",
        files={"shop/settings.py": _SETTINGS},
    ),
    Example(
        "import os\n\nURL = os.environ['URL']\n",
        files={"shop/other.py": "import os\nX = os.environ['X']\n"},
    ),
    Example("import os\n\nos.environ['LANG'] = 'C'\n", files={"shop/settings.py": _SETTINGS}),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report reads of single variables."""
    if not project.known or module.is_test or _EXEMPT.search(module.path):
        return
    reads = [n for n in module.nodes(ast.Call, ast.Subscript) if _reads_one(n, module)]
    if not reads:
        return
    home = next((m for m in project.others() if not m.is_test and _has_settings(m)), None)
    if home is None or any(
        _has_reads(m)
        for m in project.others()
        if not m.is_test and not _EXEMPT.search(m.path) and m is not home
    ):
        return
    for read in reads:
        yield module.finding(
            RULE,
            read,
            f"this reads the environment around the project's settings in {home.path}",
            evidence={"settings": home.path},
        )


def _reads_one(node: ast.AST, module: Module) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load) and module.qualified(node.value) == "os.environ"
    if isinstance(node, ast.Call):
        return module.qualified(node.func) in {"os.getenv", "os.environ.get"}
    return False


@by_module
def _has_settings(module: Module) -> bool:
    for node in module.nodes(ast.ClassDef):
        bases = [getattr(b, "attr", getattr(b, "id", "")) for b in node.bases]
        if "BaseSettings" in bases:
            return True
        if re.fullmatch(r"\w*(Settings|Config|Configuration)", node.name) and _EXEMPT.search(
            module.path
        ):
            return True
    return False


@by_module
def _has_reads(module: Module) -> bool:
    return any(_reads_one(n, module) for n in module.nodes(ast.Call, ast.Subscript))
