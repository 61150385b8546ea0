"""A function by itself: what its parameters allow is told, at a lower confidence."""

import pytest

from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.checks.security.taint.relevance import is_fragment
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.parsing import parse_module

CHECKS = [c for c in all_checks() if c.rule.category == "security" and "knowledge" not in c.wants]

# name: (rule, what it says, the way closed)
TWINS = {
    "returned markup": (
        "cross-site-scripting",
        "def card(guest):\n    return '<p class=card>' + guest + '</p>'\n",
        "def card(guest):\n    return '<p class=card>' + html.escape(guest) + '</p>'\n",
    ),
    "markup of a record": (
        "cross-site-scripting",
        "def row(dish: dict):\n    return f'<td>{dish[\"name\"]}</td>'\n",
        "def row(dish: dict):\n    return f'<td>{int(dish[\"price\"])}</td>'\n",
    ),
    "a file in a folder": (
        "path-traversal",
        "def menu(day_name):\n    return open(os.path.join('menus', day_name)).read()\n",
        "def menu(day_name):\n    return open(os.path.join('menus', os.path.basename(day_name))).read()\n",
    ),
    "a file in a given folder": (
        "path-traversal",
        "def menu(menus, day_name):\n    with open(os.path.join(menus, day_name)) as f:\n        return f.read()\n",
        ("def menu(menus, day_name):\n    place = os.path.realpath(os.path.join(menus, day_name))\n"
        "    if not place.startswith(os.path.realpath(menus) + os.sep):\n        raise ValueError(day_name)\n"
        "    with open(place) as f:\n        return f.read()\n"),
    ),
    "a fixed file in a given folder": (
        "path-traversal",
        "def menu(menus, day_name):\n    return (Path(menus) / day_name).read_text()\n",
        "def menu(menu_dir):\n    return (Path(menu_dir) / 'today.txt').read_text()\n",
    ),
    "an expression": (
        "code-injection",
        "def bill(formula):\n    return eval(formula)\n",
        "def bill(formula):\n    return ast.literal_eval(formula)\n",
    ),
    "a cookie": (
        "unsafe-deserialization",
        "def cart(cookie):\n    return pickle.loads(base64.b64decode(cookie))\n",
        "def cart(cookie):\n    return json.loads(base64.b64decode(cookie))\n",
    ),
    "a file of the caller's": (
        "unsafe-deserialization",
        "def orders(file_name):\n    with open(file_name, 'rb') as f:\n        return pickle.load(f)\n",
        "def orders():\n    with open('orders.bin', 'rb') as f:\n        return pickle.load(f)\n",
    ),
    "a command": (
        "command-injection",
        "def serve(order):\n    return os.popen(order).read()\n",
        "def serve(order):\n    return subprocess.run(shlex.split(order), capture_output=True)\n",
    ),
    "a path into a document": (
        "xpath-injection",
        "def waiter(tree, code):\n    return tree.xpath(\"//waiter[@code='\" + code + \"']\")\n",
        "def waiter(tree, code):\n    return tree.xpath('//waiter[@code=$code]', code=code)\n",
    ),
    "a function that sends statements": (
        "sql-injection",
        "def dish(name):\n    return query_db(\"SELECT price FROM dishes WHERE name = '%s'\" % name)\n",
        "def dish(name):\n    return query_db('SELECT price FROM dishes WHERE name = ?', [name])\n",
    ),
    "text() of nowhere": (
        "sql-injection",
        "def drop(session, dish):\n    session.execute(text(f\"DELETE FROM dishes WHERE name = '{dish}'\"))\n",
        "def drop(session, dish):\n    session.execute(text('DELETE FROM dishes WHERE name = :d'), {'d': dish})\n",
    ),
}  # fmt: skip


def findings(code: str, path: str) -> list[Finding]:
    module = parse_module(path, code)
    assert isinstance(module, Module)
    reports, runs = run_checks(CHECKS, module, Project(Context(path=path)), None)  # type: ignore[arg-type]  # no check here asks for knowledge
    assert not [r for r in runs if r.error]
    return [r for r in reports if isinstance(r, Finding) and r.severity != Severity.INFO]


@pytest.mark.parametrize("name", TWINS)
def test_a_fragment_is_told_from_its_safe_twin(name: str) -> None:
    rule, bad, good = TWINS[name]
    path = Context().path
    found = [f for f in findings(bad, path) if f.rule == rule]
    assert [f.severity for f in found] == [Severity.WARNING]
    assert found[0].confidence <= 0.7
    assert [f.rule for f in findings(good, path)] == []


@pytest.mark.parametrize("name", ["a file in a folder", "an expression", "returned markup"])
def test_in_a_module_of_a_project_parameters_are_the_callers_matter(name: str) -> None:
    code = "import ast, html, os\n\n\n" + TWINS[name][1]
    assert findings(code, "kitchen/menus.py") == []


@pytest.mark.parametrize(
    ("code", "path", "expected"),
    [
        ("def f(x):\n    return x\n", "a.py", True),
        ("import os\ndef f(x):\n    return x\n", "a.py", False),
        ("import os\ndef f(x):\n    return x\n", "snippet.py", True),
        ("class A:\n    def f(self):\n        return 1\n", "snippet.py", False),
        ("def f(x):\n    return x\n\nprint(f(1))\n", "snippet.py", False),
        ("x = 1\n", "snippet.py", False),
    ],
)
def test_what_is_a_fragment(code: str, path: str, expected: bool) -> None:
    module = parse_module(path, code)
    assert module is not None
    assert is_fragment(module) is expected
