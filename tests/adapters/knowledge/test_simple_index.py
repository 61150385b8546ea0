import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from autovet.adapters.knowledge.simple_index import listed_names
from autovet.domain.errors import KnowledgeError

PAGE = '<!DOCTYPE html><html><body><a href="/simple/fish/">fish</a>\n<A HREF="x">Cr.ab</A></body>'


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization")))
        if self.path == "/gone/":
            self.send_error(404)
            return
        as_json = self.path == "/json/"
        body = b'{"meta": {}, "projects": [{"name": "fish"}, {"name": "eel", "x": 1}]}'
        body = body if as_json else b"[]" if self.path == "/odd/" else PAGE.encode()
        kind = "application/vnd.pypi.simple.v1+json" if self.path != "/html/" else "text/html"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_both_forms_of_the_page_are_read(address: str) -> None:
    assert listed_names(f"http://{address}/html") == ["fish", "Cr.ab"]
    assert listed_names(f"http://{address}/json/") == ["fish", "eel"]


def test_a_password_goes_to_the_server_and_into_no_message(address: str) -> None:
    listed_names(f"http://me:se%40cret@{address}/html")
    path, said = Handler.asked[-1]
    assert (path, said) == ("/html/", f"Basic {base64.b64encode(b'me:se@cret').decode()}")
    with pytest.raises(KnowledgeError) as error:
        listed_names(f"http://me:se%40cret@{address}/gone")
    assert "cret" not in str(error.value)


def test_a_directory_on_disk_has_no_list(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        listed_names(tmp_path.as_uri())


@pytest.mark.parametrize("path", ["gone", "odd"])
def test_what_is_no_list_is_refused(address: str, path: str) -> None:
    with pytest.raises(KnowledgeError):
        listed_names(f"http://{address}/{path}")


def test_an_address_that_nobody_can_read() -> None:
    with pytest.raises(KnowledgeError, match="unusable"):
        listed_names("ftp://localhost/simple")
