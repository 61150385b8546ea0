"""``python -m benchmarks.hostile [RUNS]``: hostile programs, each followed by an ordinary one.

At the end, what many runs with an orphan and files of their own left behind: processes, open
files, mounts.
"""

import asyncio
import sys
from pathlib import Path

import psutil

from autovet.adapters.sandbox import ZygoteSandbox
from autovet.adapters.sandbox.inside.job import READY_STEPS
from autovet.adapters.sandbox.inside.zygote import WAITING
from autovet.domain.execution import Job, Step
from benchmarks.measure import Measure, table

_RUNS = 1000
_BUDGET_S = 1.0
_PRELUDE = """
import ctypes, json, os, pickle, signal, socket, sys, threading, time

def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)

def grow():
    kept = []
    while True:
        kept.append(bytearray(1 << 26))

def grandchild():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)

def flood():
    while True:
        print("x" * 100_000)

def recurse(n):
    return recurse(n + 1)

def patch():
    def lie(*given, **more):
        return "lie"
    json.dumps = os.write = os._exit = lie
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("autovet"):
            for name in list(vars(module)):
                setattr(module, name, lie)

def poison():
    open("json.py", "w").write("raise SystemExit")
    del sys.modules["json"]
    sys.path.insert(0, os.getcwd())
    import json

class Pickled:
    def __reduce__(self):
        return bytes, (1 << 30,)
"""
PROGRAMS = {
    "fork bomb": "bomb()",
    "memory bomb": "grow()",
    "infinite loop": "exec('while True: pass')",
    "setsid grandchild": "grandchild()",
    "output flood": "flood()",
    "signal to the parent": "os.kill(os.getppid(), 9) or os.kill(1, 9)",
    "ptrace": "ctypes.CDLL(None).ptrace(16, 1, 0, 0)",
    "secrets at home": "open(os.path.expanduser('~root/.ssh/id_rsa')).read()",
    "/proc of others": "open('/proc/1/mem', 'rb').read(1)",
    "network": "socket.create_connection(('127.0.0.1', 22), 1)",
    "writing outside": "open('/usr/x', 'w')",
    "poisoned module in the working directory": "poison()",
    "closed descriptors": "os.closerange(0, 100)",
    "deep recursion": "recurse(0)",
    "os._exit": "os._exit(0)",
    "patched harness": "patch()",
    "sleep past the budget": "time.sleep(600)",
    "1 GB pickle": "pickle.loads(pickle.dumps(Pickled()))",
    "text that is no unicode": "sys.stdout.buffer.write(b'\\xff') and '\\udcff'",
    "thread left behind": "threading.Thread(target=time.sleep, args=(600,)).start()",
}
_ORDINARY = Job("def f(n):\n    return n + 1\n", "plain.py", (Step("f(1)"),), budget_s=10.0)
_LITTER = (
    "import os, time\nif os.fork() == 0:\n    time.sleep(600)\nopen('f', 'w').write('x' * 10**6)\n"
)


async def main(runs: int) -> None:
    """Run them all and print one table."""
    sandbox = ZygoteSandbox()
    measures = []
    try:
        for name, call in PROGRAMS.items():
            job = Job(_PRELUDE, "hostile.py", (Step(call),), budget_s=_BUDGET_S)
            (outcome,) = await sandbox.run(job)
            (after,) = await sandbox.run(_ORDINARY)
            said = f"{outcome.kind} {outcome.error or outcome.text}".strip()
            then = "an ordinary run is right" if after.value == ["int", "2"] else "BROKEN"
            measures.append(Measure(name, said, then))
        before = await _settled(sandbox)
        litter = Job(_LITTER, "litter.py", (Step("1"),), budget_s=5.0)
        for _ in range(runs // 10):
            await asyncio.gather(*(sandbox.run(litter) for _ in range(10)))
        left = await _settled(sandbox)
        for what, old, new in zip(("processes", "open files", "mounts"), before, left, strict=True):
            measures.append(Measure(f"{what} left by {runs} runs", str(new - old), f"{new} now"))
    finally:
        await sandbox.aclose()
    sys.stdout.write(table(measures))


async def _settled(sandbox: ZygoteSandbox) -> tuple[int, int, int]:
    """Processes, open files and mounts of the sandbox, once what is dying is dead."""
    await sandbox.run(_ORDINARY)
    stub = psutil.Process(sandbox.health().pid)
    for _ in range(200):
        family = stub.children(recursive=True)
        if len(family) == 1 + WAITING * (1 + READY_STEPS):  # the zygote, and what waits for work
            break
        await asyncio.sleep(0.05)
    zygote = stub.children()[0]
    mounts = Path(f"/proc/{zygote.pid}/mountinfo").read_text(encoding="utf-8").count("\n")
    return len(family), psutil.Process().num_fds() + zygote.num_fds(), mounts


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _RUNS))
