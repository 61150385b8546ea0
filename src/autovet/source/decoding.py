"""From bytes to text, strictly, as PEP 263 and the byte order mark say."""

import codecs
import io
import tokenize

from autovet.domain.admission import Refusal
from autovet.domain.source import Source

_ASCII = bytes(range(128))
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decode(source: Source) -> str | Refusal:
    """Return the text, or why the bytes are no text that Python would read."""
    if b"\0" in source.data and not source.data.startswith(_WIDE_MARKS):
        line = source.data[: source.data.index(b"\0")].count(b"\n") + 1
        return Refusal("null-byte", f"line {line} holds a NUL byte, which no Python source may")
    encoding = "utf-8" if source.is_text else _declared_encoding(source.data)
    if isinstance(encoding, Refusal):
        return encoding
    try:
        text = source.data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        return Refusal("encoding", _why(source, error))
    return text.removeprefix("\ufeff")


def _declared_encoding(data: bytes) -> str | Refusal:
    if data.startswith(_WIDE_MARKS):
        return Refusal("encoding", "it starts with a UTF-16 or UTF-32 mark; save it as UTF-8")
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if _ASCII.decode(name) != _ASCII.decode("ascii"):
            return Refusal("encoding", f"the declared encoding {name!r} changes plain ASCII")
    except SyntaxError as error:
        if "unknown" not in str(error) and "problem" not in str(error):
            return "utf-8"  # no cookie and no UTF-8: decoding says which byte is wrong
        return Refusal("encoding", f"the declared encoding cannot be used: {error}")
    except (LookupError, UnicodeDecodeError) as error:
        return Refusal("encoding", f"the declared encoding cannot be used: {error}")
    return name


def _why(source: Source, error: UnicodeDecodeError | LookupError) -> str:
    if not isinstance(error, UnicodeDecodeError):
        return f"the declared encoding cannot be used: {error}"
    line = source.data[: error.start].count(b"\n") + 1
    bad = source.data[error.start : error.start + 1].hex()
    if source.is_text:
        return f"line {line} holds a lone surrogate, which cannot be saved as UTF-8"
    return (
        f"line {line} holds byte 0x{bad}, which is no {error.encoding}; "
        "declare the encoding or save it as UTF-8"
    )
