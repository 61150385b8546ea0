"""Makes the record of a file from its syntax tree."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from autovet.adapters.api_index.reaching import ANYTHING, reach_of
from autovet.adapters.api_index.records import ClassRecord, ModuleRecord, Reach, Signature
from autovet.source.parser import parse

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LONGEST_TEXT = 400
_GATES = frozenset({"version_info", "platform"})
_NAMESPACES = frozenset({"globals", "locals", "vars"})
_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__"})
_READERS = frozenset({"__call__", "load", "_load", "parse", "_parse"})
_SETTERS = frozenset(
    {"__setattr__", "__setstate__", "__copy__", "__deepcopy__", "__reduce__", "__getattr__"}
)


def record_of(text: str) -> ModuleRecord | None:
    """Record what a file defines; None when it is no Python."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _Recorder(tree).record()


class _Recorder:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names: dict[str, str] = {}
        self._gates: dict[str, set[str]] = {}
        self._ungated: set[str] = set()
        self._functions: dict[str, list[Signature]] = {}
        self._classes: dict[str, ClassRecord] = {}
        self._patches: dict[str, set[str]] = {}
        self._filled: set[str] = set()
        self._instances: dict[str, str] = {}
        self._stars: list[str] = []
        self._reach: Reach | None = None
        self._open = False

    def record(self) -> ModuleRecord:
        self._module()
        looked_up = self._reach or any(c.reach for c in self._classes.values())
        defined = set(self._names).union(*(c.members for c in self._classes.values()))
        uses: Counter[str] = Counter()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Attribute):
                if node.attr in defined:
                    uses[node.attr] += 1
            elif isinstance(node, (ast.Expr, ast.Assign)):
                writes = _writes_namespace(node) and not _only_reads_it(node, self._tree)
                self._open = self._open or writes
            elif isinstance(node, ast.Global):
                for name in node.names:  # a function binds it for the module
                    self._names.setdefault(name, "")
        return ModuleRecord(
            names=self._names,
            gates={n: tuple(sorted(t)) for n, t in self._gates.items() if n not in self._ungated},
            functions={name: tuple(found) for name, found in self._functions.items()},
            classes={name: self._patched(name, found) for name, found in self._classes.items()},
            stars=tuple(self._stars),
            reach=self._reach,
            open=self._open,
            strings=_strings(self._tree) if looked_up else frozenset(),
            uses=dict(uses),
            listed="__all__" in self._names,
        )

    def _patched(self, name: str, found: ClassRecord) -> ClassRecord:
        for member in self._patches.get(name, ()):
            found.members.setdefault(member, ())
        filled = self._filled | {self._instances.get(owner, "") for owner in self._filled}
        return msgspec.structs.replace(found, open=True) if name in filled else found

    def _module(self) -> None:
        for statement, gates in _statements(self._tree.body):
            before = set(self._names)
            if isinstance(statement, _Function):
                self._names[statement.name] = ""
                self._functions.setdefault(statement.name, []).append(_signature(statement))
                if statement.name == "__getattr__":
                    self._reach = reach_of(statement, self._tree)
            elif isinstance(statement, ast.ClassDef):
                self._names[statement.name] = ""
                self._class(statement, statement.name)
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._import(statement)
            else:
                self._assign(statement)
            for name in self._names.keys() - before:
                self._gates[name] = {gates} if gates else set()
            if not gates:
                self._ungated |= self._names.keys() - before

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                top = alias.name.partition(".")[0]
                self._names[alias.asname or top] = f"{alias.name if alias.asname else top}|"
            return
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if alias.name == "*":
                self._stars.append(module)
            else:
                self._names[alias.asname or alias.name] = f"{module}|{alias.name}"

    def _assign(self, statement: ast.stmt) -> None:
        value = getattr(statement, "value", None)
        alias = _dotted(value) if isinstance(statement, ast.Assign) and value is not None else ""
        for target in _targets(statement):
            if isinstance(target, ast.Name):
                self._names[target.id] = alias
                if target.id == "__getattr__":
                    self._reach = Reach(ANYTHING)  # made by a function that is somewhere else
            elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self._patches.setdefault(target.value.id, set()).add(target.attr)
        made = value.func if isinstance(value, ast.Call) else None
        for target in _targets(statement) if isinstance(made, ast.Name) else ():
            if isinstance(target, ast.Name) and isinstance(made, ast.Name):
                self._instances[target.id] = made.id
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            match statement.value:
                case ast.Call(
                    func=ast.Name(id="setattr"), args=[ast.Name(id=owner), ast.Constant(name), _]
                ):
                    self._patches.setdefault(owner, set()).add(str(name))
                case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=owner), _, _]):
                    self._filled.add(owner)
                case _:
                    pass

    def _class(self, node: ast.ClassDef, name: str) -> None:
        members: dict[str, tuple[Signature, ...]] = {}
        reach: Reach | None = None
        is_open = any(_is_generating(decorator) for decorator in node.decorator_list)
        making = _called_while_made(node)
        settable = False
        for statement, gate in _statements(node.body):
            if "version_info" in gate:
                continue  # the type checker knows which Pythons have it
            if isinstance(statement, _Function):
                kept = (*members.get(statement.name, ()), _signature(statement))
                members[statement.name] = kept
                attributes, dynamic = _own_attributes(statement)
                _add(members, attributes)
                if dynamic and _makes_instances(statement, making):
                    is_open = True
                settable = settable or dynamic
                if statement.name == "__getattr__":
                    reach = reach_of(statement, self._tree)
            else:
                _add(members, _bound_in_class(statement))
                is_open = is_open or _writes_namespace(statement)
                if isinstance(statement, ast.ClassDef):
                    self._class(statement, f"{name}.{statement.name}")
        self._classes[name] = ClassRecord(
            line=node.lineno,
            bases=tuple(_dotted(base) for base in node.bases),
            members=members,
            reach=reach,
            open=is_open,
            strings=tuple(sorted(frozenset().union(*map(_strings, node.decorator_list)))),
            settable=settable,
        )


def _add(members: dict[str, tuple[Signature, ...]], names: Iterable[str]) -> None:
    for name in names:
        members.setdefault(name, ())


def _bound_in_class(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement in a class body makes members."""
    if isinstance(statement, ast.ClassDef):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for target in _targets(statement):
            if isinstance(target, ast.Name):
                yield target.id
                if target.id == "__slots__":
                    yield from _strings(statement)


def _statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """All statements outside functions and classes, with the tests of version or platform."""
    stack = [(statement, "") for statement in reversed(body)]
    while stack:
        statement, gate = stack.pop()
        yield statement, gate
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        inner, outer = gate, gate
        if isinstance(statement, ast.If) and _is_gate(statement.test):
            test = ast.unparse(statement.test)
            inner, outer = test, f"not ({test})"
        blocks = [(getattr(statement, "body", []), inner)]
        blocks += [(getattr(statement, part, []), outer) for part in ("orelse", "finalbody")]
        blocks += [(handler.body, gate) for handler in getattr(statement, "handlers", [])]
        blocks += [(case.body, gate) for case in getattr(statement, "cases", [])]
        for block, given in reversed(blocks):
            if isinstance(block, list):
                stack += [(child, given) for child in reversed(block)]


def _is_gate(test: ast.expr) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in _GATES for n in ast.walk(test))


def _targets(statement: ast.stmt) -> Iterator[ast.expr]:
    found: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        found += statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        found.append(statement.target)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        found += [item.optional_vars for item in statement.items if item.optional_vars is not None]
    else:
        found += [n.target for n in ast.walk(statement) if isinstance(n, ast.NamedExpr)]
    while found:
        target = found.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            found += target.elts
        elif isinstance(target, ast.Starred):
            found.append(target.value)
        else:
            yield target


def _own_attributes(function: _Function) -> tuple[set[str], bool]:
    """Attributes that a method sets on its first parameter, and whether callers name more."""
    first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
    if first is None:
        return set(), False
    found: set[str] = set()
    asked: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == first.arg:
                found.add(node.attr)
        elif isinstance(node, ast.Call):
            key = _set_name(node, first.arg)
            if isinstance(key, ast.Constant):
                found.add(str(key.value))
            elif isinstance(key, ast.Name):
                asked.add(key.id)
    asked -= _refused_names(function)
    if not asked or function.name in _SETTERS:
        return found, False
    return found, bool(asked & _given_names(function, first.arg))


def _refused_names(function: _Function) -> frozenset[str]:
    """Variables of which a function refuses all names but known ones: what exists already."""
    refused: set[str] = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.If) or not any(isinstance(s, ast.Raise) for s in node.body):
            continue
        match node.test:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.NotIn()]):
                refused.add(name)
            case ast.UnaryOp(
                op=ast.Not(),
                operand=ast.Call(func=ast.Name(id="hasattr"), args=[_, ast.Name(id=name)]),
            ):
                refused.add(name)
            case _:
                pass
    return frozenset(refused)


def _called_while_made(node: ast.ClassDef) -> frozenset[str]:
    """Methods that the class's constructors call."""
    constructors = [
        statement
        for statement in node.body
        if isinstance(statement, _Function) and statement.name in _CONSTRUCTORS
    ]
    return frozenset(
        called.func.attr
        for constructor in constructors
        for called in ast.walk(constructor)
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute)
    )


def _makes_instances(function: _Function, making: frozenset[str]) -> bool:
    """Whether a method has a part in making objects, and what it sets may come from data."""
    decorators = {_last(decorator) for decorator in function.decorator_list}
    name = function.name
    return (
        name in _CONSTRUCTORS
        or name in making
        or bool(decorators & {"classmethod", "staticmethod"})
        or name.startswith(("from_", "_from", "_init"))
        or name in _READERS
    )


def _set_name(call: ast.Call, owner: str) -> ast.expr | None:
    """``k`` in ``setattr(self, k, v)``, ``mapping`` in ``self.__dict__.update(mapping)``."""
    match call:
        case ast.Call(
            func=ast.Name(id="setattr") | ast.Attribute(attr="__setattr__"),
            args=[ast.Name(id=target), key, _],
        ) if target == owner:
            return key
        case ast.Call(
            func=ast.Attribute(
                value=ast.Attribute(value=ast.Name(id=target), attr="__dict__"), attr="update"
            ),
            args=[key],
        ) if target == owner:
            return key
        case _:
            return None


def _given_names(function: _Function, first: str) -> frozenset[str]:
    """Parameters, and what loops over them or their items take out of them."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    given = {argument.arg for argument in named} - {first}
    for node in ast.walk(function):
        if not isinstance(node, (ast.For, ast.AsyncFor)):
            continue
        source = node.iter
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
            source = source.func.value
        if isinstance(source, ast.Name) and source.id in given:
            given |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
    return frozenset(given)


def _writes_namespace(statement: ast.AST) -> bool:
    """Whether names are bound through ``globals()``, ``vars()`` or the module itself."""
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Call(func=ast.Name(id=made)))]):
            return made in _NAMESPACES
        case ast.Assign(value=ast.Call(func=ast.Name(id=made), args=[])) if made in _NAMESPACES:
            return True  # somebody writes into it by another name
        case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr="modules"), slice=key)]):
            return isinstance(key, ast.Name)
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id=made)), attr="update")
            )
        ):
            return made in _NAMESPACES
        case ast.Expr(value=ast.Call(func=ast.Name(id="exec"))):
            return True
        case ast.Assign(value=ast.Call(args=given)) | ast.Expr(value=ast.Call(args=given)) if any(
            isinstance(g, ast.Call) and isinstance(g.func, ast.Name) and g.func.id in _NAMESPACES
            for g in given
        ):
            return True  # whoever gets it may write into it
        case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[owner, key, _])):
            on_module = isinstance(owner, ast.Subscript) or (
                isinstance(owner, ast.Name) and "mod" in owner.id
            )
            return on_module and not isinstance(key, ast.Constant)
        case _:
            return False


def _only_reads_it(statement: ast.Expr | ast.Assign, tree: ast.Module) -> bool:
    """Whether a namespace is handed to a function of the module that only looks into it."""
    match statement.value:
        case ast.Call(func=ast.Name(id=name), args=[ast.Call(func=ast.Name(), args=[])]):
            found = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == name]
        case _:
            return False
    if len(found) != 1 or not found[0].args.args:
        return False
    given = found[0].args.args[0].arg
    looks = {
        id(node.value)
        for node in ast.walk(found[0])
        if isinstance(node, ast.Attribute) and node.attr in {"items", "keys", "values", "get"}
    }
    named = (n for n in ast.walk(found[0]) if isinstance(n, ast.Name) and n.id == given)
    return all(id(node) in looks for node in named)


def _is_generating(decorator: ast.expr) -> bool:
    """Whether a class decorator is given a computed list of something."""
    if not isinstance(decorator, ast.Call):
        return False
    given = [*decorator.args, *(keyword.value for keyword in decorator.keywords)]
    return any(isinstance(v, (ast.Attribute, ast.BinOp, ast.ListComp, ast.Starred)) for v in given)


def _signature(function: _Function) -> Signature:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    decorators = {_last(decorator) for decorator in function.decorator_list}
    text = ast.unparse(arguments)
    return Signature(
        line=function.lineno,
        positional=tuple(argument.arg for argument in positional),
        only_positional=len(arguments.posonlyargs),
        keywords=tuple(argument.arg for argument in arguments.kwonlyargs),
        takes_more=arguments.vararg is not None,
        takes_any=arguments.kwarg is not None,
        overload="overload" in decorators,
        static="staticmethod" in decorators,
        text=text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}...",
    )


def _strings(node: ast.AST) -> frozenset[str]:
    return frozenset(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and part.value.isidentifier()
    )


def _dotted(node: ast.expr) -> str:
    """``a.b.c``, without what stands in brackets; empty for anything else."""
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.expr) -> str:
    return _dotted(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]
