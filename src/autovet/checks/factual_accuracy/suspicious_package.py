"""An imported package exists on the index, but nothing speaks for its being the one that was meant.

Finds imports of a package that is published but hardly ever downloaded, and that is neither
installed nor declared although the project declares its dependencies, or whose name is one slip of
the finger away from a well-known one. Assistants invent plausible names, and others register such names to
have their code run: an unknown package that nobody asked for is how that reaches a project.

Use the package that was meant (the nearest well-known name is in the evidence), or read the one that
is named and declare it as a dependency.

Leave it when the package is really wanted: a declaration in pyproject.toml settles it.
"""

from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.guards import is_guarded
from autovet.checks.vocabulary.provenance import Provenance, imported_roots, provenance
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("suspicious-package", Category.FACTUAL_ACCURACY, confidence=0.75, cwe=1357)

_INDEX = {"requests": True, "requets": False, "webshop-money-tools": False}

BAD = (
    Example(
        "import webshop_money_tools  # <--\n",
        context={"dependencies": ("requests",)},
        published=_INDEX,
    ),
    Example("import json\n\nimport requets  # <--\n", published=_INDEX),
)
GOOD = (
    Example(
        "import requests\n", context={"dependencies": ("fastapi", "requests")}, published=_INDEX
    ),
    Example(
        "import webshop_money_tools\n",
        context={"dependencies": ("webshop-money-tools",)},
        published=_INDEX,
    ),
    Example("import webshop_money_tools\n", published=_INDEX),
    Example(
        "try:\n    import requets\nexcept ImportError:\n    requets = None\n", published=_INDEX
    ),
)


def check(module: Module, project: Project, knowledge: Knowledge) -> Iterator[Finding]:
    """Report every suspicious top-level module once."""
    seen: set[str] = set()
    for dotted, node in imported_roots(module):
        root = dotted.partition(".")[0]
        if root in seen or is_guarded(node, module):
            continue
        seen.add(root)
        if provenance(dotted, project, knowledge) is not Provenance.PUBLISHED:
            continue
        if knowledge.is_well_known(root) is not False or not knowledge.is_published(root):
            continue
        meant = knowledge.resembled(root)
        undeclared = project.declarations.dependencies is not None
        if meant is None and not undeclared:
            continue
        why = "the project does not declare it" if undeclared else "it is hardly ever downloaded"
        hint = f"; did you mean {meant}?" if meant else ""
        nearest = [meant] if meant else list(knowledge.nearest(root))
        yield module.finding(
            RULE,
            node,
            f"{root} is published, but {why} and nothing has it installed{hint}",
            evidence={"module": root, "nearest": nearest, "declared": not undeclared},
        )
