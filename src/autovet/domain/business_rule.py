"""What the caller says that the code must do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BusinessRule:
    """A sentence, and where it can be executed the expression that must hold.

    Attributes:
        function: the function that it is about.
        check: a Python expression over the bound arguments, ``result`` and the module's names.
    """

    rule: str
    function: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A call with what it returns or raises, as Python text in the module's namespace."""

    call: str
    returns: str | None = None
    raises: str | None = None
