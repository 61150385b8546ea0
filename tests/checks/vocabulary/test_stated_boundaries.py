"""Boundaries that documents state, and contracts that pyproject declares."""

import pytest

from autovet.checks.vocabulary.import_contracts import broken_contract
from autovet.checks.vocabulary.stated_boundaries import names, stated_boundaries
from autovet.domain.context import Context
from autovet.project.project import Project

LAYERS = """
[[tool.importlinter.contracts]]
name = "layers"
type = "layers"
layers = ["zoo.web", "zoo.rules | zoo.prices", "zoo.store"]

[[tool.importlinter.contracts]]
name = "no mail"
type = "forbidden"
source_modules = ["zoo.rules"]
forbidden_modules = ["smtplib"]
"""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("`zoo.rules` must not import `zoo.web` or `flask`.", {("zoo.rules", "zoo.web"), ("zoo.rules", "flask")}),
        ("`src/zoo/rules` never depends on\n`zoo.web`.", {("zoo.rules", "zoo.web")}),
        ("The rules must not import the web layer.", set()),
        ("`zoo.rules` may import `zoo.web`.", set()),
        ("`zoo.rules` must not be slow. It imports `zoo.store`.", set()),
    ],
)  # fmt: skip
def test_sentences(sentence: str, expected: set[tuple[str, str]]) -> None:
    project = Project(Context(files={"docs/a.md": sentence}))
    assert {(b.importer, b.target) for b in stated_boundaries(project)} == expected


def test_names_are_compared_by_their_parts() -> None:
    assert names("zoo.rules", "zoo.rules.feeding")
    assert names("rules", "zoo.rules.feeding")
    assert not names("rule", "zoo.rules.feeding")


@pytest.mark.parametrize(
    ("importer", "target", "contract"),
    [
        ("zoo.store.rows", "zoo.web.app", "layers"),
        ("zoo.web.app", "zoo.store.rows", None),
        ("zoo.rules", "zoo.prices", None),
        ("zoo.rules.feeding", "smtplib", "no mail"),
        ("zoo.web.app", "smtplib", None),
    ],
)
def test_contracts(importer: str, target: str, contract: str | None) -> None:
    project = Project(Context(pyproject=LAYERS))
    assert broken_contract(importer, target, project) == contract
