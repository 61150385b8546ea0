"""From what a caller hands over to a strict ``Context``."""

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import PurePath, PurePosixPath
from typing import Any

import msgspec
from rapidfuzz import fuzz, process

from autovet.domain.context import Context
from autovet.domain.errors import ContextError, InputError

KEYS = tuple(field.name for field in dataclasses.fields(Context))
_NEAR = 75.0
_PATHS = ("path", "root", "environment")


@dataclasses.dataclass(frozen=True, slots=True)
class DecodedContext:
    """A context and the caller's own keys that it leaves out.

    Attributes:
        ignored: unknown key to the nearest known one, or None where none is near.
    """

    context: Context
    ignored: Mapping[str, str | None]


def decode_context(given: object) -> DecodedContext:
    """Return the context, strictly typed.

    Raises:
        ContextError: a known key holds a value of the wrong type; the message names it.
    """
    if isinstance(given, Context):
        return DecodedContext(_checked(given), {})
    if given is None:
        return DecodedContext(Context(), {})
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise ContextError(f"context must be a mapping or an autovet.Context, not {kind}")
    known = {key: _plain(key, value) for key, value in given.items() if key in KEYS}
    present = {key: value for key, value in known.items() if value is not None}
    ignored = {str(key): nearest_key(str(key)) for key in given if key not in KEYS}
    try:
        context = msgspec.convert(present, Context, strict=True)
    except msgspec.ValidationError as error:
        raise ContextError(_readable(str(error))) from error
    return DecodedContext(_checked(context), ignored)


def nearest_key(key: str) -> str | None:
    """The known context key that was probably meant."""
    match = process.extractOne(key.lower(), KEYS, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return None if match is None else match[0]


def _plain(key: str, value: Any) -> Any:
    if key in _PATHS and isinstance(value, os.PathLike):
        return os.fspath(value)
    return value


def _readable(message: str) -> str:
    """Turn msgspec's ``... - at `$.python``` into words that name the key."""
    what, _, where = message.partition(" - at `$")
    key = where.rstrip("`").lstrip(".") or "context"
    return f"context key {key!r}: {what[0].lower()}{what[1:]}".replace("`", "")


def _checked(context: Context) -> Context:
    if context.python is not None and not re.fullmatch(r"3\.\d{1,2}(\.\d+)?", context.python):
        raise ContextError(f"context key 'python': {context.python!r} is no version such as '3.11'")
    for key in ("fail_on", "heal"):
        allowed = {"fail_on": ("error", "warning"), "heal": ("none", "fast", "full")}[key]
        if getattr(context, key) not in allowed:
            raise ContextError(f"context key {key!r}: expected one of {', '.join(allowed)}")
    if context.root is not None and not os.path.isdir(context.root):  # noqa: PTH112 (a string)
        raise ContextError(f"context key 'root': {context.root!r} is no directory")
    if context.budget_ms is not None and context.budget_ms <= 0:
        raise ContextError("context key 'budget_ms': must be above 0")
    path = _project_path(context.path, context.root, "path")
    files = {_project_path(name, None, "files"): text for name, text in context.files.items()}
    return dataclasses.replace(context, path=path, files=files)


def _project_path(path: str, root: str | None, key: str) -> str:
    pure = PurePath(path)
    if root is not None and pure.is_absolute() and pure.is_relative_to(os.path.abspath(root)):  # noqa: PTH100
        pure = pure.relative_to(os.path.abspath(root))  # noqa: PTH100 (no link is resolved)
    posix = PurePosixPath(pure.as_posix().lstrip("/"))
    if ".." in posix.parts or not posix.parts or "\0" in path:
        raise ContextError(f"context key {key!r}: {path!r} is no path inside a project")
    return str(posix)


def decode_code(code: object) -> str | bytes:
    """Return the code as text or bytes.

    Raises:
        InputError: it is neither.
    """
    if isinstance(code, (str, bytes)):
        return code
    if isinstance(code, (bytearray, memoryview)):
        return bytes(code)
    raise InputError(f"code must be text or bytes, not {type(code).__name__}")
