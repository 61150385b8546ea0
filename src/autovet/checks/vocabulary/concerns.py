"""Which concern a library serves: what a function is about, by the libraries that it uses."""

import ast

from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.http_calls import http_call
from autovet.source.module import Module

_LIBRARIES = {
    "database": ("sqlite3", "sqlalchemy", "sqlmodel", "psycopg", "psycopg2", "pymysql", "asyncpg", "aiosqlite", "pymongo", "motor", "peewee", "duckdb"),
    "mail": ("smtplib", "email", "aiosmtplib", "sendgrid", "imaplib", "poplib", "mailjet_rest"),
    "markup": ("html", "jinja2", "mako", "markupsafe", "bs4", "lxml", "markdown", "django.template", "django.shortcuts", "bleach"),
    "tables": ("csv", "openpyxl", "pandas", "polars", "xlrd", "xlsxwriter", "pyarrow"),
    "http": ("requests", "httpx", "urllib.request", "aiohttp", "http.client", "urllib3"),
    "files": ("shutil", "zipfile", "tarfile", "tempfile", "glob", "gzip"),
    "documents": ("reportlab", "fpdf", "weasyprint", "docx", "pypdf", "PyPDF2"),
    "cryptography": ("hashlib", "hmac", "secrets", "jwt", "bcrypt", "cryptography", "passlib", "argon2"),
    "processes": ("subprocess", "multiprocessing"),
    "queues": ("pika", "kafka", "celery", "aio_pika", "confluent_kafka", "rq", "kombu"),
    "cache": ("redis", "pymemcache", "diskcache"),
    "cloud": ("boto3", "google.cloud", "azure", "minio", "paramiko", "ftplib"),
    "images": ("PIL", "cv2", "imageio"),
    "payments": ("stripe", "braintree", "paypalrestsdk"),
    "plots": ("matplotlib", "plotly", "seaborn"),
    "messages": ("twilio", "slack_sdk", "telegram"),
}  # fmt: skip
_LIGHT = {
    "text": ("re", "unicodedata", "textwrap", "string", "difflib"),
    "money": ("decimal", "fractions"),
    "time": ("time", "datetime", "zoneinfo", "calendar", "dateutil", "pytz"),
    "serialisation": ("json", "pickle", "yaml", "tomllib", "xml", "struct"),
    "operating system": ("os", "pathlib", "sys", "platform", "socket"),
    "randomness": ("random", "uuid"),
}
_BY_NAME = {name: concern for concern, names in _LIBRARIES.items() for name in names}
_LIGHT_BY_NAME = {name: concern for concern, names in _LIGHT.items() for name in names}


def concerns_of(body: ast.AST, module: Module, *, light: bool = False) -> frozenset[str]:
    """The concerns whose libraries a piece of code uses.

    With ``light`` also those of small standard modules (text, time, money), which nearly all code
    touches.
    """
    found = set()
    for node in ast.walk(body):
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = module.qualified(node)
            if name is not None and (concern := _concern(name, light=light)):
                found.add(concern)
        elif isinstance(node, ast.Call):
            if http_call(node, module) is not None:
                found.add("http")
            elif database_call(node, module) is not None:
                found.add("database")
    return frozenset(found)


def imported_concerns(module: Module) -> frozenset[str]:
    """The concerns whose libraries the module imports at all, at any level."""
    names = [alias.name for node in module.nodes(ast.Import) for alias in node.names]
    for node in module.nodes(ast.ImportFrom):
        names += [f"{node.module}.{alias.name}" for alias in node.names if node.module]
    found = {_concern(name, light=False) for name in names}
    return frozenset(c for c in found if c)


def distinct_owners(concerns: dict[str, frozenset[str]]) -> dict[str, str]:
    """Concern to one function that is mostly about it: every function stands for one concern."""
    owners: dict[str, str] = {}
    for name, used in sorted(concerns.items(), key=lambda item: (len(item[1]), item[0])):
        free = sorted(c for c in used if c not in owners)
        if free:
            owners[free[0]] = name
    return owners


def _concern(name: str, *, light: bool) -> str | None:
    parts = name.split(".")
    for length in (2, 1):
        prefix = ".".join(parts[:length])
        if prefix in _BY_NAME:
            return _BY_NAME[prefix]
        if light and prefix in _LIGHT_BY_NAME:
            return _LIGHT_BY_NAME[prefix]
    return None
