"""A system call filter: refuses what code under test never needs, with EPERM."""

import ctypes
import errno
import functools
import os
import struct
import sys

from .linux import PR_SET_SECCOMP, prctl

_LOAD, _JEQ, _JGE, _AND, _RET = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x40000000
_NEW_NAMESPACES = 0x7E020080
_CLONE_THREAD = 0x00010000
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Name, number on x86_64, number on aarch64 (-1: not there); from the kernel's unistd headers.
_TABLE = """
ptrace 101 117|process_vm_readv 310 270|process_vm_writev 311 271|kcmp 312 272|mount 165 40
umount2 166 39|pivot_root 155 41|chroot 161 51|unshare 272 97|setns 308 268|open_tree 428 428
move_mount 429 429|fsopen 430 430|fsconfig 431 431|fsmount 432 432|fspick 433 433
mount_setattr 442 442|name_to_handle_at 303 264|open_by_handle_at 304 265|kexec_load 246 104
kexec_file_load 320 294|bpf 321 280|keyctl 250 219|add_key 248 217|request_key 249 218
memfd_create 319 279|memfd_secret 447 447|perf_event_open 298 241|userfaultfd 323 282
io_uring_setup 425 425|io_uring_enter 426 426|io_uring_register 427 427|init_module 175 105
finit_module 313 273|delete_module 176 106|swapon 167 224|swapoff 168 225|reboot 169 142
acct 163 89|quotactl 179 60|quotactl_fd 443 443|syslog 103 116|settimeofday 164 170
clock_settime 227 112|clock_adjtime 305 266|adjtimex 159 171|personality 135 92
migrate_pages 256 238|move_pages 279 239|process_madvise 440 440|process_mrelease 448 448
pidfd_getfd 438 438|shmget 29 194|shmat 30 196|msgget 68 186|semget 64 190|mq_open 240 180
setpriority 141 140|sched_setaffinity 203 122|sched_setscheduler 144 119|sched_setattr 314 274
sched_setparam 142 118|ioprio_set 251 30|fanotify_init 300 262|sethostname 170 161
setdomainname 171 162|vhangup 153 58|iopl 172 -1|ioperm 173 -1|modify_ldt 154 -1
socket 41 198|connect 42 203|bind 49 200
"""
# Without a process and mount namespace of its own, a step also has to be kept from other
# processes of the same user and from what Landlock does not cover.
_TABLE_WITHOUT_NAMESPACES = """
fork 57 -1|vfork 58 -1|execve 59 221|execveat 322 281|pidfd_open 434 434|pidfd_send_signal 424 424
chmod 90 -1|fchmod 91 52|fchmodat 268 53|fchmodat2 452 452|chown 92 -1|lchown 94 -1|fchown 93 55
fchownat 260 54|setxattr 188 5|lsetxattr 189 6|fsetxattr 190 7|setxattrat 463 463
removexattr 197 14|lremovexattr 198 15|fremovexattr 199 16|removexattrat 466 466|utime 132 -1
utimes 235 -1|futimesat 261 -1|utimensat 280 88
"""
_TABLE_OF_SIGNALS = (
    "kill 62 129|tkill 200 130|tgkill 234 131|rt_sigqueueinfo 129 138|rt_tgsigqueueinfo 297 240"
)
_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKETPAIR, _PRLIMIT64 = (53, 199), (302, 261)


def _instruction(code: int, k: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, when_true, when_false, k)


def _refuse(error: int = errno.EPERM) -> bytes:
    return _instruction(_RET, _ERRNO | error)


def _numbers(table: str, column: int) -> "list[int]":
    rows = [row.split() for row in table.replace("\n", "|").split("|") if row.strip()]
    return [int(row[1 + column]) for row in rows if int(row[1 + column]) >= 0]


def _on_call(number: int, body: bytes) -> bytes:
    """Run ``body`` for this system call only, and look at its number again afterwards."""
    body += _instruction(_LOAD, _NUMBER)
    return _instruction(_JEQ, number, 0, len(body) // 8) + body


def _argument(index: int) -> bytes:
    return _instruction(_LOAD, 16 + 8 * index)  # the low half; both machines are little-endian


def _unless_argument(index: int, allowed: "tuple[int, ...]") -> bytes:
    tests = b"".join(
        _instruction(_JEQ, value, len(allowed) - position, 0)
        for position, value in enumerate(allowed)
    )
    return _argument(index) + tests + _refuse()


@functools.lru_cache(maxsize=1)
def build_filter(machine: str, pid: int, *, namespaces: bool) -> bytes:
    """The filter's program.

    Raises:
        KeyError: the machine is neither x86_64 nor aarch64.
    """
    architecture = _AUDIT[machine]
    column = 0 if machine == "x86_64" else 1
    program = _instruction(_LOAD, _ARCHITECTURE) + _instruction(_JEQ, architecture, 1, 0)
    program += _instruction(_RET, _KILL) + _instruction(_LOAD, _NUMBER)
    if machine == "x86_64":
        program += _instruction(_JGE, _X32, 0, 1) + _refuse()
    refused = _numbers(_TABLE, column)
    if not namespaces:
        refused += _numbers(_TABLE_WITHOUT_NAMESPACES, column)
    for number in refused:
        program += _instruction(_JEQ, number, 0, 1) + _refuse()
    # The C library then falls back to clone, whose flags a filter can read.
    program += _on_call(_CLONE3[column], _refuse(errno.ENOSYS))
    if namespaces:
        body = _argument(0) + _instruction(_AND, _NEW_NAMESPACES)
        body += _instruction(_JEQ, 0, 1, 0) + _refuse()
    else:
        body = _argument(0) + _instruction(_AND, _CLONE_THREAD)
        body += _instruction(_JEQ, _CLONE_THREAD, 1, 0) + _refuse()
    program += _on_call(_CLONE[column], body)
    # A datagram socket could be sent from to any path; a stream pair reaches only itself.
    body = _argument(1) + _instruction(_AND, 0xF) + _instruction(_JEQ, 1, 1, 0) + _refuse()
    program += _on_call(_SOCKETPAIR[column], body)
    program += _on_call(_PRLIMIT64[column], _unless_argument(0, (0, pid)))
    if not namespaces:
        for number in _numbers(_TABLE_OF_SIGNALS, column):
            program += _on_call(number, _unless_argument(0, (pid,)))
    return program + _instruction(_RET, _ALLOW)


def install(*, namespaces: bool) -> None:
    """Put this process under the filter, for good.

    Raises:
        OSError: the kernel refuses it, or the machine is not known.
    """
    machine = os.uname().machine
    if machine not in _AUDIT or sys.byteorder != "little" or sys.maxsize < 2**32:
        raise OSError(errno.ENOSYS, f"no system call table for {machine}")
    program = build_filter(machine, os.getpid(), namespaces=namespaces)
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    prctl(PR_SET_SECCOMP, 2, ctypes.create_string_buffer(header, len(header)))
