"""What a constraint such as ``no_print`` or ``no_network`` forbids: calls, imports and syntax."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """What must not occur.

    Attributes:
        calls: qualified names of functions; with a dot at the end all that begins so.
        methods: names of methods on any receiver.
        nodes: kinds of syntax.
    """

    calls: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    nodes: tuple[type[ast.AST], ...] = ()


_PRINT = Concept(calls=("builtins.print", "pprint.pprint"))
_NETWORK = Concept(
    calls=("requests.", "httpx.", "aiohttp.", "urllib.request.", "urllib3.", "http.client.", "socket.",
           "smtplib.", "ftplib.", "imaplib.", "poplib.", "websockets.", "grpc.", "paramiko.", "pycurl.",
           "asyncio.open_connection", "ssl.")
)  # fmt: skip
_PROCESSES = Concept(
    calls=("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "os.fork", "pty.",
           "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell")
)  # fmt: skip
_THREADS = Concept(
    calls=("threading.Thread", "threading.Timer", "_thread.", "concurrent.futures.ThreadPoolExecutor",
           "multiprocessing.", "concurrent.futures.ProcessPoolExecutor", "asyncio.to_thread")
)  # fmt: skip
_FILES = Concept(
    calls=("builtins.open", "io.open", "os.open", "os.remove", "os.unlink", "os.rename", "os.makedirs",
           "os.mkdir", "os.rmdir", "shutil.", "tempfile."),
    methods=frozenset({"read_text", "write_text", "read_bytes", "write_bytes", "unlink", "mkdir", "touch"}),
)  # fmt: skip
_GLOBALS = Concept(nodes=(ast.Global,))
_RANDOM = Concept(calls=("random.", "numpy.random.", "secrets.", "uuid.uuid1", "uuid.uuid4"))
_EVAL = Concept(calls=("builtins.eval", "builtins.exec", "builtins.compile"))

CONCEPTS: Mapping[str, Concept] = {
    "print": _PRINT,
    "prints": _PRINT,
    "print_statements": _PRINT,
    "eval": _EVAL,
    "exec": _EVAL,
    "dynamic_code": _EVAL,
    "input": Concept(calls=("builtins.input",)),
    "network": _NETWORK,
    "network_access": _NETWORK,
    "network_calls": _NETWORK,
    "http": _NETWORK,
    "subprocess": _PROCESSES,
    "subprocesses": _PROCESSES,
    "shell": _PROCESSES,
    "threads": _THREADS,
    "threading": _THREADS,
    "multithreading": _THREADS,
    "multiprocessing": Concept(
        calls=("multiprocessing.", "concurrent.futures.ProcessPoolExecutor")
    ),
    "file_io": _FILES,
    "file_access": _FILES,
    "filesystem": _FILES,
    "disk": _FILES,
    "random": _RANDOM,
    "randomness": _RANDOM,
    "sleep": Concept(calls=("time.sleep", "asyncio.sleep")),
    "global": _GLOBALS,
    "globals": _GLOBALS,
    "global_state": _GLOBALS,
    "global_variables": _GLOBALS,
    "assert": Concept(nodes=(ast.Assert,)),
    "asserts": Concept(nodes=(ast.Assert,)),
    "lambda": Concept(nodes=(ast.Lambda,)),
    "lambdas": Concept(nodes=(ast.Lambda,)),
    "classes": Concept(nodes=(ast.ClassDef,)),
    "pickle": Concept(calls=("pickle.", "shelve.", "marshal.", "dill.")),
    "datetime_now": Concept(
        calls=("datetime.datetime.now", "datetime.datetime.utcnow", "time.time")
    ),
    "env": Concept(calls=("os.getenv", "os.environ.get")),
    "environment_variables": Concept(calls=("os.getenv", "os.environ.get")),
}
# concepts that need a look of their own
SPECIAL = frozenset(
    {"star_imports", "wildcard_imports", "relative_imports", "recursion", "bare_except", "todo", "todos",
     "any", "noqa", "type_ignore"}
)  # fmt: skip
