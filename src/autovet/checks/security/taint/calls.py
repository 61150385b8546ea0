"""The value of calls: what the models, the module's own functions or their absence say."""

import ast
import re
import string
from collections.abc import Mapping, Sequence

from autovet.checks.security.taint.frame import Summary
from autovet.checks.security.taint.models import Effect
from autovet.checks.security.taint.shapes import fixes_host
from autovet.checks.security.taint.sinks import Sinks
from autovet.checks.security.taint.values import (
    ALL,
    CLEAN,
    MAX_TEXT,
    UNKNOWN,
    UNKNOWN_TEXT,
    UNTRUSTED,
    Step,
    Taint,
    Value,
    all_taints,
    constant,
    is_safe,
    join,
    merge_taints,
    steps_of,
    text_of,
    with_safe,
)
from autovet.source.scopes import FunctionNode

_ADD = frozenset({"append", "add", "extend", "insert", "update", "setdefault", "write", "writelines", "push", "put", "appendleft"})  # fmt: skip
_GET = frozenset({"get", "pop", "getlist", "get_all", "getall", "setdefault", "getone"})
_PROVES = frozenset({"builtins.int", "builtins.float", "uuid.UUID", "decimal.Decimal", "ipaddress.ip_address"})  # fmt: skip
_SOFT = re.compile(r"escape|saniti[sz]e|clean|safe|valid|whitelist|allowlist", re.IGNORECASE)
_EXTRACTS = re.compile(r"request|param|arg|query|body|payload|input|form|header|cookie|get_", re.IGNORECASE)  # fmt: skip


class Calls(Sinks):
    """Evaluates calls."""

    def call(self, node: ast.Call) -> Value:
        """The value of a call; records the flows into it."""
        func = node.func
        receiver, method = CLEAN, ""
        name = self.analysis.name_of(func)
        if isinstance(func, ast.Attribute):
            method = func.attr
            receiver = self.evaluate(func.value)
        elif not isinstance(func, ast.Name):
            receiver = self.evaluate(func)
        args = [self.evaluate(a) for a in node.args]
        keywords: dict[str, Value] = {}
        spread: list[Value] = []
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is None:
                spread.append(value)
            else:
                keywords[keyword.arg] = value
        names = [n for n in (name, f"{receiver.type}.{method}" if receiver.type and method else "") if n]  # fmt: skip
        if method:
            names.append(f".{method}")
        if name is not None and (found := self.source(node, name)) is not None:
            return found
        if receiver.type == "request" and method:
            found = self.request_field(receiver, method, node)
            if args and method in _GET and "values" not in method:
                found = self.request_field(receiver, "values", node)
            return found
        self._mass_assignment(node, name, spread)
        is_sink = self.check_sinks(names, node, receiver, args, keywords)
        everything = [receiver, *args, *keywords.values(), *spread]
        kind = next((r for n in names if (r := self.analysis.models.results.get(n))), "")
        special = self._special(node, name, method, receiver, args)
        if special is not None:
            return special
        effect = next((e for n in names if (e := self.analysis.models.effects.get(n))), None)
        if effect is not None:
            return self._affected(effect, node, names, receiver, args, everything, kind)
        own = self._own(node, receiver, args, keywords)
        if own is not None:
            return own
        if is_sink:
            return Value(type=kind)
        return self._unknown(node, name or method, kind, receiver, everything)

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
            return Value(type=kind)
        taints = merge_taints(map(all_taints, everything))
        if effect.safe or effect.undo:
            taints = tuple(t._replace(safe=(self.env.safe_for(t) | effect.safe) - effect.undo) for t in taints)  # fmt: skip
        matched = next(n for n in names if n in self.analysis.models.effects)
        is_method = matched[0] == "." or (bool(receiver.type) and matched.startswith(receiver.type))
        first = args[0] if args else CLEAN
        subject = receiver if is_method else first
        if effect.action == "piece":
            pieces = tuple(t if t.part else t._replace(part="other") for t in taints)
            record = subject.record or names[0].startswith("json.")
            text = UNTRUSTED if taints else None
            return Value(pieces, text=text, items=subject.items if names[-1] == ".items" else None, record=record)  # fmt: skip
        if not taints and isinstance(subject.const, str) and len(args) <= 1:
            return Value(const=subject.const if names[-1] in {".encode", ".decode"} else UNKNOWN, text=subject.text, type=kind)  # fmt: skip
        text = subject.text
        if "os.path.join" in names and args:
            text = "/".join(map(text_of, args))[:MAX_TEXT]
        return Value(taints, text=text, items=subject.items, type=kind or (subject.type if names[-1][0] == "." else ""), record=subject.record)  # fmt: skip

    def _special(
        self, node: ast.Call, name: str | None, method: str, receiver: Value, args: Sequence[Value]
    ) -> Value | None:
        if name == "re.compile" and args:
            return Value(text=args[0].text, type="re.Pattern")
        if name in {"urllib.parse.urlparse", "urllib.parse.urlsplit"} and args:
            return Value(args[0].taints)
        if name == "re.sub" and len(args) >= 3:
            return _substituted(args)
        if method == "format" and receiver.text is not None:
            return self._format(receiver, args, {k.arg: self.values[k.value] for k in node.keywords if k.arg})  # fmt: skip
        if method == "join" and receiver.text is not None and args:
            return _joined(receiver, args[0])
        if method == "replace" and len(args) == 2:
            return _replaced(receiver, args)
        if method in _GET and args and name not in self.analysis.models.sinks:
            return self._got(node, method, receiver, args)
        if method in _ADD and isinstance(node.func, ast.Attribute):
            return self._added(node.func.value, method, receiver, args, node)
        if method == "set" and receiver.type == "configparser.ConfigParser" and len(args) == 3:
            if isinstance(node.func, ast.Attribute):
                key = (args[0].const, args[1].const)
                items = {**(receiver.items or {}), key: args[2]}
                self.assign(node.func.value, receiver._replace(items=items), node)
            return CLEAN
        if method == "relative_to" and isinstance(node.func, ast.Attribute):
            self.env.learn(self._if_resolved(node.func.value))
        return None

    def _got(self, node: ast.Call, method: str, receiver: Value, args: Sequence[Value]) -> Value:
        if receiver.type == "configparser.ConfigParser" and len(args) >= 2:
            return (receiver.items or {}).get((args[0].const, args[1].const), CLEAN)
        value = self.member(receiver, args[0], node)
        if method == "pop" and isinstance(args[0].const, int) and receiver.items and isinstance(node.func, ast.Attribute):  # fmt: skip
            left = [v for k, v in receiver.items.items() if k != args[0].const]
            self.assign(node.func.value, receiver._replace(items=dict(enumerate(left))), node)
        if len(args) > 1 and value.taints:
            return join(value, args[1])._replace(record=value.record)
        return value if len(args) < 2 or value is not CLEAN else args[1]

    def _added(
        self, target: ast.expr, method: str, receiver: Value, args: Sequence[Value], node: ast.Call
    ) -> Value:
        items = receiver.items
        if method == "append" and args and items is not None and not receiver.taints:
            new = receiver._replace(items={**items, len(items): args[0]})
        elif method == "update" and args and args[0].items is not None:
            new = receiver._replace(items={**(items or {}), **args[0].items}, taints=merge_taints([receiver.taints, args[0].taints]))  # fmt: skip
        else:
            taints = merge_taints([receiver.taints, *map(all_taints, args)])
            if not taints:
                return CLEAN
            new = receiver._replace(taints=taints, text=UNTRUSTED if receiver.text is not None else None)  # fmt: skip
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            self.assign(target, new, node)
        return CLEAN

    def _format(self, receiver: Value, args: Sequence[Value], named: Mapping[str, Value]) -> Value:
        texts, used, count = [], [receiver], 0
        try:
            parts = list(string.Formatter().parse(receiver.text or ""))
        except ValueError:
            parts = []
        for literal, field, spec, _ in parts:
            texts.append(literal)
            if field is None:
                continue
            first, rest = re.split(r"[.\[]", field, maxsplit=1)[0], field
            if first == "":
                first, count = str(count), count + 1
            value = named.get(first, CLEAN)
            if first.isdigit():
                value = args[int(first)] if int(first) < len(args) else CLEAN
            key = re.search(r"\[([^\]]*)\]", rest)
            if key and value.items is not None:
                value = value.items.get(key[1], value)
            if spec and spec[-1] in "dfxXeEgG%":
                value = CLEAN
            used.append(value)
            texts.append(text_of(value))
        if not parts:
            used += [*args, *named.values()]
        return Value(merge_taints(map(all_taints, used)), text="".join(texts)[:MAX_TEXT])

    def _own(
        self,
        node: ast.Call,
        receiver: Value,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
    ) -> Value | None:
        definition = self.analysis.module.definition(node.func) if isinstance(node.func, ast.Name) else None  # fmt: skip
        if isinstance(node.func, ast.Attribute) and receiver.type.startswith("."):
            owner = self.analysis.class_named(receiver.type[1:])
            definition = _method_of(owner, node.func.attr) if owner else None
        if definition is None:
            return None
        if isinstance(definition, ast.ClassDef):
            return self._instance(definition, node, args, keywords)
        summary = self.analysis.summary(definition)
        if summary is None:
            return None
        result = self._apply(summary, definition, node, receiver, args, keywords)
        self.env.learn(self.told(definition, node, summary.when_done))
        return result

    def _instance(
        self,
        owner: ast.ClassDef,
        node: ast.Call,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
    ) -> Value:
        kind = f".{owner.name}"
        init = _method_of(owner, "__init__")
        if init is not None:
            summary = self.analysis.summary(init)
            if summary is not None:
                self._apply(summary, init, node, CLEAN, args, keywords)
                fields = self._bind(init, node, args, keywords)
                return self._substituted(summary.fields, fields, node)._replace(type=kind)
        names = [s.target.id for s in owner.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]  # fmt: skip
        if names:
            given = {**dict(zip(names, args, strict=False)), **keywords}
            return Value(items={f".{n}": v for n, v in given.items()}, type=kind)
        return Value(merge_taints(map(all_taints, [*args, *keywords.values()])), type=kind)

    def _bind(
        self,
        function: FunctionNode,
        node: ast.Call,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
    ) -> dict[str, Value]:
        parameters = self.analysis.parameters(function)
        positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if positional[:1] in (["self"], ["cls"]):
            positional = positional[1:]
        given = {**dict(zip(positional, args, strict=False)), **keywords}
        bound = {t.ident[0]: given.get(n, CLEAN) for n, v in parameters.items() for t in v.taints[:1]}  # fmt: skip
        del node
        return bound

    def _apply(
        self,
        summary: Summary,
        function: FunctionNode,
        node: ast.Call,
        receiver: Value,
        args: Sequence[Value],
        keywords: Mapping[str, Value],
    ) -> Value:
        bound = self._bind(function, node, args, keywords)
        del receiver
        for hit in summary.hits:
            if hit.taint.ident[0] not in bound:
                continue
            actual = self._walk(bound[hit.taint.ident[0]], hit.taint.ident[1:], node)
            if (
                hit.text == UNTRUSTED
                and hit.kind in {"url", "redirect"}
                and fixes_host(actual.text)
            ):
                continue
            for taint in all_taints(actual):
                safe = self.env.safe_for(taint) | hit.taint.safe
                if is_safe(safe, hit.kind):
                    continue
                passed = self._passed(taint, hit.taint, node)._replace(safe=safe)
                self.record(hit._replace(taint=passed, soft=hit.soft or "soft" in safe))
        return self._substituted(summary.result, bound, node)

    def _passed(self, taint: Taint, inner: Taint, node: ast.AST) -> Taint:
        step = Step(node, taint.step)
        for place in steps_of(inner):
            step = Step(place, step)
        return taint._replace(step=step)

    def _walk(self, value: Value, fields: Sequence[str], node: ast.expr) -> Value:
        for key in fields:
            if key.startswith("."):
                value = self.field(value, key[1:], node)
            elif key.startswith("["):
                value = self.member(value, constant(ast.literal_eval(key[1:-1])), node)
        return value

    def _substituted(self, value: Value, bound: Mapping[str, Value], node: ast.expr) -> Value:
        if not value.taints and not value.items:
            return value
        groups: list[tuple[Taint, ...]] = []
        texts = []
        for taint in value.taints:
            if taint.ident[0] not in bound:
                groups.append((taint,))
                continue
            actual = self._walk(bound[taint.ident[0]], taint.ident[1:], node)
            texts.append(actual.text)
            groups.append(
                tuple(
                    self._passed(t, taint, node)._replace(safe=self.env.safe_for(t) | taint.safe, part=taint.part or t.part)
                    for t in all_taints(actual)
                )
            )  # fmt: skip
        taints = merge_taints(groups)
        items = value.items and {k: self._substituted(v, bound, node) for k, v in value.items.items()}  # fmt: skip
        text = value.text
        if text is not None and not taints:
            text = text.replace(UNTRUSTED, UNKNOWN_TEXT)
        elif text == UNTRUSTED and len(texts) == 1:
            text = texts[0]
        return value._replace(taints=taints, items=items, text=text)

    def _unknown(
        self, node: ast.Call, name: str, kind: str, receiver: Value, everything: Sequence[Value]
    ) -> Value:
        short = name.rpartition(".")[2]
        taints = merge_taints(map(all_taints, everything))
        if not taints:
            return Value(type=kind)
        passes_request = all(len(t.ident) == 1 and t.origin.kind == "request" for t in taints)
        soft = _SOFT.search(short) or (
            passes_request and any(v.type == "request" for v in everything) and not _EXTRACTS.search(short)
        )  # fmt: skip
        added = frozenset({"soft"}) if soft else frozenset()
        made = tuple(t._replace(part=t.part or "other", safe=self.env.safe_for(t) | added, step=Step(node, t.step)) for t in taints)  # fmt: skip
        if "." not in name and isinstance(node.func, ast.Name) and not receiver.taints:
            self.env.learn(self.trusted_name(node))
        return Value(made, type=kind)

    def _mass_assignment(self, node: ast.Call, name: str | None, spread: Sequence[Value]) -> None:
        if (
            spread
            and isinstance(node.func, (ast.Name, ast.Attribute))
            and self.is_model(node.func, name)
        ):
            for value in spread:
                self.reach("attribute", ast.unparse(node.func), node, Value(value.taints))

    def is_model(self, func: ast.expr, name: str | None) -> bool:
        """Whether a call builds or changes a row of the database."""
        manager = func.value if isinstance(func, ast.Attribute) else None
        if isinstance(func, ast.Attribute) and getattr(manager, "attr", "") == "objects":
            return func.attr in {"create", "update", "update_or_create", "get_or_create"}
        if name is not None and ".models." in f".{name}" and name.rpartition(".")[2][:1].isupper():
            return True
        owner = self.analysis.class_named(func.id) if isinstance(func, ast.Name) else None
        bases = {ast.unparse(b).rpartition(".")[2] for b in owner.bases} if owner else set()
        tables = any(isinstance(n, ast.Name) and n.id == "__tablename__" for s in (owner.body if owner else ()) for n in ast.walk(s))  # fmt: skip
        return tables or (bool(bases & {"DeclarativeBase", "Base", "Model", "Document"}) and "BaseModel" not in bases)  # fmt: skip


def _method_of(owner: ast.ClassDef, name: str) -> FunctionNode | None:
    for statement in owner.body:
        if (
            isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
            and statement.name == name
        ):
            return statement
    return None


def _joined(separator: Value, parts: Value) -> Value:
    taints = merge_taints([separator.taints, all_taints(parts)])
    if parts.items is not None and not parts.taints:
        text = (separator.text or "").join(map(text_of, parts.items.values()))
    else:
        text = UNTRUSTED if taints else UNKNOWN_TEXT
    return Value(taints, text=text[:MAX_TEXT])


def _replaced(receiver: Value, args: Sequence[Value]) -> Value:
    taints = merge_taints([receiver.taints, args[1].taints])
    safe = {"<": {"html"}, "'": {"xpath"}}.get(str(args[0].const), set())
    made = tuple(t._replace(part=t.part or "other", safe=t.safe | safe) for t in taints)
    return Value(made, text=receiver.text if receiver.text is not None else UNTRUSTED if made else None)  # fmt: skip


def _substituted(args: Sequence[Value]) -> Value:
    pattern, replacement, subject = args[:3]
    made = subject._replace(const=UNKNOWN, items=None, record=False)
    if isinstance(pattern.const, str) and re.fullmatch(r"\[\^[^\]<>'\";]+\][+*]?|\\W\+?|\\D\+?", pattern.const):  # fmt: skip
        made = with_safe(made, ALL)
    return join(made, replacement) if replacement.taints else made
