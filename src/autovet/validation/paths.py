"""The use case for files and directories: every file by its own verdict, several at a time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autovet.domain.change import Change
from autovet.domain.context import Context
from autovet.domain.severity import Severity
from autovet.domain.verdict import Decision
from autovet.project.source_files import FoundSource, find_sources, project_root, read_source
from autovet.validation.context_decoding import DecodedContext
from autovet.validation.orchestrating import Orchestrator

AT_ONCE = 16
_VENVS = (".venv", "venv")
Progress = Callable[[int, int, str], None]


async def validate_paths(
    orchestrator: Orchestrator,
    paths: Sequence[Path],
    decoded: DecodedContext,
    on_progress: Progress | None = None,
    since: Mapping[Path, Change] | None = None,
) -> dict[str, Any]:
    """Validate files and directories in the context of their project on disk.

    Args:
        orchestrator: validates one source.
        paths: what the user named.
        decoded: context for all of them; its ``root`` wins over the one that is found.
        on_progress: told the number done, the number of files, and the path just done.
        since: what changed in each file: only these files, and only these lines, are reported.

    Returns:
        ``{"files": {path: result}, "summary": {...}}``.

    Raises:
        InputError: a path does not exist.
    """
    found = await asyncio.to_thread(_collect, paths, decoded.context.root)
    changes = None if since is None else _changes(found, since)
    if changes is not None:
        found = [(path, root) for path, root in found if path in changes]
    roots = {root for _, root in found}
    surroundings = {root: await asyncio.to_thread(_surroundings, root) for root in roots}
    gate = asyncio.Semaphore(AT_ONCE)
    results: dict[str, dict[str, Any]] = {}

    async def one(path: Path, root: Path) -> None:
        async with gate:
            item = await asyncio.to_thread(read_source, path, root)
            context = _context_for(item, root, decoded.context, surroundings[root])
            if changes is not None:
                change = changes[path]
                context = replace(context, previous=change.previous, changed_lines=change.lines)
            results[str(path)] = await orchestrator.validate(
                item.source, replace(decoded, context=context), item.refusal
            )
        if on_progress is not None:
            on_progress(len(results), len(found), str(path))

    async with asyncio.TaskGroup() as group:
        for path, root in found:
            group.create_task(one(path, root))
    ordered = {str(path): results[str(path)] for path, _ in found}
    return {"files": ordered, "summary": summary_of(ordered.values())}


def _changes(
    found: Sequence[tuple[Path, Path]], since: Mapping[Path, Change]
) -> dict[Path, Change]:
    """The change of each file that has one, by the path that the user named it with."""
    absolute = {path: path.absolute() for path, _ in found}
    return {path: since[place] for path, place in absolute.items() if place in since}


def _collect(paths: Sequence[Path], root: str | None) -> list[tuple[Path, Path]]:
    found: dict[Path, Path] = {}
    for path in paths:
        base = Path(root).absolute() if root is not None else project_root(path)
        for file in find_sources([path], base):
            found.setdefault(file, base)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What lies in a project's root: its declarations and its virtual environment."""

    pyproject: str | None
    environment: str | None


def _surroundings(root: Path) -> _Surroundings:
    item = read_source(root / "pyproject.toml", root)
    pyproject = None if item.refusal else item.source.data.decode("utf-8", "replace")
    venv = next((root / v for v in _VENVS if (root / v / "pyvenv.cfg").is_file()), None)
    return _Surroundings(pyproject, None if venv is None else str(venv))


def _context_for(
    item: FoundSource, root: Path, context: Context, surroundings: _Surroundings
) -> Context:
    found = context.environment is None and surroundings.environment is not None
    return replace(
        context,
        path=item.source.path,
        root=str(root),
        files={},
        pyproject=context.pyproject or surroundings.pyproject,
        environment=context.environment or surroundings.environment,
        environment_trusted=context.environment_trusted and not found,
    )


def summary_of(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Count verdicts and findings; the decision of all files together."""
    verdicts: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    for result in results:
        verdicts[result["verdict"]] += 1
        for part in result.values():
            if isinstance(part, Mapping):
                severities.update(f["severity"] for f in part.get("findings", ()))
    decision = Decision.PASS
    if verdicts[Decision.FAIL]:
        decision = Decision.FAIL
    elif verdicts[Decision.INDETERMINATE]:
        decision = Decision.INDETERMINATE
    return {
        "verdict": decision.value,
        "files": sum(verdicts.values()),
        "verdicts": {d.value: verdicts[d.value] for d in Decision},
        "findings": {s.value: severities[s.value] for s in reversed(Severity)},
    }
