"""Calls of libraries that return a coroutine, which does nothing until it is awaited."""

from collections.abc import Mapping

COROUTINE_FUNCTIONS = frozenset({
    "asyncio.gather", "asyncio.sleep", "asyncio.wait_for", "asyncio.wait", "asyncio.to_thread", "asyncio.open_connection",
    "asyncio.start_server", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell",
    "asyncio.open_unix_connection", "anyio.sleep", "anyio.to_thread.run_sync", "anyio.sleep_forever", "trio.sleep",
    "aiofiles.os.remove", "aiofiles.os.rename", "aiofiles.os.mkdir", "asyncpg.create_pool",
    "starlette.concurrency.run_in_threadpool", "fastapi.concurrency.run_in_threadpool",
})  # fmt: skip

_REDIS = frozenset(
    [
        "get",
        "set",
        "setex",
        "setnx",
        "delete",
        "exists",
        "expire",
        "ttl",
        "incr",
        "incrby",
        "decr",
        "hget",
        "hset",
        "hgetall",
        "hdel",
        "lpush",
        "rpush",
        "lpop",
        "rpop",
        "lrange",
        "sadd",
        "srem",
        "smembers",
        "zadd",
        "zrange",
        "zrem",
        "publish",
        "eval",
        "evalsha",
        "ping",
        "keys",
        "mget",
        "mset",
        "xadd",
        "xread",
        "xack",
        "aclose",
        "getdel",
        "getset",
        "persist",
        "rename",
        "type",
        "flushdb",
    ]
)
_HTTPX = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "aclose"}
)
_SESSION = frozenset(
    [
        "execute",
        "scalar",
        "scalars",
        "commit",
        "rollback",
        "flush",
        "refresh",
        "get",
        "get_one",
        "merge",
        "delete",
        "close",
        "stream",
        "run_sync",
        "invalidate",
        "reset",
    ]
)
_ASYNCPG = frozenset(
    {"execute", "executemany", "fetch", "fetchrow", "fetchval", "close", "prepare"}
)
_STREAM = frozenset({"drain", "wait_closed", "read", "readline", "readexactly", "readuntil"})

COROUTINE_METHODS: Mapping[str, frozenset[str]] = {
    "redis.asyncio.Redis": _REDIS,
    "redis.asyncio.client.Redis": _REDIS,
    "redis.asyncio.StrictRedis": _REDIS,
    "httpx.AsyncClient": _HTTPX,
    "aiohttp.ClientSession": frozenset({"close"}),
    "sqlalchemy.ext.asyncio.AsyncSession": _SESSION,
    "sqlalchemy.ext.asyncio.AsyncConnection": frozenset(
        {"execute", "commit", "rollback", "close", "scalar", "scalars", "run_sync"}
    ),
    "sqlalchemy.ext.asyncio.AsyncEngine": frozenset({"dispose"}),
    "asyncpg.Connection": _ASYNCPG,
    "asyncpg.Pool": _ASYNCPG,
    "aiosqlite.Connection": frozenset({"commit", "rollback", "close"}),
    "asyncio.Event": frozenset({"wait"}),
    "asyncio.Lock": frozenset({"acquire"}),
    "asyncio.Semaphore": frozenset({"acquire"}),
    "asyncio.Queue": frozenset({"get", "put", "join"}),
    "asyncio.Condition": frozenset({"wait", "wait_for", "acquire"}),
    "asyncio.Barrier": frozenset({"wait"}),
    "asyncio.StreamReader": _STREAM,
    "asyncio.StreamWriter": frozenset({"drain", "wait_closed"}),
    "asyncio.subprocess.Process": frozenset({"wait", "communicate"}),
    "starlette.websockets.WebSocket": frozenset(
        {"accept", "close", "send_text", "send_json", "send_bytes", "receive_text", "receive_json"}
    ),
    "fastapi.WebSocket": frozenset(
        {"accept", "close", "send_text", "send_json", "send_bytes", "receive_text", "receive_json"}
    ),
    "fastapi.UploadFile": frozenset({"read", "write", "seek", "close"}),
    "fastapi.Request": frozenset({"json", "body", "form", "is_disconnected"}),
    "starlette.requests.Request": frozenset({"json", "body", "form", "is_disconnected"}),
}
