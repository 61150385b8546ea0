"""Made-up calls in the real sandbox: what is found, and what is left alone."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.business_rule import BusinessRule
from autovet.domain.context import Context
from autovet.domain.inspection import FunctionSpan, Inspection
from autovet.source.derivation import probes_of
from autovet.source.parsing import parse_module
from autovet.validation.execution.derived import run_probes
from autovet.validation.execution.derived.running import Derived


class Bench:
    def __init__(self, runner: asyncio.Runner, sandbox: ZygoteSandbox) -> None:
        self.runner, self.sandbox = runner, sandbox

    def run(self, text: str, budget_s: float = 10.0, **given: object) -> Derived:
        context = Context(path="shop/fees.py", **given)  # type: ignore[arg-type] # a test's own
        module = parse_module(context.path, text)
        assert module is not None
        spans = tuple(FunctionSpan(f.name, module.span(f)) for f in module.functions)
        inspection = Inspection(probes=probes_of(module, context), functions=spans)
        return self.runner.run(run_probes(self.sandbox, inspection, context, text, budget_s))

    def told(self, text: str, **given: object) -> list[tuple[str, str]]:
        return [(f.rule, f.severity.value) for f in self.run(text, **given).findings]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        sandbox = ZygoteSandbox(allow_unisolated=True)
        try:
            yield Bench(runner, sandbox)
        finally:
            runner.run(sandbox.aclose())


FOUND = {
    "a call of the module's own": (
        "def mean(values):\n    return sum(values) / len(values)\n\ndef blank():\n    return mean([])\n",
        ("unannounced-crash", "error"),
    ),
    "an annotation admits nothing to divide by": (
        "def share(parts: list[int]) -> float:\n    return parts[0] / len(parts)\n",
        ("unannounced-crash", "warning"),
    ),
    "a guess about what it takes is only worth a hint": (
        "def share(parts):\n    return sum(parts) / len(parts) + 1\n",
        ("unannounced-crash", "info"),
    ),
    "what comes of nothing is stated": (
        'def top(xs: list[int]) -> int:\n    """Return the best, 0 if xs is empty."""\n    return xs[0]\n',
        ("unannounced-crash", "error"),
    ),
    "None is admitted": (
        "def shout(name: str | None = None) -> str:\n    return name.upper()\n",
        ("unannounced-crash", "error"),
    ),
    "usual inputs fail": (
        "def steps(xs: list[int]) -> list[int]:\n    return [xs[i + 1] - xs[i] for i in range(len(xs))]\n",
        ("unannounced-crash", "error"),
    ),
    "a key of its own making": (
        "def group(words: list[str]) -> dict[str, int]:\n    found = {}\n    for w in words:\n        found[w] += 1\n    return found\n",
        ("unannounced-crash", "error"),
    ),
    "no end": (
        "def bits(n: int) -> int:\n    count = 0\n    while n:\n        n ^= n - 1\n        count += 1\n    return count\n",
        ("non-terminating-call", "error"),
    ),
    "no bottom": (
        "def depth(n: int) -> int:\n    return 1 + depth(n // 2)\n",
        ("unannounced-crash", "error"),
    ),
    "a well-known meaning": (
        'def total(xs: list[int]) -> int:\n    """Return the sum of the numbers."""\n    return sum(xs[1:])\n',
        ("broken-property", "error"),
    ),
    "a formula": (
        'def price(net: float, rate: float) -> float:\n    """Return net * (1 + rate)."""\n    return net * rate\n',
        ("broken-property", "error"),
    ),
    "a method": (
        "class Solution:\n    def isEven(self, n: int) -> bool:\n        return n % 2 == 1\n",
        ("broken-property", "error"),
    ),
    "an inverse": (
        "def encode_text(s: str) -> str:\n    return s[::-1]\n\ndef decode_text(s: str) -> str:\n    return s\n",
        ("broken-property", "error"),
    ),
    "an argument is changed": (
        'def tidy(xs: list[int]) -> list[int]:\n    """Return a new list in order."""\n    xs.sort()\n    return xs\n',
        ("mutated-argument", "error"),
    ),
    "a default is shared": (
        "def collect(x: int, into: list[int] = []) -> list[int]:\n    into.append(x)\n    return into\n",
        ("result-depends-on-earlier-calls", "warning"),
    ),
    "a promise about the result": (
        "import icontract\n\n@icontract.require(lambda x: x > 0)\n@icontract.ensure(lambda result, x: result > x)\ndef grow(x: int) -> int:\n    return x\n",
        ("broken-contract", "error"),
    ),
    "an assert about the result": (
        "def spend(xs: list[int]) -> int:\n    left = 9 - sum(xs)\n    assert left >= 0\n    return left\n",
        ("broken-contract", "error"),
    ),
}

SILENT = {
    "a guard": "def mean(xs: list[int]) -> float:\n    if not xs:\n        raise ValueError('nothing')\n    return sum(xs) / len(xs)\n",
    "an assert": "def mean(xs: list[int]) -> float:\n    assert xs\n    return sum(xs) / len(xs)\n",
    "a docstring that asks": 'def mean(xs: list[int]) -> float:\n    """Return the mean of a non-empty list."""\n    return sum(xs) / len(xs)\n',
    "a docstring that announces": 'def first(xs: list[int]) -> int:\n    """Return the first.\n\n    Raises:\n        IndexError: there is none.\n    """\n    return xs[0]\n',
    "a bound": "def first(xs: Annotated[list[int], MinLen(1)]) -> int:\n    return xs[0]\n",
    "a contract": "import deal\n\n@deal.pre(lambda xs: len(xs) > 0)\ndef first(xs: list[int]) -> int:\n    return xs[0]\n",
    "a divisor of the caller's": "def per(total: int, parts: int) -> float:\n    return total / parts\n",
    "an index of the caller's": "def pick(xs: list[int], n: int) -> int:\n    return xs[n]\n",
    "a key of the caller's": "RATES = {'a': 1}\n\ndef rate(name: str) -> int:\n    return RATES[name]\n",
    "a text in some format": "def minutes(text: str) -> int:\n    return int(text.split(':')[1])\n",
    "a text in another format": "import re\n\ndef year(text: str) -> str:\n    return re.match('[0-9]+', text).group()\n",
    "an order that is not spelt out": "def far_distance(size: int, image: int) -> float:\n    return size - image\n",
    "a wrong guess": "def area(shape):\n    return shape * 2 - shape.width\n",
    "in place": 'def tidy(xs: list[int]) -> None:\n    """Sort the list."""\n    xs.sort()\n',
    "digits left away": 'def mean(xs: list[float]) -> float:\n    """Return the mean of a non-empty list."""\n    return round(sum(xs) / len(xs), 2)\n',
    "a lossy inverse": "def encode_name(s: str) -> str:\n    return s.strip()\n\ndef decode_name(s: str) -> str:\n    return s\n",
    "a slow one": "def busy(n: int) -> int:\n    return sum(i for i in range(3_000_000))\n",
    "a module that does not load": "import decimal\nRATE = decimal.Decimal('x')\n\ndef fee(n: int) -> int:\n    return RATE * n\n",
}


@pytest.mark.parametrize("case", FOUND)
def test_found(bench: Bench, case: str) -> None:
    text, expected = FOUND[case]
    assert bench.told(text) == [expected]


@pytest.mark.parametrize("case", SILENT)
def test_left_alone(bench: Bench, case: str) -> None:
    assert bench.told(SILENT[case]) == []


def test_evidence_is_a_call_that_fails_alone(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = FOUND["usual inputs fail"]
    (finding,) = bench.run(text).findings
    assert finding.evidence["call"] == "steps([5])"  # shrunk
    assert finding.span.line == 2
    assert "IndexError" in finding.message
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "fees.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    names: dict[str, Any] = {}
    exec(finding.evidence["reproducer"], names)
    with pytest.raises(IndexError):
        names["test_steps"]()


def test_inputs_that_may_have_to_go_together_give_a_hint_at_most(bench: Bench) -> None:
    text = (
        "def total(xs: list[int], rows: list[tuple[int, int]]) -> int:\n"
        "    return sum(xs[b] - xs[a] for a, b in rows)\n"
    )
    assert bench.told(text) == [("unannounced-crash", "info")]


def test_documented_inputs_make_other_usual_ones_less_usual(bench: Bench) -> None:
    text = FOUND["usual inputs fail"][0]
    head, _, body = text.partition("\n")
    shown = f'{head}\n    """Steps.\n\n    Example: see the manual.\n    """\n{body}'
    assert bench.told(shown) == [("unannounced-crash", "info")]


def test_a_change_is_told_with_both_outcomes(bench: Bench) -> None:
    old = "def fee(n: int) -> int:\n    return 0 if n >= 10 else 2\n"
    (finding,) = bench.run(old.replace(">=", ">"), previous=old).findings
    assert (finding.rule, finding.severity.value) == ("changed-behaviour", "warning")
    assert finding.evidence["call"] == "fee(10)"
    assert (finding.evidence["got"], finding.evidence["expected"]) == ("returned 2", "returned 0")
    rewritten = "def fee(n: int) -> int:\n    if n < 10:\n        return 2\n    return 0\n"
    assert bench.told(rewritten, previous=old) == []
    mended = "def fee(n: int) -> int:\n    return 4 // 2\n"
    assert bench.told(mended, previous=mended.replace("4", "n // 0")) == []


def test_a_rule_of_the_caller_needs_no_example(bench: Bench) -> None:
    text = "def fee(amount: int) -> int:\n    return amount - 4\n"
    rule = BusinessRule("A fee is never negative.", "fee", "result >= 0")
    derived = bench.run(text, business_rules=(rule,))
    (finding,) = derived.findings
    assert finding.rule == "broken-business-rule"
    assert "A fee is never negative" in finding.message
    assert derived.rules == {"A fee is never negative."}


def test_the_same_verdict_every_time(bench: Bench) -> None:
    cases = ("usual inputs fail", "a formula", "a default is shared")
    text = "\n".join([*(FOUND[case][0] for case in cases), SILENT["a lossy inverse"]])
    told = [bench.run(text) for _ in range(20)]
    assert len(told[0].findings) == 3
    assert all(derived == told[0] for derived in told)


def test_an_end_in_time_and_a_word_about_it(bench: Bench) -> None:
    text = "def grow(n: int) -> int:\n    return sum(range(10**15 + n))\n"
    started = time.monotonic()
    derived = bench.run(text, budget_s=1.0)
    assert time.monotonic() - started < 4
    assert derived.findings == ()
    assert [u.what.partition(" ")[0] for u in derived.unverified] == ["grow()"]
