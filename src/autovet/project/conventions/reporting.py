"""Whether code reports through a logger or prints."""

import ast
import re

from autovet.project.conventions.convention import Observation
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

LOGGER, PRINT = "logger", "print"

_MAKERS = {"logging.getLogger", "structlog.get_logger", "structlog.getLogger", "logging.getChild",
           "loguru.logger", "celery.utils.log.get_task_logger"}  # fmt: skip
_TRACES = {"traceback.print_exc", "traceback.print_exception"}
_LEVELS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "success"}
_NAMES = {"logger", "log", "_logger", "_log", "LOGGER", "LOG"}
# functions whose business is the terminal
_TERMINAL = re.compile(
    r"main|cli|run_cli|_?(print|show|display|dump|usage|render|report|echo|prompt|confirm|draw|output|banner)"
)
_TERMINAL_FILE = re.compile(
    r"(^|/)(__main__|cli|console|main|manage|setup|conftest|commands?|demo\w*|example\w*)\.py$|(^|/)(scripts?|tools|examples?|bin|benchmarks?|commands|demos?)/"
)


@by_module
def reports(module: Module) -> tuple[Observation, ...]:
    """The calls to loggers, and the prints outside code whose business is the terminal."""
    found: list[Observation] = []
    terminal = bool(_TERMINAL_FILE.search(module.path)) or module.is_test
    for call in module.nodes(ast.Call):
        function = call.func
        if isinstance(function, ast.Name) and function.id == "print":
            if (
                not terminal
                and module.qualified(function) == "builtins.print"
                and _reports(call, module)
            ):
                found.append(Observation(PRINT, call))
        elif (
            isinstance(function, ast.Attribute)
            and function.attr in {"print_exc", "print_exception"}
            and not terminal
            and module.qualified(function) in _TRACES
            and _reports(call, module)
        ):
            found.append(Observation(PRINT, call))
        elif (
            isinstance(function, ast.Attribute)
            and function.attr in _LEVELS
            and _is_logger(function.value, module)
        ):
            found.append(Observation(LOGGER, call))
    return tuple(found)


def own_logger(module: Module) -> str | None:
    """The name of the logger that the module keeps at its top level."""
    for name, bindings in module.scopes.module.bindings.items():
        for binding in bindings:
            parent = module.parent(binding)
            value = getattr(parent, "value", None)
            if isinstance(value, ast.Call) and module.qualified(value.func) in _MAKERS:
                return name
        if module.scopes.module.imports.get(name) == "loguru.logger":
            return name
    return None


def _is_logger(receiver: ast.expr, module: Module) -> bool:
    if isinstance(receiver, ast.Attribute):
        return receiver.attr in _NAMES
    if not isinstance(receiver, ast.Name):
        return False
    return receiver.id in _NAMES or module.qualified(receiver) == "logging"


def _reports(call: ast.Call, module: Module) -> bool:
    """Whether a print is a report: not to a chosen stream, not in a function for the terminal."""
    if not call.args and isinstance(call.func, ast.Name):
        return False
    function = module.function_of(call)
    stream = next((k.value for k in call.keywords if k.arg == "file"), None)
    if stream is not None and (
        module.qualified(stream) != "sys.stderr" or function is None or _ends(function, module)
    ):
        return False
    if any(isinstance(a, ast.If) and _is_main(a.test) for a in module.ancestors(call)):
        return False
    if function is None or _TERMINAL.match(function.name):
        return False
    if any(_is_command(decorator) for decorator in function.decorator_list):
        return False
    documentation = ast.get_docstring(function) or ""
    return not re.match(
        r"\s*(print|show|display|write|echo|output|list)\b", documentation, re.IGNORECASE
    )


def _ends(function: FunctionNode, module: Module) -> bool:
    """Whether a function ends the program, or reports to a logger beside the stream."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _LEVELS and _is_logger(node.func.value, module):
                return True
            if node.func.attr in {"exit", "_exit"}:
                return True
        elif isinstance(node, ast.Name) and node.id in {"SystemExit", "exit", "quit"}:
            return True
    return False


def _is_main(test: ast.expr) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(test))


def _is_command(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name in {"command", "group", "callback", "argument", "option", "cli", "task"}
