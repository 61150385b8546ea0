"""The value of calls: what the models, the project's own functions or their absence say."""

import ast
import re
from collections.abc import Sequence

from autovet.checks.security.taint.binding import Arguments, collect
from autovet.checks.security.taint.callbacks import Callbacks
from autovet.checks.security.taint.models import Effect
from autovet.checks.security.taint.values import (
    ALL,
    ANY,
    CLEAN,
    MAX_TEXT,
    UNKNOWN,
    UNTRUSTED,
    Callee,
    Value,
    all_taints,
    constant,
    join_all,
    merge_taints,
    text_of,
)

_PROVES = frozenset({"builtins.int", "builtins.float", "uuid.UUID", "decimal.Decimal", "ipaddress.ip_address"})  # fmt: skip
_SOFT = re.compile(r"escape|saniti[sz]e|clean|safe|valid|whitelist|allowlist", re.IGNORECASE)
_EXTRACTS = re.compile(r"request|param|arg|query|body|payload|input|form|header|cookie|get_", re.IGNORECASE)  # fmt: skip
_GET = frozenset({"get", "pop", "getlist", "get_all", "getall", "setdefault", "getone"})


class Calls(Callbacks):
    """Evaluates calls."""

    def call(self, node: ast.Call) -> Value:
        """The value of a call; records the flows into it."""
        func = node.func
        name = self.analysis.name_of(func)
        if name == "builtins.super" and (found := self.super_of(node)) is not None:
            return found[0]
        receiver, method = CLEAN, ""
        callees: tuple[Callee, ...] = ()
        if isinstance(func, ast.Attribute):
            method = func.attr
            receiver = self.evaluate(func.value)
        arguments = self._arguments(node)
        if isinstance(func, ast.Attribute):
            callees = self._callees_of_attribute(func, name, receiver)
        else:
            value = self.evaluate(func)
            called = self.analysis.program.method_of_instance(value, "__call__")
            callees = (called._replace(bound=value),) if called else value.callees
        library = next((c for c in callees if c.name), None)
        if library is not None:
            name = library.name
            arguments = arguments._replace(
                positional=(*library.given, *arguments.positional),
                named={**dict(library.named), **arguments.named},
            )
        own = [c for c in callees if c.node is not None]
        if own and name not in self.analysis.models.stated:
            self._mass_assignment(node, name, arguments, own)
            ran = self.invoke_all(own, arguments, node)
            if ran is not None:
                return ran
        return self.of_library(node, name, method, receiver, arguments, is_own=bool(own))

    def _arguments(self, node: ast.Call) -> Arguments:
        args = [(self.evaluate(a), isinstance(a, ast.Starred)) for a in node.args]
        keywords = [(k.arg, self.evaluate(k.value)) for k in node.keywords]
        return collect(args, keywords)

    def _callees_of_attribute(
        self, func: ast.Attribute, name: str | None, receiver: Value
    ) -> tuple[Callee, ...]:
        if isinstance(func.value, ast.Call) and self.analysis.name_of(func.value.func) == "builtins.super":  # fmt: skip
            found = self.super_of(func.value)
            if found is not None:
                method = self.analysis.program.classes.method(found[1], func.attr, inherited=True)
                return (method._replace(bound=found[0]),) if method else ()
        if name is not None:
            value = self.analysis.imported(name)
            return value.callees if value is not None else ()
        key = f".{func.attr}"
        if receiver.items is not None and key in receiver.items:
            return receiver.items[key].callees
        program = self.analysis.program
        for callee in receiver.callees:
            owner = program.class_of(callee)
            method = program.method(owner, func.attr) if owner else None
            if method is not None:
                is_bound = program.is_class_method(method)
                return (method._replace(bound=receiver if is_bound else None),)
        method = program.method_of_instance(receiver, func.attr)
        if method is not None:
            bound = None if program.is_static(method) else receiver
            return (method._replace(bound=bound),)
        owner = program.class_named(receiver.type)
        field = program.class_field(owner, func.attr) if owner is not None else None
        return field.callees if field is not None else ()

    def of_library(
        self,
        node: ast.Call,
        name: str | None,
        method: str,
        receiver: Value,
        arguments: Arguments,
        *,
        is_own: bool,
    ) -> Value:
        """The value of calling what a library provides, or what nothing is known of."""
        models = self.analysis.models
        names = [n for n in (name, f"{receiver.type}.{method}" if receiver.type and method else "") if n]  # fmt: skip
        owner = self.analysis.program.class_named(receiver.type) if method else None
        if owner is not None:
            names += [
                f"{base}.{method}" for base in sorted(self.analysis.program.library_bases(owner))
            ]
        if method:
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Attribute):
                names.append(f".{node.func.value.attr}.{method}")
            names.append(f".{method}")
        for known in names:
            if (found := self.source(node, known)) is not None:
                return found
        if method and (inherited := self.inherited_field(receiver, method, node)) is not None:
            return inherited
        wanted = next(iter(arguments.named["type"].callees), None) if "type" in arguments.named else None  # fmt: skip
        if method in _GET and wanted is not None and wanted.name in {"builtins.int", "builtins.float", "builtins.bool"}:  # fmt: skip
            return CLEAN
        if receiver.type == "request" and method:
            found = self.request_field(receiver, method, node)
            if arguments.positional and method in _GET:
                found = self.request_field(receiver, "values", node)
            return found
        self._mass_assignment(node, name, arguments, ())
        args = list(arguments.positional)
        named = dict(arguments.named)
        if arguments.rest is not None:
            args.append(arguments.rest)
        if arguments.spread is not None:
            named["**"] = arguments.spread
        is_sink = self.check_sinks(names, node, receiver, args, named)
        everything = [receiver, *args, *named.values()]
        kind = next((r for n in names if (r := models.results.get(n))), "")
        callback = next((c for n in names if (c := models.callbacks.get(n))), None)
        if callback is not None and (called := self.call_back(callback, node, args, named)) is not None:  # fmt: skip
            return called
        special = self.special(node, names, method, receiver, args, named)
        if special is not None:
            return special
        effect = next((e for n in names if (e := models.effects.get(n))), None)
        if effect is not None:
            return self._affected(effect, node, names, receiver, args, everything, kind)
        if is_sink:
            return Value(type=kind)
        for value in [*args, *named.values()]:
            if any(c.node is not None for c in value.callees):
                self.maybe_called(value, [v for v in everything if v is not value], node)
        return self._unknown(node, name or method, kind, receiver, everything, is_own=is_own)

    def _affected(
        self,
        effect: Effect,
        node: ast.Call,
        names: Sequence[str],
        receiver: Value,
        args: Sequence[Value],
        everything: Sequence[Value],
        kind: str,
    ) -> Value:
        if effect.action == "clean":
            if _PROVES.intersection(names) and node.args:
                self.env.learn(self.shown(node.args[0], ALL))
                if any(t.origin.kind == "random" for t in all_taints(args[0] if args else CLEAN)):
                    return args[0]
                return _converted(names[0], args[0]) if args else CLEAN
            drawn = tuple(t for v in everything for t in all_taints(v) if t.origin.kind == "random")
            if names[0] in _COUNTS and len(args) == 1 and (known := _counted(names[0], args[0])) is not None:  # fmt: skip
                return constant(known)
            return Value(drawn if _keeps_draws(names) else (), type=kind)
        taints = merge_taints(map(all_taints, everything))
        if effect.safe or effect.undo:
            taints = tuple(t._replace(safe=(self.env.safe_for(t) | effect.safe) - effect.undo) for t in taints)  # fmt: skip
        matched = next(n for n in names if n in self.analysis.models.effects)
        is_method = matched[0] == "." or (bool(receiver.type) and matched.startswith(receiver.type))
        subject = receiver if is_method else args[0] if args else CLEAN
        if effect.action == "piece":
            pieces = tuple(t if t.part else t._replace(part="other") for t in taints)
            record = subject.record or names[0].startswith("json.")
            members: dict[object, Value] | None = (
                {ANY: join_all((subject.items or {}).values())} if subject.items else None
            )
            if names[0] in {"builtins.next", "builtins.max", "builtins.min"}:
                return self.element(subject)
            return Value(pieces, text=UNTRUSTED if taints else None, items=members, record=record)
        if not taints and isinstance(subject.const, str) and len(args) <= 1:
            same = names[-1] in {".encode", ".decode"} or names[0] == "builtins.str"
            return Value(const=subject.const if same else UNKNOWN, text=subject.text, type=kind)
        if names[0] == "builtins.str":
            as_text = self.shown_as_text(subject)
            if as_text is not subject:
                subject, taints = as_text, all_taints(as_text)
            if isinstance(subject.const, int):
                return constant(str(subject.const))
        text = subject.text
        if "os.path.join" in names and args:
            joined = {t.ident for a in args[1:] for t in all_taints(a)}
            taints = tuple(t._replace(safe=t.safe | {"path/joined"}) if t.ident in joined else t for t in taints)  # fmt: skip
            text = "/".join(map(text_of, args))[:MAX_TEXT]
        items = subject.items
        if items is not None and (effect.safe or effect.undo):
            items = None
        own_taints = taints if items is None else merge_taints([subject.taints, *(all_taints(v) for v in everything if v is not subject)])  # fmt: skip
        return Value(own_taints, text=text, items=items, type=kind or (subject.type if names[-1][0] == "." or items else ""), record=subject.record)  # fmt: skip

    def _unknown(
        self,
        node: ast.Call,
        name: str,
        kind: str,
        receiver: Value,
        everything: Sequence[Value],
        *,
        is_own: bool,
    ) -> Value:
        short = name.rpartition(".")[2]
        taints = merge_taints(map(all_taints, everything))
        if not taints:
            return Value(type=kind)
        passes_request = all(len(t.ident) == 1 and t.origin.kind == "request" for t in taints)
        soft = not is_own and (
            _SOFT.search(short)
            or (
                passes_request
                and any(v.type == "request" for v in everything)
                and not _EXTRACTS.search(short)
            )
        )
        added = _trust_in(short) if soft else frozenset()
        made = tuple(t._replace(part=t.part or "other", safe=self.env.safe_for(t) | added, step=self.step(node, t.step)) for t in taints)  # fmt: skip
        if "." not in name and isinstance(node.func, ast.Name) and not receiver.taints:
            self.env.learn(self.trusted_name(node))
        return Value(made, type=kind)

    def _mass_assignment(
        self, node: ast.Call, name: str | None, arguments: Arguments, own: Sequence[Callee]
    ) -> None:
        if arguments.spread is None or not isinstance(node.func, (ast.Name, ast.Attribute)):
            return
        if self.is_model(node.func, name, own):
            self.reach("attribute", ast.unparse(node.func), node, Value(arguments.spread.taints))

    def is_model(self, func: ast.expr, name: str | None, own: Sequence[Callee]) -> bool:
        """Whether a call builds or changes a row of the database."""
        manager = func.value if isinstance(func, ast.Attribute) else None
        if isinstance(func, ast.Attribute) and getattr(manager, "attr", "") == "objects":
            return func.attr in {"create", "update", "update_or_create", "get_or_create"}
        if name is not None and ".models." in f".{name}" and name.rpartition(".")[2][:1].isupper():
            return True
        owner = next((c.node for c in own if isinstance(c.node, ast.ClassDef)), None)
        bases = {ast.unparse(b).rpartition(".")[2] for b in owner.bases} if owner else set()
        tables = any(isinstance(n, ast.Name) and n.id == "__tablename__" for s in (owner.body if owner else ()) for n in ast.walk(s))  # fmt: skip
        return tables or (bool(bases & {"DeclarativeBase", "Base", "Model", "Document"}) and "BaseModel" not in bases)  # fmt: skip


def _trust_in(name: str) -> frozenset[str]:
    """The soft marks that a trustworthy name gives: only those for what it names, if it does."""
    lowered = name.lower()
    if "escape" in lowered or "quote" in lowered:
        named = frozenset(f"soft/{kind}" for word, kind in _NAMED_KINDS.items() if word in lowered)
        return named or frozenset({"soft/html", "soft/sql", "soft/shell", "soft/ldap", "soft/xpath"})  # fmt: skip
    return frozenset({"soft"})


_NAMED_KINDS = {"html": "html", "xml": "html", "markup": "html", "sql": "sql", "shell": "shell", "ldap": "ldap", "xpath": "xpath", "url": "url"}  # fmt: skip


def _converted(name: str, value: Value) -> Value:
    if name == "builtins.int" and isinstance(value.const, (int, str)):
        try:
            return constant(int(value.const))
        except ValueError:
            return CLEAN
    return CLEAN


_COUNTS = frozenset({"builtins.len", "builtins.ord", "builtins.abs", "builtins.bool"})


def _counted(name: str, value: Value) -> int | None:
    """What a built-in function says of a constant."""
    const = value.const
    if name == "builtins.len" and isinstance(const, (str, bytes, tuple)):
        return len(const)
    if name == "builtins.ord" and isinstance(const, str) and len(const) == 1:
        return ord(const)
    if name == "builtins.abs" and isinstance(const, int):
        return abs(const)
    if name == "builtins.bool" and isinstance(const, (str, int, bytes)):
        return bool(const)
    return None


def _keeps_draws(names: Sequence[str]) -> bool:
    return names[0].startswith(("builtins.", "hashlib.", "math.")) or names[-1] in {".hexdigest", ".digest"}  # fmt: skip
