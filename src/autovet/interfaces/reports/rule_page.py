"""The page of a rule: the same text for ``explain``, the documentation and SARIF."""

from autovet.checks.example import Example
from autovet.checks.registry import all_checks
from autovet.domain.rule import Rule


def rule_page(rule: Rule) -> str:
    """Return the page in Markdown."""
    facts = [
        f"category `{rule.category.value}`",
        f"severity {rule.severity.value}",
        f"confidence {rule.confidence:.2f}",
    ]
    if rule.cwe is not None:
        facts.append(f"CWE-{rule.cwe}")
    if rule.source != "autovet":
        facts.append(f"reported by {rule.source} as `{rule.code or rule.id}`")
    parts = [f"# {rule.id}", " · ".join(facts), rule.doc.strip()]
    check = next((c for c in all_checks() if c.rule.id == rule.id), None)
    if check is not None:
        parts += ["## Reported", *map(_block, check.bad), "## Silent", *map(_block, check.good)]
    return "\n\n".join(parts) + "\n"


def _block(example: Example) -> str:
    files = "".join(f"# {path}\n{text.strip()}\n\n" for path, text in sorted(example.files.items()))
    title = f"# {example.path}\n" if files else ""
    return f"```python\n{files}{title}{example.code.strip()}\n```"
