"""``autovet explain``."""

import sys
from typing import Annotated

import typer

from autovet.domain.errors import InputError
from autovet.interfaces.reports.rule_page import rule_page


def explain(rule: Annotated[str, typer.Argument(help="A rule, such as sql-injection.")]) -> int:
    """Say what a rule finds, why it matters, how to fix it and when to leave it."""
    from rapidfuzz import process  # noqa: PLC0415 (only where it is needed)

    from autovet.adapters.catalogue import all_rules  # noqa: PLC0415 (imports every check)

    rules = all_rules()
    if rule not in rules:
        by_code = {r.code: r.id for r in rules.values() if r.code}
        near = [match[0] for match in process.extract(rule, list(rules), limit=3)]
        if rule not in by_code:
            raise InputError(f"no rule {rule!r}; did you mean {', '.join(near)}?")
        rule = by_code[rule]
    page = rule_page(rules[rule])
    if not sys.stdout.isatty():
        sys.stdout.write(page)
        return 0
    from rich.console import Console  # noqa: PLC0415 (only on a terminal)
    from rich.markdown import Markdown  # noqa: PLC0415

    Console().print(Markdown(page))
    return 0
