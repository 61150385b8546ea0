"""What one source or stub file defines, small enough to be kept on disk."""

import msgspec


class Signature(msgspec.Struct, frozen=True, array_like=True):
    """One ``def``.

    Attributes:
        line: where its name stands, from 1.
        positional: parameters that can be given by place, ``self`` included.
        only_positional: how many of them cannot be given by keyword.
        keywords: parameters that can only be given by keyword.
        takes_more: it has ``*args``.
        takes_any: it has ``**kwargs``.
        overload: it is one of several, each only a declaration.
        static: it is a static method.
        text: the parameters as the source has them, shortened.
    """

    line: int
    positional: tuple[str, ...] = ()
    only_positional: int = 0
    keywords: tuple[str, ...] = ()
    takes_more: bool = False
    takes_any: bool = False
    overload: bool = False
    static: bool = False
    text: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Every parameter that a keyword may name."""
        return frozenset((*self.positional[self.only_positional :], *self.keywords))


class Reach(msgspec.Struct, frozen=True, array_like=True):
    """What a ``__getattr__`` can supply.

    Attributes:
        kind: ``"literals"`` (only names that its module spells as strings), ``"items"`` (also
            keys of the object's data), or ``"anything"``.
    """

    kind: str


class ClassRecord(msgspec.Struct, frozen=True, array_like=True):
    """One class statement.

    Attributes:
        line: where its name stands, from 1.
        bases: dotted names of its bases; an empty one stands for what is no name.
        members: methods with their signatures, all else with none.
        reach: of its ``__getattr__``, if it has one.
        open: its instances or itself get attributes whose names only a run shows.
        strings: names that its decorators are given as strings.
        settable: a method that somebody has to call sets attributes that it is given names of.
    """

    line: int
    bases: tuple[str, ...] = ()
    members: dict[str, tuple[Signature, ...]] = {}
    reach: Reach | None = None
    open: bool = False
    strings: tuple[str, ...] = ()
    settable: bool = False


class ModuleRecord(msgspec.Struct, frozen=True, array_like=True):
    """One file.

    Attributes:
        names: everything that it binds to where that comes from: ``""`` for a definition, a
            dotted name for an alias, ``"module|name"`` for an import.
        gates: names that only some Pythons or platforms get, to their conditions.
        functions: signatures of its functions.
        classes: its classes by qualified name.
        stars: modules that it imports everything from.
        reach: of its ``__getattr__``, if it has one.
        open: it binds names that only a run shows.
        strings: everything that it spells as a string and could be a name; only where a
            ``__getattr__`` may look them up.
        uses: how often it reads the names that it defines, as attributes.
        listed: its ``__all__`` says what it offers.
    """

    names: dict[str, str] = {}
    gates: dict[str, tuple[str, ...]] = {}
    functions: dict[str, tuple[Signature, ...]] = {}
    classes: dict[str, ClassRecord] = {}
    stars: tuple[str, ...] = ()
    reach: Reach | None = None
    open: bool = False
    strings: frozenset[str] = frozenset()
    uses: dict[str, int] = {}
    listed: bool = False
