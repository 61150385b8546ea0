"""Writes one page a rule below ``docs/rules``, from the docstrings: ``make docs``."""

from pathlib import Path

from autovet.adapters.catalogue import all_rules
from autovet.domain.category import Category
from autovet.interfaces.reports.rule_page import rule_page

RULES = Path(__file__).parent / "rules"


def pages() -> dict[str, str]:
    """File name to text, of every page."""
    rules = all_rules()
    own = [rule for rule in rules.values() if rule.source == "autovet"]
    found = {f"{rule.id}.md": rule_page(rule) for rule in own}
    lines = ["# Rules", "", f"{len(own)} checks of our own, and {len(rules) - len(own)} rules of"]
    lines += ["ruff and ty that a table maps to categories and severities.", ""]
    for category in Category:
        lines += [
            f"## {category.value}",
            "",
            "| rule | severity | what it finds |",
            "|---|---|---|",
        ]
        for rule in rules.values():
            if rule.category is category:
                name = f"[{rule.id}]({rule.id}.md)" if rule.source == "autovet" else rule.id
                by = "" if rule.source == "autovet" else f" ({rule.source} {rule.code})"
                summary = rule.summary.replace("|", "\\|")
                lines.append(f"| {name}{by} | {rule.severity.value} | {summary} |")
        lines.append("")
    return {**found, "README.md": "\n".join(lines)}


def main() -> None:
    """Write the pages and take away those of rules that are gone."""
    RULES.mkdir(exist_ok=True)
    wanted = pages()
    for old in RULES.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (RULES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
