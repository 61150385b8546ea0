"""One step: puts up its walls, waits, then reads, runs and answers."""

import fcntl
import io
import json
import os
import random
import signal
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from . import isolation
from .evaluation import evaluate
from .module_under_test import ModuleUnderTest
from .wire import END, TASK

if sys.platform == "linux":
    from . import linux

if TYPE_CHECKING:
    from .zygote import Walls

SETUP_FAILED = 77
"""Exit status of a step that could not put up its walls."""
PREPARED = b"+"
"""First byte of the answer once they stand; whatever comes before it, no hostile code wrote."""
_RESULT, _GO = 3, 4
_ALONE = "probed.py"
"""Where a text of a step's own stands."""


def run(ends: "tuple[int, int, int]", walls: "Walls", parent: int) -> None:
    """Be a step that does one task; does not return.

    ``ends`` are of the pipes for the task, output and result; ``parent`` is the job's process id.
    """
    status = 1
    # Taken before the code under test can replace them.
    leave, write, dumps, flush = os._exit, os.write, json.dumps, sys.stdout.flush
    suspend = signal.pause
    try:
        try:
            _prepare(ends, walls, parent)
        except BaseException as error:  # noqa: BLE001 (the job has to hear of it)
            write(_RESULT, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
            leave(SETUP_FAILED)
        write(_RESULT, PREPARED)
        shared, own, cpu_s = TASK.unpack(_read(TASK.size))
        request, task = json.loads(_read(shared)), json.loads(_read(own))
        os.close(_GO)
        isolation.limit_processor_time(cpu_s)
        data = dumps(_answer(request, task, walls.libraries)).encode() + END
        flush()
        while data:
            data = data[write(_RESULT, data) :]
        suspend()
    finally:
        leave(status)


def _read(size: int) -> bytes:
    """Exactly ``size`` bytes of the task; ends the process where it will never get one."""
    data = bytearray()
    while len(data) < size:
        chunk = os.read(_GO, size - len(data))
        if not chunk:
            os._exit(1)
        data += chunk
    return bytes(data)


def _prepare(ends: "tuple[int, int, int]", walls: "Walls", parent: int) -> None:
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
    )
    os.environ["HOME"] = walls.scratch
    os.environ["TMPDIR"] = os.path.join(walls.scratch, "tmp")
    tempfile.tempdir = None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    random.seed(0)  # the same code has to do the same thing twice


def _answer(
    request: "dict[str, Any]", task: "dict[str, Any]", libraries: "set[str]"
) -> "dict[str, Any]":
    if task["code"] is None:
        code, path, files = request["code"], request["path"], request["files"]
    else:
        code, path, files = task["code"], _ALONE, {}
    module = ModuleUnderTest(code, path, files, request["root"], libraries)
    module.lay_out(os.getcwd())
    return evaluate(module, task)
