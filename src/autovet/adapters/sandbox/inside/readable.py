"""Which files of the host a run needs: the interpreter, its environment, shared libraries."""

import os
import sys

_LIBRARIES = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store")
_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def readable_paths(root: "str | None") -> "list[str]":
    """Existing paths, parents before children; ``root`` is the project's directory, if any."""
    # Only these parts of a prefix: a virtual environment may stand in somebody's home.
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    paths = {os.path.join(p, part) for p in prefixes for part in ("lib", "lib64", "pyvenv.cfg")}
    paths.update(_LIBRARIES)
    paths.update(_FILES)
    executable = sys.executable
    while executable:
        paths.add(executable)
        executable = _link_target(executable)
    if root is not None:
        paths.add(os.path.realpath(root))
    return sorted(path for path in paths if os.path.exists(path))


def _link_target(path: str) -> str:
    if not os.path.islink(path):
        return ""
    return os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
