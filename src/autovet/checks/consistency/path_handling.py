"""Paths are handled with ``os.path`` in a project that uses pathlib, or the other way round.

Finds calls such as ``os.path.join`` and ``os.path.exists`` where the project's other modules, or the
rest of a file that stands alone, work with ``pathlib.Path``, and ``Path`` in a project that always
uses ``os.path``. Values of the two kinds meet at every boundary and have to be converted, and some
helpers accept only one of them.

Use what the others use; in new code ``Path``: ``folder / name``, ``path.exists()``, ``path.suffix``.

Leave it when an interface demands strings. One finding is given for each module.
"""

from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.conventions.convention import Convention, Observation, convention_of
from autovet.project.conventions.paths import OS_PATH, PATHLIB, path_uses
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("path-handling", Category.CONSISTENCY, confidence=0.8)

_FIRM = 6
_FEW = 3

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
    """
import os
from pathlib import Path

def newest(folder: Path) -> Path:
    return max(folder.glob("*.log"))

def rotate(log: Path) -> Path:
    target = os.path.join(os.path.dirname(str(log)), "old")  # <--
    os.makedirs(target, exist_ok=True)
    return log.rename(Path(target) / log.name)
""",
    Example(
        "from pathlib import Path\n\ndef read(name: str) -> str:\n    return Path(name).read_text()  # <--\n\ndef has(p: Path) -> bool:\n    return p.exists()\n",
        files={
            f"shop/{n}.py": "import os\n\ndef f(a):\n    return os.path.exists(a) or os.path.join(a, 'x')\n"
            for n in ("a", "b", "c")
        },
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
    "import os\nfrom pathlib import Path\n\ndef a(p: Path) -> Path:\n    return p / 'x'\n\ndef b(p: Path) -> str:\n    return os.path.abspath(p)\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the first use of the other."""
    uses = path_uses(module)
    others = [o.node for o in uses if o.value == OS_PATH]
    if not project.known:
        yield from _mixed(module, uses)
        return
    if not uses:
        return
    convention = convention_of(project, path_uses)
    if convention is not None and convention.value == OS_PATH and not others:
        yield from _pathlib(module, uses, convention)
    if convention is None or convention.value != PATHLIB or not others:
        return
    yield module.finding(
        RULE,
        others[0],
        f"this handles paths with os.path ({len(others)} times), the project uses pathlib",
        evidence={"uses": len(others), **convention.evidence},
        severity=Severity.INFO if len(others) == 1 else None,
    )


def _mixed(module: Module, uses: tuple[Observation, ...]) -> Iterator[Finding]:
    """The calls of ``os.path`` in a file that otherwise works with ``Path``."""
    odd = [o.node for o in uses if o.value == OS_PATH]
    if len(odd) < _FEW - 1 or len(uses) - len(odd) < _FEW:
        return
    yield module.finding(
        RULE,
        odd[0],
        f"this handles paths with os.path ({len(odd)} times), the rest of the file uses pathlib",
        evidence={"uses": len(odd), "pathlib": len(uses) - len(odd)},
    )


def _pathlib(
    module: Module, uses: tuple[Observation, ...], convention: Convention
) -> Iterator[Finding]:
    """``Path`` where the whole project goes without."""
    if len(uses) < _FEW - 1 or convention.support < _FIRM or convention.support != convention.total:
        return
    yield module.finding(
        RULE,
        min((o.node for o in uses), key=lambda n: getattr(n, "lineno", 0)),
        f"this handles paths with pathlib ({len(uses)} times), the project uses os.path",
        evidence={"uses": len(uses), **convention.evidence},
    )
