"""What the declaration of a field lets through: its type, its pattern, its validators."""

import ast

from autovet.checks.security.taint.patterns import is_strict

_PATTERNS = frozenset({"pattern", "regex"})
_CHECKING = frozenset({"AnyOf", "UUID", "NumberRange", "OneOf", "ContainsOnly", "RegexValidator", "Regexp", "validate_slug"})  # fmt: skip
_OF_PATTERNS = frozenset({"Regexp", "RegexValidator"})


def lets_only_harmless_through(declared: ast.AST | None) -> bool:
    """Whether a declaration such as ``Field(pattern="^[a-z]+$")`` leaves only listed characters."""
    if declared is None:
        return False
    return any(isinstance(n, ast.Call) and _restricts(n) for n in ast.walk(declared))


def is_harmless_pattern(text: object) -> bool:
    """Whether a pattern that is searched for covers the whole text with listed characters."""
    return isinstance(text, str) and text.startswith(("^", "\\A")) and is_strict(text, False)


def _restricts(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for keyword in call.keywords:
        if keyword.arg in _PATTERNS and isinstance(keyword.value, ast.Constant):
            if is_harmless_pattern(keyword.value.value):
                return True
        elif keyword.arg == "choices" and not isinstance(keyword.value, ast.Constant):
            return True
    if name in _OF_PATTERNS:
        first = call.args[0] if call.args else None
        return isinstance(first, ast.Constant) and is_harmless_pattern(first.value)
    return name in _CHECKING
