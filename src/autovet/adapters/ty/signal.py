"""Which of ty's reports are worth showing, and how much they weigh."""

import re
import sys
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from pathlib import Path, PurePosixPath

from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.counter_evidence import has_member, is_stored_nearby
from autovet.adapters.ty.hidden_modules import is_hidden_module, is_project_module
from autovet.adapters.ty.import_guards import guarded_lines
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
_NUMPY = re.compile(r"numpy|ndarray|NDArray|ArrayLike|_SupportsArray")
_IMPORT_CODES = frozenset({"import-not-found", "missing-module-member"})


class Weight(Enum):
    """How much a report counts."""

    FULL = auto()
    INFORMATION = auto()
    NONE = auto()


class Signal:
    """Judges the reports about one document.

    ty errs in known ways. It cannot see compiled modules without stubs, mixins whose attributes
    come from a sibling class, functions that carry attributes, and classes made at run time.
    """

    def __init__(self, document: Document, site_packages: Iterable[Path]) -> None:
        """Look at the document only when a report needs it."""
        self._document = document
        self._site_packages = tuple(site_packages)
        self._guarded: frozenset[int] | None = None

    def weight(self, diagnostic: Diagnostic) -> Weight:
        """Say how much a report counts."""
        facts = facts_of(diagnostic.statement)
        if diagnostic.code in _IMPORT_CODES and self._is_expected(diagnostic, facts):
            return Weight.NONE
        if "module" in facts and self._is_shadowed(facts["module"]):
            return Weight.NONE
        if self._is_refuted(facts):
            return Weight.NONE
        if diagnostic.code == "no-matching-overload" and _NUMPY.search(diagnostic.message):
            return Weight.INFORMATION
        if diagnostic.code in _CALL_CODES and "callee" not in facts:
            return Weight.INFORMATION  # a value that happens to be callable, of unknown origin
        if diagnostic.code == "not-callable" and not _BUILTIN_VALUE.search(
            facts.get("receiver", "")
        ):
            return Weight.INFORMATION
        return Weight.INFORMATION if _is_uncertain(facts) else Weight.FULL

    def _is_refuted(self, facts: Mapping[str, str]) -> bool:
        if "module" in facts and "member" in facts:
            return has_member(facts["module"], facts["member"], self._site_packages)
        if "receiver" in facts and "attribute" in facts:
            return is_stored_nearby(facts["receiver"], facts["attribute"], self._document)
        return False

    def _is_expected(self, diagnostic: Diagnostic, facts: Mapping[str, str]) -> bool:
        module, member = facts.get("module", ""), facts.get("member")
        if module.startswith(".") and self._is_beside(module):
            return True
        if is_hidden_module(f"{module}.{member}" if member else module, self._site_packages):
            return True
        if self._guarded is None:
            self._guarded = guarded_lines(self._document.text)
        return diagnostic.span.line in self._guarded

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


def _is_uncertain(facts: Mapping[str, str]) -> bool:
    """Whether ty is known to be wrong often about such a thing."""
    receiver = facts.get("receiver", "")
    name = facts.get("attribute") or facts.get("member") or ""
    return (
        "stored" in facts  # an assignment makes the attribute
        or "callable" in facts  # functions carry attributes of their own
        or name.startswith("_")  # private names are left out of stubs
        or _VAGUE_RECEIVER.search(receiver) is not None
        or _ABSTRACT_RECEIVER.search(receiver) is not None
        or facts.get("callee") == "object.__init__"  # the class may be made at run time
    )
