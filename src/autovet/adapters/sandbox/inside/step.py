"""One step: puts up its walls, then reads, runs and answers."""

import fcntl
import io
import json
import os
import random
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from . import isolation
from .evaluation import evaluate
from .module_under_test import ModuleUnderTest

if sys.platform == "linux":
    from . import linux

if TYPE_CHECKING:
    from .zygote import Walls

SETUP_FAILED = 77
"""Exit status of a step that could not put up its walls."""
PREPARED = b"+"
"""First byte of the answer once they stand; whatever comes before it, no hostile code wrote."""
_RESULT, _GO = 3, 4


def run(
    payload: bytes,
    index: int,
    ends: "tuple[int, int, int]",
    walls: "Walls",
    limits: "tuple[float, int]",
) -> None:
    """Be step ``index``; does not return.

    ``ends`` are of the pipes for the word to go, output and result; ``limits`` are seconds and
    the job's process id.
    """
    status = 1
    # Taken before the code under test can replace them.
    leave, write, dumps, flush = os._exit, os.write, json.dumps, sys.stdout.flush
    try:
        try:
            _prepare(ends, walls, *limits)
        except BaseException as error:  # noqa: BLE001 (the job has to hear of it)
            write(_RESULT, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
            leave(SETUP_FAILED)
        write(_RESULT, PREPARED)
        if not os.read(_GO, 1):
            leave(status)
        os.close(_GO)
        request = json.loads(payload)
        data = dumps(_answer(request, index, walls.libraries)).encode()
        flush()
        while data:
            data = data[write(_RESULT, data) :]
        status = 0
    finally:
        leave(status)


def _prepare(ends: "tuple[int, int, int]", walls: "Walls", limit_s: float, parent: int) -> None:
    # Clear of the numbers that are given away below.
    go, output, result = (fcntl.fcntl(end, fcntl.F_DUPFD, _GO + 1) for end in ends)
    os.dup2(output, 1)
    os.dup2(result, _RESULT, inheritable=False)
    os.dup2(go, _GO, inheritable=False)
    os.closerange(_GO + 1, 1 << 16)
    if not walls.namespaces:
        os.setpgid(0, 0)
        if sys.platform == "linux":
            linux.die_with_parent(parent)
        walls.scratch = tempfile.mkdtemp(dir=walls.scratch)
    isolation.isolate_step(
        namespaces=walls.namespaces,
        layers=walls.layers,
        scratch=walls.scratch,
        paths=walls.paths,
        cpu_s=limit_s,
    )
    os.environ["HOME"] = walls.scratch
    os.environ["TMPDIR"] = os.path.join(walls.scratch, "tmp")
    tempfile.tempdir = None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    random.seed(0)  # the same code has to do the same thing twice


def _answer(request: "dict[str, Any]", index: int, libraries: "set[str]") -> "dict[str, Any]":
    module = ModuleUnderTest(
        request["code"], request["path"], request["files"], request["root"], libraries
    )
    module.lay_out(os.getcwd())
    return evaluate(module, request["steps"][index])
