import json
import subprocess

import pytest

from autovet.adapters.lsp.executable import find_executable
from autovet.adapters.ruff.ruff_analyzer import RuffAnalyzer
from autovet.adapters.ruff.target_version import target_version
from autovet.domain.severity import Severity

RULES = RuffAnalyzer().rules()


def known_codes() -> dict[str, dict]:
    command = [find_executable("ruff"), "rule", "--all", "--output-format", "json"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return {rule["code"]: rule for rule in json.loads(listed)}


def test_every_code_is_a_stable_rule_of_the_installed_ruff():
    known = known_codes()
    wanted = [rule.code for rule in RULES if rule.code != "invalid-syntax"]
    assert len(wanted) > 120
    assert [code for code in wanted if code not in known] == []
    assert [code for code in wanted if "Stable" not in known[code]["status"]] == []


def test_ids_are_unique_and_kebab_case():
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(name == name.lower() and " " not in name and "_" not in name for name in ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_says_why_and_how_sure_it_is(rule):
    assert rule.source == "ruff"
    assert len(rule.summary) > 15
    assert not rule.summary.endswith(".")
    assert 0.5 <= rule.confidence <= 1
    assert rule.severity is not Severity.ERROR or rule.confidence >= 0.85


@pytest.mark.parametrize(
    ("python", "target"),
    [("3.11", "py311"), ("3.14.2", "py314"), ("3.4", "py37"), ("3.99", "py315")],
)
def test_versions_get_the_nearest_target(python, target):
    assert target_version(python) == target


def test_an_unreadable_version_is_that_of_this_interpreter():
    assert target_version("three") == target_version(None)
