"""A command line is put together as text and split into words again.

Finds ``shlex.split`` or ``.split()`` of text into which values were joined, where the words then run as a
program. A value with a space becomes several arguments, and one such as ``-exec`` becomes an option: no shell
is needed for an attacker to have another command run.

Build the list of arguments at once, each value an element of its own, with ``--`` before file names.

Leave it where the text is a command that the user typed and means.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import argument
from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("command-split-from-text", Category.SECURITY, confidence=0.75, cwe=88)

_RUNS = frozenset(f"subprocess.{n}" for n in ("run", "call", "check_call", "check_output", "Popen"))
_QUOTES = frozenset({"shlex.quote", "pipes.quote", "shlex.join", "builtins.int", "builtins.len"})

BAD = (
    """
import shlex
import subprocess

def sizes(folder):
    return subprocess.run(shlex.split(f"du -s {folder}"), check=True)  # <--
""",
    """
import subprocess

def archive(name, target):
    command = "tar -cf " + target + " " + name
    subprocess.check_call(command.split())  # <--
""",
)

GOOD = (
    """
import shlex
import subprocess

def sizes(folder, depth: int):
    subprocess.run(shlex.split(f"du -s {shlex.quote(folder)}"), check=True)
    subprocess.run(shlex.split("du -s --max-depth=1 /srv"), check=True)
    return subprocess.run(["du", "-s", "--", folder], check=True)
""",
    """
import shlex
import subprocess

TOOL = "tar -cf"

def archive(command, name):
    subprocess.check_call(shlex.split(command))
    subprocess.check_call([*f"{TOOL} all.tar".split(), name])
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report commands that are split after values went in."""
    if called_name(call, module) not in _RUNS or module.is_test:
        return
    given = argument(call, 0, "args")
    words = module.assigned(given) or given if given is not None else None
    if not isinstance(words, ast.Call):
        return
    if module.qualified(words.func) == "shlex.split":
        text = argument(words, 0, "s")
    elif isinstance(words.func, ast.Attribute) and words.func.attr == "split" and not words.args:
        text = words.func.value
    else:
        return
    value = _joined_in(text, module)
    if value is not None:
        yield module.finding(
            RULE,
            call,
            f"{module.segment(value)[:40]!r} is joined into the command before it is split, so a space in it makes new arguments; build the list at once",
            evidence={"value": module.segment(value)[:80]},
        )


def _joined_in(text: ast.expr | None, module: Module) -> ast.expr | None:
    """The first value in a composed text that can hold a space."""
    if isinstance(text, ast.Name):
        text = _last_assigned(text, module)
    if isinstance(text, ast.JoinedStr):
        parts: list[ast.expr] = [v.value for v in text.values if isinstance(v, ast.FormattedValue)]
    elif isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        parts = [p for p in _terms(text) if not isinstance(p, ast.Constant)]
    elif isinstance(text, ast.BinOp) and isinstance(text.op, ast.Mod):
        parts = text.right.elts if isinstance(text.right, ast.Tuple) else [text.right]
    elif isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) and text.func.attr == "format" and isinstance(text.func.value, ast.Constant):  # fmt: skip
        parts = [*text.args, *(k.value for k in text.keywords)]
    else:
        return None
    return next((p for p in parts if not _is_tame(p, module)), None)


def _last_assigned(name: ast.Name, module: Module) -> ast.expr | None:
    """What the nearest binding above gives to a name; None where it is no plain assignment."""
    scope = module.scopes.of(name).lookup(name.id)
    bound = scope.bindings[name.id] if scope else []
    above = [b for b in bound if isinstance(b, (ast.Name, ast.arg)) and b.lineno < name.lineno]
    statement = module.parent(max(above, key=lambda b: b.lineno)) if above else None
    return statement.value if isinstance(statement, ast.Assign) else None


def _terms(node: ast.expr) -> Iterator[ast.expr]:
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield node.right
        node = node.left
    yield node


def _is_tame(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.Call):
        return module.qualified(node.func) in _QUOTES
    constant = module.assigned(node) or node
    return isinstance(constant, ast.Constant) or (isinstance(node, ast.Attribute) and module.qualified(node) == "sys.executable")  # fmt: skip
