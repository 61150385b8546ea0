"""Lets a generator try again with what is still wrong, until its code passes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.context import Context

Generate = Callable[[str], Awaitable[str]]
Validate = Callable[[str, Mapping[str, Any] | Context | None], Awaitable[dict[str, Any]]]
Record = Callable[[str, Mapping[str, Any]], None]

_MOST_INSTRUCTIONS = 20


@dataclass(frozen=True, slots=True)
class Round:
    """One answer of the generator and what came of it.

    Attributes:
        healed: proven fixes were applied to the answer.
        instructions: what is left and was handed back, one sentence each.
    """

    attempt: int
    code: str
    verdict: str
    validation_id: str
    healed: bool = False
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generated:
    """The outcome of ``repair_until_valid``.

    Attributes:
        code: the code that passed, else that of the last round.
        valid: whether it passed.
        rounds: every round, in order.
        result: the validation of ``code``.
    """

    code: str
    valid: bool
    rounds: tuple[Round, ...]
    result: Mapping[str, Any] = field(default_factory=dict)


async def generate_until_valid(
    generate: Generate,
    prompt: str,
    context: Mapping[str, Any] | Context | None,
    attempts: int,
    validate: Validate,
    record: Record,
) -> Generated:
    """Ask, validate, heal, and hand back what is left, at most ``attempts`` times."""
    rounds: list[Round] = []
    asked, code, result = prompt, "", dict[str, Any]()
    for attempt in range(1, attempts + 1):
        code = await generate(asked)
        result = await validate(code, context)
        healed = result["autonomous_healing"]["healed_code"]
        if healed is not None:
            code = healed
            result = await validate(code, context)
        left = () if result["overall_valid"] else instructions(result)
        made = Round(
            attempt,
            code,
            result["verdict"],
            result["meta"]["validation_id"],
            healed is not None,
            left,
        )
        rounds.append(made)
        record(
            "generation.round",
            {
                "attempt": attempt,
                "verdict": made.verdict,
                "validation_id": made.validation_id,
                "healed": made.healed,
                "instructions": list(left),
            },
        )
        if result["overall_valid"]:
            return Generated(code, True, tuple(rounds), result)
        asked = next_prompt(prompt, code, left)
    return Generated(code, False, tuple(rounds), result)


def instructions(result: Mapping[str, Any]) -> tuple[str, ...]:
    """What is left to mend: the findings above info, the gravest first, and open questions."""
    findings = [
        finding
        for part in result.values()
        if isinstance(part, Mapping)
        for finding in part.get("findings", ())
        if finding["severity"] != "info"
    ]
    findings.sort(key=lambda f: (f["severity"] != "error", f["line"]))
    said = [f"line {f['line']}: {f['message']} ({f['rule']})" for f in findings]
    undecided = [
        f"{name}: {part['reason']}"
        for name, part in result.items()
        if isinstance(part, Mapping) and part.get("status") == "undecided"
    ]
    return tuple(dict.fromkeys([*said, *undecided]))[:_MOST_INSTRUCTIONS]


def next_prompt(prompt: str, code: str, left: tuple[str, ...]) -> str:
    """The original request, the last answer, and what is wrong with it."""
    problems = "\n".join(f"- {sentence}" for sentence in left)
    return (
        f"{prompt}\n\nThis was your last answer:\n\n```python\n{code.rstrip()}\n```\n\n"
        f"It was checked, and this is wrong with it:\n\n{problems}\n\n"
        "Answer with the whole corrected code."
    )
