"""A command is run and nobody would notice that it failed.

Finds ``subprocess.run`` and ``subprocess.call`` without ``check``, and ``os.system``, in statements
that drop the result.

When the command ends with an error, the code goes on as if it had worked: the image that was not
built is pushed, the dump that is empty replaces yesterday's.

Pass ``check=True``, or look at the return code. ``check=False`` says that failure does not matter.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("command-failure-unnoticed", Category.CODE_QUALITY, confidence=0.8, cwe=252)

BAD = (
    """
import subprocess

def dumped(database, target):
    subprocess.run(["pg_dump", "--file", target, database])  # <--
    return target
""",
    """
import os
from subprocess import call

def installed(folder):
    call(["make", "-C", folder])  # <--
    os.system("make install")  # <--
    return True
""",
)

GOOD = (
    """
import subprocess

def dumped(database, target):
    subprocess.run(["pg_dump", "--file", target, database], check=True)
    subprocess.run(["sync"], check=False)
    done = subprocess.run(["ls", target], capture_output=True)
    return done.returncode == 0
""",
    """
import os
import subprocess

def cleared(viewer, address):
    os.system("clear")
    subprocess.run([viewer, address], **{"check": True})
    os.system("cls" if os.name == "nt" else "clear")
    subprocess.call(["stty", "sane"])
""",
)

_RUNNING = frozenset({"subprocess.run", "subprocess.call", "os.system"})
# what changes only how the terminal looks or sounds, or ends what may be gone
_HARMLESS = frozenset({"clear", "cls", "stty", "tput", "reset", "title", "color", "say", "afplay", "xdg-open", "open", "start", "notify-send", "pkill", "killall", "kill", "chcp"})  # fmt: skip


def check(statement: ast.Expr, module: Module) -> Iterator[Finding]:
    """Report the dropped result."""
    call = statement.value
    if not isinstance(call, ast.Call) or module.is_test:
        return
    name = module.qualified(call.func)
    if name not in _RUNNING or any(k.arg in {"check", None} for k in call.keywords):
        return
    words = _programs(call, module)
    if words and all(word in _HARMLESS for word in words):
        return
    fix = None
    if name == "subprocess.run":
        span = module.span(call)
        before = module.segment(call)[:-1].rstrip()
        glue = " " if before.endswith(",") else ", "
        end = Span(span.end_line, span.end_column - 1, span.end_line, span.end_column - 1)
        fix = Fix((Edit(end, f"{glue}check=True"),), "raise an error when the command fails")
    yield module.finding(
        RULE,
        call,
        f"{name}() says only in its result that the command failed, and the result is dropped; use "
        "subprocess.run(..., check=True)",
        evidence={"call": name},
        fix=fix,
        severity=None if all(words) else Severity.INFO,
    )


def _programs(call: ast.Call, module: Module) -> list[str]:
    """The programs that may run, by name; empty text for one that is known only at run time."""
    if not call.args:
        return [""]
    given = module.assigned(call.args[0]) or call.args[0]
    words = []
    for command in [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]:
        first = next(iter(getattr(command, "elts", ())), command)
        if isinstance(first, ast.JoinedStr) and first.values:
            first = first.values[0]
        if isinstance(first, ast.Attribute) and module.qualified(first) == "sys.executable":
            words.append("python")
        else:
            text = str(first.value) if isinstance(first, ast.Constant) else ""
            words.append(next(iter(text.split()), ""))
    return words
