"""What one pass of our own over a module yields."""

from dataclasses import dataclass
from typing import NamedTuple

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.probe import Probes
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.domain.unverified import Unverified


@dataclass(frozen=True, slots=True)
class Anchor:
    """A statement as fingerprints see it: where it is now, and what stays when it moves.

    Attributes:
        scope: the dotted names of the classes and functions around it.
        digest: a hash of the statement's syntax tree without positions.
        bound: the same with locals numbered in the order in which they are bound.
        whole: of a definition or ``try``, the same with all that stands in it, but not its name.
        beside: a hash of the statements before it, of itself and after it.
        defines: the dotted name of the function or class that it defines, if it does.
    """

    line: int
    end_line: int
    scope: str
    digest: str
    bound: str = ""
    whole: str = ""
    beside: str = ""
    defines: str = ""

    @property
    def home(self) -> str:
        """The function or class that it belongs to; a definition belongs to what it defines."""
        return self.defines or self.scope


@dataclass(frozen=True, slots=True)
class ImportedModule:
    """One module that the code imports.

    Attributes:
        guarded: it stands in a ``try`` for ImportError, under ``TYPE_CHECKING`` or the like, so
            its absence is provided for.
        missing: nothing at hand provides it, so other engines' words about it are dropped.
    """

    name: str
    span: Span
    guarded: bool
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment ``# autovet: ignore[rule, ...]``: honoured, counted and shown.

    Attributes:
        rules: the rules that it silences; empty for all.
        line: the line that it speaks for.
        reason: the words behind it.
    """

    line: int
    rules: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Executable:
    """An example found in the code itself (a doctest or the like).

    Attributes:
        call: the expression to evaluate in the module's namespace.
        returns: the expression that it must equal, or None.
        raises: the name of the exception that it must raise, or None.
        setup: statements to run first, in order.
        function: the function whose documentation holds it.
        line: where it stands.
        repr_text: the text that ``repr`` must give, for doctests whose output is no expression.
    """

    call: str
    function: str
    line: int
    returns: str | None = None
    raises: str | None = None
    setup: tuple[str, ...] = ()
    repr_text: str | None = None


@dataclass(frozen=True, slots=True)
class BundledTest:
    """A test that comes with the code.

    Attributes:
        call: the expression that runs it; it must not raise.
        setup: statements to run first.
        name: what it is called.
        function: the function of the module that it calls first, or empty.
        path: the file that it stands in.
        line: where it stands there.
    """

    call: str
    name: str
    path: str
    line: int
    function: str = ""
    setup: tuple[str, ...] = ()


class CheckRun(NamedTuple):
    """How one check fared; a tuple, for every verdict carries hundreds.

    Attributes:
        elapsed_ms: its time, in milliseconds.
        error: the exception that ended it, or None.
    """

    check: str
    category: Category
    elapsed_ms: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionSpan:
    """A function of the module, by its qualified name, and the lines that it covers."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Inspection:
    """The findings of our own checks and the facts that judging needs from the tree.

    Attributes:
        rules: the rules that fired, with their documentation.
        reexports: imported names that nothing here reads but another module imports from here.
        kept_imports: imports whose authors say that nothing here uses them.
        guarded_names: names that nothing binds, but whose absence is provided for.
        probes: made-up calls to try its functions on, where the code may be run.
        tests: tests in the file itself, or in the files around it that import it.
        dynamic_models: the code uses a library whose classes get attributes at run time.
        harmless: dangerous calls that are given nothing but constants of the program.
        parse_ms: time before the first check, in milliseconds.
    """

    findings: tuple[Finding, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    runs: tuple[CheckRun, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    imports: tuple[ImportedModule, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    executables: tuple[Executable, ...] = ()
    probes: Probes | None = None
    tests: tuple[BundledTest, ...] = ()
    functions: tuple[FunctionSpan, ...] = ()
    rules: tuple[Rule, ...] = ()
    reexports: tuple[Span, ...] = ()
    kept_imports: tuple[Span, ...] = ()
    guarded_names: tuple[Span, ...] = ()
    dynamic_models: bool = False
    harmless: tuple[Span, ...] = ()
    lines: int = 0
    parse_ms: float = 0.0
