"""``autovet rules``."""

import json
import sys
from typing import Annotated

import typer

from autovet.domain.category import Category
from autovet.interfaces.cli.learned_rules import show_learned


def rules(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    category: Annotated[
        Category | None, typer.Option(help="Only the rules of this category.")
    ] = None,
    learned: Annotated[
        bool, typer.Option("--learned", help="What was learned about rules, instead.")
    ] = False,
) -> int:
    """List every rule of every engine, with its category and severity."""
    if learned:
        return show_learned(as_json=as_json)
    from autovet.adapters.catalogue import all_rules  # noqa: PLC0415 (imports every check)

    listed = [r for r in all_rules().values() if category in (None, r.category)]
    if as_json:
        fields = ("id", "category", "severity", "confidence", "cwe", "summary", "source", "code")
        rows = [{name: getattr(rule, name) for name in fields} for rule in listed]
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return 0
    for rule in sorted(listed, key=lambda r: (list(Category).index(r.category), r.id)):
        line = (
            f"{rule.category:<18} {rule.severity:<8} {rule.source:<8} {rule.id:<36} {rule.summary}"
        )
        sys.stdout.write(line.rstrip() + "\n")
    return 0
