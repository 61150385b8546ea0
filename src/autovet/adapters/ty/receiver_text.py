"""What a hover says about the type of an expression."""

import re

_FENCE = re.compile(r"^```(\w*)\n(.*?)\n```", re.DOTALL)
_INNER = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_UNKNOWN = re.compile(r"\b(?:Unknown|Any|Never|Todo|object|None)\b|@|~|&|->")
_NARROWED = re.compile(r" & ~Always(?:Falsy|Truthy)\b")  # by a test of its truth
_PLAIN = re.compile(r"[\w. |]+")


def shown_type(hover: str) -> str | None:
    """The classes of an instance, as ty writes them; None where it knows too little.

    Modules, class objects, functions, type variables and unions with something unknown give None.
    """
    fenced = _FENCE.match(hover)
    if fenced is None or fenced[1] != "python":
        return None
    shown = " ".join(fenced[2].split())
    outer = _without_brackets(shown)
    if _UNKNOWN.search(outer) or not _PLAIN.fullmatch(outer) or outer.startswith(("def ", "type")):
        return None
    return shown


def bare_names(shown: str) -> list[str]:
    """The classes of a union without what stands in brackets; empty for anything else."""
    names = [name.strip() for name in _without_brackets(shown).split("|")]
    return names if all(name.isidentifier() for name in names) else []


def outer_type(shown: str) -> str:
    """A type without its arguments: ``Queue`` of ``Queue[() -> None]``; a tuple keeps them."""
    if shown.startswith(("type[", "tuple[", "(")):
        return shown
    bare = _NARROWED.sub("", shown)
    while (inner := re.sub(r"(?<=\w)\[[^\[\]]*\]", "", bare)) != bare:
        bare = inner
    return bare


def _without_brackets(shown: str) -> str:
    outer = shown
    while (bare := _INNER.sub("", outer)) != outer:
        outer = bare
    return outer
