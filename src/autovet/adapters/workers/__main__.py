"""A worker process: reads requests from standard input until it ends.

Two answers follow each request: the gate's as soon as it is known, so that the servers can start,
then the inspection. What the code under test makes us print goes to standard error.
"""

import gc
import os
import resource
import sys
from typing import BinaryIO

from autovet.adapters.package_knowledge import PackageKnowledge
from autovet.adapters.workers.frames import WorkerAnswer, pack, read_frame, unpack_request
from autovet.adapters.workers.inspecting import InspectionRoom
from autovet.checks.registry import all_checks

MEMORY_BYTES = 4 * 2**30
FULL_COLLECTION_EVERY = 100


def main() -> None:
    """Serve until the pool closes the pipe."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft > MEMORY_BYTES:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
    all_checks()
    gc.collect()
    gc.freeze()
    _say(answers, WorkerAnswer(ready=True))
    serve(requests, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests in order; whatever a request does, the next one is answered."""
    room = InspectionRoom(PackageKnowledge())
    # trees are full of cycles: collect them after an answer, not in the middle of one
    gc.disable()
    served = 0
    while (body := read_frame(requests)) is not None:
        request = unpack_request(body)
        admitted = room.admit(request.source, request.context)
        _say(answers, WorkerAnswer(admission=admitted.admission))
        try:
            report = room.inspect(admitted, request.source, request.context)
        except Exception as error:  # noqa: BLE001 (the pool turns it into an undecided verdict)
            _say(answers, WorkerAnswer(failure=f"{type(error).__name__}: {error}"))
        else:
            _say(answers, WorkerAnswer(inspection=report))
        del admitted
        served += 1
        gc.collect(0 if served % FULL_COLLECTION_EVERY else 2)


def _say(answers: BinaryIO, answer: WorkerAnswer) -> None:
    answers.write(pack(answer))
    answers.flush()


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(1)
