"""The fix patterns that are known; what the healing engine asks through ``ports.FixPatterns``."""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autovet.domain.fix import Edit
from autovet.domain.fix_pattern import FixPattern, PatternFix
from autovet.domain.span import Span
from autovet.engines.learning.fix_patterns.changes import revision
from autovet.engines.learning.fix_patterns.generalising import Change, predicted
from autovet.engines.learning.fix_patterns.mining import mine
from autovet.engines.learning.fix_patterns.tree import Tree, is_small, text_of, tree_of
from autovet.source.parsing import parse_module

MOST_CHANGES = 20_000
_MOST_FILES = 12
_MOST_SUGGESTIONS = 5


@dataclass(slots=True)
class FixBook:
    """Changes seen so far and the patterns in them; patterns are mined when they are asked for.

    Attributes:
        changes: how often anything was learned, to tell whether it needs saving.
    """

    changes: int = 0
    _seen: dict[Change, list[str]] = field(default_factory=dict)
    _rules: dict[Change, list[str]] = field(default_factory=dict)
    _unchanged: Counter[Tree] = field(default_factory=Counter)
    _told: dict[str, list[int]] = field(default_factory=dict)
    _mined: list[tuple[FixPattern, Change]] | None = None

    def learn(self, file: str, before: str, after: str, rules: Sequence[str] = ()) -> int:
        """Take in a change of a file; tells how many small changes it holds.

        Args:
            file: names the file, so that support counts files.
            before: the text before.
            after: the text after.
            rules: the rules whose findings went away with it.
        """
        made = revision(before, after)
        found = made.changes
        self._unchanged.update(made.unchanged)
        if len(self._unchanged) > MOST_CHANGES:
            self._unchanged = Counter(dict(self._unchanged.most_common(MOST_CHANGES // 2)))
        for change in found:
            files = self._seen.setdefault(change, [])
            if file not in files and len(files) < _MOST_FILES:
                files.append(file)
            if rules and len(found) == 1:
                known = self._rules.setdefault(change, [])
                known += [rule for rule in rules if rule not in known]
        while len(self._seen) > MOST_CHANGES:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._rules.pop(oldest, None)
        if found:
            self.changes += 1
            self._mined = None
        return len(found)

    def patterns(self) -> Sequence[FixPattern]:
        """All that are known, most support first."""
        return [pattern for pattern, _ in self._known()]

    def suggest(self, text: str, line: int, end_line: int, rule: str = "") -> Sequence[PatternFix]:
        """Changes of what stands in these lines, likeliest first; none of them is proven."""
        known = self._known()
        module = parse_module("module.py", text) if known else None
        if module is None:
            return []
        places = [
            (node, tree_of(node))
            for node in module.index.order
            if isinstance(node, (ast.expr, ast.stmt))
            and not hasattr(node, "body")
            and node.lineno >= line
            and (node.end_lineno or node.lineno) <= end_line
            and is_small(node)
        ]
        found = []
        for pattern, change in known:
            for node, tree in places:
                after = predicted(change, tree)
                if after is not None and after != tree:
                    edit = Edit(_span(node, text), text_of(after))
                    found.append(PatternFix(pattern, (edit,)))
        found.sort(key=lambda f: _rank(f.pattern, rule))
        return found[:_MOST_SUGGESTIONS]

    def tell(self, pattern_id: str, *, kept: bool) -> None:
        """Say that a fix made with a pattern was kept, or taken back."""
        self._told.setdefault(pattern_id, [0, 0])[0 if kept else 1] += 1
        self.changes += 1
        self._mined = None

    def _known(self) -> list[tuple[FixPattern, Change]]:
        if self._mined is None:
            self._mined = [
                (self._pattern(mined.change, len(mined.files)), mined.change)
                for mined in mine(self._seen, self._unchanged)
            ]
        return self._mined

    def _pattern(self, change: Change, support: int) -> FixPattern:
        before, after = text_of(change.before), text_of(change.after)
        name = hashlib.blake2b(f"{before}\0{after}".encode(), digest_size=6).hexdigest()
        kept, reverted = self._told.get(name, (0, 0))
        rules = {
            rule
            for seen, found in self._rules.items()
            if predicted(change, seen.before) == seen.after
            for rule in found
        }
        pattern = FixPattern(name, before, after, tuple(sorted(rules)), support)
        return replace(pattern, kept=kept, reverted=reverted)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what ``as_state`` gave."""
        for before, after, files, rules in state.get("seen", ()):
            change = Change(_tree(before), _tree(after))
            self._seen[change] = list(files)
            if rules:
                self._rules[change] = list(rules)
        for tree, count in state.get("unchanged", ()):
            self._unchanged[_tree(tree)] = int(count)
        self._told = {name: list(counts) for name, counts in state.get("told", {}).items()}
        self._mined = None

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable; values that JSON does not know are left out."""
        return {
            "seen": [
                [change.before, change.after, files, self._rules.get(change, [])]
                for change, files in self._seen.items()
                if _is_plain(change.before) and _is_plain(change.after)
            ],
            "unchanged": [
                [tree, count] for tree, count in self._unchanged.items() if _is_plain(tree)
            ],
            "told": self._told,
        }


def _rank(pattern: FixPattern, rule: str) -> tuple[bool, float, int, str]:
    return (rule not in pattern.rules, -pattern.success_rate, -pattern.support, pattern.id)


def _span(node: ast.expr | ast.stmt, text: str) -> Span:
    lines = text.splitlines()
    end_line, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return Span(
        node.lineno,
        _column(lines[node.lineno - 1], node.col_offset),
        end_line,
        _column(lines[end_line - 1], end),
    )


def _column(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode("utf-8", "replace")) + 1


def _tree(value: Iterable[Any]) -> Tree:
    return tuple(_tree(part) if isinstance(part, list) else part for part in value)


def _is_plain(tree: object) -> bool:
    if isinstance(tree, tuple):
        return all(map(_is_plain, tree))
    return tree is None or isinstance(tree, (str, int, float))
