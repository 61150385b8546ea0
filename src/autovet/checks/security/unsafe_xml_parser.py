"""An XML parser is told to follow what a document asks for.

Finds lxml parsers that resolve entities, load document types or use the network, and SAX parsers with
external entities switched on. A document can then have files of the server read into it, make requests
inside the network, or grow to fill the memory.

Leave those options off (``resolve_entities=False``, ``no_network=True``), or parse with ``defusedxml``.

A parser that a web handler makes is reported only where something from outside gets into it.

Leave it for documents that the program wrote itself and that need their document type.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.security.taint.flows import flows_of
from autovet.checks.vocabulary.arguments import argument, is_constant
from autovet.checks.vocabulary.called_names import called_name
from autovet.checks.vocabulary.web_views import answers_requests
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("unsafe-xml-parser", Category.SECURITY, confidence=0.85, cwe=611)

_LXML = re.compile(r"(?:^|\.)(?:lxml\.etree|etree)\.(?:XMLParser|ETCompatXMLParser|XMLPullParser|iterparse)$")  # fmt: skip
_OPTIONS = {
    "resolve_entities": (True, "False", "files named in the document are read into it"),
    "no_network": (False, "True", "the document can make the server send requests"),
    "huge_tree": (True, "False", "the document can fill the memory"),
}
_EXTERNAL = frozenset({"feature_external_ges", "feature_external_pes"})
_ADDRESSES = ("external-general-entities", "external-parameter-entities")

BAD = (
    """
from lxml import etree

def parsed(text):
    parser = etree.XMLParser(resolve_entities=True, no_network=True)  # <--
    return etree.fromstring(text, parser)
""",
    """
import xml.sax
from xml.sax.handler import feature_external_ges

def read(stream, handler):
    parser = xml.sax.make_parser()
    parser.setFeature(feature_external_ges, True)  # <--
    parser.setContentHandler(handler)
    parser.parse(stream)
""",
)

GOOD = (
    """
from lxml import etree

def parsed(text, trusted):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=trusted)
    return etree.fromstring(text, parser)
""",
    """
import xml.sax
from xml.sax.handler import feature_external_ges, feature_namespaces

def read(stream):
    parser = xml.sax.make_parser()
    parser.setFeature(feature_external_ges, False)
    parser.setFeature(feature_namespaces, True)
    parser.parse(stream)
""",
    """
from flask import Flask
from lxml import etree

app = Flask(__name__)

@app.get("/manual")
def manual():
    book = etree.parse("manual.xml", etree.XMLParser(resolve_entities=True))
    return {"chapters": len(book.getroot())}
""",
)


def check(call: ast.Call, module: Module, project: Project) -> Iterator[Finding]:
    """Report options that trust the document."""
    if module.is_test:
        return
    for finding in _trusting(call, module):
        if not _reads_own_documents(call, module, project):
            yield finding


def _reads_own_documents(call: ast.Call, module: Module, project: Project) -> bool:
    """Whether a web handler makes the parser and nothing of a request gets into it."""
    function = module.function_of(call)
    if function is None or not answers_requests(function, module):
        return False
    hits = flows_of(module, project).hits
    return not any(h.kind == "xml" and module.function_of(h.node) is function for h in hits)


def _trusting(call: ast.Call, module: Module) -> Iterator[Finding]:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "setFeature":
        feature = argument(call, 0, "name")
        value = argument(call, 1, "state", "value")
        if feature is not None and _is_external(feature, module) and value is not None and _is_on(value, module):  # fmt: skip
            fix = Fix((module.replace(value, "False"),), "leave external entities out")
            yield _finding(call, module, "files named in the document are read into it", fix)
        return
    if not _LXML.search(called_name(call, module) or ""):
        return
    for keyword in call.keywords:
        risky, safe, harm = _OPTIONS.get(keyword.arg or "", (None, "", ""))
        if risky is not None and is_constant(keyword.value, risky, module):
            fix = Fix((module.replace(keyword.value, safe),), f"{keyword.arg}={safe}")
            yield _finding(call, module, harm, fix)
            return


def _is_external(feature: ast.expr, module: Module) -> bool:
    name = (module.qualified(feature) or "").rpartition(".")[2]
    text = feature.value if isinstance(feature, ast.Constant) else ""
    return name in _EXTERNAL or (isinstance(text, str) and text.endswith(_ADDRESSES))


def _is_on(value: ast.expr, module: Module) -> bool:
    return is_constant(value, True, module) or is_constant(value, 1, module)


def _finding(call: ast.Call, module: Module, harm: str, fix: Fix) -> Finding:
    return module.finding(
        RULE,
        call,
        f"the parser follows what a document asks for: {harm}; switch it off",
        evidence={"harm": harm},
        fix=fix,
        cwe=776 if "memory" in harm else None,
    )
