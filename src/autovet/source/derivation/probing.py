"""From a module to the probes of its functions."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from autovet.domain.business_rule import BusinessRule
from autovet.domain.context import Context
from autovet.domain.probe import Probe, Probes
from autovet.source.derivation.call_sites import literal_calls
from autovet.source.derivation.candidates import candidates_of
from autovet.source.derivation.cases import Case, cases_of
from autovet.source.derivation.changes import changed_functions
from autovet.source.derivation.contracts import Contract, contracts_of, states_exceptions
from autovet.source.derivation.formulas import formula_of
from autovet.source.derivation.kinds import Kind
from autovet.source.derivation.meanings import meaning_of
from autovet.source.derivation.ruling import ruled
from autovet.source.derivation.signatures import Signature, signature_of
from autovet.source.derivation.slicing import Slicer, sliced_text
from autovet.source.derivation.statements import statements_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module

MAX_FUNCTIONS, MAX_PROBES = 15, 400
_PER_STATEMENT = 12
_MAX_TEXT = 100_000
_NAME = re.compile(r"[A-Za-z]+")


def probes_of(module: Module, context: Context) -> Probes | None:
    """Make up calls for the functions that only compute and whose inputs can be made up.

    None where there is no such function; a test is none.
    """
    if module.is_test or len(module.text) > _MAX_TEXT or not module.functions:
        return None
    slicer = Slicer(module)
    signatures: dict[str, Signature] = {}
    kept: set[ast.stmt] = set()
    for candidate in candidates_of(module):
        if len(signatures) >= MAX_FUNCTIONS:
            break
        signature = signature_of(candidate, module)
        needed = slicer.needs(candidate.statement) if signature is not None else None
        if signature is not None and signature.parameters and needed is not None:
            signatures[candidate.name] = signature
            kept |= needed
    if not signatures:
        return None
    code = sliced_text(module, kept)
    if code is None:
        return None
    probes = [p for s in signatures.values() for p in _probes(s, signatures, module, context)]
    previous = ""
    old = parse_module(module.path, context.previous) if context.previous else None
    if old is not None:
        changed = changed_functions(old, signatures, slicer)
        if changed is not None:
            previous = changed.code
            probes += [p for name in changed.names for p in _comparisons(signatures[name])]
    return Probes(code, tuple(probes[:MAX_PROBES]), previous) if probes else None


def _probes(
    signature: Signature, functions: Mapping[str, Signature], module: Module, context: Context
) -> Iterator[Probe]:
    contracts = contracts_of(signature.function, module)
    cases = cases_of(signature)
    yield from _crashes(signature, cases, contracts, module)
    ordinary = [
        c
        for c in cases
        if c.tag in {"ordinary", "edge", "negative"} and len(c.arguments) == len(signature.required)
    ]
    yield from _meant(signature, [c for c in cases if c.tag != "none"], contracts, module)
    for statement in statements_of(signature, functions):
        for case in [
            c for c in ordinary if c.tag == "ordinary" or not (statement.most or statement.usual)
        ][:_PER_STATEMENT]:
            a = case.arguments
            yield Probe(
                call=statement.call.format(*a),
                function=signature.qualified,
                line=signature.function.lineno,
                tag=case.tag,
                stated=case.stated,
                rule=statement.rule,
                returns=statement.returns.format(*a),
                because=statement.because,
                setup=tuple(line.format(*a) for line in statement.setup),
                sweep=statement.sweep.format(*a),
                requires=_required(signature, case, contracts),
                most=statement.most,
            )
    rules = list(_rules_for(signature, context))
    for case in ordinary[:_PER_STATEMENT]:
        yield from _promised(signature, case, contracts)
        if case.tag != "negative":
            yield from (ruled(signature, case, rule) for rule in rules)


def _rules_for(signature: Signature, context: Context) -> Iterator[BusinessRule]:
    """The caller's rules about a function that can be checked."""
    for rule in context.business_rules:
        if not isinstance(rule, str) and rule.check and rule.function == signature.qualified:
            yield rule


def _crashes(
    signature: Signature, cases: Sequence[Case], contracts: Sequence[Contract], module: Module
) -> Iterator[Probe]:
    """Calls that must not end in an exception that nobody announced."""
    function = signature.function
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(function)):
        form = "list({})"
        if any(isinstance(n, ast.While) for n in ast.walk(function)):
            return  # it may be meant to go on for ever
    else:
        form = "{}"
    for line, call in literal_calls(signature, module):
        yield Probe(
            call, signature.qualified, line, "called", because=f"line {line} makes this call"
        )
    if states_exceptions(function, module):
        return
    asked = signature.preconditions
    if asked.announces or signature.name.startswith(("parse", "load")):
        return
    for case in cases:
        if asked.others and case.tag not in {"ordinary", "none"}:
            continue
        because = "its annotations admit this input" if case.stated else "its body takes such input"
        if case.tag == "empty" and asked.handles_empty:
            because = "its docstring says what comes of an empty input"
        yield Probe(
            form.format(case.call(signature.callee)),
            signature.qualified,
            function.lineno,
            case.tag,
            case.stated,
            because=because,
            requires=_required(signature, case, contracts),
            exemplary=asked.exemplary,
        )


def _meant(
    signature: Signature, cases: Sequence[Case], contracts: Sequence[Contract], module: Module
) -> Iterator[Probe]:
    """Calls whose result the docstring or the name says in so many words."""
    meant = formula_of(signature) or meaning_of(signature)
    if meant is None:
        return
    used = set(_NAME.findall(meant.template))
    if used & set(module.scopes.module.bindings):
        return
    for case in cases:
        if len(case.arguments) == len(signature.required) and all(
            map(meant.allows, case.arguments)
        ):
            yield Probe(
                call=case.call(signature.callee),
                function=signature.qualified,
                line=signature.function.lineno,
                tag=case.tag,
                stated=case.stated,
                rule="broken-property",
                returns=meant.template.format(
                    *(f"({a})" if a.startswith("-") else a for a in case.arguments)
                ),
                because=meant.because,
                requires=_required(signature, case, contracts),
            )


def _promised(signature: Signature, case: Case, contracts: Sequence[Contract]) -> Iterator[Probe]:
    """Conditions on the result that decorators or the annotation of the result state."""
    given = dict(zip([p.name for p in signature.required], case.arguments, strict=True))
    call = case.call(signature.callee)
    required = _required(signature, case, contracts)
    conditions = [(c.applied(given, "result"), c.line, c.text) for c in contracts if not c.before]
    if signature.returns is not None and (bounds := _bounds(signature.returns)):
        conditions.append((bounds, signature.function.lineno, "the annotation of its result"))
    for condition, line, text in conditions:
        if condition is not None:
            yield Probe(
                condition, signature.qualified, line, case.tag, case.stated,
                "broken-contract", "True",
                f"line {line} states {text}", (f"result = {call}",),
                f"(lambda result: {condition})({call})", required,
            )  # fmt: skip


def _bounds(kind: Kind) -> str:
    low = f"{kind.low!r} <= result" if kind.low is not None else ""
    high = f"result <= {kind.high!r}" if kind.high is not None else ""
    return " and ".join(filter(None, [low, high])) if kind.is_number else ""


def _required(signature: Signature, case: Case, contracts: Sequence[Contract]) -> tuple[str, ...]:
    if not contracts or len(case.arguments) != len(signature.required):
        return ()
    given = dict(zip([p.name for p in signature.required], case.arguments, strict=True))
    asked = [c.applied(given) for c in contracts if c.before]
    return tuple(text if text is not None else "False" for text in asked)


def _comparisons(signature: Signature) -> Iterator[Probe]:
    """Calls that are made of the text before the change as well."""
    for case in cases_of(signature):
        yield Probe(
            case.call(signature.callee),
            signature.qualified,
            signature.function.lineno,
            case.tag,
            case.stated,
            "changed-behaviour",
            because="the text before the change",
        )
