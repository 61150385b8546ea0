"""The first process: tries the layers, enters the namespaces, and starts the zygote in them."""

import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
from typing import Any

from . import isolation, probe, warming, zygote
from .readable import readable_paths
from .wire import SIZE

if sys.platform == "linux":
    from . import linux, root


def run(control: socket.socket, settings: "dict[str, Any]") -> None:
    """Be the stub until the zygote ends; the first frame on ``control`` says how it went."""
    try:
        _start(control, settings)
    except Exception as error:  # noqa: BLE001 (whatever it is, the service has to know)
        hello = {"layers": {}, "isolated": False, "reason": f"{type(error).__name__}: {error}"}
        with contextlib.suppress(OSError):
            _say(control, hello)
        os._exit(1)


def _say(control: socket.socket, hello: "dict[str, Any]") -> None:
    data = json.dumps(hello).encode()
    control.sendall(SIZE.pack(len(data)) + data)


def _start(control: socket.socket, settings: "dict[str, Any]") -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    paths = readable_paths(settings["root"])
    layers = probe.probe_layers(paths, namespaces=settings["namespaces"])
    isolated, reason = probe.verdict(layers)
    walls = zygote.Walls(
        namespaces=isolated and layers.get("namespaces", False),
        layers=[name for name, held in layers.items() if held],
        paths=paths,
        scratch="",
    )
    hello = {"layers": layers, "isolated": isolated, "reason": reason}
    if not isolated and not settings["unisolated"]:
        _say(control, hello)
        os._exit(0)
    if walls.namespaces:
        isolation.enter_namespaces(paths, walls.layers)
        walls.scratch = root.SCRATCH
    elif isolated:
        isolation.leave_root()
    if sys.platform == "linux":
        linux.die_with_parent(settings["parent"])  # a change of user would have undone it
    if not walls.namespaces:
        walls.scratch = tempfile.mkdtemp(prefix="autovet-")
    own = os.getpid()
    pid = os.fork()
    if pid == 0:
        if sys.platform == "linux":
            # The parent is outside of the new process namespace and so reads as 0.
            linux.die_with_parent(0 if walls.namespaces else own)
        warming.import_standard_library()
        _say(control, hello)
        zygote.serve(control, walls)
    control.close()
    status = os.waitpid(pid, 0)[1]
    if not walls.namespaces:
        shutil.rmtree(walls.scratch, ignore_errors=True)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
