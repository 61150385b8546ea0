"""The code uses a framework that competes with the one the project is built on.

Finds imports of a web framework, command-line framework, database layer, HTTP client, task queue
and the like that the project neither declares nor uses, while it has another one of the same kind:
a Flask blueprint in a FastAPI service, typer in a click application. Such code cannot be mounted
in the application, brings a dependency that nobody asked for, or is not importable at all.

Write it with the project's own framework, named in the message.

Leave it when the project is on its way from one to the other: declare both. Frameworks that are
built on one another (typer on click, FastAPI on Starlette) do not compete.
"""

import ast
from collections.abc import Iterator

from autovet.checks.context_awareness._rivals import Rivalry, rivalry_of
from autovet.checks.example import Example
from autovet.checks.vocabulary.frameworks import CLI
from autovet.checks.vocabulary.guards import is_guarded
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("wrong-framework", Category.CONTEXT_AWARENESS, Severity.WARNING, confidence=0.9)


BAD = (
    Example(
        "from bottle import route  # <--\n\n@route('/health')\ndef health():\n    return 'ok'\n",
        context={"framework": "Sanic"},
    ),
    Example(
        """
from bottle import route  # <--

@route("/health")
def health():
    return "ok"
""",
        context={"framework": "litestar", "dependencies": ("litestar>=2",)},
    ),
    Example(
        """
import peewee  # <--

class Item(peewee.Model):
    name = peewee.CharField()
""",
        files={
            "shop/base.py": "from sqlalchemy.orm import DeclarativeBase\n\nclass Base(DeclarativeBase):\n    pass\n"
        },
    ),
    Example(
        """
import argparse

def main():
    parser = argparse.ArgumentParser()  # <--
    return parser.parse_args()
""",
        files={"shop/cli.py": "import click\n\n@click.group()\ndef cli():\n    pass\n"},
        context={"framework": "click"},
    ),
)
GOOD = (
    Example("import click\n", context={"dependencies": ("typer>=0.12",)}),
    Example(
        "from starlette.responses import Response\n",
        context={"framework": "fastapi", "dependencies": ("fastapi",)},
    ),
    Example("from flask import Flask\n", context={"dependencies": ("flask", "fastapi")}),
    Example(
        "import httpx\nimport polars\n", context={"dependencies": ("httpx", "polars", "sqlalchemy")}
    ),
    "from flask import Flask\n",
    Example(
        """
try:
    import requests
except ImportError:
    requests = None
""",
        context={"dependencies": ("httpx",)},
    ),
    Example(
        "import argparse\n\nparser = argparse.ArgumentParser()\n",
        path="scripts/release.py",
        files={"shop/cli.py": "import click\n"},
        context={"framework": "click"},
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report each competing framework once, at its first import."""
    declarations = project.declarations
    if not (project.known or declarations.dependencies is not None or declarations.framework):
        return
    seen: set[str] = set()
    for node in module.nodes(ast.Import, ast.ImportFrom):
        for dotted in _names(node):
            rivalry = rivalry_of(dotted, project)
            if rivalry is None or rivalry.rival in seen or is_guarded(node, module):
                continue
            seen.add(rivalry.rival)
            yield _finding(node, rivalry, module)
    yield from _argparse(module, project)


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _finding(node: ast.AST, rivalry: Rivalry, module: Module) -> Finding:
    return module.finding(
        RULE,
        node,
        f"{rivalry.rival} is not what the project is built on: its {rivalry.kind} is {rivalry.own}"
        + (f", and {rivalry.rival} is not declared" if rivalry.declared else ""),
        evidence={
            "kind": rivalry.kind,
            "imported": rivalry.rival,
            "project": rivalry.own,
            "used in": list(rivalry.users),
        },
    )


def _argparse(module: Module, project: Project) -> Iterator[Finding]:
    """``argparse`` is always at hand, but not where the command line is built on another one."""
    framework = project.declarations.framework
    if framework not in {"click", "typer"} or module.is_test:
        return
    others = [m for m in project.others() if not m.is_test]
    users = [m.path for m in others if any(_imports(m, framework))]
    folders = {m.path.rpartition("/")[0] for m in others}
    declared = framework in (project.declarations.dependencies or ())
    if not (users or declared) or module.path.rpartition("/")[0] not in folders:
        return
    for call in module.nodes(ast.Call):
        if module.qualified(call.func) == "argparse.ArgumentParser":
            yield module.finding(
                RULE,
                call,
                f"argparse is not what the project is built on: its {CLI} is {framework}",
                evidence={
                    "kind": CLI,
                    "imported": "argparse",
                    "project": framework,
                    "used in": users[:5],
                },
            )


def _imports(module: Module, framework: str) -> Iterator[bool]:
    for node in module.nodes(ast.Import, ast.ImportFrom):
        yield any(name.partition(".")[0] == framework for name in _names(node))
