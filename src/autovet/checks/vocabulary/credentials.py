"""What secrets look like when they stand in a source: by shape, by name and by randomness."""

import math
import re
from collections import Counter

_SHAPES = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})"),
    "a GitLab token": re.compile(r"\bglpat-[\w-]{20,}"),
    "a Stripe key": re.compile(r"\b(?:sk|rk)_live_[A-Za-z0-9]{16,}"),
    "a webhook secret": re.compile(r"\bwhsec_[A-Za-z0-9]{16,}"),
    "an API key": re.compile(r"\bsk-(?:live-|proj-|ant-)?[A-Za-z0-9_-]{20,}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "a Google API key": re.compile(r"\bAIza[\w-]{35}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20}"),
}
_ADDRESS = re.compile(r"^[a-z][a-z0-9+]*://[^\s:/@{}]+:(?P<password>[^\s:/@{}$%<>*]{6,})@(?P<host>[^/:\s]+)")  # fmt: skip
_NAME = re.compile(
    r"(?:^|_)(?P<kind>password|passwd|pwd|passphrase|secret|secret_?key|api_?key|apikey|access_?key|private_?key|signing_?key|encryption_?key|jwt_?key|token|auth_?key|credentials?|(?-i:PASS))$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|change.?me|your|dummy|fake|test|todo|insert|replace|redacted|default|xxx|\*\*\*|\.\.\.|<|\{|%s|\$|123456|abcdef|secret.?key|password$|^password|not.?a|none|null|invalid|insecure|dev[-_]",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-zA-Z]+(?:[ _.:/-][a-zA-Z]+)*[_.:/-]?|[A-Z0-9_]+(?:-[A-Z][A-Za-z]*)*|https?://.*|[\w.]+:[\w.]+|/.*")  # fmt: skip
_LOCAL = frozenset(
    {"localhost", "127.0.0.1", "db", "postgres", "redis", "mysql", "host", "database"}
)


def names_credential(name: str) -> bool:
    """Whether something of this name is a password, key or token."""
    return bool(_NAME.search(name))


def known_shape(text: str) -> str | None:
    """What kind of secret a text is by its shape alone; None when it has no such shape."""
    for what, shape in _SHAPES.items():
        match = shape.search(text)
        if match and not _PLACEHOLDER.search(match.group()) and _entropy(match.group()) > 3:
            return what
    address = _ADDRESS.match(text)
    if not address or address["host"].lower() in _LOCAL or _PLACEHOLDER.search(text):
        return None
    password = address["password"]
    return (
        "a password in an address" if not password.isalpha() or _entropy(password) > 3.2 else None
    )


def looks_random(text: str, name: str) -> bool:
    """Whether a text that is given to such a name is a secret and no placeholder."""
    if _PLACEHOLDER.search(text) or _WORDS.fullmatch(text) or " " in text.strip():
        return False
    if text != text.strip() or not text.isascii() or not text.isprintable():
        return False
    kinds = sum(any(test(c) for c in text) for test in (str.islower, str.isupper, str.isdigit))
    special = any(not c.isalnum() for c in text)
    if re.search(r"pass|pwd", name, re.IGNORECASE):
        return len(text) >= 8 and kinds + special >= 2 and _entropy(text) > 2.5
    return len(text) >= 16 and kinds >= 2 and any(c.isdigit() for c in text) and _entropy(text) > 3


def _entropy(text: str) -> float:
    """Shannon entropy of the characters, in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
