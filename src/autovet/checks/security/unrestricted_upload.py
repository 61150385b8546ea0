"""An uploaded file is kept under the name and kind that its sender chose.

Finds handlers that save an upload under the sender's file name without looking at its ending or content
type, in a folder whose name says that it is served, or under the name as it came. Scripts and pages can then be stored where the server runs or serves them.

Allow a list of endings, or choose the name yourself and check what the content is.

Leave it where the folder is never served and nothing in it is ever run.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("unrestricted-upload", Category.SECURITY, confidence=0.65, cwe=434)

_LOOKS = re.compile(r"allow|valid|endswith|content_type|mimetype|magic|imghdr|filetype|guess|verify|check|fullmatch|scan|sniff", re.IGNORECASE)  # fmt: skip
_ENDING = re.compile(r"splitext|suffix|extension|ending|partition|rsplit|_ext$|^ext$|kind|type", re.IGNORECASE)  # fmt: skip
_LISTINGS = frozenset({"infolist", "namelist", "getmembers", "getnames"})
_UPLOADS = frozenset({"files", "FILES"})
_SERVED = re.compile(r"static|public|www|upload|media|htdocs|html|avatar|image|asset|document_?root", re.IGNORECASE)  # fmt: skip
_CLEANED = frozenset({"secure_filename", "basename", "name", "get_valid_filename"})

BAD = (
    """
import os
from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)

@app.post("/avatar")
def avatar():
    picture = request.files["picture"]
    picture.save(os.path.join("static/avatars", secure_filename(picture.filename)))  # <--
    return "", 204
""",
    """
from pathlib import Path
from fastapi import FastAPI, UploadFile

app = FastAPI()

@app.post("/documents")
async def document(file: UploadFile):
    target = Path("public") / Path(file.filename).name
    target.write_bytes(await file.read())  # <--
    return {}
""",
    """
from pathlib import Path
from django.http import JsonResponse
from uuid import uuid4

def picture(request):
    sent = request.FILES["picture"]
    target = Path("media") / Path(sent.name).name
    with target.open("wb") as out:  # <--
        out.write(sent.read())
    return JsonResponse({})

def portrait(request):
    sent = request.FILES["portrait"]
    ending = Path(sent.name).suffix
    with open("media/" + uuid4().hex + ending, "wb") as out:  # <--
        out.write(sent.read())
    return JsonResponse({})
""",
)

GOOD = (
    """
import os
from flask import Flask, abort, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
ENDINGS = {".png", ".jpg"}

@app.post("/avatar")
def avatar():
    picture = request.files["picture"]
    if os.path.splitext(picture.filename)[1].lower() not in ENDINGS:
        abort(400)
    picture.save(os.path.join("static/avatars", secure_filename(picture.filename)))
    return "", 204
""",
    """
import zipfile
from pathlib import Path
from uuid import uuid4
from fastapi import FastAPI, UploadFile

app = FastAPI()

@app.post("/reports")
async def report(file: UploadFile):
    (Path("/srv/reports") / Path(file.filename).name).write_bytes(await file.read())
    return {}

@app.post("/archives")
async def archive(file: UploadFile):
    with zipfile.ZipFile(file.file) as packed:
        for member in packed.infolist():
            (Path("public") / Path(member.filename).name).write_bytes(packed.read(member))
    return {}

@app.post("/documents")
async def document(file: UploadFile):
    (Path("private") / uuid4().hex).write_bytes(await file.read())
    return {"name": file.filename}
""",
)


def check(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report where an upload is written under its own name."""
    if module.is_test or not _mentions_uploads(module):
        return
    nodes = [n for statement in function.body for n in ast.walk(statement)]
    if not _takes_upload(function, nodes, module):
        return
    named = {"filename"}
    uploads = {t.id for n in nodes if isinstance(n, ast.Assign) and _reads_upload(n.value) for t in n.targets if isinstance(t, ast.Name)}  # fmt: skip
    for node in nodes:
        if isinstance(node, ast.Assign) and (
            _mentions(node.value, named) or _names_upload(node.value, uploads)
        ):
            named |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    if any(last_name(n) in _LISTINGS for n in nodes):
        return  # the names are those of an archive's members
    words = [w for n in nodes if (w := _word(n))]
    served = any(_SERVED.search(w) for w in words)
    if any(_LOOKS.search(last_name(n)) or _compares_ending(n) for n in nodes) or not (
        served or not _CLEANED & set(words)
    ):
        return
    for node in nodes:
        if isinstance(node, ast.Call) and _writes_under(node, named):
            yield module.finding(
                RULE,
                node,
                "the upload is kept under its sender's name, whatever kind of file it is; allow a list of endings",
            )
            return


def _compares_ending(node: ast.AST) -> bool:
    """Whether an ending is looked up or compared."""
    if isinstance(node, ast.Compare):
        return any(_ENDING.search(last_name(n)) for n in ast.walk(node))
    if isinstance(node, ast.Subscript):
        return any(_ENDING.search(last_name(n)) for n in ast.walk(node.slice))
    if isinstance(node, (ast.Match, ast.Assert)):
        return any(_ENDING.search(last_name(n)) for n in ast.walk(node))
    is_lookup = isinstance(node, ast.Call) and last_name(node.func) in {
        "get",
        "abort_unless",
        "index",
    }
    return is_lookup and any(_ENDING.search(last_name(n)) for a in getattr(node, "args", ()) for n in ast.walk(a))  # fmt: skip


def _mentions_uploads(module: Module) -> bool:
    if "uploads" not in module.memo:
        read = any(a.attr in _UPLOADS for a in module.nodes(ast.Attribute))
        imported = any(t.endswith(".UploadFile") for t in module.scopes.module.imports.values())
        module.memo["uploads"] = read or imported
    return bool(module.memo["uploads"])


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return last_name(node)


def _takes_upload(function: FunctionNode, nodes: list[ast.AST], module: Module) -> bool:
    if any(isinstance(n, ast.Attribute) and n.attr in _UPLOADS and last_name(n.value) == "request" for n in nodes):  # fmt: skip
        return True
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(a.annotation and (module.qualified(a.annotation) or "").endswith(".UploadFile") for a in arguments)  # fmt: skip


def _writes_under(call: ast.Call, named: set[str]) -> bool:
    """``upload.save(path)``, ``path.write_bytes(...)`` or ``open(path, "wb")``."""
    match call.func:
        case ast.Attribute(attr="save"):
            return bool(call.args) and _mentions(call.args[0], named)
        case ast.Attribute(attr="write_bytes", value=path):
            return _mentions(path, named)
        case ast.Attribute(attr="open", value=path):
            mode = call.args[0] if call.args else None
            writes = isinstance(mode, ast.Constant) and str(mode.value).startswith(("w", "x"))
            return writes and _mentions(path, named)
        case ast.Name(id="open"):
            mode = call.args[1] if len(call.args) > 1 else None
            writes = isinstance(mode, ast.Constant) and str(mode.value).startswith(("w", "x"))
            return writes and _mentions(call.args[0], named)
    return False


def _reads_upload(node: ast.expr) -> bool:
    """``request.FILES["photo"]``, ``request.files.get("photo")``."""
    if isinstance(node, ast.Call):
        node = node.func.value if isinstance(node.func, ast.Attribute) else node
    node = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(node, ast.Attribute) and node.attr in _UPLOADS


def _names_upload(node: ast.expr, uploads: set[str]) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "name" and isinstance(n.value, ast.Name) and n.value.id in uploads for n in ast.walk(node))  # fmt: skip


def _mentions(node: ast.expr, named: set[str]) -> bool:
    return any(last_name(n) in named for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute)))  # fmt: skip
