"""The original text and its variants, compiled piece by piece."""

import __future__

import ast
import builtins
import types

from .recording import Instrument, Recorder, line_starts
from .state import holds_state


class Variant:
    """A changed text that can be loaded again and again, as evaluation expects of a module.

    Where nothing in the module can hold a state, its calls share one loaded module: running its
    text would take most of the time.
    """

    def __init__(
        self,
        name: str,
        file: str,
        pieces: "list[types.CodeType]",
        recorder: "Recorder | None" = None,
        *,
        stateful: bool = True,
    ) -> None:
        self.file = file
        self._stateful = stateful
        self._loaded: types.ModuleType | None = None
        self._name = name
        self._pieces = pieces
        self._builtins = dict(vars(builtins))
        if recorder is not None:
            self._builtins["__record__"] = recorder

    def load(self) -> types.ModuleType:
        """Run the text in a module of its own."""
        if self._loaded is not None and not self._stateful:
            return self._loaded
        module = types.ModuleType(self._name)
        module.__file__ = self.file
        module.__dict__["__builtins__"] = self._builtins
        for piece in self._pieces:
            exec(piece, module.__dict__)  # noqa: S102 (what this process is for)
        self._loaded = module
        return module


class Text:
    """The original text, whose statements are compiled once."""

    def __init__(self, code: str, name: str, file: str) -> None:
        self._code = code
        self._name = name
        self._file = file
        tree = ast.parse(code)
        body = tree.body
        self._stateful = holds_state(tree)
        lines = line_starts(code)
        self._regions = [(lines[_first(s) - 1], _end(code, lines, s)) for s in body]
        whole = compile(code, file, "exec", dont_inherit=True)
        self._flags = whole.co_flags & _future_flags()
        self._pieces = [self._compiled(s) for s in body]

    def _compiled(self, statement: ast.stmt) -> types.CodeType:
        tree = ast.Module([statement], [])
        code: types.CodeType = compile(
            tree, self._file, "exec", flags=self._flags, dont_inherit=True
        )
        return code

    def variant(self, edits: "list[tuple[int, int, str]]") -> Variant:
        """The text with these edits; only the statements that they touch are compiled."""
        if not all(any(a <= e[0] and e[1] <= b for a, b in self._regions) for e in edits):
            whole = compile(_edited(self._code, edits, 0), self._file, "exec", dont_inherit=True)
            return Variant(self._name, self._file, [whole])
        pieces = list(self._pieces)
        for index, (start, end) in enumerate(self._regions):
            own = [e for e in edits if start <= e[0] and e[1] <= end]
            if own:
                text = _edited(self._code[start:end], own, start)
                # straight from the text: a tree made of objects takes several times as long
                pieces[index] = compile(
                    text, self._file, "exec", flags=self._flags, dont_inherit=True
                )
        return Variant(self._name, self._file, pieces, stateful=self._stateful)

    def recording(self, regions: "list[list[int]]", recorder: "Recorder") -> Variant:
        """The text with every expression in these regions telling the recorder its value."""
        tree = ast.parse(self._code)
        lines = line_starts(self._code)
        instrument = Instrument(self._code, lines, regions, recorder)
        pieces = []
        for statement in tree.body:
            changed = ast.fix_missing_locations(instrument.visit(statement))
            pieces.append(self._compiled(changed))
        return Variant(self._name, self._file, pieces, recorder)


def _future_flags() -> int:
    flags = 0
    for name in __future__.all_feature_names:
        flags |= int(getattr(__future__, name).compiler_flag)
    return flags


def _first(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _end(code: str, lines: "list[int]", statement: ast.stmt) -> int:
    last = statement.end_lineno or statement.lineno
    return lines[last] if last < len(lines) else len(code)


def _edited(text: str, edits: "list[tuple[int, int, str]]", offset: int) -> str:
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[done : start - offset], new]
        done = end - offset
    return "".join([*pieces, text[done:]])
