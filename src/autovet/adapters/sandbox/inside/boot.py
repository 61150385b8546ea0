"""Starts the stub; run as a script by the interpreter of the environment under test.

Its only argument is JSON: ``root`` (a directory to show, or null), ``namespaces`` (whether to try
them), ``unisolated`` (whether to go on without walls) and ``parent`` (the service's process id).
Standard input is the control socket.
"""

import importlib.util
import json
import os
import socket
import sys

_NAME = "autovet_sandbox"


def main() -> None:
    """Load the sibling files as a package of their own, and become the stub."""
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == here:
        del sys.path[0]
    spec = importlib.util.spec_from_file_location(
        _NAME, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    if spec is None or spec.loader is None:
        raise SystemExit(1)
    package = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = package
    spec.loader.exec_module(package)
    stub = importlib.import_module(f"{_NAME}.stub")
    stub.run(socket.socket(fileno=os.dup(0)), json.loads(sys.argv[1]))


if __name__ == "__main__":
    main()
