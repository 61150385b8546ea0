"""Evaluates a step in the module's namespace, and tells what came of it."""

import ast
import asyncio
import inspect
import time
from types import CodeType
from typing import Any

from .module_under_test import ModuleUnderTest
from .report import MESSAGE, raised, returned, shortened
from .sweep import sweep

_HELPER = "__arguments_of_the_call__"


def evaluate(module: ModuleUnderTest, step: "dict[str, Any]") -> "dict[str, Any]":
    """The step's outcome as plain data."""
    started = time.perf_counter()
    try:
        namespace = module.load().__dict__
    except BaseException as error:  # noqa: BLE001 (also SystemExit is an outcome)
        return _failed("import-failed", error, module.file, started)
    if step["setup"]:
        namespace = dict(namespace)  # what it binds is not what the module's functions see
    try:
        for index, statement in enumerate(step["setup"]):
            code = compile(statement, f"<setup {index + 1}>", "exec")
            exec(code, namespace)  # noqa: S102 (what this process is for)
        if step["check"] is None:
            result, bound = _value(step["expression"], namespace), None
        else:
            result, bound = _call(step["expression"], namespace)
    except BaseException as error:  # noqa: BLE001 (also SystemExit is an outcome)
        return _failed("raised", error, module.file, started)
    outcome = {**returned(result), "elapsed_ms": _ms_since(started)}
    if step["calls"]:
        outcome["calls"] = sweep(step, namespace, module.file)
    if bound is not None:
        outcome.update(_check(step["check"], {**namespace, **bound, "result": result}))
    return outcome


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _value(expression: str, namespace: "dict[str, Any]") -> Any:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(expression.strip(), "<expression>", "eval", flags)
    return _awaited(_run(code, namespace))


def _run(code: CodeType, namespace: "dict[str, Any]") -> Any:
    return eval(code, namespace)  # noqa: S307 (what this process is for)


def _awaited(value: Any) -> Any:
    while inspect.iscoroutine(value):
        value = asyncio.run(value)
    return value


def _call(expression: str, namespace: "dict[str, Any]") -> "tuple[Any, dict[str, Any]]":
    """Evaluate function and arguments once, call, and tell which parameter got what."""
    call = ast.parse(expression.strip(), "<expression>", "eval").body
    if isinstance(call, ast.Await):
        call = call.value
    if not isinstance(call, ast.Call):
        raise TypeError("a check needs an expression that is a call")
    function = _run(compile(ast.Expression(call.func), "<expression>", "eval"), namespace)
    collect = ast.Expression(ast.Call(ast.Name(_HELPER, ast.Load()), call.args, call.keywords))
    ast.fix_missing_locations(collect)
    scope = {**namespace, _HELPER: lambda *args, **kwargs: (args, kwargs)}
    args, kwargs = _run(compile(collect, "<expression>", "eval"), scope)
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
    except (TypeError, ValueError):  # no signature to be had, or the call is about to fail
        arguments = {}
    return _awaited(function(*args, **kwargs)), arguments


def _check(expression: str, namespace: "dict[str, Any]") -> "dict[str, Any]":
    try:
        return {"holds": bool(_value(expression, namespace))}
    except BaseException as error:  # noqa: BLE001 (also SystemExit is an outcome)
        return {"message": f"the check raised {type(error).__name__}: {shortened(error)}"[:MESSAGE]}


def _failed(kind: str, error: BaseException, file: str, started: float) -> "dict[str, Any]":
    return {**raised(error, file), "kind": kind, "elapsed_ms": _ms_since(started)}
