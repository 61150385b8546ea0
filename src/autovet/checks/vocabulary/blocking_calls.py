"""Which calls make the calling thread wait, and what an ``async def`` awaits instead."""

import ast

from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module

_TO_THREAD = "asyncio.to_thread"
_PROCESS = "asyncio.create_subprocess_exec"

FUNCTIONS = {
    "time.sleep": "asyncio.sleep",
    "os.system": "asyncio.create_subprocess_shell",
    "os.popen": "asyncio.create_subprocess_shell",
    "os.wait": _TO_THREAD,
    "os.waitpid": _TO_THREAD,
    "builtins.input": _TO_THREAD,
    "socket.create_connection": "asyncio.open_connection",
    "socket.getaddrinfo": "loop.getaddrinfo",
    "socket.gethostbyname": "loop.getaddrinfo",
    "urllib.request.urlretrieve": "httpx.AsyncClient",
    "sqlite3.connect": "aiosqlite",
    "psycopg2.connect": "psycopg.AsyncConnection",
    "psycopg.connect": "psycopg.AsyncConnection",
    "pymysql.connect": "aiomysql",
    "smtplib.SMTP": "aiosmtplib",
    "smtplib.SMTP_SSL": "aiosmtplib",
    "ftplib.FTP": _TO_THREAD,
    "shutil.copytree": _TO_THREAD,
    "shutil.make_archive": _TO_THREAD,
    "shutil.unpack_archive": _TO_THREAD,
    "bcrypt.hashpw": _TO_THREAD,
    "bcrypt.checkpw": _TO_THREAD,
    "hashlib.pbkdf2_hmac": _TO_THREAD,
    "hashlib.scrypt": _TO_THREAD,
    **dict.fromkeys(
        [
            *(f"pandas.read_{n}" for n in ("csv", "excel", "feather", "json", "parquet", "sql", "sql_query", "sql_table", "table", "xml")),
            *(f"polars.read_{n}" for n in ("csv", "excel", "json", "ndjson", "parquet", "database")),
            "joblib.load", "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "torch.load", "openpyxl.load_workbook",
            "PIL.Image.open", "shutil.copyfile", "shutil.copy", "shutil.copy2", "shutil.rmtree", "shutil.copyfileobj",
        ],
        _TO_THREAD,
    ),
    **dict.fromkeys(
        [f"subprocess.{n}" for n in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")],
        _PROCESS,
    ),
}  # fmt: skip

_METHODS = {
    ("subprocess.Popen", "wait"): _PROCESS,
    ("subprocess.Popen", "communicate"): _PROCESS,
    ("queue.Queue", "get"): "asyncio.Queue",
    ("queue.Queue", "join"): "asyncio.Queue",
    ("threading.Thread", "join"): _TO_THREAD,
    ("threading.Event", "wait"): "asyncio.Event",
    ("socket.socket", "recv"): "loop.sock_recv",
    ("socket.socket", "connect"): "loop.sock_connect",
    ("socket.socket", "accept"): "loop.sock_accept",
    ("socket.socket", "sendall"): "loop.sock_sendall",
    ("smtplib.SMTP", "send_message"): "aiosmtplib",
    ("smtplib.SMTP", "sendmail"): "aiosmtplib",
    ("urllib3.PoolManager", "request"): "httpx.AsyncClient",
}
_BOTO = frozenset({"boto3.client", "boto3.resource"})
_LOCAL_BOTO = frozenset({"generate_presigned_url", "generate_presigned_post", "get_paginator", "get_waiter", "close", "can_paginate", "Table", "Bucket", "Object", "Queue"})  # fmt: skip
_REDIS = frozenset({"redis.Redis", "redis.StrictRedis", "redis.client.Redis"})
_LOCAL_REDIS = frozenset({"pipeline", "pubsub", "lock", "register_script"})
# what an attribute must be called for its receiver's class to be worth finding out
_METHOD_NAMES = frozenset(name for _, name in _METHODS)


def blocking_call(call: ast.Call, module: Module) -> tuple[str, str] | None:
    """What a call is that makes its thread wait, and what to use instead; None for no such call."""
    name = module.qualified(call.func)
    if name in FUNCTIONS:
        return f"{name}()", FUNCTIONS[name]
    request = http_call(call, module)
    if request is not None:
        written = ast.unparse(call.func)
        return (
            (f"{name or written}()", "httpx.AsyncClient")
            if request.blocking and request.library
            else None
        )
    if not isinstance(call.func, ast.Attribute) or name is not None:
        return None
    query = database_call(call, module)
    if query is not None and query.blocking and query.library != "django":
        kind = type_of(query.receiver, module)
        if kind is not None and kind.startswith(("sqlite3", "psycopg", "pymysql", "MySQLdb")):
            return f"{kind}.{call.func.attr}()", "an asynchronous driver"
        if (
            kind in {"sqlalchemy.orm.Session", "sqlalchemy.Connection"}
            and call.func.attr != "query"
        ):
            return f"{kind}.{call.func.attr}()", "sqlalchemy.ext.asyncio.AsyncSession"
        return None
    return _blocking_method(call.func, module)


def _blocking_method(func: ast.Attribute, module: Module) -> tuple[str, str] | None:
    if not isinstance(func.value, (ast.Name, ast.Attribute, ast.Call)):
        return None
    uses_service = "boto3" in module.text or "redis" in module.text
    if func.attr not in _METHOD_NAMES and not uses_service:
        return None  # finding out the receiver's class costs more than looking at the name
    kind = type_of(func.value, module)
    if kind is None:
        return None
    if kind == "socket.socket" and "setblocking" in module.text:
        return None
    if (kind, func.attr) in _METHODS:
        return f"{kind}.{func.attr}()", _METHODS[kind, func.attr]
    if kind in _BOTO and func.attr not in _LOCAL_BOTO:
        return f"{kind}(...).{func.attr}()", "aioboto3 or asyncio.to_thread"
    if kind in _REDIS and func.attr not in _LOCAL_REDIS:
        return f"redis.Redis.{func.attr}()", "redis.asyncio.Redis"
    return None
