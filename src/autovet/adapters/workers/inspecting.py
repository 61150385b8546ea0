"""What a worker does with one source: gate, parse, check, and gather the facts for judging."""

import ast
import builtins
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autovet.adapters.lasting import Lasting
from autovet.checks.check import Report
from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.checks.security.taint.flows import flows_of
from autovet.checks.vocabulary.dynamic_models import has_dynamic_models
from autovet.checks.vocabulary.guards import is_guarded
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.inspection import FunctionSpan, ImportedModule, Inspection
from autovet.domain.rule import Rule
from autovet.domain.source import Source
from autovet.domain.span import Span
from autovet.domain.unverified import Unverified
from autovet.ports import Knowledge
from autovet.project.declared_versions import declared_versions
from autovet.project.disk_files import DiskFiles
from autovet.project.kept_imports import kept_imports_of
from autovet.project.project import Project
from autovet.project.reexports import reexports_of
from autovet.source.anchors import anchors_of
from autovet.source.derivation import probes_of
from autovet.source.executables import bundled_tests_of, executables_of
from autovet.source.gate import Admitted, admit
from autovet.source.imports import imports_of
from autovet.source.module import Module
from autovet.source.suppressions import suppressions_of

_REMEMBERED_MODULES = 1_000
_DISK_STALE_S = 2.0


@dataclass
class _Disk:
    """A project on disk as it was last seen, and what was worked out about it since."""

    root: Path
    files: DiskFiles
    worked_out: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path) -> "_Disk":
        return cls(root, DiskFiles(root))

    def seen_again(self) -> "_Disk":
        """The same unless something has changed."""
        files = DiskFiles(self.root, self.files)
        changed = files.has_changed_from(self.files)
        return _Disk(self.root, files) if changed else self


@dataclass
class InspectionRoom:
    """Inspects sources one after the other and remembers the projects around them.

    Attributes:
        knowledge: what is known about packages.
    """

    knowledge: Knowledge
    _parsed: OrderedDict[tuple[str, str], Module | None] = field(default_factory=OrderedDict)
    _disks: dict[str, Lasting[_Disk]] = field(default_factory=dict)
    _last: Project | None = None

    def admit(self, source: Source, context: Context) -> Admitted:
        """Ask the gate, and say which libraries count for the project."""
        admitted = admit(source)
        if admitted.tree is None:
            return admitted
        libraries = self._known_for(context).libraries
        admission = replace(admitted.admission, libraries=libraries)
        return replace(admitted, admission=admission)

    def inspect(self, admitted: Admitted, source: Source, context: Context) -> Inspection:
        """Check what the gate let through."""
        if admitted.tree is None:
            return Inspection()
        start = time.perf_counter()
        module = Module(source.path, admitted.admission.text, admitted.tree, admitted.index)
        project = self._project(context)
        knowledge = self._known_for(context)
        anchors = anchors_of(module.index, module.scopes)
        prepared = time.perf_counter()
        reports, runs = run_checks(all_checks(), module, project, knowledge)
        while len(self._parsed) > _REMEMBERED_MODULES:
            self._parsed.popitem(last=False)
        return Inspection(
            findings=tuple(r for r in reports if isinstance(r, Finding)),
            rules=_fired(reports),
            unverified=tuple(dict.fromkeys(r for r in reports if isinstance(r, Unverified))),
            runs=tuple(runs),
            anchors=anchors,
            imports=tuple(self._imports(module, project, knowledge)),
            suppressions=suppressions_of(module.comments) if "autovet:" in module.text else (),
            executables=executables_of(module),
            tests=bundled_tests_of(module, context) if context.execute else (),
            probes=probes_of(module, context) if context.execute else None,
            functions=tuple(_functions(module)),
            reexports=reexports_of(module, project),
            kept_imports=kept_imports_of(module),
            guarded_names=_guarded_names(module),
            dynamic_models=has_dynamic_models(module, project),
            harmless=tuple(module.span(n) for n in flows_of(module, project).harmless),
            lines=len(module.lines),
            parse_ms=(prepared - start) * 1000,
        )

    def _project(self, context: Context) -> Project:
        # the gate asks, then the inspection, with the same context
        if self._last is None or self._last.context is not context:
            self._last = self._looked_at(context)
        return self._last

    def _looked_at(self, context: Context) -> Project:
        if context.root is None:
            return Project(context, context.files, self._parsed)
        disk = self._disk(context.root).value()
        return Project(context, disk.files, self._parsed, disk.worked_out)

    def _disk(self, root: str) -> Lasting[_Disk]:
        if root not in self._disks:
            seen = _Disk.at(Path(root))

            def look() -> _Disk:
                nonlocal seen
                seen = seen.seen_again()
                return seen

            self._disks = {root: Lasting(look, at_least_s=_DISK_STALE_S)}
        return self._disks[root]

    def _known_for(self, context: Context) -> Knowledge:
        # the project is looked at only where its declarations can make a difference
        return self.knowledge.for_project(
            context.environment, lambda: declared_versions(self._project(context))
        )

    def _imports(
        self, module: Module, project: Project, knowledge: Knowledge
    ) -> list[ImportedModule]:
        installed = knowledge.installed_modules(project.context.environment)
        found = []
        for name, alias, node in imports_of(module):
            top = name.partition(".")[0]
            missing = (
                installed is not None and top not in installed and top not in project.top_level
            )
            span = module.span(alias if alias.name == name else node)
            found.append(ImportedModule(name, span, is_guarded(node, module), missing))
        return found


def _fired(reports: Iterable[Report]) -> tuple[Rule, ...]:
    """The rules behind the findings: the caller's process never imports a check."""
    ids = {report.rule for report in reports if isinstance(report, Finding)}
    return tuple(check.rule for check in all_checks() if check.rule.id in ids) if ids else ()


def _guarded_names(module: Module) -> tuple[Span, ...]:
    """Where a name that nothing binds stands in a ``try`` for NameError, a version test..."""
    return tuple(
        module.span(name)
        for name in module.nodes(ast.Name)
        if isinstance(name.ctx, ast.Load)
        and not hasattr(builtins, name.id)
        and module.scopes.of(name).lookup(name.id) is None
        and is_guarded(name, module)
    )


def _functions(module: Module) -> list[FunctionSpan]:
    found = []
    for node in module.functions:
        scopes = [getattr(a, "name", "") for a in module.ancestors(node)]
        found.append(
            FunctionSpan(".".join([*filter(None, reversed(scopes)), node.name]), module.span(node))
        )
    return found
