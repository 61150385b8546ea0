"""Imports a heavy module without holding up the other threads of the process."""

import gc
import importlib
import threading
from types import ModuleType

_ONE_AT_A_TIME = threading.Lock()


def import_quietly(name: str) -> ModuleType:
    """Import a module with garbage collection put off until it is there.

    A full collection amid thousands of new objects holds the interpreter for tens of
    milliseconds, and with it the caller's event loop, from whichever thread it starts in.
    """
    with _ONE_AT_A_TIME:
        collecting = gc.isenabled()
        gc.disable()
        try:
            return importlib.import_module(name)
        finally:
            if collecting:
                gc.enable()
