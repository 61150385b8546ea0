"""What a docstring asks of the arguments, and which exceptions it announces."""

import re
from dataclasses import dataclass, replace

from autovet.source.derivation.kinds import SIZED, Kind

_NOT_EMPTY = re.compile(
    r"non-?\s?empty|not (?:be )?empty|at least (?:one|two|three|1|2|3)\b|one or more|two or more|"
    r"(?:len\w*|size) (?:of )?(?:>|>=|at least|greater)",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"(?<!non-)(?<!non )\bpositive\b|\b(?:greater|larger|more) than (?:0|zero)\b|> ?0\b|"
    r">= ?1\b|natural number", re.IGNORECASE)  # fmt: skip
_NON_NEGATIVE = re.compile(r"\bnon-?\s?negative\b|\bunsigned\b|>= ?0\b", re.IGNORECASE)
_SORTED_INPUT = re.compile(
    r"\b(?:in |from |of )?(?:a |an |the |two |already |given )?(?:sorted|ordered|"
    r"ascending|increasing)\s+(?:list|array|sequence|iterable|\w+s\b)|"
    r"(?:must be|is|are|assumed|be) (?:already )?(?:sorted|in ascending)",
    re.IGNORECASE,
)
_DISTINCT_INPUT = re.compile(
    r"\b(?:distinct|unique) (?:integers|numbers|elements|values|items|strings)|"
    r"(?:distinct|no duplicates)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\bassum\w+|guarantee\w*|precondition|\bmust\b|\bexpects?\b|\brequire[sd]?\b|\bshould be\b|"
    r"\bonly (?:works|valid|accepts)|\bvalid\b|\bundefined\b|\bcaller\b|\bbetween\b|\brange\b|"
    r"\bformat\b|\bsquare\b|\bsame length\b|\bequal length\b|\brepresent\w*",
    re.IGNORECASE,
)
_RAISES = re.compile(r"\b(?:raises?|throws?|\w+(?:Error|Exception))\b", re.IGNORECASE)
_EMPTY_HANDLED = re.compile(
    r"(?:return\w*|yield\w*|gives?|is)\s+[^.\n]{1,40}?\s+(?:for|if|when|"
    r"on)\s+[^.\n]{0,40}\b(?:is |are |an? )?empty\b|"
    r"\b(?:if|when|for)\b[^.\n]{0,40}\bempty\b[^.\n]{0,20},? (?:return|it returns|the result is)",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(r">>>|\bexamples?\b|\be\.g\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What is asked of a function's inputs.

    Attributes:
        not_empty: containers and strings must hold something.
        low: the least whole number, or None.
        sorted_input: sequences come in order.
        distinct: their elements are distinct.
        others: the docstring asks for more, in words that are not understood here.
        announces: it speaks of exceptions.
        handles_empty: it says what comes of an empty input.
        exemplary: it shows by examples what usual inputs are.
    """

    not_empty: bool = False
    low: int | None = None
    sorted_input: bool = False
    distinct: bool = False
    others: bool = False
    announces: bool = False
    handles_empty: bool = False
    exemplary: bool = False

    def apply(self, kind: Kind) -> Kind:
        """The kind as far as inputs that these allow."""
        if kind.name == "union":
            return replace(kind, parts=tuple(self.apply(part) for part in kind.parts))
        if kind.is_number and self.low is not None:
            return kind.within(self.low, None)
        if kind.name in SIZED and self.not_empty:
            kind = kind.sized(1, None)
        if kind.name in {"list", "tuple"} and not kind.fixed:
            inner = tuple(self.apply(part) for part in kind.parts) if self.low is not None else ()
            order = "sorted" if self.sorted_input else "distinct" if self.distinct else ""
            kind = replace(kind, parts=inner or kind.parts, order=order)  # type: ignore[arg-type] # a literal
        return kind


def preconditions_of(text: str) -> Preconditions:
    """Read what a function's documentation says."""
    low = 1 if _POSITIVE.search(text) else 0 if _NON_NEGATIVE.search(text) else None
    return Preconditions(
        not_empty=bool(_NOT_EMPTY.search(text)),
        low=low,
        sorted_input=bool(_SORTED_INPUT.search(text)),
        distinct=bool(_DISTINCT_INPUT.search(text)),
        others=bool(_OTHERS.search(text)),
        announces=bool(_RAISES.search(text)),
        handles_empty=bool(_EMPTY_HANDLED.search(text)),
        exemplary=bool(_EXAMPLES.search(text)),
    )
