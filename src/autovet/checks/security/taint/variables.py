"""Variables in layers, so that a branch copies nothing and a join looks at what differs."""

from collections.abc import Iterator, Sequence

from autovet.checks.security.taint.values import Value

_MAX_LAYERS = 10


class Variables:
    """Names and values; copies share the layers below.

    Attributes:
        top: the layer that is written to.
        below: the layers that are shared, newest first; nothing in them changes any more.
    """

    __slots__ = ("below", "top")

    def __init__(
        self, top: dict[str, Value] | None = None, below: tuple[dict[str, Value], ...] = ()
    ) -> None:
        self.top: dict[str, Value] = {} if top is None else top
        self.below = below

    def get(self, name: str) -> Value | None:
        """The value of a name, or None."""
        value = self.top.get(name)
        if value is not None:
            return value
        for layer in self.below:
            value = layer.get(name)
            if value is not None:
                return value
        return None

    def __setitem__(self, name: str, value: Value) -> None:
        """Bind a name in the layer on top."""
        self.top[name] = value

    def __contains__(self, name: str) -> bool:
        """Whether a name is bound."""
        return self.get(name) is not None

    def items(self) -> Iterator[tuple[str, Value]]:
        """All names with their values."""
        yield from self._merged().items()

    def _merged(self) -> dict[str, Value]:
        merged: dict[str, Value] = {}
        for layer in reversed(self.below):
            merged.update(layer)
        merged.update(self.top)
        return merged

    def copy(self) -> "Variables":
        """An independent copy."""
        if self.top:
            self.below = (self.top, *self.below)
            self.top = {}
        if len(self.below) > _MAX_LAYERS:
            self.below = (self._merged(),)
        return Variables(None, self.below)

    @staticmethod
    def split(branches: Sequence["Variables"]) -> tuple["Variables", set[str]]:
        """What all branches share, and the names that may differ between them."""
        first = branches[0].below
        shared = 0
        while all(
            len(b.below) > shared and len(first) > shared and b.below[-1 - shared] is first[-1 - shared]
            for b in branches
        ):  # fmt: skip
            shared += 1
        names: set[str] = set()
        for branch in branches:
            names.update(branch.top)
            for layer in branch.below[: len(branch.below) - shared]:
                names.update(layer)
        return Variables(None, first[len(first) - shared :]), names
