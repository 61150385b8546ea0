"""A parser that trusts its document reads one from a request.

Finds request data that is parsed with a parser told to follow external entities (the SAX feature, or
``resolve_entities``, ``load_dtd`` or ``no_network`` of lxml). The document names files of the server or
addresses inside the network, and their content comes back in the answer.

Leave those options off, or parse with ``defusedxml``.

Leave it when only documents of known senders arrive here, and say so in a suppression with the reason.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("xml-external-entities", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=611)  # fmt: skip

BAD = (
    """
from flask import Flask, request
from lxml import etree

app = Flask(__name__)

@app.post("/feed")
def feed():
    parser = etree.XMLParser(resolve_entities=True)
    return etree.fromstring(request.data, parser).tag  # <--
""",
    """
import xml.dom.minidom
import xml.sax
from flask import Flask, request
from xml.sax.handler import feature_external_ges

app = Flask(__name__)

@app.post("/order")
def order():
    reader = xml.sax.make_parser()
    reader.setFeature(feature_external_ges, True)
    order = xml.dom.minidom.parseString(request.get_data(), reader)  # <--
    return {"lines": len(order.childNodes)}
""",
)

GOOD = (
    """
from flask import Flask, request
from lxml import etree

app = Flask(__name__)

@app.post("/feed")
def feed():
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(request.data, parser)
    return {"tag": root.tag, "count": len(root)}

@app.get("/own")
def own():
    parser = etree.XMLParser(resolve_entities=False)
    return {"tag": etree.parse("layout.xml", parser).getroot().tag}
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the documents of requests that such a parser reads."""
    harm = "it can name files of the server; switch external entities off"
    yield from flow_findings(module, RULE, "xml", harm, project)
