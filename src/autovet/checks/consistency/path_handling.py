"""Paths are handled with ``os.path`` in a project that uses pathlib.

Finds calls such as ``os.path.join`` and ``os.path.exists`` where the project's other modules work
with ``pathlib.Path``. Values of the two kinds meet at every boundary and have to be converted, and
some helpers accept only one of them.

Use ``Path``: ``folder / name``, ``path.exists()``, ``path.suffix``.

Leave it when an interface demands strings. One finding is given for each module.
"""

from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.paths import OS_PATH, PATHLIB, path_uses
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("path-handling", Category.CONSISTENCY, confidence=0.8)

_PATHLIB = "from pathlib import Path\n\ndef a(p: Path) -> Path:\n    return Path('x') / p\n\ndef b(p: Path):\n    return p.exists()\n"
BAD = (
    Example(
        """
import os

def reports(folder):
    path = os.path.join(folder, "reports")  # <--
    return path if os.path.exists(path) else None
""",
        files={"shop/files.py": _PATHLIB},
    ),
    Example(
        """
from os.path import basename as base

def label(path):
    return base(path)  # <--
""",
        files={"shop/files.py": _PATHLIB},
    ),
)
GOOD = (
    Example(
        "from pathlib import Path\n\ndef label(path: Path) -> str:\n    return path.name\n",
        files={"shop/files.py": _PATHLIB},
    ),
    Example(
        "import os\n\ndef reports(folder):\n    return os.path.join(folder, 'x')\n",
        files={"shop/files.py": "import os\nX = os.path.join('a', 'b')\n"},
    ),
    "import os\n\ndef reports(folder):\n    return os.path.join(folder, 'x')\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the first use of ``os.path``."""
    others = [o.node for o in path_uses(module) if o.value == OS_PATH]
    if not others or not project.known:
        return
    convention = convention_of(project, path_uses)
    if convention is None or convention.value != PATHLIB:
        return
    yield module.finding(
        RULE,
        others[0],
        f"this handles paths with os.path ({len(others)} times), the project uses pathlib",
        evidence={"uses": len(others), **convention.evidence},
        severity=Severity.INFO if len(others) == 1 else None,
    )
