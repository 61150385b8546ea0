import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import psutil
import pytest
from processes import stop

from autovet.adapters.ruff.ruff_analyzer import RuffAnalyzer
from autovet.domain.category import Category
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerTimeout, AnalyzerUnavailable
from autovet.domain.finding import Finding
from autovet.domain.fix import Safety
from autovet.domain.severity import Severity
from autovet.domain.span import Span


def run(scenario: Callable[[RuffAnalyzer], Awaitable[object]], **options):
    async def main():
        pids: list[int] = []

        def note(kind, subject, detail):
            if kind == "analyzer.started":
                pids.append(detail["pid"])

        analyzer = RuffAnalyzer(on_event=note, **options)
        try:
            return await scenario(analyzer)
        finally:
            await analyzer.aclose()
            assert not [pid for pid in pids if psutil.pid_exists(pid)]

    return asyncio.run(main())


def findings(text: str, path: str = "app/x.py", python: str | None = "3.11") -> list[Finding]:
    async def scenario(analyzer):
        return list(await analyzer.analyze(Document(path, text, python=python), 10))

    return run(scenario)


def test_a_finding_speaks_our_language():
    [found] = findings("def add(item, to=[]):\n    to.append(item)\n    return to\n")
    assert (found.rule, found.category) == ("mutable-default", Category.CODE_QUALITY)
    assert (found.severity, found.sources) == (Severity.WARNING, ("ruff",))
    assert found.span == Span(1, 18, 1, 20)
    assert found.path == "app/x.py"
    assert found.evidence["code"] == "B006"
    assert found.message.endswith("the default is made once and shared by all calls")


def test_a_safe_fix_comes_along():
    text = "import os\nimport sys\n\nprint(sys.argv)\n"
    [found] = findings(text)
    assert (found.rule, found.severity) == ("unused-import", Severity.WARNING)
    [edit] = found.fix.edits
    assert (edit.span, edit.text) == (Span(1, 1, 2, 1), "")
    assert found.fix.safety is Safety.LIKELY


def test_a_fix_that_may_change_behaviour_is_for_a_person():
    [found] = findings("def f():\n    unused = compute()\n\n\ndef compute():\n    return 1\n")
    assert found.rule == "unused-variable"
    assert found.fix.safety is Safety.MANUAL


def test_an_import_that_may_be_there_for_others_is_only_information():
    [exported] = findings("from app.models import Order\n", path="app/__init__.py")
    assert (exported.rule, exported.severity) == ("unused-import", Severity.INFO)


def test_columns_count_characters():
    [found] = findings("smile = '😀'; print('é', gone)\n")
    assert found.rule == "undefined-name"
    assert found.span == Span(1, 25, 1, 29)


def test_security_findings_carry_their_weakness():
    found = findings("import requests\n\nrequests.get('https://x.example', verify=False)\n")
    by_rule = {f.rule: f for f in found}
    assert by_rule["certificate-not-verified"].severity is Severity.ERROR
    assert by_rule["certificate-not-verified"].cwe == 295
    assert by_rule["request-without-timeout"].category is Category.INTEGRATION


def test_a_shell_command_that_is_a_literal_is_left_alone():
    text = "import subprocess\n\n\ndef f(name):\n    subprocess.run({}, shell=True, check=True)\n"
    assert findings(text.format("'ls'")) == []
    assert [f.rule for f in findings(text.format("f'ls {name}'"))] == ["subprocess-with-shell"]


def test_the_target_version_counts():
    text = "match 1:\n    case 1:\n        pass\n"
    assert findings(text, python="3.12") == []
    [found] = findings(text, python="3.9")
    assert (found.rule, found.category) == ("invalid-syntax", Category.CONTEXT_AWARENESS)


@pytest.mark.parametrize("path", ["build/x.py", "/etc/../x", "dist", ".venv/a.py", "ä b#?.py"])
def test_no_path_hides_a_document(path):
    assert [f.rule for f in findings("print(gone)\n", path=path)] == ["undefined-name"]


def test_hostile_configuration_silences_nothing(tmp_path, monkeypatch):
    ignore = '[lint]\nselect = []\nignore = ["ALL"]\n'
    for place in (tmp_path, tmp_path / "home" / "ruff", tmp_path / "app"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "ruff.toml").write_text(ignore)
        (place / ".ruff.toml").write_text(ignore)
        (place / "pyproject.toml").write_text('[tool.ruff]\nexclude = ["*"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    (tmp_path / "app" / "x.py").write_text("print(gone)\n")

    async def scenario(analyzer):
        for path in ("app/x.py", str(tmp_path / "app" / "x.py")):
            document = Document(path, "print(gone)\n", root=str(tmp_path))
            assert [f.rule for f in await analyzer.analyze(document, 10)] == ["undefined-name"]

    run(scenario)


def test_twenty_concurrent_documents_get_their_own_answers():
    async def scenario(analyzer):
        documents = [Document("x.py", f"print(gone_{n})\n") for n in range(20)]
        answers = await asyncio.gather(*(analyzer.analyze(d, 10) for d in documents))
        for n, [found] in enumerate(answers):
            assert f"`gone_{n}`" in found.message

    run(scenario)


def test_a_killed_and_a_stopped_server_are_replaced():
    async def scenario(analyzer):
        await analyzer.warm("3.11")
        stop(analyzer.health().pid)
        with pytest.raises(AnalyzerTimeout):
            await analyzer.analyze(Document("x.py", "x = 1\n", python="3.11"), 0.2)
        assert await analyzer.analyze(Document("x.py", "x = 1\n", python="3.11"), 10) == ()
        assert analyzer.health().restarts == 1
        stop(analyzer.health().pid)
        pending = asyncio.create_task(
            analyzer.analyze(Document("x.py", "x = 1\n", python="3.11"), 10)
        )
        await asyncio.sleep(0.05)
        os.kill(analyzer.health().pid, signal.SIGKILL)
        with pytest.raises(AnalyzerUnavailable):
            await pending
        assert await analyzer.analyze(Document("x.py", "x = 1\n", python="3.11"), 10) == ()
        assert (analyzer.health().restarts, analyzer.health().state) == (2, "ready")

    run(scenario)


def test_a_document_that_kills_ruff_fails_alone():
    bomb = "x = " + "-" * 100_000 + "1\n"

    async def scenario(analyzer):
        texts = ["print(gone)\n", bomb, "print(gone)\n"]
        answers = await asyncio.gather(
            *(analyzer.analyze(Document("x.py", text), 20) for text in texts),
            return_exceptions=True,
        )
        assert [f.rule for f in answers[0]] == [f.rule for f in answers[2]] == ["undefined-name"]
        assert isinstance(answers[1], AnalyzerUnavailable)

    run(scenario)


def test_its_version_is_that_of_the_installed_ruff():
    assert RuffAnalyzer().version.startswith("0.")
