"""Imports a heavy module without holding up the other threads of the process."""

import gc
import importlib
import threading
from types import ModuleType

_ONE_AT_A_TIME = threading.Lock()


def import_quietly(name: str) -> ModuleType:
    """Import a module without a garbage collection over what it brings.

    Collecting amid 200,000 new objects holds the interpreter for 40 to 60 ms, and with it the
    caller's event loop, from whichever thread it starts in. So collection waits until the module
    is there, and then leaves alone what exists by then (``gc.freeze``): classes, functions and
    modules that live as long as the process.
    """
    with _ONE_AT_A_TIME:
        collecting = gc.isenabled()
        gc.disable()
        try:
            module = importlib.import_module(name)
            gc.freeze()
        finally:
            if collecting:
                gc.enable()
    return module
