"""A third-party package is imported that the project does not declare.

Finds imports of packages that neither the declared dependencies nor their optional groups name,
where the project declares its dependencies at all. On a clean installation the import fails; that
it works here is luck, because something else installed it.

Declare the dependency, or use what the project already has (often the standard library is enough).

Leave it when a declared package is known to bring the module along and promises it. Guarded imports
are not reported, nor test tools in tests when the project declares no groups for development.
"""

import ast
from collections.abc import Iterator

from autovet.checks.context_awareness._rivals import rivalry_of
from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.import_names import well_known_distributions
from autovet.checks.vocabulary.provenance import (
    Provenance,
    imported_roots,
    provenance,
    stated_environment_lacks,
)
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("undeclared-dependency", Category.CONTEXT_AWARENESS, Severity.WARNING, confidence=0.9)

_TEST_TOOLS = frozenset(
    {"pytest", "hypothesis", "factory", "faker", "freezegun", "responses", "respx", "mock", "nose",
     "pytest_mock", "pytest_asyncio", "requests_mock", "time_machine", "vcr", "syrupy", "_pytest"}
)  # fmt: skip

BAD = (
    Example(
        """
import json
import yaml  # <--
from bs4 import BeautifulSoup  # <--

def read(text):
    return yaml.safe_load(text) or BeautifulSoup(json.loads(text))
""",
        context={"dependencies": ("click>=8",)},
    ),
    Example(
        "import dateutil.parser  # <--\n\nfirst = dateutil.parser.parse\n",
        context={"pyproject": '[project]\nname = "meters"\ndependencies = []\n'},
    ),
)
GOOD = (
    Example(
        "import yaml\nimport cv2\nfrom PIL import Image\nimport dateutil\n",
        context={"dependencies": ("PyYAML", "opencv-python-headless", "pillow", "python-dateutil")},
    ),
    Example(
        "import starlette\nimport werkzeug\nfrom google.cloud import storage\nimport acme\nimport meters\n",
        context={
            "pyproject": '[project]\nname = "meters"\ndependencies = ["fastapi", "flask", "google-cloud-storage", "acme-sdk"]\n'
        },
    ),
    Example(
        """
try:
    import orjson as json
except ImportError:
    import json
""",
        context={"dependencies": ()},
    ),
    Example("import pytest\n", path="tests/test_x.py", context={"dependencies": ("click",)}),
    "import yaml\n",
)


def check(module: Module, project: Project, knowledge: Knowledge) -> Iterator[Finding]:
    """Report each undeclared package once, at its first import."""
    declared = project.declarations.dependencies
    if declared is None:
        return
    seen: set[str] = set()
    for dotted, node in imported_roots(module):
        root = dotted.partition(".")[0]
        if root in seen or (module.is_test and root in _TEST_TOOLS) or is_guarded(node, module):
            continue
        source = provenance(dotted, project, knowledge)
        if not _is_third_party(source, root, project, knowledge):
            continue
        if rivalry_of(dotted, project) is not None:
            continue  # wrong-framework says more about it
        seen.add(root)
        users = [
            o.path
            for o in project.others()
            if any(d.partition(".")[0] == root for d, _ in imported_roots(o))
        ]
        providers = sorted(_providers(dotted, project, knowledge))
        yield module.finding(
            RULE,
            node,
            f"the project does not declare {' or '.join(providers[:2])}, which {root} comes from",
            evidence={"module": root, "distributions": providers, "also imported in": users[:5]},
            severity=Severity.WARNING if users or _is_optional(node, module) else None,
        )


def _is_third_party(source: Provenance, root: str, project: Project, knowledge: Knowledge) -> bool:
    if source in {Provenance.INSTALLED, Provenance.PUBLISHED}:
        return True
    # where the environment is stated and lacks it, nonexistent-package says so
    return (
        source is Provenance.UNKNOWN
        and bool(well_known_distributions(root))
        and not stated_environment_lacks(root, project, knowledge)
    )


def _providers(dotted: str, project: Project, knowledge: Knowledge) -> set[str]:
    root = dotted.partition(".")[0]
    installed = knowledge.installed_modules(project.context.environment) or {}
    return set(installed.get(root, ())) or set(well_known_distributions(dotted)) or {root}


def _is_optional(node: ast.AST, module: Module) -> bool:
    """Whether the import may well be for a feature that not everybody has, or for tests."""
    return module.is_test or module.function_of(node) is not None
