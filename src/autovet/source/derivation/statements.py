"""What docstrings and names say of a result in general: an order, a length, a round trip."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autovet.source.derivation.empty_input import due_of_nothing
from autovet.source.derivation.signatures import Signature
from autovet.source.derivation.words import first_sentence, name_words

_IDEMPOTENT = re.compile(r"\bidempotent\b", re.IGNORECASE)
_SYMMETRIC = re.compile(
    r"\bsymmetric\b|\bcommutative\b|order of (?:the )?arguments does not matter",
    re.IGNORECASE,
)
_SAME_LENGTH = re.compile(
    r"\b(?:list|sequence|array|string|tuple|result|output)\b[^.]{0,30}\b(?:of|has|have|"
    r"with) the same (?:length|size|number of (?:elements|items))\b",
    re.IGNORECASE,
)
_UNTOUCHED = re.compile(
    r"\b(?:without|not|never|n't)\s+(?:\w+\s+)?(?:modif|mutat|chang|alter|touch)\w*|"
    r"\breturns?\s+(?:a\s+|an\s+)?(?:new|sorted copy|shallow copy|copy|deep copy)\b|"
    r"\bunchanged\b|\bunmodified\b|"
    r"\ba (?:new|sorted|modified|shallow|deep) (?:copy|list|dict|dictionary|set)\b",
    re.IGNORECASE,
)
_UNDONE = re.compile(r"\b(\w+)\((\w+)\((\w+)\)\) ?(?:==?|is) ?\3\b")
_IN_PLACE = re.compile(
    r"\bin[- ]?place\b|\bmodif|\bmutat|\bupdat|\badds? to\b|\bappend|\bremoves? from\b|"
    r"\bconsum", re.IGNORECASE)  # fmt: skip
_FILTER = re.compile(
    r"^(?:filters?\b|(?:returns?|keeps?|gets?|selects?) (?:only |a list of only )?(?:the |"
    r"those |all )?(?:elements|items|values|numbers|strings|words) (?:of|in|from) (?:the |"
    r"a |given )*\w+ (?:that|which|whose|where))"
)
_UNIQUE = re.compile(
    r"^(?:removes?|returns?|eliminates?|drops?)\b.*\b(?:duplicates?|unique|distinct|"
    r"deduplicated)\b")  # fmt: skip
_UNIT = re.compile(
    r"\breturns?\b[^.]{0,60}\b(?:between|in the range|from) \[?\(?0(?:\.0)?(?:,| and|"
    r" to) ?1(?:\.0)?\b(?!\d)", re.IGNORECASE)  # fmt: skip
_COUNT = re.compile(r"^(?:counts?|returns? the (?:number|count) of|returns? how many)\b")
_NOT_NEGATIVE = re.compile(r"^(?:returns?|gives?|computes?) (?:the |an? )?non-?\s?negative\b")
_SIGNED = re.compile(r"\bbetween\b|\bdifference\b|\boffset\b|-1|\bnegative\b|\bdelta\b")
_SYMMETRIC_NAMES = re.compile(
    r"^(?:calculate_|compute_|get_)?(?:gcd|lcm|(?:are|is)_anagrams?|(?:levenshtein|edit|hamming|"
    r"euclidean|manhattan)(?:_distance)?|jaccard(?:_similarity)?|dot_product|"
    r"greatest_common_divisor|least_common_multiple)$"
)
_PAIRS = (
    ("encode", "decode"),
    ("serialize", "deserialize"),
    ("serialise", "deserialise"),
    ("compress", "decompress"),
    ("encrypt", "decrypt"),
    ("escape", "unescape"),
    ("quote", "unquote"),
    ("pack", "unpack"),
    ("dump", "load"),
    ("dumps", "loads"),
    ("format", "parse"),
    ("to", "from"),
    ("encipher", "decipher"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A property of a function's results.

    Attributes:
        call: the expression, with ``{0}``, ``{1}`` for the arguments.
        returns: what it must equal.
        setup: statements to run first.
        sweep: call and set-up in one expression.
        rule: what a finding is called.
        most: it must fail for most inputs to count.
        usual: it is only said of usual inputs.
    """

    call: str
    returns: str
    because: str
    rule: str = "broken-property"
    setup: tuple[str, ...] = ()
    sweep: str = ""
    most: bool = False
    usual: bool = False


def statements_of(signature: Signature, functions: Mapping[str, Signature]) -> Iterator[Statement]:
    """Every property that the docstring or the name of a function states."""
    required = signature.required
    name, text = signature.name, signature.docstring
    sentence = first_sentence(text)
    slots = ", ".join(f"{{{n}}}" for n in range(len(required)))
    call = f"{signature.callee}({slots})"
    alone = len(required) == len(signature.names) == 1
    sequence = bool(required) and required[0].kind.name in {"list", "tuple"}
    if alone:
        yield from _idempotence(signature, call)
        due = due_of_nothing(required[0].kind, text)
        if due is not None:
            yield Statement(
                f"{signature.callee}({due.given})", due.value, f'its docstring says "{due.said}"'
            )
    if len(required) == len(signature.names) == 2 and required[0].kind == required[1].kind:
        said = "its docstring says that it is symmetric" if _SYMMETRIC.search(text) else ""
        if not said and _SYMMETRIC_NAMES.search(name) and "signed" not in text.lower():
            said = f"a {name.replace('_', ' ')} does not depend on the order of its arguments"
        if said:
            yield Statement(call, f"{signature.callee}({{1}}, {{0}})", said, usual=True)
    if alone and sequence and _SAME_LENGTH.search(text):
        yield Statement(f"len({call})", "len({0})", "its docstring says so of its length")
    if sequence and required[0].kind.name == "list" and _FILTER.match(sentence):
        yield Statement(
            f"all(item in {{0}} for item in {call})", "True",
            f'its docstring says "{sentence}", so that all of its result comes from its input',
        )  # fmt: skip
    if alone and sequence and _UNIQUE.match(sentence) and _keeps_one(sentence):
        yield Statement(
            f"(len(list({call})), sorted({call}))", "(len(set({0})), sorted(set({0})))",
            f'its docstring says "{sentence}"',
        )  # fmt: skip
    yield from _bounds(signature, call, sentence)
    yield from _purity(signature, call, required)
    if alone:
        yield from _round_trips(signature, functions)


def _idempotence(signature: Signature, call: str) -> Iterator[Statement]:
    if not _IDEMPOTENT.search(signature.docstring):
        return
    said = "its docstring says that it is idempotent"
    yield Statement(f"{signature.callee}({call})", call, said)
    if signature.required[0].kind.name == "str":
        spaced = f"{signature.callee}('  some   text    apart ')"
        yield Statement(f"{signature.callee}({spaced})", spaced, said)


def _bounds(signature: Signature, call: str, sentence: str) -> Iterator[Statement]:
    text = signature.docstring
    if _UNIT.search(text) and signature.returns is not None and signature.returns.is_number:
        yield Statement(f"0 <= {call} <= 1", "True", "its docstring says from 0 to 1")
    number = signature.returns is not None and signature.returns.is_number
    if number and _NOT_NEGATIVE.match(sentence):
        yield Statement(f"{call} >= 0", "True", f'its docstring says "{sentence}"')
    if _COUNT.match(sentence) and not _SIGNED.search(text.lower()):
        yield Statement(f"{call} >= 0", "True", f'its docstring says "{sentence}"')


def _keeps_one(sentence: str) -> bool:
    """Whether of equal elements one stays: "numbers that occur only once" is another matter."""
    return not re.search(
        r"\bonce\b|\bcount\w*|\bnumber of\b|\badjacent\b|\bconsecutive\b|\bsorted by\b|"
        r"\bwhose\b|\bwhich\b|\bthat\b|"
        r"\bdigits?\b|\bpairs?\b|\bk\b|\bcombination|\bpermutation|\bsubstring|"
        r"\bcharacters?\b|\bletters?\b",
        sentence,
    )


def _purity(signature: Signature, call: str, required: tuple[object, ...]) -> Iterator[Statement]:
    """Arguments stay as they are where the docstring says so; the same call gives the same."""
    name, text = signature.name, signature.docstring
    mutable = [
        n for n, p in enumerate(signature.required) if p.kind.name in {"list", "dict", "set"}
    ]
    copies = name.endswith(("_copy", "_copied"))
    said = f'its docstring says "{found[0]}"' if (found := _UNTOUCHED.search(text)) else ""
    said = said or (f"its name {name} promises a copy" if copies else "")
    if said and not _IN_PLACE.search(_UNTOUCHED.sub("", text)):
        for n in mutable:
            slots = [f"{{{m}}}" if m != n else "given" for m in range(len(required))]
            applied = f"{signature.callee}({', '.join(slots)})"
            yield Statement(
                "given", f"{{{n}}}", said, "mutated-argument",
                (f"given = {{{n}}}", applied), f"(lambda given: ({applied}, given)[1])({{{n}}})",
            )  # fmt: skip
    if _shares_default(signature.function) and name_words(name)[:1] not in (["next"], ["cached"]):
        yield Statement(
            f"repr({call}) == first",
            "True",
            "a call gives what it gave before",
            "result-depends-on-earlier-calls",
            (f"first = repr({call})",),
            f"(lambda first: repr({call}) == first)(repr({call}))",
            most=True,
        )


def _shares_default(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args
    cached = any("cache" in a.arg or "memo" in a.arg or "seen" in a.arg for a in arguments.args)
    return not cached and any(
        isinstance(default, (ast.List, ast.Dict, ast.Set))
        for default in [*arguments.defaults, *arguments.kw_defaults]
        if default is not None
    )


def _round_trips(signature: Signature, functions: Mapping[str, Signature]) -> Iterator[Statement]:
    for back, forth, _ in _UNDONE.findall(signature.docstring):
        other = functions.get(signature.qualified.removesuffix(signature.name) + back)
        if forth == signature.name and other is not None and len(other.names) == 1:
            yield Statement(
                f"{other.callee}({signature.callee}({{0}}))", "{0}",
                f"its docstring says that {back} undoes it", most=True,
            )  # fmt: skip
    words = name_words(signature.name)
    for there, back in _PAIRS:
        if there not in words:
            continue
        sibling = "_".join(back if word == there else word for word in words)
        other = functions.get(signature.qualified.removesuffix(signature.name) + sibling)
        if other is not None and len(other.required) == 1 and len(other.names) == 1:
            call = f"{other.callee}({signature.callee}({{0}}))"
            yield Statement(
                call, "{0}", f"{sibling} is named as the inverse of {signature.name}", most=True
            )
    if "to" in words:
        at = words.index("to")
        sibling = "_".join([*words[at + 1 :], "to", *words[:at]])
        other = functions.get(signature.qualified.removesuffix(signature.name) + sibling)
        if 0 < at < len(words) - 1 and other is not None and len(other.names) == 1:
            call = f"{other.callee}({signature.callee}({{0}}))"
            yield Statement(
                call, "{0}", f"{sibling} is named as the inverse of {signature.name}", most=True
            )
