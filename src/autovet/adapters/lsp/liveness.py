"""Tells a server that hangs from one that is only slow."""

import psutil

from autovet.adapters.lsp.connection import Connection

SILENCE_S = 1.5
"""How long a server may say nothing, while it owes an answer, before anybody looks at it."""
_LOOKS = 3
_AT_WORK = frozenset({psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP})


class Liveness:
    """Looks for signs of life while a server owes an answer; made anew for each wait.

    After a silence the server is sent a request that its main loop answers at once, and its
    process is watched. It hangs when, look after look, it neither says anything, nor uses
    processor time, nor stands in line for the processor or the disk. A server that works hard
    uses processor time, and one whose threads wait for something still answers.
    """

    def __init__(self, connection: Connection, now: float) -> None:
        """Begin to wait at ``now``, on the clock that ``hangs`` is asked with."""
        self._connection = connection
        self._since = now
        self._messages = connection.received
        self._used_s: float | None = None
        self._dead_looks = 0

    def hangs(self, now: float) -> bool:
        """Look once; True when nothing has been seen of the server for several looks."""
        if self._connection.received != self._messages:
            self._messages = self._connection.received
            self._since, self._used_s, self._dead_looks = now, None, 0
        if now - self._since < SILENCE_S:
            return False
        try:
            process = psutil.Process(self._connection.pid)
            times = process.cpu_times()
            working = process.status() in _AT_WORK
        except psutil.Error:
            return False  # it is gone, which its connection notices
        used_s = times.user + times.system
        if self._used_s is None:
            self._connection.poke()
        still = self._used_s is not None and used_s <= self._used_s and not working
        self._dead_looks = self._dead_looks + 1 if still else 0
        self._used_s = used_s
        return self._dead_looks >= _LOOKS
