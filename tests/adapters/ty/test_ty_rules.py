import json
import subprocess

import pytest

from autovet.adapters.lsp.executable import find_executable
from autovet.adapters.ruff.ruff_analyzer import RuffAnalyzer
from autovet.adapters.ty.environment import checked_version, find_environment
from autovet.adapters.ty.hidden_modules import is_hidden_module
from autovet.adapters.ty.import_guards import guarded_lines
from autovet.adapters.ty.layout import inner_path
from autovet.adapters.ty.statement_facts import facts_of
from autovet.adapters.ty.ty_analyzer import TyAnalyzer
from autovet.domain.category import Category
from autovet.domain.errors import AnalyzerUnavailable
from autovet.domain.severity import Severity

RULES = TyAnalyzer().rules()


def test_every_code_is_a_rule_of_the_installed_ty():
    command = [find_executable("ty"), "explain", "rule", "--output-format", "json"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    known = {rule["name"] for rule in json.loads(listed)}
    assert {rule.code for rule in RULES} - known == set()


def test_ids_are_unique_and_errors_are_about_existence():
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    errors = {rule.category for rule in RULES if rule.severity is Severity.ERROR}
    assert errors == {Category.FACTUAL_ACCURACY}


def test_an_id_that_both_engines_use_means_the_same_category():
    categories = {rule.id: rule.category for rule in RuffAnalyzer().rules()}
    shared = [rule for rule in RULES if rule.id in categories]
    assert "undefined-name" in {rule.id for rule in shared}
    assert [rule.id for rule in shared if categories[rule.id] is not rule.category] == []


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("Cannot resolve imported module `a.b`", {"module": "a.b"}),
        ("Module `os` has no member `pathh`", {"module": "os", "member": "pathh"}),
        (
            "Object of type `list[int]` has no attribute `length`",
            {"receiver": "list[int]", "attribute": "length"},
        ),
        (
            "Argument `indnt` does not match any known parameter of function `dumps`",
            {"argument": "indnt", "callee": "dumps"},
        ),
        ("Argument `b` does not match any known parameter", {"argument": "b"}),
        ("Name `x` used when not defined", {"name": "x"}),
        ("Something else entirely", {}),
    ],
)
def test_sentences_are_taken_apart(sentence, facts):
    assert facts_of(sentence) == facts


GUARDED = """\
try:
    import fast
except ImportError:
    import slow as fast
with suppress(ModuleNotFoundError):
    import optional
if importlib.util.find_spec("extra"):
    import extra
if TYPE_CHECKING:
    import types_only
if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli
"""
UNGUARDED = """\
try:
    import needed
except ValueError:
    pass
with open("x"):
    import other
if ready:
    import third
"""


def test_guards_of_imports_are_seen():
    imports = {n for n, line in enumerate(GUARDED.splitlines(), 1) if "  import" in line}
    assert imports <= guarded_lines(GUARDED)
    assert guarded_lines(UNGUARDED) == frozenset()
    assert guarded_lines("not python (") == frozenset()


def test_compiled_and_hooked_modules_are_found(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "core.cpython-311-x86_64-linux-gnu.so").touch()
    (tmp_path / "plain.so").touch()
    finder = tmp_path / "__editable___mine_1_0_finder.py"
    finder.write_text("MAPPING: dict[str, str] = {'mine': '/src/mine'}\n")
    for module in ("pkg.core", "plain", "mine", "mine.sub"):
        assert is_hidden_module(module, [tmp_path])
    for module in ("pkg.other", "pkg.cor", "yours", "..", ""):
        assert not is_hidden_module(module, [tmp_path])


@pytest.mark.parametrize("path", ["", "/etc/x.py", "../x.py", "a/../../x.py", "C:\\x.py", "a\0.py"])
def test_paths_that_lead_outside_have_no_place(path):
    assert inner_path(path) is None


def test_an_inner_path_is_normalised():
    assert str(inner_path("./app\\api//x.py")) == "app/api/x.py"


def test_an_environment_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(AnalyzerUnavailable, match="no environment at"):
        find_environment(str(tmp_path / "venv"))


def test_an_environment_changes_with_its_packages(tmp_path):
    packages = tmp_path / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    before = find_environment(str(tmp_path))
    assert before.site_packages == (packages,)
    import os

    os.utime(packages, (1, 1))
    assert find_environment(str(tmp_path)) != before


def test_versions_are_kept_in_range():
    assert checked_version("3.12.1", None) == "3.12"
    assert checked_version("3.99", None) == "3.15"
    assert checked_version(None, "/some/venv") is None
