"""The part of pytest that plain tests use; it is laid out in the sandbox under pytest's name.

Importing the real one takes a tenth of a second in each process, and it may not be there.
"""

import math
import re
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any


class Failed(AssertionError):  # noqa: N818 (pytest's name)
    """The test failed without an ``assert``."""


class Skipped(Exception):  # noqa: N818 (pytest's name)
    """The test does not want to run here."""


def fail(reason: str = "", pytrace: bool = True) -> None:  # noqa: ARG001 (pytest's signature)
    """Fail the test."""
    raise Failed(reason)


def skip(reason: str = "") -> None:
    """Leave the test out."""
    raise Skipped(reason)


def importorskip(name: str, *_: Any, **__: Any) -> Any:
    """Import a module, or leave the test out."""
    try:
        return __import__(name)
    except ImportError as error:
        raise Skipped(str(error)) from error


class _Caught:
    """What ``raises`` caught."""

    value: Any = None

    @property
    def type(self) -> Any:
        """The exception's class."""
        return type(self.value)

    def match(self, pattern: str) -> bool:
        """Whether the message holds the pattern; fails where not."""
        if not re.search(pattern, str(self.value)):
            raise Failed(f"{pattern!r} is not in {str(self.value)!r}")
        return True


class _Raises:
    def __init__(self, expected: Any, match: "str | None") -> None:
        self._expected = expected
        self._match = match
        self._caught = _Caught()

    def __enter__(self) -> _Caught:
        return self._caught

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        value: "BaseException | None",
        trace: "TracebackType | None",
    ) -> bool:
        if kind is None:
            raise Failed(f"DID NOT RAISE {self._expected!r}")
        if not issubclass(kind, self._expected):
            return False
        self._caught.value = value
        if self._match is not None:
            self._caught.match(self._match)
        return True


def raises(expected: Any, *call: Any, match: "str | None" = None, **options: Any) -> Any:
    """Expect an exception, in a ``with`` or of a call."""
    manager = _Raises(expected, match)
    if not call:
        return manager
    with manager as caught:
        call[0](*call[1:], **options)
    return caught


class _Approx:
    def __init__(self, expected: Any, rel: Any, absolute: Any) -> None:
        self._expected = expected
        self._rel = 1e-6 if rel is None and absolute is None else rel or 0.0
        self._abs = 1e-12 if absolute is None else absolute

    __hash__ = None  # type: ignore[assignment] # what is nearly equal cannot be hashed

    def __eq__(self, other: object) -> bool:
        return self._near(self._expected, other)

    def __repr__(self) -> str:
        return f"approx({self._expected!r})"

    def _near(self, want: Any, got: Any) -> bool:
        if isinstance(want, Mapping):
            return want.keys() == got.keys() and all(self._near(want[k], got[k]) for k in want)
        if isinstance(want, (list, tuple)):
            return len(want) == len(got) and all(map(self._near, want, got))
        if isinstance(want, (bool, str, bytes)) or want is None:
            return bool(want == got)
        near = max(float(self._rel) * math.fabs(want), float(self._abs))
        return bool(want == got) or math.fabs(want - got) <= near


def approx(expected: Any, rel: Any = None, abs: Any = None, **_: Any) -> Any:  # noqa: A002 (pytest's name)
    """A number that may differ a little."""
    return _Approx(expected, rel, abs)


class _Mark:
    def __getattr__(self, _name: str) -> Any:
        return _marker


def _marker(*given: Any, **_: Any) -> Any:
    if len(given) == 1 and callable(given[0]):
        return given[0]
    return lambda function: function


mark = _Mark()


def param(*values: Any, **_: Any) -> Any:
    """One row of ``parametrize``."""
    return values if len(values) > 1 else values[0]


def fixture(function: "Callable[..., Any] | None" = None, **_: Any) -> Any:
    """A fixture, called like the plain function that it is."""
    return function if function is not None else lambda made: made
