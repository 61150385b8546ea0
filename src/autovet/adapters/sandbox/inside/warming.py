"""Imports in the zygote, so that no step has to do them again."""

import contextlib
import gc
import importlib
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable

from .probe import holds

if sys.platform == "linux":
    from . import seccomp

_STANDARD = """
abc argparse array asyncio base64 bisect calendar cmath collections.abc concurrent.futures
contextlib contextvars copy csv dataclasses datetime decimal difflib email.message enum fractions
functools getpass glob hashlib heapq hmac html http inspect io ipaddress itertools json keyword
linecache locale logging math mimetypes numbers operator os pathlib pickle platform pprint queue
random re secrets shlex shutil signal sqlite3 ssl stat statistics string struct subprocess
tempfile textwrap threading time timeit traceback types typing unittest.mock urllib.parse
urllib.request uuid warnings weakref zlib zoneinfo
"""


def import_standard_library() -> None:
    """Import what code under test is likely to import."""
    for name in _STANDARD.split():
        with contextlib.suppress(ImportError):  # an interpreter may lack optional parts
            importlib.import_module(name)
    if sys.platform == "linux":
        with contextlib.suppress(KeyError):  # a machine without a filter
            # With namespaces, every step is process 1 of its own.
            seccomp.build_filter(os.uname().machine, 1, namespaces=True)
    _settle()


def import_libraries(names: Iterable[str]) -> "set[str]":
    """Import installed libraries; the top-level names of all modules that came with them.

    A library that fails, takes too long, or starts threads (a process with threads cannot enter
    a namespace) is left to the steps that want it: each is tried in a child first.
    """
    before = set(sys.modules)
    for name in names:
        if name not in sys.modules and _is_installed(name) and holds(lambda n=name: _try(n)):  # type: ignore[misc] # mypy cannot infer a default
            importlib.import_module(name)
    _settle()
    return {module.partition(".")[0] for module in set(sys.modules) - before}


def _is_installed(name: str) -> bool:
    """Whether the environment itself holds it: a project linked into it may be under test."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    places = [*(spec.submodule_search_locations or ()), spec.origin or ""]
    own = tuple(os.path.join(sysconfig.get_path(kind), "") for kind in ("purelib", "platlib"))
    return all(place.startswith(own) for place in places)


def _try(name: str) -> bool:
    importlib.import_module(name)
    return sys.platform != "linux" or len(os.listdir("/proc/self/task")) == 1


def _settle() -> None:
    """Keep the collector from touching, and so copying, what all children share."""
    gc.collect()
    gc.freeze()
