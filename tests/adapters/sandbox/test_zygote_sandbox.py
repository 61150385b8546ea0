"""The sandbox as its users meet it: real processes, ordinary code and hostile code."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from autovet.adapters.sandbox import ZygoteSandbox
from autovet.adapters.sandbox.inside.job import READY_STEPS
from autovet.adapters.sandbox.inside.zygote import WAITING
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.execution import Job, Step, StepOutcome

T = TypeVar("T")
SETTLED = 2 + WAITING * (1 + READY_STEPS)
"""Processes of a sandbox that runs nothing: stub, zygote, and the jobs and steps that wait."""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")


class Runner:
    """One sandbox and one event loop for all tests of this file."""

    def __init__(self, environment: str | None = None, **options: bool) -> None:
        self.loop = asyncio.Runner()
        self.environment = environment
        self.sandbox = ZygoteSandbox(**options)  # type: ignore[arg-type] # flags only

    def __call__(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return self.loop.run(wait())

    def job(self, code: str, *steps: str | Step, **options: object) -> tuple[StepOutcome, ...]:
        made = tuple(Step(step) if isinstance(step, str) else step for step in steps)
        defaults = {
            "path": "app/under_test.py",
            "budget_s": 5.0,
            "environment": self.environment,
        }
        options = {**defaults, **options}
        return self(self.sandbox.run(Job(textwrap.dedent(code), steps=made, **options)))  # type: ignore[arg-type] # a test's own

    def one(self, code: str, step: str | Step, **options: object) -> StepOutcome:
        (outcome,) = self.job(code, step, **options)
        return outcome

    def close(self) -> None:
        self(self.sandbox.aclose())
        self.loop.close()


@pytest.fixture(scope="module")
def run() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def bare() -> Iterator[Runner]:
    """Without namespaces, with an interpreter that not only root can read."""
    for environment in (None, "/usr/bin/python3"):
        runner = Runner(environment, use_namespaces=False)
        try:
            runner.one("", "1")
        except SandboxUnavailable:
            runner.close()
        else:
            yield runner
            runner.close()
            return
    pytest.skip("no isolation without namespaces on this host")


@pytest.fixture(params=["run", "bare"])
def hostile(request: pytest.FixtureRequest) -> Runner:
    """Both ways of keeping a program in."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return] # untyped in pytest


@pytest.fixture
def shared_directory() -> Iterator[Path]:
    """One that every user of the host may read and write, so that only the walls forbid it."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o777)
        yield Path(directory)


def test_isolation_holds_here(run: Runner) -> None:
    isolation = run(run.sandbox.isolation())
    assert isolation.isolated, isolation.reason
    assert isolation.layers["seccomp"]


def test_values_and_output(run: Runner) -> None:
    code = """
        import dataclasses
        print("loaded")

        @dataclasses.dataclass
        class Point:
            x: int
            y: float = 0.5

        def area(w, h=2):
            print("area of", w)
            return w * h
    """
    product, point, twice = run.job(code, "area(3)", "Point(1)", "[area(1)] * 2")
    assert (product.kind, product.value, product.text) == ("returned", ["int", "6"], "6")
    assert product.stdout == "loaded\narea of 3\n"
    assert 0 < product.elapsed_ms < 5000
    assert point.value == [
        "dataclass",
        "app.under_test.Point",
        [["x", ["int", "1"]], ["y", ["float", "0x1.0000000000000p-1"]]],
    ]
    assert twice.value == ["list", [["int", "2"], ["int", "2"]]]


def test_exceptions_name_the_line_of_the_code(run: Runner) -> None:
    code = """\
        class Rejected(ValueError):
            pass

        def inner(x):
            raise Rejected(f"no {x}")

        def outer(x):
            return max([x], key=inner)
    """
    direct, syntax = run.job(code, "outer(3)", "outer(")
    assert (direct.kind, direct.error, direct.message) == ("raised", "Rejected", "no 3")
    assert direct.error_bases[:3] == ("Rejected", "ValueError", "Exception")
    assert direct.line == 5
    assert (syntax.kind, syntax.error, syntax.line) == ("raised", "SyntaxError", None)


@pytest.mark.parametrize(
    ("code", "error", "line"),
    [
        ("x = 1\ny = x / 0\n", "ZeroDivisionError", 2),
        ("x = 1\ndef f(:\n", "SyntaxError", 2),
        ("import no_such_module_anywhere\n", "ModuleNotFoundError", 1),
        ("raise SystemExit(3)\n", "SystemExit", 1),
    ],
)
def test_a_module_that_does_not_load(run: Runner, code: str, error: str, line: int) -> None:
    outcome = run.one(code, "f()")
    assert (outcome.kind, outcome.error, outcome.line) == ("import-failed", error, line)


def test_every_step_meets_a_fresh_module(run: Runner) -> None:
    code = "seen = []\ndef add(x):\n    seen.append(x)\n    open('f', 'a').write('x')\n    return len(open('f').read())\n"
    outcomes = run.job(code, "add(1)", "add(2)", "seen")
    assert [o.value for o in outcomes] == [["int", "1"], ["int", "1"], ["list", []]]


def test_further_calls_share_a_process_and_are_bounded(run: Runner) -> None:
    code = """\
        seen = []

        def add(x):
            seen.append(x)
            return len(seen)

        def spin():
            while True:
                pass

        def fail():
            return [][1]
    """
    odd = ("add(1)", "spin()", "fail()", "(", "exit(1)", "'x' * 10_000")
    lazy = ("spin()", "spin()", "add(1)")
    outcome = run.one(code, Step("add(0)", calls=(odd, lazy, ("add(2)",)), calls_s=4.0))
    assert (outcome.kind, outcome.value) == ("returned", ["int", "1"])
    first, second, third = outcome.calls
    assert [c.kind for c in first] == [
        *["returned", "overtime", "raised", "raised", "raised", "returned"]
    ]
    assert (first[0].value, third[0].value) == (["int", "2"], ["int", "3"])
    assert (first[2].error, first[2].line) == ("IndexError", 12)
    assert (first[3].error, first[4].error) == ("SyntaxError", "SystemExit")
    assert first[5].value == ["opaque", "big"]
    assert [c.kind for c in second] == ["overtime"] * 2
    (many,) = run.one(code, Step("1", calls=(("'y' * 3000",) * 200,), calls_s=4.0)).calls
    assert 50 < len(many) < 200
    (late,) = run.one(code, Step("1", calls=(("spin()", "add(1)"),), calls_s=0.0)).calls
    assert len(late) < 2
    assert run.one("def f(:\n", Step("1", calls=(("1",),))).calls == ()


def test_a_step_may_bring_a_text_of_its_own(run: Runner) -> None:
    own = Step(
        "(twice(2), kept())", code="def twice(n):\n    return 2 * n\nfrom app.kept import kept\n"
    )
    alone = Step("twice(2)", code="def twice(n):\n    return 2 * n\n")
    files = {"app/kept.py": "def kept():\n    return 1\n"}
    first, second, third = run.job("def twice(n): return 0", "twice(2)", alone, own, files=files)
    assert (first.text, second.text) == ("0", "4")
    assert third.kind == "import-failed"  # the job's files are not its own


def test_set_up_is_not_what_the_modules_functions_see(run: Runner) -> None:
    code = "import datetime\ndef year():\n    return datetime.date(2024, 1, 1).year\n"
    step = Step("(year(), datetime(2020, 1, 1).year)", ("from datetime import datetime",))
    assert run.one(code, step).text == "(2024, 2020)"


def test_an_ended_step_tells_how_much_it_has_computed(run: Runner) -> None:
    code = "import time\ndef spin():\n    while True: pass\n"
    busy, idle = run.job(code, "spin()", "time.sleep(60)", budget_s=1.0)
    assert (busy.kind, idle.kind) == ("timeout", "timeout")
    assert busy.cpu_ms is not None
    assert idle.cpu_ms is not None
    assert idle.cpu_ms < busy.cpu_ms


def test_setup_comes_first(run: Runner) -> None:
    step = Step("total(items)", setup=("items = [1, 2]", "for i in range(3):\n    items.append(i)"))
    assert run.one("def total(xs):\n    return sum(xs)\n", step).value == ["int", "6"]
    failed = run.one("", Step("1", setup=("import json", "json.loads('')")))
    assert (failed.kind, failed.error) == ("raised", "JSONDecodeError")


def test_checks_see_bound_arguments_and_the_result(run: Runner) -> None:
    code = """
        LIMIT = 10
        calls = 0

        def scale(x, factor=2, *rest, floor=0, **options):
            global calls
            calls += 1
            if x < 0:
                raise ValueError("negative")
            return max(x * factor, floor)
    """
    outcomes = run.job(
        code,
        Step("scale(3)", check="result == x * factor and floor == 0 and rest == ()"),
        Step("scale(*[3, 4], floor=20)", check="result == floor and result > LIMIT"),
        Step("scale(3, size=1)", check="options == {'size': 1} and calls == 1"),
        Step("scale(3)", check="result == 7"),
        Step("scale(-1)", check="True"),
        Step("scale(1)", check="missing > 1"),
        Step("scale()", check="True"),
        Step("1 + 1", check="True"),
        Step("abs(-3)", check="result == 3"),
    )
    assert [o.holds for o in outcomes] == [True, True, True, False, None, None, None, None, True]
    assert [o.kind for o in outcomes[4:8]] == ["raised", "returned", "raised", "raised"]
    assert (outcomes[4].error, outcomes[6].error) == ("ValueError", "TypeError")
    assert "NameError" in outcomes[5].message


def test_coroutines_are_awaited(run: Runner) -> None:
    code = """
        import asyncio

        async def fetch(x):
            await asyncio.sleep(0)
            return await asyncio.to_thread(lambda: x + 1)
    """
    outcomes = run.job(
        code, "fetch(1)", "await fetch(2)", Step("fetch(3)", check="result == x + 1")
    )
    assert [o.value for o in outcomes] == [["int", "2"], ["int", "3"], ["int", "4"]]
    assert outcomes[2].holds is True


def test_siblings_can_be_imported(run: Runner) -> None:
    files = {
        "src/app/__init__.py": "",
        "src/app/prices.py": "VAT = 0.2\n",
        "src/app/data.txt": "12",
        "../../outside.py": "raise SystemExit",
    }
    code = """
        from pathlib import Path
        from app.prices import VAT
        from . import prices
        import app.under_test

        def gross(x):
            return x + VAT * x

        def stored():
            return int(Path(__file__).with_name("data.txt").read_text())
    """
    outcomes = run.job(
        code,
        "gross(10)",
        "stored()",
        "__name__, app.under_test.gross is gross",
        path="src/app/under_test.py",
        files=files,
    )
    assert outcomes[0].text == "12.0"
    assert outcomes[1].value == ["int", "12"]
    assert outcomes[2].text == "('app.under_test', True)"


def test_a_module_named_like_a_loaded_one(run: Runner) -> None:
    outcomes = run.job(
        "import json as j\ndef f():\n    return j.dumps([1])\n", "f()", path="json.py"
    )
    assert outcomes[0].text == "'[1]'"


def test_the_root_is_readable_and_overlaid(run: Runner, tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "stock.py").write_text("LEFT = 3\n")
    (package / "rules.py").write_text("RULE = 'old'\n")
    tmp_path.chmod(0o755)
    code = """
        from shop.rules import RULE
        from shop.stock import LEFT

        def write():
            import shop.stock
            open(shop.stock.__file__, "a").write("x")
    """
    read, written = run.job(
        code,
        "RULE, LEFT",
        "write()",
        path=str(package / "orders.py"),
        root=str(tmp_path),
        files={"shop/rules.py": "RULE = 'new'\n"},
    )
    assert read.text == "('new', 3)"
    assert written.kind == "raised"
    assert (package / "stock.py").read_text() == "LEFT = 3\n"


def test_runs_are_repeatable(run: Runner) -> None:
    step = "random.random(), str({'a', 'b', 'c'}), hash('x')"
    outcomes = run.job("import random\n", step, step)
    assert outcomes[0].text == outcomes[1].text


def test_an_odd_value_does_no_harm(run: Runner) -> None:
    code = """
        class Shy:
            def __repr__(self):
                raise RuntimeError

        class Wordy(Exception):
            def __str__(self):
                raise RuntimeError

        def fail():
            raise Wordy
    """
    shy, long, opaque, wordy = run.job(code, "Shy()", "'x' * 10_000", "lambda: 1", "fail()")
    assert "repr raised RuntimeError" in shy.text
    assert len(long.text) <= 400
    assert opaque.value == ["opaque", "builtins.function"]
    assert (wordy.error, wordy.message) == ("Wordy", "")


def test_an_endless_loop_ends(hostile: Runner) -> None:
    started = time.monotonic()
    outcome = hostile.one("def f():\n    while True:\n        pass\n", "f()", budget_s=0.5)
    assert outcome.kind == "timeout"
    assert time.monotonic() - started < 0.8
    assert hostile.one("def f():\n    return 1\n", "f()").value == ["int", "1"]


def test_an_endless_step_leaves_time_for_the_others(hostile: Runner) -> None:
    code = "def f(x):\n    while x:\n        pass\n    return 1\n"
    outcomes = hostile.job(code, "f(0)", "f(1)", "f(0)", budget_s=1.0)
    assert [o.kind for o in outcomes] == ["returned", "timeout", "returned"]


def test_a_swallowed_kill_does_not_help(hostile: Runner) -> None:
    code = """
        import signal
        def f():
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            while True:
                pass
    """
    assert hostile.one(code, "f()", budget_s=0.4).kind == "timeout"


def test_a_flood_of_forks_is_bounded(run: Runner) -> None:
    code = """
        import os, time
        def f():
            made = 0
            for _ in range(300):
                try:
                    pid = os.fork()
                except OSError:
                    break
                if pid == 0:
                    time.sleep(30)
                made += 1
            return made
    """
    outcome = run.one(code, "f()")
    assert outcome.kind == "returned"
    assert 1 <= int(outcome.value[1]) < 100


def test_no_forks_without_namespaces(bare: Runner) -> None:
    assert bare.one("import os\n", "os.fork()").error == "PermissionError"
    code = "import subprocess, sys\n"
    assert bare.one(code, "subprocess.run([sys.executable])").error == "PermissionError"


@pytest.mark.parametrize(
    "attack",
    [
        "[0] * (1 << 40)",
        "bytearray(4 << 30)",
        "grow()",
        "recurse(0)",
        "os._exit(0)",
        "os._exit(77)",
        "os.abort()",
        "sys.exit(0)",
        "os.close(3) or os.close(4)",
        "os.closerange(0, 100)",
        'os.write(3, b\'{"kind": "returned", "value": ["int", "1"]}\')',
        "os.write(3, b'+' * (1 << 19))",
        "os.kill(1, 9)",
        "os.kill(os.getppid(), 9)",
        "os.kill(-1, 9)",
        "ctypes.string_at(0)",
        "ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)",
        "os.truncate('big', 1 << 40) if open('big', 'w') else 0",
        "patch()",
        "threads()",
        "sys.settrace(lambda *a: 1 / 0) or abs(1)",
    ],
)
def test_attacks_on_the_harness(hostile: Runner, attack: str) -> None:
    code = """
        import builtins, ctypes, json, mmap, os, sys, threading

        def grow():
            kept = []
            while True:
                kept.append(mmap.mmap(-1, 1 << 26))

        def recurse(n):
            return recurse(n + 1)

        def patch():
            def lie(*args, **kwargs):
                return "lie"
            builtins.print = builtins.repr = builtins.isinstance = builtins.type = lie
            json.dumps = json.loads = lie
            os.write = os._exit = sys.stdout.flush = lie
            for module in list(sys.modules.values()):
                if getattr(module, "__name__", "").startswith("autovet"):
                    for name in list(vars(module)):
                        setattr(module, name, lie)

        def threads():
            for _ in range(200):
                threading.Thread(target=threading.Event().wait, args=(30,)).start()
    """
    outcome = hostile.one(code, attack, budget_s=1.5)
    assert outcome.kind in {"raised", "crashed", "returned", "timeout"}
    if attack.startswith(("[0]", "bytearray", "grow")):
        assert outcome.kind == "crashed" or outcome.error in {"MemoryError", "OSError"}
    if attack.startswith("os._exit"):
        assert outcome.kind == "crashed"
    assert hostile.one("def f():\n    return 1\n", "f()").value == ["int", "1"]


@pytest.mark.parametrize("attack", ["time.sleep(60)", "signal.pause()", "threading.Event().wait()"])
def test_sleeping_does_not_outlast_the_budget(hostile: Runner, attack: str) -> None:
    started = time.monotonic()
    code = "import signal, threading, time\n"
    assert hostile.one(code, attack, budget_s=0.4).kind == "timeout"
    assert time.monotonic() - started < 1.5
    assert hostile.one("x = 1\n", "x").value == ["int", "1"]


def test_a_huge_pickle_is_not_passed_on(hostile: Runner) -> None:
    code = """
        import pickle

        class Bomb:
            def __reduce__(self):
                return bytes, (1 << 30,)

        def f():
            return pickle.loads(pickle.dumps(Bomb()))

        def g():
            return [b"x" * (1 << 20)] * 1024
    """
    bomb, shared = hostile.job(code, "f()", "g()")
    for outcome in (bomb, shared):
        assert (
            outcome.kind in {"crashed", "timeout"}
            or outcome.error == "MemoryError"
            or (outcome.value[0] == "opaque")
        )
    assert hostile.one("x = 1\n", "x").value == ["int", "1"]


def test_text_that_is_no_unicode_does_no_harm(hostile: Runner) -> None:
    code = """
        import sys

        def shout():
            print("\\udcff")

        def write():
            sys.stdout.buffer.write(b"\\xff\\xfe")
            return 1

        def fail():
            raise ValueError("\\udcff")

        class Odd:
            def __repr__(self):
                return "\\udcff"
    """
    shout, write, fail, text, odd = hostile.job(
        code, "shout()", "write()", "fail()", "'\\udcff'", "Odd()"
    )
    assert (shout.kind, shout.stdout) == ("returned", "\ufffd\n")
    assert (write.kind, write.stdout) == ("returned", "\ufffd\ufffd")
    assert (fail.kind, fail.message, fail.line) == ("raised", "\\udcff", 12)
    assert text.value == ["text", "edb3bf"]
    assert (odd.kind, odd.text) == ("returned", "\\udcff")


def test_a_thread_left_behind_holds_nothing_up(hostile: Runner) -> None:
    code = """
        import threading, time

        def f():
            threading.Thread(target=time.sleep, args=(30,)).start()
            return 1
    """
    started = time.monotonic()
    assert hostile.one(code, "f()").value == ["int", "1"]
    assert time.monotonic() - started < 3


def test_a_poisoned_module_beside_the_code_reaches_no_other_run(
    hostile: Runner, shared_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = "raise SystemExit('poisoned')\n"
    for name in ("json.py", "encodings.py", "report.py", "autovet_sandbox.py", "pickletools.py"):
        (shared_directory / name).write_text(poison)
    monkeypatch.chdir(shared_directory)
    code = "import json, pickletools\ndef f():\n    return json.dumps([1])\n"
    assert hostile.one(code, "f()").text == "'[1]'"
    files = {"json.py": poison, "pickletools.py": poison, "app/__init__.py": "", "os.py": poison}
    poisoned = hostile.one(code, "f()", files=files)
    assert (poisoned.kind, poisoned.error) == ("import-failed", "SystemExit")
    assert hostile.one(code, "f()").text == "'[1]'"


def test_secrets_at_home_and_memory_of_others_stay_out_of_reach(hostile: Runner) -> None:
    code = """
        import os

        def seen():
            return [name for name in os.listdir("/proc") if name.isdigit()]

        def peek(pid):
            return open(f"/proc/{pid}/mem", "rb").read(1)
    """
    home = str(Path.home())
    outcomes = hostile.job(
        code,
        f"os.listdir({home!r})",
        f"open({home + '/.bashrc'!r}).read()",
        f"peek({os.getpid()})",
        f"open('/proc/{os.getpid()}/environ').read()",
    )
    assert [o.kind for o in outcomes] == ["raised"] * 4


def test_a_flood_of_output_is_cut(hostile: Runner) -> None:
    code = "def f():\n    for _ in range(300):\n        print('x' * 10_000)\n    return 1\n"
    outcome = hostile.one(code, "f()")
    assert outcome.kind == "returned"
    assert len(outcome.stdout) == 64 << 10


def test_no_orphan_survives(run: Runner) -> None:
    code = """
        import os, time
        def f():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    while True:
                        time.sleep(0.01)
                os._exit(0)
            time.sleep(0.05)
            return 1
    """
    settled_tree(run)
    assert run.one(code, "f()").value == ["int", "1"]
    assert eventually(lambda: len(tree(run)) == SETTLED)


def test_files_of_the_host_cannot_be_read(hostile: Runner, shared_directory: Path) -> None:
    secret = shared_directory / "secret"
    secret.write_text("hush")
    code = "def read(path):\n    return open(path).read()\n"
    paths = ["/etc/passwd", "/etc/shadow", str(secret), str(Path(__file__)), "/proc/1/environ"]
    outcomes = hostile.job(code, *(f"read({path!r})" for path in paths))
    assert [o.kind for o in outcomes[:4]] == ["raised"] * 4
    assert "hush" not in repr(outcomes)
    assert "HOME=" not in outcomes[4].text


def test_the_environment_is_clean(hostile: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_OURS", "hush")
    outcome = hostile.one("import os\n", "sorted(os.environ)")
    assert "A_SECRET_OF_OURS" not in outcome.text


def test_no_file_of_the_host_can_be_written(hostile: Runner, shared_directory: Path) -> None:
    tmp_path = shared_directory
    code = "import os\ndef write(path):\n    open(path, 'w').write('x')\n    return path\n"
    outcomes = hostile.job(
        code,
        f"write({str(tmp_path / 'new')!r})",
        "write(os.path.dirname(os.__file__) + '/new.py')",
        "write('/new')",
        f"os.chmod({str(tmp_path)!r}, 0o700)",
        "write('mine')",
    )
    assert [o.kind for o in outcomes] == [*["raised"] * 4, "returned"]
    assert list(tmp_path.iterdir()) == []
    assert tmp_path.stat().st_mode & 0o777 == 0o777


def test_the_network_is_out_of_reach(hostile: Runner) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        code = "import socket\n"
        outcomes = hostile.job(
            code,
            f"socket.create_connection(('127.0.0.1', {port}), 1)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
            "socket.socket(socket.AF_UNIX)",
            "socket.socketpair()[0].fileno() > 0",
        )
    assert [o.kind for o in outcomes] == ["raised", "raised", "raised", "returned"]


def test_processes_of_the_host_cannot_be_signalled(hostile: Runner) -> None:
    victim = subprocess.Popen(["/bin/sleep", "60"])
    try:
        outcome = hostile.one("import os\n", f"os.kill({victim.pid}, 9)")
        assert outcome.kind == "raised"
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.wait()


def test_many_runs_leave_nothing_behind(run: Runner) -> None:
    _, zygote, *_ = settled_tree(run)
    files = psutil.Process().num_fds()
    zygote_files = psutil.Process(zygote).num_fds()

    async def many() -> None:
        jobs = [Job("x = 1\nopen('f', 'w').write('y' * 100_000)\n", "m.py", (Step("x"),))] * 50
        for _ in range(2):
            for outcomes in await asyncio.gather(*(run.sandbox.run(job) for job in jobs)):
                assert outcomes[0].value == ["int", "1"]

    run(many())
    assert settled_tree(run)[:2] == [run.sandbox.health().pid, zygote]
    assert psutil.Process().num_fds() == files
    assert psutil.Process(zygote).num_fds() == zygote_files


def test_what_waits_knows_nothing_of_other_runs(hostile: Runner) -> None:
    """Each run gets processes that have waited, and none gets one that has served."""
    code = """
        import gc, os
        KEPT = "a secret of " + "run {n}"
        os.environ["LEFT"] = open("left", "w").name
        def seen():
            texts = [o for o in gc.get_objects() if isinstance(o, dict) and "KEPT" in o]
            return sorted(os.listdir(".")), len(texts), sorted(k for k in os.environ if k == "LEFT")
    """
    for n in range(8):
        outcome = hostile.one(code.replace("{n}", str(n)), "seen()")
        assert outcome.text == "(['app', 'left'], 1, ['LEFT'])"


def test_a_cancelled_run_stops(run: Runner) -> None:
    settled_tree(run)

    async def cancel() -> None:
        job = Job("while True:\n    pass\n", "m.py", (Step("1"),), budget_s=60)
        running = asyncio.create_task(run.sandbox.run(job))
        while len(tree(run)) <= SETTLED:  # the job has left the stock, and another one waits
            await asyncio.sleep(0.001)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    run(cancel())
    assert eventually(lambda: len(tree(run)) == SETTLED)


def test_the_event_loop_is_never_blocked(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured in processor time of the thread: wall-clock time says more about other processes."""
    longest = 0.0
    run_handle = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        nonlocal longest
        start = time.thread_time()
        run_handle(handle)
        longest = max(longest, time.thread_time() - start)

    async def work() -> None:
        job = Job("x = 1\n", "m.py", (Step("x"),) * 5, files={f"f{n}.py": "#" for n in range(50)})
        for _ in range(10):
            await run.sandbox.run(job)

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    run(work())
    assert longest < 0.02


def test_a_lost_zygote_is_replaced() -> None:
    async def main() -> None:
        sandbox = ZygoteSandbox()
        assert sandbox.health().state == "idle"
        job = Job("x = 1\n", "m.py", (Step("x"),))
        await sandbox.run(job)
        health = sandbox.health()
        assert (health.state, health.restarts) == ("ready", 0)
        assert health.pid is not None
        os.kill(health.pid, signal.SIGKILL)
        while sandbox.health().pid is not None:  # until then it may still do a job
            await asyncio.sleep(0.001)
        try:
            assert (await sandbox.run(job))[0].value == ["int", "1"]
            assert sandbox.health().restarts == 1
        finally:
            await sandbox.aclose()
            await sandbox.aclose()
        assert sandbox.health().pid is None

    asyncio.run(main())


def test_nothing_runs_where_nothing_isolates(tmp_path: Path) -> None:
    async def main() -> None:
        sandbox = ZygoteSandbox()
        job = Job("x = 1\n", "m.py", (Step("x"),), environment=str(blind))
        with pytest.raises(SandboxUnavailable, match="without"):
            await sandbox.run(job)
        assert sandbox.health().state == "failed"
        await sandbox.aclose()
        sandbox = ZygoteSandbox(allow_unisolated=True)
        assert (await sandbox.run(job))[0].value == ["int", "1"]
        assert not (await sandbox.isolation()).isolated
        await sandbox.aclose()
        with pytest.raises(SandboxUnavailable, match="closed"):
            await sandbox.run(job)

    # A host with neither namespaces nor Landlock: both need these two functions.
    blind = tmp_path / "python"
    start = """
import ctypes, runpy, sys
find = ctypes.CDLL.__getattr__
hidden = ('unshare', 'syscall')
ctypes.CDLL.__getattr__ = lambda lib, name: (lambda *a: -1) if name in hidden else find(lib, name)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
"""
    blind.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{start}" "$3" "$4"\n')
    blind.chmod(0o755)
    asyncio.run(main())


def test_closing_ends_every_process_and_another_loop_may_follow() -> None:
    async def main() -> list[psutil.Process]:
        sandbox = ZygoteSandbox()
        await sandbox.run(Job("x = 1\n", "m.py", (Step("x"),)))
        process = psutil.Process(sandbox.health().pid)
        family = [process, *process.children(recursive=True)]
        running = asyncio.create_task(
            sandbox.run(Job("while True:\n    pass\n", "m.py", (Step("1"),), budget_s=60))
        )
        await asyncio.sleep(0.1)
        family.extend(process.children(recursive=True))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await sandbox.aclose()
        return family

    for _ in range(2):
        family = asyncio.run(main())
        assert len(family) >= 4
        assert psutil.wait_procs(family, timeout=2)[1] == []


def test_everything_dies_with_the_service() -> None:
    script = """
import asyncio, os, sys
from autovet.adapters.sandbox import ZygoteSandbox
from autovet.adapters.sandbox.inside.job import READY_STEPS
from autovet.adapters.sandbox.inside.zygote import WAITING
from autovet.domain.execution import Job, Step

async def main():
    sandbox = ZygoteSandbox()
    await sandbox.isolation()
    print(sandbox.health().pid, flush=True)
    await sandbox.run(Job("while True:\\n    pass\\n", "m.py", (Step("1"),), budget_s=60))

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        stub = psutil.Process(int(service.stdout.readline()))
        assert eventually(lambda: len(stub.children(recursive=True)) >= 3)
        family = [stub, *stub.children(recursive=True)]
        service.kill()
    assert eventually(lambda: not any(lives(process) for process in family))


def test_another_interpreter(run: Runner, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    outcome = run.one("import sys\n", "sys.prefix", environment=str(tmp_path / "env"))
    assert outcome.text == repr(str(tmp_path / "env"))


@pytest.mark.skipif(
    not Path(sysconfig.get_path("purelib"), "pydantic").exists(),
    reason="the library is not installed in the interpreter's own environment",
)
def test_libraries_are_imported_once_and_may_be_shadowed() -> None:
    runner = Runner()
    try:
        code = "import sys\nearly = 'pydantic' in sys.modules\nimport pydantic\n"
        first, second = runner.job(code, "early", "early")
        assert (first.text, second.text) == ("True", "True")
        # The project's own module of that name comes first, as it would on any path.
        mine = runner.job(
            "import pydantic\n", "pydantic.MINE", files={"pydantic/__init__.py": "MINE = 1\n"}
        )
        itself = runner.job("MINE = 2\n", "__name__, MINE", path="pydantic.py")
    finally:
        runner.close()
    assert mine[0].text == "1"
    assert itself[0].text == "('pydantic', 2)"


def test_an_interpreter_that_is_none(run: Runner, tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexit 0\n")
    fake.chmod(0o755)
    for environment in (str(tmp_path / "nowhere"), str(fake)):
        with pytest.raises(SandboxUnavailable):
            run.one("", "1", environment=environment)


def settled_tree(run: Runner) -> list[int]:
    """Stub, zygote and what waits: the sandbox runs, and what tests started has ended."""
    run.one("x = 1\n", "x")  # the tree stands from the first run on

    def stands() -> bool:
        seen = tree(run)
        time.sleep(0.05)  # what is dying makes room for what will wait
        return len(seen) == SETTLED and tree(run) == seen

    assert eventually(stands)
    return tree(run)


def tree(run: Runner) -> list[int]:
    pid = run.sandbox.health().pid
    assert pid is not None, "psutil would take that for this very process"
    process = psutil.Process(pid)
    return [process.pid, *(child.pid for child in process.children(recursive=True))]


def lives(process: psutil.Process) -> bool:
    """Whether it runs; a dead orphan may wait for the host to take note of it."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 2
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
