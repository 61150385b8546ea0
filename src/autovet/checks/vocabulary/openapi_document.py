"""What an OpenAPI document says about one operation."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PARAMETER = re.compile(r"\{[^}]*\}|<[^>]*>")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        path: as the document writes it.
        method: in upper case.
        statuses: the statuses of success that it may answer with; empty when only ``default`` is given.
        answer: the schema of the successful answer; empty when there is none.
        body: the schema of the request body; empty when there is none.
        query: the names of the query parameters, each with whether it is required.
    """

    path: str
    method: str
    statuses: frozenset[str]
    answer: Mapping[str, Any]
    body: Mapping[str, Any]
    query: Mapping[str, bool]


def operations(document: Mapping[str, Any] | str | None) -> Iterator[Operation]:
    """All operations of a document; none when it cannot be read."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return
    paths = document.get("paths") if isinstance(document, Mapping) else None
    if not isinstance(paths, Mapping) or not isinstance(document, Mapping):
        return
    for path, item in paths.items():
        if not isinstance(item, Mapping):
            continue
        for method, described in item.items():
            if method in {"get", "post", "put", "patch", "delete"} and isinstance(
                described, Mapping
            ):
                yield _operation(str(path), method, described, item, document)


def same_path(one: str, other: str) -> bool:
    """Whether two paths are the same, whatever their parameters are called and however written."""
    return _plain(one) == _plain(other)


def _plain(path: str) -> str:
    return _PARAMETER.sub("{}", path).rstrip("/") or "/"


def _operation(
    path: str,
    method: str,
    described: Mapping[str, Any],
    item: Mapping[str, Any],
    document: Mapping[str, Any],
) -> Operation:
    responses = described.get("responses")
    responses = responses if isinstance(responses, Mapping) else {}
    good = {str(s): r for s, r in responses.items() if str(s).startswith("2")}
    answer: object = next(iter(good.values()), {})
    parameters = [*_list(item.get("parameters")), *_list(described.get("parameters"))]
    resolved = [_resolved(p, document) for p in parameters]
    return Operation(
        path=path,
        method=method.upper(),
        statuses=frozenset(good),
        answer=_json_schema(_resolved(answer, document), document),
        body=_json_schema(_resolved(described.get("requestBody"), document), document),
        query={
            str(p.get("name")): bool(p.get("required")) for p in resolved if p.get("in") == "query"
        },
    )


def _json_schema(content: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds = content.get("content")
    media = kinds.get(_JSON) if isinstance(kinds, Mapping) else None
    schema = media.get("schema") if isinstance(media, Mapping) else content.get("schema")
    return _resolved(schema, document)


def _resolved(node: object, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The mapping itself, or what its ``$ref`` leads to."""
    for _ in range(4):
        if not isinstance(node, Mapping):
            return {}
        reference = node.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return node
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target.get(step) if isinstance(target, Mapping) else None
        node = target
    return {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
