"""Makes failing calls smaller, as long as they fail in the same way."""

import ast
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from autovet.source.parser import parse_expression
from autovet.validation.execution.derived.suspecting import Suspicion
from autovet.validation.execution.derived.sweeping import Swept

ROUNDS = 3
_VARIANTS = 24

Trial = Callable[[Sequence[str]], Awaitable[Swept]]


async def shrunk(suspected: Sequence[Suspicion], swept: Swept, trial: Trial) -> list[Suspicion]:
    """The same suspicions, on inputs from which nothing more can be left out.

    Elements are left out, never changed: of an allowed input every part but the empty one is
    taken to be allowed. All suspicions are tried together, a few rounds long.
    """
    current = list(suspected)
    for _ in range(ROUNDS):
        wanted = {n: _variants(s.probe.call) for n, s in enumerate(current) if _may_shrink(s)}
        texts = [text for variants in wanted.values() for text in variants]
        if not texts:
            break
        tried = await trial(texts)
        progress = False
        for n, variants in wanted.items():
            outcome = swept.outcomes.get(suspected[n].probe.call)
            for text in variants:
                got = tried.outcomes.get(text)
                if (
                    outcome is not None
                    and got is not None
                    and (got.kind, got.error, got.line)
                    == (outcome.kind, outcome.error, outcome.line)
                ):
                    current[n] = replace(
                        current[n], probe=replace(current[n].probe, call=text, tag="ordinary")
                    )
                    progress = True
                    break
        if not progress:
            break
    return current


def _may_shrink(suspicion: Suspicion) -> bool:
    """A crash on a made-up input that holds something."""
    probe = suspicion.probe
    return (
        not probe.rule and not suspicion.endless and not probe.requires and probe.tag == "ordinary"
    )


def _variants(call: str) -> list[str]:
    """The call with one element of one argument left out, or one argument halved."""
    tree = parse_expression(call)
    if not isinstance(tree, ast.Call):
        return []
    found: list[str] = []
    for argument in tree.args:
        if isinstance(argument, (ast.List, ast.Tuple, ast.Set)) and len(argument.elts) > 1:
            whole = argument.elts
            half = len(whole) // 2
            for smaller in (
                whole[:half],
                whole[half:],
                *(whole[:n] + whole[n + 1 :] for n in range(len(whole))),
            ):
                argument.elts = smaller
                found.append(ast.unparse(tree))
            argument.elts = whole
        elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            text = argument.value
            for n in range(len(text) if len(text) > 1 else 0):
                argument.value = text[:n] + text[n + 1 :]
                found.append(ast.unparse(tree))
            argument.value = text
    return found[:_VARIANTS]
