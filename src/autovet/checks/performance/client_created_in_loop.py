"""A client, connection pool or engine that is built anew for every item of a loop.

Finds constructors that are made to be reused (``httpx.Client``, ``requests.Session``,
``aiohttp.ClientSession``, ``boto3.client``, ``create_engine``, SMTP and database connections, TLS
contexts, executors) called inside a loop with arguments that do not change. Each one
opens new connections, loads certificates or starts threads, and none is ever reused.

Create it once before the loop and use it inside.

Leave it when every round really needs another one (another host, another account), or when the
loop reconnects after a failure.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.local_calls import called_function
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("client-created-in-loop", Category.PERFORMANCE, confidence=0.85)

BAD = (
    """
import requests

def ping(hosts):
    for host in hosts:
        with requests.Session() as session:  # <--
            session.get(f"https://{host}/ping", timeout=3)
""",
    """
import httpx

def page(address):
    with httpx.Client() as client:  # <--
        return client.get(address).text

def pages(addresses):
    return [page(address) for address in addresses]
""",
    """
import boto3

def upload(paths, bucket):
    for path in paths:
        boto3.client("s3").upload_file(path, bucket, path)  # <--
""",
    """
import smtplib

def notify(host, letters):
    for letter in letters:
        smtp = smtplib.SMTP(host, timeout=10)  # <--
        smtp.send_message(letter)
        smtp.quit()
""",
)

GOOD = (
    """
import requests

def ping(hosts):
    with requests.Session() as session:
        for host in hosts:
            session.get(f"https://{host}/ping", timeout=3)
""",
    """
import httpx

def check(tenants):
    for tenant in tenants:
        with httpx.Client(base_url=tenant.url, auth=tenant.login) as client:
            client.get("/health")
""",
    """
import smtplib
import time

def connect(host):
    for attempt in range(5):
        try:
            return smtplib.SMTP(host, timeout=10)
        except OSError:
            time.sleep(attempt)
    raise ConnectionError(host)
""",
)

_COSTLY = {
    "httpx.Client": "opens a connection pool and loads certificates",
    "httpx.AsyncClient": "opens a connection pool and loads certificates",
    "requests.Session": "opens a connection pool",
    "requests.session": "opens a connection pool",
    "aiohttp.ClientSession": "opens a connection pool",
    "urllib3.PoolManager": "opens a connection pool",
    "boto3.client": "loads the service description and opens a connection pool",
    "boto3.resource": "loads the service description and opens a connection pool",
    "boto3.Session": "loads configuration and credentials",
    "boto3.session.Session": "loads configuration and credentials",
    "sqlalchemy.create_engine": "opens a connection pool",
    "sqlalchemy.ext.asyncio.create_async_engine": "opens a connection pool",
    "sqlite3.connect": "opens the database",
    "psycopg.connect": "opens a connection and logs in",
    "psycopg2.connect": "opens a connection and logs in",
    "pymysql.connect": "opens a connection and logs in",
    "asyncpg.connect": "opens a connection and logs in",
    "asyncpg.create_pool": "opens a connection pool",
    "redis.Redis": "opens a connection pool",
    "redis.from_url": "opens a connection pool",
    "redis.Redis.from_url": "opens a connection pool",
    "redis.StrictRedis": "opens a connection pool",
    "redis.asyncio.from_url": "opens a connection pool",
    "pika.BlockingConnection": "opens a connection and logs in",
    "kafka.KafkaProducer": "opens connections and starts a thread",
    "google.cloud.storage.Client": "loads credentials and opens a connection pool",
    "imaplib.IMAP4_SSL": "opens a connection and loads certificates",
    "redis.asyncio.Redis": "opens a connection pool",
    "pymongo.MongoClient": "opens a connection pool and starts threads",
    "motor.motor_asyncio.AsyncIOMotorClient": "opens a connection pool",
    "elasticsearch.Elasticsearch": "opens a connection pool",
    "smtplib.SMTP": "opens a connection",
    "smtplib.SMTP_SSL": "opens a connection and loads certificates",
    "ftplib.FTP": "opens a connection",
    "paramiko.SSHClient": "opens a connection",
    "grpc.insecure_channel": "opens a channel",
    "grpc.secure_channel": "opens a channel",
    "openai.OpenAI": "opens a connection pool and loads certificates",
    "openai.AsyncOpenAI": "opens a connection pool and loads certificates",
    "anthropic.Anthropic": "opens a connection pool and loads certificates",
    "ssl.create_default_context": "loads all certificates",
    "concurrent.futures.ThreadPoolExecutor": "starts threads",
    "concurrent.futures.ProcessPoolExecutor": "starts processes",
    "multiprocessing.Pool": "starts processes",
    "jinja2.Environment": "throws its template cache away",
    "docker.from_env": "opens a connection pool",
}
_CHEAPER = {"re.compile": "looks the pattern up again"}


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report costly constructors whose arguments are the same in every round."""
    name = module.qualified(call.func)
    if name is None or (name not in _COSTLY and name not in _CHEAPER) or module.is_test:
        return
    arguments = [*call.args, *(k.value for k in call.keywords)]
    used = frozenset[str]().union(*(names_in(a) for a in arguments))
    repetitions = repetitions_of(call, module)
    if not repetitions and name in _COSTLY:
        yield from _once_per_call(call, name, used, module)
        return
    for repetition in repetitions:
        if used & _changed_in(repetition):
            return
        if repetition.iterable is None or not repetition.is_long or _retries(repetition):
            continue
        cheap = name in _CHEAPER
        if cheap and not all(isinstance(a, ast.Constant) for a in call.args):
            return
        yield module.finding(
            RULE,
            call,
            f"{name}() {(_CHEAPER if cheap else _COSTLY)[name]} in every round of this loop; "
            "create it once before the loop",
            evidence={"call": name, "loop_line": getattr(repetition.node, "lineno", 0)},
            severity=Severity.INFO if cheap else None,
        )
        return


def _once_per_call(
    call: ast.Call, name: str, used: frozenset[str], module: Module
) -> Iterator[Finding]:
    """A client that a function builds for itself, although a loop calls the function per item."""
    function = module.function_of(call)
    if function is None or function.decorator_list or function.name == "__init__":
        return
    parameters = {a.arg for a in [*function.args.args, *function.args.kwonlyargs]} - {"self"}
    if used & parameters or any(isinstance(n, (ast.Yield, ast.Return)) and n.value is not None and _hands_out(n.value, call, module) for n in ast.walk(function)):  # fmt: skip
        return
    for caller in module.nodes(ast.Call):
        if (
            last_name(caller.func) != function.name
            or called_function(caller, module) is not function
        ):
            continue
        for repetition in repetitions_of(caller, module):
            if repetition.iterable is None or not repetition.is_long or _retries(repetition):
                continue
            line = getattr(repetition.node, "lineno", 0)
            yield module.finding(
                RULE,
                call,
                f"{name}() {_COSTLY[name]} for every item of the loop in line {line}, which calls "
                f"{function.name}(); create it once and pass it in",
                evidence={"call": name, "loop_line": line},
                confidence=0.7,
            )
            return


def _hands_out(value: ast.expr, call: ast.Call, module: Module) -> bool:
    """Whether a function returns the client itself: then it is a factory."""
    return value is call or (isinstance(value, ast.Name) and module.assigned(value) is call)


def _changed_in(repetition: Repetition) -> frozenset[str]:
    changed = {
        n.id
        for n in ast.walk(repetition.node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return repetition.targets | changed


def _retries(repetition: Repetition) -> bool:
    """Whether the rounds are attempts at the same thing."""
    iterable = repetition.iterable
    counts = isinstance(iterable, ast.Call) and getattr(iterable.func, "id", "") == "range"
    return counts and any(isinstance(n, ast.Try) for n in ast.walk(repetition.node))
