"""Twins that differ in one step: one lets a request reach a dangerous call, the other does not."""

import pytest

from autovet.checks.security.taint.flows import flows_of
from autovet.domain.context import Context
from autovet.project.project import Project
from autovet.source.parsing import parse_module

HEAD = """
import os, sqlite3, subprocess, html, re, asyncio, functools, contextlib, pickle
from dataclasses import dataclass, field
from pathlib import Path
from flask import Flask, request, redirect, abort, g
app = Flask(__name__)
ALLOWED = {"a", "b"}
"""

# name: (the way is open, the way is closed, other modules)
TWINS: dict[str, tuple[str, str, dict[str, str]]] = {
    "the request of a handler or of a client": (
        """
class Page:
    def get(self): os.system("show " + self.request.query["q"])
""",
        """
class Fetch:
    def __init__(self, request: "Wanted"): self.request = request
    def run(self): os.system("show " + self.request.query["q"])
""",
        {},
    ),
    "resolved copy is looked at": (
        """
@app.get("/x")
def h():
    place = Path("/srv") / request.args["q"]
    if not place.exists(): abort(404)
    return {"n": len(place.read_bytes())}
""",
        """
@app.get("/x")
def h():
    place = Path("/srv") / request.args["q"]
    if not place.resolve().is_relative_to("/srv"): abort(404)
    return {"n": len(place.read_bytes())}
""",
        {},
    ),
    "upload saved under its name": (
        """
@app.post("/x")
def h():
    sent = request.files["f"]
    sent.save(os.path.join("/srv", sent.filename)); return {}
""",
        """
@app.post("/x")
def h():
    sent = request.files["f"]
    sent.save("/srv/latest"); return {}
""",
        {},
    ),
    "members of an archive that was sent": (
        """
import zipfile
@app.post("/x")
def h():
    with zipfile.ZipFile(request.files["f"]) as packed:
        for member in packed.infolist():
            open("/srv/" + member.filename, "wb").write(packed.read(member))
    return {}
""",
        """
import zipfile
@app.post("/x")
def h():
    with zipfile.ZipFile(request.files["f"]) as packed:
        for member in packed.infolist():
            open("/srv/" + os.path.basename(member.filename), "wb").write(packed.read(member))
    return {}
""",
        {},
    ),
    "message of a queue": (
        """
def heard(channel, method, properties, body): os.system("play " + body.decode())
def main(channel): channel.basic_consume(queue="q", on_message_callback=heard)
""",
        """
def heard(channel, method, properties, body): os.system("play " + method.name)
def main(channel): channel.basic_consume(queue="q", on_message_callback=heard)
""",
        {},
    ),
    "stream of a connection": (
        """
async def serve(reader, writer): os.system("play " + (await reader.readline()).decode())
async def main(): await asyncio.start_server(serve, "", 99)
""",
        """
async def serve(reader, writer): os.system("play " + str(len(await reader.readline())))
async def main(): await asyncio.start_server(serve, "", 99)
""",
        {},
    ),
    "consumer of a log": (
        """
from kafka import KafkaConsumer
def main():
    for message in KafkaConsumer("t"): pickle.loads(message.value)
""",
        """
from kafka import KafkaConsumer
def main():
    for message in KafkaConsumer("t"): print(message.value)
""",
        {},
    ),
    "page of a tornado handler": (
        """
import tornado.web
class Page(tornado.web.RequestHandler):
    def get(self): self.write("<p>" + self.get_argument("q") + "</p>")
""",
        """
import tornado.web, tornado.escape
class Page(tornado.web.RequestHandler):
    def get(self): self.write("<p>" + tornado.escape.xhtml_escape(self.get_argument("q")) + "</p>")
""",
        {},
    ),
    "page written to a socket": (
        """
from http.server import BaseHTTPRequestHandler
class Page(BaseHTTPRequestHandler):
    def do_GET(self): self.wfile.write(("<p>" + self.path + "</p>").encode())
""",
        """
from http.server import BaseHTTPRequestHandler
class Page(BaseHTTPRequestHandler):
    def do_GET(self): self.wfile.write(("<p>" + html.escape(self.path) + "</p>").encode())
""",
        {},
    ),
    "part of a query": (
        """
@app.get("/x")
def h(): return {"n": Book.objects.extra(where=["title = '" + request.args["q"] + "'"]).count()}
""",
        """
@app.get("/x")
def h(): return {"n": Book.objects.extra(where=["title = %s"], params=[request.args["q"]]).count()}
""",
        {},
    ),
    "object in place of a text": (
        """
@app.post("/x")
def h():
    q = request.get_json()["q"]
    if len(q) > 9: return {}
    return {"n": db.users.count_documents({"name": q})}
""",
        """
@app.post("/x")
def h():
    q = request.get_json()["q"]
    if not isinstance(q, str): return {}
    return {"n": db.users.count_documents({"name": q})}
""",
        {},
    ),
    "self attrs": (
        """
class Job:
    def __init__(self): self.cmd = ""
    def set(self, c): self.cmd = c
    def run(self): os.system("x " + self.cmd)
@app.get("/x")
def h():
    j = Job(); j.set(request.args["q"]); j.run(); return {}
""",
        """
class Job:
    def __init__(self): self.cmd = ""
    def set(self, c): self.cmd = c
    def run(self): os.system("x " + self.cmd)
@app.get("/x")
def h():
    j = Job(); j.set(request.args["q"]); j.set("ls"); j.run(); return {}
""",
        {},
    ),
    "inheritance": (
        """
class Base:
    def go(self, q): self.hook(q)
    def hook(self, q): pass
class D(Base):
    def hook(self, q): os.system("x " + q)
@app.get("/x")
def h(): D().go(request.args["q"]); return {}
""",
        """
class Base:
    def go(self, q): self.hook(q)
    def hook(self, q): os.system("x " + q)
class D(Base):
    def hook(self, q): pass
@app.get("/x")
def h(): D().go(request.args["q"]); return {}
""",
        {},
    ),
    "super": (
        """
class Base:
    def __init__(self, q): self.q = q
class D(Base):
    def __init__(self, q, n):
        super().__init__(q)
        self.n = n
@app.get("/x")
def h():
    d = D(request.args["q"], "n"); os.system("x " + d.q); return {}
""",
        """
class Base:
    def __init__(self, q): self.q = q
class D(Base):
    def __init__(self, q, n):
        super().__init__(n)
        self.z = q
@app.get("/x")
def h():
    d = D(request.args["q"], "n"); os.system("x " + d.q); return {}
""",
        {},
    ),
    "generator": (
        """
def gen(q):
    yield "a"
    yield q
@app.get("/x")
def h():
    for p in gen(request.args["q"]): os.system("x " + p)
    return {}
""",
        """
def gen(q):
    yield "a"
    if q in ALLOWED: yield q
@app.get("/x")
def h():
    for p in gen(request.args["q"]): os.system("x " + p)
    return {}
""",
        {},
    ),
    "decorator guard": (
        """
def checked(f):
    @functools.wraps(f)
    def inner(name):
        if name not in ALLOWED: print("bad")
        return f(name)
    return inner
@app.get("/x/<name>")
@checked
def h(name): os.system("x " + name); return {}
""",
        """
def checked(f):
    @functools.wraps(f)
    def inner(name):
        if name not in ALLOWED: abort(400)
        return f(name)
    return inner
@app.get("/x/<name>")
@checked
def h(name): os.system("x " + name); return {}
""",
        {},
    ),
    "decorator inject": (
        """
def with_q(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(request.args["q"], *a, **k)
    return inner
@app.get("/x")
@with_q
def h(q): os.system("x " + q); return {}
""",
        """
def with_q(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(int(request.args["q"]), *a, **k)
    return inner
@app.get("/x")
@with_q
def h(q): os.system("x " + str(q)); return {}
""",
        {},
    ),
    "typed routes": (
        """
@app.get("/x/<string:name>")
def h(name): os.system("x " + name); return {}
""",
        """
@app.get("/x/<int:name>")
def h(name): os.system("x %s" % name); return {}
""",
        {},
    ),
    "walrus": (
        """
@app.get("/x")
def h():
    if (q := request.args.get("q")) and len(q) < 9: os.system("x " + q)
    return {}
""",
        """
@app.get("/x")
def h():
    if (q := request.args.get("q")) and q.isalnum(): os.system("x " + q)
    return {}
""",
        {},
    ),
    "try guard": (
        """
@app.get("/x")
def h():
    q = request.args["q"]
    try: int(q)
    except ValueError: pass
    os.system("x " + q); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args["q"]
    try: int(q)
    except ValueError: return {}
    os.system("x " + q); return {}
""",
        {},
    ),
    "kwargs": (
        """
def run(**opts): os.system("x " + opts["cmd"])
@app.get("/x")
def h(): run(cmd=request.args["q"], other="a"); return {}
""",
        """
def run(**opts): os.system("x " + opts["other"])
@app.get("/x")
def h(): run(cmd=request.args["q"], other="a"); return {}
""",
        {},
    ),
    "kwargs forward": (
        """
def low(cmd, flag): os.system("x " + cmd)
def run(*a, **opts): low(*a, **opts)
@app.get("/x")
def h(): run(cmd=request.args["q"], flag="a"); return {}
""",
        """
def low(cmd, flag): os.system("x " + flag)
def run(*a, **opts): low(*a, **opts)
@app.get("/x")
def h(): run(cmd=request.args["q"], flag="a"); return {}
""",
        {},
    ),
    "globals": (
        """
LAST = ""
@app.get("/r")
def r(): os.system("x " + LAST); return {}
@app.get("/x")
def h():
    global LAST
    LAST = request.args["q"]; return {}
""",
        """
LAST = ""
@app.get("/r")
def r(): os.system("x " + LAST); return {}
@app.get("/x")
def h():
    LAST = request.args["q"]; return {"n": LAST}
""",
        {},
    ),
    "global list": (
        """
QUEUE = []
@app.get("/r")
def r(): os.system("x " + QUEUE.pop()); return {}
@app.get("/x")
def h():
    QUEUE.append(request.args["q"]); return {}
""",
        """
QUEUE = []
@app.get("/r")
def r(): os.system("x " + QUEUE.pop()); return {}
@app.get("/x")
def h():
    QUEUE.append(int(request.args["q"])); return {}
""",
        {},
    ),
    "callback": (
        """
def each(xs, f):
    for x in xs: f(x)
def act(x): os.system("x " + x)
@app.get("/x")
def h(): each(request.args.getlist("q"), act); return {}
""",
        """
def each(xs, f):
    for x in xs: f(x)
def act(x): print("x " + x)
@app.get("/x")
def h(): each(request.args.getlist("q"), act); return {}
""",
        {},
    ),
    "dispatch": (
        """
def one(x): os.system("x " + x)
def two(x): return x
T = {"one": one, "two": two}
@app.get("/x")
def h(): T["one"](request.args["q"]); return {}
""",
        """
def one(x): os.system("x " + x)
def two(x): return x
T = {"one": one, "two": two}
@app.get("/x")
def h(): T["two"](request.args["q"]); return {}
""",
        {},
    ),
    "closure": (
        """
def make(prefix):
    def run(x): os.system(prefix + x)
    return run
@app.get("/x")
def h():
    make("ls ")(request.args["q"]); return {}
""",
        """
def make(prefix):
    def run(x): os.system(prefix + "y")
    return run
@app.get("/x")
def h():
    make("ls ")(request.args["q"]); return {}
""",
        {},
    ),
    "nonlocal": (
        """
@app.get("/x")
def h():
    cmd = "ls"
    def take():
        nonlocal cmd
        cmd = request.args["q"]
    take()
    os.system("x " + cmd); return {}
""",
        """
@app.get("/x")
def h():
    cmd = "ls"
    def take():
        cmd = request.args["q"]
        return cmd
    take()
    os.system("x " + cmd); return {}
""",
        {},
    ),
    "partial": (
        """
def run(a, b): os.system(a + b)
@app.get("/x")
def h():
    f = functools.partial(run, "ls "); f(request.args["q"]); return {}
""",
        """
def run(a, b): os.system(a + "z")
@app.get("/x")
def h():
    f = functools.partial(run, "ls "); f(request.args["q"]); return {}
""",
        {},
    ),
    "lambda map": (
        """
@app.get("/x")
def h():
    parts = list(map(lambda p: p.strip(), request.args["q"].split(",")))
    os.system("x " + parts[0]); return {}
""",
        """
@app.get("/x")
def h():
    parts = list(map(lambda p: int(p), request.args["q"].split(",")))
    os.system("x %s" % parts[0]); return {}
""",
        {},
    ),
    "filter": (
        """
@app.get("/x")
def h():
    parts = [*filter(lambda p: p != "x", request.args["q"].split(","))]
    os.system("x " + parts[0]); return {}
""",
        """
@app.get("/x")
def h():
    parts = [*filter(lambda p: p in ALLOWED, request.args["q"].split(","))]
    os.system("x " + parts[0]); return {}
""",
        {},
    ),
    "async": (
        """
async def load(q):
    await asyncio.sleep(0)
    return q
@app.get("/x")
async def h():
    a, b = await asyncio.gather(load(request.args["q"]), load("z"))
    os.system("x " + a); return {}
""",
        """
async def load(q):
    await asyncio.sleep(0)
    return q
@app.get("/x")
async def h():
    a, b = await asyncio.gather(load(request.args["q"]), load("z"))
    os.system("x " + b); return {}
""",
        {},
    ),
    "to_thread": (
        """
def run(q): os.system("x " + q)
@app.get("/x")
async def h():
    await asyncio.to_thread(run, request.args["q"]); return {}
""",
        """
def run(q): os.system("x ")
@app.get("/x")
async def h():
    await asyncio.to_thread(run, request.args["q"]); return {}
""",
        {},
    ),
    "context manager": (
        """
@contextlib.contextmanager
def held(q):
    yield q
@app.get("/x")
def h():
    with held(request.args["q"]) as v: os.system("x " + v)
    return {}
""",
        """
@contextlib.contextmanager
def held(q):
    yield "z"
@app.get("/x")
def h():
    with held(request.args["q"]) as v: os.system("x " + v)
    return {}
""",
        {},
    ),
    "dataclass": (
        """
@dataclass
class C:
    a: str
    b: str = "x"
@app.get("/x")
def h():
    c = C(b=request.args["q"], a="1"); os.system("x " + c.b); return {}
""",
        """
@dataclass
class C:
    a: str
    b: str = "x"
@app.get("/x")
def h():
    c = C(b=request.args["q"], a="1"); os.system("x " + c.a); return {}
""",
        {},
    ),
    "property": (
        """
class C:
    def __init__(self, q): self._q = q
    @property
    def cmd(self): return "x " + self._q
@app.get("/x")
def h():
    os.system(C(request.args["q"]).cmd); return {}
""",
        """
class C:
    def __init__(self, q): self._q = q
    @property
    def cmd(self): return "x " + str(len(self._q))
@app.get("/x")
def h():
    os.system(C(request.args["q"]).cmd); return {}
""",
        {},
    ),
    "undone": (
        """
@app.get("/x")
def h():
    q = html.escape(request.args["q"])
    return "<p>" + html.unescape(q) + "</p>"
""",
        """
@app.get("/x")
def h():
    q = html.escape(html.unescape(request.args["q"]))
    return "<p>" + q + "</p>"
""",
        {},
    ),
    "undone concat": (
        """
@app.get("/x")
def h():
    base = Path("/srv").resolve()
    p = (base / request.args["q"]).resolve()
    if not p.is_relative_to(base): abort(404)
    return (p / request.args["z"]).read_text()
""",
        """
@app.get("/x")
def h():
    base = Path("/srv").resolve()
    p = (base / request.args["q"] / request.args["z"]).resolve()
    if not p.is_relative_to(base): abort(404)
    return {"t": p.read_text()}
""",
        {},
    ),
    "alias": (
        """
@app.get("/x")
def h():
    a = []
    b = a
    b.append(request.args["q"])
    os.system("x " + a[0]); return {}
""",
        """
@app.get("/x")
def h():
    a = ["z"]
    b = list(a)
    b.append(request.args["q"])
    os.system("x " + a[0]); return {}
""",
        {},
    ),
    "helper fills": (
        """
def fill(d): d["k"] = request.args["q"]
@app.get("/x")
def h():
    d = {"k": "a", "z": "b"}
    fill(d)
    os.system("x " + d["k"]); return {}
""",
        """
def fill(d): d["k"] = request.args["q"]
@app.get("/x")
def h():
    d = {"k": "a", "z": "b"}
    fill(d)
    os.system("x " + d["z"]); return {}
""",
        {},
    ),
    "predicate negative": (
        """
def bad(q): return q not in ALLOWED
@app.get("/x")
def h():
    q = request.args["q"]
    if not bad(q): print()
    os.system("x " + q); return {}
""",
        """
def bad(q): return q not in ALLOWED
@app.get("/x")
def h():
    q = request.args["q"]
    if bad(q): return {}
    os.system("x " + q); return {}
""",
        {},
    ),
    "raising helper": (
        """
def ensure(q):
    if q not in ALLOWED: print(q)
    return q
@app.get("/x")
def h():
    q = ensure(request.args["q"])
    os.system("x " + q); return {}
""",
        """
def ensure(q):
    if q not in ALLOWED: raise ValueError(q)
    return q
@app.get("/x")
def h():
    q = ensure(request.args["q"])
    os.system("x " + q); return {}
""",
        {},
    ),
    "two modules": (
        """
from app.low import run
@app.get("/x")
def h(): run(request.args["q"]); return {}
""",
        """
from app.low import run_safe
@app.get("/x")
def h(): run_safe(request.args["q"]); return {}
""",
        {
            "app/low.py": 'import os, shlex\ndef run(q):\n    os.system("x " + q)\ndef run_safe(q):\n    os.system("x " + shlex.quote(q))\n',
            "app/__init__.py": "",
        },
    ),
    "two modules guard": (
        """
from app import guards
@app.get("/x")
def h():
    q = request.args["q"]
    guards.note(q)
    os.system("x " + q); return {}
""",
        """
from app import guards
@app.get("/x")
def h():
    q = request.args["q"]
    guards.ensure(q)
    os.system("x " + q); return {}
""",
        {
            "app/guards.py": "from app.names import NAMES\ndef note(q):\n    print(q in NAMES)\ndef ensure(q):\n    if q not in NAMES:\n        raise ValueError\n",
            "app/names.py": 'NAMES = ("a", "b")\n',
            "app/__init__.py": "",
        },
    ),
    "match": (
        """
@app.get("/x")
def h():
    match request.args["q"].split():
        case ["go", where]: os.system("x " + where)
        case _: pass
    return {}
""",
        """
@app.get("/x")
def h():
    match request.args["q"].split():
        case ["go", ("a" | "b") as where]: os.system("x " + where)
        case _: pass
    return {}
""",
        {},
    ),
    "suppress": (
        """
@app.get("/x")
def h():
    q = request.args["q"]
    with contextlib.suppress(ValueError):
        int(q)
    os.system("x " + q); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args["q"]
    n = 0
    with contextlib.suppress(ValueError):
        n = int(q)
    os.system("x %s" % n); return {}
""",
        {},
    ),
    "exc": (
        """
def f(q):
    raise ValueError(q)
@app.get("/x")
def h():
    try: f(request.args["q"])
    except ValueError as e: return "<b>" + str(e) + "</b>"
""",
        """
def f(q):
    raise ValueError("z")
@app.get("/x")
def h():
    try: f(request.args["q"])
    except ValueError as e: return "<b>" + str(e) + "</b>"
""",
        {},
    ),
    "staticmethod": (
        """
class T:
    @staticmethod
    def clean(q): return q.strip()
    @classmethod
    def make(cls, q):
        t = cls(); t.q = cls.clean(q); return t
@app.get("/x")
def h(): os.system("x " + T.make(request.args["q"]).q); return {}
""",
        """
class T:
    @staticmethod
    def clean(q): return str(int(q))
    @classmethod
    def make(cls, q):
        t = cls(); t.q = cls.clean(q); return t
@app.get("/x")
def h(): os.system("x " + T.make(request.args["q"]).q); return {}
""",
        {},
    ),
    "comprehension dict": (
        """
@app.get("/x")
def h():
    d = {k: v for k, v in request.args.items()}
    os.system("x " + d["q"]); return {}
""",
        """
@app.get("/x")
def h():
    d = {k: int(v) for k, v in request.args.items()}
    os.system("x %s" % d["q"]); return {}
""",
        {},
    ),
    "any/all": (
        """
@app.get("/x")
def h():
    q = request.args["q"]
    if any(c.isalnum() for c in q): os.system("x " + q)
    return {}
""",
        """
@app.get("/x")
def h():
    q = request.args["q"]
    if all(c.isalnum() for c in q): os.system("x " + q)
    return {}
""",
        {},
    ),
    "allow dict get": (
        """
CMDS = {"a": "ls", "b": "df"}
@app.get("/x")
def h(): os.system(CMDS.get(request.args["q"], request.args["q"])); return {}
""",
        """
CMDS = {"a": "ls", "b": "df"}
@app.get("/x")
def h(): os.system(CMDS.get(request.args["q"], "ls")); return {}
""",
        {},
    ),
    "call class": (
        """
class R:
    def __call__(self, q): os.system("x " + q)
run = R()
@app.get("/x")
def h(): run(request.args["q"]); return {}
""",
        """
class R:
    def __call__(self, q): os.system("x ")
run = R()
@app.get("/x")
def h(): run(request.args["q"]); return {}
""",
        {},
    ),
    "flask g": (
        """
@app.before_request
def before(): g.q = request.args.get("q")
@app.get("/x")
def h(): os.system("x " + g.q); return {}
""",
        """
@app.before_request
def before(): g.q = request.args.get("q", type=int)
@app.get("/x")
def h(): os.system("x %s" % g.q); return {}
""",
        {},
    ),
    "loop carried": (
        """
@app.get("/x")
def h():
    a = b = c = "x"
    for i in range(4):
        os.system("x " + c)
        c = b
        b = a
        a = request.args["q"]
    return {}
""",
        """
@app.get("/x")
def h():
    a = b = c = "x"
    for i in range(4):
        os.system("x " + c)
        c = b
        b = a
        a = int(request.args["q"])
    return {}
""",
        {},
    ),
    "keyword guard arg": (
        """
def is_ok(value, *, strict=False):
    if strict: return value in ALLOWED
    return bool(value)
@app.get("/x")
def h():
    q = request.args["q"]
    if not is_ok(value=q): abort(400)
    os.system("x " + q); return {}
""",
        """
def is_ok(value, *, strict=False):
    if strict: return value in ALLOWED
    return bool(value)
@app.get("/x")
def h():
    q = request.args["q"]
    if not is_ok(value=q, strict=True): abort(400)
    os.system("x " + q); return {}
""",
        {},
    ),
    "fastapi depends": (
        """
from fastapi import FastAPI, Depends
api = FastAPI()
def name(q: str): return q.strip()
@api.get("/y")
def y(n: str = Depends(name)): os.system("x " + n); return {}
""",
        """
from fastapi import FastAPI, Depends
api = FastAPI()
def name(q: str):
    if q not in ALLOWED: raise ValueError
    return q
@api.get("/y")
def y(n: str = Depends(name)): os.system("x " + n); return {}
""",
        {},
    ),
    "django cbv": (
        """
from django.views import View
from django.http import HttpResponse
from django.utils.safestring import mark_safe
class V(View):
    def get(self, request, *args, **kwargs):
        return HttpResponse("<p>" + request.GET["q"] + "</p>")
""",
        """
from django.views import View
from django.http import HttpResponse
from django.utils.html import escape
class V(View):
    def get(self, request, *args, **kwargs):
        return HttpResponse("<p>" + escape(request.GET["q"]) + "</p>")
""",
        {},
    ),
    "tornado": (
        """
import tornado.web
class H(tornado.web.RequestHandler):
    def get(self):
        os.system("x " + self.get_argument("q"))
""",
        """
import tornado.web
class H(tornado.web.RequestHandler):
    def get(self):
        os.system("x " + str(int(self.get_argument("q"))))
""",
        {},
    ),
    "aiohttp": (
        """
from aiohttp import web
async def h(request):
    data = await request.post()
    os.system("x " + data["q"])
    return web.Response(text="a")
""",
        """
from aiohttp import web
async def h(request):
    data = await request.post()
    if data["q"] not in ALLOWED: raise web.HTTPBadRequest()
    os.system("x " + data["q"])
    return web.Response(text="a")
""",
        {},
    ),
    "fastapi model": (
        """
from fastapi import FastAPI
from pydantic import BaseModel
api = FastAPI()
class B(BaseModel):
    name: str
    n: int
@api.post("/y")
async def y(b: B):
    db = sqlite3.connect("x")
    return db.execute(f"select * from t where a = '{b.name}'").fetchall()
""",
        """
from fastapi import FastAPI
from pydantic import BaseModel
api = FastAPI()
class B(BaseModel):
    name: str
    n: int
@api.post("/y")
async def y(b: B):
    db = sqlite3.connect("x")
    return db.execute(f"select * from t where a = {b.n}").fetchall()
""",
        {},
    ),
    "sql builder list": (
        """
@app.get("/x")
def h():
    where, args = [], []
    for k, v in request.args.items():
        where.append(f"{k} = ?")
        args.append(v)
    db = sqlite3.connect("x")
    return {"r": db.execute("select * from t where " + " and ".join(where), args).fetchall()}
""",
        """
@app.get("/x")
def h():
    where, args = [], []
    for k, v in request.args.items():
        if k not in ALLOWED: continue
        where.append(f"{k} = ?")
        args.append(v)
    db = sqlite3.connect("x")
    return {"r": db.execute("select * from t where " + " and ".join(where), args).fetchall()}
""",
        {},
    ),
    "subprocess list": (
        """
@app.get("/x")
def h():
    subprocess.run(["sh", "-c", "ls " + request.args["q"]]); return {}
""",
        """
@app.get("/x")
def h():
    subprocess.run(["ls", "--", request.args["q"]]); return {}
""",
        {},
    ),
    "enum": (
        """
import enum
class K(str, enum.Enum):
    A = "a"
@app.get("/x")
def h():
    k = request.args["q"]
    try: K(k)
    except ValueError: print()
    os.system("x " + k); return {}
""",
        """
import enum
class K(str, enum.Enum):
    A = "a"
@app.get("/x")
def h():
    k = K(request.args["q"])
    os.system("x " + k.value); return {}
""",
        {},
    ),
    "ternary chain": (
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    cmd = q if q else "ls"
    os.system(cmd); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    cmd = "df" if q else "ls"
    os.system(cmd); return {}
""",
        {},
    ),
    "while true break": (
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    while True:
        if len(q) > 3: break
        q = q + "a"
    os.system(q); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    while True:
        if q in ALLOWED: break
        q = "a"
    os.system(q); return {}
""",
        {},
    ),
    "flag var": (
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    ok = False
    if q in ALLOWED: ok = True
    if ok: print(q)
    os.system(q); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    ok = False
    if q in ALLOWED: ok = True
    if not ok: abort(400)
    os.system(q); return {}
""",
        {},
    ),
    "for allowed eq": (
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    for a in ALLOWED:
        if a != q: print(a)
    os.system(q); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    for a in ALLOWED:
        if a == q: break
    else:
        abort(404)
    os.system(q); return {}
""",
        {},
    ),
    "pick from allowed": (
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    c = next((a for a in [q] if a), "x")
    os.system(c); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args.get("q")
    c = next((a for a in ALLOWED if a == q), "x")
    os.system(c); return {}
""",
        {},
    ),
    "sorted slice": (
        """
@app.get("/x")
def h():
    parts = sorted(request.args["q"].split(","))[:2]
    os.system(parts[0]); return {}
""",
        """
@app.get("/x")
def h():
    parts = sorted([int(p) for p in request.args["q"].split(",")])[:2]
    os.system("a %s" % parts[0]); return {}
""",
        {},
    ),
    "dict pop default": (
        """
@app.get("/x")
def h():
    d = dict(a=request.args["q"], b="z")
    d.pop("b")
    os.system(d.pop("a", "ls")); return {}
""",
        """
@app.get("/x")
def h():
    d = dict(a=request.args["q"], b="z")
    d.pop("a")
    os.system(d.pop("a", "ls")); return {}
""",
        {},
    ),
    "unpack swap": (
        """
@app.get("/x")
def h():
    a, b = request.args["q"], "z"
    a, b = b, a
    os.system(b); return {}
""",
        """
@app.get("/x")
def h():
    a, b = request.args["q"], "z"
    a, b = b, a
    os.system(a); return {}
""",
        {},
    ),
    "star args": (
        """
def run(*parts): os.system(parts[1])
@app.get("/x")
def h(): run("a", request.args["q"]); return {}
""",
        """
def run(*parts): os.system(parts[0])
@app.get("/x")
def h(): run("a", request.args["q"]); return {}
""",
        {},
    ),
    "finally": (
        """
@app.get("/x")
def h():
    q = "a"
    try: q = request.args["q"]
    finally: os.system(q)
    return {}
""",
        """
@app.get("/x")
def h():
    q = "a"
    try: q = int(request.args["q"])
    finally: os.system("a %s" % q)
    return {}
""",
        {},
    ),
    "thread": (
        """
import threading
def work(q): os.system(q)
@app.get("/x")
def h():
    threading.Thread(target=work, args=(request.args["q"],)).start(); return {}
""",
        """
import threading
def work(q): os.system("a")
@app.get("/x")
def h():
    threading.Thread(target=work, args=(request.args["q"],)).start(); return {}
""",
        {},
    ),
    "method ref": (
        """
class S:
    def go(self, q): os.system(q)
@app.get("/x")
def h():
    f = S().go
    f(request.args["q"]); return {}
""",
        """
class S:
    def go(self, q): print(q)
@app.get("/x")
def h():
    f = S().go
    f(request.args["q"]); return {}
""",
        {},
    ),
    "getattr const": (
        """
class S:
    def go(self, q): os.system(q)
    def no(self, q): pass
@app.get("/x")
def h():
    getattr(S(), "go")(request.args["q"]); return {}
""",
        """
class S:
    def go(self, q): os.system(q)
    def no(self, q): pass
@app.get("/x")
def h():
    getattr(S(), "no")(request.args["q"]); return {}
""",
        {},
    ),
    "setattr const": (
        """
class S: pass
@app.get("/x")
def h():
    s = S(); setattr(s, "a", request.args["q"]); os.system(s.a); return {}
""",
        """
class S: pass
@app.get("/x")
def h():
    s = S(); s.b = "x"; setattr(s, "a", request.args["q"]); os.system(s.b); return {}
""",
        {},
    ),
    "namedtuple": (
        """
from typing import NamedTuple
class T(NamedTuple):
    a: str
    b: str
@app.get("/x")
def h():
    t = T("x", request.args["q"]); os.system(t.b); return {}
""",
        """
from typing import NamedTuple
class T(NamedTuple):
    a: str
    b: str
@app.get("/x")
def h():
    t = T("x", request.args["q"]); os.system(t.a); return {}
""",
        {},
    ),
    "builder chain": (
        """
class B:
    def __init__(self): self.parts = []
    def add(self, p): self.parts.append(p); return self
    def build(self): return " ".join(self.parts)
@app.get("/x")
def h():
    os.system(B().add("ls").add(request.args["q"]).build()); return {}
""",
        """
class B:
    def __init__(self): self.parts = []
    def add(self, p): self.parts.append(p); return self
    def build(self): return " ".join(self.parts)
@app.get("/x")
def h():
    os.system(B().add("ls").add(str(len(request.args["q"]))).build()); return {}
""",
        {},
    ),
    "reverse module": (
        """
from app.names import NAMES
def run(q): os.system("x " + q)
""",
        """
from app.names import NAMES
def run(q):
    if q in NAMES: os.system("x " + q)
""",
        {
            "app/web.py": 'from flask import Flask, request\nfrom app.views import run\napp = Flask(__name__)\n@app.get("/x")\ndef h():\n    run(request.args["q"])\n    return {}\n',
            "app/names.py": 'NAMES = ("a", "b")\n',
            "app/__init__.py": "",
        },
    ),
    "json body": (
        """
import json
@app.post("/x")
def h():
    body = json.loads(request.data)
    os.system(body["a"]); return {}
""",
        """
import json
@app.post("/x")
def h():
    body = json.loads(request.data)
    os.system(["ls", "df"][body["a"] == 1]); return {}
""",
        {},
    ),
    "cls attr": (
        """
class C:
    last = ""
@app.get("/s")
def s(): C.last = request.args["q"]; return {}
@app.get("/x")
def h(): os.system(C.last); return {}
""",
        """
class C:
    last = ""
@app.get("/s")
def s(): C.last = int(request.args["q"]); return {}
@app.get("/x")
def h(): os.system(f"ls {C.last}"); return {}
""",
        {},
    ),
    "regex group": (
        r"""
@app.get("/x")
def h():
    m = re.match(r"(.*)-(\d+)", request.args["q"])
    os.system("x " + m.group(1)); return {}
""",
        r"""
@app.get("/x")
def h():
    m = re.fullmatch(r"([a-z]+)-(\d+)", request.args["q"])
    if m is None: abort(400)
    os.system("x " + m.group(1)); return {}
""",
        {},
    ),
    "path suffix": (
        """
@app.get("/x")
def h():
    p = Path("/srv") / request.args["q"]
    if p.suffix != ".txt": abort(404)
    return {"t": p.read_text()}
""",
        """
@app.get("/x")
def h():
    p = Path("/srv") / os.path.basename(request.args["q"])
    if p.suffix != ".txt": abort(404)
    return {"t": p.read_text()}
""",
        {},
    ),
    "order of guard": (
        """
@app.get("/x")
def h():
    q = request.args["q"]
    os.system(q)
    if q not in ALLOWED: abort(400)
    return {}
""",
        """
@app.get("/x")
def h():
    q = request.args["q"]
    if q not in ALLOWED: abort(400)
    os.system(q)
    return {}
""",
        {},
    ),
    "guard on other": (
        """
@app.get("/x")
def h():
    q, z = request.args["q"], request.args["z"]
    if z not in ALLOWED: abort(400)
    os.system(q); return {}
""",
        """
@app.get("/x")
def h():
    q, z = request.args["q"], request.args["z"]
    if q not in ALLOWED: abort(400)
    os.system(q); return {"z": z}
""",
        {},
    ),
    "guard copy": (
        """
@app.get("/x")
def h():
    q = request.args["q"]
    t = q.lower()
    if t not in ALLOWED: abort(400)
    q = request.args["r"] + q
    os.system(q); return {}
""",
        """
@app.get("/x")
def h():
    q = request.args["q"]
    t = q.lower()
    if t not in ALLOWED: abort(400)
    os.system(t); return {}
""",
        {},
    ),
    "lru cache": (
        """
@functools.lru_cache
def norm(q): return q.strip()
@app.get("/x")
def h(): os.system(norm(request.args["q"])); return {}
""",
        """
@functools.lru_cache
def norm(q): return {"a": "ls"}[q]
@app.get("/x")
def h(): os.system(norm(request.args["q"])); return {}
""",
        {},
    ),
    "async gen": (
        """
async def gen(q):
    for p in q.split(): yield p
@app.get("/x")
async def h():
    async for p in gen(request.args["q"]): os.system(p)
    return {}
""",
        """
async def gen(q):
    for p in q.split():
        if p in ALLOWED: yield p
@app.get("/x")
async def h():
    async for p in gen(request.args["q"]): os.system(p)
    return {}
""",
        {},
    ),
}


def flows(code: str, files: dict[str, str]) -> list[tuple[str, int]]:
    path = "app/views.py"
    module = parse_module(path, HEAD + code)
    assert module is not None
    found = flows_of(module, Project(Context(path=path, files=files)))
    assert not found.cut_short
    certain = [h for h in found.hits if h.taint.origin.kind == "request" and not h.soft]
    return [(h.kind, h.node.lineno) for h in certain]  # type: ignore[attr-defined] (a call)


@pytest.mark.parametrize("name", TWINS)
def test_tells_twins_apart(name: str) -> None:
    is_open, is_closed, files = TWINS[name]
    assert flows(is_open, files)
    assert flows(is_closed, files) == []
