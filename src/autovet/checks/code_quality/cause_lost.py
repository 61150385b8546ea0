"""An error that is raised in a handler and does not say what caused it.

Finds handlers that raise an exception of the project's own where the text, the arguments and ``from``
all leave out the error that was caught, or where only its text is taken over from an error that tells
more than its text: of a database, a request, the operating system.

The log shows "During handling of the above exception, another exception occurred", as if the handler
itself had failed, and the caller cannot get at the cause.

Write ``raise NewError(...) from error``; write ``from None`` where the cause would only confuse.
"""

import ast
import builtins
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_statements
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("cause-lost", Category.CODE_QUALITY, confidence=0.8)

_PLAIN = frozenset({
    "SystemExit", "KeyboardInterrupt", "StopIteration", "StopAsyncIteration", "AttributeError", "KeyError", "IndexError",
    "NotImplementedError", "AssertionError", "GeneratorExit",
})  # fmt: skip
_TELLING = frozenset({
    "Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "SubprocessError", "CalledProcessError", "SQLAlchemyError",
    "IntegrityError", "DatabaseError", "RequestException", "HTTPError", "HTTPStatusError", "RequestError", "ClientError",
    "ConnectionError", "JSONDecodeError", "TOMLDecodeError", "YAMLError", "ParseError", "SSLError", "BotoCoreError", "ValidationError",
})  # fmt: skip
_TO_PEOPLE = ("HTTP", "Exit", "Abort", "Usage", "BadParameter", "Click", "ArgumentType", "CommandError", "Http404", "Skip", "NotFound", "Redirect")  # fmt: skip

BAD = (
    """
class BadRecord(Exception):
    pass

def parse(line):
    try:
        return int(line.split(";")[2])
    except OSError:
        raise BadRecord("cannot read the record")  # <--
""",
    """
def load(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise RuntimeError(f"no settings at {path}")  # <--

def stored(connection, name):
    try:
        connection.execute("INSERT INTO names VALUES (?)", (name,))
    except IntegrityError as error:
        raise NameTaken(f"{name}: {error}")  # <--
""",
)

GOOD = (
    """
class BadRecord(Exception):
    pass

def parse(line):
    try:
        return int(line)
    except ValueError as error:
        raise BadRecord("cannot read the record") from error

def quiet(line):
    try:
        return int(line)
    except ValueError:
        raise BadRecord("cannot read the record") from None
""",
    """
from fastapi import HTTPException

class Lazy:
    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name)

def item(store, key):
    try:
        return store[key]
    except KeyError:
        raise HTTPException(status_code=404)

def translated(connection, name):
    try:
        connection.execute("INSERT INTO names VALUES (?)", (name,))
    except IntegrityError as error:
        raise NameTaken(name, error)

def told(line):
    try:
        return int(line)
    except ValueError as error:
        raise RuntimeError(f"bad line: {error}")

def plain(line):
    try:
        return int(line)
    except ValueError:
        raise BadRecord("cannot read the record")

def again(line):
    try:
        return int(line)
    except ValueError:
        raise
""",
)


def check(handler: ast.ExceptHandler, module: Module) -> Iterator[Finding]:
    """Report the ``raise``."""
    if module.is_test or handler.type is None or not _tells_much(handler):
        return
    for statement in own_statements(handler.body):
        if not isinstance(statement, ast.Raise) or statement.cause is not None:
            continue
        made = statement.exc
        if not isinstance(made, ast.Call) or _inner_handler(statement, module) is not handler:
            continue
        func = made.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if (
            not name[:1].isupper()
            or name in _PLAIN
            or name.startswith(_TO_PEOPLE)
            or name.endswith(_TO_PEOPLE)
        ):
            continue
        if not made.args:  # an error without a message belongs to a protocol
            continue
        told = handler.name and any(
            isinstance(n, ast.Name) and n.id == handler.name for n in ast.walk(made)
        )
        if told and (not _only_its_text(handler, made) or hasattr(builtins, name)):
            continue
        fix = None
        if handler.name:
            text = f"{module.segment(statement)} from {handler.name}"
            fix = Fix((module.replace(statement, text),), "name the cause")
        yield module.finding(
            RULE,
            statement,
            f"{name} does not say what caused it: raise it 'from' the error that was caught",
            evidence={"raised": name},
            fix=fix,
        )


def _tells_much(handler: ast.ExceptHandler) -> bool:
    """Whether the caught error says more than that something was missing or malformed."""
    if handler.name is not None and handler.name != "_":
        return True
    return bool(_names(handler) & _TELLING)


def _only_its_text(handler: ast.ExceptHandler, made: ast.Call) -> bool:
    """Whether only the text of an error that tells more goes into the text of the new one."""
    texts = [n for a in made.args for n in ast.walk(a) if isinstance(n, ast.FormattedValue)]
    shown = {id(n) for text in texts for n in ast.walk(text)}
    return bool(_names(handler) & _TELLING) and all(
        id(n) in shown for n in ast.walk(made) if isinstance(n, ast.Name) and n.id == handler.name
    )


def _names(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {last_name(k) for k in kinds if k is not None}


def _inner_handler(statement: ast.stmt, module: Module) -> ast.ExceptHandler | None:
    return next((a for a in module.ancestors(statement) if isinstance(a, ast.ExceptHandler)), None)
