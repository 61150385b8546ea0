"""A key that protects something stands in the source.

Finds literals where a key or password is taken: tokens that are signed or checked, MACs, ciphers, the secret
key of a web application, log-ins to databases and mail servers. It need not look random: a word is worse.
Whoever has the code can sign what he likes, and every copy of the program shares the key.

Read it from the environment or a secret store, and revoke the one that was committed.

Leave it in tests and for values that a protocol makes public.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import UNKNOWN, argument, constant_of
from autovet.checks.vocabulary.called_names import called_name
from autovet.checks.vocabulary.credentials import known_shape, looks_random, names_credential
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("literal-key", Category.SECURITY, confidence=0.8, cwe=798)

_KEYS: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "jwt.encode": (1, ("key",)), "jwt.decode": (1, ("key",)), "jose.jwt.encode": (1, ("key",)), "jose.jwt.decode": (1, ("key",)),
    "hmac.new": (0, ("key",)), "hmac.digest": (0, ("key",)),
    "cryptography.fernet.Fernet": (0, ("key",)),
    "Crypto.Cipher.AES.new": (0, ("key",)), "Cryptodome.Cipher.AES.new": (0, ("key",)),
    "itsdangerous.URLSafeTimedSerializer": (0, ("secret_key",)), "itsdangerous.URLSafeSerializer": (0, ("secret_key",)), "itsdangerous.Signer": (0, ("secret_key",)),
    "psycopg2.connect": (None, ("password",)), "psycopg.connect": (None, ("password",)), "pymysql.connect": (2, ("password", "passwd")),
    "MySQLdb.connect": (2, ("password", "passwd")), "mysql.connector.connect": (None, ("password", "passwd")), "asyncpg.connect": (None, ("password",)),
    "requests.auth.HTTPBasicAuth": (1, ("password",)), "httpx.BasicAuth": (1, ("password",)), "aiohttp.BasicAuth": (1, ("password",)),
    "redis.Redis": (None, ("password",)), "redis.StrictRedis": (None, ("password",)), "ldap3.Connection": (2, ("password",)),
    "smtplib.SMTP.login": (1, ("password",)), "smtplib.SMTP_SSL.login": (1, ("password",)), "imaplib.IMAP4_SSL.login": (1, ("password",)),
    "ftplib.FTP.login": (1, ("passwd",)), "ftplib.FTP_TLS.login": (1, ("passwd",)), "paramiko.SSHClient.connect": (3, ("password",)),
}  # fmt: skip
_BARE = re.compile(r"<|\{|%\(|\$|^\s*$")
_DJANGO = frozenset({"INSTALLED_APPS", "ALLOWED_HOSTS", "ROOT_URLCONF", "MIDDLEWARE", "DATABASES"})
_SETTINGS = frozenset({"SECRET_KEY", "JWT_SECRET_KEY", "SECURITY_PASSWORD_SALT", "WTF_CSRF_SECRET_KEY"})  # fmt: skip

BAD = (
    """
import hmac
import jwt

KEY = "swordfish"

def issued(claims):
    return jwt.encode(claims, KEY, algorithm="HS256")  # <--

def seal(body):
    return hmac.new(b"harbour", body, "sha256").hexdigest()  # <--
""",
    """
import psycopg2
import requests
from flask import Flask

app = Flask(__name__)
app.secret_key = "harbour-light"  # <--
app.config["SECRET_KEY"] = "harbour-light"  # <--
connection = psycopg2.connect(host="db", user="shop", password="shop")  # <--
answer = requests.get("https://stock.example", auth=("shop", "harbour"), timeout=5)  # <--
""",
    """
ALLOWED_HOSTS = ["shop.example"]
ROOT_URLCONF = "shop.urls"
SECRET_KEY = "django-insecure-harbour"  # <--
""",
)

GOOD = (
    """
import hmac
import os
import jwt

KEY = os.environ["TOKEN_KEY"]

def issued(claims):
    return jwt.encode(claims, KEY, algorithm="HS256")

def seal(key, body):
    return hmac.new(key, body, "sha256").hexdigest()
""",
    """
import os
import psycopg2
import redis
from flask import Flask

# reported where the literal stands
link = psycopg2.connect(host="db", password="Wint3r!harbour")

app = Flask(__name__)
app.secret_key = os.urandom(32)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY")
cache = redis.Redis(host="cache", password=None)
empty = redis.Redis(password="")
""",
)


def check(node: ast.Call | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report literals in the place of keys."""
    if module.is_test:
        return
    if isinstance(node, ast.Call):
        name = called_name(node, module) or ""
        if name not in _KEYS:
            yield from _authenticated(node, module)
            return
        position, keywords = _KEYS[name]
        key = argument(node, position, *keywords)
        if _is_literal(key, module):
            yield _finding(node, module, f"{name.rpartition('.')[2]}() takes its key from the source")  # fmt: skip
        return
    for target in node.targets:
        if _is_secret_setting(target, module) and _is_literal(node.value, module):
            yield _finding(node, module, "the application's secret key stands in the source")


def _authenticated(call: ast.Call, module: Module) -> Iterator[Finding]:
    """A request with ``auth=(user, literal)``."""
    given = next((k.value for k in call.keywords if k.arg == "auth"), None)
    if isinstance(given, ast.Tuple) and len(given.elts) == 2 and _is_literal(given.elts[1], module):
        yield _finding(call, module, "the request takes its password from the source")


def _is_secret_setting(target: ast.expr, module: Module) -> bool:
    match target:
        case ast.Name(id="SECRET_KEY"):
            return len(_DJANGO & module.scopes.module.bindings.keys()) > 1
        case ast.Attribute(attr="secret_key"):
            return True
        case ast.Subscript(value=ast.Attribute(attr="config"), slice=ast.Constant(value=key)):
            return key in _SETTINGS
    return False


def _is_literal(node: ast.expr | None, module: Module) -> bool:
    value = constant_of(node, module)
    if value is UNKNOWN or not isinstance(value, (str, bytes)):
        return False
    if isinstance(value, str) and node is not None and _is_reported_there(node, value, module):
        return False
    text = value if isinstance(value, str) else value.decode("latin-1")
    return not _BARE.search(text)


def _is_reported_there(node: ast.expr, value: str, module: Module) -> bool:
    """Whether the literal itself is a finding, because of its shape or the name it is given to."""
    holder = module.parent(node)
    named = node.id if isinstance(node, ast.Name) else getattr(holder, "arg", None) or ""
    if isinstance(holder, ast.Assign):
        target = holder.targets[0]
        named = str(target.slice.value) if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) else last_name(target)  # fmt: skip
    return known_shape(value) is not None or (names_credential(named) and looks_random(value, named))  # fmt: skip


def _finding(where: ast.AST, module: Module, what: str) -> Finding:
    return module.finding(
        RULE,
        where,
        f"{what}, so whoever has the code has it; read it from the environment",
        evidence={"why": what},
    )
