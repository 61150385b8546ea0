"""A model behind a local endpoint: the code goes out as data, only a changed text comes back."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from autovet.adapters.openai_repairer import OpenAiRepairer, changed_text
from autovet.domain.errors import RepairerUnavailable
from autovet.domain.repair_request import RepairRequest

CODE = "def f(a):\n    return a - 1\n"
REQUEST = RepairRequest(CODE, "m.py", ("line 2: f(1) returned 0",))


class Endpoint(ThreadingHTTPServer):
    """Answers with what it was told to, and keeps what it was asked."""

    answers: list[str]
    asked: list[tuple[str, dict[str, str], Any]]
    status = 200


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        choices = [{"message": {"content": text}} for text in self.server.answers]
        data = json.dumps({"choices": choices}).encode()
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint(("127.0.0.1", 0), _Handler)
    server.answers, server.asked = [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(endpoint: Endpoint, *answers: str, key: str | None = None) -> list[str]:
    endpoint.answers = list(answers)
    url = f"http://127.0.0.1:{endpoint.server_address[1]}/v1"
    return list(asyncio.run(OpenAiRepairer(url, "small", key).repair(REQUEST, 5.0)))


def test_a_whole_file_and_a_diff_are_understood(endpoint: Endpoint) -> None:
    fixed = CODE.replace("-", "+")
    diff = "```diff\n@@ -1,2 +1,2 @@\n def f(a):\n-    return a - 1\n+    return a + 1\n```"
    assert ask(endpoint, f"Here:\n```python\n{fixed}```\n", diff) == [fixed]


def test_the_code_is_data_and_no_tool_is_offered(endpoint: Endpoint) -> None:
    ask(endpoint, "```python\nx = 1\n```", key="secret")
    ((path, headers, body),) = endpoint.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert "tools" not in body
    system, user = body["messages"]
    assert CODE not in system["content"]
    assert json.loads(user["content"])["file"] == CODE
    assert body["temperature"] == 0


@pytest.mark.parametrize(
    "answer",
    ["", "no block", "```python\na = 1\n```\n```python\nb = 1\n```", "```sh\nrm -rf .\n```",
     "```diff\n@@ -1 +1 @@\n-other\n+text\n```", f"```python\n{CODE}```"],
)  # fmt: skip
def test_anything_else_is_no_answer(endpoint: Endpoint, answer: str) -> None:
    with pytest.raises(RepairerUnavailable):
        ask(endpoint, answer)


@pytest.mark.parametrize("status", [500, 302])
def test_errors_and_redirects_are_no_answer(endpoint: Endpoint, status: int) -> None:
    endpoint.status = status
    with pytest.raises(RepairerUnavailable, match="small did not answer"):
        ask(endpoint, "```python\nx = 1\n```")


def test_nobody_there() -> None:
    repairer = OpenAiRepairer("http://127.0.0.1:9/v1", "small")
    with pytest.raises(RepairerUnavailable):
        asyncio.run(repairer.repair(REQUEST, 2.0))
    with pytest.raises(RepairerUnavailable, match="no http"):
        asyncio.run(OpenAiRepairer("file:///etc", "small").repair(REQUEST, 2.0))


def test_windows_line_endings_are_kept() -> None:
    code = CODE.replace("\n", "\r\n")
    assert changed_text(code, "```python\nx = 1\n```") == "x = 1\r\n"
