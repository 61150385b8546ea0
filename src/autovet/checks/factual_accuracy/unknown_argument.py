"""A keyword argument that the called function does not take in the end.

Finds keywords of calls into installed libraries whose functions accept ``**kwargs`` and hand them to
another function that does not know them: ``requests.get(url, retries=3)`` reaches
``Session.request``, which has no such argument. The call raises TypeError, although the signature
of the called function seems to allow it. Keywords that a signature refuses outright are reported by
the type checker under the same name.

Use an argument that exists (the nearest ones are in the evidence), or the object that really offers
what was meant, such as an adapter or a transport.

Leave it when the library is patched or replaced at run time, so that its sources do not tell.
"""

import ast
import difflib
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("unknown-argument", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.9)

_ACCEPTS = {"parcels.send": ("to", "weight", "insured")}

BAD = (
    Example(
        """
import parcels

def ship(box):
    return parcels.send("Oslo", weight=box.weight, wieght_unit="kg")  # <--
""",
        accepts=_ACCEPTS,
    ),
    Example("from parcels import send\n\nsend('Oslo', tracked=True)  # <--\n", accepts=_ACCEPTS),
)
GOOD = (
    Example(
        """
import parcels

def ship(box, **options):
    parcels.send("Oslo", weight=box.weight, insured=True)
    parcels.send("Oslo", **options)
""",
        accepts=_ACCEPTS,
    ),
    Example(
        """
class parcels:
    def send(self, **anything): ...

parcels.send(colour="red")
""",
        accepts=_ACCEPTS,
    ),
    "import parcels\n\nparcels.send(colour='red')\n",
)


def check(
    call: ast.Call, module: Module, project: Project, knowledge: Knowledge
) -> Iterator[Finding]:
    """Report every keyword that no function along the way takes."""
    given = [keyword for keyword in call.keywords if keyword.arg is not None]
    name = module.qualified(call.func) if given else None
    if name is None or "." not in name or name.startswith("builtins."):
        return
    if name.partition(".")[0] in project.top_level:
        return
    accepted = knowledge.accepted_keywords(project.context.environment, name)
    if accepted is None or accepted.unless & {keyword.arg for keyword in given}:
        return
    for keyword in given:
        if keyword.arg is None or keyword.arg in accepted.keywords:
            continue
        nearest = difflib.get_close_matches(keyword.arg, sorted(accepted.keywords), 3)
        hint = f"; did you mean {nearest[0]}=?" if nearest else ""
        yield module.finding(
            RULE,
            keyword,
            f"{name}() hands {keyword.arg}= on to {accepted.by}(), which takes no such argument{hint}",
            evidence={
                "function": name,
                "argument": keyword.arg,
                "refused_by": accepted.by,
                "nearest": nearest,
                "accepted": sorted(accepted.keywords - {"self"}),
            },
        )
