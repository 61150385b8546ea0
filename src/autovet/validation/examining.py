"""Tries every part of the system once, for ``autovet doctor``."""

import platform
from collections.abc import Sequence
from typing import Any

from autovet.domain.context import Context
from autovet.domain.document import Document
from autovet.domain.errors import AutovetError
from autovet.domain.source import Source
from autovet.ports import Analyzer, Inspector, Knowledge, Sandbox, Store

_TRIAL_S = 30.0
_TRIAL = "import os\n"


async def examine(
    inspector: Inspector,
    analyzers: Sequence[Analyzer],
    sandbox: Sandbox,
    store: Store,
    knowledge: Knowledge,
) -> list[dict[str, Any]]:
    """Return one entry a part: ``what``, whether it is ``ok``, and a ``detail``."""
    found = [_entry("Python", True, f"{platform.python_version()} on {platform.system()}")]
    found += [await _analyzer(analyzer) for analyzer in analyzers]
    found += [await _workers(inspector), *await _isolation(sandbox), await _store(store)]
    known = knowledge.is_published("pip")
    detail = "package names at hand" if known else "no package index: unknown names stay unverified"
    return [*found, _entry("package index", bool(known), detail)]


async def _analyzer(analyzer: Analyzer) -> dict[str, Any]:
    try:
        await analyzer.analyze(Document("doctor.py", _TRIAL), _TRIAL_S)
    except AutovetError as error:
        return _entry(analyzer.name, False, str(error))
    return _entry(analyzer.name, True, f"{analyzer.version}, answers")


async def _workers(inspector: Inspector) -> dict[str, Any]:
    source = Source.from_text(_TRIAL, "doctor.py")
    handle = inspector.inspect(source, Context(), admission_s=_TRIAL_S, inspection_s=_TRIAL_S)
    try:
        report = await handle.report
    except AutovetError as error:
        return _entry("workers", False, str(error))
    broken = [f"{run.check}: {run.error}" for run in report.runs if run.error]
    detail = "; ".join(broken) or f"{len(report.runs)} checks run"
    return _entry("workers", not broken, detail)


async def _isolation(sandbox: Sandbox) -> list[dict[str, Any]]:
    isolation = await sandbox.isolation()
    layers = ", ".join(name for name, holds in isolation.layers.items() if holds)
    absent = ", ".join(name for name, holds in isolation.layers.items() if not holds)
    detail = isolation.reason or (f"{layers}" + (f"; without {absent}" if absent else ""))
    return [_entry("sandbox", isolation.isolated, detail)]


async def _store(store: Store) -> dict[str, Any]:
    try:
        await store.flush()
    except AutovetError as error:
        return _entry("store", False, str(error))
    health = store.health()
    return _entry("store", health.state == "ready", health.reason or str(dict(health.detail)))


def _entry(what: str, ok: bool, detail: str) -> dict[str, Any]:
    return {"what": what, "ok": ok, "detail": detail}
