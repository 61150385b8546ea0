"""The project around the code, as far as the caller showed it."""

import tomllib
from collections.abc import Iterator, Mapping
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
    """

    def __init__(
        self,
        context: Context,
        texts: Mapping[str, str] | None = None,
        parsed: "dict[tuple[str, str], Module | None] | None" = None,
    ) -> None:
        self.context = context
        self.texts = context.files if texts is None else texts
        self._parsed: dict[tuple[str, str], Module | None] = {} if parsed is None else parsed

    @property
    def known(self) -> bool:
        """Whether any other file of the project is known."""
        return bool(self.texts)

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
        paths = (p for p in sorted(self.texts) if p.endswith(".py") and p != self.context.path)
        modules = (self.module(path) for path in islice(paths, MAX_MODULES))
        return tuple(module for module in modules if module is not None)

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
        return declarations_of(self.context, self.pyproject, self.texts)

    @cached_property
    def top_level(self) -> frozenset[str]:
        """The names of the project's own top-level modules and packages."""
        names = {name.partition(".")[0] for name in self.by_name}
        for path in self.texts:
            parts = path.split("/")
            if path.endswith((".py", ".pyi")):
                names.add(parts[0].removesuffix(".py").removesuffix(".pyi"))
                if len(parts) > 1 and parts[0] in {"src", "lib"}:
                    names.add(parts[1].removesuffix(".py").removesuffix(".pyi"))
        return frozenset(names)

    def import_graph(self, current: Module) -> ImportGraph:
        """Who imports whom at run time, with the file under validation among them."""
        return import_graph_of([current, *self.others()])
