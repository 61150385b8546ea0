"""The project around the code, as far as the caller showed it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from autovet.domain.context import Context
from autovet.project.declarations import Declarations, declarations_of
from autovet.project.import_graph import ImportGraph, import_graph_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module

MAX_MODULES = 400


class Project:
    """Files, declarations and imports of the project; all worked out when first asked for.

    Attributes:
        context: what the caller said.
        texts: path to text, of every file that the caller showed (not only Python).
        worked_out: what was found out about these texts, for as long as they do not change; see
            ``worked_out.by_project``.
    """

    def __init__(
        self,
        context: Context,
        texts: Mapping[str, str] | None = None,
        parsed: "dict[tuple[str, str], Module | None] | None" = None,
        worked_out: dict[Any, Any] | None = None,
    ) -> None:
        self.context = context
        self.worked_out: dict[Any, Any] = {} if worked_out is None else worked_out
        self.texts = context.files if texts is None else texts
        self._parsed: dict[tuple[str, str], Module | None] = {} if parsed is None else parsed

    @property
    def known(self) -> bool:
        """Whether any other file of the project is known."""
        return bool(self.texts)

    @property
    def declared(self) -> tuple[object, ...]:
        """What the caller declared about the project as a whole."""
        told = self.context
        return (told.dependencies, told.python, told.framework, told.pyproject)

    def module(self, path: str) -> Module | None:
        """The parsed file at ``path``; None when it is missing, no Python or refused."""
        text = self.texts.get(path)
        if text is None:
            return None
        key = (path, text)
        if key not in self._parsed:
            self._parsed[key] = parse_module(path, text)
        return self._parsed[key]

    @cached_property
    def _others(self) -> tuple[Module, ...]:
        modules = (module for module in self.modules() if module.path != self.context.path)
        return tuple(islice(modules, MAX_MODULES))

    def modules(self) -> tuple[Module, ...]:
        """The modules that lie in the project, by path, the one under validation as it lies there.

        At most one more than ``MAX_MODULES``.
        """
        if "modules" not in self.worked_out:
            paths = (path for path in sorted(self.texts) if path.endswith(".py"))
            modules = (self.module(path) for path in islice(paths, MAX_MODULES + 1))
            self.worked_out["modules"] = tuple(m for m in modules if m is not None)
        found: tuple[Module, ...] = self.worked_out["modules"]
        return found

    def others(self) -> Iterator[Module]:
        """The project's other modules, by path; not the file under validation."""
        yield from self._others

    @cached_property
    def by_name(self) -> Mapping[str, Module]:
        """The project's other modules by dotted name."""
        return {module.name: module for module in self.others()}

    @cached_property
    def pyproject(self) -> Mapping[str, Any]:
        """The parsed ``pyproject.toml``; empty when there is none or it cannot be read."""
        text = self.context.pyproject or self.texts.get("pyproject.toml") or ""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return {}

    @cached_property
    def declarations(self) -> Declarations:
        """Dependencies, Python version and framework, as declared."""
        key = ("declarations", self.declared)
        if key not in self.worked_out:
            setup = self.module("setup.py")
            self.worked_out[key] = declarations_of(self.context, self.pyproject, self.texts, setup)
        found: Declarations = self.worked_out[key]
        return found

    @cached_property
    def top_level(self) -> frozenset[str]:
        """The names of the project's own top-level modules and packages."""
        if "top_level" not in self.worked_out:
            self.worked_out["top_level"] = frozenset(_top_level(self.modules(), self.texts))
        found: frozenset[str] = self.worked_out["top_level"]
        return found

    def import_graph(self, current: Module) -> ImportGraph:
        """Who imports whom at run time, with the file under validation among them."""
        return import_graph_of([current, *self.others()])


def _top_level(modules: Iterable[Module], paths: Iterable[str]) -> Iterator[str]:
    for module in modules:
        yield module.name.partition(".")[0]
    for path in paths:
        parts = path.split("/")
        if path.endswith((".py", ".pyi")):
            yield parts[0].removesuffix(".py").removesuffix(".pyi")
            if len(parts) > 1 and parts[0] in {"src", "lib"}:
                yield parts[1].removesuffix(".py").removesuffix(".pyi")
