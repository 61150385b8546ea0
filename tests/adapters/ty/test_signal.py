"""Reports of ty that say little are shown as hints, those that say much in full."""

from pathlib import Path

import pytest

from autovet.adapters.api_index.api_index import ApiIndex
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.import_guards import is_probed
from autovet.adapters.ty.library_facts import LibraryFacts
from autovet.adapters.ty.signal import Signal, Weight
from autovet.domain.document import Document
from autovet.domain.span import Span


def weight(
    code: str,
    message: str,
    text: str = "x = 1\n",
    *,
    line: int = 1,
    index: ApiIndex | None = None,
) -> Weight:
    document = Document("m.py", text)
    signal = Signal(document, (), LibraryFacts(index, document) if index is not None else None)
    return signal.weight(Diagnostic(code, 1, message, Span(line, 1, line, 2)))


@pytest.mark.parametrize(
    "receiver", ["str", "Path", "DataFrame", "Session", "list[int]", "HTTPError"]
)
def test_a_missing_attribute_of_a_definite_type_counts(receiver: str) -> None:
    message = f"Object of type `{receiver}` has no attribute `shrink`"
    assert weight("missing-attribute", message) is Weight.FULL


@pytest.mark.parametrize(
    "receiver",
    ["Iterator[str]", "Mapping[str, int]", "Exception", "Node | None", "Self@run", "BinaryIO"],
)
def test_of_an_interface_or_a_union_it_is_a_hint(receiver: str) -> None:
    message = f"Object of type `{receiver}` has no attribute `shrink`"
    assert weight("missing-attribute", message) is Weight.INFORMATION


def test_a_call_of_something_unknown_is_a_hint() -> None:
    named = "No argument provided for required parameter `b` of function `f`"
    unnamed = "No argument provided for required parameter 2"
    assert weight("missing-argument", named) is Weight.FULL
    assert weight("missing-argument", unnamed) is Weight.INFORMATION
    assert weight("not-callable", "Object of type `str` is not callable") is Weight.FULL
    assert weight("not-callable", "Object of type `None` is not callable") is Weight.INFORMATION


def test_a_member_that_the_source_defines_is_there(tmp_path: Path) -> None:
    there = "Module `urllib.request` has no member `proxy_bypass_environment`"
    gone = "Module `urllib.request` has no member `fetch_everything`"
    with ApiIndex((), directory=tmp_path).asked(20) as index:
        assert weight("missing-module-member", there, index=index) is Weight.NONE
        assert weight("missing-module-member", gone, index=index) is Weight.FULL


def test_what_the_code_asks_for_by_name_may_be_missing() -> None:
    message = "Object of type `Session` has no attribute `resume`"
    asked = "if hasattr(session, 'resume'):\n    session.resume()\n"
    caught = "try:\n    session.resume()\nexcept AttributeError:\n    pass\n"
    assert weight("missing-attribute", message, asked) is Weight.NONE
    assert weight("missing-attribute", message, caught, line=2) is Weight.NONE
    assert weight("missing-attribute", message, "session.resume()\n") is Weight.FULL


def test_a_sentence_that_names_nothing_is_a_hint() -> None:
    said = "Attribute `Row` can only be accessed on instances"
    assert weight("missing-attribute", said) is Weight.INFORMATION


def test_an_attribute_of_a_sibling_class_is_no_mistake() -> None:
    text = (
        "class Base: ...\n\n\nclass Child(Base):\n    def __init__(self):\n        self.label = 1\n"
    )
    message = "Object of type `Base` has no attribute `label`"
    assert weight("missing-attribute", message, text) is Weight.NONE
    assert weight("missing-attribute", message.replace("label", "lable"), text) is Weight.FULL


def test_a_fallback_for_an_absent_attribute_may_be_absent_too() -> None:
    text = (
        'import jinja2\n\nif hasattr(jinja2, "pass_context"):\n    a = jinja2.pass_context\n'
        "else:\n    a = jinja2.contextfunction\n"
        'b = jinja2.one if hasattr(jinja2, "one") else jinja2.other\nc = jinja2.contextfunction\n'
    )
    probed = [line for line in range(1, 9) if is_probed(text, "contextfunction", line)]
    assert probed == [6, 7]
