"""A table of state transitions leads to a state that it does not know.

Finds a target in a constant such as ``TRANSITIONS`` that is none of the table's keys, where nearly
all others are.

Nothing can leave such a state: usually the target is misspelt, and the state that was meant is
never reached.

Correct the target's name, or add the state with an empty set where it is final.

Leave it when final states are left out of the table on purpose.
"""

import ast
import difflib
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unknown-transition-target", Category.BUSINESS_LOGIC, confidence=0.85)

_TABLE = re.compile(r"transition|workflow|next_states?|allowed_moves?|state_machine", re.IGNORECASE)
_NEAR = 0.7

BAD = (
    """
TRANSITIONS = {
    "draft": {"review"},
    "review": {"published", "draft"},
    "published": {"archive"},  # <--
    "archived": set(),
}
""",
    """
class Ticket:
    ALLOWED_TRANSITIONS = {
        "open": ["assigned"],
        "assigned": ["resolved", "open"],
        "resolved": ["close", "open"],  # <--
        "closed": [],
    }
""",
)

GOOD = (
    """
TRANSITIONS = {
    "draft": {"review"},
    "review": {"published", "draft"},
    "published": {"archived"},
    "archived": set(),
}
""",
    """
TRANSITIONS = {
    "open": {"assigned", "closed"},
    "assigned": {"open", "closed"},
}
WORKFLOW = {"build": ["make"], "deploy": ["scp", "ssh"]}
TEXTS = {"a": {"b"}, "b": {"c"}}
""",
)


def check(table: ast.Dict, module: Module) -> Iterator[Finding]:
    """Report a target that no key of the table names, but that is near one."""
    match module.parent(table):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            pass
        case _:
            return
    if not _TABLE.search(name):
        return
    states = {k.value for k in table.keys if isinstance(k, ast.Constant)}
    targets = [
        element
        for value in table.values
        for element in getattr(value, "elts", [])
        if isinstance(element, ast.Constant) and isinstance(element.value, str)
    ]
    reached = {t.value for t in targets}
    for target in targets:
        unreached = sorted(str(s) for s in states - reached)
        near = difflib.get_close_matches(str(target.value), unreached, 1, _NEAR)
        if target.value not in states and near:
            yield module.finding(
                RULE,
                target,
                f"{name} knows no state {target.value!r}, and nothing leads to {near[0]!r}",
                evidence={"target": target.value, "nearest": near[0]},
            )
