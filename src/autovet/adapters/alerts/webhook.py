"""Alerts posted to an address, signed, and posted again until they arrive."""

import asyncio
import hashlib
import hmac
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import msgspec

from autovet.domain.errors import SettingsError
from autovet.domain.health import Alert

_TIMEOUT_S = 10.0
_WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
_MOST_WAITING = 100

Report = Callable[[str, str, Mapping[str, Any]], None]


class Webhook:
    """An ``AlertSink`` that posts JSON.

    The body is ``{"at", "raised": [...], "cleared": [...]}``. With a secret, the header
    ``X-Autovet-Signature`` holds ``sha256=`` and the HMAC of the time in ``X-Autovet-Timestamp``,
    a dot and the body, so that an old message cannot be sent again as a new one.

    Args:
        url: where to post; http or https.
        secret: shared with the receiver.
        report: is told of a message that was given up (``alert.undelivered``).
        waits_s: pauses before the second and later tries, in seconds.

    Raises:
        SettingsError: the address is none of http or https.
    """

    def __init__(
        self,
        url: str,
        secret: str = "",
        *,
        report: Report = lambda *_: None,
        waits_s: Sequence[float] = _WAITS_S,
    ) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise SettingsError(f"alert_webhook must begin with http:// or https://, not {url!r}")
        self._url = url
        self._secret = secret.encode()
        self._report = report
        self._waits_s = tuple(waits_s)
        self._waiting: set[asyncio.Task[None]] = set()

    def __call__(self, raised: Sequence[Alert], cleared: Sequence[Alert]) -> None:
        """Send in the background; what cannot be sent now is tried again."""
        if len(self._waiting) >= _MOST_WAITING:
            self._report("alert.undelivered", self._url, {"error": "too many messages wait"})
            return
        at = time.time()
        facts = {"at": at, "raised": [*map(asdict, raised)], "cleared": [*map(asdict, cleared)]}
        task = asyncio.get_running_loop().create_task(self._deliver(facts, at))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def aclose(self) -> None:
        """Give up what has not been delivered; a second call does nothing."""
        for task in list(self._waiting):
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    async def _deliver(self, facts: Mapping[str, Any], at: float) -> None:
        body = msgspec.json.encode(facts)
        error = ""
        for wait in (0.0, *self._waits_s):
            await asyncio.sleep(wait)
            error, final = await asyncio.to_thread(self._post, body, at)
            if not error:
                return
            if final:
                break
        self._report("alert.undelivered", self._url, {"error": error})

    def _post(self, body: bytes, at: float) -> tuple[str, bool]:
        """Why it did not arrive, and whether another try is useless."""
        headers = {"Content-Type": "application/json", "X-Autovet-Timestamp": f"{at:.3f}"}
        if self._secret:
            signed = hmac.new(self._secret, f"{at:.3f}.".encode() + body, hashlib.sha256)
            headers["X-Autovet-Signature"] = f"sha256={signed.hexdigest()}"
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 (scheme is checked)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310 (see above)
                return "", True
        except urllib.error.HTTPError as error:
            with error:
                refused = HTTPStatus.BAD_REQUEST <= error.code < HTTPStatus.INTERNAL_SERVER_ERROR
                again = error.code in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
                return f"HTTP {error.code}", refused and not again
        except OSError as error:
            return f"{type(error).__name__}: {error}", False
