"""What is read from an OpenAPI document."""

import json
from typing import Any

import pytest

from autovet.checks.vocabulary.openapi_document import operations, same_path

ANIMAL = {"type": "object", "properties": {"name": {"type": "string"}}}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/animals/{number}": {
            "parameters": [{"$ref": "#/components/parameters/Language"}],
            "get": {
                "parameters": [{"name": "full", "in": "query"}],
                "responses": {"404": {"description": "none"}, "200": {"$ref": "#/components/responses/One"}},
            },
            "put": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}
                },
                "responses": {"default": {"description": "any"}},
            },
            "summary": "animals",
        }
    },
    "components": {
        "parameters": {"Language": {"name": "language", "in": "query", "required": True}},
        "responses": {
            "One": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}}
        },
        "schemas": {"Animal": ANIMAL},
    },
}  # fmt: skip


@pytest.mark.parametrize("document", [DOCUMENT, json.dumps(DOCUMENT)])
def test_references_are_followed(document: dict[str, Any] | str) -> None:
    get, put = operations(document)
    assert (get.method, get.path) == ("GET", "/animals/{number}")
    assert get.statuses == {"200"}
    assert get.answer == ANIMAL
    assert get.query == {"language": True, "full": False}
    assert put.body == ANIMAL
    assert put.statuses == frozenset()
    assert put.answer == {}


@pytest.mark.parametrize("document", [None, "{", "[]", {}, {"paths": []}, {"paths": {"/a": None}}])
def test_what_is_no_document_has_no_operations(document: dict[str, Any] | str | None) -> None:
    assert list(operations(document)) == []


def test_a_reference_to_itself_ends() -> None:
    loop = {"$ref": "#/components/schemas/Loop"}
    document = {
        "paths": {
            "/a": {
                "post": {"requestBody": {"content": {"application/json": {"schema": loop}}}}
            }
        },
        "components": {"schemas": {"Loop": loop}},
    }  # fmt: skip
    (found,) = operations(document)
    assert found.body == {}


def test_paths_are_compared_without_the_names_of_their_parameters() -> None:
    assert same_path("/animals/{number}", "/animals/<int:key>/")
    assert not same_path("/animals/{number}", "/animals")
