"""``autovet learn``."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from autovet.domain.errors import InputError
from autovet.interfaces.cli.feedback import author_name
from autovet.interfaces.cli.learned_rules import show_learned
from autovet.interfaces.cli.progress import progress
from autovet.interfaces.cli.targets import make_layer

if TYPE_CHECKING:
    from autovet.engines.learning.engine import AutonomousLearningEngine


def learn(
    git: Annotated[
        Path | None, typer.Option(help="Replay the history of this git repository.")
    ] = None,
    explain: Annotated[str, typer.Option(help="Show what was learned about a rule, and why.")] = "",
    pin: Annotated[str, typer.Option(help="Keep a learned rule (its id, or the rule).")] = "",
    revert: Annotated[str, typer.Option(help="Undo a learned rule (its id, or the rule).")] = "",
    release: Annotated[str, typer.Option(help="Take back a pin or a revert.")] = "",
    advice: Annotated[
        bool, typer.Option("--advice", help="Print advice for a generator's instructions.")
    ] = False,
    generator: Annotated[str, typer.Option(help="The generator that --advice is for.")] = "",
    patterns: Annotated[
        bool, typer.Option("--patterns", help="Show the fix patterns that were found.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write all that was learned to a file, as JSON.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Write the rules in force as a reviewable TOML file.")
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="List the versions of what was learned.")
    ] = False,
    to: Annotated[str, typer.Option(help="Go back to a version; what came later is undone.")] = "",
) -> int:
    """Learn from history; read, keep, undo and take along what was learned."""
    if explain:
        return show_learned(explain)
    decisions = {"pin": pin, "revert": revert, "release": release}
    chosen = [bool(value) for value in (git, *decisions.values(), advice, patterns, export)]
    if sum([*chosen, bool(policy), versions, bool(to)]) != 1:
        raise InputError("autovet learn does one thing at a time; see autovet learn --help")
    if git is not None:
        return asyncio.run(_from_git(git))
    decided = next(((verdict, name) for verdict, name in decisions.items() if name), None)
    return asyncio.run(
        _ask(decided, generator if advice else None, export, policy, to, patterns=patterns)
    )


async def _from_git(repository: Path) -> int:
    with progress("replaying") as on_progress:
        async with make_layer(background=False) as layer:
            learned = await layer.learn_from_history(repository, on_progress=on_progress)
    said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(learned["outcomes"].items()))
    sys.stdout.write(
        f"{learned['versions']} versions of files judged; outcomes: {said or 'none'}\n"
        f"{learned['changes']} small changes, {learned['fix_patterns']} fix patterns\n"
        f"{learned['adaptation_rules']} learned rules in force, state {learned['state_version']}\n"
    )
    return 0


async def _ask(
    decided: tuple[str, str] | None,
    generator: str | None,
    export: Path | None,
    policy: Path | None,
    to: str,
    *,
    patterns: bool,
) -> int:
    async with make_layer(background=False) as layer:
        engine = layer.learning_engine
        if decided is not None:
            rule = await engine.decide(decided[1], decided[0], author_name())
            said = f"{rule.id} {rule.rule}: {rule.action} is {rule.state}\n"
        elif to:
            said = f"now at state {await engine.go_back(to, author_name())}\n"
        elif export is not None:
            said = _written(export, msgspec.json.encode(engine.exported()).decode())
        elif policy is not None:
            from autovet.validation.policy_file import written_policy  # noqa: PLC0415 (seldom)

            said = _written(policy, written_policy(engine.policy().adaptations))
        elif generator is not None:
            said = _advice(engine, generator)
        elif patterns:
            said = "".join(
                f"{p.support:>4} files  {p.before!r} -> {p.after!r}\n"
                for p in engine.fix_patterns.patterns()
            )
        else:
            said = "".join(f"{version}  {at:.0f}\n" for version, at in engine.versions())
    sys.stdout.write(said)
    return 0


def _advice(engine: "AutonomousLearningEngine", generator: str) -> str:
    """Sentences for a generator's instructions: what it gets wrong most, and the way out."""
    from autovet.adapters.catalogue import all_rules  # noqa: PLC0415 (imports every check)

    rules = all_rules()
    frequent = engine.advice("", generator)
    lifts = {a["then"]: a["lift"] for a in engine.associations(generator or None)}
    lines = [_sentence(entry, rules, lifts) for entry in frequent]
    if not lines:
        return f"nothing is on record of {generator or 'code whose generator is unknown'}\n"
    return "\n".join(["Take care in the Python that you write:", *lines, ""])


def _sentence(entry: dict[str, Any], rules: dict[str, Any], lifts: dict[str, float]) -> str:
    rule = rules.get(entry["rule"])
    paragraphs = rule.doc.split("\n\n") if rule else []
    summary = " ".join(rule.summary.split()) if rule else entry["rule"]
    way_out = f" {' '.join(paragraphs[2].split())}" if len(paragraphs) > 2 else ""
    more = lifts.get(entry["rule"])
    often = f"{entry['share']:.0%} of {entry['validations']} validations"
    often += f", {more:g} times as often as others" if more else ""
    return f"- {summary.rstrip('.')} ({entry['rule']}: {often}).{way_out}"


def _written(file: Path, text: str) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: {error}") from error
    return f"written to {file}\n"
