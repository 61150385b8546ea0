"""``.autovet/policy.toml``: learned rules that a repository carries for its people to review.

The file comes with the code that is judged, so it is believed little: it never touches a security
error, it holds for this project alone, and a verdict names what it changed.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from autovet.domain.context import Context
from autovet.domain.policy import AdaptationRule, Policy

PATH = ".autovet/policy.toml"
_MOST_BYTES = 200_000
_MOST_RULES = 500
_ACTIONS = ("hide", "demote", "promote", "threshold", "probation")


def with_file(policy: Policy, context: Context, project: str) -> Policy:
    """The policy with what the project's own file adds to it.

    An unreadable file adds nothing. The version names the file, so that verdicts with and without
    it are told apart.
    """
    text = _text(context)
    if not text:
        return policy
    rules = parsed_policy(text, project)
    if not rules:
        return policy
    digest = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
    return policy.with_treatments(f"{policy.version}+file.{digest}", rules)


@lru_cache(maxsize=32)
def parsed_policy(text: str, project: str) -> tuple[AdaptationRule, ...]:
    """The rules of a policy file; entries that make no sense are left out."""
    try:
        entries = tomllib.loads(text).get("rule", [])
    except tomllib.TOMLDecodeError:
        return ()
    if not isinstance(entries, list):
        return ()
    found = [_rule(entry, project) for entry in entries[:_MOST_RULES] if isinstance(entry, Mapping)]
    return tuple(rule for rule in found if rule is not None)


def written_policy(rules: Iterable[AdaptationRule]) -> str:
    """Learned rules as a policy file, without dismissals of single findings."""
    lines = ["# Learned rules for this project. Security errors are never touched by them.", ""]
    for rule in rules:
        if rule.action not in _ACTIONS:
            continue
        lines += ["[[rule]]", f"name = {json.dumps(rule.rule)}", f'action = "{rule.action}"']
        lines += [f"kind = {json.dumps(rule.kind)}"] if rule.kind else []
        lines += [f"generator = {json.dumps(rule.generator)}"] if rule.generator else []
        lines += [f"value = {rule.value}"] if rule.action == "threshold" else []
        evidence = ", ".join(f"{name}: {value}" for name, value in rule.evidence.items())
        lines += [f"why = {json.dumps(evidence)}", ""]
    return "\n".join(lines)


def _rule(entry: Mapping[str, Any], project: str) -> AdaptationRule | None:
    name, action, value = entry.get("name"), entry.get("action"), entry.get("value", 0.0)
    if not isinstance(name, str) or action not in _ACTIONS or not isinstance(value, (int, float)):
        return None
    return AdaptationRule(
        name,
        project,
        action,
        {"why": str(entry.get("why", ""))[:200]},
        kind=str(entry.get("kind", "")),
        generator=str(entry.get("generator", "")),
        value=float(value),
        origin="file",
    )


def _text(context: Context) -> str:
    if context.root is None:
        return context.files.get(PATH, "")
    folder, file = Path(context.root, ".autovet"), Path(context.root, PATH)
    try:
        if folder.is_symlink() or file.is_symlink() or not file.is_file():
            return ""
        return file.read_text("utf-8") if file.stat().st_size <= _MOST_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""
