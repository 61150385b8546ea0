"""Names that people give to what must stay secret."""

import ast
import re

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|pwd|pass_?word|secret|secret_?key|api_?key|apikey|access_?key|private_?key|signing_?key|encryption_?key|access_?token|auth_?token|refresh_?token|session_?token|bearer_?token|api_?token|client_?secret|credit_?card|card_?number|cvv|ssn|security_?(?:answer|question)|otp)$",
    re.IGNORECASE,
)
_UPPER_ONLY = re.compile(r"^(?:[A-Z_]*_)?PASS$")


def names_secret(name: str) -> bool:
    """Whether a name says that its value is a secret."""
    return bool(_SECRET.search(name) or _UPPER_ONLY.search(name))


def secret_in(node: ast.expr) -> str | None:
    """The secret's name when a name, attribute or constant key is read as it stands."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name if names_secret(name) else None
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name if names_secret(name) else None
    return None
