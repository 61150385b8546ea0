"""What two pieces of syntax must share to be called the same."""

import ast

_SKIPPED = frozenset({"ctx", "type_comment", "kind"})


def fingerprint(node: ast.AST) -> tuple[object, ...]:
    """A hashable value that equal syntax shares, wherever it stands and however it is laid out."""
    parts: list[object] = []
    stack: list[object] = [node]
    while stack:
        current = stack.pop()
        if not isinstance(current, ast.AST):
            parts.append((type(current).__name__, current))
            continue
        parts.append(type(current).__name__)
        for name in current._fields:
            if name in _SKIPPED:
                continue
            value = getattr(current, name, None)
            if isinstance(value, list):
                parts.append(len(value))
                stack.extend(value)
            else:
                stack.append(value)
    return tuple(parts)
