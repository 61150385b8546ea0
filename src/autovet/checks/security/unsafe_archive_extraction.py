"""An archive is unpacked without a look at where its members go.

Finds ``extractall`` and ``extract`` on tar archives without ``filter=`` and without a list of checked members, and
loops that write each member of an archive under its own name. Members can be named ``../../etc/cron.d/x`` or be links, and are then written
outside the directory that was meant.

For tar pass ``filter="data"``; ``ZipFile.extractall`` keeps inside of the directory by itself (the filter: Python 3.12, and the security releases of 3.8 to 3.11).

Leave it for archives that the program made itself; from Python 3.14 on the filter is the default.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import argument, constant_of
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("unsafe-archive-extraction", Category.SECURITY, confidence=0.85, cwe=22)

_LISTS = frozenset({"namelist", "infolist", "getnames", "getmembers"})
_LOOKS = frozenset({"resolve", "realpath", "abspath", "normpath", "is_relative_to", "startswith", "commonpath", "basename", "isabs", "secure_filename", "safe_join"})  # fmt: skip
_ASKS = re.compile(r"within|inside|safe|check|valid|allowed|relative", re.IGNORECASE)
_OPENS = frozenset({"tarfile.open", "tarfile.TarFile", "tarfile.TarFile.open"})

BAD = (
    """
import tarfile

def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target)  # <--
""",
    """
import tarfile

def first(path):
    archive = tarfile.TarFile(path)
    archive.extract(archive.getnames()[0])  # <--
    tarfile.open(path, "r:gz").extractall()  # <--
""",
    """
import os
import zipfile

def unpack(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            place = os.path.join(target, name)
            with open(place, "wb") as file:  # <--
                file.write(archive.read(name))
""",
    """
import tarfile

def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target, filter="fully_trusted")  # <--
""",
)

GOOD = (
    """
import tarfile
import zipfile

def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extractall(target, filter="data")
    with zipfile.ZipFile(path) as packed:
        packed.extractall(target)

def by_hand(archive, target):
    for name in archive.namelist():
        if name.startswith(("/", "..")):
            continue
        with open(target / name, "wb") as file:
            file.write(archive.read(name))
""",
    """
import tarfile

def unpack(path, target):
    with tarfile.open(path) as archive:
        archive.extraction_filter = tarfile.data_filter
        archive.extractall(target)
    with tarfile.open(path) as archive:
        archive.extractall(target, members=checked(archive))
""",
)


def check(node: ast.Call | ast.For, module: Module) -> Iterator[Finding]:
    """Report extraction without a filter or a look at the names."""
    if isinstance(node, ast.For):
        yield from _written_by_hand(node, module)
    else:
        yield from _extracted(node, module)


def _written_by_hand(loop: ast.For, module: Module) -> Iterator[Finding]:
    """``open(os.path.join(folder, name), "wb")`` for every name in an archive."""
    listed = loop.iter
    if module.is_test or not isinstance(listed, ast.Call) or last_name(listed.func) not in _LISTS:
        return
    if not isinstance(loop.target, ast.Name):
        return
    nodes = [n for statement in loop.body for n in ast.walk(statement)]
    if any(_looks(n) for n in nodes):
        return
    paths = {loop.target.id}
    for node in nodes:
        if isinstance(node, ast.Assign) and any(isinstance(n, ast.Name) and n.id in paths for n in ast.walk(node.value)):  # fmt: skip
            paths |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Call) and module.qualified(node.func) == "builtins.open":
            mode = constant_of(argument(node, 1, "mode"), module)
            joined = any(isinstance(n, ast.Name) and n.id in paths for n in ast.walk(node.args[0])) if node.args else False  # fmt: skip
            if joined and isinstance(mode, str) and mode[:1] in {"w", "x", "a"}:
                yield module.finding(RULE, node, "a member named ../x is written outside the target directory; resolve the path and compare it with the directory")  # fmt: skip
                return


def _looks(node: ast.AST) -> bool:
    """Whether a piece of the loop resolves, shortens or tests the path."""
    if isinstance(node, ast.Constant):
        return node.value == ".."
    only_name = isinstance(node, ast.Attribute) and node.attr == "name"
    name = last_name(node)
    return only_name or name in _LOOKS or bool(_ASKS.search(name))


def _extracted(call: ast.Call, module: Module) -> Iterator[Finding]:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in {"extractall", "extract"} or module.is_test:  # fmt: skip
        return
    trusting = next(
        (k for k in call.keywords if k.arg == "filter" and _trusts(k.value, module)), None
    )
    if trusting is not None:
        yield module.finding(
            RULE,
            call,
            'the filter lets members be written outside the target directory; pass filter="data"',
            fix=Fix(
                (module.replace(trusting.value, '"data"'),),
                "refuse members that leave the directory",
            ),
        )
        return
    if any(k.arg in {"filter", "members", None} for k in call.keywords):
        return
    if (func.attr == "extractall" and argument(call, 1) is not None) or not _is_tar(func.value, module):  # fmt: skip
        return
    around = module.function_of(call) or module.tree
    if any(isinstance(n, ast.Attribute) and n.attr == "extraction_filter" for n in ast.walk(around)):  # fmt: skip
        return
    end = module.span(call)
    closing = Span(end.end_line, end.end_column - 1, end.end_line, end.end_column - 1)
    separator = ", " if call.args or call.keywords else ""
    plain = not module.segment(call).rstrip(") \n").endswith(",")
    edit = Edit(closing, f'{separator}filter="data"')
    yield module.finding(
        RULE,
        call,
        'members of the archive can be written outside the target directory; pass filter="data"',
        fix=Fix((edit,), "refuse members that leave the directory") if plain else None,
    )


def _trusts(given: ast.expr, module: Module) -> bool:
    if isinstance(given, ast.Constant):
        return given.value == "fully_trusted"
    return module.qualified(given) == "tarfile.fully_trusted_filter"


def _is_tar(archive: ast.expr, module: Module) -> bool:
    made = module.assigned(archive) or archive
    if isinstance(made, ast.Call) and module.qualified(made.func) in _OPENS:
        return True
    return type_of(archive, module) == "tarfile.TarFile"
