"""Reads the names that a package index lists on its simple page."""

import base64
import html
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence

import msgspec

from autovet.domain.errors import KnowledgeError

_TIMEOUT_S = 120.0
_MOST_BYTES = 256 * 2**20
_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
_LINK = re.compile(r"<a\b[^>]*>([^<]+)</a>", re.IGNORECASE)


class _Project(msgspec.Struct):
    name: str


class _Listing(msgspec.Struct):
    projects: list[_Project]


def listed_names(address: str, certificates: str | None = None) -> Sequence[str]:
    """All names on the simple page at ``address``; the only use of the network in Autovet.

    Raises:
        KnowledgeError: it cannot be reached, or what it says is no list of names.
    """
    parts = urllib.parse.urlsplit(address if address.endswith("/") else f"{address}/")
    if parts.scheme not in {"http", "https", "file"}:
        raise KnowledgeError(f"the package index has an unusable address: {parts.scheme}://")
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    request = urllib.request.Request(shown, headers=_headers(parts))  # noqa: S310 (looked at above)
    trust = ssl.create_default_context(cafile=certificates) if parts.scheme == "https" else None
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S, context=trust) as answer:  # noqa: S310
            kind, data = answer.headers.get_content_type(), answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise KnowledgeError(f"{shown} cannot be read: {error}") from error
    except (OSError, ValueError) as error:
        raise KnowledgeError(f"{shown} cannot be read: {error}") from error
    if len(data) > _MOST_BYTES:
        raise KnowledgeError(f"{shown} is longer than {_MOST_BYTES} bytes")
    try:
        if kind.endswith("json"):
            return [p.name for p in msgspec.json.decode(data, type=_Listing).projects]
        return [html.unescape(name).strip() for name in _LINK.findall(data.decode("utf-8"))]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{shown} is no list of names: {error}") from error


def _headers(parts: urllib.parse.SplitResult) -> dict[str, str]:
    headers = {"Accept": _ACCEPT}
    if parts.username:
        secret = (
            f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        )
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    return headers
