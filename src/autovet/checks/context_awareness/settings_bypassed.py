"""The environment is read directly in a project that has one settings object for it.

Finds ``os.environ`` and ``os.getenv`` in a module of a project whose configuration lives in a
settings class (``BaseSettings``, or a ``Settings`` class with a ``get_settings`` function) or in a
settings module of constants. Such a
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
_FEWEST = 3
# what the system or a tool says to every program is no setting of this one
_OF_THE_HOST = frozenset(
    {"HOME", "PATH", "USER", "SHELL", "TERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "EDITOR",
     "VISUAL", "PAGER", "BROWSER", "LANG", "TZ", "TMPDIR", "CI", "SOURCE_DATE_EPOCH", "VIRTUAL_ENV",
     "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "APPDATA", "DISPLAY", "PYTHONPATH"}
)  # fmt: skip
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
            "site/settings.py": "import os\n\nDEBUG = False\nURL = os.environ['URL']\nNAME = 'shop'\n"
        },
    ),
    Example(
        "import os\n\nDEBUG = os.getenv('DEBUG', '0') == '1'  # <--\n",
        files={
            "shop/core/config.py": "import os\n\nclass Settings:\n    url = os.getenv('URL')\n\nsettings = Settings()\n"
        },
    ),
)
GOOD = (
    Example(
        "import os\n\nDEBUG = os.environ.get('DEBUG') == '1'\nNAME = os.environ['NAME']\nURL = ''\n",
        path="shop/settings.py",
        files={"shop/other_settings/base.py": _SETTINGS},
    ),
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
    if not reads or _has_settings(module):
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
    name: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        reads = isinstance(node.ctx, ast.Load) and module.qualified(node.value) == "os.environ"
        name = node.slice if reads else None
    elif isinstance(node, ast.Call) and node.args:
        reads = module.qualified(node.func) in {"os.getenv", "os.environ.get"}
        name = node.args[0] if reads else None
    return name is not None and not (isinstance(name, ast.Constant) and name.value in _OF_THE_HOST)


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
    return _is_settings_module(module)


def _is_settings_module(module: Module) -> bool:
    """Whether the module is the settings itself: constants in capitals, some read from the environment."""
    if not re.search(r"(^|/)(settings|config|conf)(/\w+)?\.py$", module.path):
        return False
    constants = [
        s.value
        for s in module.tree.body
        if isinstance(s, (ast.Assign, ast.AnnAssign))
        for t in (s.targets if isinstance(s, ast.Assign) else [s.target])
        if isinstance(t, ast.Name) and t.id.isupper()
    ]
    kept = [c for c in constants if c is not None]
    return len(kept) >= _FEWEST and any(_reads_one(n, module) for c in kept for n in ast.walk(c))


@by_module
def _has_reads(module: Module) -> bool:
    return any(_reads_one(n, module) for n in module.nodes(ast.Call, ast.Subscript))
