"""A key is read from a remote answer that the interface document does not define.

Finds subscripts of ``response.json()`` with a literal key, where the request's path matches one of
``context.openapi`` and the schema of its successful answer has no such property. Every valid answer
then raises KeyError.

Use the name that the document defines.

Leave it when the document is older than the service.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from autovet.checks.example import Example
from autovet.checks.vocabulary.http_calls import HttpCall, http_call
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("answer-key-not-in-schema", Category.INTEGRATION, confidence=0.85)

_DOCUMENT = {
    "paths": {
        "/v1/animals/{number}": {
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}
                        }
                    }
                }
            }
        }
    },
    "components": {"schemas": {"Animal": {"properties": {"name": {}, "age_months": {}}}}},
}

BAD = (
    Example(
        """
import httpx

def age(client: httpx.Client, number: int) -> int:
    answer = client.get(f"/v1/animals/{number}").raise_for_status()
    data = answer.json()
    return data["age"]  # <--
""",
        context={"openapi": _DOCUMENT},
    ),
    Example(
        """
import requests

BASE = "https://zoo.example"

def title(number):
    response = requests.get(f"{BASE}/v1/animals/{number}", timeout=5)
    response.raise_for_status()
    return response.json()["title"]  # <--
""",
        context={"openapi": _DOCUMENT},
    ),
)

GOOD = (
    Example(
        """
import httpx

def age(client: httpx.Client, number: int) -> int:
    answer = client.get(f"/v1/animals/{number}")
    answer.raise_for_status()
    data = answer.json()
    data["seen"] = True
    return data["age_months"] / 12

def other(client: httpx.Client):
    answer = client.get("/v1/keepers")
    return answer.json()["age"]
""",
        context={"openapi": _DOCUMENT},
    ),
    """
import requests

def age(number):
    return requests.get(f"/v1/animals/{number}", timeout=5).json()["age"]
""",
)


def check(subscript: ast.Subscript, module: Module, project: Project) -> Iterator[Finding]:
    """Report keys that the answer never has."""
    if project.context.openapi is None or not isinstance(subscript.ctx, ast.Load):
        return
    key = subscript.slice
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return
    request = _request_behind(subscript.value, module)
    if request is None:
        return
    properties = _properties(request, project.context.openapi)
    if properties and key.value not in properties:
        yield module.finding(
            RULE,
            subscript,
            f"the answer has no property {key.value!r} according to the interface document; it defines "
            f"{', '.join(sorted(properties))}",
            evidence={"key": key.value, "properties": sorted(properties)},
        )


def _request_behind(node: ast.expr, module: Module) -> HttpCall | None:
    """The request whose parsed body an expression is."""
    parsed = False
    for _ in range(6):
        match node:
            case ast.Name():
                assigned = module.assigned(node)
                if assigned is None:
                    return None
                node = assigned
            case ast.Await(value=value):
                node = value
            case ast.Call(func=ast.Attribute(attr="json", value=value)):
                parsed = True
                node = value
            case ast.Call(func=ast.Attribute(attr="raise_for_status", value=value)):
                node = value
            case ast.Call():
                return http_call(node, module) if parsed else None
            case _:
                return None
    return None


def _properties(request: HttpCall, document: Mapping[str, Any] | str) -> frozenset[str]:
    """The properties of the successful answer; empty when the document does not define them."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return frozenset()
    path = _path_text(request.url)
    paths = document.get("paths") if isinstance(document, Mapping) else None
    if not path or not isinstance(paths, Mapping):
        return frozenset()
    for template, operations in paths.items():
        pattern = re.sub(r"\\\{[^}]*\\\}", r"(?:\\{\\}|[^/]+)", re.escape(str(template)))
        if not re.search(rf"(^|\}}|[^/]){pattern}$", path) or not isinstance(operations, Mapping):
            continue
        node: Any = operations.get(request.method.lower())
        for step in ("responses", "200", "content", "application/json", "schema"):
            node = node.get(step) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            components: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                components = components.get(step) if isinstance(components, Mapping) else None
            node = components
        if isinstance(node, Mapping) and isinstance(node.get("properties"), Mapping):
            closed = not {"allOf", "oneOf", "anyOf", "additionalProperties"} & set(node)
            return frozenset(node["properties"]) if closed else frozenset()
    return frozenset()


def _path_text(url: ast.expr | None) -> str:
    """The address with ``{}`` for what is computed."""
    parts = url.values if isinstance(url, ast.JoinedStr) else [url]
    texts = [
        p.value if isinstance(p, ast.Constant) and isinstance(p.value, str) else "{}" for p in parts
    ]
    return "".join(texts).partition("?")[0]
