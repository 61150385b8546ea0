"""A language server that misbehaves on demand; run as a script."""

import json
import os
import sys
import threading
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"
texts: dict[str, str] = {}


def read() -> dict:
    length = 0
    while (line := sys.stdin.buffer.readline()) != b"\r\n":
        if not line:
            sys.exit(0)
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(sys.stdin.buffer.read(length))


def write(message: dict) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


def item(code: str) -> dict:
    start, end = {"line": 0, "character": 0}, {"line": 0, "character": 1}
    return {"code": code, "message": code, "severity": 1, "range": {"start": start, "end": end}}


def diagnose(number: int, text: str) -> None:
    if "CRASH" in text:
        sys.stderr.write("thread 'main' panicked at a bad document\n")
        sys.stderr.flush()
        os._exit(3)
    if "HANG" in text:
        time.sleep(30)
    if "GARBAGE" in text:
        sys.stdout.buffer.write(b"oops, a log line\n" * 3)
        sys.stdout.buffer.flush()
        time.sleep(30)
    if "BUSY" in text:
        until = time.process_time() + 2.8
        while time.process_time() < until:
            pass
    if "ELSEWHERE" in text:
        answer = {"id": number, "result": {"kind": "full", "items": [item(f"seen:{text}")]}}
        threading.Timer(2.8, write, [answer]).start()
        return
    if "REFUSE" in text:
        write({"id": number, "error": {"code": -32603, "message": "cannot"}})
        return
    if "LATER" in text:
        time.sleep(0.05)
    code = "canary" if text == "canary" and MODE != "misconfigured" else f"seen:{text}"
    write({"id": number, "result": {"kind": "full", "items": [item(code)]}})


if MODE == "dead":
    sys.exit("no licence")
ballast = b"x" * (60 << 20) if MODE == "bloated" else b""
while True:
    message = read()
    method = message.get("method")
    if method == "initialize":
        write({"id": 900, "method": "workspace/configuration", "params": {"items": [{}, {}]}})
        write({"id": 901, "method": "no/suchMethod", "params": {}})
        first, second = read(), read()
        replies = {first["id"]: first, second["id"]: second}
        assert replies[900]["result"] == [None, None]
        assert replies[901]["error"]["code"] == -32601
        write({"id": message["id"], "result": {"capabilities": {"positionEncoding": "utf-32"}}})
    elif method == "textDocument/didOpen":
        document = message["params"]["textDocument"]
        assert document["uri"] not in texts, "opened twice"
        texts[document["uri"]] = document["text"]
    elif method == "textDocument/didClose":
        del texts[message["params"]["textDocument"]["uri"]]
    elif method == "textDocument/diagnostic":
        diagnose(message["id"], texts[message["params"]["textDocument"]["uri"]])
    elif "id" in message:
        write({"id": message["id"], "error": {"code": -32601, "message": "no such method"}})
