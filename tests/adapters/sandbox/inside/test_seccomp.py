import struct

import pytest

from autovet.adapters.sandbox.inside.seccomp import build_filter

ALLOW, REFUSE, NO_SUCH_CALL, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
X86, ARM = 0xC000003E, 0xC00000B7


def answer(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What the kernel would do: an interpreter of the few instructions in use."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *padded)
    lines = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at, register = 0, 0
    while True:
        code, when_true, when_false, k = lines[at]
        at += 1
        if code == 0x20:
            (register,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            register &= k
        elif code == 0x15:
            at += when_true if register == k else when_false
        elif code == 0x35:
            at += when_true if register >= k else when_false
        else:
            assert code == 0x06
            return k


# name: (x86_64, aarch64)
MOUNT, PTRACE, SOCKET, READ = (165, 40), (101, 117), (41, 198), (0, 63)
CLONE, CLONE3, KILL_CALL, EXECVE = (56, 220), (435, 435), (62, 129), (59, 221)
SOCKETPAIR, PRLIMIT = (53, 199), (302, 261)
THREAD, NEW_USER = 0x3D0F00, 0x10000000


@pytest.mark.parametrize(
    ("machine", "architecture", "column"), [("x86_64", X86, 0), ("aarch64", ARM, 1)]
)
@pytest.mark.parametrize("namespaces", [True, False])
def test_filter(machine: str, architecture: int, column: int, namespaces: bool) -> None:
    program = build_filter(machine, 42, namespaces=namespaces)

    def ask(call: tuple[int, int], *arguments: int) -> int:
        return answer(program, architecture, call[column], *arguments)

    alone = ALLOW if namespaces else REFUSE
    assert {ask(MOUNT), ask(PTRACE), ask(SOCKET, 2), ask(SOCKET, 1)} == {REFUSE}
    assert ask(READ) == ALLOW
    assert ask(CLONE3) == NO_SUCH_CALL
    assert ask(CLONE, THREAD) == ALLOW
    assert ask(CLONE, NEW_USER) == REFUSE
    assert ask(CLONE, 17) == alone
    assert ask(EXECVE) == alone
    assert ask(KILL_CALL, 1) == alone
    assert ask(KILL_CALL, 42) == ALLOW
    assert ask(SOCKETPAIR, 1, 1) == ALLOW
    assert ask(SOCKETPAIR, 1, 0x80001) == ALLOW
    assert ask(SOCKETPAIR, 1, 2) == REFUSE
    assert ask(PRLIMIT, 0) == ALLOW
    assert ask(PRLIMIT, 1) == REFUSE
    assert answer(program, 3, READ[column]) == KILL
    if machine == "x86_64":
        assert answer(program, X86, 0x40000000 | 1) == REFUSE


def test_unknown_machines_have_no_filter() -> None:
    with pytest.raises(KeyError):
        build_filter("mips", 1, namespaces=True)
