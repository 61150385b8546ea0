"""Maps another engine's codes to our rules; the table itself is data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from autovet.domain.category import Category
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One line of the table.

    Attributes:
        message: our wording, or empty to keep the engine's.
        doubtful: the severity where the engine does not call its own fix safe, if it differs.
    """

    rule: Rule
    message: str = ""
    doubtful: Severity | None = None


class RuleTable:
    """The lines of one engine's table, by code."""

    def __init__(self, entries: Mapping[str, RuleEntry]) -> None:
        """Hold the lines; see ``load``."""
        self._entries = dict(entries)

    @classmethod
    def load(cls, package: str, source: str) -> "RuleTable":
        """Read ``rules.toml`` of a package.

        Raises:
            ValueError: a line of it is wrong; the message names the code.
        """
        text = files(package).joinpath("rules.toml").read_text(encoding="utf-8")
        lines = tomllib.loads(text)["rules"]
        return cls({code: _entry(code, line, source) for code, line in lines.items()})

    @property
    def codes(self) -> tuple[str, ...]:
        """The engine's codes that we ask for."""
        return tuple(self._entries)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Our rules."""
        return tuple(entry.rule for entry in self._entries.values())

    def find(self, code: str) -> RuleEntry | None:
        """The line of a code, if the table has one."""
        return self._entries.get(code)


def _entry(code: str, line: Mapping[str, Any], source: str) -> RuleEntry:
    try:
        rule = Rule(
            id=line["id"],
            category=Category(line["category"]),
            severity=Severity(line["severity"]),
            confidence=line["confidence"],
            cwe=line.get("cwe"),
            doc=line["why"],
            source=source,
            code=code,
        )
        doubtful = Severity(line["doubtful"]) if "doubtful" in line else None
    except (KeyError, ValueError) as error:
        raise ValueError(f"the line of {code} is wrong: {error!r}") from error
    return RuleEntry(rule, line.get("message", ""), doubtful)


def sentence(statement: str, why: str) -> str:
    """Join what is wrong and why that matters into one sentence."""
    head = statement.rstrip(".:")
    if not why:
        return head
    # An abbreviation keeps its capitals.
    tail = why if why[1:2].isupper() else why[0].lower() + why[1:]
    return f"{head}; {tail}" if ": " in head else f"{head}: {tail}"
