"""What a function takes, parameter by parameter."""

import ast
from dataclasses import dataclass

from autovet.source.derivation.annotations import kind_of
from autovet.source.derivation.candidates import Candidate
from autovet.source.derivation.kinds import Kind
from autovet.source.derivation.preconditions import Preconditions, preconditions_of
from autovet.source.derivation.usage import guess
from autovet.source.executables.docstring import trailing_text
from autovet.source.module import Module


@dataclass(frozen=True, slots=True)
class Parameter:
    """One required parameter, or an optional one that may be None in so many words."""

    name: str
    kind: Kind
    keyword: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Signature:
    """A function that inputs can be made up for.

    Attributes:
        candidate: the function, and how it is called.
        names: all names that arguments can have.
        returns: what its annotation says that it gives back.
    """

    candidate: Candidate
    parameters: tuple[Parameter, ...]
    names: tuple[str, ...]
    preconditions: Preconditions
    returns: Kind | None

    @property
    def function(self) -> ast.FunctionDef:
        """The function's node."""
        return self.candidate.function

    @property
    def qualified(self) -> str:
        """The function's qualified name."""
        return self.candidate.name

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.candidate.function.name

    @property
    def callee(self) -> str:
        """What stands before the arguments of a call."""
        return self.candidate.callee

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters without a default."""
        return tuple(p for p in self.parameters if p.required)

    @property
    def docstring(self) -> str:
        """The function's docstring."""
        return ast.get_docstring(self.function) or ""


def signature_of(candidate: Candidate, module: Module) -> Signature | None:
    """The signature; None where some required argument cannot be made up."""
    function, arguments = candidate.function, candidate.function.args
    positional = [*arguments.posonlyargs, *arguments.args][candidate.bound :]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    below = trailing_text(function, module)
    told = [ast.get_docstring(function) or "", str(below.value) if below else ""]
    asked = preconditions_of("\n".join(told))
    found: list[Parameter] = []
    given = [
        *((a, d, False) for a, d in zip(positional, defaults, strict=True)),
        *((a, d, True) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)),
    ]
    for argument, default, keyword in given:
        if argument.annotation is not None:
            kind = kind_of(argument.annotation, module)
        else:
            kind = guess(argument.arg, function, module) if default is None else None
        if kind is None and default is None:
            return None
        if kind is not None and (default is None or _admits_none(kind)):
            required = default is None
            found.append(
                Parameter(
                    argument.arg,
                    asked.apply(kind),
                    keyword=keyword or not required,
                    required=required,
                )
            )
    names = tuple(argument.arg for argument, _, _ in given)
    returns = kind_of(function.returns, module)
    return Signature(candidate, tuple(found), names, asked, returns)


def _admits_none(kind: Kind) -> bool:
    return kind.name == "union" and any(part.name == "none" for part in kind.parts)
