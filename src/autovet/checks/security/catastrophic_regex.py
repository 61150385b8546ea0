"""A regular expression takes exponential time on some texts.

Finds patterns in which the same text can be matched in many ways inside a repetition, such as a repeated
group that itself ends in a repetition, or alternatives that overlap. On a text that almost matches, the
matcher tries them all: thirty characters can stop a server for hours. The evidence holds such a text.

Write the repetition so that each character can be matched in one way only: separate the parts by a
mandatory character, make alternatives exclude each other, or use atomic groups (``(?>...)``).

Leave it where the text never comes from outside and is always short.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.security.patterns.ambiguity import attack_on
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("catastrophic-regex", Category.SECURITY, confidence=0.9, cwe=1333)

_CALLS = frozenset(f"re.{n}" for n in ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"))  # fmt: skip
_FLAGS = {"I": re.IGNORECASE, "IGNORECASE": re.IGNORECASE, "S": re.DOTALL, "DOTALL": re.DOTALL, "X": re.VERBOSE, "VERBOSE": re.VERBOSE, "M": re.MULTILINE, "MULTILINE": re.MULTILINE}  # fmt: skip

BAD = (
    r"""
import re

LABEL = re.compile(r"^(\w+\s?)*$")  # <--
""",
    r"""
import re

TAGS = re.compile(r"(?:[a-z]+,?)+")  # <--

def valid(text):
    return TAGS.fullmatch(text) or re.search(r"(?:\d+|[0-9a-f])+;", text)  # <--
""",
)

GOOD = (
    r"""
import re

LABEL = re.compile(r"^\w+(?:\s\w+)*\s?$")
NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
DOTTED = re.compile(r"^(?:[a-z]+\.)*[a-z]+$")
""",
    r"""
import re

TAGS = re.compile(r"(?:[a-z]+,?)+")

def first(text):
    quoted = re.match(r'"(?:[^"\\]|\\.)*"', text)
    return TAGS.match(text) or quoted or re.split(r"(?:,\s*)+", text)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report patterns with an attack on them."""
    name = module.qualified(call.func)
    if name not in _CALLS or not call.args or module.is_test:
        return
    pattern = module.assigned(call.args[0]) or call.args[0]
    if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str):
        return
    whole = name == "re.fullmatch" or (name == "re.compile" and _matched_whole(call, module))
    attack = attack_on(pattern.value, _flags(call), whole)
    if attack is None:
        return
    yield module.finding(
        RULE,
        call,
        "the pattern can match the same text in exponentially many ways, so a crafted text hangs the process",
        evidence={"pattern": pattern.value[:200], "attack": attack},
    )


def _matched_whole(call: ast.Call, module: Module) -> bool:
    parent = module.parent(call)
    if isinstance(parent, ast.Attribute):
        return parent.attr == "fullmatch"
    if not isinstance(parent, (ast.Assign, ast.AnnAssign)):
        return False
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    names = {t.id for t in targets if isinstance(t, ast.Name)}
    return any(
        a.attr == "fullmatch" and isinstance(a.value, ast.Name) and a.value.id in names
        for a in module.nodes(ast.Attribute)
    )


def _flags(call: ast.Call) -> int:
    found = 0
    for argument in [*call.args[1:], *(k.value for k in call.keywords if k.arg == "flags")]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Attribute):
                found |= _FLAGS.get(node.attr, 0)
    return found
