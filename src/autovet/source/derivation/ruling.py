"""The caller's business rules, tried on made-up calls."""

import ast

from autovet.domain.business_rule import BusinessRule
from autovet.domain.probe import Probe
from autovet.source.derivation.cases import Case
from autovet.source.derivation.signatures import Signature


def ruled(signature: Signature, case: Case, rule: BusinessRule) -> Probe:
    """The rule's check over one case: its arguments, its result and the module's names."""
    given = dict(zip([p.name for p in signature.required], case.arguments, strict=True))
    given = {**_defaults(signature.function), **given}
    call = case.call(signature.callee)
    names = ", ".join([*given, "result"])
    values = ", ".join([*given.values(), call])
    return Probe(
        call=rule.check or "",
        function=signature.qualified,
        line=signature.function.lineno,
        tag=case.tag,
        stated=case.stated,
        rule="broken-business-rule",
        returns="True",
        because=rule.rule,
        setup=(*(f"{name} = {text}" for name, text in given.items()), f"result = {call}"),
        sweep=f"(lambda {names}: bool({rule.check}))({values})",
    )


def _defaults(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    """What the parameters that a call leaves out are bound to."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    pairs = [
        *zip(late, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {a.arg: ast.unparse(d) for a, d in pairs if d is not None}
