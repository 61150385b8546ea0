"""Under which licence well-known packages come, by the name that is imported (SPDX identifiers)."""

from collections.abc import Iterable

_BY_LICENCE = {
    "MIT": "anyio attr attrs alembic bs4 black cattrs fastapi flake8 h11 jsonschema loguru marshmallow msgpack mypy openpyxl pika platformdirs pluggy polars poetry pydantic pymysql pytest pytz redis requests_mock rich ruff sqlalchemy sqlmodel tabulate tomli toml typer urllib3 yaml stripe xlsxwriter httpx_sse orjson plotly sentry_sdk factory pendulum",
    "BSD-3-Clause": "celery click django flask fsspec httpx httpcore idna itsdangerous jinja2 joblib kombu lxml markupsafe networkx numpy pandas psutil scipy sklearn starlette sympy torch uvicorn werkzeug zmq sphinx statsmodels xarray websockets dotenv",
    "Apache-2.0": "aiohttp asyncpg boto3 botocore cryptography google grpc kafka nltk opentelemetry playwright pyarrow pymongo requests selenium structlog tenacity tensorflow tornado transformers aiofiles openai dask sanic coverage",
    "LGPL-3.0": "psycopg psycopg2 chardet PySide6 pygame astroid num2words",
    "LGPL-2.1": "paramiko pycurl pygame ldap3 gi dbus",
    "GPL-2.0": "MySQLdb mysql pylint unidecode mercurial igraph",
    "GPL-3.0": "PyQt5 PyQt6 pyqt5 Levenshtein",
    "AGPL-3.0": "fitz pymupdf ultralytics",
    "MPL-2.0": "certifi tqdm hypothesis pathspec",
    "PSF-2.0": "typing_extensions matplotlib",
}
_KNOWN = {name: licence for licence, names in _BY_LICENCE.items() for name in names.split()}


def licence_of(module: str) -> str | None:
    """The licence of the package that a top-level module belongs to; None when it is not known here."""
    return _KNOWN.get(module)


def is_allowed(licence: str, allowed: Iterable[str]) -> bool:
    """Whether a licence is on a list, however its members are spelled: ``BSD`` allows ``BSD-3-Clause``."""
    wanted = _plain(licence)
    return any(wanted == _plain(a) or wanted.startswith(_plain(a)) for a in allowed if a.strip())


def _plain(licence: str) -> str:
    text = licence.lower().replace("license", "").replace("licence", "").replace("v", "-")
    return "".join(c for c in text if c.isalnum())
