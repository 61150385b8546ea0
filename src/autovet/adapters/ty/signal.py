"""Which of ty's reports are worth showing, and how much they weigh."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath

from autovet.adapters.api_index.api_index import Judgement
from autovet.adapters.api_index.lookup import Presence
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.counter_evidence import (
    IMPLEMENTATION_MEMBERS,
    is_made_at_run_time,
    is_stored_nearby,
)
from autovet.adapters.ty.hidden_modules import is_hidden_module, is_project_module
from autovet.adapters.ty.import_guards import guarded_lines, is_probed
from autovet.adapters.ty.library_facts import LibraryFacts
from autovet.adapters.ty.loose_values import is_loose_value
from autovet.adapters.ty.receiver_text import outer_type
from autovet.adapters.ty.statement_facts import facts_of
from autovet.adapters.ty.ty_workspace import project_path
from autovet.domain.document import Document

# Type variables, a method's own class (mixins), what `isinstance` leaves, callables, any class,
# abstract files.
_VAGUE_RECEIVER = re.compile(r"@\w|~|\(.*\) -> |^object$|^type$|^type\[|^(Binary|Text)?IO\b")
# Declared as an interface, an exception or a union, but used as what it turned out to be.
_ABSTRACT_RECEIVER = re.compile(
    r"^(?:Async)?(?:Iterator|Iterable|Generator)\b"
    r"|^(?:Mutable)?(?:Mapping|Sequence|Set)\b|^Collection\b|^Awaitable\b|^Coroutine\b"
    r"|^(?:Base)?Exception$| \| "
)
_BUILTIN_VALUE = re.compile(
    r"^(?:str|int|float|bool|bytes|list|dict|tuple|set|Literal|Module)\b|^<module"
)
_CALL_CODES = frozenset(
    {
        "unknown-argument",
        "missing-argument",
        "too-many-positional-arguments",
        "positional-only-parameter-as-kwarg",
        "parameter-already-assigned",
    }
)
_PRIVATE = re.compile(r"(?:^|\.)_(?!_)")
_NUMPY = re.compile(r"numpy|ndarray|NDArray|ArrayLike|_SupportsArray")
_IMPORT_CODES = frozenset({"import-not-found", "missing-module-member"})


class Weight(Enum):
    """How much a report counts."""

    FULL = auto()
    INFORMATION = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a report is worth, and what the libraries' files say about it."""

    weight: Weight
    judgement: Judgement | None = None


class Signal:
    """Judges the reports about one document.

    ty errs in known ways. It cannot see compiled modules without stubs, mixins whose attributes
    come from a sibling class, functions that carry attributes, and classes made at run time. The
    files of the libraries are asked before it is believed.
    """

    def __init__(
        self,
        document: Document,
        site_packages: Iterable[Path],
        libraries: LibraryFacts | None = None,
    ) -> None:
        """Look at the document only when a report needs it."""
        self._document = document
        self._site_packages = tuple(site_packages)
        self._libraries = libraries
        self._guarded: frozenset[int] | None = None

    def weight(self, diagnostic: Diagnostic) -> Weight:
        """Say how much a report counts."""
        return self.assess(diagnostic).weight

    def assess(self, diagnostic: Diagnostic) -> Assessment:
        """Say how much a report counts, and what was found out about it."""
        facts = facts_of(diagnostic.statement)
        if diagnostic.code in _IMPORT_CODES and self._is_expected(diagnostic, facts):
            return Assessment(Weight.NONE)
        if "module" in facts and self._is_shadowed(facts["module"]):
            return Assessment(Weight.NONE)
        known = self._libraries.about(diagnostic, facts) if self._libraries is not None else None
        if self._is_provided_for(diagnostic, facts):
            return Assessment(Weight.NONE, known)
        if diagnostic.tentative:
            return Assessment(self._tentative_weight(diagnostic, facts, known), known)
        if known is not None and known.presence is Presence.PRESENT:
            return Assessment(Weight.NONE, known)
        return Assessment(self._told_weight(diagnostic, facts, known), known)

    def _told_weight(
        self, diagnostic: Diagnostic, facts: Mapping[str, str], known: Judgement | None
    ) -> Weight:
        """How much it counts that ty says something that no file refutes."""
        if self._is_refuted(facts) or self._is_interface(diagnostic):
            return Weight.NONE
        if self._is_loosely_known(diagnostic, facts):
            return Weight.INFORMATION
        if _is_settled(facts, known):
            return Weight.FULL
        if known is not None and known.presence is Presence.UNKNOWN and known.complete:
            return Weight.INFORMATION
        return self._own_weight(diagnostic, facts)

    def _is_loosely_known(self, diagnostic: Diagnostic, facts: Mapping[str, str]) -> bool:
        """Whether the code says more of a value, or of where it runs, than ty can follow."""
        if self._is_guarded(diagnostic.span.line):
            return True
        tree = self._libraries.tree if self._libraries is not None else None
        return is_loose_value(diagnostic, facts, tree)

    def _is_provided_for(self, diagnostic: Diagnostic, facts: Mapping[str, str]) -> bool:
        name = facts.get("attribute") or facts.get("member")
        return name is not None and is_probed(self._document.text, name, diagnostic.span.line)

    def _is_guarded(self, line: int) -> bool:
        if self._guarded is None:
            self._guarded = guarded_lines(self._document.text)
        return line in self._guarded

    def _tentative_weight(
        self, diagnostic: Diagnostic, facts: Mapping[str, str], known: Judgement | None
    ) -> Weight:
        name = facts.get("attribute") or facts.get("member") or ""
        if known is None or self._libraries is None or self._is_guarded(diagnostic.span.line):
            return Weight.NONE
        return Weight.FULL if self._libraries.proves(diagnostic, known, name) else Weight.NONE

    def _own_weight(self, diagnostic: Diagnostic, facts: Mapping[str, str]) -> Weight:
        if diagnostic.code == "no-matching-overload" and _NUMPY.search(diagnostic.message):
            return Weight.INFORMATION
        if not facts:
            return Weight.INFORMATION  # it says something that we cannot look up
        if diagnostic.code in _CALL_CODES and "callee" not in facts:
            # a value that happens to be callable is of unknown origin; a class is known
            made = self._libraries is not None and self._libraries.is_of_class(diagnostic)
            return Weight.FULL if made else Weight.INFORMATION
        if facts.get("receiver", "").startswith("Self@") and "attribute" in facts:
            name = facts["attribute"]
            closed = self._libraries is not None and self._libraries.is_closed(diagnostic, name)
            return Weight.FULL if closed else Weight.INFORMATION
        if (
            diagnostic.code in _CALL_CODES
            and self._libraries is not None
            and self._libraries.is_chosen(diagnostic)
        ):
            return Weight.INFORMATION
        if diagnostic.code == "not-callable" and (
            not _BUILTIN_VALUE.search(facts.get("receiver", ""))
            or (self._libraries is not None and self._libraries.is_of_project(diagnostic))
        ):
            return Weight.INFORMATION
        return Weight.INFORMATION if _is_uncertain(facts) else Weight.FULL

    def _is_interface(self, diagnostic: Diagnostic) -> bool:
        return (
            diagnostic.code in _CALL_CODES
            and self._libraries is not None
            and self._libraries.is_interface_method(diagnostic)
        )

    def _is_refuted(self, facts: Mapping[str, str]) -> bool:
        if "module" in facts and "member" in facts:
            name = f"{facts['module']}.{facts['member']}"
            return name in IMPLEMENTATION_MEMBERS or is_made_at_run_time(
                facts["module"], self._document
            )
        if "receiver" in facts and "attribute" in facts:
            return is_stored_nearby(facts["receiver"], facts["attribute"], self._document)
        return False

    def _is_expected(self, diagnostic: Diagnostic, facts: Mapping[str, str]) -> bool:
        module, member = facts.get("module", ""), facts.get("member")
        if module.startswith("."):
            if self._is_beside(module):
                return True
            absolute = self._absolute(module)
            if is_hidden_module(absolute, self._site_packages) or self._is_installed(absolute):
                return True
        if is_hidden_module(f"{module}.{member}" if member else module, self._site_packages):
            return True
        return self._is_guarded(diagnostic.span.line)

    def _absolute(self, module: str) -> str:
        """The module that a relative import names, by where the document lies in its project."""
        path = project_path(self._document)
        parts = list(path.parent.parts) if path is not None else []
        if parts[:1] == ["src"]:
            parts = parts[1:]
        name = module.lstrip(".")
        above = len(module) - len(name) - 1
        return ".".join([*parts[: len(parts) - above], *filter(None, [name])])

    def _is_installed(self, module: str) -> bool:
        """Whether the installed copy of the project has the module: a build step makes it."""
        relative = module.replace(".", "/")
        return "." in module and any(
            (site / f"{relative}.py").is_file() for site in self._site_packages
        )

    def _is_beside(self, module: str) -> bool:
        path = project_path(self._document)
        if path is None:
            return True  # nobody knows what lies beside a lone document
        if self._document.root is None:
            return False  # all files are laid out, so ty saw what there is
        root = Path(self._document.root).resolve()
        return is_project_module(module, (root / path).parent, root)

    def _is_shadowed(self, module: str) -> bool:
        # Whether a project's own `json.py` or the library's is meant depends on how it is started.
        if module not in sys.stdlib_module_names:
            return False
        names = [f"{base}{module}{end}" for base in ("", "src/") for end in (".py", "/__init__.py")]
        if self._document.root is not None:
            return any(Path(self._document.root, name).is_file() for name in names)
        files = {str(PurePosixPath(name)) for name in self._document.files}
        return any(name in files for name in names)


def _is_settled(facts: Mapping[str, str], known: Judgement | None) -> bool:
    """Whether every class of a union was read and lacks the attribute."""
    name = facts.get("attribute", "_")
    return (
        known is not None
        and known.presence is Presence.ABSENT
        and known.complete
        and not name.startswith("_")
        and "stored" not in facts
        and _VAGUE_RECEIVER.search(outer_type(facts.get("receiver", ""))) is None
    )


def _is_uncertain(facts: Mapping[str, str]) -> bool:
    """Whether ty is known to be wrong often about such a thing."""
    receiver = outer_type(facts.get("receiver", ""))
    name = facts.get("attribute") or facts.get("member") or ""
    return (
        "stored" in facts  # an assignment makes the attribute
        or "callable" in facts  # functions carry attributes of their own
        or name.startswith("_")  # private names are left out of stubs
        or _VAGUE_RECEIVER.search(receiver) is not None
        or _ABSTRACT_RECEIVER.search(receiver) is not None
        or facts.get("callee") == "object.__init__"  # the class may be made at run time
        or _PRIVATE.search(facts.get("callee", "")) is not None
        or _PRIVATE.search(facts.get("module", "").rpartition(".")[2]) is not None
    )
