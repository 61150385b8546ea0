"""Code that runs in production imports a package that is only declared for development.

Finds imports, outside of tests and tools, of packages that only the project's groups for development,
tests, linting or documentation name.

Whoever installs the project without those groups, as every deployment does, gets an ImportError.

Move the package to the dependencies, or do without it. Guarded imports, plug-ins of the test runner,
and files that belong to development themselves are left alone.
"""

import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.import_names import well_known_distributions
from autovet.checks.vocabulary.provenance import imported_roots
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("development-dependency-in-use", Category.CONTEXT_AWARENESS, confidence=0.88)

_DEVELOPMENT = re.compile(
    r"(^|/)(scripts?|tools?|docs?|benchmarks?|examples?|ci|tasks|typings|stubs|testing|testutils?)(/|\.py$)"
    r"|(^|/)(noxfile|setup|conf|fabfile|manage|conftest|\w*plugin\w*|\w*testing\w*|\w*fixtures?|\w*fakes?|\w*factories)\.py$"
)
_GROUPS = '[project]\nname = "shop"\ndependencies = ["click"]\n[dependency-groups]\ndev = ["faker", "rich"]\n'

BAD = (
    Example("import faker  # <--\n\nname = faker.Faker().name\n", context={"pyproject": _GROUPS}),
    Example(
        "def show(rows):\n    from rich.table import Table  # <--\n\n    return Table(rows)\n",
        context={"pyproject": _GROUPS},
    ),
)
GOOD = (
    Example("import faker\n", path="tests/test_names.py", context={"pyproject": _GROUPS}),
    Example("import faker\n", path="scripts/fill.py", context={"pyproject": _GROUPS}),
    Example(
        "try:\n    import rich\nexcept ImportError:\n    rich = None\n",
        context={"pyproject": _GROUPS},
    ),
    Example(
        "import rich\n",
        context={
            "pyproject": '[project]\ndependencies = []\n[project.optional-dependencies]\npretty = ["rich"]\ndev = ["rich"]\n'
        },
    ),
)


def check(module: Module, project: Project, knowledge: Knowledge) -> Iterator[Finding]:
    """Report each such package once, at its first import."""
    development = project.declarations.development
    if not development or module.is_test or _DEVELOPMENT.search(module.path):
        return
    installed = knowledge.installed_modules(project.context.environment) or {}
    declared_for_users = (project.declarations.dependencies or frozenset()) - development
    seen: set[str] = set()
    for dotted, node in imported_roots(module):
        root = dotted.partition(".")[0]
        if root in seen or root in project.top_level:
            continue
        providers = (
            set(installed.get(root, ()))
            | set(well_known_distributions(dotted))
            | {root.replace("_", "-").lower()}
        )
        named = sorted(providers & development)
        # extras count: whoever wants that part installs them
        if not named or providers & declared_for_users:
            continue
        if is_guarded(node, module):
            continue
        seen.add(root)
        yield module.finding(
            RULE,
            node,
            f"{named[0]} is declared for development only, and this code runs without it in production",
            evidence={"module": root, "distribution": named[0]},
        )
