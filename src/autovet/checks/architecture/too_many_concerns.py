"""One class, or one module, does the work of several unrelated ones.

Finds classes whose methods, and functions whose lines, belong to four or more unrelated concerns
(database, mail, markup, tables, remote calls, payments...). Such code changes for every reason there
is, and no part of it can be used or tested without the libraries of all the others.

Give every concern a class or module of its own and keep only the coordination here.

Leave it in a script that does its whole job in one file.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.concerns import concerns_of, distinct_owners, imported_concerns
from autovet.checks.vocabulary.project_classes import methods_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("too-many-concerns", Category.ARCHITECTURE, confidence=0.8)

BAD = (
    """
import csv
import smtplib
import sqlite3
import requests
from jinja2 import Template

class Zoo:  # <--
    def load(self, path):
        with open(path) as source:
            return list(csv.reader(source))

    def store(self, rows):
        sqlite3.connect("zoo.db").executemany("INSERT INTO animals VALUES (?, ?)", rows)

    def page(self, rows):
        return Template("{{ rows }}").render(rows=rows)

    def announce(self, text):
        smtplib.SMTP("mail", timeout=5).sendmail("zoo@example.org", "all@example.org", text)

    def weather(self):
        return requests.get("https://weather.example", timeout=5).json()
""",
    """
import csv
import smtplib
import sqlite3
from jinja2 import Template

def nightly(path, address):  # <--
    with open(path) as source:
        rows = list(csv.reader(source))
    sqlite3.connect("zoo.db").executemany("INSERT INTO animals VALUES (?, ?)", rows)
    page = Template("{{ rows }}").render(rows=rows)
    smtplib.SMTP("mail", timeout=5).sendmail("zoo@example.org", address, page)
""",
    """
import hashlib
import smtplib
import subprocess
from PIL import Image
import stripe

class Shop:  # <--
    def login(self, password):
        return hashlib.scrypt(password, salt=b"1", n=2, r=8, p=1)

    def pay(self, cents):
        return stripe.Charge.create(amount=cents)

    def thumbnail(self, path):
        Image.open(path).thumbnail((10, 10))

    def mail(self, text):
        smtplib.SMTP("mail", timeout=5).sendmail("a@example.org", "b@example.org", text)
""",
)

GOOD = (
    """
import csv
import sqlite3

class Animals:
    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection

    def load(self, path):
        with open(path) as source:
            self.add(csv.reader(source))

    def add(self, rows):
        self._connection.executemany("INSERT INTO animals VALUES (?, ?)", rows)

    def all(self):
        return self._connection.execute("SELECT * FROM animals").fetchall()

    def count(self):
        return self._connection.execute("SELECT count(*) FROM animals").fetchone()[0]
""",
    """
class Opening:
    def __init__(self, reader, store, mailer, page):
        self._reader, self._store, self._mailer, self._page = reader, store, mailer, page

    def run(self, path):
        rows = self._reader.read(path)
        self._store.save(rows)
        self._mailer.send(self._page.render(rows))
""",
)

_CLASS_LIMIT = 4
_MODULE_LIMIT = 5
_FEWEST_FUNCTIONS = 6
_UNIMPORTED = 2  # a client or connection that is passed in shows without an import


def check(module: Module) -> Iterator[Finding]:
    """Report classes and modules with unrelated concerns."""
    if module.is_test or len(imported_concerns(module)) < _CLASS_LIMIT - _UNIMPORTED:
        return
    for owner in module.nodes(ast.ClassDef):
        methods = methods_of(owner)
        owners = distinct_owners({n: concerns_of(m, module) for n, m in methods.items()})
        if len(owners) >= _CLASS_LIMIT:
            yield module.finding(
                RULE,
                owner,
                f"{owner.name} mixes {len(owners)} unrelated concerns ({', '.join(sorted(owners))}); "
                "give each a class of its own and keep the coordination here",
                evidence={"concerns": owners},
            )
    for function in module.functions:
        concerns = concerns_of(function, module) if function.name != "main" else frozenset()
        if len(concerns) >= _CLASS_LIMIT:
            yield module.finding(
                RULE,
                function,
                f"{function.name}() mixes {len(concerns)} unrelated concerns "
                f"({', '.join(sorted(concerns))}); leave each to a function or class of its own",
                evidence={"concerns": sorted(concerns)},
            )
    yield from _whole_module(module)


def _whole_module(module: Module) -> Iterator[Finding]:
    functions = {
        n.name: n
        for n in module.tree.body
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name != "main"
    }
    if len(functions) < _FEWEST_FUNCTIONS or "__main__" in module.text:
        return
    owners = distinct_owners({n: concerns_of(f, module) for n, f in functions.items()})
    if len(owners) >= _MODULE_LIMIT:
        yield module.finding(
            RULE,
            module.tree.body[0],
            f"this module mixes {len(owners)} unrelated concerns ({', '.join(sorted(owners))}); give "
            "each a module of its own",
            evidence={"concerns": owners},
        )
