"""A module of helpers that have nothing in common but their file.

Finds modules called ``utils``, ``helpers``, ``common`` and the like whose functions belong to
four or more different concerns (text, mail, database, money, time...). Everything ends up depending
on such a file, so every program loads all of its imports, and nobody finds what is already there.

Move each function to the module that owns its concern and name that module after it.

Leave it when the helpers all serve one concern and only the name is poor.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.concerns import concerns_of, distinct_owners
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("util-grab-bag", Category.ARCHITECTURE, confidence=0.8)

_MIXED = '''
"""Odds and ends."""  # <--

import re
import smtplib
import sqlite3
import subprocess
from decimal import Decimal

def words(text):
    return re.findall("[a-z]+", text)

def mail(text):
    smtplib.SMTP("mail", timeout=5).sendmail("a@example.org", "b@example.org", text)

def rows():
    return sqlite3.connect("zoo.db").execute("SELECT 1").fetchall()

def cents(text):
    return Decimal(text) * 100

def version():
    return subprocess.run(["git", "describe"], check=True, timeout=5)
'''

BAD = (
    Example(
        '''
"""Bits."""  # <--

import re
import hashlib
from datetime import timedelta
from decimal import Decimal

def words(text):
    return re.findall("[a-z]+", text)

def digest(data):
    return hashlib.sha256(data).hexdigest()

def week(day):
    return day + timedelta(days=7)

def cents(text):
    return Decimal(text) * 100

def halves(items):
    return items[: len(items) // 2], items[len(items) // 2 :]

def red(colour):
    return int(colour[1:3], 16)

def initials(name):
    return re.sub("[a-z ]", "", name)
''',
        path="zoo/helpers.py",
    ),
    Example(_MIXED, path="zoo/utils.py"),
    Example(_MIXED, path="zoo/shared/helpers.py"),
)

GOOD = (
    Example(
        '''
"""Text helpers."""

import re
import unicodedata

def words(text):
    return re.findall("[a-z]+", text)

def plain(text):
    return unicodedata.normalize("NFKD", text)

def first(text):
    return words(text)[0]

def short(text):
    return text[:80]

def title(text):
    return plain(text).title()
''',
        path="zoo/helpers.py",
    ),
    Example(_MIXED.replace("# <--", ""), path="zoo/nightly.py"),
)

_NAME = re.compile(r"(^|_)(utils?|utilities|helpers?|common|misc|tools|shared|stuff|functions)$")
_CONCERNS = 4
_FUNCTIONS = 5
_HEAVY = 2
_MANY = 7  # so many strangers are a grab-bag even when each is small


def check(module: Module) -> Iterator[Finding]:
    """Report grab-bags by name and content."""
    name = module.path.rpartition("/")[2].removesuffix(".py")
    if module.is_test or not _NAME.search(name.lower()):
        return
    functions = [
        n for n in module.tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    if len(functions) < _FUNCTIONS:
        return
    owners = distinct_owners({f.name: concerns_of(f, module, light=True) for f in functions})
    heavy = distinct_owners({f.name: concerns_of(f, module) for f in functions})
    if len(owners) < _CONCERNS:
        return
    if len(heavy) < _HEAVY and (len(functions) < _MANY or _work_together(functions)):
        return
    first = module.span(module.tree.body[0])
    end = module.span(functions[-1])
    yield module.finding(
        RULE,
        Span(first.line, first.column, end.end_line, end.end_column),
        f"the functions of this module serve {len(owners)} unrelated concerns "
        f"({', '.join(sorted(owners))}); move each to the module that owns its concern",
        evidence={"concerns": owners},
    )


def _work_together(functions: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> bool:
    """Whether any of them uses another."""
    names = {f.name for f in functions}
    return any(
        isinstance(n, ast.Name) and n.id in names
        for f in functions
        for n in ast.walk(f)
        if n is not f
    )
