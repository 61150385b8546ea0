"""Which exceptions are mistakes of the code rather than its answer to an odd input."""

import ast
from collections.abc import Iterator

from autovet.domain.execution import CallOutcome, StepOutcome
from autovet.domain.probe import Probe
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
_ON_EMPTY = ("empty sequence", "is empty", "iterable argument is empty", "at least one data point")


class Crashes:
    """Judges exceptions by the statement of the code that raised them."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._functions = {f.name: f for f in module.tree.body if isinstance(f, ast.FunctionDef)}

    def counts(self, probe: Probe, outcome: CallOutcome | StepOutcome) -> bool:
        """Whether the exception says that something is wrong with the code.

        What a ``raise`` or ``assert`` says is an answer. So are a division by what the caller
        passed, a look-up of a key or an index that the caller passed, and whatever a text in the
        wrong format leads to.
        """
        statement = self._statement(outcome.line)
        if isinstance(statement, ast.Assert) and outcome.error == "AssertionError":
            return self._is_about_the_result(statement)
        if statement is None or isinstance(statement, (ast.Raise, ast.Assert)):
            return False
        if probe.tag == "called":
            return outcome.error != "AssertionError" and outcome.error in _ANY
        return self._is_mistake(probe, outcome, statement)

    def is_of_its_own(self, outcome: CallOutcome | StepOutcome) -> bool:
        """Whether no relation among inputs that nobody states explains the exception.

        An index is of the code's own making where it counts up to the length of what it indexes.
        """
        statement = self._statement(outcome.line)
        function = None if statement is None else self._module.function_of(statement)
        if statement is None or function is None:
            return True
        if outcome.error == "ZeroDivisionError":
            return len(_names(function)) == 1
        if outcome.error != "IndexError":
            return True
        nodes = list(_own_nodes(statement, outcome.line or 0))
        counters = _counters(function)
        return any(
            isinstance(n, ast.Subscript)
            and isinstance(n.value, ast.Name)
            and (used := {m.id for m in ast.walk(n.slice) if isinstance(m, ast.Name)})
            and all(n.value.id in counters.get(name, ()) for name in used)
            for n in nodes
        )

    def _is_mistake(
        self, probe: Probe, outcome: CallOutcome | StepOutcome, statement: ast.stmt
    ) -> bool:
        nodes = list(_own_nodes(statement, outcome.line or 0))
        function = self._module.function_of(nodes[0]) if nodes else None
        if function is None:
            return False
        numbers = _names(function)
        match outcome.error:
            case "UnboundLocalError":
                return True
            case "RecursionError":
                return True
            case "ZeroDivisionError":
                return any(
                    isinstance(n, ast.BinOp)
                    and isinstance(n.op, _DIVISIONS)
                    and not _is_given(n.right, numbers)
                    for n in nodes
                )
            case "IndexError":
                return self._computed_index(nodes, function, probe)
            case "KeyError":
                return len(numbers) == 1 and any(
                    isinstance(n, ast.Subscript) and self._is_made_here(n.value, function)
                    for n in nodes
                )
            case "AttributeError" | "TypeError":
                return probe.tag == "none" and "NoneType" in outcome.message
            case "ValueError" | "StatisticsError":
                return probe.tag == "empty" and any(m in outcome.message for m in _ON_EMPTY)
        return False

    def _is_about_the_result(self, statement: ast.Assert) -> bool:
        """Whether an ``assert`` speaks of what the function is about to return."""
        function = self._module.parent(statement)
        if not isinstance(function, ast.FunctionDef):
            return False
        after = function.body[function.body.index(statement) + 1 :]
        if not after or not all(isinstance(s, (ast.Assert, ast.Return)) for s in after):
            return False
        returned = after[-1].value if isinstance(after[-1], ast.Return) else None
        return isinstance(returned, ast.Name) and any(
            isinstance(n, ast.Name) and n.id == returned.id and n.id not in _names(function)
            for n in ast.walk(statement.test)
        )

    def _statement(self, line: int | None) -> ast.stmt | None:
        found = None
        for node in self._module.nodes(ast.stmt):
            if line is not None and node.lineno <= line <= (node.end_lineno or node.lineno):
                found = node
        return found

    def _computed_index(self, nodes: list[ast.AST], function: FunctionNode, probe: Probe) -> bool:
        """Whether all subscripts that may have failed use an index of the code's own making.

        Of texts only the empty one counts, and only where it is indexed itself.
        """
        subscripts = [
            n for n in nodes if isinstance(n, ast.Subscript) and not isinstance(n.slice, ast.Slice)
        ]
        if "'" in probe.call:
            given = _names(function)
            whole = any(isinstance(n.value, ast.Name) and n.value.id in given for n in subscripts)
            return whole and probe.tag == "empty"
        pops = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr == "pop"]
        # a number beside a sequence may be a position in it
        return bool(subscripts or pops) and not _scalars(function)

    def _is_made_here(self, container: ast.expr, function: FunctionNode) -> bool:
        """Whether it is a mapping that the function itself made, empty or from its input."""
        made = self._module.assigned(container)
        if made is None or self._module.function_of(made) is not function:
            return False
        if isinstance(made, ast.Dict):
            return not made.keys
        return isinstance(made, ast.Call) and ast.unparse(made.func) == "dict" and not made.args


_ANY = frozenset({
    "ZeroDivisionError", "IndexError", "KeyError", "AttributeError", "TypeError",
    "RecursionError", "UnboundLocalError", "NameError", "ValueError", "StatisticsError",
    "OverflowError",
})  # fmt: skip


def _own_nodes(statement: ast.stmt, line: int) -> Iterator[ast.AST]:
    """The nodes of a statement that stand on its failing line, or all of them where none does."""
    bodies = {"body", "orelse", "finalbody", "handlers"}
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        first, last = getattr(node, "lineno", line), getattr(node, "end_lineno", line)
        if node is not statement and isinstance(node, ast.expr) and first <= line <= last:
            yield node
        for name, value in ast.iter_fields(node):
            if node is statement and name in bodies:
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [child for child in children if isinstance(child, ast.AST)]


def _counters(function: FunctionNode) -> dict[str, set[str]]:
    """Loop variables, each with the names up to whose length it counts."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            measured = {
                argument.id
                for call in ast.walk(node.iter)
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "len"
                for argument in call.args
                if isinstance(argument, ast.Name)
            }
            found.setdefault(node.target.id, set()).update(measured)
    return found


def _names(function: FunctionNode) -> frozenset[str]:
    arguments = function.args
    return frozenset(
        a.arg
        for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        if a.arg != "self"
    )


def _scalars(function: FunctionNode) -> frozenset[str]:
    """The parameters that are used as a number: never measured, iterated or indexed."""
    taken: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Call(
                func=ast.Name(id="len" | "enumerate" | "zip" | "sorted" | "sum"), args=args
            ):
                taken |= {a.id for a in args if isinstance(a, ast.Name)}
            case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                taken.add(name)
            case ast.Subscript(value=ast.Name(id=name)):
                taken.add(name)
    return _names(function) - taken


def _is_given(node: ast.AST, names: frozenset[str]) -> bool:
    """Whether it is a parameter itself, or a plain part or conversion of one."""
    while True:
        match node:
            case ast.Name(id=name):
                return name in names
            case ast.Attribute(value=inner) | ast.UnaryOp(operand=inner):
                node = inner
            case ast.Call(func=ast.Name(id="float" | "int" | "abs" | "Decimal"), args=[inner]):
                node = inner
            case _:
                return False
