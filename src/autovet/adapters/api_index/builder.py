"""Records files in a process of its own: parsing a large one holds an interpreter for long."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import msgspec

from autovet.adapters.api_index.recording import record_of
from autovet.adapters.api_index.records import ModuleRecord

_PER_FILE_S = 10.0


class Builder:
    """Starts the process with the first file and ends it with ``close``.

    Args:
        deadline: on the monotonic clock; what is not built by then is not built.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._process: subprocess.Popen[bytes] | None = None

    def build(self, path: str) -> ModuleRecord | None:
        """Record a file; None when it cannot be parsed.

        Raises:
            TimeoutError: it takes longer than there is time.
        """
        left = min(self._deadline - time.monotonic(), _PER_FILE_S)
        if left <= 0:
            raise TimeoutError
        if self._process is None:
            command = [sys.executable, "-m", __name__]
            self._process = subprocess.Popen(  # noqa: S603 (ourselves)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        process = self._process
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(left, end)
        timer.start()
        try:
            answer = _exchange(process, path)
        finally:
            timer.cancel()
        if answer is None:
            self.close()
            if late.is_set():
                raise TimeoutError
            return None  # the file ended the process: it stays unknown
        return msgspec.msgpack.decode(answer, type=ModuleRecord | None)

    def close(self) -> None:
        """End the process; a second call does nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _exchange(process: subprocess.Popen[bytes], path: str) -> bytes | None:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process needs pipes")
    try:
        _write(process.stdin, path.encode("utf-8", "surrogateescape"))
    except OSError:
        return None
    return _read(process.stdout)


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "big")
    data = pipe.read(size)
    return data if len(data) == size else None


def main() -> None:
    """Answer paths with records until the input ends."""
    while (data := _read(sys.stdin.buffer)) is not None:
        path = Path(data.decode("utf-8", "surrogateescape"))
        try:
            record = record_of(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            record = None
        _write(sys.stdout.buffer, msgspec.msgpack.encode(record))


if __name__ == "__main__":
    main()
