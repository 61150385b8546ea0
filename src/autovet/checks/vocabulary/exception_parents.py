"""Which exception of a library is a kind of which other; the built-in ones know it themselves."""

from collections.abc import Mapping

EXCEPTION_PARENTS: Mapping[str, tuple[str, ...]] = {
    "json.JSONDecodeError": ("ValueError",),
    "json.decoder.JSONDecodeError": ("ValueError",),
    "socket.timeout": ("TimeoutError",),
    "socket.error": ("OSError",),
    "socket.gaierror": ("OSError",),
    "ssl.SSLError": ("OSError",),
    "asyncio.TimeoutError": ("TimeoutError",),
    "asyncio.CancelledError": ("BaseException",),
    "concurrent.futures.TimeoutError": ("TimeoutError",),
    "decimal.InvalidOperation": ("ArithmeticError",),
    "zipfile.BadZipFile": ("Exception",),
    "shutil.SameFileError": ("OSError",),
    "subprocess.CalledProcessError": ("subprocess.SubprocessError",),
    "subprocess.TimeoutExpired": ("subprocess.SubprocessError",),
    "subprocess.SubprocessError": ("Exception",),
    "urllib.error.HTTPError": ("urllib.error.URLError",),
    "urllib.error.URLError": ("OSError",),
    "xml.etree.ElementTree.ParseError": ("SyntaxError",),
    "sqlite3.IntegrityError": ("sqlite3.DatabaseError",),
    "sqlite3.OperationalError": ("sqlite3.DatabaseError",),
    "sqlite3.ProgrammingError": ("sqlite3.DatabaseError",),
    "sqlite3.DatabaseError": ("sqlite3.Error",),
    "sqlite3.Error": ("Exception",),
    "requests.RequestException": ("OSError",),
    "requests.exceptions.RequestException": ("OSError",),
    **{
        f"{module}.{name}": (f"{module}.{parent}",)
        for module in ("requests", "requests.exceptions")
        for name, parent in {
            "HTTPError": "RequestException",
            "ConnectionError": "RequestException",
            "Timeout": "RequestException",
            "ReadTimeout": "Timeout",
            "ConnectTimeout": "Timeout",
            "SSLError": "ConnectionError",
            "ProxyError": "ConnectionError",
            "TooManyRedirects": "RequestException",
            "JSONDecodeError": "RequestException",
        }.items()
    },
    **{
        f"httpx.{name}": (f"httpx.{parent}",)
        for name, parent in {
            "ConnectTimeout": "TimeoutException",
            "ReadTimeout": "TimeoutException",
            "TimeoutException": "TransportError",
            "ConnectError": "NetworkError",
            "ReadError": "NetworkError",
            "NetworkError": "TransportError",
            "TransportError": "RequestError",
            "RequestError": "HTTPError",
            "HTTPStatusError": "HTTPError",
        }.items()
    },
    "httpx.HTTPError": ("Exception",),
    **{
        f"sqlalchemy.exc.{name}": (f"sqlalchemy.exc.{parent}",)
        for name, parent in {
            "IntegrityError": "DatabaseError",
            "OperationalError": "DatabaseError",
            "ProgrammingError": "DatabaseError",
            "DataError": "DatabaseError",
            "DatabaseError": "DBAPIError",
            "DBAPIError": "StatementError",
            "StatementError": "SQLAlchemyError",
            "NoResultFound": "InvalidRequestError",
            "MultipleResultsFound": "InvalidRequestError",
            "InvalidRequestError": "SQLAlchemyError",
        }.items()
    },
    "sqlalchemy.exc.SQLAlchemyError": ("Exception",),
}
