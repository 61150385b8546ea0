"""The flows of one module, worked out once and shared by all checks that ask."""

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary, ref

from autovet.checks.security.taint.analysis import ModuleAnalysis
from autovet.checks.security.taint.binding import Arguments
from autovet.checks.security.taint.environment import Environment
from autovet.checks.security.taint.frame import CutShortError, Hit
from autovet.checks.security.taint.interpreter import Interpreter
from autovet.checks.security.taint.program import Program
from autovet.checks.security.taint.relevance import (
    hears_from_outside,
    is_fragment,
    may_recognise_by_draws,
    relevant_functions,
    sink_calls,
)
from autovet.checks.security.taint.values import steps_of
from autovet.checks.vocabulary.web_handlers import routes_of
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode


@dataclass(frozen=True, slots=True)
class Flows:
    """All flows of a module from untrusted sources to sinks.

    Attributes:
        cut_short: why the analysis did not finish; empty when it did.
        harmless: dangerous calls that are given nothing but constants of the program.
    """

    hits: tuple[Hit, ...]
    cut_short: str = ""
    harmless: tuple[ast.AST, ...] = ()


_remembered: WeakKeyDictionary[Module, tuple[Callable[[], Project | None], Flows]] = WeakKeyDictionary()  # fmt: skip


def flows_of(module: Module, project: Project | None = None) -> Flows:
    """The flows of a module, also those through the project; worked out when first asked for."""
    around = project if project is not None and project.known else None
    known = _remembered.get(module)
    if known is None or known[0]() is not around:
        remember = ref(around) if around is not None else _nothing
        known = _remembered[module] = (remember, _find(module, around))
    return known[1]


def _nothing() -> None:
    return None


def _find(module: Module, project: Project | None) -> Flows:
    program = Program(project)
    relevant = _relevant(module, program)
    if relevant is None:
        return Flows(())
    hits: list[Hit] = []
    cut_short = ""
    try:
        analysis = program.analysis(module)
        hits += analysis.top_hits
        for _ in range(2):
            hits += _run_all(analysis, relevant)
            if not program.changed or program.is_scarce:
                break
            program.forget_runs()
        for user in program.users_of(module):
            hits += (
                h for h in _run_all(program.analysis(user), user.functions) if h.home == module.path
            )
    except CutShortError as error:
        cut_short = f"the flow of untrusted data was not followed to its end: {error}"
    except RecursionError:
        cut_short = "the flow of untrusted data was not followed to its end: code nested too deeply"
    hits = [h for h in hits if not _callers_decide(h, module, program)]
    fixed = () if cut_short else tuple(_harmless(module, program, {h.node for h in hits}))
    return Flows(_distinct(hits), cut_short, fixed)


def _harmless(module: Module, program: Program, reached: set[ast.AST]) -> Iterator[ast.AST]:
    """The calls with constants only, but for those that stand together with one that is reached."""
    around = {a for node in reached for a in module.ancestors(node)}
    for node, is_fixed in program.examined.items():
        if not is_fixed or module.parent(node) is None:  # of another module of the project
            continue
        if node not in around and reached.isdisjoint(module.ancestors(node)):
            yield node


def _run_all(analysis: ModuleAnalysis, relevant: Collection[FunctionNode]) -> list[Hit]:
    hits: list[Hit] = []
    for function in _callees_first(analysis.module, relevant):
        summary = analysis.summary(function)
        found = list(summary.hits) if summary else []
        entry = _entered_through(function, analysis)
        if entry is not None:
            found = [h for h in found if h.taint.origin.kind == "parameter"]
            found += entry
        hits += found
    return hits


def _entered_through(function: FunctionNode, analysis: ModuleAnalysis) -> list[Hit] | None:
    """The flows into a handler that a decorator of the project wraps; None when none does."""
    if not function.decorator_list or analysis.module.function_of(function) is not None:
        return None
    value = analysis.globals.variables.get(function.name)
    wrappers = [c for c in value.callees if c.node is not function] if value else []
    if len(wrappers) != 1 or not routes_of(function, analysis.module):
        return None
    run = Interpreter(analysis, analysis.module.tree, Environment())
    given = analysis.parameters(function)
    run.has_static_route = False
    analysis.program.entering = True
    try:
        outcome = run.invoke(wrappers[0], Arguments((), given), None)
    finally:
        analysis.program.entering = False
    return None if outcome is None else list(run.hits.values())


def _callers_decide(hit: Hit, module: Module, program: Program) -> bool:
    """Whether a hit speaks of a parameter whose values the callers at hand have already shown."""
    if hit.taint.origin.kind != "parameter":
        return False
    step = next(steps_of(hit.taint), None)
    if step is None or step.home != module.path:
        return False
    arguments = module.parent(step.node)
    return arguments is not None and module.parent(arguments) in program.called


def _relevant(module: Module, program: Program) -> Collection[FunctionNode] | None:
    """The functions that can take part in a flow; None when nothing in the module can."""
    models = program.models
    imports = module.scopes.module.imports
    is_open = hears_from_outside(module, models) or program.uses_project(module)
    is_open = is_open or is_fragment(module) or may_recognise_by_draws(module)
    is_open = is_open or bool(program.users_of(module))
    calls = list(sink_calls(module, models, is_open=is_open))
    if is_open:
        roots = {i.partition(".")[0] for i in imports.values()}
        named = any(i.rpartition(".")[2] in models.by_last_name for i in imports.values())
        return module.functions if calls or named or roots & models.roots or not imports else None
    return relevant_functions(module, calls, models) if calls else None


def _callees_first(module: Module, relevant: Collection[FunctionNode]) -> list[FunctionNode]:
    callees: dict[FunctionNode, list[FunctionNode]] = {f: [] for f in module.functions}
    methods = {f.name: f for f in module.functions if isinstance(module.parent(f), ast.ClassDef)}
    for call in module.nodes(ast.Call):
        target = module.definition(call.func) if isinstance(call.func, ast.Name) else None
        if isinstance(call.func, ast.Attribute):
            target = methods.get(call.func.attr)
        if isinstance(target, (ast.FunctionDef, ast.AsyncFunctionDef)):
            caller = module.function_of(call)
            if caller is not None:
                callees[caller].append(target)
    for function in module.functions:
        outer = module.function_of(function)
        if outer is not None and outer is not function:
            callees[function].append(outer)
    order: list[FunctionNode] = []
    seen: set[FunctionNode] = set()
    for start in (f for f in module.functions if f in relevant):
        stack: list[tuple[FunctionNode, bool]] = [(start, False)]
        while stack:
            function, finished = stack.pop()
            if finished:
                order.append(function)
            elif function not in seen and function in relevant:
                seen.add(function)
                stack.append((function, True))
                stack += [(c, False) for c in reversed(callees[function]) if c not in seen]
    return order


def _distinct(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    found: dict[tuple[int, str, str, tuple[str, ...]], Hit] = {}
    for hit in hits:
        key = (id(hit.node), hit.kind, hit.taint.origin.kind, hit.taint.ident)
        known = found.get(key)
        if known is None or (known.soft and not hit.soft):
            found[key] = hit
    return tuple(found.values())
