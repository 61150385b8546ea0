"""What the index of the libraries says about one diagnostic."""

import ast
import re
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePath

from autovet.adapters.api_index.api_index import ApiIndex, Judgement
from autovet.adapters.api_index.lookup import Presence
from autovet.adapters.api_index.places import Place
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.document_tree import DocumentTree, parsed
from autovet.adapters.ty.evident_values import keys_are_evident
from autovet.adapters.ty.receiver_text import bare_names
from autovet.adapters.ty.statement_facts import facts_of
from autovet.domain.document import Document

_MOST_NAMES = 4


class LibraryFacts:
    """Looks one document's diagnostics up.

    Args:
        index: held by the caller while it asks (``ApiIndex.asked``).
    """

    def __init__(self, index: ApiIndex, document: Document) -> None:
        self._index = index
        self._document = document

    @cached_property
    def tree(self) -> DocumentTree | None:
        """The document's syntax tree; None when it is no Python for us."""
        return parsed(self._document.text)

    def about(self, told: Diagnostic, facts: Mapping[str, str]) -> Judgement | None:
        """What the files say; None where they are not asked or know nothing of it."""
        if not self._can_be_looked_up(told, facts):
            return None
        places = [Place(path, line) for path, line in told.places]
        if "argument" in facts:
            judged = self._index.keyword(places, facts["argument"])
            # the type checker's stub says all that the standard library takes
            told_all = judged.presence is Presence.UNKNOWN and all(
                self._index.search.is_standard(place.path) for place in places
            )
            return None if told_all else judged
        if "attribute" in facts and "receiver" in facts:
            places = places or self._named(facts["receiver"])
            return self._index.attribute(places, facts["attribute"]) if places else None
        if "member" in facts and "module" in facts:
            return self._member(told, facts["module"], facts["member"])
        return None

    def is_interface_method(self, told: Diagnostic) -> bool:
        """Whether the called method is declared without ``self``."""
        return self._index.is_interface_method([Place(path, line) for path, line in told.places])

    def is_chosen(self, told: Diagnostic) -> bool:
        """Whether the call is one of a variable that may hold one of several things."""
        tree = self.tree
        call = tree.call_at(told.span) if tree is not None else None
        return tree is not None and call is not None and tree.is_chosen(call)

    def is_of_class(self, told: Diagnostic) -> bool:
        """Whether what is called is a class, whose constructor a decorator or base makes."""
        tree = self.tree
        call = tree.call_at(told.span) if tree is not None else None
        if tree is None or call is None or not told.places:
            return False
        own = {
            node.lineno
            for node in tree.classes
            if node.name == ast.unparse(call.func) and _says_its_fields(node)
        }
        return all(
            self._index.is_plain_class(Place(path, line))
            or (line in own and path.name == PurePath(self._document.path).name)
            for path, line in told.places
        )

    def is_closed(self, told: Diagnostic, name: str) -> bool:
        """Whether ``self`` is certainly of the class around it, which nothing gives the name to.

        The class has no bases and no heirs, and this document makes objects of it.
        """
        tree = self.tree
        around = tree.class_around(told.span.line) if tree is not None else None
        if tree is None or around is None or around.bases or around.keywords:
            return False
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        methods = {node.name for node in around.body if isinstance(node, functions)}
        if facts_of(told.statement).get("receiver", "").removeprefix("Self@") not in methods:
            return False  # the `self` of a function around the class
        own = around.name
        if any(_is_or_has(base, own) for node in tree.classes for base in node.bases):
            return False
        calls = [node for node in ast.walk(tree.tree) if isinstance(node, ast.Call)]
        if not any(isinstance(c.func, ast.Name) and c.func.id == own for c in calls):
            return False
        texts = [self._document.text, *self._document.files.values()]
        given = re.compile(
            rf"\.{re.escape(name)}\s*(?::[^=\n]+)?=[^=]|[\"']{re.escape(name)}[\"']"
            rf"|^\s+{re.escape(name)}\s*[:=]|\bdef\s+{re.escape(name)}\b"
            rf"|\bsetattr\(|__dict__|\bvars\(|__getattr|class\s+\w+\([^)]*\b{re.escape(own)}\b",
            re.MULTILINE,
        )
        if any(map(given.search, texts)):
            return False
        root = self._document.root
        return root is None or not self._index.defines(Path(root), name)

    def is_of_project(self, told: Diagnostic) -> bool:
        """Whether what is called is defined outside all libraries."""
        search = self._index.search
        return bool(told.places) and all(
            search.is_of_project(path)
            or (search.site_of(path) is None and "stdlib" not in path.parts)
            for path, _ in told.places
        )

    def proves(self, told: Diagnostic, judgement: Judgement, name: str) -> bool:
        """Whether something that the type checker let pass is certainly not there."""
        if judgement.presence is not Presence.ABSENT:
            return False
        if not (judgement.complete and judgement.owner):
            return False
        if not judgement.dynamic and judgement.owner[1]:
            return False  # of a class that the type checker can read it would have said so
        tree = self.tree
        if tree is None:
            return False
        if judgement.in_items:
            node = tree.attribute_at(told.span)
            if node is None:
                return False
            if not tree.is_called(node) and not keys_are_evident(tree.tree, node.value, name):
                return False
        return not self._is_given_elsewhere(tree, judgement.owner, name)

    def _is_given_elsewhere(self, tree: DocumentTree, holder: tuple[Path, str], name: str) -> bool:
        """Whether this document, its project or another library may add the name."""
        search = self._index.search
        owner, of_module = holder[0], not holder[1]
        site = search.site_of(owner)
        if site is None or search.is_of_project(owner):
            return True
        top = owner.relative_to(site).parts[0].removesuffix(".py")
        word = re.escape(name)
        definition = re.compile(rf"\.{word}\s*(?::[^=\n]+)?=[^=]|[\"']{word}[\"']|\bdef\s+{word}\b")
        texts = [self._document.text, *self._document.files.values()]
        if any(map(definition.search, texts)):
            return True
        root = self._document.root
        if root is not None and self._index.defines(Path(root), name):
            return True
        for library in tree.libraries - {top}:
            package = search.package(library)
            if package is None:
                return True  # what is not there cannot be read
            if self._index.is_patched(package, name, top, of_module=of_module):
                return True
        return False

    def _member(self, told: Diagnostic, module: str, name: str) -> Judgement:
        is_standard = module.partition(".")[0] in sys.stdlib_module_names
        stub = next((path for path, _ in told.places if path.suffix == ".pyi"), None)
        if is_standard and stub is not None:
            gates = self._index.gates(stub, name)
            if gates and not self._is_another_platform(gates):
                return Judgement(Presence.ABSENT)
            return self._index.member_at(stub, name)
        return self._index.member(module, name)

    def _is_another_platform(self, gates: tuple[str, ...]) -> bool:
        """Whether a platform decides; a version only where the document asks for it."""
        if any("platform" in gate for gate in gates):
            return True
        return "version_info" in self._document.text

    def _can_be_looked_up(self, told: Diagnostic, facts: Mapping[str, str]) -> bool:
        if "module" in facts and "member" in facts:
            return not facts["module"].startswith(".")
        return bool(told.places) or "attribute" in facts

    def _named(self, receiver: str) -> list[Place]:
        """Classes of the receiver's names in the libraries that the document imports."""
        tree = self.tree
        names = bare_names(receiver)
        if tree is None or not names or len(names) > _MOST_NAMES:
            return []
        found = (self._index.search.package(top) for top in sorted(tree.libraries))
        return self._index.classes_named(names, [path for path in found if path is not None])


def _says_its_fields(node: ast.ClassDef) -> bool:
    """Whether a class has no fields from elsewhere, nor any that go by another name."""
    return all(ast.unparse(base).endswith("NamedTuple") for base in node.bases) and not any(
        isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name) and s.target.id[:1] == "_"
        for s in node.body
    )


def _is_or_has(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
