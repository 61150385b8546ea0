import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from processes import stop

from autovet.adapters.ty.scratch import Scratch
from autovet.adapters.ty.ty_analyzer import TyAnalyzer
from autovet.domain.category import Category
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerTimeout, AnalyzerUnavailable
from autovet.domain.severity import Severity
from autovet.domain.span import Span

PROJECT = {
    "shop/__init__.py": "",
    "shop/prices.py": "class Price:\n    amount: int = 1\n\n\ndef of(name: str) -> Price: ...\n",
    "shop/api/__init__.py": "",
    "shop/api/cart.py": "def total() -> int:\n    return 1\n",
}
USER = """\
import shop.prices
from shop.prices import of, missing
from . import cart
from ..prices import Price
import shop.nowhere
from .nowhere import x

of("tea").colour
cart.total(1)
Price().amount
"""
USER_RULES = [
    ("nonexistent-member", 2),
    ("nonexistent-module", 5),
    ("nonexistent-module", 6),
    ("nonexistent-attribute", 8),
    ("too-many-positional-arguments", 9),
]


def run(scenario: Callable[[TyAnalyzer], Awaitable[object]], **options):
    async def main():
        pids: list[int] = []

        def note(kind, subject, detail):
            if kind == "analyzer.started":
                pids.append(detail["pid"])

        analyzer = TyAnalyzer(on_event=note, **options)
        try:
            return await scenario(analyzer)
        finally:
            await analyzer.aclose()
            assert not [pid for pid in pids if psutil.pid_exists(pid)]

    return asyncio.run(main())


def findings(text: str, path: str = "x.py", **about):
    async def scenario(analyzer):
        return list(await analyzer.analyze(Document(path, text, **about), 20))

    return run(scenario)


def rules(found) -> list[tuple[str, int]]:
    return [(f.rule, f.span.line) for f in found]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_a_finding_carries_its_evidence():
    [found] = findings("import os\n\nprint('😀', os.makedirs('a', exists_ok=1))\n")
    assert (found.rule, found.category) == ("unknown-argument", Category.FACTUAL_ACCURACY)
    assert (found.severity, found.sources) == (Severity.ERROR, ("ty",))
    assert found.span == Span(3, 29, 3, 40)
    assert found.evidence["argument"] == "exists_ok"
    assert found.evidence["callee"] == "makedirs"
    assert found.message.endswith("the call raises TypeError")


def test_what_does_not_exist_is_an_error():
    found = findings(
        "import os\nimport no_such_module_at_all\nfrom json import dumpz\n"
        "os.pathh\n[].push(1)\nnot_defined\n"
    )
    assert rules(found) == [
        ("nonexistent-module", 2),
        ("nonexistent-member", 3),
        ("nonexistent-attribute", 4),
        ("nonexistent-attribute", 5),
        ("undefined-name", 6),
    ]
    # of undefined names ruff says more surely which are; ty's word is a hint
    assert [f.severity for f in found] == [*[Severity.ERROR] * 4, Severity.INFO]


def test_deprecated_names_are_information():
    [found] = findings("import datetime\n\ndatetime.datetime.utcnow()\n", python="3.12")
    assert (found.rule, found.severity) == ("deprecated-api", Severity.INFO)


def test_the_target_version_counts():
    assert rules(findings("import tomllib\n", python="3.10")) == [("nonexistent-module", 1)]
    assert findings("import tomllib\n", python="3.11") == []


def test_what_ty_is_often_wrong_about_is_only_information():
    mixin = "class Mixin:\n    def go(self):\n        return self.given_by_others\n"
    [found] = findings(mixin)
    assert (found.severity, found.confidence <= 0.5) == (Severity.INFO, True)
    tagged = "def f(): ...\n\n\nf.tag = 1\nprint(f.tag)\n"
    assert {f.severity for f in findings(tagged)} <= {Severity.INFO}


def test_guarded_imports_and_neighbours_of_a_lone_document_are_no_findings():
    text = (
        "try:\n    import fast_json\nexcept ImportError:\n    fast_json = None\nfrom . import a\n"
    )
    assert findings(text) == []


def test_siblings_given_as_texts_resolve():
    assert rules(findings(USER, "shop/api/new.py", files=PROJECT)) == USER_RULES
    inside = PROJECT | {"shop/api/new.py": "old = 1\n"}
    assert rules(findings(USER, "shop/api/new.py", files=inside)) == USER_RULES


def test_sources_under_src_resolve_from_tests_too():
    files = {f"src/{name}": text for name, text in PROJECT.items()}
    text = "from shop.prices import of, missing\n"
    assert rules(findings(text, "tests/test_it.py", files=files)) == [("nonexistent-member", 1)]


def test_a_project_on_disk_resolves_and_its_changes_are_seen(tmp_path):
    write(tmp_path, PROJECT)

    async def scenario(analyzer):
        async def look(path, text):
            document = Document(path, text, root=str(tmp_path))
            return rules(await analyzer.analyze(document, 20))

        on_disk = [rule for rule in USER_RULES if rule != ("too-many-positional-arguments", 9)]
        found = await look("shop/api/new.py", USER)
        # A file that is not on disk yet: relative imports cannot be followed, but not blamed.
        assert found == on_disk
        write(
            tmp_path, {"shop/api/new.py": "", "shop/nowhere.py": "", "shop/api/nowhere.py": "x=1"}
        )
        assert await look("shop/api/new.py", USER) == [USER_RULES[0], *USER_RULES[3:]]
        (tmp_path / "shop/nowhere.py").unlink()
        assert ("nonexistent-module", 5) in await look("shop/api/new.py", USER)
        absolute = str(tmp_path / "shop/api/new.py")
        assert ("nonexistent-module", 5) in await look(absolute, USER)

    run(scenario)


def test_a_module_named_like_one_of_the_library_breaks_nothing():
    files = {"json.py": "mine = 1\n", "types.py": "", "a.py": "y = 1\n"}
    text = "import json\nimport a\nimport smtplib\njson.mine\njson.dumps(1)\na.z\nsmtplib.nope\n"
    found = rules(findings(text, "b.py", files=files))
    assert found == [("nonexistent-attribute", 6), ("nonexistent-attribute", 7)]


def test_files_that_lead_outside_are_not_written(tmp_path):
    target = tmp_path / "planted.py"
    files = {str(target): "x = 1\n", "../planted.py": "x = 1\n", "ok.py": "x = 1\n"}
    text = "import ok\nok.y\n"
    assert rules(findings(text, "a.py", files=files)) == [("nonexistent-attribute", 2)]
    assert not target.exists()


def test_layouts_and_scratch_are_removed(tmp_path, monkeypatch):
    # a place of its own: other processes have their scratch directories in the usual one
    monkeypatch.setattr("autovet.adapters.ty.scratch._SHARED_MEMORY", tmp_path)

    def scratch() -> set[Path]:
        return set(tmp_path.glob("autovet-ty-*"))

    async def scenario(analyzer):
        for n in range(12):
            document = Document("a.py", "import b\nb.z\n", files={"b.py": f"y = {n}\n"})
            assert len(await analyzer.analyze(document, 20)) == 1
        [ours] = scratch()
        async with asyncio.timeout(5):  # the last batch is tidied up after its answer
            while len(list(ours.glob("project-*"))) > 8:
                await asyncio.sleep(0.01)

    run(scenario)
    assert scratch() == set()


def test_what_a_killed_process_left_is_swept_away():
    program = "import time\nfrom autovet.adapters.ty.scratch import Scratch\ns = Scratch()\n"
    program += "print(s.path, flush=True)\ntime.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as p:
        left = Path(p.stdout.readline().strip())
        os.utime(left, (1, 1))
        Scratch().remove()
        assert left.is_dir()  # its owner lives
        p.kill()
    Scratch().remove()
    assert not left.exists()


def test_hostile_configuration_silences_nothing(tmp_path, monkeypatch):
    ignore = '[rules]\nall = "ignore"\n[src]\nexclude = ["**"]\n'
    silent = '[tool.ty.rules]\nall = "ignore"\n[tool.ty.src]\nexclude = ["**"]\n'
    home = tmp_path / "home"
    write(
        tmp_path,
        {"p/ty.toml": ignore, "p/sub/pyproject.toml": silent, "home/ty/ty.toml": ignore}
        | {"p/sub/ty.toml": ignore},
    )
    monkeypatch.chdir(tmp_path / "p")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("TY_CONFIG_FILE", str(tmp_path / "p" / "ty.toml"))
    text = "import os\n\nos.nope  # type: ignore\n"
    for root in ("p", "p/sub"):
        found = findings(text, "sub/x.py", root=str(tmp_path / root))
        assert rules(found) == [("nonexistent-attribute", 3)]
    files = {"ty.toml": ignore, "pyproject.toml": silent}
    assert rules(findings(text, "x.py", files=files)) == [("nonexistent-attribute", 3)]


def test_an_environment_decides_what_is_installed(tmp_path):
    packages = tmp_path / "venv/lib/python3.11/site-packages"
    write(tmp_path, {"venv/pyvenv.cfg": "home = /usr/bin\nversion_info = 3.11\n"})
    write(packages, {"onlythere/__init__.py": "value = 1\n"})

    async def scenario(analyzer):
        text = "import onlythere\nimport psutil\nonlythere.nope\n"
        here = await analyzer.analyze(Document("x.py", text), 20)
        assert rules(here) == [("nonexistent-module", 1)]
        there = Document("x.py", text, environment=str(tmp_path / "venv"))
        assert rules(await analyzer.analyze(there, 20)) == [
            ("nonexistent-module", 2),
            ("nonexistent-attribute", 3),
        ]
        write(packages, {"psutil/__init__.py": ""})  # installed meanwhile
        assert rules(await analyzer.analyze(there, 20)) == [("nonexistent-attribute", 3)]
        with pytest.raises(AnalyzerUnavailable, match="no environment"):
            await analyzer.analyze(Document("x.py", text, environment=str(tmp_path / "no")), 20)

    run(scenario)


def test_a_project_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(AnalyzerUnavailable, match="no project directory"):
        findings("x = 1\n", root=str(tmp_path / "gone"))


def test_concurrent_documents_of_all_kinds_get_their_own_answers(tmp_path):
    write(tmp_path, {"b.py": "y = 1\n"})

    async def scenario(analyzer):
        documents = []
        for n in range(21):
            about = [{}, {"files": {"b.py": "y = 1\n"}}, {"root": str(tmp_path)}][n % 3]
            documents.append(Document("a.py", f"import os\nos.gone_{n}\n", **about))
        answers = await asyncio.gather(*(analyzer.analyze(d, 20) for d in documents))
        for n, [found] in enumerate(answers):
            assert found.evidence["member"] == f"gone_{n}"

    run(scenario)


def test_a_stopped_and_a_killed_server_are_replaced():
    document = Document("x.py", "import os\nos.gone\n")

    async def scenario(analyzer):
        await analyzer.warm()
        stop(analyzer.health().pid)
        begun = time.monotonic()
        with pytest.raises(AnalyzerTimeout):
            await analyzer.analyze(document, 0.3)
        assert time.monotonic() - begun < 2
        assert len(await analyzer.analyze(document, 20)) == 1
        stop(analyzer.health().pid)
        pending = asyncio.create_task(analyzer.analyze(document, 20))
        await asyncio.sleep(0.05)
        os.kill(analyzer.health().pid, signal.SIGKILL)
        with pytest.raises(AnalyzerUnavailable):
            await pending
        assert len(await analyzer.analyze(document, 20)) == 1
        assert (analyzer.health().restarts, analyzer.health().state) == (2, "ready")

    run(scenario)


def test_a_server_over_its_memory_cap_is_recycled():
    async def scenario(analyzer):
        for _ in range(3):
            assert len(await analyzer.analyze(Document("x.py", "gone\n"), 20)) == 1
        assert analyzer.health().restarts == 2

    run(scenario, memory_cap_bytes=1 << 20)


def test_no_server_outlives_a_process_that_is_killed():
    program = (
        "import asyncio\n"
        "from autovet.adapters.ty.ty_analyzer import TyAnalyzer\n"
        "from autovet.adapters.ruff.ruff_analyzer import RuffAnalyzer\n"
        "async def main():\n"
        "    ty, ruff = TyAnalyzer(), RuffAnalyzer()\n"
        "    await asyncio.gather(ty.warm(), ruff.warm())\n"
        "    print(ty.health().pid, ruff.health().pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as p:
        servers = [psutil.Process(int(pid)) for pid in p.stdout.readline().split()]
        assert len(servers) == 2
        p.kill()
    gone, alive = psutil.wait_procs(servers, timeout=10)
    assert (len(gone), alive) == (2, [])
