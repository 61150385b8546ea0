"""System calls that ``os`` does not offer in every version we support."""

import ctypes
import os
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND = 1, 2, 4, 8, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS = 22, 38, 39

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442
_AT_RECURSIVE = 0x8000
_AT_FDCWD = -100

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def _path(path: "str | None") -> "bytes | None":
    return None if path is None else os.fsencode(path)


def syscall(number: int, *arguments: "int | bytes | ctypes.Array[ctypes.c_char] | None") -> int:
    """Call the kernel by number; raises OSError."""
    prepared = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *prepared), f"syscall {number}")


def prctl(option: int, *arguments: "int | ctypes.Array[ctypes.c_char]") -> int:
    """Change or ask for a property of this process; raises OSError."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    prepared = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in padded]
    return _checked(_libc.prctl(option, *prepared), f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave namespaces for new ones; raises OSError."""
    _checked(_libc.unshare(flags), f"unshare {flags:#x}")


def setns(descriptor: int, kind: int) -> None:
    """Enter a namespace; raises OSError."""
    _checked(_libc.setns(descriptor, kind), "setns")


def mount(
    source: "str | None", target: str, kind: "str | None" = None, flags: int = 0, data: str = ""
) -> None:
    """Mount; raises OSError."""
    kind_bytes = None if kind is None else kind.encode()
    result = _libc.mount(
        _path(source), _path(target), kind_bytes, ctypes.c_ulong(flags), data.encode() or None
    )
    _checked(result, f"mount on {target}")


def detach(target: str) -> None:
    """Unmount lazily; raises OSError."""
    _checked(_libc.umount2(_path(target), MNT_DETACH), f"umount {target}")


def pivot_root(new_root: str, put_old: str) -> None:
    """Change the root of this mount namespace; raises OSError."""
    number = _PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(0, f"pivot_root is not known on {os.uname().machine}")
    syscall(number, _path(new_root), _path(put_old))


def make_read_only(target: str, *, recursive: bool) -> None:
    """Make a mount read-only and its set-uid bits void (Linux 5.12); raises OSError."""
    attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    flags = _AT_RECURSIVE if recursive else 0
    syscall(_MOUNT_SETATTR, _AT_FDCWD, _path(target), flags, buffer, len(attributes))


def drop_capabilities() -> None:
    """Give up every capability; with no_new_privs none comes back. Raises OSError."""
    header = struct.pack("Ii", 0x20080522, 0)
    _checked(_libc.capset(header, bytes(24)), "capset")


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies; exit if it is gone already."""
    prctl(PR_SET_PDEATHSIG, 9)
    if os.getppid() != parent:
        os._exit(1)
