"""Documentation that describes parameters which the function does not have.

Finds docstrings with a section of parameters (Google, NumPy or Sphinx style) that names some that are
not in the signature, while real parameters are not described.

A reader passes what is documented and gets a TypeError, or trusts a meaning that belongs to an older
version of the function.

Describe the parameters that there are; take away those that are gone.

Leave it where the rest is passed on through ``**kwargs``.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("docstring-of-other-parameters", Category.MAINTAINABILITY, confidence=0.85)

BAD = (
    '''
def feed(animal, kilos):
    """Feed an animal.  # <--

    Args:
        name: whom to feed.
        kilos: how much.
    """
    animal.eat(kilos)
''',
    '''
def move(animal, cage):
    """Move an animal.  # <--

    :param beast: who moves
    :param target: where to
    """
    cage.add(animal)
''',
    '''
def weigh(animals, scale=1.0):
    """Weigh animals.  # <--

    Parameters
    ----------
    herd : list
        The animals.
    factor : float
        What to multiply with.

    Returns
    -------
    float
    """
    return sum(a.kilos for a in animals) * scale
''',
)

GOOD = (
    '''
def feed(animal, kilos, *extras, **options):
    """Feed an animal.

    Args:
        animal: whom to feed.
        kilos: how much.
            unit: always kilograms.
        *extras: what else it gets.
        hurry: passed on.
    """
    animal.eat(kilos, *extras, **options)

def move(animal, cage):
    """Move an animal.

    :param animal: who moves
    """
    cage.add(animal)
''',
    '''
class Cage:
    """A cage.

    Args:
        size: in metres.
    """

    def __init__(self, size):
        self.size = size

    def open(self, key):
        """Open it.

        Note:
            door: stands open afterwards.

        Args:
            key (str): what opens it
        """
        return key
''',
)

_GOOGLE = re.compile(r"^(\s*)(?:Args|Arguments|Parameters|Params):\s*$")
_ENTRY = re.compile(r"^(\s+)\*{0,2}([A-Za-z_]\w*)\s*(?:\([^)]*\))?\s*:(?:\s|$)")
_SPHINX = re.compile(r"^\s*:param(?:eter)?\s+(?:[\w.\[\], |]+\s+)?\*{0,2}(\w+)\s*:")
_NUMPY = re.compile(r"^(\s*)Parameters\s*$")
_NUMPY_ENTRY = re.compile(r"^(\s*)\*{0,2}(\w+(?:\s*,\s*\w+)*)\s*(?::.*)?$")


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the docstring, over its lines."""
    first = node.body[0]
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return
    text = first.value.value
    if not isinstance(text, str) or "\n" not in text or module.is_test or node.args.kwarg:
        return
    if "aram" not in text and "Args" not in text and "Arguments" not in text:
        return
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    real = {a.arg for a in arguments} - {"self", "cls"}
    real |= {node.args.vararg.arg} if node.args.vararg else set()
    said = _documented(text.split("\n"))
    strange = [name for name in said if name not in real]
    silent = sorted(real - set(said))
    # one odd entry among many is a slip of another kind, such as an option that the caller adds
    if not silent or not strange or len(strange) * 3 < len(said) or node.decorator_list:
        return
    span = module.span(first)
    yield module.finding(
        RULE,
        Span(span.line, span.column, span.end_line, span.end_column),
        f"the documentation of {node.name}() describes {', '.join(strange)}, which it does not take, and not "
        f"{', '.join(silent)}",
        evidence={"documented": said, "parameters": sorted(real)},
    )


def _documented(lines: list[str]) -> list[str]:
    """The parameters that a docstring describes, in order."""
    found = [m.group(1) for line in lines if (m := _SPHINX.match(line))]
    for number, line in enumerate(lines):
        if match := _GOOGLE.match(line):
            found += _entries(lines[number + 1 :], len(match.group(1)))
        elif (match := _NUMPY.match(line)) and set(
            "".join(lines[number + 1 : number + 2]).strip()
        ) == {"-"}:
            indent = len(match.group(1))
            for following, after in zip(
                lines[number + 2 :], [*lines[number + 3 :], ""], strict=False
            ):
                if after.strip() and set(after.strip()) == {"-"}:
                    break
                entry = _NUMPY_ENTRY.match(following)
                if entry and len(entry.group(1)) == indent and following.strip():
                    found += [name.strip() for name in entry.group(2).split(",")]
    return list(dict.fromkeys(found))


def _entries(lines: list[str], outer: int) -> list[str]:
    """The entries of a Google section: the lines of its first depth."""
    found: list[str] = []
    depth = None
    for line in lines:
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        if indent <= outer:
            break
        depth = indent if depth is None else depth
        if indent == depth and (match := _ENTRY.match(line)):
            found.append(match.group(2))
    return found
