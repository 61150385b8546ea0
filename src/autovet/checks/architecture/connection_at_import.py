"""A module that connects to a database or a service when it is imported.

Finds connections, cursors and requests at the top of a module that has functions or classes: every
program, test and tool that imports the module then needs the server, waits for it, and fails where
it is not there.

The connection also outlives every restart of the server and is shared by all threads, whatever the
library says about that.

Open the connection where the program starts, or in a function, and pass it to those who use it.

Leave it in a script that does all its work at the top, and for objects that connect on first use,
such as engines, pools that start empty and HTTP clients.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.http_calls import http_call
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("connection-at-import", Category.ARCHITECTURE, confidence=0.85)

BAD = (
    """
import psycopg2

LINK = psycopg2.connect("dbname=zoo")  # <--

def names():
    with LINK.cursor() as cursor:
        cursor.execute("SELECT name FROM animals")
        return cursor.fetchall()
""",
    """
import requests

RATES = requests.get("https://rates.example/today", timeout=5).json()  # <--

def in_euros(dollars):
    return dollars * RATES["EUR"]
""",
)

GOOD = (
    """
import psycopg2
import sqlalchemy

ENGINE = sqlalchemy.create_engine("postgresql:///zoo")

def connect():
    return psycopg2.connect("dbname=zoo")

if __name__ == "__main__":
    print(psycopg2.connect("dbname=zoo"))
""",
    """
import requests

answer = requests.get("https://rates.example/today", timeout=5)
answer.raise_for_status()
print(answer.json())
""",
)

_CONNECTING = frozenset({
    "psycopg2.connect", "psycopg.connect", "psycopg.Connection.connect", "pymysql.connect", "MySQLdb.connect",
    "mysql.connector.connect", "pyodbc.connect", "oracledb.connect", "cx_Oracle.connect", "pika.BlockingConnection",
    "smtplib.SMTP", "smtplib.SMTP_SSL", "imaplib.IMAP4_SSL", "ftplib.FTP", "socket.create_connection",
    "kafka.KafkaProducer", "kafka.KafkaConsumer", "sqlite3.connect", "ldap3.Connection", "psycopg2.pool.ThreadedConnectionPool",
    "psycopg2.pool.SimpleConnectionPool", "stomp.Connection",
})  # fmt: skip


def check(module: Module) -> Iterator[Finding]:
    """Report the statements at the top of a module that reach for a server."""
    body = module.tree.body
    if module.is_test or module.text.startswith("#!"):
        return
    if not any(isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for s in body):
        return
    for statement in body:
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            continue
        for call in ast.walk(statement.value):
            if isinstance(call, ast.Lambda):
                break
            if not isinstance(call, ast.Call):
                continue
            name = module.qualified(call.func)
            if name in _CONNECTING and not (name == "sqlite3.connect" and _in_memory(call)):
                what = name
            elif (request := http_call(call, module)) is not None and request.client is None:
                what = f"a {request.method} request"
            else:
                continue
            yield module.finding(
                RULE,
                statement,
                f"importing this module runs {what}, so nothing can import it without the server: connect where "
                "the program starts",
                evidence={"call": what},
            )
            break


def _in_memory(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and first.value == ":memory:"
