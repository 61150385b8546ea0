"""What an outcome says about a claim."""

import doctest
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from autovet.domain.execution import StepOutcome
from autovet.validation.execution.claim import Claim
from autovet.validation.value import same_value

_FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
_CHECKER = doctest.OutputChecker()
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
# What the place of the run decides, not the code: no network, no files, no display, little memory.
_SURROUNDINGS = frozenset({"ImportError", "OSError", "MemoryError", "EOFError"})
_DECIMAL = re.compile(r"-?\d+\.\d+")
_MOMENTARY = re.compile(
    r"\b(?:now|utcnow|today|time|monotonic|localtime|random\w*|choice|shuffle|uuid\d|urandom"
    r"|getpid|getcwd)\("
)
_OLD_PREFIX = re.compile(r"\b[uU](?=['\"])")
_NUMBERS = ("bool", "int", "float")
_SHORTEST_LOOP_MS = 200.0
_LONGEST_IMPORT_MS = 400.0


class Kind(Enum):
    """How a claim fared; the values below ``UNANSWERED`` are ways to fail."""

    HELD = "held"
    UNKNOWN = "unknown"
    UNANSWERED = "no answer came"
    RETURNED = "returned something else"
    RAISED = "raised instead of returning"
    DID_NOT_RAISE = "did not raise"
    RAISED_OTHER = "raised another exception"
    CRASHED = "ended the process"
    ENDLESS = "did not end"
    BROKEN = "broke the rule"
    FAILED = "a test failed"


NOT_FAILED = frozenset({Kind.HELD, Kind.UNKNOWN, Kind.UNANSWERED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim, what came of it, and how the two compare.

    Attributes:
        got: what happened, in words.
        why: why it is unknown.
        line: the line of the code where the call went wrong, where it raised.
    """

    claim: Claim
    kind: Kind
    got: str = ""
    why: str = ""
    line: int | None = None


def judge_claim(claim: Claim, outcomes: Sequence[StepOutcome]) -> Judgement:
    """Hold a claim against the outcome of its step."""
    outcome = outcomes[claim.step]
    expected = None if claim.expected_step is None else outcomes[claim.expected_step]
    if outcome.kind == "timeout":
        return _timed_out(claim, outcome, outcomes)
    if outcome.kind == "crashed":
        if outcomes[0].kind != "returned":
            return Judgement(claim, Kind.UNANSWERED, why="the sandbox gave no answer")
        return Judgement(
            claim, Kind.CRASHED, got=f"the process ended: {outcome.message}".rstrip(": ")
        )
    if outcome.kind == "import-failed":
        return Judgement(claim, Kind.UNKNOWN, why="the module could not be loaded")
    if claim.origin == "rule":
        return _rule(claim, outcome)
    if claim.origin == "test":
        return _test(claim, outcome)
    if outcome.kind == "raised":
        return _raised(claim, outcome)
    if claim.raises is not None:
        return Judgement(claim, Kind.DID_NOT_RAISE, got=f"returned {outcome.text}")
    text = "\n".join((*claim.setup, claim.call))
    if claim.origin == "documentation" and claim.repr_text and _MOMENTARY.search(text):
        return Judgement(claim, Kind.UNKNOWN, why="it gives something else each time")
    printed = outcome.stdout.removeprefix(outcomes[0].stdout)
    return _returned(claim, replace(outcome, stdout=printed), expected)


def _timed_out(claim: Claim, outcome: StepOutcome, outcomes: Sequence[StepOutcome]) -> Judgement:
    """A call that ran long while loading the module did not is taken to run for ever."""
    long = outcome.elapsed_ms >= max(_SHORTEST_LOOP_MS, 3 * outcomes[0].elapsed_ms)
    if outcomes[0].kind == "returned" and long and not _may_still_import(claim, outcome):
        return Judgement(
            claim, Kind.ENDLESS, got=f"still running after {outcome.elapsed_ms:.0f} ms"
        )
    return Judgement(claim, Kind.UNANSWERED, why="there was no time left to run it")


def _may_still_import(claim: Claim, outcome: StepOutcome) -> bool:
    """Whether it had to import more than the module does, and computed no longer than that."""
    imports = any("import" in line for line in claim.setup)
    return imports and outcome.cpu_ms is not None and outcome.cpu_ms < _LONGEST_IMPORT_MS


def _rule(claim: Claim, outcome: StepOutcome) -> Judgement:
    if outcome.kind == "raised":
        # whether it may raise is for the examples to say; the rule is about results
        return Judgement(claim, Kind.UNKNOWN)
    if outcome.holds is None:
        return Judgement(claim, Kind.UNKNOWN, why="its check could not be evaluated")
    kind = Kind.HELD if outcome.holds else Kind.BROKEN
    return Judgement(claim, kind, got=f"returned {outcome.text}")


def _test(claim: Claim, outcome: StepOutcome) -> Judgement:
    """A test speaks against the code by a failed assertion, or by what the code raises."""
    if outcome.kind != "raised":
        return Judgement(claim, Kind.HELD)
    names = {outcome.error, *outcome.error_bases}
    got = f"raised {outcome.error}: {outcome.message}".rstrip(": ")
    if names & {"Skipped", "SkipTest"}:
        return Judgement(claim, Kind.UNKNOWN)
    foreign = outcome.line is None and "AssertionError" not in names
    if foreign or names & _SURROUNDINGS:
        return Judgement(claim, Kind.UNKNOWN, got=got, why=f"the test {got}")
    return Judgement(claim, Kind.FAILED, got=got)


def _raised(claim: Claim, outcome: StepOutcome) -> Judgement:
    names = {n.rpartition(".")[2] for n in (outcome.error, *outcome.error_bases)}
    got = f"raised {outcome.error}: {outcome.message}".rstrip(": ")
    if claim.raises is not None and claim.raises.rpartition(".")[2] in names:
        return Judgement(claim, Kind.HELD, got=got)
    if names & _SURROUNDINGS:
        return Judgement(claim, Kind.UNKNOWN, got=got, why=f"running it {got}")
    if claim.origin == "documentation" and "NameError" in names and outcome.line is None:
        return Judgement(claim, Kind.UNKNOWN, got=got, why=f"the documented example {got}")
    kind = Kind.RAISED if claim.raises is None else Kind.RAISED_OTHER
    return Judgement(claim, kind, got=got, line=outcome.line)


def _returned(claim: Claim, outcome: StepOutcome, expected: StepOutcome | None) -> Judgement:
    got = f"returned {outcome.text}"
    if claim.repr_text is not None and _prints_as(claim.repr_text, outcome):
        return Judgement(claim, Kind.HELD, got=got)
    same = None
    if expected is not None and expected.kind == "returned":
        same = same_value(expected.value, outcome.value)
    if claim.repr_text is not None:
        return _printed(claim, outcome, same)
    if same is None:
        why = "its result cannot be compared from outside"
        if expected is None or expected.kind != "returned":
            why = "its expected value could not be evaluated"
        return Judgement(claim, Kind.UNKNOWN, got=got, why=why)
    if not same and claim.origin == "documentation" and _another_type(expected, outcome):
        why = f"it {got}, of another type than the documentation's informal {claim.returns}"
        return Judgement(claim, Kind.UNKNOWN, got=got, why=why)
    return Judgement(claim, Kind.HELD if same else Kind.RETURNED, got=got)


def _printed(claim: Claim, outcome: StepOutcome, same: bool | None) -> Judgement:
    """A doctest whose output is not, letter for letter, what it says."""
    want, got = claim.repr_text or "", _output(outcome)
    said = f"printed {got.rstrip()}" if outcome.stdout else f"returned {outcome.text}"
    if same or _rounded(want, outcome.text):
        return Judgement(claim, Kind.HELD, got=said)
    cut = outcome.text.endswith(("...", "…")) or outcome.stdout.endswith(("...", "…"))
    if same is None and (cut or _ADDRESS.search(want + got)):
        return Judgement(claim, Kind.UNKNOWN, got=said, why="its output cannot be compared")
    return Judgement(claim, Kind.RETURNED, got=said)


def _output(outcome: StepOutcome) -> str:
    """What an interactive session would show."""
    return outcome.stdout + ("" if outcome.text == "None" else outcome.text + "\n")


def _prints_as(want: str, outcome: StepOutcome) -> bool:
    want, got = want + "\n", _output(outcome)
    if _CHECKER.check_output(want, got, _FLAGS) or got.endswith("\n" + want):
        return True
    newer = _OLD_PREFIX.sub("", want)
    return newer != want and _CHECKER.check_output(newer, got, _FLAGS)


def _rounded(want: str, got: str) -> bool:
    """Whether documentation shows a float with fewer digits than ``repr`` does."""
    if not _DECIMAL.fullmatch(want.strip()) or not _DECIMAL.fullmatch(got):
        return False
    digits = len(want.strip().partition(".")[2])
    return digits > 1 and len(got) > len(want) and round(float(got), digits) == float(want)


def _another_type(expected: StepOutcome | None, outcome: StepOutcome) -> bool:
    """Whether informal documentation and the result differ in more than their value."""
    tags = [o.value[0] for o in (expected, outcome) if o is not None]
    if "none" in tags:
        return False
    return len({"number" if tag in _NUMBERS else tag for tag in tags}) > 1
