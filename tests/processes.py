"""What tests do to processes that they started."""

import os
import signal
import time

import psutil


def stop(pid: int) -> None:
    """Stop a process, and wait until the kernel has done so."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 5
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < deadline, "the process does not stop"
        time.sleep(0.005)
    time.sleep(0.02)
