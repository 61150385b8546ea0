"""What the gate lets through, and what it refuses with a reason."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovet.domain.source import Source
from autovet.source.gate import MAX_BYTES, MAX_DEPTH, admit

REFUSED = {
    "null byte": (b"x = 1\n\0", "null-byte"),
    "latin-1 without a cookie": ("name = 'é'\n".encode("latin-1"), "encoding"),
    "rot13 cookie": (b"# -*- coding: rot13 -*-\nx = 1\n", "encoding"),
    "utf-7 cookie": (b"# -*- coding: utf-7 -*-\nx = 1\n", "encoding"),
    "unknown cookie": (b"# -*- coding: klingon -*-\n", "encoding"),
    "utf-16": (codecs.BOM_UTF16_LE + "x = 1\n".encode("utf-16-le"), "encoding"),
    "two megabytes": (b"x = 1\n" * 350_000, "too-large"),
    "one long line": (b"x = 1;" * 50_000, "too-long-line"),
    "too many lines": (b"\n" * 60_000, "too-large"),
    "minus signs": (b"x = " + b"-" * 50_000 + b"1\n", "too-deep"),
    "a long sum": (b"x = " + b"+".join([b"a"] * 5_000) + b"\n", "too-deep"),
    "chained attributes": (b"x = a" + b".b" * 1_500 + b"\n", "too-deep"),
    "nested parentheses": (b"x = " + b"(" * 40_000 + b")" * 40_000 + b"\n", "too-deep"),
    "nested patterns": (
        b"match x:\n  case " + b"[" * 20 + b"y" + b"]" * 20 + b":\n    pass\n",
        "too-deep",
    ),
    "ten thousand elif": (b"if a: pass\n" + b"elif b: pass\n" * 7_000, "too-deep"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_their_reason(name: str) -> None:
    data, code = REFUSED[name]
    admitted = admit(Source("x.py", data))
    assert admitted.tree is None
    assert admitted.admission.refusal is not None
    assert admitted.admission.refusal.code == code
    assert admitted.admission.refusal.message


def test_lone_surrogate_in_text_is_refused_with_its_line() -> None:
    refusal = admit(Source.from_text("a = 1\nb = '\ud800'\n", "x.py")).admission.refusal
    assert refusal is not None
    assert refusal.code == "encoding"
    assert "line 2" in refusal.message


def test_a_long_integer_is_no_python_and_does_no_harm() -> None:
    admitted = admit(Source("x.py", b"x = " + b"9" * 50_000 + b"\n"))
    assert admitted.tree is None
    assert not admitted.admission.admitted


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1",
        codecs.BOM_UTF8 + b"x = 1\n",
        "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"),
        b"x = 1\r\ny = 2\r\n",
        b"x = " + b" and ".join([b"a"] * 10_000) + b"\n",
    ],
    ids=["empty", "no newline", "bom", "declared latin-1", "crlf", "flat and"],
)
def test_ordinary_input_is_admitted(data: bytes) -> None:
    admitted = admit(Source("x.py", data))
    assert admitted.admission.admitted
    assert admitted.tree is not None


def test_a_cookie_in_text_has_no_say() -> None:
    text = "# -*- coding: rot13 -*-\nx = 'é'\n"
    assert admit(Source.from_text(text, "x.py")).admission.text == text


def test_syntax_error_says_where() -> None:
    fault = admit(Source("x.py", b"x = 1\ndef f(:\n")).admission.syntax_fault
    assert fault is not None
    assert fault.line == 2


def test_depth_just_below_the_limit_is_admitted() -> None:
    nested = "(" * 0 + "-" * (MAX_DEPTH - 10) + "x"
    assert admit(Source.from_text(nested, "x.py")).tree is not None


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    admission = admit(Source("x.py", data)).admission
    assert admission.admitted or admission.refusal or admission.syntax_fault


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    admission = admit(Source.from_text(text, "x.py")).admission
    assert admission.admitted or admission.refusal or admission.syntax_fault


def test_size_limit_is_exact() -> None:
    line = b"# " + b"x" * 97 + b"\n"
    fits = line * (MAX_BYTES // len(line))
    assert len(fits) == MAX_BYTES
    assert admit(Source("x.py", fits)).admission.admitted
    refusal = admit(Source("x.py", fits + b"\n")).admission.refusal
    assert refusal is not None
    assert refusal.code == "too-large"


def test_the_word_case_before_much_white_space_is_no_pattern() -> None:
    text = '"""In that case\n' + " " * 60 + 'nothing nests."""\n'
    assert admit(Source.from_text(text, "x.py")).admission.admitted
