"""Alerts reach a real server on this machine, signed, also when it fails at first."""

import asyncio
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from autovet.adapters.alerts.log import log_alerts
from autovet.adapters.alerts.webhook import Webhook
from autovet.domain.errors import SettingsError
from autovet.domain.health import Alert
from autovet.domain.severity import Severity

ALERT = Alert("disk-full", Severity.ERROR, "The disk is full.", "Free space.", 99.9, 99.5, 1.0)


@contextmanager
def receiver(*answers):
    """A server that gives these answers in turn, then 200."""
    got, left = [], list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(left.pop(0) if left else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alerts", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(url, secret="", waits_s=(0.01, 0.01)):
    told = []

    async def main():
        webhook = Webhook(url, secret, report=lambda *facts: told.append(facts), waits_s=waits_s)
        webhook([ALERT], [])
        await asyncio.gather(*webhook._waiting)
        await webhook.aclose()

    asyncio.run(main())
    return told


def test_an_alert_arrives_signed():
    with receiver() as (url, got):
        assert _send(url, "key") == []
    ((headers, body),) = got
    assert json.loads(body)["raised"][0]["name"] == "disk-full"
    assert json.loads(body)["raised"][0]["severity"] == "error"
    signed = headers["X-Autovet-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"key", signed, hashlib.sha256).hexdigest()
    assert headers["X-Autovet-Signature"] == f"sha256={expected}"


def test_a_server_in_trouble_is_tried_again():
    with receiver(500, 429) as (url, got):
        assert _send(url) == []
    assert len(got) == 3


def test_a_refusal_is_final_and_reported():
    with receiver(403, 200) as (url, got):
        ((kind, subject, detail),) = _send(url)
    assert (kind, subject, detail) == ("alert.undelivered", url, {"error": "HTTP 403"})
    assert len(got) == 1


def test_nobody_there_is_reported_after_the_last_try():
    ((kind, _, detail),) = _send("http://127.0.0.1:9/alerts")
    assert kind == "alert.undelivered"
    assert "refused" in detail["error"].lower()


def test_only_the_web_is_posted_to():
    with pytest.raises(SettingsError, match="alert_webhook"):
        Webhook("file:///etc/passwd")


def test_the_log_names_the_action(caplog):
    with caplog.at_level("INFO", logger="autovet.alerts"):
        log_alerts([ALERT], [ALERT])
    assert "The disk is full. Free space." in caplog.text
    assert "alert cleared: disk-full" in caplog.text
