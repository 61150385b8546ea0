"""How texts with untrusted pieces read: as SQL, as a shell command, as HTML, as an address."""

import re

from autovet.checks.security.taint.values import UNKNOWN_TEXT, UNTRUSTED

_SQL = re.compile(
    r"\s*(?:\(\s*)?(?:select\b.*\bfrom\b|select\s+\S+\(|insert\s+(?:or\s+\w+\s+)?into\b|update\b.*\bset\b|delete\s+from\b"
    r"|replace\s+into\b|merge\s+into\b|drop\s+(?:table|database|view|index|schema|user)\b"
    r"|create\s+(?:table|database|view|user|role|index|schema)\b|alter\s+(?:table|user|role)\b"
    r"|truncate\s+table\b|grant\b|with\b.*\bas\s*\(|call\s|exec(?:ute)?\s)",
    re.IGNORECASE | re.DOTALL,
)
SENDS_SQL = re.compile(r"(?:^|[._])(?:query|sql|execute|exec|scalar|fetch)(?:_|$)|_(?:query|sql|db)$", re.IGNORECASE)  # fmt: skip
"""Names of functions that hand their text to a database."""
_VALUE_POSITION = re.compile(
    r"(?:=|<|>|\blike|\bin\s*\(|\bvalues\s*\(.*|\bbetween|\band|\bwhere|,)\s*(?:[a-z]*\(\s*)?['\"]?%?$"
    r"|['\"][^'\"]*$|@$|%$",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"</?[a-zA-Z][\w:.-]*(?:\s[^<>]*)?/?>")
_XML = re.compile(r"\s*<(?:\?xml\b|[a-zA-Z_][\w:.-]*[\s/>])")
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|div|p|h[1-6]|span|ul|ol|li|table|tr|td|th|a|b|i|em|strong|br|form|input|script|img|pre|code|title|option|select|button|label|section|article|nav|main|header|footer|svg|style|link|meta)\b", re.IGNORECASE)  # fmt: skip


def is_composed(text: str | None) -> bool:
    """Whether untrusted text was put into other text."""
    return text is not None and UNTRUSTED in text and len(text) > 1 and bool(_literal(text))


def is_sql(text: str | None) -> bool:
    """Whether a text reads as an SQL statement."""
    return text is not None and _SQL.match(text) is not None


def in_value_position(text: str) -> bool:
    """Whether an untrusted piece of an SQL statement stands where a value belongs."""
    before = ""
    for piece in text.split(UNTRUSTED)[:-1]:
        before += piece
        if _VALUE_POSITION.search(before[-300:].rstrip() if piece.endswith(" ") else before[-300:]):
            return True
        before += "x"
    return False


def is_command(text: str | None) -> bool:
    """Whether a program is named before the first untrusted piece of a shell command."""
    if text is None:
        return False
    before = text.partition(UNTRUSTED)[0]
    return bool(re.match(r"\s*[\w./-]+\s", before.replace(UNKNOWN_TEXT, "x")))


def has_tag(text: str | None) -> bool:
    """Whether untrusted text stands among tags."""
    return is_composed(text) and text is not None and _TAG.search(text) is not None


def is_markup(text: str | None) -> bool:
    """Whether untrusted text was put into an XML document that is no page."""
    if text is None or not is_composed(text) or _TAG.search(text) is None:
        return False
    return _XML.match(text) is not None and _HTML.match(text) is None


def fixes_host(text: str | None) -> bool:
    """Whether an address has its host before the first untrusted piece."""
    if text is None or UNTRUSTED not in text:
        return False
    before = text.partition(UNTRUSTED)[0]
    if not before:
        return False
    if "://" in before:
        host, slash, _ = before.partition("://")[2].partition("/")
        return bool(slash) and bool(host)
    if before.startswith(UNKNOWN_TEXT):
        return True  # a base of the program's own; whether it ends with a slash is not known
    return bool(re.match(r"/[^/\\]", before)) or bool(re.match(r"[?#]", before))


def _literal(text: str) -> str:
    return text.replace(UNTRUSTED, "").replace(UNKNOWN_TEXT, "").strip()
